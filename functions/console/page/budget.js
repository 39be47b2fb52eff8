// A budget: how much of the month's cap is used, in words and as a bar, and changing it.

import { call } from "./api.js";
import { copy, once, refuse, slot, unrefuse, write } from "./dom.js";
import { day, money, sentence } from "./words.js";

/** @param {any} root with the places of a budget @param {any} budget */
export function show(root, { monthly_usd: cap, spent, held, left, unknown_at_most: perhaps, month_ends_at: ends, month }) {
  const meter = slot(root, "meter");
  meter.hidden = !cap;
  const used = Number(spent) + Number(held) + Number(perhaps);
  meter.value = cap ? Math.min(1, used / Number(cap)) : 0;
  meter.dataset.full = String(Number(left) <= 0);
  const text = cap ? `${money(spent)} of ${money(cap)} spent, ${money(left)} left.` : `${money(spent) || "Nothing"} spent, no cap.`;
  write(root, "text", text);
  meter.ariaLabel = text;
  const more = [Number(held) > 0 && `${money(held)} set aside for jobs that run`, Number(perhaps) > 0 && `up to ${money(perhaps)} perhaps charged`];
  const until = ends && `${month}, ends ${day(ends)}`;
  if (slot(root, "more")) write(root, "more", [...more, until].filter(Boolean).join(" · "));
}

/** The budget as a form. @param {any} budget @param {string} title @param {(newer: any) => void} saved */
export function form(budget, title, saved) {
  const id = budget.budget;
  const root = copy("budget-form", id);
  let version = budget.version;
  const { monthly_usd: cap, alert_at: steps, time_zone: zone } = root.elements;
  const fill = (newer) => {
    version = newer.version;
    show(root, newer);
    cap.value = newer.monthly_usd ? Number(newer.monthly_usd) : "";
    steps.value = newer.alert_at.join(", ");
    zone.value = newer.time_zone;
  };
  write(root, "title", title);
  slot(root, "zone").hidden = id !== "account";
  fill(budget);
  const save = async () => {
    unrefuse(root);
    write(root, "done", "");
    slot(root, "error").textContent = "";
    const percents = steps.value.split(/[\s,;%]+/).filter(Boolean).map(Number);
    if (!cap.validity.valid) return refuse(cap, cap.validationMessage);
    if (percents.some((step) => !Number.isInteger(step) || step < 1 || step > 100)) return refuse(steps, "Whole numbers from 1 to 100, with commas between.");
    const body = { monthly_usd: cap.value || null, alert_at: percents, ...(id === "account" ? { time_zone: zone.value.trim() } : {}) };
    try {
      const headers = version ? { "If-Match": `"${version}"` } : {};
      const { data } = await call("PUT", `/v1/budgets/${encodeURIComponent(id)}`, { body, headers });
      fill(data);
      write(root, "done", "Saved. Jobs that waited for it go on within a minute.");
      saved(data);
    } catch (error) {
      if (error.status === 412) {
        const { data } = await call("GET", `/v1/budgets/${encodeURIComponent(id)}`);
        fill(data);
        slot(root, "error").textContent = "Somebody has changed it meanwhile. This is the newest: change it again, then save.";
      } else if (root.elements.namedItem(error.field)) refuse(root.elements.namedItem(error.field), error.detail);
      else slot(root, "error").textContent = sentence(error);
    }
  };
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    once(root.querySelector("button"), save);
  });
  return root;
}
