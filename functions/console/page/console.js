// The entry: signs in, then wires the sections so that what happens in one is seen in the others.

import * as apiKeys from "./api-keys.js";
import * as audit from "./audit.js";
import * as avatars from "./avatars.js";
import { byId, once, soon } from "./dom.js";
import { dismiss, guard, show } from "./notice.js";
import * as personas from "./personas.js";
import * as references from "./references.js";
import { signInLocally, signInWith } from "./session.js";
import * as studio from "./studio.js";
import { promptOf } from "./tile.js";
import { forgetAll } from "./watch.js";

const tenantForm = byId("tenant-form");
const signIn = byId("sign-in");
const sections = byId("sections");

const changed = soon(() => [apiKeys, audit].forEach((section) => guard(section.load)));
apiKeys.start({ changed, loaded: (items) => [personas, studio, avatars].forEach((section) => section.know(items)) });
personas.start({
  changed,
  chosen: studio.choose,
  loaded: (all) => [studio, avatars].forEach((section) => section.knowPersonas(all)),
});
studio.start({
  created: (job, retryAfter) => (avatars.update(job, retryAfter), changed()),
  referred: () => avatars.knowReferences(references.used().map(({ id }) => id)),
});
avatars.start({
  changed,
  other: personas.follow,
  portray: personas.portray,
  refer: (job) => references.toggle(job, promptOf(job)),
});
audit.start();

submitted(tenantForm, () => open(byId("tenant").value.trim()));
submitted(byId("sign-in-form"), () => {
  signInWith(byId("access-token").value.trim());
  byId("access-token").value = "";
  return enter();
});
document.addEventListener("signed-out", () => { signIn.hidden = false; });
open(new URLSearchParams(location.search).get("tenant") ?? "me");

function submitted(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form.querySelector("button"), work);
  });
}

/** The local stack gives out tokens itself; elsewhere people bring theirs. */
async function open(tenant) {
  try {
    const isLocal = await signInLocally(tenant);
    tenantForm.hidden = !isLocal;
    signIn.hidden = isLocal;
    apiKeys.offerSandbox(isLocal);
    if (!isLocal) return;
    byId("tenant").value = tenant;
    history.replaceState(null, "", `?${new URLSearchParams({ tenant })}`);
    await enter();
  } catch (error) {
    tenantForm.hidden = false;
    show(error);
  }
}

/** Loads everything; one section that fails leaves the others whole. */
async function enter() {
  dismiss();
  signIn.hidden = true;
  sections.hidden = false;
  sections.setAttribute("aria-busy", "true");
  forgetAll();
  await Promise.all([apiKeys, personas, studio, avatars, audit].map((section) => guard(section.load)));
  sections.setAttribute("aria-busy", "false");
}
