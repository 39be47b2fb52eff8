//! Workers that die, and workers whose stores falter.

use domain::Provider;

use super::fault::{Fault, Plan};
use super::place::{Place, Work};
use super::relay::Relay;
use super::{deaths, matrix, thorough};

pub const WORKS: [Work; 3] = [Work::Image(Provider::Openai), Work::Image(Provider::Bfl), Work::Persona];

/// What is asked of others while a job is done to which nothing happens.
pub async fn boundaries(work: Work) -> Vec<String> {
    let place = Place::open(work).await;
    let job = place.ask().await;
    let relay = Relay::start(&place.stack, &[]).await;
    let worker = place.worker(&relay).await;
    assert!(place.work_on(&worker, &relay, &job).await);
    let job = place.ada.job(&job).await;
    assert_eq!(job["state"], "succeeded", "{job:#}");
    place.check(&job, 1).await;
    relay.seen()
}

/// One job, with a fault at one request. Gives back what became of it before anybody did anything about it.
async fn strike(work: Work, plan: Plan) -> String {
    let place = Place::open(work).await;
    let job = place.ask().await;
    let relay = Relay::start(&place.stack, &[plan]).await;
    let worker = place.worker(&relay).await;
    place.work_on(&worker, &relay, &job).await;
    assert!(relay.has_struck(), "{plan:?} struck nothing");
    worker.kill().await;
    let shown = place.settle(&relay, &job).await;
    place.check(&shown, 1).await;
    place.finish(&relay, &shown).await;
    let reason = shown["reason"]["code"].as_str().map_or(String::new(), |reason| format!(" ({reason})"));
    format!("{}{reason}", shown["state"].as_str().unwrap())
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_is_paid_once_and_loses_nothing() {
    for work in WORKS {
        let title = format!("kill -9 of the worker, {work:?}");
        let ends =
            matrix(&title, boundaries(work).await, |at, _| deaths(at), |plan| strike(work, plan)).await;
        let known = ["succeeded", "unknown (answer_lost)"];
        assert!(ends.keys().all(|end| known.contains(&end.as_str())), "{ends:?}");
    }
}

/// Once, and so often that the SDK gives up.
#[tokio::test]
async fn a_store_that_falters_at_any_request_costs_time_and_nothing_else() {
    const FAULTS: [Fault; 5] = [
        Fault::Throttled(1),
        Fault::DoneButRefused(1),
        Fault::DoneButCutOff(1),
        Fault::Throttled(8),
        Fault::DoneButRefused(4),
    ];
    let faults = |at: usize, boundary: &str| {
        let ours = ["dynamodb", "kms", "s3", "sqs"].iter().any(|service| boundary.starts_with(service));
        match (ours, thorough()) {
            (false, _) => Vec::new(),
            (true, true) => FAULTS.to_vec(),
            (true, false) => vec![FAULTS[at % 3]],
        }
    };
    for work in WORKS {
        let title = format!("faltering stores, {work:?}");
        let ends = matrix(&title, boundaries(work).await, faults, |plan| strike(work, plan)).await;
        assert_eq!(ends.keys().collect::<Vec<_>>(), ["succeeded"]);
    }
}

/// The image is paid for and cannot be kept, for longer than anybody tries: whoever paid sees what for.
#[tokio::test]
async fn an_image_that_no_bucket_takes_is_told_as_paid_for() {
    let work = Work::Image(Provider::Openai);
    let end = strike(work, Plan::first("s3 PUT", Fault::Throttled(usize::MAX))).await;
    assert_eq!(end, "failed (storage_failed)");
}
