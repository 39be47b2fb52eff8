// The main job, with types: store an API key, ask what an avatar costs, have it made, look at the record.
//
//   OWNKEY_URL=http://127.0.0.1:8787 npm run avatar
//
// Against a stack in AWS, give it an access token in OWNKEY_TOKEN and your own API key in OPENAI_API_KEY.

import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { Problem, ownkey, settled } from "./ownkey.js";

const base = process.env["OWNKEY_URL"] ?? "http://127.0.0.1:8787";
const apiKey = process.env["OPENAI_API_KEY"] ?? "sk-sandbox-ok-0000000000000001";

/** The local stack gives a token to anybody; in AWS it comes from where you sign in. */
async function localToken(): Promise<string> {
  const response = await fetch(`${base}/local/token?tenant=typescript`);
  const body = (await response.json()) as { access_token: string };
  return body.access_token;
}

async function main(): Promise<void> {
  const token = process.env["OWNKEY_TOKEN"] ?? (await localToken());
  const client = ownkey(base, () => token);

  // What is wrong is told by its type, and nothing is stored.
  const stored = await client
    .PUT("/v1/api-keys/{provider}", { params: { path: { provider: "openai" } }, body: { api_key: apiKey, label: "main" } })
    .catch((problem: unknown) => {
      if (problem instanceof Problem && problem.type === "/problems/api-key-rejected") {
        throw new Error(`OpenAI does not take the API key: ${problem.message}`);
      }
      throw problem;
    });
  console.log(`stored   ${stored.data?.hint} (${stored.data?.state})`);

  const order = { kind: "image", model: "gpt-image-2.6-flare", prompt: "a founder with red hair", quality: "low" } as const;
  const estimate = await client.POST("/v1/estimates", { body: { job: order, count: 1 } });
  console.log(`estimate $${estimate.data?.expected}, in a credits plan $${estimate.data?.credits_plan}`);

  // With an Idempotency-Key, sending it twice makes one avatar.
  const header = { "Idempotency-Key": randomUUID() };
  const asked = await client.POST("/v1/jobs", { params: { header }, body: order });
  const again = await client.POST("/v1/jobs", { params: { header }, body: order });
  if (!asked.data || asked.data.id !== again.data?.id) throw new Error("the same request made two jobs");

  const job = await settled(client, asked.data.id, ({ state }) => console.log(`job      ${state}`));
  if (job.state !== "succeeded" || !job.image) throw new Error(`${job.state}: ${job.reason?.message ?? ""}`);
  const image = Buffer.from(await (await fetch(job.image.url)).arrayBuffer());
  await writeFile("avatar.png", image);
  console.log(`image    avatar.png, ${job.image.width}x${job.image.height}, $${job.cost.actual}`);

  const record = await client.GET("/v1/audit", { params: { query: { job: job.id } } });
  // The same address gives files too, as texts; JSON is what comes unless they are asked for.
  const lines = typeof record.data === "object" ? record.data.items : [];
  for (const line of lines) console.log(`record   ${line.at} ${line.action} ${line.outcome}`);
}

await main();
