// What people can do to a job: its buttons, and the requests behind them.

import { call } from "./api.js";
import { once } from "./dom.js";
import { guard } from "./notice.js";

const REQUESTS = {
  cancel: ["cancel"],
  discard: ["cancel"],
  resume: ["resume"],
  retry: ["retry", {}],
  accept: ["retry", { accept_double_charge: true }],
};

/** @typedef {(job: any, retryAfter: number | null) => void} Tell */

/** Does what a button of a job says. @param {any} job @param {any} button @param {Tell} tell told of the job as it is then */
export function act(job, button, tell) {
  const [verb, body] = REQUESTS[button.dataset.action] ?? [];
  if (verb) once(button, () => guard(() => send(job.id, verb, body, tell)));
}

/** Looks at a job now. @param {string} id @param {Tell} tell */
export const look = (id, tell) => guard(() => read(id, tell));

async function read(id, tell) {
  const { data, retryAfter } = await call("GET", `/v1/jobs/${encodeURIComponent(id)}`);
  tell(data, retryAfter);
}

/** @param {string} id @param {"cancel" | "resume" | "retry"} verb @param {any} body @param {Tell} tell */
async function send(id, verb, body, tell) {
  const { data, retryAfter } = await call("POST", `/v1/jobs/${encodeURIComponent(id)}/${verb}`, { body });
  if ("state" in data) tell(data, retryAfter);
  else await read(id, tell);
}
