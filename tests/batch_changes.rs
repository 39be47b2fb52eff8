//! What a person may do with all jobs of a batch at once.

use serde_json::json;

use crate::support::{MODEL, OK, TestStack, id};

#[tokio::test]
async fn failed_jobs_are_retried_and_unknown_ones_only_given_up_on_request() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-moderated-0000000001").await;
    let image = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": image, "count": 3 })).await.expect(202));
    let path = format!("/v1/batches/{batch}");
    let (retry, cancel) = (format!("{path}/retry"), format!("{path}/cancel"));
    ada.eventually(&path, |batch| batch["counts"]["failed"] == 3).await;

    ada.store("sk-sandbox-hang-up-00000000000001").await;
    let retried = ada.post(&retry, json!({})).await;
    assert_eq!(retried.header("location"), path);
    let retried = retried.expect(202);
    assert_eq!((&retried["retried"], &retried["missed"]), (&json!(3), &json!(0)));
    ada.eventually(&path, |batch| batch["counts"]["unknown"] == 3).await;
    assert_eq!(ada.trail("action=job.retried").await.len(), 3);

    // They may have been billed, so neither request touches them unless it says so.
    ada.store(OK).await;
    assert_eq!(ada.post(&retry, json!({})).await.expect(202)["retried"], 0);
    assert_eq!(ada.post(&cancel, json!({})).await.expect(200)["cancelled"], 0);
    assert_eq!(ada.post(&cancel, json!({ "discard": true })).await.problem(), "invalid-request");
    let given_up = ada.post(&cancel, json!({ "discard_unknown": true })).await.expect(200);
    assert_eq!((&given_up["cancelled"], &given_up["counts"]["cancelled"]), (&json!(3), &json!(3)));
    assert_eq!(ada.trail("action=job.cancelled").await.len(), 3);
    assert_eq!(ada.post(&retry, json!({})).await.expect(202)["retried"], 0, "what is cancelled stays so");
    assert_eq!(stack.charges().await.len(), 3, "one for each lost answer");
}

/// Workers and the cancellation reach for the same jobs: each job goes to one of them.
#[tokio::test]
async fn a_batch_can_be_cancelled_while_it_is_worked_on() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let image = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
    let batch = id(&ada.post("/v1/batches", json!({ "job": image, "count": 60 })).await.expect(202));
    let path = format!("/v1/batches/{batch}");
    let cancelled = ada.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    assert_eq!(cancelled["missed"], 0);
    let cancelled = cancelled["cancelled"].as_u64().unwrap();
    let done = ada
        .eventually(&path, |batch| {
            let count = |state: &str| batch["counts"][state].as_u64().unwrap();
            count("cancelled") + count("succeeded") == 60
        })
        .await;
    assert_eq!(done["counts"]["cancelled"], cancelled);
    assert_eq!(stack.charges().await.len() as u64, 60 - cancelled);
}
