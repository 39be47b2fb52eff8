import assert from "node:assert/strict";
import { test } from "node:test";

import { show, visit } from "../support/visit.mjs";
import { someone, stack } from "../support/world.mjs";

test("news is asked for as often as the server says, sent once, and counted until it is seen", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    const old = { id: "ntc_1", at: "2026-11-23T10:00:00.000Z", kind: "budget.alert", message: "The budget has reached 50 %." };
    const news = { id: "ntc_2", at: "2026-11-23T10:05:00.000Z", kind: "api_key.out_of_credit", message: "The API key is out of credit.", provider: "openai", action_url: "https://platform.openai.com/billing" };
    /** @type {(string | undefined)[]} */
    const known = [];
    // The page that `visit` opened may be about to ask, and its question is not one of those counted here.
    const screen = page.url();
    await page.goto("about:blank");
    await page.route("**/v1/notices", (route) => {
      const tag = route.request().headers()["if-none-match"];
      known.push(tag);
      const items = known.length < 4 ? [old] : [news, old];
      const etag = `"${items.length}"`;
      const headers = { ETag: etag, "Retry-After": "1" };
      return tag === etag ? route.fulfill({ status: 304, headers }) : route.fulfill({ headers, json: { items, next_cursor: null } });
    });
    await page.goto(screen);
    await page.getByRole("navigation").getByText("1 new").waitFor();
    assert.deepEqual(known.slice(0, 4), [undefined, '"1"', '"1"', '"1"']);
    await show(page, "Notices");
    assert.equal(await page.locator("#notices .news > li").count(), 2);
    await page.getByRole("link", { name: "Open OpenAI" }).waitFor();
    assert.ok(!(await page.getByText("1 new").isVisible()));
    await page.waitForTimeout(1500);
    assert.equal(known.at(-1), '"2"');
  });
});
