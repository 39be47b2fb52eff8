//! One tenant with a long backlog, another with one job.

use std::time::{Duration, Instant};

use domain::Provider;
use serde_json::{Value, json};

use crate::support::{Api, MODEL, TestStack, id, thorough};

/// How many jobs of the one may begin between the asking and the beginning of the other's, however long the backlog: what
/// the workers have in their hands (32 invocations of 10), and what is on its way to them.
const MOST: usize = 350;

/// A job, and how long it took.
async fn time_of_one(bob: &Api) -> (String, Duration) {
    let asked = Instant::now();
    let job = bob.ask_for("a cat").await;
    bob.wait_for(&job, "succeeded").await;
    (job, asked.elapsed())
}

#[tokio::test]
async fn a_backlog_of_one_tenant_does_not_hold_up_another() {
    let stack = TestStack::start_with(|options| options.think_time = Duration::from_secs(2)).await;
    let (ada, bob) = (stack.tenant("ada").await, stack.tenant("bob").await);
    // What is refused is not drawn: the CPU of this machine is shared by all, whoever is fair.
    ada.store_for(Provider::Openai, "moderated").await;
    bob.store_for(Provider::Openai, "ok-too").await;
    let batches = if thorough() { 10 } else { 1 };
    let (_, alone) = time_of_one(&bob).await;
    let job = json!({ "model": MODEL, "prompt": "a fox", "quality": "low" });
    let mut last = String::new();
    for _ in 0..batches {
        last = id(&ada.post("/v1/batches", json!({ "job": job, "count": 1_000 })).await.expect(202));
    }
    let (bobs, behind) = time_of_one(&bob).await;
    println!("Bob's job took {alone:.1?} alone, {behind:.1?} behind the backlog");
    // What is left behind Bob's job is still a backlog.
    let counts = ada.get(&format!("/v1/batches/{last}")).await.expect(200)["counts"].take();
    assert!(counts["queued"].as_u64().unwrap() > 100, "{counts}");
    let begun = bob.trail(&format!("job={bobs}")).await;
    let at = |action: &str| {
        let event = begun.iter().find(|event| event["action"] == action).unwrap();
        event["id"].as_str().unwrap().to_owned()
    };
    let (asked, began) = (at("job.submitted"), at("job.intent"));
    let (mut between, mut path) = (0, "/v1/audit?limit=100&action=job.intent".to_owned());
    loop {
        let page = ada.get(&path).await.expect(200);
        let ids = page["items"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap());
        between += ids.filter(|id| **id > *asked && **id < *began).count();
        let Value::String(cursor) = &page["next_cursor"] else { break };
        path = format!("/v1/audit?limit=100&action=job.intent&cursor={cursor}");
    }
    println!("{between} of Ada's {} jobs began before Bob's one", batches * 1_000);
    assert!(between <= MOST, "{between}");
}
