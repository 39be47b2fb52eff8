//! `kill -9` at any moment: the API keys still open, no job is lost, nothing is charged twice.

use std::process::Stdio;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;
use domain::Provider;
use runtime::random;
use serde_json::json;

use crate::support::binary::start_ownkey;
use crate::support::{Api, MODEL, OK, TestStack, folder_with_issuer, id};

#[tokio::test]
async fn a_process_killed_in_the_middle_of_a_call_charges_once_and_leaves_the_user_the_choice() {
    let folder = folder_with_issuer().await;
    let (mut first, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = Api::sign_in(&url, "ada", None).await;
    ada.store("sk-sandbox-slow-0000000000000001").await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "running").await;
    // The call is on its way; the sandbox takes 20 seconds for it.
    tokio::time::sleep(Duration::from_millis(500)).await;
    first.kill().await.unwrap();

    let (_second, url) = start_ownkey(folder.path(), &[], Stdio::null()).await;
    let ada = ada.moved_to(&url);
    let unknown = ada.wait_for(&job, "unknown").await;
    assert_eq!(unknown["attempts"], 1);
    let charges = ada.get("/sandbox/charges").await.expect(200);
    assert!(charges["items"].as_array().unwrap().len() <= 1);
    assert_eq!(ada.actions(&format!("job={job}")).await.last().unwrap(), "job.unknown");

    // The sealed API key opens in the new process.
    let test = ada.post("/v1/api-keys/openai/test", json!({})).await.expect(202);
    ada.wait_for(test["id"].as_str().unwrap(), "succeeded").await;
    ada.store(OK).await;
    ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true })).await.expect(202);
    ada.wait_for(&job, "succeeded").await;
}

#[tokio::test]
async fn jobs_whose_pointers_were_lost_are_done_after_the_restart() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-rate-limited-00000001").await;
    let mut jobs = Vec::new();
    for n in 0..5 {
        jobs.push(ada.ask_for(&format!("fox number {n}")).await);
    }
    // Some of them are queued now, with their pointers in a queue that is in memory only.
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    let mut unknown = 0;
    for job in &jobs {
        let state = ada.job(job).await["state"].clone();
        if state == "unknown" {
            unknown += 1;
            // It was being called when everything stopped.
            ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true }))
                .await
                .expect(202);
        }
        ada.wait_for(job, "succeeded").await;
    }
    // Once for each, and at most once more for those whose lost call was made again on the user's word.
    assert!((5..=5 + unknown).contains(&stack.charges().await.len()));
}

#[tokio::test]
async fn a_restart_with_more_jobs_than_a_page_comes_up_and_loses_none() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let mut ids = Vec::new();
    for _ in 0..130 {
        // All in one partition of the index, which is read in pages of a hundred.
        let mut entropy = random::<10>();
        entropy[9] = 0;
        ids.push(stack.queue_without_pointer("ada", &entropy).await.to_string());
    }
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    for id in ids {
        ada.wait_for(&id, "paused").await;
    }
}

#[tokio::test]
async fn an_idempotency_key_is_remembered_across_a_restart_and_for_a_day() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let send = async |ada: &Api| {
        let body = json!({ "model": MODEL, "prompt": "a fox" }).to_string();
        let request = ada.request(reqwest::Method::POST, "/v1/jobs").header("idempotency-key", "once");
        id(&ada.send(request.header("content-type", "application/json").body(body)).await.expect(202))
    };
    let first = send(&ada).await;
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    assert_eq!(send(&ada).await, first);
    let left = stack.idempotency_expires("ada").await - runtime::now().as_second();
    assert!((86_000..=86_400).contains(&left), "{left}");
    // A day later, it is a new request.
    stack.forget_idempotency("ada").await;
    assert_ne!(send(&ada).await, first);
}

/// A pointer that is sent anew by each of several restarts is kept waiting by none.
#[tokio::test]
async fn several_restarts_in_a_row_do_not_hold_jobs_up() {
    let idle = |options: &mut local::Options| options.workers = false;
    let mut stack = TestStack::start_with(idle).await;
    let ada = stack.tenant("ada").await;
    for _ in 0..5 {
        ada.ask_for("a fox").await;
    }
    for _ in 0..4 {
        stack = stack.restart_with(idle).await;
    }
    let (_, queue) = stack.stack.queues().iter().find(|(of, _)| *of == Provider::Openai).unwrap();
    let names = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let told = stack.sqs().get_queue_attributes().queue_url(queue).set_attribute_names(Some(names.to_vec()));
    let told = told.send().await.unwrap().attributes.unwrap();
    assert_eq!(names.map(|name| told[&name].clone()), ["5", "0"]);
}

#[tokio::test]
async fn more_than_a_page_of_jobs_that_cannot_be_read_hides_none_that_can() {
    let stack = TestStack::start_with(|options| options.workers = false).await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    // All in one partition of the index, the unreadable ones first.
    let entropy = || {
        let mut entropy = random::<10>();
        entropy[9] = 0;
        entropy
    };
    for _ in 0..105 {
        let job = stack.queue_without_pointer("ada", &entropy()).await;
        stack.spoil("ada", job).await;
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    let job = stack.queue_without_pointer("ada", &entropy()).await.to_string();
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    ada.wait_for(&job, "succeeded").await;
}

#[tokio::test]
async fn a_second_process_on_the_same_data_is_refused_with_a_sentence() {
    let stack = TestStack::start().await;
    let ownkey = crate::support::binary::binary("ownkey").await;
    let refused = tokio::process::Command::new(ownkey)
        .args(["--port", "0", "--data"])
        .arg(stack.folder.path())
        .output()
        .await
        .unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("another Ownkey is running on") && said.contains("--data"), "{said}");
}
