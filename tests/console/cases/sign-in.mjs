import assert from "node:assert/strict";
import { test } from "node:test";

import { startFrontDoor } from "../support/front-door.mjs";
import { LIFETIME_S, startIssuer } from "../support/issuer.mjs";
import { show, visit } from "../support/visit.mjs";
import { someone, stack } from "../support/world.mjs";

/** @param {(url: string, issuer: {url: string, stop: () => void}, seen: string[]) => Promise<void>} work */
async function withIssuer(work) {
  const { url } = await stack();
  const door = await startFrontDoor(url);
  const issuer = await startIssuer(door.url);
  door.trust(issuer.url);
  try {
    await work(door.url, issuer, door.seen);
  } finally {
    issuer.stop();
    door.stop();
  }
}

/** At the issuer's own page. */
async function introduce(page, name) {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("signing in at the team's issuer, staying signed in, signing out", async () => {
  await withIssuer(async (url, issuer, seen) => {
    const name = someone("mara");
    await visit(`${url}/#/costs`, {}, async (page) => {
      const asked = page.waitForRequest((request) => request.url().startsWith(`${issuer.url}/auth?`));
      await page.getByRole("button", { name: "Sign in with your team’s account" }).click();
      const query = new URL((await asked).url()).searchParams;
      assert.equal(query.get("code_challenge_method"), "S256");
      assert.equal(query.get("resource"), "https://ownkey.example/api");
      assert.match(query.get("scope") ?? "", /^openid offline_access keys:read /);
      for (const random of ["state", "nonce", "code_challenge"]) assert.equal(query.get(random)?.length, 43, random);
      await introduce(page, name);

      // Back where people came from, with nothing of it in the address.
      await page.getByRole("heading", { level: 1, name: "Costs" }).waitFor();
      assert.equal(page.url(), `${url}/#/costs`);
      await show(page, "Account");
      await page.getByText(`Signed in as ${name}.`).waitFor();
      assert.ok(seen.length > 0 && seen.every((sub) => sub === name));
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
      assert.equal(kept, '[{},{},""]');

      // Shortly before the token runs out another one is fetched, and nobody notices.
      const renewed = page.waitForResponse((response) => response.url() === `${issuer.url}/token`, { timeout: LIFETIME_S * 1000 });
      const again = setInterval(() => page.evaluate(() => { location.hash = location.hash === "#/costs" ? "#/audit" : "#/costs"; }), 1000);
      const answered = await renewed;
      clearInterval(again);
      assert.ok(answered.ok());
      assert.match(answered.request().postData() ?? "", /grant_type=refresh_token/);
      await show(page, "Account");

      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Yes, sign me out" }).click();
      await page.getByRole("button", { name: "Sign in with your team’s account" }).waitFor();
      assert.ok(page.url().startsWith(`${url}/`));
    });
  });
});

test("an answer that nobody asked for signs nobody in", async () => {
  await withIssuer(async (url) => {
    await visit(`${url}/?code=stolen&state=made-up`, {}, async (page) => {
      await page.getByText("The answer does not belong to this tab.").waitFor();
      await page.getByRole("button", { name: "Sign in with your team’s account" }).waitFor();
      assert.ok(!page.url().includes("stolen"));
    });
  });
});

test("an issuer that does not answer is said", async () => {
  await withIssuer(async (url, issuer) => {
    await visit(url, {}, async (page) => {
      await page.route(`${issuer.url}/**`, (route) => route.fulfill({ status: 503, json: {}, headers: { "Access-Control-Allow-Origin": url } }));
      await page.getByRole("button", { name: "Sign in with your team’s account" }).click();
      await page.getByRole("alert").getByText("You are not signed in. It answered with status 503.").waitFor();
    }).catch((error) => {
      // The browser notes the 503 itself.
      if (!String(error.message).includes("status of 503")) throw error;
    });
  });
});
