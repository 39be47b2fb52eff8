// Follows unfinished jobs by polling: no faster than the server asks, slower when nobody looks or nobody answers.

import { call } from "./api.js";
import { isFinal } from "./words.js";

const PARALLEL = 4;
const HIDDEN_MS = 30_000;
const SLOWEST_MS = 60_000;
/** Paused and unknown jobs wait for people or for minutes. */
const LEAST_MS = { queued: 1000, running: 1000, paused: 10_000, unknown: 30_000 };

/** @typedef {(job: any, retryAfter: number | null) => void} Tell */
/** @typedef {{due: number, failures: number, tells: Set<Tell>}} Watched */
/** @type {Map<string, Watched>} */
const watched = new Map();
let timer = 0;

/** Tells of every newer state of a job until it is final. @param {Tell} tell @param {number | null} [retryAfter] seconds */
export function watch(job, tell, retryAfter = null) {
  if (isFinal(job)) {
    watched.delete(job.id);
    return;
  }
  const tells = new Set(watched.get(job.id)?.tells).add(tell);
  watched.set(job.id, { due: Date.now() + pause(job, retryAfter), failures: 0, tells });
  plan();
}

export function forgetAll() {
  watched.clear();
}

function pause({ state }, retryAfter) {
  return Math.max(LEAST_MS[state] ?? LEAST_MS.paused, (retryAfter ?? 2) * 1000);
}

function plan() {
  clearTimeout(timer);
  const next = Math.min(...[...watched.values()].map(({ due }) => due));
  if (next === Infinity) return;
  timer = setTimeout(poll, Math.max(document.hidden ? HIDDEN_MS : 50, next - Date.now()));
}

async function poll() {
  const due = [...watched].filter(([, { due }]) => due <= Date.now()).sort(([, a], [, b]) => a.due - b.due);
  await Promise.all(due.slice(0, PARALLEL).map(([id, entry]) => ask(id, entry)));
  plan();
}

async function ask(id, entry) {
  entry.due = Infinity; // Being asked: not to be asked twice.
  try {
    const { data: job, retryAfter } = await call("GET", `/v1/jobs/${encodeURIComponent(id)}`);
    // Meanwhile somebody may have pressed a button: the answer to that is newer.
    if (watched.get(id) !== entry) return;
    for (const tell of entry.tells) watch(job, tell, retryAfter);
    for (const tell of entry.tells) tell(job, retryAfter);
  } catch (problem) {
    if (watched.get(id) !== entry) return;
    if (problem.status === 404) watched.delete(id);
    entry.failures += 1;
    entry.due = Date.now() + Math.min(SLOWEST_MS, 2000 * 2 ** entry.failures);
  }
}

document.addEventListener("visibilitychange", plan);
