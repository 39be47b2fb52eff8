// The stack that `cargo run` starts, in a folder of its own, on a port of its own; and what tests ask of it beside the page.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const TARGET = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../../target");
const BINARY = join(TARGET, "debug", "ownkey");
const PATIENCE_MS = 60_000;

/** @typedef {{url: string, stop: () => Promise<void>}} Stack */

/** Starts it; the answer comes when it listens. @param {string[]} options @returns {Promise<Stack>} */
export async function startStack(...options) {
  // Another stack that runs already, to try the page against while it is written.
  if (process.env.OWNKEY_URL && options.length === 0) return { url: process.env.OWNKEY_URL, stop: async () => {} };
  const data = await mkdtemp(join(tmpdir(), "ownkey-console-"));
  const child = spawn(BINARY, ["--port", "0", "--data", data, "--webhooks-to-this-machine", ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const url = await new Promise((found, failed) => {
    let said = "";
    child.stdout.on("data", (bytes) => {
      said += bytes;
      const [, address] = /listening on (\S+)\n/.exec(said) ?? [];
      if (address) found(address);
    });
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`${BINARY} ended with ${code}`)));
    setTimeout(() => failed(new Error(`${BINARY} does not listen`)), PATIENCE_MS).unref();
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
    await new Promise((ended) => child.once("exit", ended));
    await rm(data, { recursive: true, force: true });
  };
  return { url, stop };
}

/** Calls the API as a tenant, as a program of theirs would. @param {string} url @param {string} tenant */
export function api(url, tenant) {
  return async (method, path, body) => {
    const { access_token: token } = await (await fetch(`${url}/local/token?tenant=${tenant}`)).json();
    const headers = { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) };
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}

/** Fills up the account of a sandbox API key. @param {string} url @param {string} apiKey */
export async function topUp(url, apiKey) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${url}/sandbox/top-up`, { method: "POST", headers, body: JSON.stringify({ api_key: apiKey }) });
  if (!response.ok) throw new Error(`top-up: ${response.status}`);
}

/** An API key that plays a case, of an account of its own. @param {"openai" | "bfl" | "anthropic"} provider @param {string} played */
export function sandboxKey(provider, played) {
  const before = { openai: "sk-sandbox-", bfl: "bfl_sandbox-", anthropic: "sk-ant-sandbox-" }[provider];
  const account = Math.random().toString().slice(2, 18).padEnd(16, "0");
  return `${before}${played}-${account}`;
}
