// The section "API keys": store, test, revoke. A secret goes from its field into one request and is not kept.

import { call } from "./api.js";
import { badge, byId, choices, copy, link, once, refuse, slot, soon, write } from "./dom.js";
import { guard } from "./notice.js";
import { watch } from "./watch.js";
import { PROVIDERS, SANDBOX_CASES, moment, provider, readable, sentence } from "./words.js";

const DONE_MS = 15_000;

const section = byId("api-keys");
const list = slot(section, "list");
const form = byId("api-key-form");
const dialog = byId("revoke");
const { provider: providerField, label: labelField, api_key: secretField } = form.elements;

/** What a state means and what to do about it, in the words of one provider. */
const STATES = {
  active: () => ({ word: "Active", tone: "good" }),
  unverified: ({ name }) => ({ word: "Not verified", tone: "wait", advice: `${name} has not confirmed it yet. Press Test.` }),
  invalid: ({ name, apiKeysUrl }) => ({
    word: "Refused",
    tone: "bad",
    advice: "Store a new API key; waiting jobs then go on by themselves.",
    link: [apiKeysUrl, `Make an API key at ${name}`],
  }),
  out_of_credit: ({ name, billingUrl }) => ({
    word: "Out of credit",
    tone: "wait",
    advice: `Top up your ${name} account; waiting jobs then go on by themselves.`,
    link: [billingUrl, `Top up at ${name}`],
  }),
};

/** @type {{loaded: (items: any[]) => void, changed: () => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  choices(providerField, PROVIDERS.map(({ id, name }) => ({ value: id, text: name })));
  choices(byId("sandbox-case"), SANDBOX_CASES);
  providerField.addEventListener("change", describeProvider);
  describeProvider();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "submit"), store);
  });
  byId("sandbox-fill").addEventListener("click", () => {
    secretField.value = byId("sandbox-case").value;
    slot(form, "submit").focus();
  });
}

/** @param {boolean} isLocal whether sandbox API keys are understood */
export function offerSandbox(isLocal) {
  byId("sandbox").hidden = !isLocal;
}

export async function load() {
  const { data: { items } } = await call("GET", "/v1/api-keys");
  const focused = list.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
  list.replaceChildren(...items.map(row));
  [...list.querySelectorAll("button")].find(({ ariaLabel }) => ariaLabel === focused)?.focus();
  slot(section, "empty").hidden = items.length > 0;
  slot(section, "summary").textContent = items.length > 0 ? "Store or replace an API key" : "Store an API key";
  byId("api-key-details").open ||= items.length === 0;
  tell.loaded(items);
}

function describeProvider() {
  const { apiKeysUrl, name, placeholder = "" } = provider(providerField.value);
  secretField.placeholder = placeholder;
  link(slot(form, "api-keys-link"), apiKeysUrl, `Make an API key at ${name}`);
}

async function store() {
  const body = { api_key: secretField.value.trim(), label: labelField.value.trim() || undefined };
  secretField.value = "";
  refuse(secretField, body.api_key ? "" : "Paste the API key first.");
  if (!body.api_key) return;
  try {
    const { status, data } = await call("PUT", `/v1/api-keys/${providerField.value}`, { body });
    const verified = data.state === "active" ? `${provider(data.provider).name} accepts it.` : "It is not verified yet.";
    say(`${status === 201 ? "Stored" : "Replaced"}. ${verified}`);
    byId("api-key-details").open = false;
    byId("api-keys-title").focus();
    tell.changed();
  } catch (error) {
    refuse(secretField, sentence(error));
  }
}

const hush = soon(() => say(""), DONE_MS);

/** Says how it went, for a while. */
function say(text) {
  slot(section, "done").textContent = text;
  if (text) hush();
}

function row(meta) {
  const item = copy("api-key-row");
  const { name, ...links } = provider(meta.provider);
  const state = STATES[meta.state]?.({ name, ...links }) ?? { word: readable(meta.state), tone: "plain" };
  const waiting = meta.paused_jobs > 0 && `${meta.paused_jobs} ${meta.paused_jobs === 1 ? "job waits" : "jobs wait"}.`;
  write(item, "name", [name, meta.label, meta.project && `project ${meta.project}`].filter(Boolean).join(" · "));
  badge(item, "state", state.word, state.tone);
  write(item, "hint", meta.hint);
  write(item, "times", meta.last_used_at ? `last used ${moment(meta.last_used_at)}` : "never used");
  write(item, "advice", [meta.state_reason, state.advice, waiting].filter(Boolean).join(" "));
  link(slot(item, "link"), ...(state.link ?? []));
  for (const [action, work] of Object.entries({ test, revoke })) {
    const button = item.querySelector(`[data-action="${action}"]`);
    button.ariaLabel = [button.textContent, name, meta.label, meta.project].filter(Boolean).join(" ");
    button.addEventListener("click", () => once(button, () => guard(() => work(meta, name))));
  }
  return item;
}

function address({ project, provider: id }) {
  const scope = project ? `/projects/${encodeURIComponent(project)}` : "";
  return `/v1${scope}/api-keys/${encodeURIComponent(id)}`;
}

/** A worker opens the API key and asks the provider: the API itself cannot open it. */
async function test(meta, name) {
  say("Testing…");
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data: job, retryAfter } = await call("POST", `${address(meta)}/test`, { headers });
  const { state, reason } = await new Promise((resolve) => {
    watch(job, (newer) => ["queued", "running"].includes(newer.state) || resolve(newer), retryAfter);
  });
  say(state === "succeeded" ? `${name} accepts it.` : (reason?.message ?? `${name} did not confirm it.`));
  tell.changed();
}

async function revoke(meta, name) {
  slot(dialog, "text").textContent = `The ${name} API key ${meta.hint} is deleted for good. Jobs that need it pause until a new API key is stored. At ${name} it stays valid until you delete it there.`;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "revoke") return;
  await call("DELETE", address(meta));
  say("Revoked.");
  byId("api-keys-title").focus();
  tell.changed();
}
