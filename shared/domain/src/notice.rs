//! Notices: what everybody of an account should hear of, once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::budget::{Budget, Month};
use crate::credential::{CredentialMeta, CredentialState, Scope};
use crate::job::{Job, State};
use crate::{AuditId, BatchId, CredentialId, JobId, NoticeId, ProjectId, Provider, TenantId, Usd, WebhookId};

mod kind;
mod words;

pub use kind::NewsKind;

/// Something that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Sorts by time.
    pub id: NoticeId,
    /// Whom.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub news: News,
}

/// What is told. The wire names are a promise: scripts act on them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum News {
    /// So much of a budget is spent.
    #[serde(rename = "budget.alert")]
    BudgetAlert {
        /// Whose budget. None: the account's.
        project: Option<ProjectId>,
        /// Of which month.
        month: Month,
        /// Which step was reached.
        percent: u8,
        /// How much may be spent.
        cap: Usd,
        /// How much is spent, with what may have been charged.
        spent: Usd,
    },
    /// The account behind an API key has no credit: its jobs wait.
    #[serde(rename = "api_key.out_of_credit")]
    ApiKeyOutOfCredit(AboutApiKey),
    /// The provider does not accept an API key any more: its jobs wait.
    #[serde(rename = "api_key.invalid")]
    ApiKeyInvalid(AboutApiKey),
    /// An API key that was out of credit or invalid works again: its jobs go on.
    #[serde(rename = "api_key.restored")]
    ApiKeyRestored(AboutApiKey),
    /// Jobs wait, because what is left of a budget is less than they may cost.
    #[serde(rename = "budget.exceeded")]
    BudgetExceeded {
        /// Whose budget. None: the account's.
        project: Option<ProjectId>,
        /// Of which month.
        month: Month,
        /// How much may be spent.
        cap: Usd,
    },
    /// Nothing of a batch is queued, under way or paused any more.
    #[serde(rename = "batch.done")]
    BatchDone {
        /// Which.
        batch: BatchId,
        /// In which project, if its jobs are all in one.
        project: Option<ProjectId>,
        /// How its jobs have ended.
        #[serde(flatten)]
        ends: Ends,
    },
    /// The provider may have done a job and charged for it: somebody must decide.
    #[serde(rename = "job.unknown")]
    JobUnknown(AboutJob),
    /// A job has made what it was asked for. For webhooks only: people see their pictures.
    #[serde(rename = "job.succeeded")]
    JobSucceeded(AboutJob),
    /// A job has ended without a result. For webhooks only.
    #[serde(rename = "job.failed")]
    JobFailed(AboutJob),
    /// A model that was used of late is shut down soon.
    #[serde(rename = "model.retiring")]
    ModelRetiring {
        /// Which.
        model: String,
        /// Whose.
        provider: Provider,
        /// The day it goes, `YYYY-MM-DD`.
        shutdown_date: String,
        /// What to use instead.
        replacement: Option<String>,
    },
    /// A receiver has not taken anything for so long that nothing is sent to it any more.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled {
        /// Which.
        webhook: WebhookId,
        /// What people call it.
        label: Option<String>,
        /// What was wrong last, as the history of deliveries says it.
        reason: String,
    },
    /// Somebody tries a webhook. Told to that one alone.
    #[serde(rename = "webhook.test")]
    WebhookTest {
        /// Which.
        webhook: WebhookId,
    },
}

/// How many jobs of a batch have ended how.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// With a picture.
    pub succeeded: u32,
    /// Without one.
    pub failed: u32,
    /// Taken back.
    pub cancelled: u32,
    /// Nobody knows: somebody must decide.
    pub unknown: u32,
}

/// Which job, without what it was asked for: a prompt goes to nobody but its provider.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutJob {
    /// Which.
    pub job: JobId,
    /// `image`, `persona`, `key_test` or `export`. Called so because a notice has a `kind` of its own.
    pub task: String,
    /// Who did it, or should have.
    pub provider: Provider,
    /// With which model.
    pub model: Option<String>,
    /// In which project.
    pub project: Option<ProjectId>,
    /// Of which batch.
    pub batch: Option<BatchId>,
    /// Why it failed, as the job's reason says it.
    pub reason: Option<String>,
}

/// Which API key, and where to do something about it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutApiKey {
    /// Whose.
    pub provider: Provider,
    /// For which project. None: the account's.
    pub project: Option<ProjectId>,
    /// Its stored form.
    pub credential: CredentialId,
    /// Its last four characters.
    pub hint: String,
    /// The provider's page for it.
    pub action_url: Option<String>,
}

impl Notice {
    /// A notice of what an event has brought about. It has the event's own id, so it is told once.
    pub fn after(event: AuditId, at: Timestamp, tenant: &TenantId, news: News) -> Self {
        Self { id: NoticeId::after(event), tenant: tenant.clone(), at, news }
    }
}

impl News {
    /// That a step of a budget is reached.
    pub fn alert(budget: &Budget, month: Month, percent: u8, spent: Usd) -> Self {
        Self::BudgetAlert { project: project(budget), month, percent, cap: budget.limit(), spent }
    }

    /// What people must know about a change of an API key's state, if anything.
    pub fn of_api_key(before: &CredentialState, now: &CredentialMeta) -> Option<Self> {
        let works =
            |state: &CredentialState| matches!(state, CredentialState::Active | CredentialState::Unverified);
        let provider = now.slot.provider;
        let about = |action_url: Option<&str>| AboutApiKey {
            provider,
            project: now.slot.scope.project().cloned(),
            credential: now.id,
            hint: now.hint.clone(),
            action_url: action_url.map(str::to_owned),
        };
        match &now.state {
            CredentialState::OutOfCredit { .. } => {
                Some(Self::ApiKeyOutOfCredit(about(Some(provider.billing_url()))))
            }
            CredentialState::Invalid { .. } => {
                Some(Self::ApiKeyInvalid(about(Some(provider.api_keys_url()))))
            }
            _ if !works(before) => Some(Self::ApiKeyRestored(about(None))),
            _ => None,
        }
    }

    /// What is to be told of the end of a job, if it ends with this move.
    pub fn of_job(from: &Job, to: &Job) -> Option<Self> {
        let about = |reason: Option<&str>| AboutJob {
            job: to.id,
            task: to.task.kind().to_owned(),
            provider: to.provider,
            model: to.task.model().map(str::to_owned),
            project: to.project.clone(),
            batch: to.batch,
            reason: reason.map(str::to_owned),
        };
        if from.state.name() == to.state.name() {
            return None;
        }
        match &to.state {
            State::Unknown => Some(Self::JobUnknown(about(None))),
            State::Succeeded { .. } => Some(Self::JobSucceeded(about(None))),
            State::Failed { reason } => Some(Self::JobFailed(about(Some(reason.code())))),
            _ => None,
        }
    }

    /// That jobs wait for a larger budget.
    pub fn exceeded(budget: &Budget, month: Month) -> Self {
        Self::BudgetExceeded { project: project(budget), month, cap: budget.limit() }
    }
}

fn project(budget: &Budget) -> Option<ProjectId> {
    match &budget.scope {
        Scope::Account => None,
        Scope::Project(project) => Some(project.clone()),
    }
}
