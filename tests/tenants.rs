//! Two tenants, every route: one never sees, changes or pays for the other's.

use std::collections::HashMap;

use domain::Provider;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Api, MODEL, OK, TestStack, id};

/// Every route with a token, and the scope it needs. A `{job}` and the like is replaced by an id.
const ROUTES: [(&str, &str, &str); 51] = [
    ("GET", "/v1/api-keys", "keys:read"),
    ("GET", "/v1/api-keys/openai", "keys:read"),
    ("PUT", "/v1/api-keys/openai", "keys:write"),
    ("DELETE", "/v1/api-keys/openai", "keys:write"),
    ("POST", "/v1/api-keys/openai/test", "keys:write"),
    ("GET", "/v1/projects/comic/api-keys", "keys:read"),
    ("GET", "/v1/projects/comic/api-keys/openai", "keys:read"),
    ("PUT", "/v1/projects/comic/api-keys/openai", "keys:write"),
    ("DELETE", "/v1/projects/comic/api-keys/openai", "keys:write"),
    ("POST", "/v1/projects/comic/api-keys/openai/test", "keys:write"),
    ("GET", "/v1/jobs", "jobs:read"),
    ("POST", "/v1/jobs", "jobs:write"),
    ("GET", "/v1/jobs/{job}", "jobs:read"),
    ("GET", "/v1/jobs/{job}/image", "jobs:read"),
    ("POST", "/v1/jobs/{job}/cancel", "jobs:write"),
    ("POST", "/v1/jobs/{job}/retry", "jobs:write"),
    ("POST", "/v1/jobs/{job}/resume", "jobs:write"),
    ("GET", "/v1/batches", "jobs:read"),
    ("POST", "/v1/batches", "jobs:write"),
    ("GET", "/v1/batches/{batch}", "jobs:read"),
    ("POST", "/v1/batches/{batch}/cancel", "jobs:write"),
    ("POST", "/v1/batches/{batch}/retry", "jobs:write"),
    ("POST", "/v1/batches/{batch}/export", "jobs:write"),
    ("GET", "/v1/jobs?batch=bat_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70", "jobs:read"),
    ("GET", "/v1/personas", "jobs:read"),
    ("POST", "/v1/personas", "jobs:write"),
    ("GET", "/v1/personas/{persona}", "jobs:read"),
    ("GET", "/v1/personas/{persona}/versions", "jobs:read"),
    ("PUT", "/v1/personas/{persona}", "jobs:write"),
    ("DELETE", "/v1/personas/{persona}", "jobs:write"),
    ("GET", "/v1/uploads", "jobs:read"),
    ("POST", "/v1/uploads", "jobs:write"),
    ("GET", "/v1/uploads/{upload}", "jobs:read"),
    ("POST", "/v1/uploads/{upload}/complete", "jobs:write"),
    ("DELETE", "/v1/uploads/{upload}", "jobs:write"),
    ("GET", "/v1/models", "jobs:read"),
    ("POST", "/v1/estimates", "jobs:read"),
    ("GET", "/v1/projects", "account:read"),
    ("GET", "/v1/projects/comic", "account:read"),
    ("PUT", "/v1/projects/comic", "account:write"),
    ("DELETE", "/v1/projects/comic", "account:write"),
    ("GET", "/v1/budgets", "account:read"),
    ("GET", "/v1/budgets/account", "account:read"),
    ("PUT", "/v1/budgets/account", "account:write"),
    ("DELETE", "/v1/budgets/comic", "account:write"),
    ("GET", "/v1/notices", "account:read"),
    ("GET", "/v1/usage", "account:read"),
    ("GET", "/v1/audit", "audit:read"),
    ("GET", "/v1/audit?limit=1", "audit:read"),
    ("GET", "/v1/audit/seals", "audit:read"),
    ("GET", "/v1/audit/verify", "audit:read"),
];

const UNKNOWN: &str = "job_019aaf3c0f2a7c3e8d1b2a3c4d5e6f70";

async fn ask(api: &Api, method: &str, path: &str, id: &str) -> crate::support::Answer {
    let body = match (method, path) {
        ("PUT", path) if path.contains("api-keys") => json!({ "api_key": OK }),
        ("POST", "/v1/jobs") => json!({ "kind": "image", "model": MODEL, "prompt": "a fox" }),
        ("POST", "/v1/uploads") => json!({ "content_type": "image/png", "consent": true }),
        _ => json!({}),
    };
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let path = match path.split_once('{') {
        Some((before, after)) => format!("{before}{id}{}", after.split_once('}').unwrap().1),
        None => path.to_owned(),
    };
    if method == Method::GET || method == Method::DELETE {
        api.send(api.request(method, &path)).await
    } else {
        api.send_json(method, &path, &body).await
    }
}

#[tokio::test]
async fn another_tenants_things_are_exactly_as_unknown_as_what_is_not_there() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let stored = ada.store(OK).await;
    let job = ada.ask_for("a fox").await;
    let done = ada.wait_for(&job, "succeeded").await;
    let announced = json!({ "content_type": "image/png", "consent": true });
    let announced = ada.post("/v1/uploads", announced).await.expect(201);
    let upload = announced["id"].as_str().unwrap();
    ada.store_for(Provider::Anthropic, "ok").await;
    let persona = id(&ada.persona(json!({ "brief": "a baker" })).await);
    let ordered = json!({ "kind": "image", "model": MODEL, "prompt": "a cat", "project": "comic" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": ordered })).await.expect(202));
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["succeeded"] == 1).await;
    let trail = ada.trail("").await.len();
    let bob = stack.tenant("bob").await;

    for (method, path, _) in ROUTES.into_iter().filter(|(_, path, _)| path.contains('{')) {
        let theirs = match path.split(['{', '}']).nth(1).unwrap() {
            "job" => &job,
            "batch" => &batch,
            "persona" => &persona,
            _ => upload,
        };
        let nobodys = UNKNOWN.replace("job_", &theirs[..4]);
        let (theirs, nobodys) =
            (ask(&bob, method, path, theirs).await, ask(&bob, method, path, &nobodys).await);
        assert_eq!((theirs.status, theirs.problem()), (404, "not-found"), "{method} {path}");
        assert_eq!(theirs.text, nobodys.text, "{method} {path}");
        let names = |answer: &crate::support::Answer| {
            let headers =
                answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "date");
            headers.map(|(name, value)| (name.to_string(), value.clone())).collect::<HashMap<_, _>>()
        };
        assert_eq!(names(&theirs), names(&nobodys), "{method} {path}");
    }
    assert_eq!(bob.get("/v1/api-keys/openai").await.problem(), "not-found");
    assert_eq!(bob.delete("/v1/api-keys/openai").await.problem(), "not-found");
    assert_eq!(bob.get("/v1/projects/comic").await.problem(), "not-found");
    assert_eq!(bob.delete("/v1/projects/comic").await.problem(), "not-found");
    assert_eq!(bob.post("/v1/api-keys/openai/test", json!({})).await.problem(), "not-found");
    let of_batch = format!("/v1/jobs?batch={batch}");
    for list in [
        "/v1/api-keys",
        "/v1/jobs",
        &of_batch,
        "/v1/batches",
        "/v1/personas",
        "/v1/uploads",
        "/v1/projects",
        "/v1/notices",
        "/v1/usage",
        "/v1/audit",
    ] {
        assert_eq!(bob.get(list).await.expect(200)["items"], json!([]), "{list}");
    }
    // A cursor is a place in one's own list and opens no other.
    let cursor = UNKNOWN.replace("job_0", "job_f");
    assert_eq!(bob.get(&format!("/v1/jobs?cursor={cursor}")).await.expect(200)["items"], json!([]));

    // Bob's job waits for an API key of his own; Ada's is not touched.
    let bobs = bob.ask_for("a cat").await;
    assert_eq!(bob.wait_for(&bobs, "paused").await["reason"]["code"], "api_key_missing");
    bob.store("sk-sandbox-ok-0000000000000002").await;
    bob.wait_for(&bobs, "succeeded").await;
    assert_eq!(bob.delete("/v1/api-keys/openai").await.status, 204);
    let still = ada.get("/v1/api-keys/openai").await.expect(200);
    assert_eq!((&still["id"], &still["state"]), (&stored["id"], &json!("active")));
    assert_eq!(ada.job(&job).await["image"]["sha256"], done["image"]["sha256"]);
    assert_eq!(ada.get(&format!("/v1/uploads/{upload}")).await.expect(200)["state"], "waiting");
    assert_eq!(ada.get(&format!("/v1/personas/{persona}")).await.expect(200)["version"], 1);
    assert_eq!(ada.trail("").await.len(), trail);
}

#[tokio::test]
async fn every_route_wants_a_token_with_its_scope() {
    let stack = TestStack::start().await;
    let anonymous = Api::anonymous(stack.stack.url());
    for (method, path, scope) in ROUTES {
        let refused = ask(&anonymous, method, path, UNKNOWN).await;
        assert_eq!((refused.status, refused.problem()), (401, "unauthorized"), "{method} {path}");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        let others = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";
        let others = others.split(' ').filter(|other| *other != scope).collect::<Vec<_>>().join(" ");
        let refused = ask(&stack.tenant_with_scope("ada", &others).await, method, path, UNKNOWN).await;
        assert_eq!((refused.status, refused.problem()), (403, "missing-scope"), "{method} {path}");
        assert_eq!(refused.json["scope"], scope);
        let allowed = ask(&stack.tenant_with_scope("ada", scope).await, method, path, UNKNOWN).await;
        assert!(![401, 403].contains(&allowed.status), "{method} {path}: {allowed:?}");
    }
}

#[tokio::test]
async fn tokens_that_are_not_this_issuers_are_not_accepted() {
    let stack = TestStack::start().await;
    let pem = std::fs::read(stack.folder.path().join("issuer.pem")).unwrap();
    let signing = EncodingKey::from_rsa_pem(&pem).unwrap();
    let now = runtime::now().as_second();
    let claims = |change: Value| {
        let mut claims = json!({ "iss": "ownkey-local", "aud": "ownkey", "sub": "ada", "tenant": "ada", "scope": "jobs:read", "exp": now + 600 });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims
    };
    let sign = |claims: Value| encode(&Header::new(Algorithm::RS256), &claims, &signing).unwrap();
    let status = async |token: String| {
        let mut api = Api::anonymous(stack.stack.url());
        api.token = Some(token);
        let answer = api.get("/v1/jobs").await;
        if answer.status != 200 {
            answer.problem();
        }
        answer.status
    };
    assert_eq!(status(sign(claims(json!({})))).await, 200, "the control");
    // Some issuers send lists; the gateway hands them on as text in brackets.
    let lists = json!({ "scope": null, "scp": ["keys:read", "jobs:read"], "tenant": ["ada"] });
    let mut listed = claims(lists);
    listed.as_object_mut().unwrap().remove("scope");
    assert_eq!(status(sign(listed)).await, 200, "lists");
    for bad in [
        json!({ "exp": now - 600 }),
        json!({ "nbf": now + 600 }),
        json!({ "iss": "https://evil.test" }),
        json!({ "aud": "another-api" }),
        json!({ "tenant": "" }),
        json!({ "tenant": ["ada", "bob"] }),
        json!({ "tenant": ".." }),
        json!({ "tenant": "a#b" }),
    ] {
        assert_eq!(status(sign(claims(bad.clone()))).await, 401, "{bad}");
    }
    let secret = EncodingKey::from_secret(&pem);
    let symmetric = encode(&Header::new(Algorithm::HS256), &claims(json!({})), &secret).unwrap();
    assert_eq!(status(symmetric).await, 401);
    let good = sign(claims(json!({})));
    let (_, rest) = good.split_once('.').unwrap();
    let none = base64_simd::URL_SAFE_NO_PAD.encode_to_string(br#"{"alg":"none","typ":"JWT"}"#);
    assert_eq!(status(format!("{none}.{rest}")).await, 401);
    assert_eq!(status(format!("{none}.{}.", rest.split('.').next().unwrap())).await, 401);
    assert_eq!(status("nonsense".to_owned()).await, 401);
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
