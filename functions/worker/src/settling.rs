//! How a call ended, and what follows for the job and for the API key.

use domain::audit::{Action, AuditEvent};
use domain::catalogue::Catalogue;
use domain::credential::{CredentialMeta, CredentialState};
use domain::job::{FailReason, Job, NotAllowed, PauseReason, Task};
use domain::outcome::{CallFailure, Cost, CostSource, FailureClass, StoredImage, TokenUsage};
use domain::queue::JobRef;
use domain::settle::{CredentialVerdict, Settlement, probe_wait, settle, verdict};
use domain::{AuditId, Fault, Timestamp};
use runtime::{now, random};

use crate::Worker;

/// How often what was found out about an API key is recorded anew when it changes at the same time.
const JUDGEMENTS: u32 = 5;

/// How a job's turn ended.
pub(crate) enum Ending {
    /// The image is stored.
    Image { image: StoredImage, usage: Option<TokenUsage>, request_id: Option<String> },
    /// The image was made, but could not be stored.
    NotStored { usage: Option<TokenUsage>, request_id: Option<String> },
    /// The call brought nothing.
    Failed(CallFailure),
    /// A test: the API key is accepted.
    Accepted,
    /// A test: the provider does not say.
    Unproven,
    /// A test: the API key is refused.
    Refused(CallFailure),
    /// No call was made: the sealed secret does not open, and never will.
    CannotOpen,
}

impl Ending {
    /// No call was made, because a store of ours did not answer. As when the provider does not take a call, it is
    /// tried again a few times and then waits visibly.
    pub(crate) fn not_started(message: &str) -> Self {
        Self::Failed(CallFailure {
            class: FailureClass::NotAccepted,
            code: "not_started",
            message: format!("{message} Nothing was sent to the provider."),
            retry_after: None,
            request_id: None,
            usage: None,
        })
    }

    /// A lost answer to a call that costs nothing is simply asked for again.
    fn of_a_free_call(self) -> Self {
        match self {
            Self::Failed(failure) if failure.class == FailureClass::UnknownOutcome => {
                let message = "The provider did not answer.".to_owned();
                Self::Failed(CallFailure { class: FailureClass::NotAccepted, message, ..failure })
            }
            other => other,
        }
    }
}

impl Worker {
    /// Settles a running job: first what it says about the API key, so that other jobs stop at once; then the job,
    /// its cost and its audit event in one write.
    pub(crate) async fn settle(
        &self,
        job: &Job,
        paying: &CredentialMeta,
        ending: Ending,
    ) -> Result<(), Fault> {
        self.judge(job, paying, &ending).await;
        let job = Job {
            provider_request_id: request_id(&ending).or(job.provider_request_id.clone()),
            ..job.clone()
        };
        let ending = if job.task.costs_money() { ending } else { ending.of_a_free_call() };
        let delay = match &ending {
            Ending::Failed(failure) => match settle(failure.class, job.strikes, failure.retry_after) {
                Settlement::RetryAfter { delay, .. } => Some(delay),
                _ => None,
            },
            _ => None,
        };
        let Ok((next, action, outcome)) = next(&job, ending, now()) else { return Err(Fault::Broken) };
        let event = self.event(&next, action, outcome);
        self.record(&next, event).await?;
        if let Some(delay) = delay {
            // On record as queued: if the pointer is not sent now, the sweeper sends it.
            let _sweeper_will =
                self.queues.send(next.provider, &JobRef::new(next.tenant.clone(), next.id), delay).await;
        }
        self.credentials.touch(paying, now()).await;
        Ok(())
    }

    /// Records what an ending says about the API key, unless it was replaced or revoked meanwhile.
    async fn judge(&self, job: &Job, paying: &CredentialMeta, ending: &Ending) {
        let mut paying = paying.clone();
        for _ in 0..JUDGEMENTS {
            let Some(state) = judgement(job, &paying, ending, now()) else { return };
            let changed = paying.with_state(state, now());
            let id = (AuditId::make(now(), &random()), now());
            let action = Action::CredentialStateChanged;
            let mut event =
                AuditEvent::of_credential(id, &job.created_by, action, changed.state.name(), &changed);
            event.job = Some((job.id, job.calls));
            match self.credentials.change(&changed, Some(event)).await {
                Ok(()) => return,
                Err(Fault::Conflict) => {}
                Err(fault) => {
                    tracing::error!(credential.id = %paying.id, error = %fault, "state not recorded");
                    return;
                }
            }
            // Changed meanwhile, by another job or by the sweeper: what was found out holds all the same.
            match self.credentials.read(&paying.slot).await {
                Ok(now) if (now.id, now.version) == (paying.id, paying.version) => paying = now,
                _ => return,
            }
        }
    }
}

/// The new state of the API key, if the ending says something new.
fn judgement(job: &Job, paying: &CredentialMeta, ending: &Ending, now: Timestamp) -> Option<CredentialState> {
    let verdict = match ending {
        Ending::Image { .. } | Ending::NotStored { .. } | Ending::Accepted => Some(CredentialVerdict::Good),
        Ending::Failed(failure) => verdict(failure.class),
        Ending::Refused(_) | Ending::CannotOpen => Some(CredentialVerdict::Invalid),
        Ending::Unproven => None,
    }?;
    let state = match (verdict, &paying.state) {
        (CredentialVerdict::Good, CredentialState::Active) => return None,
        // A job that began while there was credit says nothing, and a test is free: only a probe can tell.
        (CredentialVerdict::Good, CredentialState::OutOfCredit { .. }) if !job.probe => return None,
        (CredentialVerdict::Good, _) => CredentialState::Active,
        (CredentialVerdict::OutOfCredit, CredentialState::OutOfCredit { .. }) => return None,
        (CredentialVerdict::OutOfCredit, _) => CredentialState::OutOfCredit {
            probe_at: now.saturating_add(probe_wait(0)).unwrap_or(now),
            probes: 0,
        },
        (CredentialVerdict::Invalid, _) => CredentialState::Invalid { reason: refusal(ending) },
    };
    Some(state)
}

fn refusal(ending: &Ending) -> String {
    match ending {
        Ending::Failed(failure) | Ending::Refused(failure) => {
            format!("{} Store another one.", failure.message)
        }
        _ => "The stored API key cannot be opened any more. Enter it again.".to_owned(),
    }
}

/// Where the job goes, and what the audit trail says.
fn next(job: &Job, ending: Ending, now: Timestamp) -> Result<(Job, Action, &'static str), NotAllowed> {
    Ok(match ending {
        Ending::Image { image, usage, .. } => {
            (job.succeed(Some(image), Some(cost(job, usage)), now)?, Action::JobSucceeded, "ok")
        }
        Ending::Accepted | Ending::Unproven => (job.succeed(None, None, now)?, Action::JobSucceeded, "ok"),
        Ending::NotStored { usage, .. } => {
            let note = "The image was made and charged for, but could not be stored.".to_owned();
            let reason = FailReason::StorageFailed;
            (job.fail(reason, note, Some(cost(job, usage)), now)?, Action::JobFailed, reason.code())
        }
        Ending::Refused(failure) => {
            let reason = FailReason::ApiKeyRejected;
            (job.fail(reason, failure.message, None, now)?, Action::JobFailed, reason.code())
        }
        Ending::CannotOpen => {
            let reason = PauseReason::ApiKeyInvalid;
            (job.pause(reason, refusal(&Ending::CannotOpen), now)?, Action::JobPaused, reason.code())
        }
        Ending::Failed(failure) => return after_failure(job, failure, now),
    })
}

fn after_failure(
    job: &Job,
    failure: CallFailure,
    now: Timestamp,
) -> Result<(Job, Action, &'static str), NotAllowed> {
    Ok(match settle(failure.class, job.strikes, failure.retry_after) {
        Settlement::Fail(reason) => {
            // An answer came, so it is billed, whatever it was.
            let cost = (failure.class == FailureClass::UnusableAnswer).then(|| cost(job, failure.usage));
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
        Settlement::Unknown => {
            let next = job.lose_answer(failure.message, now)?;
            (next, Action::JobUnknown, failure.code)
        }
    })
}

/// What the call cost: by the provider's own count, else by the price list.
fn cost(job: &Job, usage: Option<TokenUsage>) -> Cost {
    let price = match &job.task {
        Task::Image(request) => {
            Catalogue::shipped().find(&request.model).and_then(|model| model.price.as_ref())
        }
        Task::ApiKeyTest => None,
    };
    let price_version = Catalogue::shipped().price_version.clone();
    match (usage, price) {
        (Some(usage), Some(price)) => {
            Cost { amount: price.cost(&usage), source: CostSource::Usage, price_version }
        }
        _ => Cost {
            amount: job.estimated,
            source: CostSource::PriceTable,
            price_version: job.price_version.clone(),
        },
    }
}

fn request_id(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Image { request_id, .. } | Ending::NotStored { request_id, .. } => request_id.clone(),
        Ending::Failed(failure) | Ending::Refused(failure) => failure.request_id.clone(),
        Ending::Accepted | Ending::Unproven | Ending::CannotOpen => None,
    }
}
