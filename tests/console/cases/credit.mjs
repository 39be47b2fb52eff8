import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, store, visit } from "../support/visit.mjs";
import { sandboxKey, topUp } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("out of credit, then topped up, then done", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    const secret = sandboxKey("openai", "out-of-credit");
    await (await store(page, "OpenAI", secret)).getByText("Stored.").waitFor();
    const tiles = await draw(page, "a fox in a raincoat", 3);

    const banner = page.locator(".banner");
    await banner.getByText("Your OpenAI API key “main” is out of credit.").waitFor();
    await banner.getByText("3 jobs wait, and go on when this is mended.").waitFor();
    const address = await banner.getByRole("link", { name: "Top up at OpenAI" }).getAttribute("href");
    assert.match(address ?? "", /^https:\/\/platform\.openai\.com\//);
    for (const nth of [0, 1, 2]) await tiles.nth(nth).getByText("Paused").waitFor();

    await topUp(url, secret);
    await banner.getByRole("button", { name: "Resume" }).click();
    for (const nth of [0, 1, 2]) await tiles.nth(nth).getByText("Ready").waitFor({ timeout: 90_000 });
    await banner.waitFor({ state: "detached" });
  });
});
