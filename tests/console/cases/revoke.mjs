import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("an API key is revoked while a job waits for it, and the job goes on with the next one", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "out-of-credit"), "old")).getByText("Stored.").waitFor();
    const tile = await draw(page, "a baker at dawn");
    await tile.getByText("Paused").waitFor();

    await show(page, "API keys");
    await page.getByRole("button", { name: "Revoke OpenAI old" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("1 job waits for it now.").waitFor();
    // The label has to be typed as it is.
    await dialog.getByLabel("Type old to confirm").fill("new");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    assert.ok(await dialog.isVisible());
    await dialog.getByLabel("Type old to confirm").fill("old");
    await dialog.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Revoked.").waitFor();
    await page.getByRole("button", { name: "Revoke OpenAI old" }).waitFor({ state: "detached" });

    await (await store(page, "OpenAI", sandboxKey("openai", "ok"), "new")).getByText("Stored.").waitFor();
    await show(page, "Gallery");
    await tile.getByText("Ready").waitFor({ timeout: 90_000 });
  });
});

test("keeping it is what Enter and Escape do", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"))).getByText("Stored.").waitFor();
    for (const press of ["Enter", "Escape"]) {
      await page.getByRole("button", { name: "Revoke OpenAI main" }).click();
      await page.getByLabel("Type main to confirm").fill("main");
      await page.keyboard.press(press);
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }
    await page.reload();
    await show(page, "API keys");
    await page.getByRole("button", { name: "Revoke OpenAI main" }).waitFor();
  });
});
