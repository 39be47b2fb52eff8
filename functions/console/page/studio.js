// The section "Studio": what to draw, and with which model. Nothing typed is lost when something fails.

import { call } from "./api.js";
import { byId, choices, once, refuse, slot } from "./dom.js";
import { announce } from "./notice.js";
import { QUALITIES, day, provider, readable, sentence } from "./words.js";

const form = byId("studio-form");
const { model: modelField, prompt: promptField, size: sizeField, quality: qualityField } = form.elements;
const NONE = { order: "", idempotencyKey: "" };

/** @type {any[]} */
let models = [];
/** @type {any[] | null} */
let apiKeys = null;
/** An order whose fate nobody knows: pressing again repeats it instead of ordering twice. */
let open = NONE;

/** @param {{created: (job: any, retryAfter: number | null) => void}} tell */
export function start({ created }) {
  modelField.addEventListener("change", describeModel);
  for (const field of [modelField, sizeField, qualityField]) field.addEventListener("change", estimate);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "submit"), () => create(created));
  });
  promptField.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    if (key === "Enter" && (ctrlKey || metaKey)) form.requestSubmit();
  });
}

export async function load() {
  const { data } = await call("GET", "/v1/models");
  models = data.items.filter(({ kind }) => kind === "image");
  const usable = models.filter(({ status }) => status !== "retired");
  const chosen = usable.find(({ id }) => id === modelField.value) ?? usable.find(({ status }) => status === "current");
  choices(modelField, models.map(({ id, status }) => {
    const disabled = status === "retired";
    return { value: id, text: disabled ? `${id} (retired)` : id, disabled };
  }), (chosen ?? usable[0])?.id);
  describeModel();
}

/** @param {any[]} items the API keys there are */
export function know(items) {
  apiKeys = items;
  describeModel();
}

function describeModel() {
  const model = models.find(({ id }) => id === modelField.value);
  const parameters = model?.parameters?.properties ?? model?.parameters ?? {};
  offer(sizeField, parameters.size);
  offer(qualityField, parameters.quality);
  byId("model-hint").textContent = model?.status === "deprecated" ? farewell(model) : "";
  slot(form, "missing").hidden = !model || !apiKeys || apiKeys.some((meta) => meta.provider === model.provider);
  estimate();
}

/** What the image itself will cost, so that nobody orders blindly. The job then carries the API's own estimate. */
function estimate() {
  const { provider: id, price } = models.find((model) => model.id === modelField.value) ?? {};
  const tokens = price?.output_tokens?.[qualityField.value || "auto"] ?? price?.output_tokens?.auto;
  const [width, height] = (/^\d+x\d+$/.test(sizeField.value) ? sizeField.value : "1024x1024").split("x").map(Number);
  const dollars = (tokens * price?.output_nanos * width * height) / 1024 ** 2 / 1e9;
  byId("estimate").textContent = dollars > 0 ? `About $${dollars.toFixed(3)}, billed to you by ${provider(id).name}.` : "";
}

function farewell({ provider: id, shutdown_date: date, replacement }) {
  return `${provider(id).name} ends this model${date ? ` on ${day(date)}` : " soon"}.${replacement ? ` Next: ${replacement}.` : ""}`;
}

/** Shows what the model's own schema allows; a choice made before stays when it is still allowed. */
function offer(select, schema) {
  const values = schema?.enum ?? [];
  const usual = schema?.default ?? (values.includes("auto") ? "auto" : "");
  const options = values.includes(usual) ? values : [usual, ...values];
  const text = (value) => QUALITIES[value] ?? readable(value).replace(/^(\d+)x(\d+)$/, "$1 × $2");
  choices(select, options.map((value) => ({ value, text: text(value) })), options.includes(select.value) && select.value ? select.value : usual);
  select.closest(".field").hidden = values.length === 0;
}

async function create(created) {
  const body = { kind: "image", model: modelField.value, prompt: promptField.value.trim() };
  if (sizeField.value) body.size = sizeField.value;
  if (qualityField.value) body.quality = qualityField.value;
  refuse(promptField, body.prompt ? "" : "Say what the avatar should look like.");
  if (!body.prompt) return;
  const order = JSON.stringify(body);
  if (open.order !== order) open = { order, idempotencyKey: crypto.randomUUID() };
  try {
    const headers = { "Idempotency-Key": open.idempotencyKey };
    const { data, retryAfter } = await call("POST", "/v1/jobs", { body, headers });
    open = NONE;
    announce("Your avatar is queued.");
    created(data, retryAfter);
  } catch (error) {
    if (!error.isOpen) open = NONE;
    refuse(promptField, sentence(error));
  }
}
