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
mod deliveries;
mod erasures;
mod error;
mod growing_object;
mod images;
mod job_item;
mod jobs;
mod newest_first;
mod notices;
mod outbox;
mod persona_item;
mod personas;
mod post_policy;
mod projects;
mod queues;
mod remains;
mod secrets;
mod tenants;
mod together;
mod transaction;
mod upload_item;
mod uploads;
mod usage;
mod usage_item;
mod webhook_item;
mod webhooks;
mod work;
mod work_entry;

pub use allowances::Allowances;
pub use anchors::Anchors;
pub use audit_trail::{AuditFilter, AuditTrail, Order, Row};
pub use budgets::Budgets;
pub use credentials::Credentials;
pub use deliveries::Deliveries;
pub use erasures::Erasures;
pub use growing_object::GrowingObject;
pub use images::{EXPORT_LINK_LIFETIME, Images, LINK_LIFETIME};
pub use jobs::{Asked, Created, IdempotencyKey, JobFilter, Jobs, Taken};
pub use notices::{Notices, Untold};
pub use outbox::{NotifierQueue, Outbox, Overdue};
pub use personas::Personas;
pub use post_policy::{FormLimits, UploadForm, UploadForms};
pub use projects::Projects;
pub use queues::{DeadLetters, Queues, RECEIVE_BATCH};
pub use remains::{Gone, Remains};
pub use secrets::{NotACursor, SecretCursor, SecretRow, SecretRows, Secrets};
pub use tenants::{TenantCursor, Tenants};
pub use together::Together;
pub use uploads::Uploads;
pub use usage::{Counted, Usage};
pub use webhooks::Webhooks;
pub use work::{DueCursor, GroupPrefix, WaitingGroup, Work};

use std::time::Duration;

use domain::delivery::NoticeRef;
use domain::notice::Notice;

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
    notifier: Option<NotifierQueue>,
}

impl Tables {
    /// Give clones of these to all that write in one process: they remember together who is on the list of tenants.
    pub fn new(main: String, audit: String) -> Self {
        Self { main, audit, listed: tenants::Listed::default(), notifier: None }
    }

    /// The same, for whoever may tell the notifier of the notices that it writes. From others the sweeper sends them, within
    /// a minute.
    #[must_use]
    pub fn telling(self, notifier: NotifierQueue) -> Self {
        Self { notifier: Some(notifier), ..self }
    }

    /// Sends pointers to notices that were just put on record. What is not sent, the sweeper sends.
    async fn tell(&self, notices: &[Notice]) {
        let Some(notifier) = &self.notifier else { return };
        for notice in notices {
            let kind = notice.news.kind();
            let notice_ref = NoticeRef::everybody(notice.tenant.clone(), notice.id, kind);
            let _sweeper_will = notifier.send(&notice_ref, Duration::ZERO).await;
        }
    }
}
