// One job as people see it: its picture, or why there is none yet and what to do about it.

import { copy, link, slot, write } from "./dom.js";
import { dollars, isFinal, minute, money, provider, stateOf } from "./words.js";

/** @param {string} template @param {any} job @param {(button: any) => void} press told which button was pressed */
export function make(template, job, press) {
  const tile = copy(template);
  tile.id = job.id;
  tile.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) press(button);
  });
  return tile;
}

/** Shows an image job as it is now. Safe to repeat: what has not changed is not touched. */
export function show(tile, job, name = "") {
  progress(tile, job);
  write(tile, "name", name);
  write(tile, "model", [job.model, provider(job.provider).name].join(" · "));
  picture(tile, job, name);
  slot(tile, "cover").hidden = job.state === "succeeded";
}

/** How far a job of any kind is. */
export function progress(tile, job) {
  tile.dataset.state = job.state;
  tile.querySelector(".state use").setAttribute("href", `#icon-${job.state}`);
  write(tile, "state", stateOf(job).word);
  write(tile, "time", job.state === "running" ? elapsed(job) : isFinal(job) && minute(job.created_at));
  write(tile, "cost", money(job.cost?.actual) || (!isFinal(job) && about(job.cost?.estimated)));
  write(tile, "prompt", promptOf(job));
  explain(tile, job, stateOf(job));
}

/** What was asked for; of a persona's prompt, what sets this picture apart from its others. */
export function promptOf({ request, persona, kind }) {
  const prompt = request?.prompt ?? request?.brief ?? "Avatar";
  if (!persona || kind === "persona") return prompt;
  return [request.scene, request.style].filter(Boolean).join(" · ") || "Portrait";
}

const TODO = { out_of_credit: "Top up at", api_key_missing: "Make an API key at", api_key_invalid: "Make an API key at" };

const about = (estimated) => (Number(estimated) > 0 ? `about ${dollars(Number(estimated))}` : "");

function elapsed({ started_at, created_at }) {
  const seconds = Math.round((Date.now() - Date.parse(started_at ?? created_at)) / 1000);
  return seconds > 0 && `${seconds} s`;
}

function picture(tile, job, name) {
  const img = tile.querySelector("img");
  const image = job.state === "succeeded" ? job.image : null;
  img.hidden = !image;
  link(slot(tile, "download"), image?.url);
  if (!image) return;
  img.alt = [name, promptOf(job)].filter(Boolean).join(": ");
  // The address is signed anew in every answer; the same picture is not loaded twice.
  if (img.dataset.sha256 === image.sha256 && !img.dataset.stale) return;
  img.dataset.sha256 = image.sha256;
  img.src = image.url;
}

function explain(tile, { state: name, reason, provider: id }, { text = "", actions = [] }) {
  const buttons = [...slot(tile, "actions").querySelectorAll("button")];
  const focused = buttons.find((button) => button === document.activeElement);
  for (const button of buttons) button.hidden = !actions.includes(button.dataset.action);
  write(tile, "reason", name === "unknown" ? [reason?.message, text].filter(Boolean).join(" ") : (reason?.message || text));
  link(slot(tile, "link"), reason?.action_url, `${TODO[reason?.code] ?? "Look at"} ${provider(id).name}`);
  // A button that went away must not take the keyboard's place with it.
  if (focused?.hidden) tile.focus();
}
