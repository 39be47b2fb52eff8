// The fields of a model's own parameters, built from its JSON Schema. Only what differs from the model's defaults is sent.

import { choices, copy, refuse, slot, write } from "./dom.js";
import { readable } from "./words.js";

/** These have fields of their own. */
const ELSEWHERE = ["prompt", "persona", "style", "references"];
const FIRST = ["size", "aspect_ratio", "width", "height", "resolution", "quality"];
const LABELS = { disable_pup: "No prompt upsampling", prompt_upsampling: "Prompt upsampling" };
const VALUES = { "": "Not set", auto: "Automatic", xhigh: "Very high", max: "Maximum", png: "PNG", jpeg: "JPEG", webp: "WebP" };

const KINDS = {
  choice: {
    fill: (field, { enum: values, default: usual }) => {
      const options = values.includes(usual) ? values : ["", ...values];
      const text = (value) => VALUES[value] ?? value.charAt(0).toUpperCase() + value.slice(1);
      choices(field, options.map((value) => ({ value, text: text(value) })), usual ?? "");
    },
    hint: () => "",
  },
  check: {
    fill: (field, { default: usual = false }) => { field.checked = usual; },
    hint: () => "",
  },
  number: {
    fill: (field, { type, minimum, maximum, multipleOf, default: usual = "" }) => {
      Object.assign(field, { min: minimum ?? "", max: maximum ?? "", step: multipleOf ?? (type === "integer" ? 1 : "any"), placeholder: usual });
    },
    hint: ({ minimum, maximum, multipleOf }) => `${minimum} to ${maximum}${multipleOf ? `, in steps of ${multipleOf}` : ""}`,
  },
  text: {
    fill: (field, { pattern, examples = [], default: usual = "" }) => {
      Object.assign(field, { pattern: pattern ?? "", placeholder: VALUES[usual] ?? usual });
      field.list.replaceChildren(...examples.map((value) => new Option(VALUES[value] ?? "", value)));
    },
    hint: ({ description = "" }) => description.replaceAll(/(\d)x(\d)/g, "$1x\u2060$2"),
  },
};

/** @type {Map<string, any>} the schema of each field that is there */
const schemas = new Map();

/** Shows the fields of a schema; what was typed and still fits a field of that name stays. */
export function offer(box, properties = {}) {
  const typed = read(box);
  schemas.clear();
  const names = Object.keys(properties).filter((name) => !ELSEWHERE.includes(name))
    .sort((a, b) => place(a, properties) - place(b, properties) || a.localeCompare(b));
  box.replaceChildren(...names.map((name) => make(name, properties[name])));
  set(box, typed);
}

/** Sets what is given and fits. @param {any} box @param {Record<string, any>} values */
export function set(box, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = schemas.has(name) && at(box, name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value === true;
    else if (!field.options || [...field.options].some((option) => option.value === String(value))) field.value = value;
  }
  for (const field of fields(box)) if (!field.validity.valid) field.value = "";
}

/** What differs from the defaults. */
export function read(box) {
  const now = (field) => ({ checkbox: field.checked, number: field.valueAsNumber })[field.type] ?? field.value.trim();
  const usual = ({ name, type }) => schemas.get(name)?.default ?? (type === "checkbox" ? false : "");
  const set = fields(box).filter((field) => ![usual(field), ""].includes(now(field)) && !Number.isNaN(now(field)));
  return Object.fromEntries(set.map((field) => [field.name, now(field)]));
}

/** Whether all fits as far as the browser can tell; says beside the first field what does not. */
export function check(box) {
  const wrong = fields(box).find(({ validity }) => !validity.valid);
  const { examples = [] } = schemas.get(wrong?.name) ?? {};
  if (wrong) refuse(wrong, wrong.validity.patternMismatch && examples.length > 0 ? `Like ${examples.slice(0, 3).join(", ")}.` : wrong.validationMessage);
  return !wrong;
}

/** The field of a parameter, if the model has it. */
export const at = (box, name) => fields(box).find((field) => field.name === name);

const fields = (box) => [...box.querySelectorAll("[name]")];

function make(name, schema) {
  const kind = kindOf(schema);
  const item = copy(`parameter-${kind}`, `parameter-${name}`);
  const field = item.querySelector("[data-field]");
  field.name = name;
  schemas.set(name, schema);
  KINDS[kind].fill(field, schema);
  slot(item, "label").textContent = LABELS[name] ?? readable(name);
  write(item, "hint", KINDS[kind].hint(schema));
  return item;
}

function kindOf({ type, enum: values }) {
  if (values) return "choice";
  return { boolean: "check", integer: "number", number: "number" }[type] ?? "text";
}

/** What most people look for comes first, what is only to tick last. */
function place(name, properties) {
  const usual = FIRST.indexOf(name);
  if (usual >= 0) return usual;
  return kindOf(properties[name]) === "check" ? FIRST.length + 1 : FIRST.length;
}
