// The section "Avatars": every image job as a tile, newest first, followed until it is done.

import { call } from "./api.js";
import { byId, once, slot, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import * as tiles from "./tile.js";
import { forgetAll, watch } from "./watch.js";
import { JOB_STATES } from "./words.js";

const section = byId("avatars");
const list = slot(section, "list");
const more = slot(section, "more");

const REQUESTS = {
  cancel: ["cancel"],
  discard: ["cancel"],
  resume: ["resume"],
  retry: ["retry", {}],
  accept: ["retry", { accept_double_charge: true }],
};

/** @type {Map<string, any>} by id */
const jobs = new Map();
/** @type {string | null} */
let cursor = null;
let hasApiKey = false;
let known = "";
let changed = () => {};

/** @param {{changed: () => void}} tell told when a job came into another state */
export function start(tell) {
  ({ changed } = tell);
  more.addEventListener("click", () => once(more, () => guard(() => page(`?cursor=${encodeURIComponent(cursor ?? "")}`))));
}

/** Begins anew, for whoever is signed in now. */
export async function load() {
  forgetAll();
  jobs.clear();
  list.replaceChildren();
  await page("");
}

async function page(query) {
  const { data } = await call("GET", `/v1/jobs${query}`);
  cursor = data.next_cursor ?? null;
  more.hidden = cursor === null;
  for (const job of data.items) update(job);
  sayNext();
}

/** @param {any[]} items the API keys there are */
export function know(items) {
  hasApiKey = items.length > 0;
  sayNext();
  // Another API key, or another state of it: what waits for it may go on, and is looked at now.
  const now = JSON.stringify(items.map(({ provider, version, state }) => [provider, version, state]));
  if (now === known) return;
  known = now;
  for (const { id, state } of jobs.values()) if (state === "paused") guard(() => send("GET", id));
}

function sayNext() {
  slot(section, "empty").hidden = jobs.size > 0;
  write(section, "next", hasApiKey
    ? "None yet. Describe somebody in the studio and press Create avatar: it appears here while it is drawn."
    : "None yet. Store an API key first, then describe somebody in the studio.");
}

/** A job as it is now, new or known. @param {any} job @param {number | null} [retryAfter] seconds */
export function update(job, retryAfter = null) {
  if ((job.kind ?? "image") !== "image") return;
  const before = jobs.get(job.id);
  jobs.set(job.id, job);
  tiles.show(byId(job.id) ?? place(job), job);
  watch(job, update, retryAfter);
  if (!before) sayNext();
  if (!before || before.state === job.state) return;
  announce(`${JOB_STATES[job.state]?.word ?? job.state}: ${tiles.promptOf(job)}. ${job.reason?.message ?? ""}`);
  changed();
}

/** A new tile at its place in time. */
function place(job) {
  const tile = tiles.make(job, (action, button) => once(button, () => guard(() => act(job.id, action))));
  const img = tile.querySelector("img");
  // A signed address lives for minutes only: ask for a fresh one, once.
  img.addEventListener("error", () => {
    if (img.dataset.stale) return;
    img.dataset.stale = "yes";
    guard(() => send("GET", job.id));
  });
  img.addEventListener("load", () => delete img.dataset.stale);
  const older = [...list.children].find(({ id }) => id < job.id); // Ids sort by time.
  list.insertBefore(tile, older ?? null);
  return tile;
}

async function act(id, action) {
  const [verb, body] = REQUESTS[action];
  await send("POST", id, `/${verb}`, body);
}

async function send(method, id, verb = "", body = undefined) {
  const { data, retryAfter } = await call(method, `/v1/jobs/${encodeURIComponent(id)}${verb}`, { body });
  if (data?.state) update(data, retryAfter);
  else await send("GET", id);
}
