// Asks before something is gone for good.

import { byId, slot } from "./dom.js";

const dialog = byId("confirm");

/** @param {{title: string, text: string, verb: string}} question @returns {Promise<boolean>} */
export async function ask({ title, text, verb }) {
  byId("confirm-title").textContent = title;
  slot(dialog, "text").textContent = text;
  slot(dialog, "verb").textContent = verb;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}
