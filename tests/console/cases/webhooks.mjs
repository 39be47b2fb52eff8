// Against the documented routes, played here: what the page sends, and that a secret is shown once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { show, visit } from "../support/visit.mjs";
import { someone, stack } from "../support/world.mjs";

test("a webhook is added, its secret shown once, tested, and its deliveries sent again", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    const webhook = { id: "whk_1", url: "https://example.com/ownkey", label: "site", events: ["job.succeeded"], created_at: "2026-11-23T10:00:00.000Z" };
    const delivery = { id: "dlv_1", created_at: "2026-11-23T10:01:00.000Z", type: "job.succeeded", state: "failed", attempts: [{ at: "2026-11-23T10:01:00.000Z", duration_ms: 12, status: 500, error: null }] };
    /** @type {string[]} */
    const sent = [];
    await page.route("**/v1/webhooks**", async (route) => {
      const request = route.request();
      const path = new URL(request.url()).pathname;
      sent.push(`${request.method()} ${path} ${request.postData() ?? ""}`.trim());
      if (path.endsWith("/deliveries")) return route.fulfill({ json: { items: [delivery], next_cursor: null } });
      if (request.method() === "GET") return route.fulfill({ json: { items: [], next_cursor: null } });
      if (path === "/v1/webhooks") return route.fulfill({ status: 201, json: { ...webhook, secret: "whsec_c2VjcmV0" } });
      return route.fulfill({ status: 202, json: path.endsWith("/secret") ? { ...webhook, secret: "whsec_bmV3" } : webhook });
    });
    await show(page, "Webhooks");
    await page.getByText("None yet. Add the address").waitFor();
    await page.getByLabel("Address").fill("example.com");
    await page.getByRole("button", { name: "Add webhook" }).click();
    await page.getByText("A whole address, such as").waitFor();
    await page.getByLabel("Address").fill(webhook.url);
    await page.getByLabel("Label (optional)").fill("site");
    await page.getByLabel("Events, with commas (the usual ones, if empty)").fill("job.succeeded");
    await page.getByRole("button", { name: "Add webhook" }).click();
    await page.getByText("whsec_c2VjcmV0").waitFor();
    await page.getByRole("button", { name: "I have it: site" }).click();
    assert.ok(!(await page.content()).includes("whsec_c2VjcmV0"));
    await page.getByRole("button", { name: "Send a test: site" }).click();
    await page.getByText("A test is on its way.").waitFor();
    await page.getByText("Deliveries", { exact: true }).click();
    await page.getByRole("button", { name: /^Send again/ }).click();
    await page.getByText("Sent again.").waitFor();
    await page.getByRole("button", { name: "New secret: site" }).click();
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByText("whsec_bmV3").waitFor();
    assert.deepEqual(sent, [
      "GET /v1/webhooks",
      `POST /v1/webhooks {"url":"${webhook.url}","label":"site","events":["job.succeeded"]}`,
      "POST /v1/webhooks/whk_1/test",
      "GET /v1/webhooks/whk_1/deliveries",
      'POST /v1/webhooks/whk_1/redeliver {"delivery":"dlv_1"}',
      "GET /v1/webhooks/whk_1/deliveries",
      "POST /v1/webhooks/whk_1/secret",
    ]);
  });
});

test("erasing asks for the word, and says what becomes of it", async () => {
  const { url } = await stack();
  await visit(url, { tenant: someone() }, async (page) => {
    /** @type {(string | null)[]} */
    const sent = [];
    await page.route("**/v1/account", (route) => {
      sent.push(route.request().postData());
      return route.fulfill({ status: 202, json: {} });
    });
    await show(page, "Account");
    await page.getByRole("button", { name: "Erase this account" }).click();
    await page.getByRole("button", { name: "Erase everything" }).click();
    assert.deepEqual(sent, []);
    await page.getByLabel("Type erase to confirm").fill("erase");
    await page.getByRole("button", { name: "Erase everything" }).click();
    await page.getByText("Everything is being erased.").waitFor();
    assert.deepEqual(sent, ['{"confirm":"erase"}']);
  });
});
