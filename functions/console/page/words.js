// How things are called on the page: providers, states, actions, money, time.

/** @typedef {{id: string, name: string, placeholder?: string, apiKeysUrl?: string, billingUrl?: string}} Provider */

/** @type {Provider[]} */
export const PROVIDERS = [{
  id: "openai",
  name: "OpenAI",
  placeholder: "sk-…",
  apiKeysUrl: "https://platform.openai.com/api-keys",
  billingUrl: "https://platform.openai.com/settings/organization/billing/overview",
}];

/** @param {string} id also of a provider this page does not know yet @returns {Provider} */
export const provider = (id) => PROVIDERS.find((known) => known.id === id) ?? { id, name: id || "the provider" };

/** The local stack's API keys: like test card numbers, each plays one case. Each page load has accounts of its own. */
export const SANDBOX_CASES = Object.entries({
  ok: "all goes well",
  slow: "slow images",
  "out-of-credit": "out of credit",
  "rate-limited": "rate limits",
  moderated: "refused prompts",
  flaky: "flaky provider",
  "hang-up": "lost answers",
  unverified: "cannot be verified",
  invalid: "refused API key",
}).map(([name, text]) => ({ value: `sk-sandbox-${name}-${String(Date.now()).padStart(16, "0")}`, text }));

/** @type {Record<string, {word: string, text?: string, actions?: string[]}>} */
export const JOB_STATES = {
  queued: { word: "Queued", text: "Waiting for its turn.", actions: ["cancel"] },
  running: { word: "Drawing" },
  paused: { word: "Paused", text: "Waiting; it goes on by itself.", actions: ["resume", "cancel"] },
  unknown: { word: "Unknown", text: "A retry may be billed again.", actions: ["accept", "discard"] },
  succeeded: { word: "Ready" },
  failed: { word: "Failed", text: "The provider gave no reason.", actions: ["retry"] },
  cancelled: { word: "Cancelled" },
};

export const isFinal = ({ state }) => ["succeeded", "failed", "cancelled"].includes(state);

export const QUALITIES = { "": "Automatic", auto: "Automatic", xhigh: "Very high", max: "Maximum" };

/** @param {string} code `out_of_credit` -> `Out of credit` */
export function readable(code) {
  const text = String(code ?? "").replace(/[._-]+/g, " ").replace(/\bapi key\b/, "API key").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {string} name of an audit event: `credential.opened` -> `API key opened` */
export const action = (name) => (name === "job.intent" ? "Call announced" : readable(name).replace(/^Credential/, "API key"));

/** Decimal strings stay strings: `0.0420` -> `$0.042`. */
export function money(amount) {
  const [, whole, part = ""] = /^(\d+)(?:\.(\d+))?$/.exec(amount ?? "") ?? [];
  return whole ? `$${whole}.${part.replace(/0+$/, "").padEnd(2, "0")}` : "";
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

export const day = (at) => DAY.format(new Date(at));

/** `23 Nov 2026, 14:03:22`; of today only the time. @param {string} at RFC 3339 */
export function moment(at) {
  const time = CLOCK.format(new Date(at));
  return day(at) === day(Date.now()) ? `today ${time}` : `${day(at)}, ${time}`;
}

/** @param {any} error a Problem says itself what happened; anything else is a mistake of this page */
export function sentence(error) {
  const texts = error.title ? [error.title, error.detail] : ["This page made a mistake. Please reload it", error.message];
  return texts.filter(Boolean).map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`)).join(" ");
}
