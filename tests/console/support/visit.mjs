// A visit of the console in a browser. What the page must never do fails the test that did it: an error, an unhandled
// promise, something that the Content-Security-Policy forbids.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** The browser itself notes answers like 404; tests that ask for one say so. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** @type {Promise<import("playwright-core").Browser> | null} */
let started = null;

const browser = () => (started ??= chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] }));

export const closeBrowser = async () => (await started)?.close();

/** @typedef {{tenant?: string, theme?: "light" | "dark", width?: number, height?: number, mayBeRefused?: boolean, mayBeOffline?: boolean}} Visit */

/**
 * Opens the console, runs `work`, and looks at what the browser has complained of.
 * @param {string} url @param {Visit} options @param {(page: import("playwright-core").Page) => Promise<void>} work
 */
export async function visit(url, { tenant, theme = "light", width = 1280, height = 900, mayBeRefused, mayBeOffline }, work) {
  const context = await (await browser()).newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce", acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const { origin } = new URL(url);
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (message) => {
    // Pages of others, where people sign in, are not ours to judge.
    if (!page.url().startsWith(origin)) return;
    const text = message.text();
    const isExpected = (mayBeRefused && REFUSED.test(text)) || (mayBeOffline && text.includes("net::ERR_INTERNET_DISCONNECTED"));
    if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(text);
  });
  page.on("pageerror", (error) => page.url().startsWith(origin) && complaints.push(String(error.stack)));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => console.error(`policy: ${violatedDirective} ${blockedURI}`));
  });
  try {
    await page.goto(tenant ? `${url}/?tenant=${tenant}` : url);
    await work(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** The screen of a name, by the navigation as people use it. @param {import("playwright-core").Page} page @param {string} name */
export async function show(page, name) {
  const menu = page.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("navigation").getByRole("link", { name }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Stores an API key in the page. @param {import("playwright-core").Page} page @param {string} provider @param {string} apiKey */
export async function store(page, provider, apiKey, label = "main") {
  await show(page, "API keys");
  const card = page.locator(".provider", { has: page.getByRole("heading", { name: provider, exact: true }) });
  const field = card.getByLabel("API key", { exact: true });
  if (!(await field.isVisible())) await card.locator("summary").click();
  await field.fill(apiKey);
  await card.getByLabel("Label").fill(label);
  await card.getByRole("button", { name: "Store API key" }).click();
  return card;
}

/** Asks for an avatar in the studio. @param {import("playwright-core").Page} page @param {string} prompt */
export async function draw(page, prompt, count = 1) {
  await show(page, "Studio");
  await page.getByLabel("Prompt", { exact: true }).fill(prompt);
  await page.getByLabel("How many of each").fill(String(count));
  await page.getByRole("button", { name: /^Create/ }).click();
  return page.locator("#avatars .tile", { hasText: prompt });
}
