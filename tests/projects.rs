//! Projects, and their own API keys: those pay for the project's jobs, and the account's for all others.

use domain::Provider;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{MODEL, TestStack, api_key, id};

#[tokio::test]
async fn a_project_is_made_renamed_archived_and_taken_up_again() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "ok").await;
    assert_eq!(ada.get("/v1/projects/comic").await.problem(), "not-found");
    let made = ada.put("/v1/projects/comic", json!({ "name": "The comic" })).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""));
    let renamed = ada.put("/v1/projects/comic", json!({ "name": "Comic, volume 2" })).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Comic, volume 2"), &json!(2)));
    // Nothing changes, so nothing is a new version.
    assert_eq!(ada.put("/v1/projects/comic", json!({})).await.expect(200), renamed);
    let stale = ada.request(Method::PUT, "/v1/projects/comic").header("if-match", "\"1\"");
    let stale = stale.header("content-type", "application/json").body(r#"{"name": "Late"}"#);
    assert_eq!(ada.send(stale).await.problem(), "precondition-failed");

    let order = json!({ "kind": "image", "model": MODEL, "prompt": "a fox", "project": "comic" });
    let job = ada.post("/v1/jobs", order.clone()).await.expect(202);
    ada.wait_for(&id(&job), "succeeded").await;
    for _ in 0..2 {
        assert_eq!(ada.delete("/v1/projects/comic").await.status, 204);
    }
    // It takes nothing new, by no door.
    let api_key = json!({ "api_key": api_key(Provider::Openai, "ok") });
    for (method, path, body) in [
        (Method::POST, "/v1/jobs", order.clone()),
        (Method::POST, "/v1/estimates", order.clone()),
        (Method::POST, "/v1/personas", json!({ "brief": "a baker", "project": "comic" })),
        (Method::PUT, "/v1/projects/comic/api-keys/openai", api_key),
    ] {
        let refused = ada.send_json(method, path, &body).await;
        assert_eq!((refused.status, refused.problem()), (422, "project-archived"), "{path}");
    }
    let batch = json!({ "jobs": [order, { "model": MODEL, "prompt": "a cat", "project": "zine" }] });
    let refused = ada.post("/v1/batches", batch).await;
    assert_eq!(refused.problem(), "batch-refused");
    assert_eq!(refused.json["items"][0]["type"], "/problems/project-archived");
    assert_eq!(
        ada.get("/v1/projects/zine").await.problem(),
        "not-found",
        "nothing was queued, nothing begins"
    );
    // What it has made is still there.
    assert_eq!(ada.get("/v1/jobs?project=comic").await.expect(200)["items"].as_array().unwrap().len(), 1);

    let back = ada.put("/v1/projects/comic", json!({})).await.expect(200);
    assert_eq!((&back["archived_at"], &back["name"]), (&json!(null), &renamed["name"]));
    ada.post("/v1/jobs", order).await.expect(202);
    let told: Vec<_> = ada.trail("").await.into_iter().filter(|event| event["subject"] == "comic").collect();
    let told: Vec<_> =
        told.iter().map(|event| [event["action"].clone(), event["outcome"].clone()].map(text)).collect();
    let (changed, archived) = ("project.changed", "project.archived");
    assert_eq!(told, [[changed, "created"], [changed, "renamed"], [archived, "ok"], [changed, "restored"]]);
    for name in ["", " ", "two\nlines", &"x".repeat(65)] {
        let refused = ada.put("/v1/projects/comic", json!({ "name": name })).await;
        assert_eq!((refused.problem(), &refused.json["field"]), ("invalid-request", &json!("name")));
    }
}

fn text(value: Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_project_begins_with_whatever_first_names_it() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.post("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox", "project": "b-job" })).await.expect(202);
    ada.post("/v1/personas", json!({ "brief": "a baker", "project": "c-persona" })).await.expect(202);
    let job = json!({ "model": MODEL, "prompt": "a fox", "project": "d-batch" });
    ada.post("/v1/batches", json!({ "job": job, "count": 2 })).await.expect(202);
    ada.put("/v1/budgets/e-budget", json!({ "monthly_usd": "1" })).await.expect(201);
    let api_key = json!({ "api_key": api_key(Provider::Openai, "ok") });
    ada.put("/v1/projects/a-key/api-keys/openai", api_key).await.expect(201);
    let refused = json!({ "api_key": crate::support::api_key(Provider::Openai, "invalid") });
    let refused = ada.put("/v1/projects/g/api-keys/openai", refused).await;
    assert_eq!(refused.problem(), "api-key-rejected", "and begins nothing");
    // An estimate only asks.
    ada.post("/v1/estimates", json!({ "model": MODEL, "prompt": "a fox", "project": "f" })).await.expect(200);
    let (mut ids, mut path) = (Vec::new(), "/v1/projects?limit=2".to_owned());
    loop {
        let page = ada.get(&path).await.expect(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|project| text(project["id"].clone())));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/projects?limit=2&cursor={cursor}");
    }
    assert_eq!(ids, ["a-key", "b-job", "c-persona", "d-batch", "e-budget"]);
    let refused =
        ada.post("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox", "project": "account" })).await;
    assert!(refused.json["detail"].as_str().unwrap().contains("not `account`"), "{refused:?}");
    assert_eq!(refused.problem(), "invalid-request");
}

#[tokio::test]
async fn a_project_with_an_api_key_of_its_own_pays_itself_and_the_trail_says_which() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let account = ada.store_for(Provider::Openai, "ok").await;
    let path = "/v1/projects/comic/api-keys/openai";
    assert_eq!(ada.get(path).await.problem(), "not-found");
    let body = json!({ "api_key": "sk-sandbox-ok-0000000000009999", "label": "comic" });
    let own = ada.put(path, body).await.expect(201);
    assert_eq!((&own["project"], &own["hint"]), (&json!("comic"), &json!("...9999")));
    assert_ne!(own["id"], account["id"]);
    let listed = ada.get("/v1/projects/comic/api-keys").await.expect(200);
    assert_eq!(listed["items"], json!([own]));
    assert_eq!(ada.get("/v1/api-keys").await.expect(200)["items"].as_array().unwrap().len(), 2);

    let order =
        |project: &str| json!({ "kind": "image", "model": MODEL, "prompt": "a fox", "project": project });
    for (project, paying) in [("comic", &own), ("other", &account)] {
        let job = ada.post("/v1/jobs", order(project)).await.expect(202);
        ada.wait_for(&id(&job), "succeeded").await;
        let opened = ada.trail(&format!("job={}&action=credential.opened", id(&job))).await;
        assert_eq!((&opened[0]["credential"], &opened[0]["project"]), (&paying["id"], &json!(project)));
    }
    let hints: Vec<_> = stack.charges().await.iter().map(|charge| charge["api_key_hint"].clone()).collect();
    assert_eq!(hints, ["9999", "0001"]);
    let test = ada.post(&format!("{path}/test"), json!({})).await.expect(202);
    assert_eq!(test["project"], "comic");
    ada.wait_for(&id(&test), "succeeded").await;
    // Without its own, the project uses the account's.
    assert_eq!(ada.delete(path).await.status, 204);
    let job = ada.post("/v1/jobs", order("comic")).await.expect(202);
    ada.wait_for(&id(&job), "succeeded").await;
    assert_eq!(stack.charges().await.last().unwrap()["api_key_hint"], "0001");
}

#[tokio::test]
async fn jobs_that_wait_are_counted_with_the_api_key_that_they_wait_for() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "out-of-credit").await;
    let own = json!({ "api_key": "bfl_sandbox-out-of-credit-0000000002" });
    ada.put("/v1/projects/comic/api-keys/bfl", own).await.expect(201);
    for project in [json!(null), json!("other"), json!("comic")] {
        let body = json!({ "kind": "image", "model": "flux-2-pro", "prompt": "a fox", "project": project });
        let job = ada.post("/v1/jobs", body).await.expect(202);
        ada.wait_for(&id(&job), "paused").await;
    }
    ada.eventually("/v1/api-keys/bfl", |stored| stored["paused_jobs"] == 2).await;
    ada.eventually("/v1/projects/comic/api-keys/bfl", |stored| stored["paused_jobs"] == 1).await;
}

#[tokio::test]
async fn every_provider_says_what_is_wrong_with_an_api_key_and_what_is_left_behind_a_good_one() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (provider, text, told) in [
        ("openai", api_key(Provider::Anthropic, "ok"), "an API key of Anthropic, not of OpenAI"),
        ("openai", api_key(Provider::Bfl, "ok"), "an API key of Black Forest Labs, not of OpenAI"),
        (
            "anthropic",
            "sk-proj-sandbox-ok-00000000000001".to_owned(),
            "an API key of OpenAI, not of Anthropic",
        ),
        (
            "anthropic",
            "sk-sandbox-ok-000000000000000001".to_owned(),
            "an API key of OpenAI, not of Anthropic",
        ),
        ("anthropic", "pk-sandbox-ok-000000000000000001".to_owned(), "begins with `sk-ant-`"),
        (
            "bfl",
            "sk-sandbox-ok-000000000000000001".to_owned(),
            "an API key of OpenAI, not of Black Forest Labs",
        ),
        ("bfl", api_key(Provider::Anthropic, "ok"), "an API key of Anthropic, not of Black Forest Labs"),
        ("bfl", "short".to_owned(), "16 to 200"),
        ("bfl", "bfl_sandbox ok 0000000001".to_owned(), "a space"),
    ] {
        let refused = ada.put(&format!("/v1/api-keys/{provider}"), json!({ "api_key": text })).await;
        assert_eq!((refused.status, refused.problem()), (400, "api-key-malformed"), "{provider} {text}");
        assert!(refused.json["detail"].as_str().unwrap().contains(told), "{refused:?}");
        assert!(!refused.text.contains(&text));
    }
    for provider in Provider::ALL {
        let path = format!("/v1/api-keys/{provider}");
        let refused = ada.put(&path, json!({ "api_key": api_key(provider, "invalid") })).await;
        assert_eq!((refused.status, refused.problem()), (422, "api-key-rejected"), "{provider}");
        let stored = ada.store_for(provider, "ok").await;
        assert_eq!((&stored["state"], &stored["provider"]), (&json!("active"), &json!(provider.slug())));
        assert_eq!(stored["balance"].is_null(), provider != Provider::Bfl, "{stored}");
    }
    let bfl = ada.get("/v1/api-keys/bfl").await.expect(200);
    assert_eq!(bfl["balance"]["amount"], "100.0000", "10,000 credits at a cent");
    assert!(bfl["balance"]["at"].is_string());
}
