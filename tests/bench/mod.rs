//! What a job costs us, counted. Nothing here looks at a clock: a count that rises is a change that somebody made.

mod counts;
mod prices;
mod spread;
mod table;

use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::support::{Api, MODEL, OK, TestStack, id};
use counts::Counts;

/// How many images are asked for as one batch.
const BURST: usize = 100;

/// As long as most people's wishes, and longer than what fits a kilobyte beside the rest.
const PROMPT: usize = 450;

/// What a job may cost at most: a little more than the last time that somebody looked.
struct Limits {
    worker_requests: f64,
    write_units: f64,
    read_units: f64,
    round_trips: usize,
}

const LIMITS: Limits = Limits { worker_requests: 6.0, write_units: 34.0, read_units: 2.5, round_trips: 5 };

/// A stack that counts, with a person whose API key was used a moment ago.
async fn counted() -> (TestStack, Api, TempDir) {
    let folder = TempDir::new().unwrap();
    let calls = folder.path().to_owned();
    let stack = TestStack::start_with(|options| {
        options.emulators.record_calls = Some(calls);
        options.emulators.latency = Duration::from_millis(20);
        options.think_time = Duration::from_secs(2);
    })
    .await;
    let ada = stack.tenant("ada").await;
    ada.store(OK).await;
    let warm = id(&ada.post("/v1/jobs", json!({ "model": MODEL, "prompt": "a fox" })).await.expect(202));
    ada.wait_for(&warm, "succeeded").await;
    quiet(&stack).await;
    (stack, ada, folder)
}

/// Waits until nothing is asked for any more that belongs to what was done: a job is done before its message is deleted.
async fn quiet(stack: &TestStack) {
    let asked = || stack.stack.sent().iter().filter(|sent| counts::is_of_worker(sent)).count();
    let mut before = asked();
    loop {
        sleep(Duration::from_secs(1)).await;
        let now = asked();
        if now == before {
            return;
        }
        before = now;
    }
}

#[tokio::test]
async fn a_job_asks_no_more_of_aws_than_it_did() {
    let (stack, ada, _folder) = counted().await;
    let prompt = "a founder ".repeat(PROMPT / 10);

    let before = stack.stack.sent().len();
    let one = id(&ada.post("/v1/jobs", json!({ "model": MODEL, "prompt": prompt })).await.expect(202));
    let asked = stack.stack.sent().len();
    ada.wait_for(&one, "succeeded").await;
    quiet(&stack).await;
    let alone = Counts::of(&stack.stack.sent()[before..], asked - before, 1);

    let before = stack.stack.sent().len();
    let batch = json!({ "job": { "model": MODEL, "prompt": prompt }, "count": BURST });
    let batch = id(&ada.post("/v1/batches", batch).await.expect(202));
    let asked = stack.stack.sent().len();
    let done = |batch: &serde_json::Value| batch["counts"]["succeeded"] == BURST;
    ada.eventually(&format!("/v1/batches/{batch}"), done).await;
    quiet(&stack).await;
    let burst = Counts::of(&stack.stack.sent()[before..], asked - before, BURST);

    println!("alone\n{alone}\nin a burst of {BURST}\n{burst}");
    println!("serial round trips before the provider is called: {}", alone.round_trips());
    println!("for 1,000 images: {}", prices::of_thousand(&burst));
    assert!(burst.worker_requests() <= LIMITS.worker_requests, "{burst}");
    assert!(burst.write_units() <= LIMITS.write_units, "{burst}");
    assert!(burst.read_units() <= LIMITS.read_units, "{burst}");
    assert!((1..=LIMITS.round_trips).contains(&alone.round_trips()), "{alone}");
    // Who counts nothing finds nothing.
    assert!(
        burst.of_request("s3:PUT") >= 1.0 && burst.write_units() > 1.0 && burst.read_units() > 1.0,
        "{burst}"
    );
}
