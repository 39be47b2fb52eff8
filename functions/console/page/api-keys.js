// The section "API keys": a card for each provider. A secret goes from its field into one request and is not kept.

import * as rows from "./api-key-row.js";
import { call } from "./api.js";
import { byId, choices, copy, link, once, refuse, slot, soon, unrefuse } from "./dom.js";
import { PROVIDERS, provider, sandboxKeys, sentence } from "./words.js";

const DONE_MS = 15_000;

/** Where the cards stand side by side. */
const WIDE = matchMedia("(min-width: 46rem)");

const section = byId("api-keys");

/** @type {Map<string, {item: any, hush: () => void}>} by provider */
const cards = new Map();
/** @type {{loaded: (items: any[]) => void, changed: () => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  for (const { id } of PROVIDERS) card(id);
}

/** @param {boolean} isLocal whether sandbox API keys are understood */
export function offerSandbox(isLocal) {
  for (const box of section.querySelectorAll(".sandbox")) box.hidden = !isLocal;
}

export async function load() {
  const { data: { items } } = await call("GET", "/v1/api-keys");
  slot(section, "empty").hidden = items.length > 0;
  for (const id of new Set([...cards.keys(), ...items.map((meta) => meta.provider)])) {
    show(card(id), items.filter((meta) => meta.provider === id));
  }
  tell.loaded(items);
}

function show(item, stored) {
  const list = slot(item, "list");
  // What was said of it is no longer so.
  if (stored.some(({ state }) => ["invalid", "out_of_credit"].includes(state))) slot(item, "done").textContent = "";
  const focused = list.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
  list.replaceChildren(...stored.map((meta) => rows.make(meta, { say: (text) => say(meta.provider, text), changed: tell.changed, replace })));
  [...list.querySelectorAll("button")].find(({ ariaLabel }) => ariaLabel === focused)?.focus();
  slot(item, "summary").textContent = stored.length > 0 ? "Add or replace" : "Store an API key";
  // Open where there is something to begin with. Reading the list again changes nothing.
  const details = item.querySelector("details");
  if (details.dataset.stored !== String(stored.length)) details.open = stored.length === 0 && (WIDE.matches || item === [...cards.values()][0].item);
  details.dataset.stored = String(stored.length);
}

/** Opens the form, filled in as the API key that another shall take the place of. */
function replace(meta) {
  const item = card(meta.provider);
  const { api_key: secret, label, project } = item.querySelector("form").elements;
  label.value = meta.label ?? "";
  project.value = meta.project ?? "";
  item.querySelector("details").open = true;
  secret.focus();
}

/** The card of a provider, also of one that this page does not know yet. */
function card(id) {
  if (cards.has(id)) return cards.get(id).item;
  const item = copy("provider-card", id);
  const { name, purpose = "", placeholder = "", apiKeysUrl, advice = "Make a new API key, for Ownkey alone." } = provider(id);
  const form = item.querySelector("form");
  slot(item, "name").textContent = name;
  slot(item, "purpose").textContent = purpose;
  form.elements.api_key.placeholder = placeholder;
  link(slot(item, "api-keys-link"), apiKeysUrl, `Sign in at ${name}`);
  slot(item, "advice").textContent = advice;
  choices(form.elements.sandbox, sandboxKeys(id));
  slot(item, "fill").addEventListener("click", () => {
    form.elements.api_key.value = form.elements.sandbox.value;
    slot(form, "submit").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "submit"), () => store(id, item));
  });
  slot(section, "cards").append(item);
  cards.set(id, { item, hush: soon(() => say(id, ""), DONE_MS) });
  return item;
}

async function store(id, item) {
  const form = item.querySelector("form");
  const { api_key: secret, label, project } = form.elements;
  const body = { api_key: secret.value.trim(), label: label.value.trim() || undefined };
  secret.value = "";
  unrefuse(form);
  if (!body.api_key) return refuse(secret, "Paste the API key first.");
  if (!project.validity.valid) return refuse(project, "Letters, digits, - and _ only.");
  try {
    const { status, data } = await call("PUT", rows.address({ provider: id, project: project.value.trim() }), { body });
    const verified = data.state === "active" ? `${provider(id).name} accepts it.` : "It is not verified yet.";
    say(id, `${status === 201 ? "Stored" : "Replaced"}. ${verified}`);
    item.querySelector("details").open = false;
    slot(item, "name").focus();
    tell.changed();
  } catch (error) {
    refuse(form.elements.namedItem(error.field) ?? secret, error.field ? error.detail : sentence(error));
  }
}

/** Says in a provider's card how it went, for a while. */
function say(id, text) {
  const { item, hush } = cards.get(id);
  slot(item, "done").textContent = text;
  if (text) hush();
}
