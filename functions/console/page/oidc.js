// Signing in at the team's own issuer: OpenID Connect, authorization code with PKCE (RFC 7636). A public client: no secret.

import { Problem } from "./api.js";

/** What has to outlive the way to the issuer and back. It opens nothing by itself, and is gone on arrival. */
const TRIP = "ownkey-sign-in";
const PATIENCE_MS = 20_000;

/**
 * @typedef {{issuer: string, client_id: string, resource?: string, scope_prefix?: string}} Team
 * @typedef {{authorization_endpoint: string, token_endpoint: string, end_session_endpoint?: string, scopes_supported?: string[]}} Issuer
 * @typedef {{access_token: string, expires_in?: number, refresh_token?: string, id_token?: string}} Tokens
 */

/** Where the issuer sends people back to. */
const here = () => new URL("/", location.href).href;

/** What the issuer says about itself. @param {Team} team @returns {Promise<Issuer>} */
async function discover({ issuer }) {
  const about = await ask(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (about.issuer === issuer) return about;
  throw new Problem({ title: "The sign-in is not set up", detail: `The issuer calls itself ${about.issuer}, not ${issuer}. Tell whoever runs this stack.` });
}

/** Goes to the issuer. @param {Team} team @param {string} scopes */
export async function leave(team, scopes) {
  const { authorization_endpoint: address, scopes_supported: known = [] } = await discover(team);
  const trip = { verifier: random(), state: random(), nonce: random(), hash: location.hash };
  const wanted = scopes.split(" ").map((scope) => `${team.scope_prefix ?? ""}${scope}`);
  const url = new URL(address);
  const query = {
    response_type: "code",
    client_id: team.client_id,
    redirect_uri: here(),
    // Some issuers refuse a scope they do not know, so this one only where they name it.
    scope: ["openid", ...(known.includes("offline_access") ? ["offline_access"] : []), ...wanted].join(" "),
    state: trip.state,
    nonce: trip.nonce,
    code_challenge: text(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(trip.verifier)))),
    code_challenge_method: "S256",
    ...(team.resource ? { resource: team.resource } : {}),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  sessionStorage.setItem(TRIP, JSON.stringify(trip));
  location.assign(url);
}

/** Back from the issuer? Then what it gave, once. @param {Team} team @returns {Promise<Tokens | null>} */
export async function arrive(team) {
  const query = new URLSearchParams(location.search);
  const [code, state, refusal] = ["code", "state", "error"].map((name) => query.get(name));
  if (!state || !(code || refusal)) return null;
  const trip = JSON.parse(sessionStorage.getItem(TRIP) ?? "{}");
  sessionStorage.removeItem(TRIP);
  history.replaceState(null, "", `/${trip.hash ?? ""}`);
  // Somebody else's answer, or one of long ago.
  if (state !== trip.state) throw failed("The answer does not belong to this tab.");
  if (refusal) throw failed(query.get("error_description") ?? refusal);
  const tokens = await exchange(team, { grant_type: "authorization_code", code, redirect_uri: here(), code_verifier: trip.verifier });
  // It came straight from the issuer by TLS, so its signature need not be looked at (OIDC Core, 3.1.3.7).
  const { nonce, iss, aud } = claims(tokens.id_token);
  if (nonce !== trip.nonce || iss !== team.issuer || ![aud].flat().includes(team.client_id)) throw failed("The answer is not for this sign-in.");
  return tokens;
}

/** @param {Team} team @param {string} refreshToken @returns {Promise<Tokens>} */
export const refresh = (team, refreshToken) => exchange(team, { grant_type: "refresh_token", refresh_token: refreshToken });

/** Ends the session at the issuer too, where it offers that. @param {Team} team @param {string} idToken */
export async function signOut(team, idToken) {
  const { end_session_endpoint: address } = await discover(team);
  if (!address) return location.reload();
  const url = new URL(address);
  // Cognito's names are its own.
  const query = { id_token_hint: idToken, post_logout_redirect_uri: here(), client_id: team.client_id, logout_uri: here() };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Who a token is about. @param {string | undefined} token @returns {any} */
export function claims(token) {
  try {
    const bytes = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))));
  } catch {
    return {};
  }
}

async function exchange(team, fields) {
  const { token_endpoint: address } = await discover(team);
  const resource = team.resource ? { resource: team.resource } : {};
  return ask(address, new URLSearchParams({ ...fields, ...resource, client_id: team.client_id }));
}

/** @param {string} address @param {URLSearchParams} [body] */
async function ask(address, body) {
  const options = { method: body ? "POST" : "GET", body, credentials: /** @type {const} */ ("omit"), signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await fetch(address, options).catch(() => { throw failed("Your team’s sign-in did not answer."); });
  const data = await response.json().catch(() => ({}));
  if (response.ok) return data;
  throw failed(data.error_description ?? data.error ?? `It answered with status ${response.status}.`);
}

const failed = (why) => new Problem({ title: "You are not signed in", detail: `${why} Try again, and if that does not help, tell whoever runs this stack.`, status: 403 });

const random = () => text(crypto.getRandomValues(new Uint8Array(32)));

/** base64url */
const text = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
