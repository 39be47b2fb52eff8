// The pictures that new avatars are drawn after: photos of people who have agreed, and avatars made before.

import { ask } from "./confirm.js";
import { byId, copy, refuse, slot, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import * as photos from "./photos.js";
import { minute, sentence } from "./words.js";

const box = byId("references");
const list = slot(box, "list");
const consent = byId("consent");
const file = byId("photo-file");
const add = byId("photo-add");

/** @typedef {{id: string, name: string, url?: string, used: boolean, step?: string, width?: number, height?: number}} Reference */
/** @type {Map<string, Reference>} by the id of the upload or job */
const references = new Map();
/** @type {{changed: () => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  add.addEventListener("click", () => {
    refuse(consent, consent.checked ? "" : "Ask the person first, then tick this.");
    if (consent.checked) file.click();
  });
  consent.addEventListener("change", () => refuse(consent, ""));
  file.addEventListener("change", () => {
    refuse(consent, "");
    for (const chosen of file.files) bring(chosen);
    file.value = "";
    // Each photo may show somebody else, who is to be asked as well.
    consent.checked = false;
  });
}

/** Begins anew, for whoever is signed in now. */
export async function load() {
  for (const { url } of references.values()) if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
  references.clear();
  show();
  for (const { id, created_at: at, image } of await photos.stored()) {
    put({ id, name: `Photo, ${minute(at)}`, url: image.url, used: false, width: image.width, height: image.height });
  }
}

/** @returns {Reference[]} those that are ticked and can be used */
export const used = () => [...references.values()].filter(({ used: ticked, step }) => ticked && !step);

/** Whether a photo is still on its way. */
export const isBusy = () => [...references.values()].some(({ step }) => step);

/** A finished avatar is used, or no longer. @param {any} job @param {string} name */
export function toggle({ id, image }, name) {
  if (references.delete(id)) show();
  else put({ id, name, url: image.url, used: true, width: image.width, height: image.height });
  announce(references.has(id) ? "Used as a reference." : "No longer a reference.");
}

/** Says how many the model takes. @param {number} most @param {number} portraits 1 if the persona's portrait is one of them */
export function allow(most, portraits) {
  const count = used().length + portraits;
  const without = portraits ? " The portrait goes along by itself." : "";
  byId("references-hint").textContent = most > 0 ? `${count} of ${most} for this model.${without}` : "This model takes none.";
  byId("references-error").textContent = count > most && count > 0 ? `These are ${count}; the model takes ${most || "none"}.` : "";
}

async function bring(photo) {
  const going = { id: crypto.randomUUID(), name: photo.name, url: URL.createObjectURL(photo), used: true, step: "Preparing…" };
  put(going);
  byId("photo-error").textContent = "";
  try {
    const { id, image } = await photos.upload(photo, (step) => put({ ...going, step }));
    references.delete(going.id);
    put({ ...going, id, step: "", width: image.width, height: image.height });
    announce(`${photo.name} can be used.`);
  } catch (error) {
    URL.revokeObjectURL(going.url);
    references.delete(going.id);
    show();
    byId("photo-error").textContent = `${photo.name}: ${sentence(error)}`;
  }
}

/** @param {Reference} reference */
async function remove({ id, name, url }) {
  if (id.startsWith("upl_")) {
    const text = `${name} is deleted for good. Avatars that were made of it stay; jobs that still wait for it fail.`;
    if (!await ask({ title: "Delete this photo?", text, verb: "Delete" })) return;
    if (!await guard(() => photos.remove(id))) return;
    if (url) URL.revokeObjectURL(url);
  }
  references.delete(id);
  show();
  add.focus();
}

function put(reference) {
  references.set(reference.id, reference);
  show();
}

function show() {
  const before = new Map([...list.children].map((item) => [item.dataset.id, item]));
  list.replaceChildren(...[...references.values()].map((reference) => fill(before.get(reference.id) ?? make(reference.id), reference)));
  tell.changed();
}

function make(id) {
  const item = copy("reference");
  item.dataset.id = id;
  item.querySelector("input").addEventListener("change", ({ target }) => {
    references.get(id).used = target.checked;
    tell.changed();
  });
  item.querySelector("button").addEventListener("click", () => remove(references.get(id)));
  const img = item.querySelector("img");
  img.addEventListener("error", () => {
    img.dataset.broken = img.getAttribute("src");
    img.hidden = true;
  });
  return item;
}

/** @param {any} item @param {Reference} reference */
function fill(item, { name, url, used: ticked, step = "" }) {
  const [tick, img, button] = ["input", "img", "button"].map((tag) => item.querySelector(tag));
  tick.checked = ticked;
  tick.disabled = button.hidden = Boolean(step);
  if (url && img.getAttribute("src") !== url) img.src = url;
  img.hidden = !url || url === img.dataset.broken;
  slot(item, "name").textContent = name;
  button.ariaLabel = `Remove ${name}`;
  write(item, "step", step);
  return item;
}
