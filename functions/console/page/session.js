// Who is signed in. The access token lives in this variable and nowhere else: a reload forgets it.

import { Problem, answer } from "./api.js";
import * as oidc from "./oidc.js";

const SCOPES = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";
const EARLY_MS = 30_000;
const NOBODY = { accessToken: "", expiresAt: Infinity, refreshToken: "", idToken: "", /** @type {string | null} */ tenant: null };

let session = NOBODY;
/** @type {any} */
let team = null;
/** @type {Promise<unknown> | null} */
let renewal = null;

/** How people sign in at this stack, as it says itself: `local`, `oidc` or `token`. @returns {Promise<any>} */
export async function ways() {
  const { data } = await answer("GET", "/config.json");
  team = data.sign_in === "oidc" ? data : null;
  return data;
}

/** Signs in at the local stack. */
export async function signInLocally(tenant) {
  const query = new URLSearchParams({ tenant, sub: tenant, scope: SCOPES });
  const { data } = await answer("GET", `/local/token?${query}`);
  session = { ...NOBODY, accessToken: data.access_token, expiresAt: Date.now() + data.expires_in * 1000, tenant };
}

/** Takes a token that the team's own sign-in gave out. */
export function signInWith(accessToken) {
  session = { ...NOBODY, accessToken };
}

/** Goes to the team's sign-in. */
export const signIn = () => oidc.leave(team, SCOPES);

/** Takes what the team's sign-in sent people back with. @returns {Promise<boolean>} whether somebody is signed in now */
export async function arrive() {
  const tokens = await oidc.arrive(team);
  if (tokens) take(tokens);
  return Boolean(tokens);
}

/** @param {oidc.Tokens} tokens */
function take({ access_token: accessToken, expires_in: seconds = Infinity, refresh_token: refreshToken = session.refreshToken, id_token: idToken = session.idToken }) {
  session = { ...NOBODY, accessToken, expiresAt: Date.now() + seconds * 1000, refreshToken, idToken };
}

/** Who it is, as people know themselves. */
export function who() {
  const { email, preferred_username: name, sub } = oidc.claims(session.idToken || session.accessToken);
  return session.tenant ?? email ?? name ?? sub ?? "";
}

export const canSignOut = () => session.tenant === null;

/** Forgets the tokens, here and at the issuer. */
export async function signOut() {
  const { idToken } = session;
  session = NOBODY;
  if (team && idToken) await oidc.signOut(team, idToken);
  else location.reload();
}

/** The token for the next call; renewed a little before it runs out. @returns {Promise<string>} */
export async function bearer() {
  if (Date.now() > session.expiresAt - EARLY_MS) await renew();
  if (session.accessToken) return session.accessToken;
  throw new Problem({ title: "You are not signed in", detail: "Sign in at the top of the page.", status: 403 });
}

/** Gets a new token, or signs out where only people can get one. However many calls ask at once, one is fetched. */
export function renew() {
  renewal ??= renewed().finally(() => { renewal = null; });
  return renewal;
}

async function renewed() {
  if (session.tenant !== null) return signInLocally(session.tenant);
  if (team && session.refreshToken) {
    try {
      return take(await oidc.refresh(team, session.refreshToken));
    } catch {
      // The issuer has ended it: people sign in again.
    }
  }
  session = NOBODY;
  document.dispatchEvent(new Event("signed-out"));
}
