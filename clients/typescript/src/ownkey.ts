// A small typed client: the contract's types, problems as exceptions, and patience.

import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./contract.js";

export type Schemas = components["schemas"];
export type Job = Schemas["Job"];
export type Client = ReturnType<typeof createClient<paths>>;

/** How often a request that may be repeated is tried when the stack is busy or away. */
const TRIES = 4;

/** What the API answers when something is wrong. `type` is stable: decide by it. */
export class Problem extends Error {
  readonly type: string;
  readonly status: number;
  readonly requestId: string | null;
  /** Everything that it says, such as `field` or `limit`. */
  readonly members: Partial<Schemas["Problem"]>;

  constructor(response: Response, members: Partial<Schemas["Problem"]>) {
    super(members.detail ?? members.title ?? `The API answered with status ${response.status}.`);
    this.name = "Problem";
    this.type = members.type ?? "about:blank";
    this.status = response.status;
    this.requestId = response.headers.get("x-request-id");
    this.members = members;
  }
}

/**
 * A client of the stack at `baseUrl`. `token` is asked before each request, so that it can be renewed; it is sent to the
 * stack and nowhere else.
 */
export function ownkey(baseUrl: string, token: () => string | Promise<string>): Client {
  const client = createClient<paths>({ baseUrl, fetch: patientFetch });
  const middleware: Middleware = {
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await token()}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.status < 400) return undefined;
      const said: unknown = await response.clone().json().catch(() => ({}));
      throw new Problem(response, typeof said === "object" && said !== null ? said : {});
    },
  };
  client.use(middleware);
  return client;
}

/** The job once it has ended, or once it waits for somebody. Asks as slowly as the API says. */
export async function settled(client: Client, id: string, seen: (job: Job) => void = () => {}): Promise<Job> {
  for (;;) {
    const { data, response } = await client.GET("/v1/jobs/{id}", { params: { path: { id } } });
    if (!data) throw new Error("an answer without a job");
    seen(data);
    if (data.state !== "queued" && data.state !== "running") return data;
    await pause(seconds(response, 2));
  }
}

/** Repeats what can be repeated: reads, and requests with an `Idempotency-Key`. */
async function patientFetch(request: Request): Promise<Response> {
  const repeatable = request.method === "GET" || request.headers.has("Idempotency-Key");
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(request.clone());
    const busy = response.status === 429 || response.status === 503;
    if (!busy || !repeatable || attempt === TRIES) return response;
    await response.body?.cancel();
    await pause(seconds(response, attempt));
  }
}

function seconds(response: Response, otherwise: number): number {
  const told = Number(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(told) && told > 0 ? told : otherwise;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
