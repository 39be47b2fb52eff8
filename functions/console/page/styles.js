// The styles that a persona is drawn in: chips to tick, presets and own words. One avatar is made for each that is ticked.

import { byId, copy, slot } from "./dom.js";

const PRESETS = ["Photograph, soft daylight", "Watercolour", "Comic, bold ink lines", "3D render, friendly", "Pencil sketch", "Pixel art"];

const box = byId("styles");
const list = slot(box, "list");
const own = byId("own-style");

/** @param {{changed: () => void}} tell */
export function start({ changed }) {
  list.append(...PRESETS.map((text) => chip(text)));
  list.addEventListener("change", changed);
  own.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add(changed);
  });
  slot(box, "add").addEventListener("click", () => add(changed));
}

/** What is ticked; without a persona there are no styles. @returns {string[]} */
export const chosen = () => (box.hidden ? [] : [...list.querySelectorAll(":checked")].map(({ value }) => value));

/** @param {any} persona or none */
export function know(persona) {
  box.hidden = !persona;
  slot(box, "usual").textContent = persona ? `None ticked: ${persona.name}’s own style, “${persona.style}”` : "";
}

function add(changed) {
  const text = own.value.trim();
  own.value = "";
  if (!text) return own.focus();
  const there = [...list.querySelectorAll("input")].find(({ value }) => value === text);
  if (there) there.checked = true;
  else list.append(chip(text, true));
  changed();
}

function chip(text, ticked = false) {
  const item = copy("style-chip");
  Object.assign(item.querySelector("input"), { value: text, checked: ticked });
  slot(item, "text").textContent = text;
  return item;
}
