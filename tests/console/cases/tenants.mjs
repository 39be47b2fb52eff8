import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { api, sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("two tenants in the same browser see nothing of each other", async () => {
  const { url } = await stack();
  const [one, other] = [someone("one"), someone("other")];
  await visit(url, { tenant: one, mayBeRefused: true }, async (page) => {
    await (await store(page, "OpenAI", sandboxKey("openai", "ok"), "of-one")).getByText("Stored.").waitFor();
    await (await draw(page, "a gardener of the first")).getByText("Ready").waitFor();
    const { items: [made] } = await api(url, one)("GET", "/v1/jobs");

    await page.getByLabel("Tenant").fill(other);
    await page.getByRole("button", { name: "Switch" }).click();
    await page.waitForURL(`**/?tenant=${other}**`);
    await page.getByText("None yet. Store one to begin").waitFor();
    for (const screen of ["Studio", "Gallery", "API keys", "Audit trail", "Costs", "Batches"]) {
      await show(page, screen);
      await page.locator('#sections[aria-busy="false"]').waitFor();
      const text = await page.locator("body").innerText();
      assert.ok(!/a gardener of the first|of-one/.test(text), `${screen} shows what is not theirs`);
    }

    await page.evaluate((id) => { location.hash = `#/job/${id}`; }, made.id);
    await page.getByText("There is nothing of this id in your account.").waitFor();
  });
});
