import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { visit } from "../support/visit.mjs";
import { someone, stack } from "../support/world.mjs";

/** Of everything of a kind gzipped together, and of each file for itself, as it travels. */
const MOST = { js: [40_000, 48_000], css: [10_000, 10_000] };

test("the page is light, and there at once", async (t) => {
  const { url } = await stack();
  const html = await (await fetch(url)).text();
  const files = [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path))];
  const weigh = (text) => gzipSync(text, { level: 9 }).length;
  for (const [kind, [together, apart]] of Object.entries(MOST)) {
    const own = files.filter((path) => path.endsWith(`.${kind}`));
    const texts = await Promise.all(own.map(async (path) => (await fetch(url + path)).text()));
    const figures = [weigh(texts.join("\n")), texts.reduce((sum, text) => sum + weigh(text), 0)];
    t.diagnostic(`${kind}: ${own.length} files, gzipped together ${figures[0]} bytes (at most ${together}), each for itself ${figures[1]} (${apart})`);
    assert.ok(figures[0] <= together && figures[1] <= apart, `${kind}: ${figures}`);
  }
  t.diagnostic(`html: gzipped ${weigh(html)} bytes`);

  await visit(url, { tenant: someone() }, async (page) => {
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    const [painted, usable] = await page.evaluate(() => [
      performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      performance.now(),
    ]);
    t.diagnostic(`first contentful paint ${Math.round(painted)} ms, first screen loaded ${Math.round(usable)} ms`);
  });
});
