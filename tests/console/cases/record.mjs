import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("the record is filtered, exported and verified", async () => {
  const { url } = await stack();
  const tenant = someone();
  await visit(url, { tenant }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"))).getByText("Stored.").waitFor();
    await (await draw(page, "a clockmaker")).getByText("Ready").waitFor();

    await show(page, "Audit trail");
    const rows = page.locator("#audit tbody tr");
    await page.locator("#audit td", { hasText: "Job succeeded" }).waitFor();
    const all = await rows.count();
    await page.locator("#audit").getByLabel("What").selectOption({ label: "API key registered" });
    await page.waitForFunction((before) => document.querySelectorAll("#audit tbody tr").length < before, all);
    assert.equal(await rows.count(), 1);
    await page.locator("#audit").getByLabel("What").selectOption({ label: "Any" });
    await page.waitForFunction((before) => document.querySelectorAll("#audit tbody tr").length >= before, all);

    const saved = async (name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return readFile(await download.path(), "utf8");
    };
    const csv = (await saved("Export as CSV")).trim().split("\n");
    assert.match(csv[0], /^"id","at","actor","action"/);
    assert.equal(csv.length, all + 1);
    const lines = (await saved("Export as NDJSON")).trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(lines.length, all);
    assert.equal(lines[0].action, "credential.registered");
    JSON.parse(await saved("Download the seals"));

    await page.getByRole("button", { name: "Verify the record" }).click();
    await page.getByText(/^Intact: \d+ lines under \d+ seals/).waitFor();
  });
});

test("what is wrong with the record is said where it is verified", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    const message = "aud_1 is not what was sealed (seal 3): it was edited or overwritten.";
    const report = { intact: false, rows: 9, sealed_rows: 9, seals: 3, unsealed_rows: 0, first_bad: { row: "aud_1", seal: 3, what: "changed", message }, head: null, next_cursor: null };
    await page.route(({ pathname }) => pathname === "/v1/audit/verify", (route) => route.fulfill({ json: report }));
    await show(page, "Audit trail");
    await page.getByRole("button", { name: "Verify the record" }).click();
    await page.getByText(`Not intact. ${message}`).waitFor();
  });
});
