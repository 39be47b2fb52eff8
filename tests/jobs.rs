//! The life of a job, through the API.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::{MODEL, OK, TestStack};

#[tokio::test]
async fn a_job_makes_an_image_and_the_record_says_who_what_when_and_for_how_much() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let stored = ada.store(OK).await;

    let body = json!({ "kind": "image", "model": MODEL, "prompt": "a fox with glasses", "size": "1024x1024", "quality": "low" });
    let accepted = ada.post("/v1/jobs", body).await;
    assert!(accepted.header("retry-after").parse::<u32>().unwrap() >= 1);
    let location = accepted.header("location").to_owned();
    let job = accepted.expect(202);
    assert_eq!(location, format!("/v1/jobs/{}", id(&job)));
    assert_eq!(
        (&job["state"], &job["kind"], &job["provider"], &job["reason"]),
        (&json!("queued"), &json!("image"), &json!("openai"), &Value::Null)
    );
    // 1,000 tokens at 30 and 5 text tokens at 5 micro-dollars.
    assert_eq!(job["cost"]["estimated"], "0.030025");

    let job = ada.wait_for(&id(&job), "succeeded").await;
    assert_eq!((&job["attempts"], &job["cost"]["source"]), (&json!(1), &json!("usage")));
    let charges = stack.charges().await;
    assert_eq!(charges.len(), 1);
    assert_eq!(charges[0]["amount"], job["cost"]["actual"], "the books agree to the micro-dollar");

    let image = ada.image(&job).await;
    assert_eq!(imagesize::image_type(&image).unwrap(), imagesize::ImageType::Png);
    assert_eq!(imagesize::blob_size(&image).unwrap(), imagesize::ImageSize { width: 1024, height: 1024 });
    assert_eq!((&job["image"]["width"], &job["image"]["bytes"]), (&json!(1024), &json!(image.len())));
    assert_eq!(job["image"]["sha256"], hex_sha256(&image));
    let direct = reqwest::get(job["image"]["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(direct.headers()["content-type"], "image/png");
    let saved_as = format!("attachment; filename=\"{}.png\"", id(&job));
    assert_eq!(direct.headers()["content-disposition"], saved_as.as_str());
    assert_eq!(direct.bytes().await.unwrap(), image);

    let trail = ada.trail(&format!("job={}", id(&job))).await;
    let actions: Vec<_> = trail.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["job.submitted", "job.intent", "credential.opened", "job.succeeded"]);
    let last = trail.last().unwrap();
    assert_eq!(
        (&last["model"], &last["actor"], &last["outcome"]),
        (&json!(MODEL), &json!("ada-user"), &json!("ok"))
    );
    assert_eq!((&last["cost"], &last["credential"]), (&job["cost"]["actual"], &stored["id"]));
    assert!(last["at"].is_string() && last["provider_request_id"].as_str().unwrap().starts_with("req_"));
}

fn hex_sha256(bytes: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, bytes)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test]
async fn an_idempotency_key_makes_one_job_however_often_it_is_sent() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let create = |prompt: &'static str| {
        let ada = ada.clone();
        async move {
            let body = json!({ "kind": "image", "model": MODEL, "prompt": prompt }).to_string();
            let request = ada.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
            ada.send(request.header("idempotency-key", "d9428888-122b-11e1-b85c-61cd3cbb3210").body(body))
                .await
        }
    };
    let all: Vec<_> = (0..50).map(|_| tokio::spawn(create("a fox"))).collect();
    let mut ids = HashSet::new();
    for one in all {
        ids.insert(id(&one.await.unwrap().expect(202)));
    }
    assert_eq!(ids.len(), 1);
    let reused = create("a cat").await;
    assert_eq!((reused.status, reused.problem()), (422, "idempotency-key-reused"));
    // The same header of another tenant is another key.
    let bob = stack.tenant("bob").await;
    let body = json!({ "kind": "image", "model": MODEL, "prompt": "a cat" }).to_string();
    let request = bob.request(Method::POST, "/v1/jobs").header("content-type", "application/json");
    let other =
        bob.send(request.header("idempotency-key", "d9428888-122b-11e1-b85c-61cd3cbb3210").body(body)).await;
    assert!(!ids.contains(&id(&other.expect(202))));
    ada.wait_for(ids.iter().next().unwrap(), "succeeded").await;
    assert_eq!(stack.charges().await.len(), 1);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_page_by_page_and_by_state() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(ada.ask_for(&format!("fox number {n}")).await);
    }
    made.reverse();
    let mut listed = Vec::new();
    let mut path = "/v1/jobs?limit=2".to_owned();
    loop {
        let page = ada.get(&path).await.expect(200);
        listed.extend(page["items"].as_array().unwrap().iter().map(id));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/jobs?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let mut sorted = made.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(listed, sorted);

    // There is no API key, so all of them come to wait for one.
    for job in &made {
        ada.wait_for(job, "paused").await;
    }
    let paused = ada.get("/v1/jobs?state=paused").await.expect(200);
    assert_eq!(paused["items"].as_array().unwrap().len(), 5);
    assert_eq!(ada.get("/v1/jobs?state=succeeded").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_job_that_waits_can_be_cancelled_and_stays_cancelled() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    let job = ada.ask_for("a fox").await;
    ada.wait_for(&job, "paused").await;
    let cancelled = ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    ada.store(OK).await;
    let other = ada.ask_for("a cat").await;
    ada.wait_for(&other, "succeeded").await;
    assert_eq!(ada.job(&job).await["state"], "cancelled");
    assert_eq!(stack.charges().await.len(), 1);
    let again = ada.post(&format!("/v1/jobs/{job}/cancel"), json!({})).await;
    assert_eq!((again.status, again.problem()), (409, "job-state-conflict"));
    assert_eq!(ada.get(&format!("/v1/jobs/{job}/image")).await.problem(), "image-not-ready");
}

#[tokio::test]
async fn many_jobs_run_at_the_same_time_and_none_is_lost() {
    let stack = TestStack::start().await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let mut jobs = Vec::new();
    for n in 0..30 {
        jobs.push(ada.ask_for(&format!("fox number {n}")).await);
    }
    let mut pictures = HashSet::new();
    for job in &jobs {
        pictures.insert(ada.wait_for(job, "succeeded").await["image"]["sha256"].as_str().unwrap().to_owned());
    }
    assert_eq!(pictures.len(), 30, "each prompt has a picture of its own");
    assert_eq!(stack.charges().await.len(), 30);
    assert_eq!(ada.actions("action=job.succeeded").await.len(), 30);
}

#[tokio::test]
async fn the_catalogue_says_what_there_is_and_what_goes_when() {
    let stack = TestStack::start().await;
    let models = stack.tenant("ada").await.get("/v1/models").await.expect(200);
    let find = |id: &str| {
        models["items"].as_array().unwrap().iter().find(|model| model["id"] == id).unwrap().clone()
    };
    let current = find(MODEL);
    assert_eq!(
        (&current["status"], &current["provider"], &current["kind"]),
        (&json!("current"), &json!("openai"), &json!("image"))
    );
    assert!(
        current["parameters"]["properties"]["quality"]["enum"].as_array().unwrap().contains(&json!("high"))
    );
    assert!(current["price"]["source"].is_string() && current["price"]["date"].is_string());
    assert_eq!(find("gpt-image-1-mini")["shutdown_date"], "2026-12-01");
    assert_eq!(
        (&find("dall-e-3")["status"], &find("dall-e-3")["replacement"]),
        (&json!("retired"), &json!(MODEL))
    );
    assert_eq!(reqwest::get(format!("{}/healthz", stack.stack.url())).await.unwrap().status(), 200);
}
