//! The second half of an order's story: ask how far it is, fetch what it brought. Whatever goes wrong here, the order
//! stands: it is asked about again, and never placed a second time.

use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState, Scope, Slot};
use domain::job::{Job, Lease, PauseReason};
use domain::outcome::{CallFailure, FailureClass, Submission};
use domain::settle::{LONGEST_ORDER, asking_wait};
use domain::{Fault, Timestamp};
use providers::{Progress, Sample, SampleFailure};
use runtime::{now, random};

use crate::ending::Ending;
use crate::story::enough_time;
use crate::{ASKING_LEASE, Worker};

/// How long one question may take, with all that follows from it. The rest of the lease is for putting it on record.
const ASKING: Duration = Duration::from_secs(340);

const NOT_ASKED: &str =
    "The provider has the order, but could not be asked about it just now. It is asked again.";

/// How long the provider may not know an order that it has just taken: its clusters tell each other.
const BECOMES_KNOWN: Duration = Duration::from_secs(60);

/// How long a finished image is fetched again and again. Its address works for ten minutes.
const LONGEST_FETCHING: Duration = Duration::from_secs(900);

impl Worker {
    /// Asks about an order once. Between two questions nobody waits: the pointer comes back with a delay.
    pub(crate) async fn ask(&self, job: Job, deadline: Timestamp) -> Result<(), Fault> {
        if !enough_time(ASKING_LEASE, deadline) {
            return self.send_back(&job).await;
        }
        let asking = match self.ordered_with(&job).await? {
            Ok(asking) => asking,
            Err((reason, note)) => return self.pause_unstarted(&job, reason, note).await,
        };
        let until = now().saturating_add(ASKING_LEASE).unwrap_or(Timestamp::MAX);
        let lease = Lease { token: u64::from_be_bytes(random()), until };
        let ordered = job;
        let Ok(job) = ordered.begin_asking(lease, now()) else { return Ok(()) };
        let opened = self.event(&job, Action::CredentialOpened, "intended");
        let opened = AuditEvent { credential: Some((asking.id, asking.version)), ..opened };
        if !self.take(&ordered, &job, &[opened]).await? {
            return Ok(());
        }
        let Some(submission) = job.submission.clone() else { return Err(Fault::Broken) };
        let turn = self.ask_and_fetch(&job, &submission, &asking);
        // Asking costs nothing, so it is broken off rather than let it outlive the lease.
        let ending = match tokio::time::timeout(ASKING, turn).await {
            Ok(ending) => ending,
            Err(_) => again(&submission, None, Some(NOT_ASKED)),
        };
        self.settle(&job, &asking, ending).await
    }

    async fn ask_and_fetch(&self, job: &Job, submission: &Submission, asking: &CredentialMeta) -> Ending {
        // What is said to another API key than the one that ordered says nothing against it.
        let own = job.credential == Some((asking.id, asking.version));
        let progress = match self.open(asking).await {
            // The plain API key lives for the question only; the image is fetched without it.
            Ok(api_key) => self.providers.ask(job.provider, &api_key, &submission.polling_url).await,
            Err(Ending::CannotOpen) => return Ending::CannotOpen,
            Err(_) => return again(submission, None, None),
        };
        match progress {
            Progress::Ready(sample) => self.fetch(job, submission, &sample).await,
            Progress::Failed(failure) => Ending::Failed(failure),
            Progress::Unanswered(failure) if own && failure.class == FailureClass::BadApiKey => {
                Ending::Failed(failure)
            }
            _ if older_than(submission, LONGEST_ORDER) => Ending::LostTrack(
                "The provider has had the order for half an hour and does not say what became of it. It may charge \
                 for it.",
            ),
            Progress::NotFound if older_than(submission, BECOMES_KNOWN) => Ending::LostTrack(
                "The provider took the order and does not know it any more. It may have charged for it.",
            ),
            Progress::Working | Progress::NotFound => again(submission, None, None),
            Progress::Unanswered(failure) => again(submission, failure.retry_after, Some(NOT_ASKED)),
        }
    }

    async fn fetch(&self, job: &Job, submission: &Submission, sample: &Sample) -> Ending {
        match self.providers.fetch(sample).await {
            Ok(made) => self.keep(job, made).await,
            Err(SampleFailure::Final(failure)) => Ending::Failed(of_order(failure, submission)),
            Err(SampleFailure::Again(failure)) if older_than(submission, LONGEST_FETCHING) => {
                Ending::Failed(of_order(failure, submission))
            }
            Err(SampleFailure::Again(_)) => {
                let note = "The image is ready, but could not be fetched just now. It is fetched again.";
                again(submission, None, Some(note))
            }
        }
    }

    /// The API key that the order was placed with; if it is gone, the one that would pay now.
    async fn ordered_with(&self, job: &Job) -> Result<Result<CredentialMeta, (PauseReason, String)>, Fault> {
        let slot = job.slot();
        let account = Slot { scope: Scope::Account, ..slot.clone() };
        let ordered_with = job.credential.map(|(id, _)| id);
        let mut instead = None;
        for slot in [slot, account] {
            match self.credentials.read(&slot).await {
                Ok(meta) if Some(meta.id) == ordered_with => return Ok(usable(meta)),
                Ok(meta) => instead = instead.or(Some(meta)),
                Err(Fault::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(instead.map_or_else(
            || Err((PauseReason::ApiKeyMissing, PauseReason::ApiKeyMissing.in_words(job.provider))),
            usable,
        ))
    }
}

/// Asking is free, so missing credit does not matter.
fn usable(meta: CredentialMeta) -> Result<CredentialMeta, (PauseReason, String)> {
    match &meta.state {
        CredentialState::Invalid { reason } => Err((PauseReason::ApiKeyInvalid, reason.clone())),
        _ => Ok(meta),
    }
}

fn again(submission: &Submission, asked_to_wait: Option<Duration>, note: Option<&str>) -> Ending {
    let delay = asked_to_wait.unwrap_or_default().max(asking_wait(submission.polls));
    let delay_seconds = i64::try_from(delay.as_secs()).unwrap_or(1);
    Ending::AskAgain { delay_seconds, note: note.map(str::to_owned) }
}

fn of_order(failure: CallFailure, submission: &Submission) -> CallFailure {
    CallFailure { request_id: Some(submission.id.clone()), ..failure }
}

fn older_than(submission: &Submission, age: Duration) -> bool {
    submission.at.saturating_add(age).is_ok_and(|end| end < now())
}
