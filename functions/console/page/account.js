// The screen "Account": who is signed in, signing out, erasing everything.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { byId, once, slot, write } from "./dom.js";
import { canSignOut, signOut, who } from "./session.js";
import { sentence } from "./words.js";

const section = byId("account");

/** @param {{erased: () => void}} tell */
export function start({ erased }) {
  slot(section, "sign-out").addEventListener("click", signOut);
  const button = slot(section, "erase");
  button.addEventListener("click", () => once(button, () => erase(erased)));
}

export async function load() {
  write(section, "who", who() && `Signed in as ${who()}.`);
  slot(section, "sign-out").hidden = !canSignOut();
}

async function erase(erased) {
  const place = slot(section, "error");
  place.textContent = "";
  const text = "Nothing of it can be brought back, by nobody.";
  if (!await ask({ title: "Erase this account?", text, verb: "Erase everything", type: "erase" })) return;
  try {
    await call("DELETE", "/v1/account", { body: { confirm: "erase" } });
    write(section, "done", "Everything is being erased. It takes some minutes.");
    erased();
  } catch (error) {
    place.textContent = sentence(error);
  }
}
