//! Where a job stands in the index of jobs that somebody must look at again.

use domain::credential::{Scope, Slot};
use domain::job::{Job, PauseReason, State};
use domain::{NoticeId, TenantId, Timestamp, WebhookId};

/// Over how many partitions the index is spread: one takes 1,000 writes a second, a job makes about four.
pub(crate) const SHARDS: u8 = 8;

/// Where batches stand whose jobs are still being made, by the time when somebody else must go on. One partition: a
/// batch stands there for a second or two.
pub(crate) const BATCHES: &str = "BATCHES";

/// Where notices and deliveries stand that somebody is still to be told of, by the time when a pointer must be sent. One
/// partition: they are few.
pub(crate) const OUTBOX: &str = "OUTBOX";

/// Where a job stands in the index, if anybody must look at it again.
pub(crate) fn work_entry(job: &Job) -> Option<(String, String)> {
    let at = match &job.state {
        State::Queued { due, .. } | State::Submitted { due, .. } => *due,
        State::Running { lease } => lease.until,
        State::Paused { until: Some(until), .. } => *until,
        State::Paused { reason, until: None } => {
            let slot = job.slot();
            let group = match reason {
                // Whoever is asked to pay, the budget is one.
                PauseReason::BudgetExceeded => format!("{}#budget#{}#", slot.tenant, slot.scope),
                _ => group_prefix(&slot),
            };
            return Some((paused_partition(&slot), format!("{group}{}", job.id)));
        }
        State::Unknown | State::Succeeded { .. } | State::Failed { .. } | State::Cancelled => return None,
    };
    Some((due_partition(job.id.spread() % SHARDS), format!("{}#{}", due_order(at), job.id)))
}

/// Where jobs lie that are to be looked at by some time.
pub(crate) fn due_partition(shard: u8) -> String {
    format!("DUE#{shard}")
}

/// A group lies in one partition, so that its order is kept.
pub(crate) fn paused_partition(slot: &Slot) -> String {
    paused_partition_of(&slot.tenant)
}

/// All groups of a tenant lie in the same.
pub(crate) fn paused_partition_of(tenant: &TenantId) -> String {
    let sum = tenant.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    format!("PAUSED#{}", sum % SHARDS)
}

fn group_prefix(slot: &Slot) -> String {
    format!("{}#{}#{}#", slot.tenant, slot.provider, slot.scope)
}

/// What the entries of all jobs begin with that wait for the API key of a slot. The account's pays for the projects
/// too, as long as none has an API key of its own.
pub(crate) fn waiting_for(slot: &Slot) -> String {
    match slot.scope {
        Scope::Account => format!("{}#{}#", slot.tenant, slot.provider),
        Scope::Project(_) => group_prefix(slot),
    }
}

/// The place in the outbox of a notice, or of its delivery to one webhook.
pub(crate) fn outbox_order(due: Timestamp, notice: NoticeId, webhook: Option<WebhookId>) -> String {
    let webhook = webhook.map(|webhook| format!("#{webhook}")).unwrap_or_default();
    format!("{}#{notice}{webhook}", due_order(due))
}

/// Times as text of one length, so that they sort.
pub(crate) fn due_order(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond())
}
