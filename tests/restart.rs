//! `kill -9` at any moment: the API keys still open, no job is lost, nothing is charged twice.

use std::process::Stdio;
use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::image_request::ImageRequest;
use domain::job::{Job, NewJob, Task};
use domain::{AuditId, JobId, Provider, Usd};
use runtime::{Aws, AwsService, now, random};
use serde_json::json;
use store::{Jobs, Tables};

use crate::support::binary::start_ownkey;
use crate::support::{Api, MODEL, OK, TestStack, folder_with_issuer};

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
    for job in &jobs {
        let state = ada.job(job).await["state"].clone();
        if state == "unknown" {
            // It was being called when everything stopped.
            ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true }))
                .await
                .expect(202);
        }
        ada.wait_for(job, "succeeded").await;
    }
    // The sandbox refuses two of three calls, so what was under way may or may not have been charged.
    assert!((5..=10).contains(&stack.charges().await.len()));
}

#[tokio::test]
async fn a_restart_with_more_jobs_than_a_page_comes_up_and_loses_none() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let aws = Aws::on_loopback(stack.stack.aws()).config(AwsService::Dynamodb);
    let jobs = Jobs::new(&aws, Tables { main: "main".to_owned(), audit: "audit".to_owned() });
    let mut ids = Vec::new();
    for _ in 0..130 {
        // All in one partition of the index, which is read in pages of a hundred.
        let (at, mut entropy) = (now(), random::<10>());
        entropy[9] = 0;
        let new = NewJob {
            id: JobId::make(at, &entropy),
            tenant: "ada".parse().unwrap(),
            created_by: "ada-user".to_owned(),
            project: None,
            provider: Provider::Openai,
            task: Task::Image(ImageRequest::plain(MODEL, "a fox")),
            estimated: Usd::ZERO,
            price_version: String::new(),
        };
        // On record, and no pointer sent: as a crash right after the write leaves it.
        let job = Job::queued(new, at);
        let event =
            AuditEvent::of_job(AuditId::make(at, &random()), "ada-user", Action::JobSubmitted, "ok", &job);
        jobs.create(&job, None, event).await.unwrap();
        ids.push(job.id.to_string());
    }
    let stack = stack.restart().await;
    let ada = ada.moved_to(stack.stack.url());
    for id in ids {
        ada.wait_for(&id, "paused").await;
    }
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
