// Who is signed in. The access token lives in this variable and nowhere else: a reload forgets it.

import { Problem, answer } from "./api.js";

const SCOPES = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";
const EARLY_MS = 30_000;
const NOBODY = { accessToken: "", expiresAt: Infinity, /** @type {string | null} */ tenant: null };

let session = NOBODY;
/** @type {Promise<unknown> | null} */
let renewal = null;

/** Signs in at the local stack. @returns {Promise<boolean>} false where there is none, as in AWS */
export async function signInLocally(tenant) {
  const query = new URLSearchParams({ tenant, sub: tenant, scope: SCOPES });
  try {
    const { data } = await answer("GET", `/local/token?${query}`);
    session = { accessToken: data.access_token, expiresAt: Date.now() + data.expires_in * 1000, tenant };
    return true;
  } catch (problem) {
    if ([401, 403, 404].includes(problem.status)) return false;
    throw problem;
  }
}

/** Takes a token that the team's own sign-in gave out. */
export function signInWith(accessToken) {
  session = { ...NOBODY, accessToken };
}

/** The token for the next call; renewed a little before it runs out. @returns {Promise<string>} */
export async function bearer() {
  if (Date.now() > session.expiresAt - EARLY_MS) await renew();
  if (session.accessToken) return session.accessToken;
  throw new Problem({ title: "You are not signed in", detail: "Sign in at the top of the page.", status: 403 });
}

/** Gets a new token, or signs out where only people can get one. However many calls ask at once, one is fetched. */
export async function renew() {
  if (session.tenant !== null) {
    renewal ??= signInLocally(session.tenant).finally(() => { renewal = null; });
    return renewal;
  }
  session = NOBODY;
  document.dispatchEvent(new Event("signed-out"));
}
