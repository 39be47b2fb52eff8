// The screens "Batches" and of one batch: how far each is, retrying, cancelling, and a zip of its pictures.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { byId, copy, link, once, slot, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import { isOn } from "./router.js";
import { watch } from "./watch.js";
import { moment, readable } from "./words.js";

const LOOK_AGAIN_MS = 3000;
const SHOWN = ["succeeded", "running", "queued", "paused", "unknown", "failed", "cancelled"];
const WORDS = { succeeded: "ready", running: "being drawn", queued: "queued", paused: "waiting" };

const section = byId("batches");
const one = byId("batch");
const more = slot(section, "more");
/** @type {Map<string, {batch: any, items: Set<any>}>} by id */
const cards = new Map();
/** @type {string | null} */
let cursor = null;
let timer = 0;
/** @type {{changed: () => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  more.addEventListener("click", () => once(more, () => guard(() => page(`&cursor=${encodeURIComponent(cursor ?? "")}`))));
}

export async function load() {
  cards.clear();
  slot(section, "list").replaceChildren();
  await page("");
}

async function page(query) {
  const { data } = await call("GET", `/v1/batches?limit=20${query}`);
  slot(section, "list").append(...data.items.map(card));
  slot(section, "empty").hidden = data.items.length > 0 || cards.size > 0;
  cursor = data.next_cursor ?? null;
  more.hidden = cursor === null;
}

/** @param {string} id */
export async function open(id) {
  cards.clear();
  const { data } = await call("GET", address(id));
  slot(one, "list").replaceChildren(card(data));
}

/** @param {string} id @returns {`/v1/batches/${string}`} */
const address = (id) => `/v1/batches/${encodeURIComponent(id)}`;

function card(batch) {
  const item = copy("batch-card");
  for (const button of item.querySelectorAll("button")) {
    button.addEventListener("click", () => once(button, () => guard(() => act(batch.id, button.dataset.action))));
  }
  cards.set(batch.id, { batch, items: new Set([item]) });
  show(batch);
  return item;
}

function show(batch) {
  const { id, counts, total, project, created_at: at } = batch;
  const entry = cards.get(id);
  if (!entry) return;
  entry.batch = batch;
  const going = counts.queued + counts.running + counts.paused;
  for (const item of entry.items) {
    slot(item, "name").href = `#/batch/${encodeURIComponent(id)}`;
    write(item, "name", `${total} avatars`);
    write(item, "facts", [moment(at), project && `project ${project}`].filter(Boolean).join(" · "));
    const words = SHOWN.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${WORDS[state] ?? readable(state).toLowerCase()}`).join(", ");
    write(item, "counts", words || "Being made…");
    const progress = slot(item, "progress");
    Object.assign(progress, { max: total || 1, value: total - going, ariaLabel: `Progress of ${total} avatars: ${words}` });
    const offers = { retry: counts.failed > 0, cancel: counts.queued + counts.paused > 0, export: counts.succeeded > 0 };
    for (const [action, isOffered] of Object.entries(offers)) {
      const button = item.querySelector(`[data-action="${action}"]`);
      button.hidden = !isOffered;
      button.ariaLabel = `${button.textContent}, batch of ${moment(at)}`;
    }
    if (!slot(item, "link").href) slot(item, "link").hidden = true;
  }
  if (going === 0 && batch.state !== "creating") return;
  clearTimeout(timer);
  timer = setTimeout(() => guard(lookAgain), LOOK_AGAIN_MS);
}

/** Asks about those that go on, while somebody looks at them. */
async function lookAgain() {
  if (!isOn("batches") && !isOn("batch")) return;
  if (document.hidden) return void (timer = setTimeout(() => guard(lookAgain), 10 * LOOK_AGAIN_MS));
  for (const { batch } of [...cards.values()]) {
    const { counts, state } = batch;
    if (counts.queued + counts.running + counts.paused > 0 || state === "creating") show((await call("GET", address(batch.id))).data);
  }
}

/** @param {string} id @param {"cancel" | "export" | "retry"} action */
async function act(id, action) {
  const { batch } = cards.get(id);
  if (action === "export") return zip(id);
  const text = "Avatars that wait are cancelled and cost nothing. What is being drawn is finished.";
  if (action === "cancel" && !await ask({ title: "Cancel what waits?", text, verb: "Cancel them" })) return;
  await call("POST", `${address(id)}/${action}`, { body: {} });
  announce(action === "retry" ? `Retrying ${batch.counts.failed}.` : "Cancelled.");
  show((await call("GET", address(id))).data);
  tell.changed();
}

/** A job makes the zip; its link is good for minutes, so it is offered as it comes. */
async function zip(id) {
  const [item] = cards.get(id).items;
  write(item, "done", "Packing…");
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data, retryAfter } = await call("POST", `${address(id)}/export`, { headers });
  const job = await new Promise((resolve) => {
    watch(data, (newer) => ["queued", "running"].includes(newer.state) || resolve(newer), retryAfter);
  });
  const made = job.state === "succeeded" ? job.export : null;
  write(item, "done", made ? `The zip is ready: pictures and a list of them, ${Math.ceil(made.bytes / 1024)} KiB. The link is good for 15 minutes.` : (job.reason?.message ?? "The zip could not be made. Try again."));
  link(slot(item, "link"), made?.url, "Download the zip");
  slot(item, "link").download = "";
}
