// Each thing that goes wrong has a sentence that says what happened and what to do.

import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("an API key that is none, another provider's, refused", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone(), mayBeRefused: true }, async (page) => {
    const said = {
      "sk-short": /it has 8 characters; an API key of OpenAI has 23 to 253/,
      [sandboxKey("anthropic", "ok")]: /this looks like an API key of Anthropic, not of OpenAI/,
      [sandboxKey("openai", "invalid")]: /The provider does not accept this API key\. Nothing was stored/,
    };
    for (const [secret, sentence] of Object.entries(said)) {
      const card = await store(page, "OpenAI", secret);
      await card.locator(".error", { hasText: sentence }).waitFor();
      assert.equal(await card.locator("[name=api_key]").getAttribute("aria-invalid"), "true");
      assert.equal(await card.locator("[name=api_key]").inputValue(), "");
    }
  });
});

test("offline: nothing typed is lost, and the same order goes through once there is a connection", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone(), mayBeOffline: true }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"))).getByText("Stored.").waitFor();
    await page.context().setOffline(true);
    await draw(page, "a sailor in a storm");
    await page.locator("#studio-error", { hasText: "You are offline. Check the connection, then try again." }).waitFor();
    assert.equal(await page.getByLabel("Prompt").inputValue(), "a sailor in a storm");
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Create avatar" }).click();
    await page.locator("#avatars .tile", { hasText: "a sailor in a storm" }).getByText("Ready").waitFor();
    assert.equal(await page.locator("#avatars .tile").count(), 1);
  });
});

test("a token that ran out is renewed without a word; too many requests are said", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone(), mayBeRefused: true }, async (page) => {
    let refused = 0;
    await page.route("**/v1/batches?*", async (route) => {
      refused += 1;
      if (refused > 1) return route.continue();
      await route.fulfill({ status: 401, contentType: "application/problem+json", json: { title: "Not signed in", status: 401 } });
    });
    await show(page, "Batches");
    await page.getByText("None yet. Ask for several avatars").waitFor();
    assert.equal(refused, 2);

    const problem = { type: "/problems/too-many-requests", title: "Too many requests", detail: "Try again in 3 seconds.", status: 429 };
    await page.route("**/v1/usage?*", (route) => route.fulfill({ status: 429, contentType: "application/problem+json", headers: { "Retry-After": "3" }, json: problem }));
    await show(page, "Costs");
    await page.getByRole("alert").getByText("Too many requests. Try again in 3 seconds.").waitFor();
  });
});

test("a job that may have been done and billed is left to the user", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "hang-up"))).getByText("Stored.").waitFor();
    const tile = await draw(page, "a ghost");
    await tile.getByText("Unknown", { exact: true }).waitFor({ timeout: 60_000 });
    await tile.getByText(/A retry may be billed again/).waitFor();
    await tile.getByRole("button", { name: "Retry anyway" }).waitFor();
    await tile.getByRole("button", { name: "Discard" }).click();
    await tile.getByText("Cancelled").waitFor();
  });
});

test("a refused prompt says so, and what a form lacks is said beside the field", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "moderated"))).getByText("Stored.").waitFor();
    await show(page, "Studio");
    await page.getByRole("button", { name: "Create avatar" }).click();
    await page.locator("#prompt-error", { hasText: "Say what the avatar should look like" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "prompt");
    const tile = await draw(page, "something forbidden");
    await tile.getByText("Failed").waitFor();
    await tile.locator('[data-slot="reason"]', { hasText: /safety|refused/i }).waitFor();
  });
});
