// Webhooks, with a receiver that looks at the signatures.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";

import { show, visit } from "../support/visit.mjs";
import { someone, stack } from "../support/world.mjs";

test("a webhook is added, its secret shown once, tested, and its deliveries sent again", async () => {
  const { url } = await stack();
  const receiver = await listen();
  await visit(url, { tenant: someone() }, async (page) => {
    await show(page, "Webhooks");
    await page.getByText("None yet. Add the address").waitFor();
    await page.getByLabel("Address").fill("example.com");
    await page.getByRole("button", { name: "Add webhook" }).click();
    await page.getByText("A whole address, such as").waitFor();
    await page.getByLabel("Address").fill(receiver.url);
    await page.getByLabel("Label (optional)").fill("site");
    await page.getByLabel("Events (optional)").fill("job.succeeded");
    await page.getByRole("button", { name: "Add webhook" }).click();
    const secret = await page.getByText(/^whsec_/).innerText();
    await page.getByRole("button", { name: "I have it: site" }).click();
    assert.ok(!(await page.content()).includes(secret));

    await page.getByRole("button", { name: "Send a test: site" }).click();
    await page.getByText("A test is on its way.").waitFor();
    const first = await receiver.next();
    assert.ok(isSigned(first, secret), JSON.stringify(first.headers));
    await page.getByText("Deliveries", { exact: true }).click();
    await page.getByRole("button", { name: /^Send again/ }).click();
    await page.getByText("Sent again.").waitFor();
    const again = await receiver.next();
    assert.equal(again.headers["webhook-id"], first.headers["webhook-id"]);
    assert.ok(isSigned(again, secret));

    await page.getByRole("button", { name: "New secret: site" }).click();
    await page.getByRole("button", { name: "Make it" }).click();
    const newer = await page.getByText(/^whsec_/).innerText();
    assert.notEqual(newer, secret);
    await page.getByRole("button", { name: "Send a test: site" }).click();
    const both = await receiver.next();
    assert.ok(isSigned(both, newer) && isSigned(both, secret), JSON.stringify(both.headers));

    await page.getByRole("button", { name: "Delete: site" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("None yet. Add the address").waitFor();
  }).finally(receiver.stop);
});

/** Takes what is posted, one by one. */
async function listen() {
  /** @type {{headers: import("node:http").IncomingHttpHeaders, body: string}[]} */
  const came = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    came.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(204).end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const next = async () => {
    for (let tries = 0; came.length === 0 && tries < 200; tries += 1) await new Promise((later) => setTimeout(later, 100));
    return came.shift() ?? assert.fail("nothing was posted");
  };
  return { url: `http://127.0.0.1:${port}/ownkey`, next, stop: () => void server.close() };
}

/** As Standard Webhooks say: one signature for each secret, over id, time and body. */
function isSigned({ headers, body }, secret) {
  const told = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const mac = createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64")).update(told).digest("base64");
  return String(headers["webhook-signature"]).split(" ").includes(`v1,${mac}`);
}
