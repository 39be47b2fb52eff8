// Templates and the few DOM moves that every section makes. Data becomes text, never markup.

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** @param {ParentNode} root @param {string} name @returns {any} the element marked `data-slot="name"` */
export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

const REFERRING = ["id", "for", "list", "aria-describedby", "aria-labelledby"];

/** A copy of a template's one element. `$` in its ids becomes `mark`, so that each copy has ids of its own. */
export function copy(id, mark = "") {
  const root = byId(id).content.firstElementChild.cloneNode(true);
  for (const name of REFERRING) {
    for (const element of [root, ...root.querySelectorAll(`[${name}*="$"]`)]) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).replaceAll("$", mark));
    }
  }
  return root;
}

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

/** Fills a `<select>`; options of the same `group` stand together. @param {{value: string, text: string, group?: string}[]} options */
export function choices(select, options, chosen = select.value) {
  const groups = Object.groupBy(options, ({ group = "" }) => group);
  const entries = (some) => some.map(({ value, text }) => new Option(text, value, false, value === chosen));
  select.replaceChildren(...Object.entries(groups).flatMap(([label, some]) => {
    if (!label) return entries(some);
    const group = Object.assign(document.createElement("optgroup"), { label });
    group.append(...entries(some));
    return group;
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
  if (!text) return;
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus();
}

/** Clears every error line of a form. */
export function unrefuse(form) {
  for (const line of form.querySelectorAll(".error")) line.textContent = "";
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
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
