// A real OpenID provider on this machine, in the place of Cognito or a team's own: it has a public client for the console,
// an API of its own name, and people who are known by what they type.

import { createServer } from "node:http";
import Provider from "oidc-provider";

const SCOPES = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";
/** So short that a test sees an access token run out. */
export const LIFETIME_S = 35;
export const CLIENT = "console";
export const RESOURCE = "https://ownkey.example/api";

/** @param {string} page the console's address @returns {Promise<{url: string, stop: () => void}>} */
export async function startIssuer(page) {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    clients: [{
      client_id: CLIENT,
      application_type: "web",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: [`${page}/`],
      post_logout_redirect_uris: [`${page}/`],
    }],
    clientBasedCORS: (_, origin) => origin === page,
    issueRefreshToken: async () => true,
    pkce: { required: () => true },
    scopes: ["openid", "offline_access"],
    ttl: { AccessToken: LIFETIME_S, IdToken: 600, RefreshToken: 600, Session: 600, Grant: 600, Interaction: 600 },
    features: {
      devInteractions: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: async () => true,
        getResourceServerInfo: async () => ({ scope: SCOPES, audience: RESOURCE, accessTokenFormat: "jwt", accessTokenTTL: LIFETIME_S, jwt: { sign: { alg: "RS256" } } }),
      },
    },
  });
  // Its console notes of development settings say nothing about the page.
  server.on("request", provider.callback());
  return { url, stop: () => { server.closeAllConnections(); server.close(); } };
}
