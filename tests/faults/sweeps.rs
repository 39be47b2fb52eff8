//! Sweepers that die: the next sweep does what is left, and nothing twice.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Provider;
use domain::budget::{Month, time_zone};
use domain::job::{Lease, PauseReason};
use runtime::now;
use serde_json::json;
use store::Taken;

use super::fault::Plan;
use super::place::{Place, Work};
use super::relay::Relay;
use super::{deaths, matrix, thorough};
use crate::support::TestStack;
use crate::support::runtime_api::Function;
use crate::support::tables::submitted;

const WORK: Work = Work::Image(Provider::Openai);

/// A place where all that a sweeper is there for waits for one: a pointer that was lost, a worker that has died, an API
/// key that came after its job, and a batch of which nothing is made yet.
async fn neglected() -> Place {
    let place = Place::open(WORK).await;
    let jobs = place.stack.jobs();
    // Longer than anything is waited for.
    let long_ago = now() - Duration::from_secs(3_600);
    let [lost, left, waiting] = [1, 2, 3].map(|number| TestStack::job_made("ada", &[number; 10], long_ago));
    for job in [&lost, &left, &waiting] {
        jobs.create(job, None, submitted(job)).await.unwrap();
    }
    let stored = place.ada.get("/v1/api-keys/openai").await.expect(200);
    let lease = Lease { token: 1, until: long_ago };
    let month = Month::of(now(), &time_zone("UTC").unwrap());
    let credential = (stored["id"].as_str().unwrap().parse().unwrap(), 1);
    let running = left.begin(credential, month, lease, long_ago).unwrap();
    assert_eq!(jobs.take(&left, &running, &[]).await.unwrap(), Taken::Yes);
    let paused = waiting.pause(PauseReason::ApiKeyMissing, String::new(), long_ago).unwrap();
    jobs.advance(&waiting, &paused, &[]).await.unwrap();
    place.stack.batch_without_jobs("ada", long_ago, &[crate::batch_making::order(3, "a hen")]).await;
    place
}

async fn sweep(place: &Place, relay: &Relay) -> bool {
    let mut environment = relay.environment();
    environment.extend([("OWNKEY_QUEUE_OPENAI", place.queue()), ("OWNKEY_LOG", "off")]);
    let sweeper = Function::start("sweeper", &place.stack, &environment).await;
    tokio::select! {
        answer = sweeper.invoke(json!({ "source": "aws.scheduler" })) => answer.is_ok(),
        () = relay.strikes() => {
            sweeper.kill().await;
            false
        }
    }
}

async fn boundaries() -> Vec<String> {
    let place = neglected().await;
    let relay = Relay::start(&place.stack, &[]).await;
    assert!(sweep(&place, &relay).await);
    relay.seen()
}

async fn strike(plan: Plan) -> String {
    let place = neglected().await;
    let relay = Relay::start(&place.stack, &[plan]).await;
    assert!(!sweep(&place, &relay).await, "{plan:?} struck nothing");
    relay.calm();
    assert!(sweep(&place, &relay).await);
    let jobs = place.settle_all(&relay).await;
    let mut ends = BTreeMap::new();
    for job in &jobs {
        *ends.entry(job["state"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert_eq!(ends, BTreeMap::from([("succeeded".to_owned(), 5), ("unknown".to_owned(), 1)]));
    assert_eq!(place.stack.charges().await.len(), 5);
    for (action, times) in
        [("job.unknown", 1), ("job.resumed", 1), ("job.succeeded", 5), ("job.submitted", 6)]
    {
        assert_eq!(place.ada.actions(&format!("action={action}")).await.len(), times, "{action}");
    }
    "all as it should be".to_owned()
}

#[tokio::test]
async fn a_sweeper_that_dies_anywhere_leaves_nothing_undone_and_nothing_done_twice() {
    let boundaries = boundaries().await;
    // Most of it is looking.
    let faults = |at: usize, boundary: &str| {
        let looks = boundary.ends_with("Query") || boundary.ends_with("GetItem");
        if looks && !thorough() && !at.is_multiple_of(8) { Vec::new() } else { deaths(at) }
    };
    matrix("kill -9 of the sweeper", boundaries, faults, strike).await;
}
