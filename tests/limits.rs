//! Limits of one tenant: what is too much is refused with when to come again, and others notice nothing.

use std::time::Duration;

use domain::Provider;
use domain::allowance::JobLimits;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use web::RequestLimit;

use crate::support::{Answer, Api, MODEL, OK, TestStack, id};

/// At the very end of an hour the count would begin anew in the middle of a test.
async fn well_within_an_hour() {
    while runtime::now().as_second() % 3600 > 3540 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// A stack with few jobs an hour and no workers.
async fn with_jobs(per_hour: u32, waiting: u32) -> TestStack {
    well_within_an_hour().await;
    TestStack::start_with(|options| {
        options.workers = false;
        options.jobs = JobLimits { per_hour, waiting };
    })
    .await
}

fn fox() -> Value {
    json!({ "kind": "image", "model": MODEL, "prompt": "a fox" })
}

/// What is left by the headers' word, of a limit.
fn left(answer: &Answer, policy: &str) -> u32 {
    let told = answer
        .header("ratelimit")
        .split(", ")
        .find_map(|item| item.strip_prefix(&format!("\"{policy}\";r=")));
    told.unwrap_or_else(|| panic!("{policy}: {answer:?}")).split(';').next().unwrap().parse().unwrap()
}

/// Checks that it is a whole refusal, and gives back in how many seconds to come again.
fn refused(answer: &Answer) -> u32 {
    assert_eq!((answer.status, answer.problem()), (429, "too-many-requests"), "{answer:?}");
    let seconds = answer.header("retry-after").parse().unwrap();
    assert!(answer.header("ratelimit").contains(&format!(";t={seconds}")), "{answer:?}");
    assert!(
        answer.header("ratelimit-policy").contains(&format!(";q={}", answer.json["limit"])),
        "{answer:?}"
    );
    seconds
}

#[tokio::test]
async fn a_tenant_at_ten_times_its_rate_is_slowed_down_and_another_notices_nothing() {
    let stack = TestStack::start_with(|options| options.requests = RequestLimit::per_second(20)).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    let flood = async {
        let mut answers = Vec::new();
        for _ in 0..10 {
            answers.extend(join_all((0..80).map(|_| ada.get("/v1/models"))).await);
        }
        answers
    };
    let steady = async {
        let mut answers = Vec::new();
        for _ in 0..40 {
            answers.push(bob.get("/v1/jobs").await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        answers
    };
    let (flood, steady) = tokio::join!(flood, steady);
    assert!(steady.iter().all(|answer| answer.status == 200), "bob is served");
    assert_eq!(steady[0].header("ratelimit-policy"), "\"requests\";q=80;w=4");
    assert_eq!(steady[0].header("ratelimit"), "\"requests\";r=79;t=1");
    let served = flood.iter().filter(|answer| answer.status == 200).count();
    assert!((80..400).contains(&served), "{served} of 800 served");
    for answer in flood.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused(answer), 1);
        assert!(!answer.header("x-request-id").is_empty());
    }
    // Whoever waits as told is served.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ada.get("/v1/models").await.status, 200);
    // A page without a token is nobody's.
    let anonymous = Api::anonymous(stack.stack.url());
    assert!(!anonymous.get("/healthz").await.headers.contains_key("ratelimit"));
}

#[tokio::test]
async fn every_way_to_ask_for_jobs_counts_and_a_repeated_request_does_not() {
    let stack = with_jobs(20, 1000).await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let request = || {
        let request = ada.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
        request.header("idempotency-key", "once").body(fox().to_string())
    };
    let first = ada.send(request()).await;
    assert_eq!((first.status, left(&first, "jobs")), (202, 19));
    assert!(first.header("ratelimit-policy").contains("\"jobs\";q=20;w=3600"), "{first:?}");
    assert_eq!(id(&ada.send(request()).await.expect(202)), id(&first.json), "the same job");
    // Both at once: one of them makes the job, and only that one counts.
    let twice = || {
        let request = ada.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
        ada.send(request.header("idempotency-key", "twice").body(fox().to_string()))
    };
    let (one, other) = tokio::join!(twice(), twice());
    assert_eq!(id(&one.expect(202)), id(&other.expect(202)));
    let batch = ada.post("/v1/batches", json!({ "job": fox(), "count": 5 })).await;
    assert_eq!(left(&batch, "jobs"), 13);
    assert_eq!(left(&ada.post("/v1/personas", json!({ "brief": "a baker" })).await, "jobs"), 12);
    assert_eq!(left(&ada.post("/v1/api-keys/openai/test", json!({})).await, "jobs"), 11);
    let export = format!("/v1/batches/{}/export", id(&batch.json));
    assert_eq!(left(&ada.post(&export, json!({})).await, "jobs"), 10);
    // What is not made does not count: no such model, a job that cannot be retried, a batch that has not failed.
    assert_eq!(ada.post("/v1/jobs", json!({ "model": "none", "prompt": "a" })).await.status, 422);
    assert_eq!(ada.post(&format!("/v1/jobs/{}/retry", id(&first.json)), json!({})).await.status, 409);
    let retried = ada.post(&format!("/v1/batches/{}/retry", id(&batch.json)), json!({})).await;
    assert_eq!(left(&retried, "jobs"), 10);
    assert_eq!(left(&ada.post("/v1/jobs", fox()).await, "jobs"), 9);
}

#[tokio::test]
async fn what_an_hour_does_not_hold_makes_nothing_until_the_next() {
    let stack = with_jobs(10, 1000).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    ada.post("/v1/batches", json!({ "job": fox(), "count": 9 })).await.expect(202);
    let (main, audit) = (stack.count("main").await, stack.count("audit").await);
    let mut comic = fox();
    comic["project"] = json!("comic");
    let batch = ada.post("/v1/batches", json!({ "job": comic, "count": 2 })).await;
    assert!((30..=3600).contains(&refused(&batch)));
    assert_eq!(left(&batch, "jobs"), 1);
    assert!(batch.json["detail"].as_str().unwrap().contains("10 jobs an hour"), "{batch:?}");
    assert_eq!((stack.count("main").await, stack.count("audit").await), (main, audit), "nothing was made");
    assert_eq!(left(&ada.post("/v1/jobs", fox()).await, "jobs"), 0, "what is left may still be asked for");
    for path in ["/v1/jobs", "/v1/personas"] {
        let body = if path == "/v1/jobs" { fox() } else { json!({ "brief": "a baker" }) };
        refused(&ada.post(path, body).await);
    }
    assert_eq!(ada.get("/v1/jobs").await.status, 200, "one may still look");
    assert_eq!(left(&bob.post("/v1/jobs", fox()).await, "jobs"), 9, "another tenant has its own");
    stack.turn_the_hour("ada").await;
    assert_eq!(left(&ada.post("/v1/jobs", fox()).await, "jobs"), 9);
}

#[tokio::test]
async fn the_allowance_is_exact_however_many_ask_at_once() {
    let stack = with_jobs(25, 1000).await;
    let ada = stack.tenant("ada").await;
    let answers = join_all((0..60).map(|_| ada.post("/v1/jobs", fox()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 25);
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        refused(answer);
    }
    assert_eq!(ada.get("/v1/jobs?limit=100").await.expect(200)["items"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn only_so_many_jobs_wait_and_those_that_have_ended_make_room() {
    let stack = with_jobs(1000, 6).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    bob.post("/v1/batches", json!({ "job": fox(), "count": 6 })).await.expect(202);
    let mut jobs = Vec::new();
    for _ in 0..6 {
        jobs.push(ada.ask_for("a fox").await);
    }
    // Two have ended, which is found out when the number says that there are too many.
    for job in &jobs[..2] {
        ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await.expect(200);
    }
    ada.post("/v1/batches", json!({ "job": fox(), "count": 2 })).await.expect(202);
    let full = ada.post("/v1/jobs", fox()).await;
    assert!((1..=60).contains(&refused(&full)));
    assert_eq!(
        (full.header("ratelimit-policy"), left(&full, "waiting")),
        ("\"waiting\";q=6, \"requests\";q=20000;w=4", 0)
    );
    // It is not counted again at each request.
    ada.post(&format!("/v1/jobs/{}/cancel", jobs[2]), json!({})).await.expect(200);
    refused(&ada.post("/v1/jobs", fox()).await);
    stack.turn_the_hour("ada").await;
    ada.post("/v1/jobs", fox()).await.expect(202);
    refused(&bob.post("/v1/jobs", fox()).await);
}

#[tokio::test]
async fn jobs_that_wait_for_an_api_key_are_waiting_too() {
    let stack =
        TestStack::start_with(|options| options.jobs = JobLimits { per_hour: 1000, waiting: 3 }).await;
    let ada = stack.tenant("ada").await;
    let batch = id(&ada.post("/v1/batches", json!({ "job": fox(), "count": 3 })).await.expect(202));
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["paused"] == 3).await;
    refused(&ada.post("/v1/jobs", fox()).await);
    ada.store(OK).await;
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["succeeded"] == 3).await;
    stack.turn_the_hour("ada").await;
    ada.post("/v1/jobs", fox()).await.expect(202);
}

#[tokio::test]
async fn what_is_retried_is_asked_for_again() {
    well_within_an_hour().await;
    let stack = TestStack::start_with(|options| options.jobs.per_hour = 12).await;
    let ada = stack.tenant("ada").await;
    ada.store_for(Provider::Openai, "moderated").await;
    let batch = ada.post("/v1/batches", json!({ "job": fox(), "count": 3 })).await;
    assert_eq!(left(&batch, "jobs"), 9);
    let path = format!("/v1/batches/{}", id(&batch.json));
    ada.eventually(&path, |batch| batch["counts"]["failed"] == 3).await;
    assert_eq!(left(&ada.post(&format!("{path}/retry"), json!({})).await, "jobs"), 6);
    ada.eventually(&path, |batch| batch["counts"]["failed"] == 3).await;
    let jobs = ada.get(&format!("/v1/jobs?batch={}", id(&batch.json))).await.expect(200);
    let retry = format!("/v1/jobs/{}/retry", id(&jobs["items"][0]));
    assert_eq!(left(&ada.post(&retry, json!({})).await, "jobs"), 5);
    ada.eventually(&path, |batch| batch["counts"]["failed"] == 3).await;
    // Three more than are left: none of them is done again.
    ada.post("/v1/batches", json!({ "job": fox(), "count": 3 })).await.expect(202);
    refused(&ada.post(&format!("{path}/retry"), json!({})).await);
    assert_eq!(ada.get(&path).await.expect(200)["counts"]["failed"], 3);
}
