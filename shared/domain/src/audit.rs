//! The audit trail: append-only records of who did what with which API key, and how it ended.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credential::CredentialMeta;
use crate::job::Job;
use crate::{AuditId, CredentialId, JobId, ProjectId, Provider, TenantId, Usd};

mod check;
mod digest;
mod line;
mod merkle;
mod seal;

pub use check::{Bad, Chain, Found, What, compare};
pub use digest::Digest;
pub use line::AuditLine;
pub use seal::Seal;

/// What was done. The wire names are a promise: scripts filter by them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// An API key was stored for the first time.
    #[serde(rename = "credential.registered")]
    CredentialRegistered,
    /// Another API key took its place.
    #[serde(rename = "credential.replaced")]
    CredentialReplaced,
    /// The API key was deleted.
    #[serde(rename = "credential.revoked")]
    CredentialRevoked,
    /// The API key was about to be opened for one call. Written before KMS is asked.
    #[serde(rename = "credential.opened")]
    CredentialOpened,
    /// The provider's word on the API key changed its state; `outcome` is the new state.
    #[serde(rename = "credential.state_changed")]
    CredentialStateChanged,
    /// A person asked for a job.
    #[serde(rename = "job.submitted")]
    JobSubmitted,
    /// A call that may cost money was about to be made. Written before it.
    #[serde(rename = "job.intent")]
    JobIntent,
    /// The provider has taken the order and works on it. What it costs is booked once, with the job's end.
    #[serde(rename = "job.accepted")]
    JobAccepted,
    /// The image or persona is stored.
    #[serde(rename = "job.succeeded")]
    JobSucceeded,
    /// The job ended without a result.
    #[serde(rename = "job.failed")]
    JobFailed,
    /// The job waits for a person, a top-up or the provider.
    #[serde(rename = "job.paused")]
    JobPaused,
    /// The provider did not take the call; the job goes back to the queue.
    #[serde(rename = "job.requeued")]
    JobRequeued,
    /// What the job waited for is there; it goes back to the queue.
    #[serde(rename = "job.resumed")]
    JobResumed,
    /// The provider may have done and billed the call.
    #[serde(rename = "job.unknown")]
    JobUnknown,
    /// A person asked for a job to be done again.
    #[serde(rename = "job.retried")]
    JobRetried,
    /// A person took the job back.
    #[serde(rename = "job.cancelled")]
    JobCancelled,
    /// A person set, changed or lifted a budget; `subject` is whose: `account`, or the project.
    #[serde(rename = "budget.changed")]
    BudgetChanged,
    /// A person made or renamed a project, or took it up again.
    #[serde(rename = "project.changed")]
    ProjectChanged,
    /// A person archived a project.
    #[serde(rename = "project.archived")]
    ProjectArchived,
    /// A person edited a persona or chose its portrait.
    #[serde(rename = "persona.changed")]
    PersonaChanged,
    /// A person deleted a persona.
    #[serde(rename = "persona.deleted")]
    PersonaDeleted,
    /// A person announced a photo of somebody and said that the person shown has agreed to its use.
    #[serde(rename = "upload.consented")]
    UploadConsented,
    /// The photo came, was freed of its metadata, and can be used.
    #[serde(rename = "upload.accepted")]
    UploadAccepted,
    /// What came cannot be used, and was deleted.
    #[serde(rename = "upload.refused")]
    UploadRefused,
    /// A person deleted the photo.
    #[serde(rename = "upload.deleted")]
    UploadDeleted,
    /// A person has begun to have notices sent to an address.
    #[serde(rename = "webhook.created")]
    WebhookCreated,
    /// A person changed where or of what a webhook tells.
    #[serde(rename = "webhook.changed")]
    WebhookChanged,
    /// A person asked for another secret to sign a webhook with.
    #[serde(rename = "webhook.rotated")]
    WebhookRotated,
    /// A person deleted a webhook.
    #[serde(rename = "webhook.deleted")]
    WebhookDeleted,
    /// Its receiver took nothing for so long that nothing is sent to it any more.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled,
    /// A person had the account erased; `outcome` is `begun`, and `ok` when nothing was left.
    #[serde(rename = "account.erased")]
    AccountErased,
}

/// One line of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Sorts by time.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// In whose account.
    pub tenant: TenantId,
    /// Who: the token's `sub`, or `ownkey:sweeper` when nobody asked.
    pub actor: String,
    /// What.
    pub action: Action,
    /// With which service. None for what concerns no provider, like an upload.
    pub provider: Option<Provider>,
    /// With which model, for jobs that have one.
    pub model: Option<String>,
    /// In which project.
    pub project: Option<ProjectId>,
    /// With which stored API key, and which version of it.
    pub credential: Option<(CredentialId, u32)>,
    /// For which job, and after how many calls of it.
    pub job: Option<(JobId, u32)>,
    /// About which other thing, by its id, like `upl_...`.
    pub subject: Option<String>,
    /// How it ended: `ok`, or a code like `out_of_credit`.
    pub outcome: String,
    /// What the provider charged, if it is known. For an intent: nothing yet.
    pub cost: Option<Usd>,
    /// What it may have charged at most, where that is not known: the answer was lost, or does not say.
    pub at_most: Option<Usd>,
    /// The provider's own id for the call, to hold against its bill.
    pub provider_request_id: Option<String>,
}

impl Action {
    /// Whether a person does it. The others follow from something that a person did before.
    pub const fn is_a_persons(self) -> bool {
        match self {
            Self::CredentialRegistered
            | Self::CredentialReplaced
            | Self::CredentialRevoked
            | Self::JobSubmitted
            | Self::JobRetried
            | Self::JobCancelled
            | Self::BudgetChanged
            | Self::ProjectChanged
            | Self::ProjectArchived
            | Self::PersonaChanged
            | Self::PersonaDeleted
            | Self::UploadConsented
            | Self::UploadAccepted
            | Self::UploadRefused
            | Self::UploadDeleted
            | Self::WebhookCreated
            | Self::WebhookChanged
            | Self::WebhookRotated
            | Self::WebhookDeleted
            | Self::AccountErased => true,
            Self::CredentialOpened
            | Self::CredentialStateChanged
            | Self::JobIntent
            | Self::JobAccepted
            | Self::JobSucceeded
            | Self::JobFailed
            | Self::JobPaused
            | Self::JobRequeued
            | Self::JobResumed
            | Self::JobUnknown
            | Self::WebhookDisabled => false,
        }
    }

    /// The wire name.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl AuditEvent {
    /// What happened to a job, as the job stands after it. `actor` is who made it happen.
    pub fn of_job(id: AuditId, actor: &str, action: Action, outcome: &str, job: &Job) -> Self {
        Self {
            id,
            at: job.updated_at,
            tenant: job.tenant.clone(),
            actor: actor.to_owned(),
            action,
            provider: Some(job.provider),
            model: job.task.model().map(str::to_owned),
            project: job.project.clone(),
            credential: job.credential,
            job: Some((job.id, job.calls)),
            subject: None,
            outcome: outcome.to_owned(),
            cost: job.cost.as_ref().map(|cost| cost.amount),
            // Once for each call, with the word on how it ended.
            at_most: job.at_most().filter(|_| match action {
                Action::JobUnknown | Action::JobFailed => true,
                // An order that is given up. What was unknown before is told already.
                Action::JobCancelled => job.submission.is_some(),
                _ => false,
            }),
            provider_request_id: job.provider_request_id.clone(),
        }
    }

    /// What a person did to something that is no provider's: a persona, a photo. `subject` is its id.
    pub fn of_subject(
        (id, at): (AuditId, Timestamp),
        tenant: &TenantId,
        actor: &str,
        action: Action,
        outcome: &str,
        subject: String,
    ) -> Self {
        Self {
            id,
            at,
            tenant: tenant.clone(),
            actor: actor.to_owned(),
            action,
            provider: None,
            model: None,
            project: None,
            credential: None,
            job: None,
            subject: Some(subject),
            outcome: outcome.to_owned(),
            cost: None,
            at_most: None,
            provider_request_id: None,
        }
    }

    /// What happened to a stored API key.
    pub fn of_credential(
        (id, at): (AuditId, Timestamp),
        actor: &str,
        action: Action,
        outcome: &str,
        credential: &CredentialMeta,
    ) -> Self {
        Self {
            id,
            at,
            tenant: credential.slot.tenant.clone(),
            actor: actor.to_owned(),
            action,
            provider: Some(credential.slot.provider),
            model: None,
            project: credential.slot.scope.project().cloned(),
            credential: Some((credential.id, credential.version)),
            job: None,
            subject: None,
            outcome: outcome.to_owned(),
            cost: None,
            at_most: None,
            provider_request_id: None,
        }
    }
}
