//! The life of an API key, through the API.

use serde_json::{Value, json};

use crate::support::{OK, TestStack};

#[tokio::test]
async fn an_api_key_is_checked_stored_shown_by_its_hint_replaced_and_revoked() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let path = "/v1/api-keys/openai";

    let stored = ada.put(path, json!({ "api_key": OK, "label": "main" })).await.expect(201);
    assert_eq!(stored["hint"], "...0001");
    assert_eq!(
        (&stored["state"], &stored["version"], &stored["label"]),
        (&json!("active"), &json!(1), &json!("main"))
    );
    assert_eq!(
        (&stored["project"], &stored["state_reason"], &stored["paused_jobs"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
    assert!(stored["verified_at"].is_string() && stored["last_used_at"].is_null());
    assert_eq!(ada.get(path).await.expect(200), stored);
    assert_eq!(ada.get("/v1/api-keys").await.expect(200)["items"], json!([stored]));

    let replaced = ada.put(path, json!({ "api_key": "sk-sandbox-ok-0000000000009999" })).await.expect(200);
    assert_eq!((&replaced["version"], &replaced["hint"]), (&json!(2), &json!("...9999")));
    assert_eq!((&replaced["id"], &replaced["label"]), (&stored["id"], &stored["label"]));
    assert_eq!(stack.count("vault").await, 1, "the replaced secret is gone");

    assert_eq!(ada.delete(path).await.status, 204);
    assert_eq!(ada.get(path).await.problem(), "not-found");
    assert_eq!(ada.delete(path).await.problem(), "not-found");
    assert_eq!(stack.count("vault").await, 0, "the revoked secret is gone");
    let actions = ada.actions("").await;
    assert_eq!(actions, ["credential.registered", "credential.replaced", "credential.revoked"]);
}

#[tokio::test]
async fn an_api_key_that_the_provider_refuses_is_not_stored_and_the_working_one_stays() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let path = "/v1/api-keys/openai";
    let bad = json!({ "api_key": "sk-sandbox-invalid-000000000001" });

    let refused = ada.put(path, bad.clone()).await;
    assert_eq!((refused.status, refused.problem()), (422, "api-key-rejected"));
    assert_eq!(stack.count("vault").await, 0);

    let stored = ada.store(OK).await;
    assert_eq!(ada.put(path, bad.clone()).await.status, 422);
    assert_eq!(ada.get(path).await.expect(200), stored);

    // Unchecked on request.
    let unchecked = ada.put(&format!("{path}?verify=false"), bad).await.expect(200);
    assert_eq!((&unchecked["state"], &unchecked["verified_at"]), (&json!("unverified"), &Value::Null));
}

#[tokio::test]
async fn a_real_looking_api_key_is_refused_in_the_sandbox_with_a_hint() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let body = json!({ "api_key": "sk-proj-aaaaaaaaaaaaaaaaaaaaaaaa" });
    let refused = ada.put("/v1/api-keys/openai", body).await;
    assert_eq!(refused.problem(), "api-key-rejected");
    assert!(refused.json["detail"].as_str().unwrap().contains("--providers live"), "{refused:?}");
}

#[tokio::test]
async fn a_test_is_a_job_that_a_worker_does() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    assert_eq!(ada.post("/v1/api-keys/openai/test", json!({})).await.problem(), "not-found");

    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let answer = ada.post("/v1/api-keys/openai/test", json!({})).await;
    let location = answer.header("location").to_owned();
    let job = answer.expect(202);
    assert_eq!(job["kind"], "key_test");
    assert_eq!(location, format!("/v1/jobs/{}", job["id"].as_str().unwrap()));
    ada.wait_for(job["id"].as_str().unwrap(), "succeeded").await;
    // Noted after the job is settled, as nothing depends on it.
    let tested = ada.eventually("/v1/api-keys/openai", |tested| tested["last_used_at"].is_string()).await;
    assert_eq!(tested["state"], "active");
    assert!(stack.charges().await.is_empty(), "a test is free");

    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": "sk-sandbox-invalid-000000000001" }))
        .await
        .expect(200);
    let job = ada.post("/v1/api-keys/openai/test", json!({})).await.expect(202);
    let job = ada.wait_for(job["id"].as_str().unwrap(), "failed").await;
    assert_eq!(job["reason"]["code"], "api_key_rejected");
    assert_eq!(ada.get("/v1/api-keys/openai").await.expect(200)["state"], "invalid");
}

#[tokio::test]
async fn many_registrations_at_once_leave_one_secret_and_count_every_version() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let puts = (0..8).map(|n| {
        let (ada, body) = (ada.clone(), json!({ "api_key": format!("sk-sandbox-ok-00000000000000{n:02}") }));
        tokio::spawn(async move { ada.put("/v1/api-keys/openai", body).await.status })
    });
    let mut stored = 0;
    for put in puts.collect::<Vec<_>>() {
        match put.await.unwrap() {
            200 => stored += 1,
            409 => {}
            other => panic!("{other}"),
        }
    }
    assert!(stored >= 1);
    assert_eq!(ada.get("/v1/api-keys/openai").await.expect(200)["version"], json!(stored + 1));
    assert_eq!(stack.count("vault").await, 1);
    assert_eq!(ada.actions("action=credential.replaced").await.len(), stored);
}
