// Templates and the few DOM moves that every section makes. Data becomes text, never markup.

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** @param {ParentNode} root @param {string} name @returns {any} the element marked `data-slot="name"` */
export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

/** @param {string} id of a `<template>` @returns {any} a copy of its one element */
export const copy = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Writes a text and hides the place when there is none. What has not changed is not touched. */
export function write(root, name, text) {
  const place = slot(root, name);
  if (place.textContent !== (text || "")) place.textContent = text || "";
  place.hidden = !text;
}

/** A link to somewhere on the web, or none: addresses that are not http(s) are not followed. */
export function link(anchor, address, text) {
  const url = address ? URL.parse(address, location.href) : null;
  anchor.hidden = !/^https?:$/.test(url?.protocol ?? "");
  if (!anchor.hidden && anchor.href !== url.href) anchor.href = url.href;
  anchor.target = url?.origin === location.origin ? "" : "_blank";
  if (text) anchor.textContent = text;
}

/** Fills a `<select>`. @param {{value: string, text: string, disabled?: boolean}[]} options */
export function choices(select, options, chosen) {
  select.replaceChildren(...options.map(({ value, text, disabled = false }) => {
    const option = new Option(text, value, false, value === chosen);
    option.disabled = disabled;
    return option;
  }));
}

/** Words always; the tone's colour only repeats them. @param {"good" | "wait" | "bad" | "plain"} tone */
export function badge(root, name, text, tone) {
  write(root, name, text);
  slot(root, name).dataset.tone = tone;
}

/** The text of a field's error line, read out at once; none clears it. */
export function refuse(field, text) {
  byId(`${field.id}-error`).textContent = text;
  field.setAttribute("aria-invalid", String(Boolean(text)));
  if (text) field.focus();
}

/** Runs `work` a moment after the last of several calls. */
export function soon(work, delay = 300) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
}

/** Runs what a button does; pressed again meanwhile, it does nothing. */
export async function once(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  await work().finally(() => button.removeAttribute("aria-disabled"));
}
