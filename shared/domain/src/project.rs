//! Projects: what jobs, API keys and budgets may belong to. One begins when it is first named, and is archived rather than
//! deleted: its pictures were paid for, and its past stays in the books.

use jiff::Timestamp;

use crate::audit::{Action, AuditEvent};
use crate::{AuditId, ProjectId, TenantId};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 64;

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Whose.
    pub tenant: TenantId,
    /// What jobs and paths call it.
    pub id: ProjectId,
    /// What people call it.
    pub name: String,
    /// Counts every change.
    pub version: u32,
    /// When it was first named.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Since when it takes nothing new. What waits in it goes on.
    pub archived_at: Option<Timestamp>,
}

impl Project {
    /// A new one, which is called as its id is until it gets a name.
    pub fn begun(tenant: &TenantId, id: &ProjectId, at: Timestamp) -> Self {
        Self {
            tenant: tenant.clone(),
            id: id.clone(),
            name: id.to_string(),
            version: 1,
            created_at: at,
            updated_at: at,
            archived_at: None,
        }
    }

    /// The same with another name, and taken up again if it was archived.
    #[must_use]
    pub fn renamed(&self, name: String, at: Timestamp) -> Self {
        Self { name, archived_at: None, version: self.version + 1, updated_at: at, ..self.clone() }
    }

    /// The same, taking nothing new.
    #[must_use]
    pub fn archived(&self, at: Timestamp) -> Self {
        Self { archived_at: Some(at), version: self.version + 1, updated_at: at, ..self.clone() }
    }

    /// What the audit trail says about a change.
    pub fn event(&self, id: AuditId, actor: &str, action: Action, outcome: &str) -> AuditEvent {
        let event = AuditEvent::of_subject(
            (id, self.updated_at),
            &self.tenant,
            actor,
            action,
            outcome,
            self.id.to_string(),
        );
        AuditEvent { project: Some(self.id.clone()), ..event }
    }
}

/// Whether this can be a project's name: 1 to [`LONGEST_NAME`] characters in one line.
pub fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    !text.trim().is_empty() && length <= LONGEST_NAME && !text.chars().any(char::is_control)
}
