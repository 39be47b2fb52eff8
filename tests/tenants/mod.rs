//! Two tenants, every route: one never sees, changes or pays for the other's.

mod deployed;
mod inside;
pub mod routes;
mod scopes;
mod tokens;

use std::collections::BTreeMap;

use domain::Provider;
use serde_json::{Value, json};

use crate::support::{Answer, MODEL, OK, TestStack, id};
use routes::{ROUTES, ask, nobodys};

/// What an answer says, as far as it could tell two things apart: status, headers and body, without the thing's own
/// name, what is counted and what the clock says.
fn said(answer: &Answer, name: &str) -> (u16, BTreeMap<String, String>, Value) {
    let anonymous = |text: &str| text.replace(name, "(name)");
    let own = ["x-request-id", "date", "ratelimit"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), anonymous(value.to_str().unwrap())));
    let mut body = serde_json::from_str(&anonymous(&answer.text)).unwrap_or(Value::Null);
    without_moments(&mut body);
    (answer.status, headers.collect(), body)
}

fn without_moments(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, value)| match name.ends_with("_at") {
                true => *value = value.is_null().into(),
                false => without_moments(value),
            });
        }
        Value::Array(items) => items.iter_mut().for_each(without_moments),
        Value::String(text) if text.starts_with("cred_") => *value = "cred_".into(),
        _ => {}
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
    let webhook = json!({ "url": "https://hooks.example.com/" });
    let webhook = id(&ada.post("/v1/webhooks", webhook).await.expect(201));
    let trail = ada.trail("").await.len();
    let bob = stack.tenant("bob").await;

    for (method, path, _) in ROUTES.into_iter().filter(|(_, path, _)| path.contains("{id}")) {
        let unknown = nobodys(path);
        let known = match &unknown[..4] {
            "job_" => &job,
            "bat_" => &batch,
            "per_" => &persona,
            "whk_" => &webhook,
            _ => upload,
        };
        let theirs = ask(&bob, method, path, known).await;
        assert_eq!((theirs.status, theirs.problem()), (404, "not-found"), "{method} {path}");
        let nobodys = ask(&bob, method, path, &unknown).await;
        assert_eq!(said(&theirs, known), said(&nobodys, &unknown), "{method} {path}");
    }
    // A project goes by a name, which every tenant may give to one of its own.
    let named = |path: &str| path.contains("{project}") || path.contains("{budget}");
    for (method, path, _) in ROUTES.into_iter().filter(|(_, path, _)| named(path)) {
        let theirs = ask(&stack.tenant("carol").await, method, path, "comic").await;
        let nobodys = ask(&stack.tenant("carol").await, method, path, "tonic").await;
        assert_eq!(said(&theirs, "comic"), said(&nobodys, "tonic"), "{method} {path}");
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
        "/v1/webhooks",
        "/v1/usage",
        "/v1/audit",
    ] {
        assert_eq!(bob.get(list).await.expect(200)["items"], json!([]), "{list}");
    }
    // A cursor is a place in one's own list and opens no other.
    for (list, cursor) in [("jobs", &job), ("batches", &batch), ("personas", &persona)] {
        let last = format!("{}_f19aaf3c0f2a7c3e8d1b2a3c4d5e6f70", &cursor[..3]);
        for cursor in [cursor, &last] {
            let page = bob.get(&format!("/v1/{list}?cursor={cursor}")).await.expect(200);
            assert_eq!(page, json!({ "items": [], "next_cursor": null }), "{list}");
        }
    }

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
