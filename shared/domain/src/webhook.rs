//! Webhooks: addresses that a tenant wants to be told at. What is sent, and how it is signed, follows Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::audit::{Action, AuditEvent};
use crate::notice::{NewsKind, Notice};
use crate::{AuditId, TenantId, WebhookId};

mod address;

pub use address::{Address, Reach, Unfit};

/// How many a tenant may have.
pub const MOST_WEBHOOKS: u32 = 10;

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 100;

/// How long the secret before the present one still signs, so that a receiver can change over, in hours.
const OVERLAP_HOURS: i64 = 24;

/// An address, what it wants to hear, and whether it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Sorts by time of creation.
    pub id: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Where to.
    pub url: Address,
    /// What people call it.
    pub label: Option<String>,
    /// What it wants to hear.
    pub events: Vec<NewsKind>,
    /// Which secret signs, counted from 1.
    pub secret: u32,
    /// Until when the one before it signs too.
    pub earlier_secret_until: Option<Timestamp>,
    /// Since when, and why, nothing is sent to it.
    pub disabled: Option<Disabled>,
    /// When it last took something.
    pub delivered_at: Option<Timestamp>,
    /// Counts every change by a person.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person last changed it, or it was switched off.
    pub updated_at: Timestamp,
}

/// Nothing is sent any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why: `by_request`, or what was wrong with the last try.
    pub reason: String,
}

impl Webhook {
    /// Whether it is to be told of a notice.
    pub fn wants(&self, notice: &Notice) -> bool {
        self.disabled.is_none() && self.events.contains(&notice.news.kind())
    }

    /// What a webhook hears that asks for nothing in particular: what people are told.
    pub fn usual_events() -> Vec<NewsKind> {
        NewsKind::ALL.iter().copied().filter(|kind| kind.is_for_people()).collect()
    }

    /// The secrets that sign now, the present one first.
    pub fn secrets(&self, now: Timestamp) -> Vec<u32> {
        let earlier = self.earlier_secret_until.filter(|until| now < *until);
        let earlier = earlier.and_then(|_| self.secret.checked_sub(1)).filter(|secret| *secret > 0);
        std::iter::once(self.secret).chain(earlier).collect()
    }

    /// With another secret; the present one signs for a day more.
    #[must_use]
    pub fn rotated(&self, now: Timestamp) -> Self {
        let until = now.saturating_add(SignedDuration::from_hours(OVERLAP_HOURS)).unwrap_or(Timestamp::MAX);
        Self { secret: self.secret + 1, earlier_secret_until: Some(until), ..self.changed(now) }
    }

    /// The next version, otherwise the same.
    #[must_use]
    pub fn changed(&self, now: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self.clone() }
    }

    /// What the audit trail says about a change. No address: it may hold a token of the receiver's.
    pub fn event(
        &self,
        (id, at): (AuditId, Timestamp),
        actor: &str,
        action: Action,
        outcome: &str,
    ) -> AuditEvent {
        AuditEvent::of_subject((id, at), &self.tenant, actor, action, outcome, self.id.to_string())
    }
}

impl fmt::Display for Disabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_392_000, 0);

    #[test]
    fn two_secrets_sign_for_a_day_after_a_rotation() {
        let first = Webhook {
            id: WebhookId::make(NOW, &[0; 10]),
            tenant: "ada".parse().unwrap(),
            url: Address::parse("https://example.com/", Reach::Internet).unwrap(),
            label: None,
            events: Webhook::usual_events(),
            secret: 1,
            earlier_secret_until: None,
            disabled: None,
            delivered_at: None,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        let second = first.rotated(NOW);
        let in_hours = |hours| NOW + SignedDuration::from_hours(hours);
        assert_eq!(first.secrets(NOW), [1]);
        assert_eq!((second.secrets(in_hours(23)), second.secrets(in_hours(24))), (vec![2, 1], vec![2]));
    }
}
