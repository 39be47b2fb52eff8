//! The story of a job, top to bottom: read it, find who pays, put the intent on record, open the API key, make the
//! call, keep the image, settle.

use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState};
use domain::image_request::ImageRequest;
use domain::job::{Job, Lease, PauseReason, State, Task};
use domain::outcome::StoredImage;
use domain::queue::JobRef;
use domain::{ApiKey, Fault, Timestamp};
use providers::{MadeImage, Verification};
use runtime::{now, random};
use vault::{EncryptionContext, OpenError, SealedSecret};

use crate::settling::Ending;
use crate::{CALL_AND_STORING, LEASE, Worker};

impl Worker {
    /// Does one job. `Ok` when nothing is left to do for this message, whatever became of the job.
    pub(crate) async fn run(&self, job_ref: &JobRef, deadline: Timestamp) -> Result<(), Fault> {
        // What does not wait for a worker is in another's hands or has ended: pointers may come twice, and late.
        let job = match self.jobs.read(&job_ref.tenant, job_ref.job).await {
            Err(Fault::NotFound) => return Ok(()),
            other => other?,
        };
        let State::Queued { .. } = job.state else { return Ok(()) };
        if !enough_time(deadline) {
            return self.send_back(&job).await;
        }

        // Who pays? Without a usable API key the job waits for one; no call, no attempt.
        let paying = match self.credentials.paying_for(&job.slot()).await {
            Err(Fault::NotFound) => None,
            other => Some(other?),
        };
        let paying = match usable(&job, paying) {
            Ok(meta) => meta,
            Err((reason, note)) => return self.pause_unstarted(&job, reason, note).await,
        };

        // From here on the job is ours, and what we are about to do is on record. Only then is KMS asked.
        let until = now().saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let lease = Lease { token: u64::from_be_bytes(random()), until };
        let Ok(job) = job.begin((paying.id, paying.version), lease, now()) else { return Ok(()) };
        let mut events = Vec::new();
        if job.task.costs_money() {
            events.push(self.event(&job, Action::JobIntent, "intended"));
        }
        let opened = self.event(&job, Action::CredentialOpened, "intended");
        let id = events.last().map_or(opened.id, |intent| intent.id.following());
        events.push(AuditEvent { id, ..opened });
        if !self.take(&job, &events).await? {
            return Ok(());
        }

        // The plain API key lives from here to the end of the call.
        let ending = match self.open(&paying).await {
            Err(ending) => ending,
            // The vault and KMS may have kept us waiting, or the machine slept: then the job may be another's soon.
            Ok(_) if now().saturating_add(CALL_AND_STORING).map_or(true, |end| end > until) => {
                Ending::not_started("The worker was held up.")
            }
            Ok(api_key) => match &job.task {
                Task::Image(request) => self.make_image(&job, request, api_key).await,
                Task::ApiKeyTest => self.test(api_key).await,
            },
        };
        self.settle(&job, &paying, ending).await
    }

    /// Reads the sealed secret only now, so that a revoke that was acknowledged before stops the call.
    async fn open(&self, paying: &CredentialMeta) -> Result<ApiKey, Ending> {
        let sealed = match self.secrets.read(paying.slot.provider, paying.id, paying.version).await {
            Ok(sealed) => sealed,
            // Revoked or replaced a moment ago; the next turn finds out which.
            Err(Fault::NotFound) => {
                return Err(Ending::not_started("The API key was just taken out of use."));
            }
            Err(_) => return Err(Ending::not_started("The vault did not answer.")),
        };
        let context = EncryptionContext::of(self.opener.stage(), paying);
        let opened = match SealedSecret::parse(&sealed) {
            Ok(sealed) => self.opener.open(&context, &sealed).await,
            Err(_) => Err(OpenError::Refused),
        };
        opened.map_err(|error| {
            tracing::error!(credential.id = %paying.id, error = %error, "sealed secret not opened");
            match error {
                OpenError::Refused => Ending::CannotOpen,
                OpenError::KmsUnavailable { .. } => Ending::not_started("KMS did not answer."),
                OpenError::KmsDenied { .. } => {
                    Ending::not_started("KMS does not let the worker use the KMS key.")
                }
            }
        })
    }

    /// The one call that costs money, and the storing of what it brought.
    async fn make_image(&self, job: &Job, request: &ImageRequest, api_key: ApiKey) -> Ending {
        let made = self.providers.make_image(job.provider, &api_key, request).await;
        drop(api_key);
        let made = match made {
            Ok(made) => made,
            Err(failure) => return Ending::Failed(failure),
        };
        let (image, usage, request_id) = (stored(job, &made), made.usage, made.request_id.clone());
        match self.store(&image, made).await {
            Ok(()) => Ending::Image { image, usage, request_id },
            Err(_) => Ending::NotStored { usage, request_id },
        }
    }

    async fn test(&self, api_key: ApiKey) -> Ending {
        match self.providers.verify(self.provider, &api_key).await {
            Verification::Accepted => Ending::Accepted,
            Verification::Unproven => Ending::Unproven,
            Verification::Refused(failure) => Ending::Refused(failure),
            Verification::NoAnswer(failure) => Ending::Failed(failure),
        }
    }
}

/// The API key to use, or what the job waits for. A test is there to find out, so it takes any.
fn usable(job: &Job, paying: Option<CredentialMeta>) -> Result<CredentialMeta, (PauseReason, String)> {
    let Some(meta) = paying else {
        return Err((PauseReason::ApiKeyMissing, PauseReason::ApiKeyMissing.in_words(job.provider)));
    };
    if meta.admits(job.probe) || !job.task.costs_money() {
        return Ok(meta);
    }
    Err(match &meta.state {
        CredentialState::Invalid { reason } => (PauseReason::ApiKeyInvalid, reason.clone()),
        _ => (PauseReason::OutOfCredit, PauseReason::OutOfCredit.in_words(job.provider)),
    })
}

/// A call that cannot end before the invocation does is not begun.
fn enough_time(deadline: Timestamp) -> bool {
    now().saturating_add(LEASE).is_ok_and(|end| end <= deadline)
}

fn stored(job: &Job, made: &MadeImage) -> StoredImage {
    StoredImage {
        object_key: job.object_key(),
        content_type: made.content_type.to_owned(),
        width: made.width,
        height: made.height,
        bytes: u64::try_from(made.bytes.len()).unwrap_or(u64::MAX),
        sha256: made.sha256.clone(),
    }
}
