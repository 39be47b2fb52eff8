// Asks before something is gone for good.

import { byId, slot } from "./dom.js";

const dialog = byId("confirm");
const word = byId("confirm-word");

dialog.querySelector("form").addEventListener("submit", (event) => {
  if (event.submitter?.value !== "yes" || word.required === false || word.value.trim() === slot(dialog, "word").textContent) return;
  event.preventDefault();
  word.setCustomValidity(`Type ${slot(dialog, "word").textContent} as it stands there, or keep it.`);
  word.reportValidity();
});
word.addEventListener("input", () => word.setCustomValidity(""));

/** @param {{title: string, text: string, verb: string, type?: string}} question `type`: what has to be typed @returns {Promise<boolean>} */
export async function ask({ title, text, verb, type = "" }) {
  byId("confirm-title").textContent = title;
  slot(dialog, "text").textContent = text;
  slot(dialog, "verb").textContent = verb;
  slot(dialog, "word").textContent = type;
  slot(dialog, "typing").hidden = !type;
  word.required = Boolean(type);
  word.value = "";
  word.setCustomValidity("");
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}
