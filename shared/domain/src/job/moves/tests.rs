use super::*;
use crate::image_request::ImageRequest;
use crate::job::{NewJob, Task};
use crate::{BatchId, JobId, Provider, Usd};

const NOW: Timestamp = Timestamp::constant(1_763_860_000, 0);

fn lease() -> Lease {
    Lease { token: 7, until: after(NOW, 60) }
}

fn credential() -> (CredentialId, u32) {
    (CredentialId::make(NOW, &[1; 10]), 1)
}

fn month() -> Month {
    "2026-11".parse().unwrap()
}

fn queued(task: Task) -> Job {
    let new = NewJob {
        id: JobId::make(NOW, &[2; 10]),
        tenant: "acme".parse().unwrap(),
        created_by: "ada".to_owned(),
        project: None,
        provider: Provider::Openai,
        batch: None,
        task,
        estimated: Usd::from_micros(42_000),
        price_version: "test".to_owned(),
    };
    Job::queued(new, NOW)
}

fn image() -> Job {
    queued(Task::Image(ImageRequest::plain("gpt-image-2", "a fox")))
}

fn running() -> Job {
    image().begin(credential(), month(), lease(), NOW).unwrap()
}

#[test]
fn only_what_is_free_begins_without_an_api_key_and_a_crash_lets_it_begin_again() {
    let batch = BatchId::earliest(NOW);
    let export = queued(Task::Export { batch }).begin_without_api_key(lease(), NOW).unwrap();
    assert_eq!((export.credential, export.in_flight()), (None, false));
    let again = export.lose_answer("gone".to_owned(), NOW).unwrap();
    assert_eq!((again.state.name(), again.calls), ("queued", 1));
    let refused = image().begin_without_api_key(lease(), NOW);
    assert_eq!(refused, Err(NotAllowed { state: "queued" }));
}

#[test]
fn every_move_makes_one_more_revision() {
    let job = running();
    for next in [
        job.succeed(Made::Nothing, None, NOW),
        job.fail(FailReason::Moderated, String::new(), None, NOW),
        job.pause(PauseReason::OutOfCredit, String::new(), NOW),
        job.requeue(1, true, String::new(), NOW),
        job.lose_answer(String::new(), NOW),
    ] {
        assert_eq!(next.unwrap().revision, job.revision + 1);
    }
}

#[test]
fn a_lost_answer_of_a_paid_call_is_unknown_and_of_a_free_call_is_asked_again() {
    assert_eq!(running().lose_answer(String::new(), NOW).unwrap().state, State::Unknown);
    let test = queued(Task::ApiKeyTest).begin(credential(), month(), lease(), NOW).unwrap();
    assert!(matches!(test.lose_answer(String::new(), NOW).unwrap().state, State::Queued { .. }));
}

#[test]
fn an_unknown_job_is_sent_again_only_when_the_risk_is_accepted() {
    let unknown = running().lose_answer(String::new(), NOW).unwrap();
    assert_eq!(unknown.retry(false, NOW), Err(NotAllowed { state: "unknown" }));
    assert_eq!(unknown.resume(true, NOW), Err(NotAllowed { state: "unknown" }));
    assert_eq!(unknown.begin(credential(), month(), lease(), NOW), Err(NotAllowed { state: "unknown" }));
    assert!(unknown.retry(true, NOW).is_ok());
    assert_eq!(unknown.cancel(NOW).unwrap().state, State::Cancelled);
}

#[test]
fn a_running_job_is_neither_taken_nor_cancelled() {
    assert_eq!(running().begin(credential(), month(), lease(), NOW), Err(NotAllowed { state: "running" }));
    assert_eq!(running().cancel(NOW), Err(NotAllowed { state: "running" }));
}

#[test]
fn calls_that_were_not_accepted_do_not_count_as_attempts() {
    assert_eq!(running().attempts, 1);
    assert_eq!(running().pause(PauseReason::OutOfCredit, String::new(), NOW).unwrap().attempts, 0);
    assert_eq!(running().requeue(1, false, String::new(), NOW).unwrap().attempts, 0);
    assert_eq!(running().lose_answer(String::new(), NOW).unwrap().attempts, 1);
    // Paused before any call was made.
    assert_eq!(image().pause(PauseReason::ApiKeyMissing, String::new(), NOW).unwrap().attempts, 0);
}

#[test]
fn only_a_provider_that_is_down_is_waited_for_by_the_clock() {
    let until = |reason| match running().pause(reason, String::new(), NOW).unwrap().state {
        State::Paused { until, .. } => until,
        other => panic!("{other:?}"),
    };
    assert_eq!(until(PauseReason::ProviderDown), Some(after(NOW, 300)));
    assert_eq!(until(PauseReason::OutOfCredit), None);
}

#[test]
fn every_call_has_a_number_of_its_own_and_no_id_of_another() {
    let first = Job { provider_request_id: Some("req_1".to_owned()), ..running() };
    let again = first.requeue(1, false, String::new(), NOW).unwrap();
    assert_eq!((again.calls, again.attempts, again.provider_request_id.as_deref()), (1, 0, Some("req_1")));
    let second = again.begin(credential(), month(), lease(), NOW).unwrap();
    assert_eq!((second.calls, second.attempts, second.provider_request_id.clone()), (2, 1, None));
    assert_ne!(first.object_key(), second.object_key());
}

#[test]
fn a_wait_that_the_provider_asked_for_outlasts_a_lost_pointer() {
    let waiting = running().requeue(600, false, String::new(), NOW).unwrap();
    let State::Queued { due, .. } = waiting.resend(false, NOW).unwrap().state else { panic!() };
    assert_eq!(due, after(NOW, 660));
}

#[test]
fn lost_pointers_are_sent_again_at_growing_distances() {
    let mut job = image();
    let mut waits = Vec::new();
    for _ in 0..7 {
        job = job.resend(false, NOW).unwrap();
        let State::Queued { due, .. } = job.state else { panic!() };
        waits.push(due.duration_since(NOW).as_secs());
    }
    assert_eq!(waits, [60, 120, 240, 480, 960, 960, 960]);
}

#[test]
fn what_has_ended_stays_ended() {
    let done = running().succeed(Made::Nothing, None, NOW).unwrap();
    assert!(done.retry(true, NOW).is_err() && done.cancel(NOW).is_err() && done.resume(false, NOW).is_err());
    let failed = running().fail(FailReason::Moderated, String::new(), None, NOW).unwrap();
    assert!(failed.cancel(NOW).is_err());
    assert!(failed.retry(false, NOW).is_ok());
}

fn submission() -> Submission {
    let polling_url = "https://api.eu.bfl.ai/v1/get_result?id=1".to_owned();
    Submission { id: "1".to_owned(), polling_url, cost: Some(Usd::from_micros(70_000)), at: NOW, polls: 0 }
}

fn submitted() -> Job {
    running().submitted(submission(), 1, NOW).unwrap()
}

#[test]
fn what_the_provider_has_taken_is_asked_about_and_never_ordered_again() {
    let ordered = submitted();
    assert_eq!((ordered.state.name(), ordered.calls, ordered.attempts), ("running", 1, 1));
    assert!(ordered.begin(credential(), month(), lease(), NOW).is_err(), "no second order");
    let asking = ordered.begin_asking(lease(), NOW).unwrap();
    assert!(asking.requeue(1, true, String::new(), NOW).is_err(), "not back to where it would be ordered");
    let lost = asking.lose_answer(String::new(), NOW).unwrap();
    let paused = asking.pause(PauseReason::ApiKeyMissing, String::new(), NOW).unwrap();
    let resumed = paused.resume(false, NOW).unwrap();
    let resent = ordered.resend(false, NOW).unwrap();
    let later = asking.ask_again(5, None, NOW).unwrap();
    for job in [lost, resumed, resent, later] {
        assert!(matches!(job.state, State::Submitted { .. }) && job.submission.is_some());
        assert_eq!((job.calls, job.attempts), (1, 1));
    }
    let unknown = asking.lose_track(String::new(), NOW).unwrap();
    assert!(unknown.retry(false, NOW).is_err());
    let again = unknown.retry(true, NOW).unwrap();
    assert!(matches!(again.state, State::Queued { .. }) && again.submission.is_none());
}

#[test]
fn an_order_that_is_given_up_may_still_cost_what_the_provider_said() {
    let paused = submitted().pause(PauseReason::ApiKeyMissing, String::new(), NOW).unwrap();
    let cancelled = paused.cancel(NOW).unwrap();
    assert_eq!((cancelled.cost.clone(), cancelled.at_most()), (None, Some(Usd::from_micros(70_000))));
    assert!(submitted().cancel(NOW).is_err(), "under way");
}
