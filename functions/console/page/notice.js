// One place for what went wrong anywhere, and one for what only screen readers need to hear.

import { byId, write } from "./dom.js";
import { sentence } from "./words.js";

const box = byId("notice");
box.querySelector("button").addEventListener("click", dismiss);

/** @param {unknown} error shown until dismissed or replaced */
export function show(error) {
  box.hidden = false;
  write(box, "text", sentence(error));
}

export function dismiss() {
  box.hidden = true;
}

/** Runs something; a failure is shown, not thrown. @param {() => Promise<any>} work @returns {Promise<boolean>} whether it went well */
export const guard = (work) => work().then(() => true, (error) => (show(error), false));

export function announce(text) {
  byId("announcer").textContent = text;
}
