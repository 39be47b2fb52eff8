// What API Gateway does in AWS, before the local stack: hands on the stage's variables as the console function answers them,
// and lets in who shows a good token of the team's issuer.

import { createServer, request } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";

import { CLIENT, RESOURCE } from "./issuer.mjs";

/** @param {string} stack where the local stack listens */
export async function startFrontDoor(stack) {
  const { port: behind } = new URL(stack);
  let issuer = "";
  /** @type {string[]} who was let in, by `sub` */
  const seen = [];
  const server = createServer(async (asked, answer) => {
    const headers = { ...asked.headers, host: `127.0.0.1:${behind}` };
    if (asked.url === "/config.json") {
      answer.setHeader("Content-Type", "application/json");
      return answer.end(JSON.stringify({ sign_in: "oidc", issuer, client_id: CLIENT, resource: RESOURCE, scope_prefix: "" }));
    }
    if (asked.url?.startsWith("/local/")) return answer.writeHead(404).end();
    if (asked.url?.startsWith("/v1/")) {
      const sub = await admit(issuer, asked.headers.authorization);
      if (!sub) {
        answer.writeHead(401, { "Content-Type": "application/problem+json" });
        return answer.end(JSON.stringify({ title: "Not signed in", detail: "The token is not accepted.", status: 401 }));
      }
      seen.push(sub);
      const { access_token: own } = await (await fetch(`${stack}/local/token?tenant=${encodeURIComponent(sub)}`)).json();
      headers.authorization = `Bearer ${own}`;
    }
    const passed = request({ host: "127.0.0.1", port: behind, method: asked.method, path: asked.url, headers }, (given) => {
      const policy = given.headers["content-security-policy"];
      // As `functions/console` writes it, once it knows the issuer.
      if (policy) given.headers["content-security-policy"] = String(policy).replace(/connect-src [^;]*/, `$& ${issuer}`);
      answer.writeHead(given.statusCode ?? 500, given.headers);
      given.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    trust: (url) => { issuer = url; },
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}

/** Who the token is of, if it is good. */
async function admit(issuer, authorization = "") {
  try {
    const known = createLocalJWKSet(await (await fetch(`${issuer}/jwks`)).json());
    const { payload } = await jwtVerify(authorization.replace("Bearer ", ""), known, { issuer, audience: RESOURCE });
    return payload.sub ?? "";
  } catch {
    return "";
  }
}
