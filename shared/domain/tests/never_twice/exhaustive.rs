//! Every run of two workers and two jobs, within bounds. All that can go wrong at once has too many runs, so each test
//! lets something else go wrong together.

use std::time::Instant;

use domain::Provider;
use domain::outcome::FailureClass::*;
use stateright::{Checker, Model};

use crate::laws::LAWS;
use crate::provider::{Charged, Fate, Progress};
use crate::rare::{Bounds, Rare::*};
use crate::runs::Runs;
use crate::setup::Setup;

/// Tries every run. `reached`: where a job gets to in some of them.
fn explore(name: &str, setup: Setup, reached: &[&'static str], at_least: usize) {
    let started = Instant::now();
    let all = Runs::of(setup);
    let runs = all.clone().checker().spawn_bfs().join();
    let (states, depth) = (runs.unique_state_count(), runs.max_depth());
    println!("{name}: {states} states, up to {depth} steps, in {:.1} s", started.elapsed().as_secs_f64());
    let found = runs.discoveries();
    if let Some((law, _)) = LAWS.iter().find(|(law, _)| found.contains_key(law)) {
        let (steps, story) = all.shortest_story(law).unwrap();
        panic!("{name}: not \"{law}\" after {steps} steps\n{story}");
    }
    for end in reached {
        assert!(found.contains_key(end), "{name}: no job was ever {end}");
    }
    assert!(states >= at_least, "{name}: only {states} states; does anything happen?");
}

fn images() -> Setup {
    Setup::calm(Provider::Openai, 2, 2)
}

fn orders() -> Setup {
    Setup::calm(Provider::Bfl, 2, 2)
}

/// What can become of a call besides that it is done.
fn fates() -> Vec<Fate> {
    let refused = [NotAccepted, RateLimited, BadApiKey, BadRequest].map(Fate::Refused);
    let charged = [Fate::NotStored, Fate::Failed(UnusableAnswer, Charged::Yes)];
    let unsaid = [Charged::Yes, Charged::No].map(|charged| Fate::Failed(ProviderFailed, charged));
    [&refused[..], &charged, &unsaid].concat()
}

/// What can be said about an order besides that it is ready.
fn progress() -> Vec<Progress> {
    let unsaid = [Charged::Yes, Charged::No].map(|charged| Progress::Failed(Moderated, charged));
    let others = [Progress::Working, Progress::Refused, Progress::Gone, Progress::BadApiKey];
    [&unsaid[..], &others].concat()
}

#[test]
fn calls_whose_answers_and_workers_are_lost_or_late() {
    let bounds = Bounds::of(&[(Duplicate, 1), (Crash, 1), (LateWorker, 1), (LostAnswer, 1), (Retry, 1)]);
    explore("calls", Setup { bounds, ..images() }, &["succeeded", "unknown"], 250_000);
}

#[test]
fn pointers_that_are_lost_or_come_twice() {
    let bounds = Bounds::of(&[(Duplicate, 1), (LostPointer, 1), (Crash, 1), (LateWorker, 1), (Cancel, 1)]);
    explore("pointers", Setup { bounds, ..images() }, &["succeeded", "cancelled", "unknown"], 80_000);
}

#[test]
fn writes_whose_answers_are_lost() {
    let faults = [(LostWrite, 1), (LostAnswer, 1), (Crash, 1), (LateWorker, 1), (Retry, 1), (Cancel, 1)];
    let setup = Setup { bounds: Bounds::of(&faults), ..images() };
    explore("writes and answers", setup, &["succeeded", "cancelled", "unknown"], 120_000);
    let bounds = Bounds::of(&[(LostWrite, 2), (Crash, 1), (LateWorker, 1), (Retry, 1), (Cancel, 1)]);
    explore("writes", Setup { bounds, ..images() }, &["succeeded", "cancelled", "unknown"], 45_000);
}

#[test]
fn calls_that_bring_nothing() {
    let bounds = Bounds::of(&[(Refusal, 2), (Crash, 1), (Retry, 1), (Cancel, 1)]);
    let setup = Setup { bounds, fates: fates(), ..images() };
    explore("refusals", setup, &["succeeded", "failed", "cancelled", "paused", "unknown"], 80_000);
    let bounds = Bounds::of(&[(Refusal, 1), (Crash, 1), (LateWorker, 1), (Retry, 1)]);
    let setup = Setup { bounds, fates: fates(), ..images() };
    explore("late refusals", setup, &["succeeded", "failed", "paused", "unknown"], 80_000);
    // As many as it takes until the job waits for the provider.
    let bounds = Bounds::of(&[(Refusal, 4), (LostAnswer, 1)]);
    let setup = Setup { bounds, fates: vec![Fate::Refused(NotAccepted)], ..images() };
    explore("strikes", setup, &["succeeded", "paused", "unknown"], 1_000);
}

#[test]
fn credit_that_runs_out_and_is_there_again() {
    let faults = [(RunOut, 1), (TopUp, 1), (Probe, 1), (Resume, 1), (Crash, 1), (LateWorker, 1)];
    let setup = Setup { bounds: Bounds::of(&faults), ..images() };
    explore("credit", setup, &["succeeded", "paused", "unknown"], 80_000);
    let bounds = Bounds::of(&[(RunOut, 1), (TopUp, 1), (Probe, 1), (Revoke, 1), (Store, 1)]);
    explore("credit of another", Setup { bounds, ..images() }, &["succeeded", "paused"], 70_000);
}

#[test]
fn api_keys_that_are_revoked_and_stored() {
    let bounds = Bounds::of(&[(Revoke, 1), (Store, 1), (Crash, 1), (LateWorker, 1), (Cancel, 1)]);
    let setup = Setup { bounds, ..images() };
    explore("API keys", setup, &["succeeded", "cancelled", "paused", "unknown"], 90_000);
}

#[test]
fn a_cap_that_only_one_call_fits_under() {
    let faults = [(Duplicate, 1), (Crash, 1), (LateWorker, 1), (LostAnswer, 1), (Retry, 1), (Cancel, 1)];
    let cap = Some(images().job(0).most());
    let setup = Setup { bounds: Bounds::of(&faults), cap, ..images() };
    explore("cap", setup, &["succeeded", "cancelled", "paused", "unknown"], 90_000);
}

#[test]
fn orders_whose_answers_and_workers_are_lost_or_late() {
    let bounds = Bounds::of(&[(Duplicate, 1), (Crash, 1), (LateWorker, 1), (LostAnswer, 1)]);
    explore("orders", Setup { bounds, ..orders() }, &["succeeded", "unknown"], 150_000);
    let bounds = Bounds::of(&[(LostWrite, 2), (Crash, 1), (LateWorker, 1), (Cancel, 1)]);
    explore("orders and writes", Setup { bounds, ..orders() }, &["succeeded", "unknown"], 100_000);
}

#[test]
fn orders_that_wait_their_turn() {
    let bounds = Bounds::of(&[(Busy, 1), (Duplicate, 1), (Crash, 1), (Cancel, 1)]);
    explore("turns", Setup { bounds, ..orders() }, &["succeeded", "cancelled", "unknown"], 50_000);
}

#[test]
fn orders_that_bring_nothing() {
    let bounds = Bounds::of(&[(Refusal, 1), (SlowOrder, 1), (Crash, 1), (LateWorker, 1)]);
    let setup = Setup { bounds, progress: progress(), ..orders() };
    explore("orders and refusals", setup, &["succeeded", "failed", "paused", "unknown"], 190_000);
    let bounds = Bounds::of(&[(Refusal, 1), (SlowOrder, 1), (Crash, 1)]);
    let setup = Setup { bounds, progress: progress(), announced: false, ..orders() };
    explore("prices unsaid", setup, &["succeeded", "failed", "paused", "unknown"], 15_000);
    let bounds = Bounds::of(&[(Refusal, 1), (SlowOrder, 1), (Crash, 1), (Retry, 1), (Cancel, 1)]);
    let setup = Setup { bounds, progress: progress(), ..orders() };
    let reached = ["succeeded", "failed", "cancelled", "paused", "unknown"];
    explore("orders and people", setup, &reached, 70_000);
}

#[test]
fn orders_whose_api_key_is_revoked_and_stored() {
    let bounds = Bounds::of(&[(Revoke, 1), (Store, 1), (Crash, 1), (Cancel, 1)]);
    let setup = Setup { bounds, ..orders() };
    explore("orders and API keys", setup, &["succeeded", "cancelled", "paused", "unknown"], 130_000);
}

#[test]
fn orders_without_a_price_that_are_given_up_while_they_wait() {
    let bounds = Bounds::of(&[(Revoke, 1), (Cancel, 1)]);
    let setup = Setup { bounds, announced: false, ..orders() };
    explore("orders without a price", setup, &["succeeded", "cancelled", "paused"], 700);
}

#[test]
fn orders_that_cost_nothing_and_are_given_up_while_they_wait() {
    let bounds = Bounds::of(&[(Refusal, 1), (LateWorker, 1), (Revoke, 1), (Cancel, 1)]);
    let setup = Setup { bounds, progress: vec![Progress::Refused], ..orders() };
    explore("orders for nothing", setup, &["succeeded", "failed", "cancelled", "paused", "unknown"], 1_000);
}

#[test]
fn jobs_that_are_cancelled_after_a_retry() {
    let bounds = Bounds::of(&[(LostAnswer, 1), (Retry, 1), (Cancel, 1)]);
    explore("retries", Setup { bounds, ..images() }, &["succeeded", "cancelled", "unknown"], 300);
}
