// Avatars, in the studio, the gallery and a batch: image jobs as tiles, newest first, followed until they are done.

import { call } from "./api.js";
import { byId, choices, once, slot, write } from "./dom.js";
import { act, look } from "./jobs.js";
import { announce, guard } from "./notice.js";
import * as tiles from "./tile.js";
import { watch } from "./watch.js";
import { STATES, stateOf } from "./words.js";

const section = byId("avatars");
const filters = byId("gallery-filters");
const list = slot(section, "list");
const more = slot(section, "more");

/** @type {Map<string, any>} by id */
const jobs = new Map();
/** @type {Map<string, any>} by id */
let personas = new Map();
/** @type {string[]} ids of the jobs whose images are used as references */
let references = [];
/** @type {Record<string, string>} what is shown: `state`, `project`, `batch` */
let wanted = {};
/** @type {string | null} */
let cursor = null;
let hasApiKey = false;
let known = "";
/** @type {{changed: () => void, other: (job: any) => void, refer: (job: any) => void, portray: (job: any) => Promise<void>}} */
let tell;

/** `other`: told of jobs that make no image; `refer`, `portray`: what to do with a finished image */
export function start(listeners) {
  tell = listeners;
  more.addEventListener("click", () => once(more, () => guard(() => page(cursor))));
  choices(filters.elements.state, [{ value: "", text: "Any" }, ...STATES.map((state) => ({ value: state, text: stateOf({ kind: "image", state }).word }))]);
  filters.addEventListener("change", () => guard(() => filter(chosen())));
}

/** Begins anew, for whoever is signed in now. */
export async function load() {
  jobs.clear();
  list.replaceChildren();
  await page(null);
}

/** What the gallery is filtered by. */
export const chosen = () => Object.fromEntries([...new FormData(filters)].filter(([, value]) => value).map(([name, value]) => [name, String(value)]));

/** Shows only some. @param {Record<string, string>} newer */
export async function filter(newer) {
  if (JSON.stringify(newer) === JSON.stringify(wanted)) return;
  wanted = newer;
  await load();
}

const isWanted = (job) => Object.entries(wanted).every(([name, value]) => job[name] === value);

/** @param {string | null} from */
async function page(from) {
  const asked = wanted;
  const query = new URLSearchParams({ ...wanted, limit: "50", ...(from ? { cursor: from } : {}) });
  const { data } = await call("GET", `/v1/jobs?${query}`);
  // Somebody has gone on to another screen meanwhile.
  if (asked !== wanted) return;
  cursor = data.next_cursor ?? null;
  more.hidden = cursor === null;
  for (const job of data.items) (job.kind === "image" ? update : tell.other)(job);
  sayNext();
}

/** @param {any[]} items the API keys there are */
export function know(items) {
  hasApiKey = items.some(({ provider }) => provider !== "anthropic");
  sayNext();
  // Another API key, or another state of it: what waits for it may go on, and is looked at now.
  const now = JSON.stringify(items.map(({ provider, version, state }) => [provider, version, state]));
  if (now === known) return;
  known = now;
  for (const { id, state } of jobs.values()) if (state === "paused") look(id, update);
}

/** @param {Map<string, any>} newer */
export function knowPersonas(newer) {
  personas = newer;
  for (const job of jobs.values()) if (job.persona) show(job);
}

/** @param {string[]} newer */
export function knowReferences(newer) {
  references = newer;
  for (const job of jobs.values()) show(job);
}

/** @param {any[]} projects */
export function knowProjects(projects) {
  choices(filters.elements.project, [{ value: "", text: "Any" }, ...projects.map(({ id, name }) => ({ value: id, text: name || id }))]);
}

function sayNext() {
  slot(section, "empty").hidden = jobs.size > 0;
  write(section, "next", Object.keys(wanted).length > 0 ? "Nothing of this kind. Choose other filters." : hasApiKey
    ? "None yet. Choose a persona in the studio, or describe somebody: the avatar appears here while it is drawn."
    : "None yet. Store an API key of OpenAI or Black Forest Labs first, then describe somebody in the studio.");
}

/** A job as it is now, new or known. @param {any} job @param {number | null} [retryAfter] seconds */
export function update(job, retryAfter = null) {
  const before = jobs.get(job.id);
  if (!before && !isWanted(job)) return;
  jobs.set(job.id, job);
  show(job);
  watch(job, update, retryAfter);
  if (!before) sayNext();
  if (!before || before.state === job.state) return;
  announce(`${stateOf(job).word}: ${tiles.promptOf(job)}. ${job.reason?.message ?? ""}`);
  tell.changed();
}

function show(job) {
  const tile = byId(job.id) ?? place(job);
  const persona = personas.get(job.persona);
  tiles.show(tile, job, persona?.name);
  const isPortrait = persona?.portrait?.job === job.id;
  slot(tile, "open").href = `#/job/${encodeURIComponent(job.id)}`;
  slot(tile, "open").ariaLabel = `Details: ${tiles.promptOf(job)}`;
  const [portray, refer] = slot(tile, "uses").querySelectorAll("button");
  refer.hidden = job.state !== "succeeded";
  portray.hidden = refer.hidden || !persona;
  portray.setAttribute("aria-pressed", String(isPortrait));
  refer.setAttribute("aria-pressed", String(references.includes(job.id)));
}

/** A new tile at its place in time. */
function place({ id }) {
  const tile = tiles.make("tile", { id }, (button) => {
    const job = jobs.get(id);
    if (button.dataset.action === "refer") tell.refer(job);
    else if (button.dataset.action === "portray") once(button, () => guard(() => tell.portray(job)));
    else act(job, button, update);
  });
  const img = tile.querySelector("img");
  // A signed address lives for minutes only: ask for a fresh one, once.
  img.addEventListener("error", () => {
    if (img.dataset.stale) return;
    img.dataset.stale = "yes";
    look(id, update);
  });
  img.addEventListener("load", () => delete img.dataset.stale);
  const older = [...list.children].find((other) => other.id < id); // Ids sort by time.
  list.insertBefore(tile, older ?? null);
  return tile;
}
