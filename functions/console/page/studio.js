// The section "Studio": whom or what to draw, with which model, how often. Nothing typed is lost when something fails.

import { call } from "./api.js";
import { byId, choices, once, refuse, slot, soon, unrefuse, write } from "./dom.js";
import { announce } from "./notice.js";
import { orderImages } from "./orders.js";
import * as parameters from "./parameters.js";
import * as payers from "./payers.js";
import { describe } from "./prices.js";
import * as references from "./references.js";
import * as styles from "./styles.js";
import { PROVIDERS, money, provider, sentence } from "./words.js";

const form = byId("studio-form");
const box = byId("parameters");
const { model: modelField, persona: personaField, prompt: promptField, count: countField, project: projectField } = form.elements;

/** @type {any[]} those that can be used */
let models = [];
/** @type {any[] | null} */
let apiKeys = null;
/** @type {Map<string, any>} by id */
let personas = new Map();
let modelChosen = false;

/** @param {{created: (job: any, retryAfter: number | null) => void, referred: () => void}} tell */
export function start({ created, referred }) {
  styles.start({ changed: reckon });
  references.start({ changed: () => (reckon(), referred()) });
  personaField.addEventListener("change", describePersona);
  modelField.addEventListener("change", () => (modelChosen = true, describeModel()));
  projectField.addEventListener("change", describeModel);
  form.addEventListener("input", reckon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "submit"), () => create(created));
  });
  promptField.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key === "Enter" && (ctrlKey || metaKey)) form.requestSubmit();
  });
}

export async function load() {
  const [{ data }] = await Promise.all([call("GET", "/v1/models"), references.load()]);
  models = data.items.filter(({ kind, status }) => kind === "image" && status !== "retired");
  const places = PROVIDERS.map(({ id }) => id);
  models.sort((a, b) => places.indexOf(a.provider) - places.indexOf(b.provider));
  choices(modelField, models.map(({ id, provider: by, status }) => ({ value: id, text: status === "current" ? id : `${id} (${status})`, group: provider(by).name })), modelField.value);
  describeModel();
}

/** @param {any[]} items the API keys there are */
export function know(items) {
  apiKeys = items;
  // Until somebody chooses, a model that there is an API key for.
  const usable = models.find((model) => items.some((meta) => meta.provider === model.provider));
  if (!modelChosen && usable) modelField.value = usable.id;
  describeModel();
}

/** @param {any[]} projects */
export function knowProjects(projects) {
  payers.offer(projectField, projects);
  describeModel();
}

/** @param {Map<string, any>} newer */
export function knowPersonas(newer) {
  personas = newer;
  choices(personaField, [{ value: "", text: "None" }, ...[...newer.values()].map(({ id, name }) => ({ value: id, text: name }))]);
  describePersona();
}

/** Takes a persona to the studio. @param {string} id */
export function choose(id) {
  personaField.value = id;
  describePersona();
  promptField.focus({ preventScroll: true });
}

/** Takes what an avatar was made with, to be made again or changed. @param {any} job */
export function repeat({ model: id, persona: who, project, request }) {
  if (models.some((one) => one.id === id)) modelField.value = id;
  modelChosen = true;
  personaField.value = personas.has(who) ? who : "";
  projectField.value = project ?? "";
  describePersona();
  promptField.value = request.scene ?? (persona() ? "" : request.prompt) ?? "";
  describeModel();
  parameters.set(box, request);
  reckon();
}

const model = () => models.find(({ id }) => id === modelField.value);
const persona = () => personas.get(personaField.value);

function describePersona() {
  slot(form, "prompt-label").textContent = persona() ? "Scene (optional)" : "Prompt";
  promptField.placeholder = persona() ? "At the harbour, early morning" : "A friendly fox in a green raincoat, soft morning light";
  promptField.required = !persona();
  styles.know(persona());
  reckon();
}

function describeModel() {
  const now = model();
  if (box.dataset.model !== now?.id) parameters.offer(box, now?.parameters?.properties);
  box.dataset.model = now?.id ?? "";
  byId("model-hint").textContent = now ? describe(now) : "";
  slot(form, "missing").hidden = !now || !apiKeys || payers.covers(apiKeys, now, projectField.value);
  slot(form, "missing-name").textContent = provider(now?.provider).name;
  reckon();
}

/** How many there will be and what they will cost, so that nobody orders blindly. */
function reckon() {
  const now = model();
  if (!now) return;
  const portrait = persona()?.portrait;
  references.allow(now.parameters.properties.references?.maxItems ?? 0, portrait ? 1 : 0);
  const changed = Object.keys(parameters.read(box)).length;
  slot(form, "parameters-summary").textContent = changed > 0 ? `Parameters (${changed} set)` : "Parameters";
  const total = Math.max(1, styles.chosen().length) * count();
  slot(form, "submit").textContent = total > 1 ? `Create ${total} avatars` : "Create avatar";
  const meta = payers.payer(apiKeys ?? [], now, projectField.value);
  const whose = meta?.project ? `project ${meta.project}` : "the account";
  write(byId("estimate"), "payer", meta ? `Paid with ${whose}’s API key at ${provider(now.provider).name}: ${[meta.label, meta.hint].filter(Boolean).join(" ")}.` : "");
  ask();
}

/** The API reckons, with the very order; it knows what a job may cost at most. */
const ask = soon(async () => {
  const place = byId("estimate");
  const job = order();
  if (!job.prompt && !job.persona) job.prompt = "an avatar";
  const ticked = styles.chosen();
  try {
    const { data } = await call("POST", "/v1/estimates", { body: { job, count: count(), styles: ticked.length > 0 ? ticked : undefined } });
    write(place, "expected", `About ${money(data.expected)}`);
    write(place, "range", Number(data.maximum) > Number(data.expected) ? `at most ${money(data.maximum)}` : "");
    write(place, "plan", `${money(data.credits_plan)} in a plan with credits, at ${money(data.credits_price)} an image.`);
    place.hidden = false;
  } catch {
    // What does not fit is said when it is ordered; until then there is no price.
    place.hidden = true;
  }
});

const count = () => Math.min(100, Math.max(1, countField.valueAsNumber || 1));

async function create(created) {
  unrefuse(form);
  if (!promptField.value.trim() && !persona()) return refuse(promptField, "Say what the avatar should look like, or choose a persona.");
  if (!countField.validity.valid) return refuse(countField, countField.validationMessage);
  if (references.isBusy()) return refuse(promptField, "A photo is still on its way. Try again in a moment.");
  if (!parameters.check(box)) return;
  const job = order();
  try {
    await orderImages(job, styles.chosen(), count(), created);
    announce("Queued.");
    reveal();
  } catch (error) {
    explain(error);
  }
}

/** What is asked for, as the form says it now. @returns {any} */
function order() {
  const used = references.used().map(({ id }) => id);
  return {
    kind: "image",
    model: modelField.value,
    prompt: promptField.value.trim() || undefined,
    persona: personaField.value || undefined,
    project: projectField.value || undefined,
    references: used.length > 0 ? used : undefined,
    ...parameters.read(box),
  };
}

/** Shows where the new avatars appear, if that is out of sight. */
function reveal() {
  const { top, bottom } = byId("avatars").getBoundingClientRect();
  if (bottom < 0 || top + 100 > innerHeight || top < -100) byId("avatars").scrollIntoView();
}

/** Says what is wrong beside the field that is wrong. */
function explain(error) {
  const styleField = byId("own-style");
  const own = { model: modelField, persona: personaField, prompt: promptField, count: countField, project: projectField, style: styleField, styles: styleField };
  const field = parameters.at(box, error.field) ?? own[error.field];
  if (field) refuse(field, error.detail || sentence(error));
  else byId(error.field === "references" ? "references-error" : "studio-error").textContent = sentence(error);
}
