//! How a batch comes into being: all of it, once, whatever happens meanwhile.

use std::collections::HashSet;
use std::time::Duration;

use domain::batch::Order;
use domain::image_request::ImageRequest;
use domain::{Provider, Usd};
use futures_util::future::join_all;
use reqwest::Method;
use runtime::now;
use serde_json::{Value, json};

use crate::support::tables::submitted;
use crate::support::{Api, MODEL, OK, TestStack, id};

pub fn order(count: u32, prompt: &str) -> Order {
    Order {
        count,
        project: None,
        provider: Provider::Openai,
        request: ImageRequest::plain(MODEL, prompt),
        estimated: Usd::ZERO,
        price_version: String::new(),
    }
}

/// The jobs of a batch in their order.
async fn jobs_of(api: &Api, batch: &str) -> Vec<Value> {
    let (mut jobs, mut path) = (Vec::new(), format!("/v1/jobs?batch={batch}&limit=100"));
    loop {
        let mut page = api.get(&path).await.expect(200);
        jobs.extend(page["items"].as_array_mut().unwrap().split_off(0));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/jobs?batch={batch}&limit=100&cursor={cursor}"),
            None => break,
        }
    }
    jobs.reverse();
    jobs
}

#[tokio::test]
async fn a_thousand_jobs_are_made_in_their_order_and_cancelled_in_one_request() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let jobs: Vec<_> = (0..1_000)
        .map(|number| json!({ "kind": "image", "model": MODEL, "prompt": format!("fox number {number}") }))
        .collect();
    let batch = ada.post("/v1/batches", json!({ "jobs": jobs })).await.expect(202);
    assert_eq!(batch["total"], 1_000);
    // There is no API key, so all of them come to wait for one.
    let path = format!("/v1/batches/{}", id(&batch));
    ada.eventually(&path, |batch| batch["counts"]["paused"] == 1_000).await;
    let made = jobs_of(&ada, &id(&batch)).await;
    for (number, job) in made.iter().enumerate() {
        assert_eq!(job["request"]["prompt"], format!("fox number {number}"));
        assert_eq!((&job["batch"], &job["created_at"]), (&batch["id"], &batch["created_at"]));
    }
    assert_eq!(made.iter().map(id).collect::<HashSet<_>>().len(), 1_000);
    assert_eq!(stack.count("audit").await, 2_000, "submitted and paused");
    assert_eq!(ada.get(&path).await.expect(200)["state"], "created");
    // A slow machine may need a second request for it.
    let mut cancelled = 0;
    while cancelled < 1_000 {
        let answer = ada.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        cancelled += answer["cancelled"].as_u64().unwrap();
        assert_eq!(answer["counts"]["cancelled"], cancelled);
    }
}

#[tokio::test]
async fn a_batch_is_made_once_under_its_idempotency_key() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let image = json!({ "kind": "image", "model": MODEL, "prompt": "a fox" });
    let send = |path: &'static str, body: Value| {
        let ada = ada.clone();
        async move {
            let request = ada.request(Method::POST, path).header("content-type", "application/json");
            ada.send(request.header("idempotency-key", "batch-1").body(body.to_string())).await
        }
    };
    let body = json!({ "job": image, "count": 120 });
    let all: Vec<_> = (0..8).map(|_| tokio::spawn(send("/v1/batches", body.clone()))).collect();
    let mut ids = HashSet::new();
    for one in all {
        ids.insert(id(&one.await.unwrap().expect(202)));
    }
    assert_eq!(ids.len(), 1);
    let batch = ids.into_iter().next().unwrap();
    ada.eventually(&format!("/v1/batches/{batch}"), |batch| batch["counts"]["paused"] == 120).await;
    assert_eq!(ada.get("/v1/batches").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let other = send("/v1/batches", json!({ "job": image, "count": 121 })).await;
    assert_eq!(other.problem(), "idempotency-key-reused");
    assert_eq!(send("/v1/jobs", image).await.problem(), "idempotency-key-reused");
    assert_eq!(jobs_of(&ada, &batch).await.len(), 120);
}

#[tokio::test]
async fn what_a_crash_has_left_of_a_batch_is_finished_and_each_job_is_charged_once() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let orders = [order(30, "a fox"), order(1, "a cat"), order(25, "a hen")];
    let batch = stack.batch_without_jobs("ada", now(), &orders).await;
    // Whoever makes it stops here, two minutes ago: the sweeper believes it dead.
    let ago = now() - Duration::from_secs(120);
    let (half, jobs) = stack.jobs().make_next(&batch, ago, submitted).await.unwrap();
    assert!(half.is_creating() && jobs.len() == 49);
    let path = format!("/v1/batches/{}", batch.id);
    let done = ada.eventually(&path, |batch| batch["counts"]["succeeded"] == 56).await;
    assert_eq!((&done["state"], &done["total"]), (&json!("created"), &json!(56)));
    let made = jobs_of(&ada, &batch.id.to_string()).await;
    let prompts: Vec<_> = made.iter().map(|job| job["request"]["prompt"].as_str().unwrap()).collect();
    assert_eq!((prompts[29], prompts[30], prompts[31], prompts.len()), ("a fox", "a cat", "a hen", 56));
    assert_eq!(stack.charges().await.len(), 56);
    assert_eq!(ada.trail("action=job.submitted").await.len(), 56);
}

#[tokio::test]
async fn a_batch_of_which_nothing_was_made_before_a_restart_is_whole_after_it() {
    let stack = TestStack::start().await;
    // More text than one item of the table holds, so the orders lie in several.
    let long = "ä".repeat(30_000);
    let orders: Vec<_> = (0..12).map(|number| order(5, &format!("{number} {long}"))).collect();
    let batch = stack.batch_without_jobs("ada", now(), &orders).await;
    let stack = stack.restart().await;
    let ada = stack.tenant("ada").await;
    let path = format!("/v1/batches/{}", batch.id);
    ada.eventually(&path, |batch| batch["counts"]["paused"] == 60).await;
    for (number, job) in jobs_of(&ada, &batch.id.to_string()).await.iter().enumerate() {
        assert!(job["request"]["prompt"].as_str().unwrap().starts_with(&format!("{} ä", number / 5)));
    }
}

#[tokio::test]
async fn of_many_that_make_the_same_batch_each_step_is_made_by_one() {
    let stack = TestStack::start().await;
    let batch = stack.batch_without_jobs("ada", now(), &[order(1_000, "a fox")]).await;
    let makers = (0..8).map(|_| {
        let (jobs, mut batch) = (stack.jobs(), batch.clone());
        async move {
            let mut made = Vec::new();
            while batch.is_creating() {
                let (next, jobs) = jobs.make_next(&batch, now(), submitted).await.unwrap();
                made.extend(jobs.into_iter().map(|job| job.id));
                batch = next;
            }
            made
        }
    });
    let made: Vec<_> = join_all(makers).await.into_iter().flatten().collect();
    assert_eq!((made.len(), made.iter().collect::<HashSet<_>>().len()), (1_000, 1_000));
    let counts = stack.jobs().count_states(&batch).await.unwrap();
    assert_eq!(counts.values().sum::<u32>(), 1_000);
}
