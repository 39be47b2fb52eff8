// The screen "Costs": a month by day, model, project or provider, the budget, and what a plan with credits would have cost.

import { call } from "./api.js";
import * as budgets from "./budget.js";
import { bars, facts } from "./chart.js";
import { byId, choices, copy, once, refuse, slot, soon, unrefuse, write } from "./dom.js";
import { guard } from "./notice.js";
import { save } from "./save.js";
import { money, provider, sentence } from "./words.js";

const MONTHS = 13;
const section = byId("costs");
const filters = byId("costs-filters");
const calculator = byId("calculator");
const { month: monthField, by: byField } = filters.elements;
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

export function start() {
  filters.addEventListener("change", () => guard(load));
  filters.addEventListener("submit", (event) => event.preventDefault());
  const button = slot(filters, "export");
  button.addEventListener("click", () => once(button, () => guard(() =>
    save(`/v1/usage?${span()}&by=day,model,project`, "text/csv", `ownkey-costs-${monthField.value}.csv`))));
  calculator.addEventListener("input", soon(compare));
  calculator.addEventListener("submit", (event) => event.preventDefault());
}

export async function load() {
  const today = new Date();
  const months = Array.from({ length: MONTHS }, (_, back) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1)));
  choices(monthField, months.map((first) => ({ value: first.toISOString().slice(0, 7), text: MONTH.format(first) })), monthField.value || undefined);
  const ask = (by) => call("GET", `/v1/usage?${span()}&by=${by}`).then(({ data }) => data);
  const [days, split, { data: budget }] = await Promise.all([ask("day"), ask(byField.value), call("GET", "/v1/budgets/account")]);
  const { cost, credits_plan: plan, saving, images, personas, unknown_at_most: perhaps } = days.total;
  facts(slot(section, "totals"), [
    ["Spent", money(cost)],
    ["Images", String(images)],
    ["Personas", String(personas)],
    ["In a plan with credits", money(plan)],
    ["Saved", Number(saving) > 0 && money(saving)],
    ["Perhaps charged, at most", Number(perhaps) > 0 && money(perhaps)],
  ]);
  const item = copy("budget");
  write(item, "title", "Budget of this month");
  budgets.show(item, budget);
  slot(section, "budget").replaceChildren(item);
  slot(section, "empty").hidden = days.items.length > 0;
  slot(section, "charts").hidden = days.items.length === 0;
  const row = (name) => (figures) => ({ name: name(figures), amount: Number(figures.cost), text: money(figures.cost) });
  bars(slot(section, "days"), days.items.map(row(({ day }) => DAY.format(new Date(day)))));
  const names = { model: ({ model }) => model ?? "No model", project: ({ project }) => project ?? "No project", provider: (row) => provider(row.provider).name };
  write(section, "split-title", `By ${byField.value}`);
  bars(slot(section, "split"), split.items.map(row(names[byField.value])).sort((a, b) => b.amount - a.amount));
  await compare();
}

/** The days of the month that is chosen. */
function span() {
  const [year, month] = monthField.value.split("-").map(Number);
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return new URLSearchParams({ from: `${monthField.value}-01`, to: last });
}

/** @param {any[]} models that make images */
export function know(models) {
  choices(calculator.elements.model, models.map(({ id, provider: by }) => ({ value: id, text: id, group: provider(by).name })));
}

/** What as many images cost with one's own API key, and in a plan with credits. */
async function compare() {
  const { count, model, price } = calculator.elements;
  unrefuse(calculator);
  if (!model.value) return;
  for (const field of [count, price]) if (!field.value || !field.validity.valid) return refuse(field, field.validationMessage || "Say a number.");
  try {
    const body = { job: { kind: /** @type {const} */ ("image"), model: model.value, prompt: "an avatar" }, count: count.valueAsNumber };
    const { data } = await call("POST", "/v1/estimates", { body });
    const plan = price.valueAsNumber * count.valueAsNumber;
    const own = Number(data.expected);
    const row = (name, amount) => ({ name, amount, text: `$${amount.toFixed(2)}` });
    bars(slot(calculator, "compared"), [row("Your own API key", own), row("A plan with credits", plan)]);
    const saved = plan - own;
    write(calculator, "saving", saved > 0
      ? `You keep $${saved.toFixed(2)} a month, ${Math.round((100 * saved) / plan)} % of it.`
      : "At this price the plan is cheaper. Look what it takes away when you stop paying.");
  } catch (error) {
    write(calculator, "saving", sentence(error));
  }
}
