//! OpenAI as it should not be.

use domain::Provider;
use serde_json::json;

use super::double::{Double, answer};
use super::stack_with;
use crate::support::OK;

/// Whether a server error is billed is documented nowhere, so nobody but the user may send the call again.
#[tokio::test]
async fn a_server_error_leaves_the_outcome_unknown_and_is_not_asked_again() {
    let error = r#"{"error":{"message":"Sorry","type":"server_error","param":null,"code":null}}"#;
    let double = Double::start(move |_, _| answer(500, &[("x-request-id", "req_1")], error)).await;
    let stack = stack_with(Provider::Openai, format!("{}/v1", double.url)).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "unknown").await;
    assert_eq!(job["provider_request_id"], "req_1");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(double.paths(), ["/v1/images/generations"]);
    // A test is free, so it is asked again, and waits for the provider in the end.
    let test = ada.post("/v1/api-keys/openai/test", json!({})).await.expect(202);
    let path = format!("/v1/audit?action=job.requeued&job={}", test["id"].as_str().unwrap());
    ada.eventually(&path, |trail| trail["items"].as_array().unwrap().len() >= 2).await;
}

/// An answer came, so it is billed; but what it holds is no image.
#[tokio::test]
async fn an_answer_without_an_image_fails_with_its_cost() {
    let body =
        r#"{"created":1,"data":[{"b64_json":"aGVsbG8="}],"usage":{"input_tokens":10,"output_tokens":100}}"#;
    let double = Double::start(move |_, _| answer(200, &[("x-request-id", "req_1")], body)).await;
    let stack = stack_with(Provider::Openai, format!("{}/v1", double.url)).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "failed").await;
    assert_eq!(
        (&job["reason"]["code"], &job["cost"]["actual"]),
        (&json!("provider_error"), &json!("0.003050"))
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_leaves_the_outcome_unknown() {
    let elsewhere = Double::start(|_, _| answer(200, &[], "{}")).await;
    let location = elsewhere.url.clone();
    let double = Double::start(move |_, _| answer(308, &[("location", &location)], "")).await;
    let stack = stack_with(Provider::Openai, format!("{}/v1", double.url)).await;
    let ada = stack.tenant("ada").await;
    let refused = ada.put("/v1/api-keys/openai", json!({ "api_key": OK })).await;
    assert_eq!(refused.problem(), "provider-unavailable");
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "unknown").await;
    assert_eq!(double.paths(), ["/v1/models", "/v1/images/generations"]);
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_has_not_been_paid_and_is_asked_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let stack = stack_with(Provider::Openai, url).await;
    let ada = stack.tenant("ada").await;
    ada.put("/v1/api-keys/openai?verify=false", json!({ "api_key": OK })).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let path = format!("/v1/audit?job={job}&action=job.requeued");
    let trail = ada.eventually(&path, |trail| trail["items"].as_array().unwrap().len() >= 2).await;
    assert!(
        trail["items"].as_array().unwrap().iter().all(|event| event["outcome"] == "not_reached"),
        "{trail:?}"
    );
    assert_eq!(ada.job(&job).await["attempts"], 0);
}
