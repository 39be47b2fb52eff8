import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("from the first visit to the first avatar", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    // Nothing is stored yet, so the page begins where the next step is.
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    await page.getByText("None yet. Store one to begin").waitFor();

    const secret = sandboxKey("openai", "ok");
    const card = await store(page, "OpenAI", secret);
    await card.getByText("Stored. OpenAI accepts it.").waitFor();
    await card.getByText("Active").waitFor();

    const tile = await draw(page, "a lighthouse keeper with a grey beard");
    await tile.getByText("Ready").waitFor();
    const width = await tile.locator("img").evaluate(async (img) => (await img.decode(), img.naturalWidth));
    assert.ok(width >= 1024, `the picture is ${width} wide`);

    await tile.getByRole("link", { name: /^Details/ }).click();
    await page.getByRole("heading", { level: 1, name: "Avatar" }).waitFor();
    await page.locator("#job .lines").getByText("Job succeeded").waitFor();
    assert.match(await page.locator("#job dl").innerText(), /Cost\s+\$0\.\d+/);
    await page.getByRole("button", { name: "Use again in the studio" }).click();
    await page.getByRole("heading", { level: 1, name: "Studio" }).waitFor();
    assert.equal(await page.getByLabel("Prompt").inputValue(), "a lighthouse keeper with a grey beard");

    await show(page, "Costs");
    await page.locator(".totals").getByText("Spent").waitFor();
  });
});

test("the secret leaves its field at once, and no trace of it stays in the page", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    const secret = sandboxKey("openai", "ok");
    let release = () => {};
    const held = new Promise((resolve) => { release = resolve; });
    await page.route("**/v1/api-keys/openai", async (route) => {
      await held;
      await route.continue();
    });
    const card = await store(page, "OpenAI", secret);
    // While the request is on its way already.
    assert.equal(await card.locator("[name=api_key]").inputValue(), "");
    release();
    await card.getByText("Stored.").waitFor();
    const traces = await page.evaluate((text) => {
      const values = [...document.querySelectorAll("input, textarea, option")].map((field) => field.value);
      const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie, location.href];
      return [document.documentElement.outerHTML, ...values, ...kept].filter((place) => place.includes(text)).length;
    }, secret);
    assert.equal(traces, 0);
  });
});
