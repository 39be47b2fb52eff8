// One stored API key: what is known about it, testing and revoking it.

import { call } from "./api.js";
import { ask } from "./confirm.js";
import { badge, copy, link, once, slot, write } from "./dom.js";
import { guard } from "./notice.js";
import { watch } from "./watch.js";
import { minute, money, provider, readable } from "./words.js";

/** What a state is called, and what to do about it. The API says why and where. */
const STATES = {
  active: { word: "Active", tone: "good" },
  unverified: { word: "Not verified", tone: "wait", advice: "Press Test." },
  invalid: { word: "Refused", tone: "bad", advice: "Store a new API key; waiting jobs then go on by themselves.", link: "Make an API key at" },
  out_of_credit: { word: "Out of credit", tone: "wait", advice: "Top up there; waiting jobs then go on by themselves.", link: "Top up at" },
};

/** @param {any} meta @param {{say: (text: string) => void, changed: () => void, replace: (meta: any) => void}} tell */
export function make(meta, tell) {
  const item = copy("api-key-row");
  const { name } = provider(meta.provider);
  const state = STATES[meta.state] ?? { word: readable(meta.state), tone: "plain" };
  const waiting = meta.paused_jobs > 0 && `${meta.paused_jobs} ${meta.paused_jobs === 1 ? "job waits" : "jobs wait"}.`;
  write(item, "name", [meta.label, meta.project && `project ${meta.project}`].filter(Boolean).join(" · ") || "API key");
  badge(item, "state", state.word, state.tone);
  write(item, "hint", meta.hint);
  write(item, "balance", meta.balance && `${money(meta.balance.amount)} left (${minute(meta.balance.at)})`);
  write(item, "times", meta.last_used_at ? `used ${minute(meta.last_used_at)}` : "never used");
  const since = meta.state !== "active" && meta.verified_at && `Accepted last ${minute(meta.verified_at)}.`;
  write(item, "advice", [meta.state_reason, state.advice, since, waiting].filter(Boolean).join(" "));
  link(slot(item, "link"), meta.action_url, `${state.link ?? "What to do at"} ${name}`);
  for (const [action, work] of Object.entries({ test, revoke, replace: async () => tell.replace(meta) })) {
    const button = item.querySelector(`[data-action="${action}"]`);
    button.ariaLabel = [button.textContent, name, meta.label, meta.project].filter(Boolean).join(" ");
    button.addEventListener("click", () => once(button, () => guard(() => work(meta, name, tell))));
  }
  return item;
}

/** @returns {`/v1/api-keys/${string}`} a project's own API key takes and answers the same */
export function address({ project, provider: id }) {
  const scope = /** @type {""} */ (project ? `/projects/${encodeURIComponent(project)}` : "");
  return `/v1${scope}/api-keys/${encodeURIComponent(id)}`;
}

/** A worker opens the API key and asks the provider: the API itself cannot open it. */
async function test(meta, name, { say, changed }) {
  say("Testing…");
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { data: job, retryAfter } = await call("POST", `${address(meta)}/test`, { headers });
  const { state, reason } = await new Promise((resolve) => {
    watch(job, (newer) => ["queued", "running"].includes(newer.state) || resolve(newer), retryAfter);
  });
  say(state === "succeeded" ? `${name} accepts it.` : (reason?.message ?? `${name} did not confirm it.`));
  changed();
}

async function revoke(meta, name, { say, changed }) {
  const { paused_jobs: waiting } = meta;
  const now = waiting > 0 ? `${waiting} ${waiting === 1 ? "job waits" : "jobs wait"} for it now. ` : "";
  const text = `The ${name} API key ${meta.hint} is deleted for good. ${now}Jobs that need it pause, lose nothing, and go on when a new API key is stored. At ${name} it stays valid until you delete it there.`;
  if (!await ask({ title: "Revoke this API key?", text, verb: "Revoke", type: meta.label || meta.provider })) return;
  await call("DELETE", address(meta));
  say("Revoked.");
  changed();
}
