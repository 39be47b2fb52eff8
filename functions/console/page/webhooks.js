// The screen "Webhooks": addresses that are told of events, their signing secrets (shown once), and what was sent.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { badge, byId, copy, once, refuse, slot, unrefuse, write } from "./dom.js";
import { guard } from "./notice.js";
import { moment, readable, sentence } from "./words.js";

const section = byId("webhooks");
const form = byId("webhook-form");
const list = slot(section, "list");
/** @param {string} id @returns {`/v1/webhooks/${string}`} */
const address = (id) => `/v1/webhooks/${encodeURIComponent(id)}`;
/** @type {Record<string, (item: any, webhook: any) => unknown>} */
const DOES = { test, rotate, remove, enable, hide: (item) => secret(item, "") };

export function start() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form.querySelector("button"), add);
  });
}

export async function load() {
  const { data } = await call("GET", "/v1/webhooks");
  list.replaceChildren(...data.items.map(card));
  showEmpty();
}

const showEmpty = () => { slot(section, "empty").hidden = list.children.length > 0; };

async function add() {
  unrefuse(form);
  const { url, label, events } = form.elements;
  if (!url.validity.valid) return refuse(url, "A whole address, such as https://example.com/ownkey.");
  const named = events.value.split(/[\s,]+/).filter(Boolean);
  const body = { url: url.value.trim(), label: label.value.trim() || undefined, events: named.length > 0 ? named : undefined };
  try {
    const { data } = await call("POST", "/v1/webhooks", { body, headers: { "Idempotency-Key": crypto.randomUUID() } });
    const item = card(data);
    list.prepend(item);
    showEmpty();
    form.reset();
    secret(item, data.secret);
    slot(item, "name").focus();
  } catch (error) {
    refuse(form.elements.namedItem(error.field) ?? url, error.field ? error.detail : sentence(error));
  }
}

function card(webhook) {
  const item = copy("webhook-card");
  const { label, url, events, created_at: at, enabled = true, disabled_reason: why } = webhook;
  write(item, "name", label || url);
  write(item, "facts", [label && url, events?.length > 0 ? events.join(", ") : "no events", !enabled && `switched off: ${why ?? "nobody took the events"}`, at && `since ${moment(at)}`].filter(Boolean).join(" · "));
  item.addEventListener("click", ({ target }) => {
    const work = DOES[target.closest("[data-action]")?.dataset.action];
    if (work) once(target, () => guard(async () => work(item, webhook)));
  });
  item.querySelector('[data-action="enable"]').hidden = enabled;
  const details = item.querySelector("details");
  details.addEventListener("toggle", () => details.open && guard(() => deliveries(item, webhook)));
  for (const button of item.querySelectorAll("[data-action]")) button.ariaLabel = `${button.textContent}: ${label || url}`;
  return item;
}

function secret(item, text) {
  slot(item, "secret").hidden = !text;
  slot(item, "secret-text").textContent = text;
}

async function test(item, webhook) {
  await call("POST", `${address(webhook.id)}/test`);
  write(item, "done", "A test is on its way. Look at the deliveries in a moment.");
  if (item.querySelector("details").open) await deliveries(item, webhook);
}

async function rotate(item, { id }) {
  const text = "A new secret signs from now on. The old one signs too for 24 hours, so that nothing is refused while you change it.";
  if (!await ask({ title: "Make a new secret?", text, verb: "Make it" })) return;
  const { data } = await call("POST", `${address(id)}/secret`);
  secret(item, data.secret);
}

/** Takes one up again that was switched off. */
async function enable(item, { id, version }) {
  const { data } = await call("PUT", address(id), { body: { enabled: true }, headers: { "If-Match": `"${version}"` } });
  const newer = card(data);
  item.replaceWith(newer);
  slot(newer, "name").focus();
}

async function remove(item, { id, label, url }) {
  if (!await ask({ title: "Delete this webhook?", text: `Nothing is sent to ${label || url} any more.`, verb: "Delete" })) return;
  await call("DELETE", address(id));
  item.remove();
  showEmpty();
  byId("webhooks-title").focus();
}

async function deliveries(item, { id }) {
  const { data } = await call("GET", `${address(id)}/deliveries`);
  slot(item, "none").hidden = data.items.length > 0;
  slot(item, "deliveries").replaceChildren(...data.items.map((delivery) => {
    const { id: which, created_at: at, type, state, attempts } = delivery;
    const { status, error } = attempts.at(-1) ?? {};
    const line = copy("delivery");
    write(line, "at", moment(at));
    write(line, "what", [readable(type), status && `answered ${status}`, error].filter(Boolean).join(" · "));
    badge(line, "state", readable(state), { delivered: "good", failed: "bad" }[state] ?? "wait");
    const button = line.querySelector("button");
    button.ariaLabel = `Send again: ${readable(type)}, ${moment(at)}`;
    button.addEventListener("click", () => once(button, () => guard(async () => {
      await call("POST", `${address(id)}/redeliver`, { body: { delivery: which } });
      write(item, "done", "Sent again.");
      await deliveries(item, { id });
    })));
    return line;
  }));
}
