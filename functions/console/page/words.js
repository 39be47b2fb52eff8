// How things are called on the page: providers, states, actions, money, time.

/** @typedef {{id: string, name: string, purpose?: string, placeholder?: string, sandbox?: string, apiKeysUrl?: string, advice?: string}} Provider */

/** @type {Provider[]} */
export const PROVIDERS = [
  {
    id: "openai",
    name: "OpenAI",
    purpose: "Images with GPT Image.",
    advice: "Make a new secret API key. Restricted is enough: Images (write) and Models (read).",
    placeholder: "sk-…",
    sandbox: "sk-sandbox-",
    apiKeysUrl: "https://platform.openai.com/api-keys",
  },
  {
    id: "bfl",
    name: "Black Forest Labs",
    purpose: "Images with FLUX.",
    advice: "Add credits, then make a new API key, for Ownkey alone.",
    placeholder: "bfl_…",
    sandbox: "bfl_sandbox-",
    apiKeysUrl: "https://dashboard.bfl.ai/keys",
  },
  {
    id: "anthropic",
    name: "Anthropic",
    purpose: "Personas, written by Claude.",
    advice: "Make a new API key in a workspace with a spend limit of its own.",
    placeholder: "sk-ant-…",
    sandbox: "sk-ant-sandbox-",
    apiKeysUrl: "https://platform.claude.com/settings/keys",
  },
];

/** @param {string} id also of a provider this page does not know yet @returns {Provider} */
export const provider = (id) => PROVIDERS.find((known) => known.id === id) ?? { id, name: id || "the provider" };

const SANDBOX_CASES = {
  ok: "all goes well",
  slow: "slow answers",
  "out-of-credit": "out of credit",
  "rate-limited": "rate limits",
  moderated: "refused prompts",
  flaky: "flaky provider",
  "hang-up": "lost answers",
  unverified: "cannot be verified",
  invalid: "refused API key",
};

/** The local stack's API keys: like test card numbers, each plays one case. Each page load has accounts of its own. */
export function sandboxKeys(id) {
  const account = String(Date.now()).padStart(16, "0");
  const { sandbox = "sandbox-" } = provider(id);
  return Object.entries(SANDBOX_CASES).map(([name, text]) => ({ value: `${sandbox}${name}-${account}`, text }));
}

/** What personas can be written in, by language tag. */
export const LANGUAGES = {
  en: "English",
  de: "German",
  es: "Spanish",
  fr: "French",
  it: "Italian",
  nl: "Dutch",
  pl: "Polish",
  "pt-BR": "Portuguese (Brazil)",
  tr: "Turkish",
  uk: "Ukrainian",
  ja: "Japanese",
  "zh-Hans": "Chinese (simplified)",
};

/** @type {Record<string, {word: string, writing?: string, text?: string, actions?: string[]}>} */
const JOB_STATES = {
  queued: { word: "Queued", text: "Waiting for its turn.", actions: ["cancel"] },
  running: { word: "Drawing", writing: "Writing" },
  paused: { word: "Paused", text: "Waiting; it goes on by itself.", actions: ["resume", "cancel"] },
  unknown: { word: "Unknown", text: "A retry may be billed again.", actions: ["accept", "discard"] },
  succeeded: { word: "Ready" },
  failed: { word: "Failed", text: "The provider gave no reason.", actions: ["retry"] },
  cancelled: { word: "Cancelled" },
};

export const STATES = Object.keys(JOB_STATES);

/** What a job is doing or has become. */
export const stateOf = ({ kind, state }) => {
  const { word = readable(state), writing = word, ...rest } = JOB_STATES[state] ?? {};
  return { ...rest, word: kind === "persona" ? writing : word };
};

export const isFinal = ({ state }) => ["succeeded", "failed", "cancelled"].includes(state);

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

/** A computed price: `0.03` -> `$0.03`, `0.0423` -> `$0.042`. */
export const dollars = (amount) => money(amount >= 0.001 ? amount.toFixed(3) : amount.toFixed(6));

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

export const day = (at) => DAY.format(new Date(at));

/** `23 Nov 2026, 14:03:22`; of today only the time. @param {string} at RFC 3339 */
export function moment(at) {
  const time = CLOCK.format(new Date(at));
  return day(at) === day(Date.now()) ? `today ${time}` : `${day(at)}, ${time}`;
}

/** `14:03` of today, else `23 Nov 2026, 14:03`. @param {string} at RFC 3339 */
export const minute = (at) => moment(at).slice(0, -3).replace(/^today /, "");

/** @param {any} error a Problem says itself what happened; anything else is a mistake of this page */
export function sentence(error) {
  const texts = error.title ? [error.title, error.detail] : ["This page made a mistake. Please reload it", error.message];
  return texts.filter(Boolean).map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`)).join(" ");
}
