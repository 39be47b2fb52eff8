//! The whole stack with random faults, by seeds: what strikes, where and how often follows from the seed alone. All seeds
//! share one stack, so that the sweeps of one are lost leases, zombies and late answers to the others.
//!
//! `OWNKEY_SEED=17` plays one seed alone.

use std::sync::Arc;
use std::time::Duration;

use domain::Provider;
use futures_util::{StreamExt, stream};
use providers::{Endpoints, Providers};
use runtime::{Aws, LoopbackAws, now};
use serde_json::{Value, json};
use store::Tables;
use vault::KmsKeys;
use worker::{Settings, Worker};

use super::fault::{Bug, Fault, Plan};
use super::place::{Place, Work, rests};
use super::relay::Relay;
use crate::support::{TestStack, thorough};

/// How many seeds are played at the same time.
const AT_ONCE: usize = 6;

/// After so many requests, nothing strikes any more.
const BUSY: u64 = 40;

/// Xorshift (Marsaglia, 2003): the same numbers for the same seed, on every machine.
struct Dice(u64);

impl Dice {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % most
    }

    fn plan(&mut self) -> Plan {
        let times = 1 + usize::try_from(self.below(4)).unwrap();
        let fault = match self.below(6) {
            0 | 1 => Fault::DiesBefore,
            2 => Fault::DiesAfter,
            3 => Fault::Throttled(times),
            4 => Fault::DoneButRefused(times),
            _ => Fault::DoneButCutOff(1),
        };
        Plan::at(usize::try_from(self.below(BUSY)).unwrap(), fault)
    }
}

/// Plays a seed; gives back how the job ended before anybody did anything about it.
async fn play(stack: Arc<TestStack>, seed: u64, bug: Option<Bug>) -> String {
    let mut dice = Dice::of(seed);
    let work = match dice.below(3) {
        0 => Work::Image(Provider::Openai),
        1 => Work::Image(Provider::Bfl),
        _ => Work::Persona,
    };
    let case = ["ok", "ok", "ok", "hang-up", "moderated"][usize::try_from(dice.below(5)).unwrap()];
    let tenant = format!("seed-{seed}");
    let place = Place::within(stack.clone(), work, (&tenant, case), seed).await;
    let job = place.ask().await;
    let mut plans: Vec<_> = (0..=dice.below(3)).map(|_| dice.plan()).collect();
    plans.sort_by_key(|plan| plan.at);
    // The provider's own answers are for `wire/lost.rs`.
    let relay = Relay::start_with(&stack, &plans, bug).await;
    let pointer = json!({ "v": 1, "tenant": tenant, "job": job }).to_string();
    let record = json!({ "messageId": "1", "body": pointer, "eventSource": "aws:sqs" });
    let mut worker = worker(&place, &relay);
    for _ in 0..60 {
        if rests(&place.ada.job(&job).await) {
            break;
        }
        // Some pointers come twice, in one batch.
        let records = vec![record.clone(); 1 + usize::from(dice.below(4) == 0)];
        tokio::select! {
            () = deliver(&worker, records) => {}
            // Whatever it was about to do is not done.
            () = relay.strikes() => {
                relay.revive();
                worker = self::worker(&place, &relay);
            }
        }
        if dice.below(8) == 0 {
            place.sweep().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let shown = settled(&place, &relay, &job, &record).await;
    place.check(&shown, 1).await;
    format!("{work:?} {case}: {}", shown["state"].as_str().unwrap())
}

async fn settled(place: &Place, relay: &Relay, job: &str, record: &Value) -> Value {
    relay.calm();
    let worker = worker(place, relay);
    for _ in 0..200 {
        let shown = place.ada.job(job).await;
        if rests(&shown) {
            return shown;
        }
        place.sweep().await;
        deliver(&worker, vec![record.clone()]).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("comes to no rest: {}", place.ada.job(job).await)
}

/// The worker as it is deployed, but in this process: to let go of what it does is its death.
fn worker(place: &Place, relay: &Relay) -> Worker {
    let aws = LoopbackAws {
        dynamodb: relay.url("AWS_ENDPOINT_URL_DYNAMODB"),
        kms: relay.url("AWS_ENDPOINT_URL_KMS"),
        s3: relay.url("AWS_ENDPOINT_URL_S3"),
        sqs: relay.url("AWS_ENDPOINT_URL_SQS"),
        ..place.stack.stack.aws_of(&format!("worker-{}", place.work.provider()))
    };
    let endpoints = Endpoints::usual_or(|provider| {
        Some(relay.url(match provider {
            Provider::Openai => "OWNKEY_OPENAI_URL",
            Provider::Bfl => "OWNKEY_BFL_URL",
            Provider::Anthropic => "OWNKEY_ANTHROPIC_URL",
        }))
    });
    let settings = Settings {
        provider: place.work.provider(),
        stage: "local".to_owned(),
        tables: Tables::new("main".to_owned(), "audit".to_owned()),
        vault_table: "vault".to_owned(),
        images_bucket: place.stack.stack.buckets().images.clone(),
        kms_keys: KmsKeys::parse(place.stack.stack.kms_key(), None).unwrap(),
        queue: place.queue().to_owned(),
        dead_letters: format!("{}-dead", place.queue()),
        notifier: place.stack.stack.notifier_queue().to_owned(),
    };
    Worker::new(&Aws::on_loopback(&aws), Providers::new(endpoints).unwrap(), settings)
}

async fn deliver(worker: &Worker, records: Vec<Value>) {
    let event = serde_json::from_value(json!({ "Records": records })).unwrap();
    worker.handle(event, now() + Duration::from_secs(900)).await;
}

#[tokio::test]
async fn whatever_strikes_nobody_pays_twice_and_nothing_is_lost() {
    let stack = Arc::new(TestStack::start_with(|options| options.workers = false).await);
    let seeds = match std::env::var("OWNKEY_SEED") {
        Ok(seed) => seed.parse().unwrap()..=seed.parse().unwrap(),
        Err(_) if thorough() => 1..=1_000,
        Err(_) => 1..=40,
    };
    let played = stream::iter(seeds).map(|seed| {
        let stack = stack.clone();
        async move {
            // Said when it begins, so that the seed of a failure is known.
            println!("seed {seed}");
            play(stack, seed, None).await
        }
    });
    let mut ends = std::collections::BTreeMap::new();
    for end in played.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await {
        *ends.entry(end).or_insert(0) += 1;
    }
    for (end, times) in &ends {
        println!("{times:5} {end}");
    }
    if ends.values().sum::<usize>() == 1 {
        return;
    }
    let ended = |state: &str| ends.keys().any(|end| end.ends_with(state));
    assert!(ended("succeeded") && ended("unknown") && ended("failed"), "the faults are alive");
}

/// Whether the checks are alive: what a worse product would do is found by few seeds.
#[tokio::test]
async fn a_layer_that_sends_again_and_a_missing_fence_are_found_by_forty_seeds() {
    for bug in [Bug::SendsAgain, Bug::Unfenced] {
        let stack = Arc::new(TestStack::start_with(|options| options.workers = false).await);
        let mut found_by = None;
        for seed in 1..=40 {
            if tokio::spawn(play(stack.clone(), seed, Some(bug))).await.is_err() {
                found_by = Some(seed);
                break;
            }
        }
        println!("{bug:?}: found by seed {found_by:?}");
        assert!(found_by.is_some(), "{bug:?} is not found");
    }
}
