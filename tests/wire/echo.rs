//! Providers that quote the API key in what they answer, whole and in part: nothing of it is shown, stored or told.

use domain::Provider;
use serde_json::json;

use super::double::{Double, answer};
use super::{order, stack_with};
use crate::support::api_key;

/// In every field that is read of an answer, whatever the status.
fn quoting(url: &str, quoted: &str) -> String {
    json!({
        "error": { "message": format!("Incorrect API key provided: {quoted}"), "type": quoted, "code": quoted, "param": quoted },
        "type": "error", "request_id": quoted, "detail": quoted, "message": quoted, "status": quoted,
        "id": quoted, "polling_url": format!("{url}/v1/get_result?id={quoted}"),
        "data": [{ "b64_json": quoted }], "content": [{ "type": "text", "text": quoted }], "stop_reason": quoted,
    })
    .to_string()
}

#[tokio::test]
async fn an_api_key_that_is_quoted_back_is_told_to_nobody() {
    let mut answers = 0;
    for provider in Provider::ALL {
        let whole = api_key(provider, "ok").replace("000000000000001", "Kq7ZtXw3PmV9rBnYc5Jd8H");
        for quoted in [whole.as_str(), "tXw3PmV9rBnY"] {
            for status in [200, 400, 401, 402, 403, 404, 422, 429, 500, 529] {
                let said = quoted.to_owned();
                let double = Double::start(move |url, _| {
                    let headers = [("x-request-id", said.as_str()), ("request-id", &said)];
                    answer(status, &headers, quoting(url, &said))
                })
                .await;
                let stack = stack_with(provider, double.url.clone()).await;
                let ada = stack.tenant("ada").await;
                let body = json!({ "api_key": whole });
                let path = format!("/v1/api-keys/{provider}");
                let mut told = ada.put(&path, body.clone()).await.text;
                ada.put(&format!("{path}?verify=false"), body).await;
                let (to, order) = order(provider);
                let job = ada.post(to, order).await.expect(202);
                let job = format!("/v1/jobs/{}", job["id"].as_str().unwrap());
                ada.eventually(&job, |job| job["reason"]["code"].is_string()).await;
                let test = ada.post(&format!("{path}/test"), json!({})).await.expect(202);
                let test = format!("/v1/jobs/{}", test["id"].as_str().unwrap());
                let answered = |test: &serde_json::Value| {
                    test["finished_at"].is_string() || test["reason"]["code"].is_string()
                };
                ada.eventually(&test, answered).await;
                for path in [&job, &test, &path, "/v1/audit", "/v1/notices", "/v1/batches"] {
                    told += &ada.get(path).await.text;
                }
                told += &format!("{:?}", stack.dynamodb().scan().table_name("main").send().await.unwrap());
                told += &format!("{:?}", stack.dynamodb().scan().table_name("audit").send().await.unwrap());
                assert!(!told.contains("tXw3PmV9"), "{provider} {status}: {told}");
                assert!(double.posts() > 0 && told.contains("job.intent"), "{told}");
                answers += 1;
            }
        }
    }
    println!("{answers} answers that quote the API key, none of which is told");
}
