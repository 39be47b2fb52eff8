// Files that the page makes out of answers, such as exports.

import { call } from "./api.js";

/** Saves what the API has at a path, all pages of it. @param {`/v1/audit?${string}` | `/v1/usage?${string}`} path @param {string} type @param {string} name of the file */
export async function save(path, type, name) {
  const parts = [];
  let head = "";
  for (let next = /** @type {typeof path | null} */ (path); next;) {
    const { data: page, next: further } = await call("GET", next, { headers: { Accept: type }, isFile: true });
    const data = String(page);
    // Each page of a table begins with its head; the file has it once.
    const isTable = type === "text/csv";
    if (isTable && !head) head = data.slice(0, data.indexOf("\n") + 1);
    parts.push(isTable && parts.length > 0 && data.startsWith(head) ? data.slice(head.length) : data);
    next = /** @type {typeof path | null} */ (further);
  }
  keep(new Blob(parts, { type }), name);
}

/** @param {Blob} blob @param {string} name */
export function keep(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
