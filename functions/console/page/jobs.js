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
  if (verb) once(button, () => guard(() => send("POST", job.id, tell, `/${verb}`, body)));
}

/** Looks at a job now. @param {string} id @param {Tell} tell */
export const look = (id, tell) => guard(() => send("GET", id, tell));

async function send(method, id, tell, verb = "", body = undefined) {
  const { data, retryAfter } = await call(method, `/v1/jobs/${encodeURIComponent(id)}${verb}`, { body });
  if (data?.state) tell(data, retryAfter);
  else await send("GET", id, tell);
}
