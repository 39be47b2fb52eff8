#![doc = include_str!("../README.md")]

mod allowances;
mod anchors;
mod audit_item;
mod audit_trail;
mod batch_item;
mod budget_item;
mod budgets;
mod credential_item;
mod credentials;
mod error;
mod growing_object;
mod images;
mod job_item;
mod jobs;
mod newest_first;
mod notices;
mod persona_item;
mod personas;
mod post_policy;
mod projects;
mod queues;
mod secrets;
mod tenants;
mod transaction;
mod upload_item;
mod uploads;
mod usage;
mod usage_item;
mod work;
mod work_entry;

pub use allowances::Allowances;
pub use anchors::Anchors;
pub use audit_trail::{AuditFilter, AuditTrail, Order, Row};
pub use budgets::Budgets;
pub use credentials::Credentials;
pub use growing_object::GrowingObject;
pub use images::{EXPORT_LINK_LIFETIME, Images, LINK_LIFETIME};
pub use jobs::{Created, IdempotencyKey, JobFilter, Jobs, Taken};
pub use notices::Notices;
pub use personas::Personas;
pub use post_policy::{FormLimits, UploadForm, UploadForms};
pub use projects::Projects;
pub use queues::{DeadLetters, Queues, RECEIVE_BATCH};
pub use secrets::{NotACursor, SecretCursor, SecretRow, SecretRows, Secrets};
pub use tenants::{TenantCursor, Tenants};
pub use uploads::Uploads;
pub use usage::{Counted, Usage};
pub use work::{DueCursor, GroupPrefix, WaitingGroup, Work};

/// A page of a list, and where the next one begins.
#[derive(Debug)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// The last item looked at, if there may be more after it.
    pub next: Option<C>,
}

/// The tables that a function may touch, by name.
#[derive(Clone, Debug)]
pub struct Tables {
    /// Credential metadata, jobs, idempotency records.
    pub main: String,
    /// The audit trail.
    pub audit: String,
    listed: tenants::Listed,
}

impl Tables {
    /// Give clones of these to all that write in one process: they remember together who is on the list of tenants.
    pub fn new(main: String, audit: String) -> Self {
        Self { main, audit, listed: tenants::Listed::default() }
    }
}
