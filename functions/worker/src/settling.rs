//! What follows from an ending, for the job and for the API key.

use std::time::Duration;

use domain::audit::Action;
use domain::catalogue::Catalogue;
use domain::credential::CredentialMeta;
use domain::job::{FailReason, Job, NotAllowed, POINTER_GRACE_SECONDS, PauseReason, State};
use domain::outcome::{Billed, CallFailure, Cost, CostSource, FailureClass, Made, Submission};
use domain::queue::JobRef;
use domain::settle::{Settlement, asking_wait, settle};
use domain::{Fault, Timestamp, Usd};
use futures_util::FutureExt;
use runtime::now;

use crate::Worker;
use crate::ending::Ending;
use crate::judging::{CANNOT_OPEN, Word};

impl Worker {
    /// Settles a running job: the job, its cost and its audit event in one write. What the ending says against the API
    /// key is put on record before that, so that other jobs stop at once; what it says in its favour can wait, and an
    /// order that was just taken must not.
    pub(crate) async fn settle(
        &self,
        job: &Job,
        paying: &CredentialMeta,
        ending: Ending,
    ) -> Result<(), Fault> {
        let word = Word::of(&ending);
        if word.is_bad() {
            self.judge(job, paying, &word).await;
        }
        let provider_request_id = ending.request_id().or(job.provider_request_id.clone());
        let job = Job { provider_request_id, ..job.clone() };
        let ending = if job.task.costs_money() { ending } else { ending.of_a_free_call() };
        let persona = match &ending {
            Ending::Persona { persona, .. } => Some(persona.clone()),
            _ => None,
        };
        let Ok((next, said)) = next(&job, ending, now()) else { return Err(Fault::Broken) };
        let event = said.map(|(action, outcome)| self.event(&next, action, outcome));
        self.record(&job, &next, persona.as_deref(), event).await?;
        if let Some(delay) = pointer_delay(&next) {
            // On record as waiting: if the pointer is not sent now, the sweeper sends it.
            let _sweeper_will =
                self.queues.send(next.provider, &JobRef::new(next.tenant.clone(), next.id), delay).await;
        }
        if !word.is_bad() {
            self.judge(&job, paying, &word).await;
        }
        self.asked.touches.ask(&paying.id, self.credentials.touch(paying, now()).boxed()).await;
        Ok(())
    }
}

/// In how long somebody must look at a job that waits for its next turn.
pub(crate) fn pointer_delay(job: &Job) -> Option<Duration> {
    let (State::Queued { due, .. } | State::Submitted { due, .. }) = job.state else { return None };
    let seconds = due.duration_since(job.updated_at).as_secs() - POINTER_GRACE_SECONDS;
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// Where the job goes, and what the audit trail says about it: an action and its outcome.
type Next = (Job, Option<(Action, &'static str)>);

fn next(job: &Job, ending: Ending, now: Timestamp) -> Result<Next, NotAllowed> {
    let succeeded = |made: Made, billed: Option<Billed>| {
        let done = job.succeed(made, billed.map(|billed| cost(job, billed)), now)?;
        Ok((done, Some((Action::JobSucceeded, "ok"))))
    };
    Ok(match ending {
        Ending::Image { image, billed, .. } => return succeeded(Made::Image(image), Some(billed)),
        Ending::Persona { persona, billed, .. } => return succeeded(Made::Persona(persona.id), Some(billed)),
        Ending::Accepted { .. } | Ending::Unproven => return succeeded(Made::Nothing, None),
        Ending::Ordered(ordered) => {
            let delay = i64::try_from(asking_wait(0).as_secs()).unwrap_or(1);
            let (id, polling_url, cost) = (ordered.id, ordered.polling_url, ordered.cost);
            let submission = Submission { id, polling_url, cost, at: now, polls: 0 };
            (job.submitted(submission, delay, now)?, Some((Action::JobAccepted, "ok")))
        }
        Ending::AskAgain { delay_seconds, note } => (job.ask_again(delay_seconds, note, now)?, None),
        Ending::LostTrack(note) => {
            (job.lose_track(note.to_owned(), now)?, Some((Action::JobUnknown, "lost_track")))
        }
        Ending::NotStored { billed, .. } => {
            let note = "The image was made and charged for, but could not be stored.".to_owned();
            let reason = FailReason::StorageFailed;
            let failed = job.fail(reason, note, Some(cost(job, billed)), now)?;
            (failed, Some((Action::JobFailed, reason.code())))
        }
        Ending::Refused(failure) => {
            let reason = FailReason::ApiKeyRejected;
            (job.fail(reason, failure.message, None, now)?, Some((Action::JobFailed, reason.code())))
        }
        Ending::CannotOpen => {
            let reason = PauseReason::ApiKeyInvalid;
            let paused = job.pause(reason, CANNOT_OPEN.to_owned(), now)?;
            (paused, Some((Action::JobPaused, reason.code())))
        }
        Ending::Failed(failure) => return after_failure(job, failure, now),
    })
}

fn after_failure(job: &Job, failure: CallFailure, now: Timestamp) -> Result<Next, NotAllowed> {
    let (next, action, outcome) = match settle(failure.class, job.strikes, failure.retry_after) {
        Settlement::Fail(reason) => {
            let cost = match (failure.billed, failure.class) {
                // Nobody knows, and the books say so.
                (Billed::Unsaid, class) if class != FailureClass::UnusableAnswer => None,
                (billed, _) => Some(cost(job, billed)),
            };
            (job.fail(reason, failure.message, cost, now)?, Action::JobFailed, reason.code())
        }
        Settlement::Pause(reason) => {
            // A store of ours that does not answer is told as what it is.
            let note = match failure.code {
                "not_started" => format!("{} It is tried again in five minutes.", failure.message),
                _ => reason.in_words(job.provider),
            };
            (job.pause(reason, note, now)?, Action::JobPaused, reason.code())
        }
        Settlement::RetryAfter { delay, strike } => {
            let seconds = i64::try_from(delay.as_secs()).unwrap_or(0);
            (job.requeue(seconds, strike, failure.message, now)?, Action::JobRequeued, failure.code)
        }
        Settlement::Unknown => (job.lose_answer(failure.message, now)?, Action::JobUnknown, failure.code),
    };
    Ok((next, Some((action, outcome))))
}

/// What the call cost: by the provider's own figures, else by what it announced, else by the price list.
fn cost(job: &Job, billed: Billed) -> Cost {
    let of = |amount, source, price_version: &str| Cost {
        amount,
        source,
        price_version: price_version.to_owned(),
        tokens: None,
    };
    let catalogue = Catalogue::shipped();
    let announced = job.submission.as_ref().and_then(|submission| submission.cost);
    let model = job.task.model().and_then(|model| catalogue.find(model));
    match (billed, model.and_then(|model| model.price.as_ref()), announced) {
        (Billed::Nothing, ..) => of(Usd::ZERO, CostSource::Provider, &job.price_version),
        (Billed::Amount(amount), ..) => of(amount, CostSource::Provider, &job.price_version),
        (Billed::Tokens(usage), Some(price), _) => {
            let cost = of(price.of_tokens(&usage), CostSource::Usage, &catalogue.price_version);
            Cost { tokens: Some(usage), ..cost }
        }
        (_, _, Some(announced)) => of(announced, CostSource::Provider, &job.price_version),
        _ => of(job.estimated, CostSource::PriceTable, &job.price_version),
    }
}
