// One avatar: its picture, or why there is none yet and what to do about it.

import { copy, link, slot, write } from "./dom.js";
import { JOB_STATES, isFinal, money, moment, provider, readable } from "./words.js";

/** @param {any} job @param {(action: string, button: Element) => void} act told which button was pressed */
export function make(job, act) {
  const tile = copy("tile");
  tile.id = job.id;
  tile.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) act(button.dataset.action, button);
  });
  return tile;
}

/** Shows the job as it is now. Safe to repeat: what has not changed is not touched. */
export function show(tile, job) {
  const state = JOB_STATES[job.state] ?? { word: readable(job.state) };
  tile.dataset.state = job.state;
  tile.querySelector(".state use").setAttribute("href", `#icon-${job.state}`);
  write(tile, "state", state.word);
  write(tile, "time", job.state === "running" ? elapsed(job) : isFinal(job) && moment(job.created_at).slice(0, -3).replace(/^today /, ""));
  write(tile, "cost", money(job.cost?.actual) || (!isFinal(job) && money(job.cost?.estimated).replace(/(.*\.\d{3}).*|(.+)/, "about $1$2")));
  write(tile, "prompt", promptOf(job));
  write(tile, "model", job.model);
  picture(tile, job);
  explain(tile, job, state);
}

export const promptOf = (job) => job.request?.prompt ?? job.prompt ?? "Avatar";

function elapsed({ started_at, created_at }) {
  const seconds = Math.round((Date.now() - Date.parse(started_at ?? created_at)) / 1000);
  return seconds > 0 && `${seconds} s`;
}

function picture(tile, job) {
  const img = tile.querySelector("img");
  const image = job.state === "succeeded" ? job.image : null;
  img.hidden = !image;
  link(slot(tile, "download"), image?.url);
  if (!image) return;
  img.alt = promptOf(job);
  // The address is signed anew in every answer; the same picture is not loaded twice.
  if (img.dataset.sha256 === image.sha256 && !img.dataset.stale) return;
  img.dataset.sha256 = image.sha256;
  img.src = image.url;
}

function explain(tile, { state: name, reason, provider: id }, { text = "", actions = [] }) {
  const buttons = [...tile.querySelectorAll("button")];
  const focused = buttons.find((button) => button === document.activeElement);
  for (const button of buttons) button.hidden = !actions.includes(button.dataset.action);
  write(tile, "reason", name === "unknown" ? [reason?.message, text].filter(Boolean).join(" ") : (reason?.message ?? text));
  link(slot(tile, "link"), reason?.action_url, reason?.code === "out_of_credit" ? `Top up at ${provider(id).name}` : "What to do");
  slot(tile, "cover").hidden = name === "succeeded";
  // A button that went away must not take the keyboard's place with it.
  if (focused?.hidden) tile.focus();
}
