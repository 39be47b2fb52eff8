// What stops the work, at the top of every screen: API keys that are out of credit or refused, with what to do about it.

import { call } from "./api.js";
import { byId, copy, link, once, slot, write } from "./dom.js";
import { announce, guard } from "./notice.js";
import { provider } from "./words.js";

const box = byId("banners");
const WORDS = { out_of_credit: ["is out of credit", "Top up at"], invalid: ["is refused", "Make another at"] };

/** @type {(job: any, retryAfter: number | null) => void} */
let tell;
let shown = "";

/** @param {{resumed: (job: any, retryAfter: number | null) => void}} listeners */
export function start({ resumed }) {
  tell = resumed;
}

/** @param {any[]} apiKeys those there are */
export function know(apiKeys) {
  const broken = apiKeys.filter(({ state }) => WORDS[state]);
  const text = JSON.stringify(broken.map(({ id, state, paused_jobs: jobs }) => [id, state, jobs]));
  // An alert that has not changed is not read out again.
  if (text === shown) return;
  shown = text;
  box.replaceChildren(...broken.map(banner));
}

function banner(meta) {
  const item = copy("banner");
  const { name } = provider(meta.provider);
  const [what, todo] = WORDS[meta.state];
  const jobs = meta.paused_jobs;
  write(item, "what", [`Your ${name} API key`, meta.label && `“${meta.label}”`, meta.project && `of project ${meta.project}`, `${what}.`].filter(Boolean).join(" "));
  const wait = jobs === 1 ? "1 job waits" : `${jobs} jobs wait`;
  write(item, "waiting", jobs > 0 ? `${wait}, and ${jobs === 1 ? "goes" : "go"} on when this is mended.` : "New jobs will wait.");
  link(slot(item, "link"), meta.action_url, `${todo} ${name}`);
  const resume = slot(item, "resume");
  resume.hidden = jobs === 0 || meta.state !== "out_of_credit";
  resume.addEventListener("click", () => once(resume, () => guard(() => goOn(meta))));
  return item;
}

/** One of the jobs is tried; if the provider takes it, the others follow in their order. */
async function goOn({ provider: id, project }) {
  const { data } = await call("GET", "/v1/jobs?state=paused&limit=100");
  const own = data.items.filter((job) => job.provider === id && (!project || job.project === project) && job.reason?.code === "out_of_credit");
  const first = own.at(-1);
  if (!first) return announce("No job waits for it any more.");
  const answer = await call("POST", `/v1/jobs/${encodeURIComponent(first.id)}/resume`);
  announce("Tried again. The others follow when the provider takes it.");
  tell(answer.data, answer.retryAfter);
}
