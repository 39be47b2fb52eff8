// Every screen, full and empty, in both themes and on a phone: looked at by axe, by checks of our own, and kept as pictures.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";

import { visit } from "../support/visit.mjs";
import { api, sandboxKey } from "../support/stack.mjs";
import { someone, stack } from "../support/world.mjs";

const PICTURES = join(import.meta.dirname, "../screenshots");
const SCREENS = ["studio", "personas", "gallery", "batches", "batch", "job", "api-keys", "costs", "projects", "project", "notices", "audit", "webhooks", "account"];
const LOOKS = /** @type {const} */ ([["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]]);
/** All of WCAG 2.2 A and AA that a program can see, and what axe recommends besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test("every screen with something in it", async () => {
  const { url } = await stack();
  const tenant = someone("full");
  const within = await furnish(url, tenant);
  for (const [theme, width] of LOOKS) await walk(url, tenant, within, theme, width, "");
});

test("every screen with nothing in it says the next step", async () => {
  const { url } = await stack();
  const within = { batch: "", job: "", project: "" };
  const empty = SCREENS.filter((screen) => !(screen in within));
  for (const [theme, width] of LOOKS) await walk(url, someone("new"), within, theme, width, "-empty", empty);
});

test("at 320 pixels nothing has to be scrolled sideways", async () => {
  const { url } = await stack();
  const tenant = someone("narrow");
  const within = await furnish(url, tenant);
  await visit(url, { tenant, width: 320, height: 640 }, async (page) => {
    for (const screen of SCREENS) {
      await open(page, screen, within);
      const wide = await page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.documentElement;
        const sticksOut = (element) => element.checkVisibility() && element.getBoundingClientRect().right > clientWidth;
        return scrollWidth > clientWidth ? [...document.querySelectorAll("body *")].filter(sticksOut).map(({ outerHTML }) => outerHTML.slice(0, 120)) : [];
      });
      assert.deepEqual(wide, [], screen);
    }
  });
});

async function walk(url, tenant, within, theme, width, suffix, screens = SCREENS) {
  await mkdir(PICTURES, { recursive: true });
  /** @type {string[]} */
  const found = [];
  await visit(url, { tenant, theme, width, height: width < 500 ? 844 : 900 }, async (page) => {
    for (const screen of screens) {
      await open(page, screen, within);
      const name = `${screen}${suffix}-${theme}-${width < 500 ? "phone" : "desktop"}`;
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
      assert.ok(!(await page.locator("#notice").isVisible()), `${name}: ${await page.locator("#notice").innerText()}`);
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      found.push(
        ...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ target }) => target).join(" | ")}`),
        ...(await page.evaluate(unlabelled)).map((field) => `${name}: ${field} has no label that is seen`),
        ...(await page.evaluate(tooSmall)).map((target) => `${name}: too small: ${target}`),
      );
      assert.match(await page.title(), / · Ownkey$/);
    }
  });
  assert.deepEqual(found, []);
}

async function open(page, screen, within) {
  await page.locator("#sections").waitFor();
  await page.evaluate((hash) => { location.hash = hash; }, `#/${screen}${within[screen] ? `/${within[screen]}` : ""}`);
  await page.locator(`#${screen}`).waitFor();
  await page.locator('#sections[aria-busy="false"]').waitFor();
  await page.waitForFunction(() => [...document.images].every((img) => img.hidden || !img.checkVisibility() || img.complete || img.loading === "lazy"));
  assert.equal(await page.locator("h1:visible").count(), 1, `${screen} has one title`);
}

/** Fields without a label that people see: axe takes a placeholder or an invisible name for one. */
function unlabelled() {
  const fields = [...document.querySelectorAll("input, select, textarea")].filter((field) => field.checkVisibility());
  return fields.filter((field) => ![...(field.labels ?? [])].some((label) => label.checkVisibility() && label.innerText.trim())).map(({ id, name }) => id || name);
}

/** What is to be pressed has 24 pixels each way (WCAG 2.5.8), unless it stands in a line of text. */
function tooSmall() {
  const targets = [...document.querySelectorAll("button, input:not([type=checkbox]), select, summary, nav a, a.button, a.download")].filter((target) => target.checkVisibility());
  return targets.filter((target) => {
    const { width, height } = (target.closest("label") ?? target).getBoundingClientRect();
    return width < 24 || height < 24;
  }).map((target) => target.outerHTML.slice(0, 80));
}

/** Something of everything: stored API keys (one out of credit), a webhook, a persona, a batch, a project, a budget, notices. */
async function furnish(url, tenant) {
  const ask = api(url, tenant);
  await ask("PUT", "/v1/api-keys/openai", { api_key: sandboxKey("openai", "out-of-credit"), label: "main" });
  await ask("PUT", "/v1/api-keys/bfl", { api_key: sandboxKey("bfl", "ok"), label: "studio" });
  await ask("PUT", "/v1/api-keys/anthropic", { api_key: sandboxKey("anthropic", "ok") });
  await ask("PUT", "/v1/projects/comic", { name: "The comic" });
  await ask("PUT", "/v1/projects/comic/api-keys/bfl", { api_key: sandboxKey("bfl", "ok"), label: "comic" });
  await ask("PUT", "/v1/budgets/account", { monthly_usd: "25.00", alert_at: [50, 80, 100] });
  await ask("PUT", "/v1/budgets/comic", { monthly_usd: "0.10" });
  await ask("POST", "/v1/webhooks", { url: "http://127.0.0.1:9/ownkey", label: "site" });
  await ask("POST", "/v1/personas", { brief: "Mara, a boat builder from Kiel with red hair" });
  const styles = ["Photograph, soft daylight", "Watercolour", "Comic, bold ink lines"];
  const drawn = { kind: "image", model: "flux-2-pro", prompt: "a chess player in a green jumper" };
  const batch = await ask("POST", "/v1/batches", { jobs: styles.map((style) => ({ ...drawn, prompt: `${drawn.prompt}, ${style}` })) });
  await ask("POST", "/v1/batches", { job: { ...drawn, prompt: "a hero with a cape", project: "comic" }, count: 5 });
  await ask("POST", "/v1/jobs", { kind: "image", model: "gpt-image-2.6-flare", prompt: "a fox in a raincoat" });
  const done = async () => {
    const { items } = await ask("GET", "/v1/jobs?limit=100");
    return items.every(({ state }) => !["queued", "running"].includes(state)) ? items : null;
  };
  let items = null;
  while (!(items = await done())) await new Promise((wait) => setTimeout(wait, 500));
  return { batch: batch.id, job: items.find((job) => job.state === "succeeded" && job.kind === "image").id, project: "comic" };
}
