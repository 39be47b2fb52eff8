//! Tokens that must open nothing, on every route. What is checked here by the local gateway, API Gateway's JWT
//! authorizer checks in AWS; scopes and the kind of token are checked by the functions once more.

use base64_simd::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::routes::{ROUTES, ask, nobodys};
use crate::support::{Api, TestStack};

const SCOPES: &str = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";

/// Signs tokens as the stack's issuer does, or nearly.
struct Forger {
    signing: EncodingKey,
    pem: Vec<u8>,
    now: i64,
}

impl Forger {
    fn of(stack: &TestStack) -> Self {
        let pem = std::fs::read(stack.folder.path().join("issuer.pem")).unwrap();
        Self { signing: EncodingKey::from_rsa_pem(&pem).unwrap(), pem, now: runtime::now().as_second() }
    }

    /// The claims of a good token with every scope, changed; what becomes null is left out.
    fn claims(&self, change: Value) -> Value {
        let mut claims = json!({ "iss": "ownkey-local", "aud": "ownkey", "sub": "ada", "tenant": "ada", "scope": SCOPES,
            "iat": self.now - 1, "exp": self.now + 600 });
        let members = claims.as_object_mut().unwrap();
        members.extend(change.as_object().unwrap().clone());
        members.retain(|_, value| !value.is_null());
        claims
    }

    fn header() -> Header {
        Header { kid: Some("local-1".to_owned()), ..Header::new(Algorithm::RS256) }
    }

    fn sign(&self, change: Value) -> String {
        self.sign_with(&Self::header(), change)
    }

    fn sign_with(&self, header: &Header, change: Value) -> String {
        encode(header, &self.claims(change), &self.signing).unwrap()
    }

    /// Tokens that are not accepted, each with what is wrong with it.
    fn refused(&self) -> Vec<(&'static str, String)> {
        let mut tokens = vec![("nonsense", "nonsense".to_owned()), ("empty", String::new())];
        for (what, change) in [
            ("expired", json!({ "exp": self.now - 5 })),
            ("without an end", json!({ "exp": null })),
            ("not yet valid", json!({ "nbf": self.now + 600 })),
            ("of the future", json!({ "iat": self.now + 600 })),
            ("another issuer", json!({ "iss": "https://evil.test" })),
            ("no issuer", json!({ "iss": null })),
            ("another audience", json!({ "aud": "another-api" })),
            ("no audience", json!({ "aud": null })),
            ("another client", json!({ "aud": null, "client_id": "another" })),
            ("our client for another audience", json!({ "aud": "another-api", "client_id": "ownkey" })),
            ("nobody", json!({ "sub": null })),
            ("no tenant", json!({ "tenant": null })),
            ("an empty tenant", json!({ "tenant": "" })),
            ("two tenants", json!({ "tenant": ["ada", "bob"] })),
            ("a tenant that is a path", json!({ "tenant": ".." })),
            ("a tenant with a separator", json!({ "tenant": "a#b" })),
            ("an ID token", json!({ "token_use": "id" })),
        ] {
            tokens.push((what, self.sign(change)));
        }
        let good = self.sign(json!({}));
        let [head, payload, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode_to_string(value.to_string());
        let none = encoded(&json!({ "alg": "none", "typ": "JWT", "kid": "local-1" }));
        tokens.push(("alg none, signed", format!("{none}.{payload}.{signature}")));
        tokens.push(("alg none", format!("{none}.{payload}.")));
        tokens.push(("no signature", format!("{head}.{payload}.")));
        let bobs = encoded(&self.claims(json!({ "tenant": "bob" })));
        tokens.push(("a changed payload", format!("{head}.{bobs}.{signature}")));

        let private = RsaPrivateKey::from_pkcs1_pem(std::str::from_utf8(&self.pem).unwrap()).unwrap();
        let public = private.to_public_key();
        let symmetric = |secret: &[u8]| {
            let header = Header { kid: Some("local-1".to_owned()), ..Header::new(Algorithm::HS256) };
            encode(&header, &self.claims(json!({})), &EncodingKey::from_secret(secret)).unwrap()
        };
        let ending = rsa::pkcs1::LineEnding::LF;
        tokens.push(("HS256 by the public key", symmetric(public.to_pkcs1_pem(ending).unwrap().as_bytes())));
        tokens.push(("HS256 by its DER", symmetric(public.to_pkcs1_der().unwrap().as_bytes())));
        tokens.push(("HS256 by the modulus", symmetric(&public.n().to_bytes_be())));

        // Somebody else's key pair, offered in every way that a header knows.
        let evil = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let evil_public = evil.to_public_key();
        let number = |number: Vec<u8>| URL_SAFE_NO_PAD.encode_to_string(number);
        let jwk = json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "local-1",
            "n": number(evil_public.n().to_bytes_be()), "e": number(evil_public.e().to_bytes_be()) });
        let elsewhere = "https://evil.test/keys".to_owned();
        let offers = [
            ("another's signature", Self::header()),
            ("its own jwk", Header { jwk: Some(serde_json::from_value(jwk).unwrap()), ..Self::header() }),
            ("a jku elsewhere", Header { jku: Some(elsewhere.clone()), ..Self::header() }),
            ("an x5u elsewhere", Header { x5u: Some(elsewhere), ..Self::header() }),
        ];
        let evil = EncodingKey::from_rsa_pem(evil.to_pkcs1_pem(ending).unwrap().as_bytes()).unwrap();
        for (what, header) in offers {
            tokens.push((what, encode(&header, &self.claims(json!({})), &evil).unwrap()));
        }
        for (what, kid) in [("no kid", None), ("an unknown kid", Some("local-2".to_owned()))] {
            tokens.push((what, self.sign_with(&Header { kid, ..Self::header() }, json!({}))));
        }
        let longer = Header { alg: Algorithm::RS512, ..Self::header() };
        tokens.push(("RS512", self.sign_with(&longer, json!({}))));
        tokens
    }
}

fn bearer(stack: &TestStack, token: String) -> Api {
    let mut api = Api::anonymous(stack.stack.url());
    api.token = Some(token);
    api
}

#[tokio::test]
async fn every_route_wants_a_good_token_with_its_scope() {
    let stack = TestStack::start().await;
    let forger = Forger::of(&stack);
    let anonymous = Api::anonymous(stack.stack.url());
    let bad: Vec<_> =
        forger.refused().into_iter().map(|(what, token)| (what, bearer(&stack, token))).collect();
    let mut tried = 0;
    for (method, path, scope) in ROUTES {
        let id = nobodys(path);
        for (what, api) in bad.iter().chain([&("no token", anonymous.clone())]) {
            let refused = ask(api, method, path, &id).await;
            assert_eq!((refused.status, refused.problem()), (401, "unauthorized"), "{method} {path}: {what}");
            assert_eq!(refused.header("www-authenticate"), "Bearer");
            tried += 1;
        }
        let others: Vec<_> = SCOPES.split(' ').filter(|other| *other != scope).collect();
        for granted in [json!(others.join(" ")), json!(scope.to_uppercase()), json!(""), Value::Null] {
            let api = bearer(&stack, forger.sign(json!({ "scope": granted })));
            let refused = ask(&api, method, path, &id).await;
            assert_eq!(
                (refused.status, refused.problem()),
                (403, "missing-scope"),
                "{method} {path}: {granted}"
            );
            assert_eq!(refused.member("scope"), scope);
            tried += 1;
        }
        let allowed = ask(&bearer(&stack, forger.sign(json!({ "scope": scope }))), method, path, &id).await;
        assert!(![401, 403].contains(&allowed.status), "{method} {path}: {allowed:?}");
        tried += 1;
    }
    println!("{} routes x {} tokens: {tried} requests", ROUTES.len(), tried / ROUTES.len());
}

#[tokio::test]
async fn tokens_as_other_issuers_write_them_are_accepted() {
    let stack = TestStack::start().await;
    let forger = Forger::of(&stack);
    for good in [
        json!({}),
        // Some issuers send lists; the gateway hands them on as text in brackets.
        json!({ "scope": null, "scp": ["keys:read", "jobs:read"], "tenant": ["ada"] }),
        json!({ "aud": ["another-api", "ownkey"] }),
        // Cognito's access tokens name the client and no audience.
        json!({ "aud": null, "client_id": "ownkey", "token_use": "access" }),
        json!({ "nbf": forger.now - 1 }),
    ] {
        let answer = bearer(&stack, forger.sign(good.clone())).get("/v1/jobs").await;
        assert_eq!(answer.status, 200, "{good}: {answer:?}");
    }
}

#[tokio::test]
async fn the_local_gateway_lets_in_by_token_and_by_its_own_name_only() {
    let stack = TestStack::start().await;
    let api = Api::anonymous(stack.stack.url());
    for tenant in ["", "..", "a%20b", "a%23b"] {
        assert_eq!(api.get(&format!("/local/token?tenant={tenant}")).await.problem(), "invalid-request");
    }
    let ada = stack.tenant("ada").await;
    let scheme = |scheme: &str| format!("{scheme} {}", ada.token.as_deref().unwrap());
    let lower = api.request(Method::GET, "/v1/jobs").header("authorization", scheme("bearer"));
    assert_eq!(api.send(lower).await.status, 200);
    let basic = api.request(Method::GET, "/v1/jobs").header("authorization", scheme("Basic"));
    assert_eq!(api.send(basic).await.problem(), "unauthorized");
    let request = api.request(Method::GET, "/local/token?tenant=ada").header("host", "evil.test");
    assert_eq!(api.send(request).await.problem(), "invalid-request");
}
