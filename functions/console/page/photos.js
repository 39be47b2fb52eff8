// A photo on its way: announced with consent, posted straight to where images are kept, looked at by Ownkey.

import { Problem, call } from "./api.js";

const PATIENCE_MS = 120_000;

/** @param {File} file @param {(step: string) => void} tell what is being done @returns {Promise<any>} the upload, ready to use */
export async function upload(file, tell) {
  tell("Preparing…");
  const body = { content_type: /** @type {"image/jpeg"} */ (file.type), bytes: file.size, consent: true };
  const { data } = await call("POST", "/v1/uploads", { body });
  tell("Uploading…");
  await post(data.upload, file);
  tell("Checking…");
  const done = await call("POST", `/v1/uploads/${encodeURIComponent(data.id)}/complete`);
  return done.data;
}

/** The photos that can be used. */
export async function stored() {
  const { data } = await call("GET", "/v1/uploads");
  return data.items.filter(({ state }) => state === "ready");
}

export const remove = (id) => call("DELETE", `/v1/uploads/${encodeURIComponent(id)}`);

/** The storage takes the form only with all its fields before the file. No token goes there. */
async function post({ url, fields }, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  const response = await fetch(url, { method: "POST", body: form, credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => {
    throw new Problem({ title: "The photo did not arrive", detail: "Check the connection, then add it again." });
  });
  if (response.ok) return;
  throw new Problem({ title: "The photo was not taken", detail: `The storage answered with status ${response.status}. Add the photo again.`, status: response.status });
}
