// The screen "Audit trail": who did what, with which API key, how it ended and what it cost; as a file; and verified.

import { call } from "./api.js";
import { badge, byId, choices, copy, once, slot, write } from "./dom.js";
import { guard } from "./notice.js";
import { keep, save } from "./save.js";
import { PROVIDERS, action, moment, money, provider, readable } from "./words.js";

const ACTIONS = ["credential.registered", "credential.replaced", "credential.revoked", "credential.opened", "credential.state_changed",
  "job.submitted", "job.intent", "job.accepted", "job.succeeded", "job.failed", "job.paused", "job.requeued", "job.resumed", "job.unknown",
  "job.retried", "job.cancelled", "budget.changed", "project.changed", "project.archived", "persona.changed",
  "persona.deleted", "upload.consented", "upload.accepted", "upload.refused", "upload.deleted"];

const section = byId("audit");
const filters = byId("audit-filters");
const list = slot(section, "list");
const more = slot(section, "more");

/** @type {string | null} */
let cursor = null;

export function start() {
  const any = { value: "", text: "Any" };
  choices(filters.elements.provider, [any, ...PROVIDERS.map(({ id, name }) => ({ value: id, text: name }))]);
  choices(filters.elements.action, [any, ...ACTIONS.map((name) => ({ value: name, text: action(name) }))]);
  choices(filters.elements.model, [any]);
  filters.addEventListener("change", () => guard(load));
  filters.addEventListener("submit", (event) => event.preventDefault());
  const does = {
    more: async () => show(await call("GET", `/v1/audit?${query()}&limit=50&cursor=${encodeURIComponent(cursor ?? "")}`)),
    verify,
    csv: () => save(`/v1/audit?${query()}`, "text/csv", "ownkey-audit.csv"),
    ndjson: () => save(`/v1/audit?${query()}`, "application/x-ndjson", "ownkey-audit.ndjson"),
    seals,
  };
  for (const [name, work] of Object.entries(does)) {
    const button = slot(section, name);
    button.addEventListener("click", () => once(button, () => guard(work)));
  }
}

/** @param {any[]} models */
export function know(models) {
  choices(filters.elements.model, [{ value: "", text: "Any" }, ...models.map(({ id }) => ({ value: id, text: id }))]);
}

export async function load() {
  const answer = await call("GET", `/v1/audit?${query()}&limit=50`);
  list.replaceChildren();
  show(answer);
}

/** What is filtered by. Days are those of the people who look. */
function query() {
  const set = [...new FormData(filters)].filter(([, value]) => value).map(([name, value]) => {
    const last = name === "to" ? 1 : 0;
    if (name !== "from" && name !== "to") return [name, String(value)];
    const [year, month, day] = String(value).split("-").map(Number);
    return [name, new Date(year, month - 1, day + last).toISOString()];
  });
  return new URLSearchParams(set);
}

function show({ data }) {
  list.append(...data.items.map(row));
  cursor = data.next_cursor ?? null;
  more.hidden = cursor === null;
  slot(section, "empty").hidden = list.children.length > 0;
  section.querySelector("table").hidden = list.children.length === 0;
}

/** Holds all of the record against its seals, in as many pieces as it takes. */
async function verify() {
  const sum = { sealed_rows: 0, unsealed_rows: 0, seals: 0 };
  let next = "";
  for (;;) {
    write(section, "verified", `Verifying… ${sum.sealed_rows} lines so far.`);
    const { data } = await call("GET", `/v1/audit/verify?${next && `cursor=${encodeURIComponent(next)}`}`);
    for (const name of Object.keys(sum)) sum[name] += data[name];
    next = data.next_cursor;
    if (data.intact && next) continue;
    const waiting = sum.unsealed_rows > 0 ? ` ${sum.unsealed_rows} newer ${sum.unsealed_rows === 1 ? "line waits" : "lines wait"} for the next seal.` : "";
    const head = data.head ? ` Write this down to compare it later: seal ${data.head.seal}, ${data.head.hash}.` : "";
    section.querySelector(".verify").dataset.intact = String(data.intact);
    write(section, "verified", data.intact
      ? `Intact: ${sum.sealed_rows} lines under ${sum.seals} seals are as they were written.${waiting}${head}`
      : `Not intact. ${data.first_bad?.message ?? ""} Keep an export, and tell whoever runs this stack.`);
    return;
  }
}

/** All seals as one file, as `verify-audit` reads them. */
async function seals() {
  const pages = [];
  for (let next = /** @type {string | null} */ (""); next !== null;) {
    const { data } = await call("GET", `/v1/audit/seals?limit=100${next && `&cursor=${encodeURIComponent(next)}`}`);
    pages.push(JSON.stringify(data));
    next = data.next_cursor ?? null;
  }
  keep(new Blob([pages.join("\n")], { type: "application/json" }), "ownkey-seals.json");
}

function row(event) {
  const item = copy("audit-row");
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
