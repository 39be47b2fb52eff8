//! Requests whose function dies: what was asked for is there once, or not at all and can be asked for again.

use domain::Provider;
use serde_json::{Value, json};

use super::fault::Plan;
use super::place::{Place, Work};
use super::relay::Relay;
use super::{deaths, matrix, thorough};
use crate::support::runtime_api::{Function, http_event};

const WORK: Work = Work::Image(Provider::Openai);

/// How many jobs a batch asks for: their pointers take several sends.
const BATCH: usize = 30;

#[derive(Clone, Copy, Debug)]
enum Asked {
    Job,
    Batch,
}

impl Asked {
    fn event(self) -> Value {
        let (_, order) = WORK.order();
        let mut event = match self {
            Self::Job => http_event("POST", "/v1/jobs", Some("jobs:write"), Some(order)),
            Self::Batch => {
                let batch = json!({ "job": order, "count": BATCH });
                http_event("POST", "/v1/batches", Some("jobs:write"), Some(batch))
            }
        };
        event["headers"]["idempotency-key"] = json!("once");
        event
    }

    fn jobs(self) -> usize {
        match self {
            Self::Job => 1,
            Self::Batch => BATCH,
        }
    }
}

async fn function(place: &Place, relay: &Relay) -> Function {
    let mut environment = relay.environment();
    environment.extend([("OWNKEY_QUEUE_OPENAI", place.queue()), ("OWNKEY_LOG", "off")]);
    Function::start("jobs", &place.stack, &environment).await
}

async fn boundaries(asked: Asked) -> Vec<String> {
    let place = Place::open(WORK).await;
    let relay = Relay::start(&place.stack, &[]).await;
    let answer = function(&place, &relay).await.invoke(asked.event()).await.unwrap();
    assert_eq!(answer["statusCode"], 202, "{answer}");
    relay.seen()
}

/// The function dies at one request, and whoever asked asks again, or does not.
async fn strike(asked: Asked, again: bool, plan: Plan) -> String {
    let place = Place::open(WORK).await;
    let relay = Relay::start(&place.stack, &[plan]).await;
    let first = function(&place, &relay).await;
    tokio::select! {
        _ = first.invoke(asked.event()) => panic!("{plan:?} struck nothing"),
        () = relay.strikes() => first.kill().await,
    }
    relay.calm();
    if again {
        for _ in 0..2 {
            let answer = function(&place, &relay).await.invoke(asked.event()).await.unwrap();
            assert_eq!(answer["statusCode"], 202, "{answer}");
        }
    }
    let jobs = place.settle_all(&relay).await;
    assert!(jobs.len() == asked.jobs() || (!again && jobs.is_empty()), "{} jobs", jobs.len());
    assert!(jobs.iter().all(|job| job["state"] == "succeeded"), "{jobs:#?}");
    assert_eq!(place.stack.charges().await.len(), jobs.len());
    place.check_books().await;
    format!("{} jobs, all succeeded", jobs.len())
}

#[tokio::test]
async fn a_request_that_dies_anywhere_and_comes_again_is_done_once() {
    for asked in [Asked::Job, Asked::Batch] {
        for again in [true, false] {
            if matches!((asked, again), (Asked::Batch, false)) && !thorough() {
                continue;
            }
            let repeated = if again { "sent again" } else { "not sent again" };
            let title = format!("kill -9 of a request for a {asked:?}, {repeated}");
            let boundaries = boundaries(asked).await;
            matrix(&title, boundaries, |at, _| deaths(at), |plan| strike(asked, again, plan)).await;
        }
    }
}
