// One way to call the API: bearer token in, JSON out, every failure a Problem that people can read.

import { bearer, renew } from "./session.js";

const PATIENCE_MS = 60_000;

/** A failure in RFC 9457 form, also where there was no answer. */
export class Problem extends Error {
  /** @param {{title: string, detail?: string, status?: number, field?: string, type?: string}} facts */
  constructor({ title, detail = "", status = 0, field = "", type = "" }) {
    super(title);
    this.title = title;
    this.detail = detail;
    this.status = status;
    this.type = type;
    /** The field of the request that does not fit: `size` for `job.size`. */
    this.field = String(field).split(".").at(-1);
  }

  /** Nobody knows whether the request had an effect: no answer, or one of a broken server. */
  get isOpen() {
    return this.status === 0 || this.status >= 500;
  }
}

/**
 * @typedef {{body?: unknown, headers?: Record<string, string>, isFile?: boolean}} Options `isFile`: the answer's text as it is
 * @typedef {{status: number, data: any, retryAfter: number | null, etag: string | null, next: string | null}} Answer
 *   `retryAfter` in seconds; `next`: where a long file goes on
 */

/**
 * Calls the API with the session's token; after a 401 once more with a new one.
 * @template {import("../types/contract").Method} M @template {string} P
 * @param {M} method @param {import("../types/contract").Address<M, P>} path
 * @param {Options & {body?: import("../types/contract").Body<M, P>}} [options]
 * @returns {Promise<Omit<Answer, "data"> & {data: import("../types/contract").Data<M, P>}>}
 */
export async function call(method, path, { headers, ...rest } = {}) {
  const attempt = async () => answer(method, path, { ...rest, headers: { ...headers, Authorization: `Bearer ${await bearer()}` } });
  try {
    return await attempt();
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    await renew();
    return attempt();
  }
}

/** One call as it is. @param {string} method @param {string} path @param {Options} [options] @returns {Promise<Answer>} */
export async function answer(method, path, { body, headers = {}, isFile = false } = {}) {
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await fetch(path, {
    method,
    headers: { Accept: "application/json, application/problem+json", ...type, ...headers },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => {
    const title = navigator.onLine ? "Ownkey did not answer" : "You are offline";
    throw new Problem({ title, detail: "Check the connection, then try again. Nothing you typed is lost." });
  });
  const isFresh = response.ok || response.status === 304;
  const data = isFile && isFresh ? await response.text() : await response.json().catch(() => null);
  if (!isFresh) {
    const unexplained = { title: `Ownkey answered with status ${response.status}`, detail: "Try again in a moment." };
    throw new Problem({ ...(data?.title ? data : unexplained), status: response.status });
  }
  const wait = response.headers.get("Retry-After") ?? "";
  return {
    status: response.status,
    data,
    retryAfter: /^\d+$/.test(wait) ? Number(wait) : null,
    etag: response.headers.get("ETag"),
    next: /<([^>]+)>; *rel="?next/.exec(response.headers.get("Link") ?? "")?.[1] ?? null,
  };
}
