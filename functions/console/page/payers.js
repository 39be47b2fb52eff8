// Which stored API key pays: a project's own, or else the account's.

import { choices } from "./dom.js";

/** Offers the projects there are; with none there is nothing to choose. @param {any} field @param {any[]} projects */
export function offer(field, projects) {
  choices(field, [{ value: "", text: "None" }, ...projects.map(({ id, name }) => ({ value: id, text: name || id }))]);
  field.closest(".field").hidden = projects.length === 0;
}

/** The API key that pays for a model: the project's own, or else the account's. */
export function payer(apiKeys, model, project) {
  const fitting = apiKeys.filter((meta) => meta.provider === model.provider);
  return fitting.find((meta) => meta.project && meta.project === project) ?? fitting.find((meta) => !meta.project);
}

/** Whether there is an API key for the model. */
export const covers = (apiKeys, model, project) => Boolean(payer(apiKeys, model, project));
