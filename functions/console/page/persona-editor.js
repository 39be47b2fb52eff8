// One persona, opened: all its traits to read and edit, its portrait, deleting it.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { byId, once, refuse, slot, unrefuse, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import { LANGUAGES, moment, sentence } from "./words.js";

const TRAITS = ["name", "age", "occupation", "personality", "backstory", "appearance", "style"];

const dialog = byId("persona");
const form = byId("persona-editor");
const error = byId("editor-error");
const field = (name) => form.elements.namedItem(name);

/** @type {any} as it was read */
let persona = null;
/** @type {{saved: (persona: any) => void, deleted: (id: string) => void, chosen: (id: string) => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(slot(form, "save"), save);
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  slot(form, "close").addEventListener("click", () => leave());
  slot(form, "delete").addEventListener("click", ({ target }) => once(target, remove));
  slot(form, "no-portrait").addEventListener("click", ({ target }) => once(target, () => put({ portrait: null })));
  slot(form, "choose").addEventListener("click", async () => {
    if (await leave()) tell.chosen(persona.id);
  });
}

/** @param {string} id */
export async function open(id) {
  const { data } = await call("GET", address(id));
  unrefuse(form);
  persona = null;
  show(data);
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** @param {string} id @returns {`/v1/personas/${string}`} */
const address = (id) => `/v1/personas/${encodeURIComponent(id)}`;

/** Shows a persona; what somebody has typed into a field stays. */
function show(newer) {
  const typed = persona?.id === newer.id ? Object.keys(changes()) : [];
  for (const name of TRAITS) if (!typed.includes(name)) field(name).value = newer[name];
  persona = newer;
  byId("persona-title").textContent = persona.name;
  const { language, version, updated_at: at, brief, portrait } = persona;
  write(dialog, "facts", `${LANGUAGES[language] ?? language} · version ${version}, ${moment(at)}`);
  write(dialog, "brief", brief);
  const img = dialog.querySelector("img");
  img.hidden = slot(form, "no-portrait").hidden = !portrait;
  img.alt = portrait ? `Portrait of ${persona.name}` : "";
  if (portrait) img.src = portrait.url;
}

function changes() {
  const now = TRAITS.map((name) => [name, name === "age" ? field(name).valueAsNumber : field(name).value.trim()]);
  return Object.fromEntries(now.filter(([name, value]) => value !== persona[name]));
}

async function save() {
  unrefuse(form);
  const body = changes();
  if (Number.isNaN(body.age)) return refuse(field("age"), "Say how old, in years.");
  if (Object.keys(body).length === 0 || await put(body)) dialog.close();
}

/** Changes the persona, unless somebody else has meanwhile. @returns {Promise<boolean>} whether it was done */
async function put(body) {
  error.textContent = "";
  try {
    const headers = { "If-Match": `"${persona.version}"` };
    const { data } = await call("PUT", address(persona.id), { body, headers });
    Object.assign(persona, body);
    show(data);
    tell.saved(data);
    announce(`${data.name} is saved.`);
    return true;
  } catch (problem) {
    await explain(problem);
    return false;
  }
}

async function explain(problem) {
  if (problem.status === 412) {
    const { data } = await call("GET", address(persona.id));
    show(data);
    tell.saved(data);
    error.textContent = "Somebody has changed it meanwhile. The fields show the newest, with your changes in them: look through, then save again.";
  } else if (TRAITS.includes(problem.field)) {
    refuse(field(problem.field), problem.detail);
  } else {
    error.textContent = sentence(problem);
  }
}

/** Closes, unless somebody wants to keep what is not saved. @returns {Promise<boolean>} whether it closed */
async function leave() {
  const question = { title: "Drop your changes?", text: "What you have typed is not saved yet.", verb: "Drop" };
  if (Object.keys(changes()).length > 0 && !await ask(question)) return false;
  dialog.close();
  return true;
}

async function remove() {
  const text = `${persona.name} is deleted for good, with all versions. The avatars stay.`;
  if (!await ask({ title: "Delete this persona?", text, verb: "Delete" })) return;
  const { id } = persona;
  const done = await guard(() => call("DELETE", address(id)));
  dialog.close();
  if (done) tell.deleted(id);
}
