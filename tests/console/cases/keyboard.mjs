import assert from "node:assert/strict";
import { test } from "node:test";

import { visit } from "../support/visit.mjs";
import { sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

/** Presses Tab until the thing of this name has the keyboard; each stop on the way must be seen. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      const names = [at?.ariaLabel, ...[...(at?.labels ?? [])].map((label) => label.innerText), at?.innerText];
      const { width, height } = at?.getBoundingClientRect() ?? {};
      const box = at?.closest(".chip, .thumb") ?? at;
      const { outlineStyle, outlineWidth } = getComputedStyle(box);
      return { isNowhere: at === document.body, name: names.find(Boolean)?.trim() ?? "", size: [width, height], outline: outlineStyle === "none" ? 0 : parseFloat(outlineWidth) };
    });
    if (stop.isNowhere) continue;
    assert.ok(stop.outline >= 2 || stop.name === "", `nothing shows that ${stop.name} has the keyboard`);
    if (stop.name === name) return;
  }
  assert.fail(`${name} cannot be reached by Tab`);
}

test("an API key is stored and an avatar made by keyboard alone", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    await tabTo(page, "Skip to the content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    await tabTo(page, "API key");
    await page.keyboard.insertText(sandboxKey("openai", "ok"));
    await page.keyboard.press("Enter");
    await page.getByText("Stored. OpenAI accepts it.").waitFor();

    await page.keyboard.press("Control+Home");
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await tabTo(page, "Studio");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Studio" }).waitFor();
    // The screen's title has the keyboard, so the next Tab is in the screen.
    assert.equal(await page.evaluate(() => document.activeElement?.id), "studio-title");
    assert.equal(await page.title(), "Studio · Ownkey");
    await tabTo(page, "Prompt");
    await page.keyboard.insertText("a chess player");
    await page.keyboard.press("Control+Enter");
    await page.locator("#avatars .tile", { hasText: "a chess player" }).getByText("Ready").waitFor();
  });
});

test("on a phone the navigation folds, by keyboard too", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone(), width: 390, height: 844 }, async (page) => {
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    const menu = page.getByRole("button", { name: "Menu" });
    await menu.focus();
    await page.keyboard.press("Enter");
    assert.equal(await menu.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("Escape");
    assert.equal(await menu.getAttribute("aria-expanded"), "false");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "menu");
    await page.keyboard.press("Enter");
    await tabTo(page, "Gallery");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Gallery" }).waitFor();
    assert.equal(await menu.getAttribute("aria-expanded"), "false");
  });
});
