// Which stored API key pays: a project's own, or else the account's.

import { choices } from "./dom.js";

/** Offers the projects that have API keys; with none there is nothing to choose. */
export function offer(field, apiKeys) {
  const projects = [...new Set(apiKeys.map(({ project }) => project).filter(Boolean))];
  choices(field, [{ value: "", text: "None" }, ...projects.map((value) => ({ value, text: value }))]);
  field.closest(".field").hidden = projects.length === 0;
}

/** Whether there is an API key for the model. */
export const covers = (apiKeys, model, project) =>
  apiKeys.some((meta) => meta.provider === model.provider && (!meta.project || meta.project === project));
