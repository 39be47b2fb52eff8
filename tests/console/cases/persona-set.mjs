import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("from a brief to a persona, its portrait, a set with that face, and the zip of it", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "Anthropic", sandboxKey("anthropic", "ok"))).getByText("Stored.").waitFor();
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"))).getByText("Stored.").waitFor();

    await show(page, "Personas");
    await page.getByLabel("Brief").fill("Mara, a boat builder from Kiel with red hair");
    await page.getByRole("button", { name: "Write persona" }).click();
    await page.getByRole("button", { name: /^Make avatars/ }).click({ timeout: 30_000 });

    await page.getByRole("heading", { level: 1, name: "Studio" }).waitFor();
    await page.getByRole("button", { name: "Create avatar" }).click();
    const tile = page.locator("#avatars .tile");
    await tile.getByText("Ready").waitFor({ timeout: 30_000 });
    await tile.getByRole("button", { name: "Use as portrait" }).click();
    await page.locator('#avatars [data-action="portray"][aria-pressed="true"]').waitFor();

    await page.getByLabel("Watercolour").check();
    await page.getByLabel("Pencil sketch").check();
    await page.getByLabel("Scene (optional)").fill("at the harbour");
    await page.getByRole("button", { name: "Create 2 avatars" }).click();
    await page.locator("#avatars .tile", { hasText: "Watercolour" }).getByText("Ready").waitFor({ timeout: 30_000 });
    await page.locator("#avatars .tile", { hasText: "Pencil sketch" }).getByText("Ready").waitFor({ timeout: 30_000 });

    await show(page, "Batches");
    await page.getByRole("link", { name: "2 avatars" }).click();
    await page.getByRole("heading", { level: 1, name: "Batch" }).waitFor();
    await page.locator("#batch").getByText("2 ready").waitFor();
    assert.equal(await page.locator("#avatars .tile").count(), 2);
    await page.getByRole("button", { name: /^Make a zip/ }).click();
    const link = page.getByRole("link", { name: "Download the zip" });
    await link.waitFor({ timeout: 60_000 });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const zip = await readFile(await download.path());
    assert.equal(zip.subarray(0, 2).toString(), "PK");
    assert.ok(zip.includes("manifest.json"));
  });
});
