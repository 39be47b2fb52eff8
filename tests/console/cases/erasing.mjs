// Erasing an account, for good.

import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { api, sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("erasing asks for the word, and then the account is closed at once", async () => {
  const { url } = await stack();
  const tenant = someone();
  await visit(url, { tenant, mayBeRefused: true }, async (page) => {
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
    // Until all of it is gone, nobody gets anything of it.
    await assert.rejects(ask("GET", "/v1/api-keys"), /account-being-erased/);
    await assert.rejects(ask("GET", "/v1/jobs"), /account-being-erased/);
    await show(page, "Gallery");
    await page.getByText("This account is being erased").first().waitFor();
  });
});
