//! A stored API key as the product sees it: everything but the secret.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::id::InvalidId;
use crate::{CredentialId, ProjectId, Provider, TenantId, Usd};

/// Whose API key it is: the account's, or one project's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Pays for every job whose project has no API key of its own.
    Account,
    /// Pays for the jobs of one project.
    Project(ProjectId),
}

impl Scope {
    /// The scope that a job of `project` asks for first.
    pub fn of(project: Option<&ProjectId>) -> Self {
        project.map_or(Self::Account, |project| Self::Project(project.clone()))
    }

    /// The project, if it is a project's.
    pub fn project(&self) -> Option<&ProjectId> {
        match self {
            Self::Account => None,
            Self::Project(project) => Some(project),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("account"),
            Self::Project(project) => write!(f, "project:{project}"),
        }
    }
}

impl FromStr for Scope {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.strip_prefix("project:") {
            Some(project) => Ok(Self::Project(project.parse()?)),
            None if text == "account" => Ok(Self::Account),
            None => Err(InvalidId),
        }
    }
}

/// The place that holds at most one API key: a tenant's, for a provider, in a scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Whose.
    pub tenant: TenantId,
    /// For which service.
    pub provider: Provider,
    /// For the account or for one project.
    pub scope: Scope,
}

/// What is known about an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialState {
    /// The provider accepted it when last asked.
    Active,
    /// Stored without asking the provider.
    Unverified,
    /// The provider refused it. Its jobs wait for a new one.
    Invalid {
        /// A sentence for people, in our words.
        reason: String,
    },
    /// Accepted, but the account behind it has no credit. Its jobs wait for a top-up.
    OutOfCredit {
        /// When one job may go ahead to find out whether there is credit again.
        probe_at: Timestamp,
        /// How many probes were in vain; the wait grows with it.
        probes: u32,
    },
}

impl CredentialState {
    /// The name in the API and in the tables.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unverified => "unverified",
            Self::Invalid { .. } => "invalid",
            Self::OutOfCredit { .. } => "out_of_credit",
        }
    }
}

/// The part of a credential that is safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialMeta {
    /// Stays the same when the API key is replaced.
    pub id: CredentialId,
    /// Where it lives.
    pub slot: Slot,
    /// Which API key is in force: 1 for the first, one more for each replacement.
    pub version: u32,
    /// Counts every change of this record; a change names the revision it was made from.
    pub revision: u64,
    /// The user's name for it.
    pub label: Option<String>,
    /// The last four characters, for people.
    pub hint: String,
    /// Whether it works.
    pub state: CredentialState,
    /// When the slot first held an API key.
    pub created_at: Timestamp,
    /// When the provider last accepted this version.
    pub verified_at: Option<Timestamp>,
    /// When a job last opened it, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// What was left behind it when last asked, where the provider says so.
    pub balance: Option<Balance>,
}

/// What is left behind an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// How much.
    pub amount: Usd,
    /// When the provider said so.
    pub at: Timestamp,
}

impl CredentialMeta {
    /// Whether a job may be submitted with it. A probe may go ahead although there was no credit.
    pub fn admits(&self, probe: bool) -> bool {
        match self.state {
            CredentialState::Active | CredentialState::Unverified => true,
            CredentialState::OutOfCredit { .. } => probe,
            CredentialState::Invalid { .. } => false,
        }
    }

    /// The next revision, with `state`; `verified_at` moves along when the provider accepted it.
    #[must_use]
    pub fn with_state(&self, state: CredentialState, now: Timestamp) -> Self {
        let verified_at = if state == CredentialState::Active { Some(now) } else { self.verified_at };
        Self { state, verified_at, revision: self.revision + 1, ..self.clone() }
    }

    /// The same, with what is left behind it; nothing changes where the provider does not say.
    #[must_use]
    pub fn with_balance(self, amount: Option<Usd>, now: Timestamp) -> Self {
        let balance = amount.map(|amount| Balance { amount, at: now }).or(self.balance);
        Self { balance, ..self }
    }
}
