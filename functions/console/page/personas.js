// The section "Personas": a brief becomes a persona, by a job; personas are listed, opened and taken to the studio.

import { call } from "./api.js";
import { byId, choices, copy, once, refuse, slot, unrefuse, write } from "./dom.js";
import { act } from "./jobs.js";
import { announce, guard } from "./notice.js";
import { order } from "./orders.js";
import * as payers from "./payers.js";
import * as editor from "./persona-editor.js";
import { describe } from "./prices.js";
import * as tiles from "./tile.js";
import { watch } from "./watch.js";
import { LANGUAGES, provider, sentence } from "./words.js";

const section = byId("personas");
const form = byId("persona-form");
const list = slot(section, "list");
const more = slot(section, "more");
const { brief: briefField, language: languageField, model: modelField, project: projectField } = form.elements;

/** @type {Map<string, any>} by id, newest first */
let personas = new Map();
/** @type {Map<string, any>} jobs that write one, by id */
const writing = new Map();
/** @type {any[]} */
let models = [];
/** @type {any[]} */
let apiKeys = [];
/** @type {string | null} */
let cursor = null;
/** @type {{changed: () => void, loaded: (personas: Map<string, any>) => void, chosen: (id: string) => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  choices(languageField, Object.entries(LANGUAGES).map(([value, text]) => ({ value, text })), "en");
  for (const field of [modelField, projectField]) field.addEventListener("change", describeModel);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "submit"), create);
  });
  more.addEventListener("click", () => once(more, () => guard(() => page(`cursor=${encodeURIComponent(cursor ?? "")}`))));
  editor.start({ saved: keep, deleted: forget, chosen: tell.chosen });
}

/** Begins anew, for whoever is signed in now. */
export async function load() {
  personas = new Map();
  writing.clear();
  list.replaceChildren();
  const [{ data }] = await Promise.all([call("GET", "/v1/models"), page("")]);
  models = data.items.filter(({ kind, status }) => kind === "persona" && status === "current");
  choices(modelField, models.map(({ id }) => ({ value: id, text: id })), modelField.value || models[0]?.id);
  describeModel();
}

async function page(query) {
  const { data } = await call("GET", `/v1/personas?${query}`);
  cursor = data.next_cursor ?? null;
  more.hidden = cursor === null;
  for (const persona of data.items) personas.set(persona.id, persona);
  showAll();
}

/** @param {any[]} items the API keys there are */
export function know(items) {
  apiKeys = items;
  describeModel();
  sayNext();
}

/** @param {any[]} projects */
export function knowProjects(projects) {
  payers.offer(projectField, projects);
  describeModel();
}

function describeModel() {
  const model = models.find(({ id }) => id === modelField.value);
  byId("persona-model-hint").textContent = model ? describe(model) : "";
  slot(form, "missing").hidden = !model || payers.covers(apiKeys, model, projectField.value);
  slot(form, "missing-name").textContent = provider(model?.provider).name;
}

function sayNext() {
  slot(section, "empty").hidden = personas.size + list.children.length > 0;
  write(section, "next", apiKeys.some((meta) => meta.provider === "anthropic")
    ? "No persona yet. Say in a sentence or two who it should be: Claude writes the rest, and every trait can be edited."
    : "No persona yet. Store a Claude API key of Anthropic first, then say in a sentence or two who it should be.");
}

async function create() {
  unrefuse(form);
  const body = { brief: briefField.value.trim(), language: languageField.value, model: modelField.value, project: projectField.value || undefined };
  if (!body.brief) return refuse(briefField, "Say who it should be.");
  try {
    const [{ data, retryAfter }] = await order([{ path: "/v1/personas", body }]);
    briefField.value = "";
    announce("Your persona is being written.");
    follow(data, retryAfter);
    tell.changed();
  } catch (error) {
    const field = form.elements.namedItem(error.field);
    refuse(field ?? briefField, field ? error.detail : sentence(error));
  }
}

/** A job that writes a persona, as it is now. Ended ones are shown only to those who saw them run. */
export function follow(job, retryAfter = null) {
  if (job.kind !== "persona") return;
  const before = writing.get(job.id);
  if (!before && ["succeeded", "failed", "cancelled"].includes(job.state)) return;
  writing.set(job.id, job);
  watch(job, follow, retryAfter);
  if (before && before.state !== job.state) tell.changed();
  if (job.state === "succeeded") guard(() => welcome(job));
  else if (job.state === "cancelled") removeJob(job);
  else showJob(job);
  // So that it can be said in other words.
  if (job.state === "failed" && !briefField.value) briefField.value = job.request?.brief ?? "";
}

function showJob(job) {
  const item = byId(job.id) ?? tiles.make("persona-job", job, (button) => act(writing.get(job.id), button, follow));
  if (!item.isConnected) list.prepend(item);
  tiles.progress(item, job);
  sayNext();
}

function removeJob({ id }) {
  writing.delete(id);
  byId(id)?.remove();
  sayNext();
}

async function welcome(job) {
  const { data } = await call("GET", `/v1/personas/${encodeURIComponent(job.persona)}`);
  announce(`${data.name} is written.`);
  keep(data);
  removeJob(job);
}

/** A persona as it is now, new or known. */
function keep(persona) {
  const first = personas.has(persona.id) ? new Map() : new Map([[persona.id, persona]]);
  personas = new Map([...first, ...personas]).set(persona.id, persona);
  showAll();
}

function forget(id) {
  personas.delete(id);
  byId(id)?.remove();
  showAll();
  byId("personas-title").focus();
}

function showAll() {
  const pending = [...list.children].filter(({ id }) => writing.has(id));
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  list.replaceChildren(...pending, ...[...personas.values()].map(card));
  if (list.contains(focused)) focused.focus();
  sayNext();
  tell.loaded(personas);
}

function card(persona) {
  const { id, name, age, occupation, portrait } = persona;
  const item = byId(id) ?? make(id);
  write(item, "name", name);
  write(item, "about", [age, occupation].join(" · "));
  const img = item.querySelector("img");
  img.hidden = !portrait;
  // The address is signed anew in every answer; the same picture is not loaded twice.
  if (portrait && img.dataset.job !== portrait.job) img.src = portrait.url;
  img.dataset.job = portrait?.job ?? "";
  for (const button of item.querySelectorAll("button")) button.ariaLabel = `${button.textContent}: ${name}`;
  return item;
}

function make(id) {
  const item = tiles.make("persona-card", { id }, ({ dataset }) => {
    if (dataset.action === "choose") tell.chosen(id);
    else guard(() => editor.open(id));
  });
  // A signed address lives for minutes only: the next list brings a fresh one.
  const img = item.querySelector("img");
  img.addEventListener("error", () => {
    img.hidden = true;
    img.dataset.job = "";
  });
  return item;
}

/** The picture of a job becomes the face that all further avatars of its persona keep. */
export async function portray(job) {
  const { data } = await call("PUT", `/v1/personas/${encodeURIComponent(job.persona)}`, { body: { portrait: job.id } });
  keep(data);
  announce(`This is ${data.name}’s portrait now: further avatars keep the face.`);
  tell.changed();
}
