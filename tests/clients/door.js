// What people's code for Node does, with OpenAI's own client and nothing changed but the address and the token.
//
//     node door.js quick|slow BASE_URL TOKENS    TOKENS: JSON, from what the tenant's API keys play to a token

import assert from "node:assert/strict";
import OpenAI from "openai";

const [mode, base, tokens] = process.argv.slice(2);
const MODEL = "gpt-image-2.6-flare";
const PNG = "iVBORw0KGgo";

const client = (plays, options = {}) =>
  new OpenAI({ baseURL: `${base}/openai/v1`, apiKey: JSON.parse(tokens)[plays], ...options });

async function refused(expected, call) {
  try {
    assert.fail(JSON.stringify(await call));
  } catch (error) {
    assert.equal(error.constructor, expected, error.stack);
    return error;
  }
}

async function draws() {
  const ok = client("ok");
  const models = [];
  for await (const model of ok.models.list()) models.push(model.id);
  assert(models.includes(MODEL) && models.includes("flux-2-max"));
  assert.equal((await ok.models.retrieve("flux-2-max")).owned_by, "bfl");

  const drawn = await ok.images.generate({ model: MODEL, prompt: "a fox", size: "1024x1024", quality: "low" });
  assert(drawn.data[0].b64_json.startsWith(PNG));
  assert(drawn.usage.output_tokens > 0);

  // With a name of its own, a request may be sent again at any time.
  const named = { headers: { "Idempotency-Key": "once" } };
  const flux = { model: "flux-2-max", prompt: "a cat", size: "512x256", output_format: "png", n: 2 };
  const first = await ok.images.generate(flux, named);
  const again = await ok.images.generate({ ...flux, response_format: "url" }, named);
  assert.deepEqual([first.ownkey, first.data.length], [again.ownkey, 2]);
  assert((await fetch(again.data[0].url)).ok);
  const reused = await refused(
    OpenAI.UnprocessableEntityError,
    ok.images.generate({ ...flux, prompt: "a dog" }, named),
  );
  assert.equal(reused.code, "idempotency_key_reused");

  const unknown = await refused(OpenAI.NotFoundError, ok.images.generate({ model: "dall-e-9", prompt: "a fox" }));
  assert.deepEqual([unknown.code, unknown.param], ["model_not_found", "model"]);
  const stream = await refused(
    OpenAI.BadRequestError,
    ok.images.generate({ model: MODEL, prompt: "a fox", stream: true }),
  );
  assert.equal(stream.param, "stream");
}

async function meetsTrouble() {
  const fox = { model: MODEL, prompt: "a fox" };
  const broke = await refused(OpenAI.RateLimitError, client("out-of-credit").images.generate(fox));
  assert.equal(broke.code, "insufficient_quota");
  const moderated = await refused(OpenAI.BadRequestError, client("moderated").images.generate(fox));
  assert.equal(moderated.code, "moderation_blocked");
  const lost = await refused(OpenAI.ConflictError, client("hang-up").images.generate(fox));
  assert.equal(lost.code, "outcome_unknown");
  const missing = await refused(OpenAI.UnprocessableEntityError, client("nothing").images.generate(fox));
  assert.equal(missing.code, "provider_api_key_missing");
}

// An image takes longer than a request may.
async function waits() {
  const fox = { model: MODEL, prompt: "a fox" };
  const [drawn, told] = await Promise.all([
    client("patient").images.generate(fox),
    refused(OpenAI.ConflictError, client("told", { maxRetries: 0 }).images.generate(fox)),
    refused(
      OpenAI.APIConnectionTimeoutError,
      client("hasty", { timeout: 2000, maxRetries: 2 }).images.generate(fox),
    ),
  ]);
  assert(drawn.data[0].b64_json.startsWith(PNG));
  assert.equal(told.code, "job_still_running");
  assert(told.message.includes(told.error.jobs[0]));
}

await (mode === "quick" ? Promise.all([draws(), meetsTrouble()]) : waits());
