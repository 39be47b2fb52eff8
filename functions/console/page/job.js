// The screen of one avatar: the picture, what it was made with, what it cost, and its lines on record.

import { call } from "./api.js";
import { facts } from "./chart.js";
import { byId, copy, link, slot, write } from "./dom.js";
import { act } from "./jobs.js";
import { guard } from "./notice.js";
import { isOn, name as nameScreen } from "./router.js";
import * as tiles from "./tile.js";
import { watch } from "./watch.js";
import { action, moment, money, provider, readable } from "./words.js";

const ELSEWHERE = ["prompt", "persona", "references", "scene", "style"];
const SOURCES = { provider: "as the provider says", price_list: "from the price list", computed: "from the price list" };
const section = byId("job");
/** @type {any} the job that is shown */
let job = null;
/** @type {any} */
let tile = null;
/** @type {{again: (job: any) => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  slot(section, "again").addEventListener("click", () => tell.again(job));
}

/** @param {string} id @param {Map<string, any>} personas */
export async function open(id, personas) {
  tile = tiles.make("tile", { id: `shown-${id}` }, (button) => act(job, button, update));
  slot(tile, "uses").hidden = true;
  slot(section, "list").replaceChildren(tile);
  const { data, retryAfter } = await call("GET", `/v1/jobs/${encodeURIComponent(id)}`);
  job = data;
  update(data, retryAfter);
  nameScreen(personas.get(data.persona)?.name ?? "Avatar");
  await record();
}

async function record() {
  const { data } = await call("GET", `/v1/audit?job=${encodeURIComponent(job.id)}&limit=100`);
  slot(section, "empty").hidden = data.items.length > 0;
  slot(section, "lines").replaceChildren(...data.items.reverse().map(({ at, action: name, outcome, cost, actor }) => {
    const line = copy("job-line");
    write(line, "at", moment(at));
    slot(line, "at").dateTime = at;
    write(line, "what", action(name));
    write(line, "more", [outcome && outcome !== "ok" && readable(outcome), Number(cost) > 0 && money(cost), `by ${actor}`].filter(Boolean).join(" · "));
    return line;
  }));
}

function update(newer, retryAfter = null) {
  if (newer.id !== job.id) return;
  const isNews = newer.state !== job.state;
  job = newer;
  tiles.show(tile, job);
  if (isOn("job")) watch(job, update, retryAfter);
  if (isNews) guard(record);
  const { request, cost, image, references = request.references } = job;
  const own = Object.entries(request).filter(([name]) => !ELSEWHERE.includes(name));
  facts(slot(section, "facts"), [
    ["Prompt", request.prompt],
    ["Scene", request.scene],
    ["Style", request.style],
    ["Model", `${job.model}, ${provider(job.provider).name}`],
    ...own.map(([name, value]) => [readable(name), String(value)]),
    ["References", references?.length > 0 && String(references.length)],
    ["Cost", cost.actual ? `${money(cost.actual)}${cost.source ? `, ${SOURCES[cost.source] ?? readable(cost.source).toLowerCase()}` : ""}` : cost.estimated && `about ${money(cost.estimated)}`],
    ["At most", cost.at_most && money(cost.at_most)],
    ["Attempts", String(job.attempts)],
    ["Project", job.project],
    ["Picture", image && `${image.width} × ${image.height}, ${Math.ceil(image.bytes / 1024)} KiB`],
    ["SHA-256", image?.sha256],
    ["Asked for", `${moment(job.created_at)} by ${job.created_by}`],
    ["Finished", job.finished_at && moment(job.finished_at)],
    ["Provider’s reference", job.provider_request_id],
    ["Id", job.id],
  ]);
  link(slot(section, "save"), image?.url);
  slot(section, "again").hidden = job.kind !== "image";
}
