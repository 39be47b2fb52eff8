//! Orders at Black Forest Labs: taken once, asked about until they are ready, whatever happens to us meanwhile.

use std::process::Stdio;
use std::time::Duration;

use domain::Provider;
use serde_json::{Value, json};

use crate::support::binary::start_ownkey;
use crate::support::{Api, TestStack, folder_with_issuer, id};

async fn order(ada: &Api, prompt: &str) -> String {
    let body = json!({ "kind": "image", "model": "flux-2-max", "prompt": prompt, "seed": 7 });
    id(&ada.post("/v1/jobs", body).await.expect(202))
}

async fn accepted(ada: &Api, job: &str) {
    let path = format!("/v1/audit?job={job}&action=job.accepted");
    ada.eventually(&path, |trail| trail["items"][0].is_object()).await;
}

/// Killed after the provider has taken the order and before it was first asked about.
#[tokio::test]
async fn a_process_killed_between_the_order_and_the_first_question_resumes_and_pays_once() {
    let folder = folder_with_issuer().await;
    let (mut first, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    ada.store_for(Provider::Bfl, "slow").await;
    let job = order(&ada, "a fox").await;
    accepted(&ada, &job).await;
    first.kill().await.unwrap();

    let (_second, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = ada.moved_to(&url);
    assert_eq!(ada.job(&job).await["state"], "running");
    let done = ada.wait_for(&job, "succeeded").await;
    let charges = ada.get("/sandbox/charges").await.expect(200);
    assert_eq!((charges["items"].as_array().unwrap().len(), &done["attempts"]), (1, &json!(1)));
    assert_eq!((&done["cost"]["actual"], &done["cost"]["source"]), (&charges["total"], &json!("provider")));
    assert_eq!(done["cost"]["tokens"], Value::Null);
    let actions = ada.actions(&format!("job={job}")).await;
    assert_eq!(actions.iter().filter(|action| *action == "job.intent").count(), 1);
    assert_eq!(actions.last().unwrap(), "job.succeeded");
}

#[tokio::test]
async fn orders_that_were_under_way_when_everything_stopped_all_come_to_their_end() {
    let stack = TestStack::start_with(|options| options.think_time = Duration::from_secs(3)).await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    let mut jobs = Vec::new();
    for number in 0..6 {
        jobs.push(order(&ada, &format!("fox number {number}")).await);
    }
    for job in &jobs {
        accepted(&ada, job).await;
    }
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    for job in &jobs {
        ada.wait_for(job, "succeeded").await;
    }
    assert_eq!(stack.charges().await.len(), 6);
}

/// The sandbox works on 24 orders of an account at once, as the provider does. What is more waits its turn.
#[tokio::test]
async fn more_orders_than_are_taken_at_once_wait_and_all_are_done() {
    let stack = TestStack::start_with(|options| options.think_time = Duration::from_secs(2)).await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Bfl, "ok").await;
    let job =
        json!({ "kind": "image", "model": "flux-2-klein-4b", "prompt": "a fox", "width": 64, "height": 64 });
    let batch = ada.post("/v1/batches", json!({ "job": job, "count": 40 })).await.expect(202);
    ada.eventually(&format!("/v1/batches/{}", id(&batch)), |batch| batch["counts"]["succeeded"] == 40).await;
    assert_eq!(stack.charges().await.len(), 40);
    let jobs = ada.get(&format!("/v1/jobs?batch={}&limit=100", id(&batch))).await.expect(200);
    assert!(jobs["items"].as_array().unwrap().iter().all(|job| job["attempts"] == 1), "waiting uses up none");
    // The provider never had to say so.
    assert_eq!(ada.actions("action=job.requeued").await, [""; 0]);
    assert_eq!(ada.actions("action=job.intent").await.len(), 40);
}

#[tokio::test]
async fn every_ending_of_an_order_is_told_and_booked() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (case, state, reason, charged) in [
        ("moderated", "failed", json!("moderated"), 0),
        ("out-of-credit", "paused", json!("out_of_credit"), 0),
        ("hang-up", "unknown", json!("answer_lost"), 1),
        ("rate-limited", "succeeded", Value::Null, 2),
        ("flaky", "succeeded", Value::Null, 3),
    ] {
        ada.store_for(Provider::Bfl, case).await;
        let job = order(&ada, "a fox").await;
        let job = ada.wait_for(&job, state).await;
        assert_eq!(job["reason"]["code"], reason, "{case}: {job}");
        let charges = stack.charges().await;
        assert_eq!(charges.len(), charged, "{case}");
        if state == "succeeded" {
            assert_eq!(job["cost"]["actual"], charges.last().unwrap()["amount"]);
        } else {
            let booked = if state == "failed" { json!("0.0000") } else { Value::Null };
            assert_eq!(job["cost"]["actual"], booked, "{case}");
        }
        if state == "paused" {
            ada.post(&format!("/v1/jobs/{}/cancel", id(&job)), json!({})).await.expect(200);
        }
    }
}

/// Asking for the balance is free, so a test of the API key finds out at once that there is credit again.
#[tokio::test]
async fn a_top_up_at_black_forest_labs_is_seen_by_a_test_and_lets_the_jobs_go_on() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let stored = ada.store_for(Provider::Bfl, "out-of-credit").await;
    assert_eq!(stored["balance"]["amount"], "0.0000");
    let job = order(&ada, "a fox").await;
    ada.wait_for(&job, "paused").await;
    let api_key = crate::support::api_key(Provider::Bfl, "out-of-credit");
    let topped_up = reqwest::Client::new().post(format!("{}/sandbox/top-up", stack.stack.url()));
    let body = json!({ "api_key": api_key }).to_string();
    assert_eq!(
        topped_up.header("content-type", "application/json").body(body).send().await.unwrap().status(),
        200
    );
    let test = ada.post("/v1/api-keys/bfl/test", json!({})).await.expect(202);
    ada.wait_for(&id(&test), "succeeded").await;
    let stored = ada.eventually("/v1/api-keys/bfl", |stored| stored["state"] == "active").await;
    assert_eq!(stored["balance"]["amount"], "10.0000");
    ada.wait_for(&job, "succeeded").await;
}
