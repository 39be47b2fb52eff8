// The screens "Budgets and projects" and of one project: begin, cap, API keys of its own, archive.

import * as rows from "./api-key-row.js";
import { call } from "./api.js";
import * as budgets from "./budget.js";
import { ask } from "./confirm.js";
import { byId, copy, once, refuse, slot, unrefuse, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import { go, name as nameScreen } from "./router.js";
import { moment, sentence } from "./words.js";

const section = byId("projects");
const one = byId("project");
const form = byId("project-form");
/** @type {any} the project that is shown */
let project = null;
/** @type {{changed: () => void, loaded: (projects: any[]) => void}} */
let tell;

export function start(listeners) {
  tell = listeners;
  // Not `name` and `id`: those would stand in for the form's own.
  const { called, short } = form.elements;
  called.addEventListener("input", () => { short.value = slug(called.value); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form.querySelector("button"), begin);
  });
  const archive = slot(one, "archive");
  archive.addEventListener("click", () => once(archive, () => guard(turn)));
}

const slug = (text) => text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 64);
/** @param {string} id @returns {`/v1/projects/${string}`} */
const address = (id) => `/v1/projects/${encodeURIComponent(id)}`;

/** What there is, for who only chooses among them. */
export async function list() {
  const { data } = await call("GET", "/v1/projects?limit=100");
  tell.loaded(data.items.filter(({ archived_at: at }) => !at));
  return data.items;
}

export async function load() {
  const [projects, { data }] = await Promise.all([list(), call("GET", "/v1/budgets?limit=100")]);
  const { data: account } = await call("GET", "/v1/budgets/account");
  slot(section, "account").replaceChildren(budgets.form(account, "The whole account", tell.changed));
  slot(section, "empty").hidden = projects.length > 0;
  const budgetOf = (id) => data.items.find(({ budget }) => budget === id);
  slot(section, "list").replaceChildren(...projects.map((item) => card(item, budgetOf(item.id))));
}

function card({ id, name, archived_at: archived }, budget) {
  const item = copy("project-card");
  slot(item, "name").href = `#/project/${encodeURIComponent(id)}`;
  write(item, "name", name || id);
  write(item, "facts", [id, archived && `archived ${moment(archived)}`].filter(Boolean).join(" · "));
  if (budget) budgets.show(item, budget);
  else {
    slot(item, "meter").hidden = true;
    write(item, "text", "No cap of its own.");
  }
  return item;
}

async function begin() {
  unrefuse(form);
  const { called, short } = form.elements;
  if (!called.value.trim()) return refuse(called, "Give it a name.");
  const id = short.value;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id) || id === "account") return refuse(short, "Letters, digits, - and _ only, and not “account”.");
  try {
    await call("PUT", address(id), { body: { name: called.value.trim() } });
    form.reset();
    await list();
    go(`project/${encodeURIComponent(id)}`);
  } catch (error) {
    refuse(error.field === "name" ? called : short, error.field ? error.detail : sentence(error));
  }
}

/** @param {string} id */
export async function open(id) {
  const [read, budget, own] = await Promise.all([
    call("GET", address(id)),
    call("GET", `/v1/budgets/${encodeURIComponent(id)}`),
    call("GET", `${address(id)}/api-keys`),
  ]);
  project = read.data;
  nameScreen(project.name || id);
  const { archived_at: archived, created_at: begun } = project;
  write(one, "facts", [id, `begun ${moment(begun)}`, archived && `archived ${moment(archived)}: it takes no new jobs`].filter(Boolean).join(" · "));
  slot(one, "archive").textContent = archived ? "Take it up again" : "Archive project";
  slot(one, "budget").replaceChildren(budgets.form(budget.data, "Its budget", tell.changed));
  const { items } = own.data;
  slot(one, "empty").hidden = items.length > 0;
  slot(one, "list").hidden = items.length === 0;
  const again = () => (tell.changed(), guard(() => open(id)));
  slot(one, "list").replaceChildren(...items.map((meta) => rows.make(meta, { say: announce, changed: again, replace: () => go("api-keys") })));
}

/** Archives it, or takes it up again. */
async function turn() {
  const { id, name, archived_at: archived } = project;
  const text = "It takes no new jobs and API keys. What it has stays, and what waits in it goes on.";
  if (!archived && !await ask({ title: `Archive ${name || id}?`, text, verb: "Archive" })) return;
  await (archived ? call("PUT", address(id), { body: {} }) : call("DELETE", address(id)));
  tell.changed();
  await Promise.all([list(), open(id)]);
}
