// Erasing an account, for good.

import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { api, sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("erasing asks for the word, and nothing but the record is left", async () => {
  const { url } = await stack();
  const tenant = someone();
  await visit(url, { tenant }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"))).getByText("Stored.").waitFor();
    await (await draw(page, "a snowman in June")).getByText("Ready").waitFor();
    await show(page, "Account");
    await page.getByRole("button", { name: "Erase this account" }).click();
    await page.getByRole("button", { name: "Erase everything" }).click();
    const ask = api(url, tenant);
    assert.equal((await ask("GET", "/v1/api-keys")).items.length, 1);
    await page.getByLabel("Type erase to confirm").fill("erase");
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByText("Everything is being erased.").waitFor();
    assert.equal((await ask("GET", "/v1/api-keys")).items.length, 0);
    for (let tries = 0; (await ask("GET", "/v1/jobs")).items.length > 0; tries += 1) {
      assert.ok(tries < 100, "the job is still there");
      await new Promise((later) => setTimeout(later, 200));
    }
    await show(page, "Audit");
    await page.getByText(/erase/i).first().waitFor();
  });
});
