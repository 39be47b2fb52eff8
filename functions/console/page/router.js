// Which screen is shown. The address `#/job/job_1` shows what is marked `data-on="job"`, and tells that screen `job_1`.

import { byId } from "./dom.js";

/** Screens without an entry in the navigation, and the entry they belong to. */
const WITHIN = { batch: "batches", job: "gallery", project: "projects" };

/** @type {any[]} */
const places = [...document.querySelectorAll("[data-on]")];
const links = [...byId("navigation").querySelectorAll("a")];
const menu = byId("menu");

/** @typedef {Record<string, (rest: string) => unknown>} Screens what is loaded when a screen is shown */
/** @type {Screens} */
let screens = {};
let home = "";
let now = "";

/** @param {Screens} all @param {string} first the screen of an address that names none */
export function start(all, first) {
  screens = all;
  home = first;
  show(false);
}

/** @param {string} path such as `job/job_1` */
export function go(path) {
  location.hash = `#/${path}`;
}

/** Whether a screen is the one that is shown. */
export const isOn = (name) => now === name;

function show(isMove = true) {
  const [, named = "", rest = ""] = /^#\/([^/]*)\/?(.*)$/.exec(location.hash) ?? [];
  // A link within the page is no move to another screen.
  if (isMove && !named && location.hash) return;
  now = screens[named] ? named : home;
  for (const place of places) place.hidden = !place.dataset.on.split(" ").includes(now);
  byId("sections").dataset.screen = now;
  for (const link of links) {
    const isCurrent = link.hash === `#/${WITHIN[now] ?? now}`;
    link.ariaCurrent = isCurrent ? "page" : null;
  }
  const title = byId(`${now}-title`);
  // What it was called for the last thing that it showed is not what it is called for the next.
  name(title.dataset.usual ??= title.textContent);
  if (isMove) {
    open(false);
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  const shown = `${now}/${rest}`;
  const sections = byId("sections");
  sections.dataset.shown = shown;
  sections.ariaBusy = "true";
  Promise.resolve(screens[now](decodeURIComponent(rest))).finally(() => {
    if (sections.dataset.shown === shown) sections.ariaBusy = "false";
  });
}

/** Calls the screen that is shown by what it shows. */
export function name(text) {
  if (text) byId(`${now}-title`).textContent = text;
  document.title = text ? `${text} · Ownkey` : "Ownkey";
}

/** On a phone the navigation folds away. */
function open(isOpen) {
  menu.ariaExpanded = String(isOpen);
  byId("navigation").classList.toggle("open", isOpen);
}

menu.addEventListener("click", () => open(menu.ariaExpanded !== "true"));
byId("navigation").addEventListener("click", ({ target }) => {
  if (target.closest("a")) open(false);
});
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || menu.ariaExpanded !== "true") return;
  open(false);
  menu.focus();
});
addEventListener("hashchange", () => {
  if (!byId("sections").hidden) show();
});
// The router owns the fragment, so the link to the content moves the keyboard itself.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
