//! Claude's other answers.

use domain::Provider;
use serde_json::{Value, json};

use super::double::{Double, answer};
use super::stack_with;
use crate::support::api_key;

/// An answer was given, so its tokens are booked, whatever it holds.
#[tokio::test]
async fn an_answer_without_a_persona_fails_with_its_cost() {
    let message = |stop_reason: &str, text: &str| {
        json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-5-5",
            "content": [{ "type": "text", "text": text }], "stop_reason": stop_reason, "stop_sequence": null,
            "usage": { "input_tokens": 1_000, "output_tokens": 1_000 } })
    };
    for (message, reason) in [
        (message("refusal", ""), "moderated"),
        (message("max_tokens", "{\"name\":\"Ma"), "provider_error"),
        (message("end_turn", "Certainly! Here is a persona."), "provider_error"),
    ] {
        let double =
            Double::start(move |_, _| answer(200, &[("request-id", "req_1")], message.to_string())).await;
        let stack = stack_with(Provider::Anthropic, double.url.clone()).await;
        let ada = stack.tenant("ada").await;
        let body = json!({ "api_key": api_key(Provider::Anthropic, "ok") });
        ada.put("/v1/api-keys/anthropic?verify=false", body).await.expect(201);
        let job = ada.post("/v1/personas", json!({ "brief": "a baker" })).await.expect(202);
        let job = ada.wait_for(job["id"].as_str().unwrap(), "failed").await;
        assert_eq!(
            (&job["reason"]["code"], &job["cost"]["actual"], &job["cost"]["source"], &job["persona"]),
            (&json!(reason), &json!("0.0006"), &json!("usage"), &Value::Null)
        );
        assert_eq!(job["provider_request_id"], "req_1");
        assert_eq!(
            (double.posts(), ada.get("/v1/personas").await.expect(200)["items"].clone()),
            (1, json!([]))
        );
    }
}
