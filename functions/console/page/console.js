// The entry: signs in, then wires the screens so that what happens in one is seen in the others.

import * as account from "./account.js";
import * as apiKeys from "./api-keys.js";
import * as audit from "./audit.js";
import * as avatars from "./avatars.js";
import * as banner from "./banner.js";
import * as batches from "./batches.js";
import { call } from "./api.js";
import * as costs from "./costs.js";
import { byId, once, slot, soon } from "./dom.js";
import * as job from "./job.js";
import { dismiss, guard, show } from "./notice.js";
import * as notices from "./notices.js";
import * as personas from "./personas.js";
import * as projects from "./projects.js";
import * as references from "./references.js";
import * as router from "./router.js";
import * as session from "./session.js";
import * as studio from "./studio.js";
import { promptOf } from "./tile.js";
import { forgetAll } from "./watch.js";
import * as webhooks from "./webhooks.js";

const tenantForm = byId("tenant-form");
const teamForm = byId("team-form");
const tokenForm = byId("sign-in-form");
const sections = byId("sections");
/** @type {Map<string, any>} by id */
let people = new Map();
let hasApiKey = false;

const changed = soon(() => guard(apiKeys.load));
const created = (made, retryAfter) => (avatars.update(made, retryAfter), changed());
apiKeys.start({
  changed,
  loaded: (items) => {
    hasApiKey = items.length > 0;
    [banner, personas, studio, avatars].forEach((section) => section.know(items));
  },
});
banner.start({ resumed: created });
projects.start({ changed, loaded: (items) => [studio, personas, avatars].forEach((section) => section.knowProjects(items)) });
personas.start({
  changed,
  chosen: (id) => (router.go("studio"), studio.choose(id)),
  loaded: (all) => {
    people = all;
    [studio, avatars].forEach((section) => section.knowPersonas(all));
  },
});
studio.start({ created, referred: () => avatars.knowReferences(references.used().map(({ id }) => id)) });
avatars.start({
  changed,
  other: personas.follow,
  portray: personas.portray,
  refer: (made) => references.toggle(made, promptOf(made)),
});
job.start({ again: (made) => (router.go("studio"), studio.repeat(made)) });
notices.start({ changed });
account.start({ erased: enter });
[costs, audit, webhooks, batches].forEach((section) => section.start({ changed }));

/** What is loaded when a screen is shown. */
const SCREENS = {
  studio: () => guard(() => avatars.filter({})),
  gallery: () => guard(() => avatars.filter(avatars.chosen())),
  batch: (id) => guard(() => Promise.all([batches.open(id), avatars.filter({ batch: id })])),
  job: (id) => guard(() => job.open(id, people)),
  project: (id) => guard(() => projects.open(id)),
  personas: () => {},
  "api-keys": () => guard(apiKeys.load),
  batches: () => guard(batches.load),
  costs: () => guard(costs.load),
  projects: () => guard(projects.load),
  notices: () => guard(notices.load),
  audit: () => guard(audit.load),
  webhooks: () => guard(webhooks.load),
  account: () => guard(account.load),
};

// Another tenant is another visit: nothing of the last one stays.
submitted(tenantForm, async () => location.assign(`/?${new URLSearchParams({ tenant: byId("tenant").value.trim() })}`));
submitted(teamForm, () => guard(session.signIn));
submitted(tokenForm, () => {
  session.signInWith(byId("access-token").value.trim());
  byId("access-token").value = "";
  return enter();
});
document.addEventListener("signed-out", () => {
  byId("sign-in").hidden = false;
  byId("sign-in-title").focus();
});
guard(begin);

function submitted(form, work) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form.querySelector("button"), work);
  });
}

/** The stack says how people sign in at it. */
async function begin() {
  const { sign_in: way, issuer } = await session.ways();
  const isLocal = way === "local";
  tenantForm.hidden = !isLocal;
  teamForm.hidden = way !== "oidc";
  tokenForm.hidden = way !== "token";
  byId("sign-in").hidden = isLocal;
  apiKeys.offerSandbox(isLocal);
  if (isLocal) return open(new URLSearchParams(location.search).get("tenant") ?? "me");
  if (way !== "oidc") return;
  slot(teamForm, "issuer").textContent = new URL(issuer).host;
  if (await session.arrive()) await enter();
}

/** The local stack gives out tokens itself. */
async function open(tenant) {
  await session.signInLocally(tenant);
  byId("tenant").value = tenant;
  history.replaceState(null, "", `?${new URLSearchParams({ tenant })}${location.hash}`);
  await enter();
}

/** Loads what all screens share; one part that fails leaves the others whole. */
async function enter() {
  dismiss();
  byId("sign-in").hidden = true;
  forgetAll();
  const shared = [apiKeys.load, personas.load, studio.load, avatars.load, notices.begin, projects.list, know];
  await Promise.all(shared.map((load) => guard(load)));
  sections.hidden = false;
  router.start(SCREENS, hasApiKey ? "studio" : "api-keys");
}

async function know() {
  const { data } = await call("GET", "/v1/models");
  costs.know(data.items.filter(({ kind, status }) => kind === "image" && status === "current"));
  audit.know(data.items);
}
