//! Notices: what everybody of an account should hear of, once.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::budget::{Budget, Month};
use crate::credential::{CredentialMeta, CredentialState, Scope};
use crate::{AuditId, CredentialId, NoticeId, ProjectId, Provider, TenantId, Usd};

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
}

/// Which API key, and where to do something about it.
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

    /// That jobs wait for a larger budget.
    pub fn exceeded(budget: &Budget, month: Month) -> Self {
        Self::BudgetExceeded { project: project(budget), month, cap: budget.limit() }
    }

    /// For people.
    pub fn in_words(&self) -> String {
        let whose = |project: &Option<ProjectId>| match project {
            None => "The budget".to_owned(),
            Some(project) => format!("The budget of project {project}"),
        };
        match self {
            Self::ApiKeyOutOfCredit(about) => {
                format!("{about} is out of credit. Its jobs wait, and go on by themselves after a top-up.")
            }
            Self::ApiKeyInvalid(about) => format!(
                "{about} is not accepted any more. Its jobs wait, and go on by themselves when another is stored."
            ),
            Self::ApiKeyRestored(about) => format!("{about} works again. Its jobs go on."),
            Self::BudgetAlert { project, month, percent, cap, spent } => {
                format!(
                    "{} for {month} has reached {percent} %: {spent} of {cap} US dollars are spent, or may have been.",
                    whose(project)
                )
            }
            Self::BudgetExceeded { project, month, cap } => format!(
                "{} for {month}, {cap} US dollars, has less left than the next job may cost. Jobs wait, and go on by \
                 themselves when it is raised or the next month begins.",
                whose(project)
            ),
        }
    }
}

impl fmt::Display for AboutApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The {} API key {}", self.provider.display_name(), self.hint)?;
        match &self.project {
            Some(project) => write!(f, " of project {project}"),
            None => Ok(()),
        }
    }
}

fn project(budget: &Budget) -> Option<ProjectId> {
    match &budget.scope {
        Scope::Account => None,
        Scope::Project(project) => Some(project.clone()),
    }
}
