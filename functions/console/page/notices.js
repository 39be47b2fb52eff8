// The screen "Notices", and asking for new ones: no faster than the server says, and nothing is sent twice.

import { call } from "./api.js";
import { badge, byId, copy, link, once, slot, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import { isOn } from "./router.js";
import { moment, provider, readable } from "./words.js";

const USUAL_S = 20;
const HIDDEN_S = 120;
const section = byId("notices");
const list = slot(section, "list");
const more = slot(section, "more");

/** @type {string | null} */
let etag = null;
/** @type {string | null} */
let cursor = null;
let newest = "";
let unseen = 0;
let timer = 0;
/** @type {() => void} */
let changed;

/** @param {{changed: () => void}} listeners told when there is news */
export function start(listeners) {
  changed = listeners.changed;
  more.addEventListener("click", () => once(more, () => guard(async () => {
    const { data } = await call("GET", `/v1/notices?cursor=${encodeURIComponent(cursor ?? "")}`);
    list.append(...data.items.map(item));
    turnTo(data.next_cursor);
  })));
  document.addEventListener("visibilitychange", () => document.hidden || (timer && poll()));
}

/** Begins anew, for whoever is signed in now. */
export async function begin() {
  etag = null;
  newest = "";
  unseen = 0;
  list.replaceChildren();
  await poll();
}

/** The screen is shown: all of it has been seen. */
export async function load() {
  unseen = 0;
  count();
}

async function poll() {
  clearTimeout(timer);
  let wait = USUAL_S;
  try {
    const { status, data, retryAfter, etag: tag } = await call("GET", "/v1/notices", { headers: etag ? { "If-None-Match": etag } : {} });
    etag = tag;
    wait = retryAfter ?? USUAL_S;
    if (status !== 304) take(data);
  } catch {
    // The next screen that needs the API says what is wrong; this only asks less often.
    wait = HIDDEN_S;
  }
  timer = setTimeout(poll, 1000 * (document.hidden ? Math.max(wait, HIDDEN_S) : wait));
}

function take({ items, next_cursor: next }) {
  const isFirst = !newest;
  const fresh = items.filter(({ id }) => !byId(id));
  if (list.children.length === 0) turnTo(next);
  list.prepend(...fresh.map(item));
  slot(section, "empty").hidden = list.children.length > 0;
  newest = items[0]?.id ?? "none";
  if (isFirst || fresh.length === 0) return;
  unseen += isOn("notices") ? 0 : fresh.length;
  count();
  announce(fresh[0].message);
  changed();
}

function count() {
  const place = byId("unseen");
  place.hidden = unseen === 0;
  place.textContent = `${unseen} new`;
}

function turnTo(next) {
  cursor = next ?? null;
  more.hidden = cursor === null;
}

function item(notice) {
  const { id, at, kind, message, provider: by, action_url: address } = notice;
  const row = copy("notice-item");
  row.id = id;
  const tone = /restored|resumed/.test(kind) ? "good" : /invalid|exceeded|out_of_credit/.test(kind) ? "bad" : "wait";
  badge(row, "kind", readable(kind).replace(/^Api key/, "API key"), tone);
  write(row, "at", moment(at));
  slot(row, "at").dateTime = at;
  write(row, "text", message);
  link(slot(row, "link"), address, by ? `Open ${provider(by).name}` : "Open");
  return row;
}
