import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, show, store, visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

test("a project begins, its cap holds a job back, and a higher cap lets it go on", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await (await store(page, "Black Forest Labs", sandboxKey("bfl", "ok"))).getByText("Stored.").waitFor();
    await show(page, "Budgets and projects");
    await page.locator("#projects").getByLabel("Name", { exact: true }).fill("The Comic");
    assert.equal(await page.getByLabel("Short name, for scripts").inputValue(), "the-comic");
    await page.getByRole("button", { name: "Begin project" }).click();
    await page.getByRole("heading", { level: 1, name: "The Comic" }).waitFor();
    const form = page.locator("#project form.budget");
    await form.getByLabel("Cap for a month, in US dollars").fill("0.01");
    await form.getByRole("button", { name: "Save budget" }).click();
    await form.getByText("Saved.").waitFor();

    await show(page, "Studio");
    await page.locator("#studio").getByLabel("Project").selectOption({ label: "The Comic" });
    const tile = await draw(page, "a hero with a cape");
    await tile.getByText("Paused").waitFor();
    await tile.getByText(/the budget of project the-comic/).waitFor();

    await show(page, "Budgets and projects");
    await page.getByRole("link", { name: "The Comic" }).click();
    await form.getByLabel("Cap for a month, in US dollars").fill("5");
    await form.getByLabel("Tell everybody at (percent)").fill("50, 400");
    await form.getByRole("button", { name: "Save budget" }).click();
    await form.getByText("Whole numbers from 1 to 100").waitFor();
    await form.getByLabel("Tell everybody at (percent)").fill("50, 100");
    await form.getByRole("button", { name: "Save budget" }).click();
    await form.getByText("Saved.").waitFor();
    await show(page, "Gallery");
    await tile.getByText("Ready").waitFor({ timeout: 90_000 });

    await show(page, "Costs");
    await page.getByLabel("Split by").selectOption("project");
    await page.locator("#costs .bars th", { hasText: "the-comic" }).waitFor();
    await page.getByLabel("Images a month").fill("200");
    await page.getByText(/^You keep \$\d+\.\d\d a month/).waitFor();
  });
});
