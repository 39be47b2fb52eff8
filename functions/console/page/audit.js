// The section "Audit trail": who did what, with which API key, how it ended and what it cost.

import { call } from "./api.js";
import { badge, byId, copy, once, slot, write } from "./dom.js";
import { guard } from "./notice.js";
import { action, moment, money, provider, readable } from "./words.js";

const section = byId("audit");
const list = slot(section, "list");
const more = slot(section, "more");

/** @type {string | null} */
let cursor = null;
let isLong = false;

export function start() {
  more.addEventListener("click", () => once(more, () => guard(async () => {
    const { data } = await call("GET", `/v1/audit?limit=50&cursor=${encodeURIComponent(cursor ?? "")}`);
    isLong = true;
    list.append(...data.items.map(row));
    turnTo(data.next_cursor);
  })));
}

/** Adds what is new. Older lines stay for whoever has asked for them, unless all there is turns out to be new. */
export async function load() {
  const { data } = await call("GET", "/v1/audit?limit=20");
  const fresh = data.items.filter(({ id }) => !byId(id));
  if (isLong && fresh.length < data.items.length) {
    list.prepend(...fresh.map(row));
  } else {
    isLong = false;
    list.replaceChildren(...data.items.map((event) => byId(event.id) ?? row(event)));
    turnTo(data.next_cursor);
  }
  slot(section, "empty").hidden = list.children.length > 0;
  section.querySelector("table").hidden = list.children.length === 0;
}

function turnTo(next) {
  cursor = next ?? null;
  more.hidden = cursor === null;
}

function row(event) {
  const item = copy("audit-row");
  item.id = event.id;
  const time = slot(item, "at");
  time.dateTime = time.title = event.at;
  time.textContent = moment(event.at);
  write(item, "what", action(event.action));
  write(item, "who", event.actor);
  badge(item, "outcome", event.outcome === "ok" ? "OK" : readable(event.outcome), tone(event));
  write(item, "cost", money(event.cost));
  write(item, "model", [event.provider && provider(event.provider).name, event.model].filter(Boolean).join(" · "));
  write(item, "object", event.job ?? event.subject ?? event.credential);
  write(item, "request", event.provider_request_id);
  return item;
}

/** @returns {"good" | "bad" | "plain"} */
function tone({ action: name, outcome }) {
  if (name === "job.failed" || outcome === "invalid") return "bad";
  return ["ok", "active"].includes(outcome) ? "good" : "plain";
}
