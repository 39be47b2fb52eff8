// Bars beside numbers: a table for everybody, and lengths for who can see them.

import { copy, slot, write } from "./dom.js";

/** @param {any} table @param {{name: string, amount: number, text: string}[]} rows */
export function bars(table, rows) {
  const most = Math.max(...rows.map(({ amount }) => amount), 0) || 1;
  const body = document.createElement("tbody");
  body.append(...rows.map(({ name, amount, text }) => {
    const row = copy("bar");
    write(row, "name", name);
    write(row, "value", text);
    row.querySelector("progress").value = amount / most;
    return row;
  }));
  table.replaceChildren(body);
}

/** Names with values, as a description list. @param {any} list @param {(string | false | undefined | null)[][]} facts those without a value are left out */
export function facts(list, facts) {
  list.replaceChildren(...facts.filter(([, value]) => value).map(([name, value]) => {
    const row = copy("fact");
    write(row, "name", name);
    write(row, "value", value);
    return row;
  }));
}
