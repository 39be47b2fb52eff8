// Orders that are not placed twice: one whose fate nobody knows is repeated with the same Idempotency-Keys.

import { call } from "./api.js";
import { guard } from "./notice.js";

const PATIENCE = 20;
/** As many of a batch are shown at once; the batch has a screen of its own. */
const PAGE = 100;

/** @typedef {(job: any, retryAfter: number | null) => void} Tell */
/** @type {Map<string, string[]>} the keys of orders that did not go through, or not wholly */
const open = new Map();

/** Places the requests one by one; asked again after a failure, it repeats none that went through. @param {{path: "/v1/jobs" | "/v1/batches" | "/v1/personas", body: any}[]} requests @param {Tell} [tell] */
export async function order(requests, tell = () => {}) {
  const text = JSON.stringify(requests);
  const keys = open.get(text) ?? requests.map(() => crypto.randomUUID());
  open.set(text, keys);
  const answers = [];
  for (const [nth, { path, body }] of requests.entries()) {
    const answer = await call("POST", path, { body, headers: { "Idempotency-Key": keys[nth] } });
    tell(answer.data, answer.retryAfter);
    answers.push(answer);
  }
  open.delete(text);
  return answers;
}

/** Orders images: one in each style, `count` times. @param {any} job @param {string[]} styles @param {number} count @param {Tell} tell told of each job */
export async function orderImages(job, styles, count, tell) {
  if (Math.max(1, styles.length) * count === 1) return order([{ path: "/v1/jobs", body: { ...job, style: styles[0] } }], tell);
  const body = { job, styles: styles.length > 0 ? styles : undefined, count };
  const [{ data }] = await order([{ path: "/v1/batches", body }]);
  guard(() => arrive(data, tell));
}

/** Tells of the jobs of a batch as they come. */
async function arrive({ id, total }, tell) {
  const seen = new Set();
  for (let tries = 0; tries < PATIENCE && seen.size < Math.min(total, PAGE); tries += 1) {
    const { data, retryAfter } = await call("GET", `/v1/jobs?batch=${encodeURIComponent(id)}&limit=${PAGE}`);
    for (const job of data.items.filter((item) => !seen.has(item.id))) {
      seen.add(job.id);
      tell(job, null);
    }
    if (seen.size < Math.min(total, PAGE)) await new Promise((resolve) => setTimeout(resolve, (retryAfter ?? 1) * 1000));
  }
}
