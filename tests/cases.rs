//! What the providers can do to a job, played by the sandbox's API keys.

use serde_json::json;

use crate::support::{OK, TestStack};

#[tokio::test]
async fn out_of_credit_pauses_all_jobs_and_a_top_up_lets_them_go_on() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let api_key = "sk-sandbox-out-of-credit-0000001";
    ada.store(api_key).await;
    let mut jobs = Vec::new();
    for n in 0..4 {
        jobs.push(ada.ask_for(&format!("fox number {n}")).await);
    }
    for job in &jobs {
        let job = ada.wait_for(job, "paused").await;
        assert_eq!(job["reason"]["code"], "out_of_credit");
        assert!(job["reason"]["action_url"].as_str().unwrap().starts_with("https://platform.openai.com/"));
        assert_eq!(job["attempts"], 0, "no attempt is used up");
    }
    // Now and then one of them goes ahead to find out whether there is credit again.
    let stored = ada.eventually("/v1/api-keys/openai", |stored| stored["paused_jobs"] == 4).await;
    assert_eq!(stored["state"], "out_of_credit");
    assert!(stored["state_reason"].as_str().unwrap().contains("credit"));
    let changes = ada.trail("action=credential.state_changed").await;
    assert_eq!(changes.len(), 1, "it is said once");
    assert!(stack.charges().await.is_empty());

    top_up(&stack, api_key).await;
    // The user says so: one job goes ahead, and the others follow by themselves.
    let resumed = ada.post(&format!("/v1/jobs/{}/resume", jobs[0]), json!({})).await;
    assert_eq!(resumed.status, 202, "{resumed:?}");
    for job in &jobs {
        ada.wait_for(job, "succeeded").await;
    }
    assert_eq!(stack.charges().await.len(), 4);
    let stored = ada.get("/v1/api-keys/openai").await.expect(200);
    assert_eq!((&stored["state"], &stored["paused_jobs"]), (&json!("active"), &json!(0)));
}

#[tokio::test]
async fn a_top_up_is_found_out_by_a_probe_without_anybody_saying_so() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let api_key = "sk-sandbox-out-of-credit-0000002";
    ada.store(api_key).await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "paused").await;
    top_up(&stack, api_key).await;
    ada.wait_for(&job, "succeeded").await;
    let resumed = ada.trail(&format!("job={job}&action=job.resumed")).await;
    assert_eq!((&resumed[0]["actor"], &resumed[0]["outcome"]), (&json!("ownkey:sweeper"), &json!("probe")));
}

#[tokio::test]
async fn a_missing_api_key_pauses_and_storing_one_lets_the_jobs_go_on() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let job = ada.ask_for("a fox").await;
    let paused = ada.wait_for(&job, "paused").await;
    assert_eq!(paused["reason"]["code"], "api_key_missing");
    ada.store(OK).await;
    ada.wait_for(&job, "succeeded").await;
    let actions = ada.actions(&format!("job={job}")).await;
    assert_eq!(actions[..3], ["job.submitted", "job.paused", "job.resumed"]);
}

#[tokio::test]
async fn revoking_pauses_what_waits_and_a_new_api_key_takes_it_up() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-out-of-credit-0000001").await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "paused").await;
    assert_eq!(ada.delete("/v1/api-keys/openai").await.status, 204);
    let another = ada.ask_for("a cat").await;
    assert_eq!(ada.wait_for(&another, "paused").await["reason"]["code"], "api_key_missing");
    // What waited for a top-up is told that this would no longer help.
    ada.eventually(&format!("/v1/jobs/{job}"), |job| job["reason"]["code"] == "api_key_missing").await;
    assert_eq!(stack.count("vault").await, 0);
    ada.store(OK).await;
    ada.wait_for(&job, "succeeded").await;
    ada.wait_for(&another, "succeeded").await;
}

#[tokio::test]
async fn an_api_key_that_has_become_invalid_pauses_and_a_better_one_takes_the_job_up() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let bad = json!({ "api_key": "sk-sandbox-invalid-000000000001" });
    ada.put("/v1/api-keys/openai?verify=false", bad).await.expect(201);
    let job = ada.ask_for("a fox").await;
    let paused = ada.wait_for(&job, "paused").await;
    assert_eq!((&paused["reason"]["code"], &paused["attempts"]), (&json!("api_key_invalid"), &json!(0)));
    let stored = ada.get("/v1/api-keys/openai").await.expect(200);
    assert_eq!((&stored["state"], &stored["paused_jobs"]), (&json!("invalid"), &json!(1)));
    ada.store(OK).await;
    ada.wait_for(&job, "succeeded").await;
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_without_using_up_attempts() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-rate-limited-00000001").await;
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "succeeded").await;
    assert_eq!(job["attempts"], 1);
    let requeued = ada.trail(&format!("job={}&action=job.requeued", job["id"].as_str().unwrap())).await;
    assert_eq!(requeued.len(), 2);
    let attempts: Vec<_> = requeued.iter().map(|event| event["attempt"].as_u64().unwrap()).collect();
    assert_eq!(attempts, [1, 2], "every call has a number of its own");
    assert!(requeued.iter().all(|event| event["outcome"] == "rate_limited"));
}

#[tokio::test]
async fn a_provider_that_stumbles_is_asked_again_and_paid_once() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-flaky-0000000000000001").await;
    let job = ada.ask_for("a fox").await;
    let job = ada.wait_for(&job, "succeeded").await;
    assert_eq!(job["attempts"], 1);
    assert_eq!(ada.trail("action=job.requeued").await.len(), 2);
    assert_eq!(stack.charges().await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_never_sent_again_unless_the_user_accepts_the_risk() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store("sk-sandbox-hang-up-00000000000001").await;
    let job = ada.ask_for("a fox").await;
    let unknown = ada.wait_for(&job, "unknown").await;
    assert_eq!((&unknown["reason"]["code"], &unknown["attempts"]), (&json!("answer_lost"), &json!(1)));
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(ada.job(&job).await["state"], "unknown");
    assert_eq!(stack.charges().await.len(), 1, "charged once, although the answer was lost");

    let refused = ada.post(&format!("/v1/jobs/{job}/retry"), json!({})).await;
    assert_eq!((refused.status, refused.problem()), (409, "job-state-conflict"));
    assert!(refused.json["detail"].as_str().unwrap().contains("accept_double_charge"));
    ada.store(OK).await;
    ada.post(&format!("/v1/jobs/{job}/retry"), json!({ "accept_double_charge": true })).await.expect(202);
    ada.wait_for(&job, "succeeded").await;
    assert_eq!(stack.charges().await.len(), 2);

    ada.store("sk-sandbox-hang-up-00000000000001").await;
    let job = ada.ask_for("a cat").await;
    ada.wait_for(&job, "unknown").await;
    let discarded = ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await.expect(200);
    assert_eq!(discarded["state"], "cancelled");
}

#[tokio::test]
async fn moderation_and_missing_permission_fail_with_a_reason_and_can_be_retried() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    for (api_key, code) in [
        ("sk-sandbox-moderated-000000000001", "moderated"),
        ("sk-sandbox-unverified-00000000001", "no_permission"),
    ] {
        ada.store(api_key).await;
        let job = ada.ask_for("a fox").await;
        let failed = ada.wait_for(&job, "failed").await;
        assert_eq!(failed["reason"]["code"], code);
        assert!(!failed["reason"]["message"].as_str().unwrap().is_empty());
        // Refused before anything was drawn: it is known to have cost nothing.
        assert_eq!(failed["cost"]["actual"], "0.0000");
        ada.store(OK).await;
        ada.post(&format!("/v1/jobs/{job}/retry"), json!({})).await.expect(202);
        ada.wait_for(&job, "succeeded").await;
    }
    assert_eq!(stack.charges().await.len(), 2);
}

async fn top_up(stack: &TestStack, api_key: &str) {
    let api = crate::support::Api::anonymous(stack.stack.url());
    api.post("/sandbox/top-up", json!({ "api_key": api_key })).await.expect(200);
}
