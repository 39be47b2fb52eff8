//! Notices: what everybody of an account should hear of, once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::budget::{Budget, Month};
use crate::credential::Scope;
use crate::{AuditId, NoticeId, ProjectId, TenantId, Usd};

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
            Self::BudgetAlert { project, month, percent, cap, spent } => {
                format!(
                    "{} for {month} has reached {percent} %: {spent} of {cap} US dollars are spent.",
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

fn project(budget: &Budget) -> Option<ProjectId> {
    match &budget.scope {
        Scope::Account => None,
        Scope::Project(project) => Some(project.clone()),
    }
}
