//! The story of a job, top to bottom: read it, find who pays, put the intent on record, open the API key, make the
//! call, keep what it brought, settle. Orders go on in `asking.rs`.

use std::time::Duration;

use domain::audit::{Action, AuditEvent};
use domain::credential::{CredentialMeta, CredentialState, Scope};
use domain::image_request::ImageRequest;
use domain::job::{Job, Lease, POINTER_GRACE_SECONDS, PauseReason, State, Task};
use domain::outcome::StoredImage;
use domain::persona::{Persona, PersonaRequest};
use domain::queue::JobRef;
use domain::{ApiKey, Fault, PersonaId, SignedDuration, Timestamp};
use futures_util::FutureExt;
use futures_util::future::join;
use providers::{Drawn, MadeImage, ReferenceImage, Verification};
use runtime::{now, random};
use tokio::sync::SemaphorePermit;

use crate::ending::Ending;
use crate::{CALL_AND_STORING, LEASE, REFERENCE_ROOM, Worker};

impl Worker {
    /// Does one job. `Ok` when nothing is left to do for this message, whatever became of the job.
    /// `known`: the job as it was when the event came, if it was looked up with others. Should it have changed since then,
    /// the write that takes it is refused.
    pub(crate) async fn run(
        &self,
        job_ref: &JobRef,
        known: Option<Job>,
        deadline: Timestamp,
    ) -> Result<(), Fault> {
        // What does not wait for a worker is in another's hands or has ended: pointers may come twice, and late.
        let job = match known.filter(|job| job.tenant == job_ref.tenant) {
            Some(job) => job,
            None => match self.jobs.read(&job_ref.tenant, job_ref.job).await {
                Err(Fault::NotFound) => return Ok(()),
                other => other?,
            },
        };
        if job.provider != self.provider {
            tracing::error!(job.id = %job.id, provider = %job.provider, "pointer in another provider's queue");
            return Ok(());
        }
        match (&job.state, &job.task) {
            (State::Queued { due, resends } | State::Submitted { due, resends }, _)
                if too_early(*due, *resends) =>
            {
                // Another pointer is on its way, for when the job is due. Two would stay two for ever.
                Ok(())
            }
            (State::Queued { .. }, Task::Export { batch }) => self.export(&job, *batch, deadline).await,
            (State::Queued { .. }, _) => self.begin(job, deadline).await,
            (State::Submitted { .. }, _) => self.ask(job, deadline).await,
            _ => Ok(()),
        }
    }

    async fn begin(&self, job: Job, deadline: Timestamp) -> Result<(), Fault> {
        let _room = self.room_for_references(&job).await;
        if !enough_time(LEASE, deadline) {
            return self.send_back(&job).await;
        }

        // Who pays? Without a usable API key the job waits for one; no call, no attempt.
        let slot = job.slot();
        let (paying, budget) = join(
            self.asked.payers.ask(&slot, self.credentials.paying_for(&slot).boxed()),
            self.asked.budgets.ask(&job.tenant, self.budgets.read(&job.tenant, &Scope::Account).boxed()),
        )
        .await;
        let month = budget?.month(now());
        let paying = match paying {
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
        let queued = job;
        let Ok(job) = queued.begin((paying.id, paying.version), month, lease, now()) else { return Ok(()) };
        let mut events = Vec::new();
        if job.task.costs_money() {
            events.push(self.event(&job, Action::JobIntent, "intended"));
        }
        let opened = self.event(&job, Action::CredentialOpened, "intended");
        let id = events.last().map_or(opened.id, |intent| intent.id.following());
        events.push(AuditEvent { id, ..opened });
        let (taken, sealed) = join(self.take(&queued, &job, &events), self.sealed(&paying)).await;
        if !taken? {
            return Ok(());
        }

        let ending = match (sealed, self.references(&job).await) {
            (Ok(sealed), Ok(references)) => self.call(&job, &paying, &sealed, references, until).await,
            (Err(ending), _) | (_, Err(ending)) => ending,
        };
        self.settle(&job, &paying, ending).await
    }

    /// The plain API key lives from here to the end of the call.
    async fn call(
        &self,
        job: &Job,
        paying: &CredentialMeta,
        sealed: &[u8],
        references: Vec<ReferenceImage>,
        until: Timestamp,
    ) -> Ending {
        let api_key = match self.unseal(paying, sealed).await {
            Ok(api_key) => api_key,
            Err(ending) => return ending,
        };
        // A revoke that was acknowledged meanwhile stops the call. What it finds under way is what has left this process.
        if let Err(ending) = self.sealed(paying).await {
            return ending;
        }
        // The stores and KMS may have kept us waiting, or the machine slept: then the job may be another's soon.
        if now().saturating_add(CALL_AND_STORING).map_or(true, |end| end > until) {
            return Ending::not_started("The worker was held up.");
        }
        match &job.task {
            Task::Image(request) => self.make_image(job, request, references, api_key).await,
            Task::Persona(request) => self.write_persona(job, request, api_key).await,
            Task::ApiKeyTest => self.test(api_key).await,
            // Never with an API key: see `export.rs`.
            Task::Export { .. } => Ending::impossible("export", "An archive needs no API key.".to_owned()),
        }
    }

    /// Before anything is on record: waiting for room uses up no lease.
    async fn room_for_references(&self, job: &Job) -> Option<SemaphorePermit<'_>> {
        let Task::Image(request) = &job.task else { return None };
        // As they are, and once more in base64.
        let megabytes = (request.reference_bytes().saturating_mul(7) / 3).div_ceil(1024 * 1024);
        let most = u32::try_from(REFERENCE_ROOM).unwrap_or(u32::MAX);
        let room = u32::try_from(megabytes).unwrap_or(most).min(most);
        self.reference_room.acquire_many(room).await.ok()
    }

    /// The pictures that go along, read before the API key is opened.
    async fn references(&self, job: &Job) -> Result<Vec<ReferenceImage>, Ending> {
        let Task::Image(request) = &job.task else { return Ok(Vec::new()) };
        let mut references = Vec::with_capacity(request.references.len());
        for reference in &request.references {
            let bytes = self.images.read(&reference.object_key, reference.bytes).await.map_err(|fault| {
                let message = format!(
                    "The reference image {} is not there any more. Make a new job with another.",
                    reference.from
                );
                match fault {
                    Fault::NotFound | Fault::Broken => Ending::impossible("reference_missing", message),
                    _ => Ending::not_started("The images bucket did not answer."),
                }
            })?;
            references.push(ReferenceImage { bytes, content_type: reference.content_type.clone() });
        }
        Ok(references)
    }

    /// The one call that costs money, and the storing of what it brought.
    async fn make_image(
        &self,
        job: &Job,
        request: &ImageRequest,
        references: Vec<ReferenceImage>,
        api_key: ApiKey,
    ) -> Ending {
        let drawn = self.providers.make_image(job.provider, &api_key, request, references).await;
        drop(api_key);
        match drawn {
            Ok(Drawn::Image(made)) => self.keep(job, made).await,
            Ok(Drawn::Ordered(ordered)) => Ending::Ordered(ordered),
            Err(failure) => Ending::Failed(failure),
        }
    }

    /// Stores an image that has been paid for.
    pub(crate) async fn keep(&self, job: &Job, made: MadeImage) -> Ending {
        let (image, billed, request_id) = (stored(job, &made), made.billed, made.request_id.clone());
        match self.store(&image, made).await {
            Ok(()) => Ending::Image { image, billed, request_id },
            Err(_) => Ending::NotStored { billed, request_id },
        }
    }

    async fn write_persona(&self, job: &Job, request: &PersonaRequest, api_key: ApiKey) -> Ending {
        let written = self.providers.write_persona(job.provider, &api_key, request).await;
        drop(api_key);
        let written = match written {
            Ok(written) => written,
            Err(failure) => return Ending::Failed(failure),
        };
        let at = now();
        let persona = Persona {
            id: PersonaId::make(at, &random()),
            tenant: job.tenant.clone(),
            version: 1,
            traits: written.traits,
            language: request.language.clone(),
            brief: request.brief.clone(),
            job: job.id,
            portrait: None,
            created_at: at,
            updated_at: at,
        };
        Ending::Persona { persona: Box::new(persona), billed: written.billed, request_id: written.request_id }
    }

    async fn test(&self, api_key: ApiKey) -> Ending {
        match self.providers.verify(self.provider, &api_key).await {
            Verification::Accepted { balance } => Ending::Accepted { balance },
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

/// Whether a job still waits as it was told to. A pointer that the sweeper has sent comes when it comes.
fn too_early(due: Timestamp, resends: u32) -> bool {
    // Clocks differ a little, and SQS counts whole seconds.
    let slack = i64::from(resends == 0) * 2;
    let begins = due.saturating_sub(SignedDuration::from_secs(POINTER_GRACE_SECONDS + slack));
    resends == 0 && begins.is_ok_and(|begins| now() < begins)
}

/// A call that cannot end before the invocation does is not begun.
pub(crate) fn enough_time(lease: Duration, deadline: Timestamp) -> bool {
    now().saturating_add(lease).is_ok_and(|end| end <= deadline)
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
