//! Deliveries: one notice on its way to one webhook, until it is taken or everybody gives up.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::notice::{NewsKind, Notice};
use crate::{NoticeId, TenantId, WebhookId};

mod notice_ref;

pub use notice_ref::{NotANoticeRef, NoticeRef};

/// The waits between two tries, in seconds: after the last of them, some three days after the first try, nobody tries any
/// more. As Standard Webhooks recommends.
const WAITS: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// How long after a pointer was sent the sweeper believes it lost, in seconds. Longer than an invocation lasts.
const GRACE_SECONDS: i64 = 60;

/// How long a delivery is kept to be looked at and sent again, in days.
pub const KEPT_DAYS: i64 = 30;

/// One notice for one webhook. It has the notice's id, so it is made once, and a receiver knows it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// To which webhook.
    pub webhook: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Of which notice; the `webhook-id` of every try.
    pub id: NoticeId,
    /// What it tells.
    pub kind: NewsKind,
    /// The body, the same for every try.
    pub body: String,
    /// Where it is.
    pub state: DeliveryState,
    /// The tries, the first one first.
    pub attempts: Vec<Attempt>,
    /// Counts every change, so that of two that try at the same time both are told of.
    pub revision: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be tried.
    Pending {
        /// From when on.
        due: Timestamp,
    },
    /// The receiver has taken it.
    Delivered,
    /// Nobody tries any more.
    Failed,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The status that the receiver answered.
    pub status: Option<u16>,
    /// What was wrong, if anything: `status`, `redirect`, `timeout`, `not_public`, `not_reached`, `cut_off`.
    pub error: Option<String>,
}

impl DeliveryState {
    /// The name in the API and in the tables.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl Delivery {
    /// A notice for a webhook, to be sent now.
    pub fn of(notice: &Notice, webhook: WebhookId, now: Timestamp) -> Self {
        Self {
            webhook,
            tenant: notice.tenant.clone(),
            id: notice.id,
            kind: notice.news.kind(),
            body: body(notice),
            state: DeliveryState::Pending { due: now },
            attempts: Vec::new(),
            revision: 0,
            created_at: now,
        }
    }

    /// Whether it is to be sent now. A pointer may come early: SQS counts whole seconds.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let DeliveryState::Pending { due } = self.state else { return false };
        due.saturating_sub(SignedDuration::from_secs(2)).is_ok_and(|due| due <= now)
    }

    /// When somebody must send a pointer to it, because nobody has; none when nothing is left to do.
    pub fn look_again_at(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Pending { due } => {
                Some(due.saturating_add(SignedDuration::from_secs(GRACE_SECONDS)).unwrap_or(Timestamp::MAX))
            }
            DeliveryState::Delivered | DeliveryState::Failed => None,
        }
    }

    /// After a try.
    #[must_use]
    pub fn tried(&self, attempt: Attempt) -> Self {
        let wait = WAITS.get(self.attempts.len()).filter(|_| attempt.error.is_some());
        let state = match (&attempt.error, wait) {
            (None, _) => DeliveryState::Delivered,
            (Some(_), Some(wait)) => {
                let due = attempt.at.saturating_add(SignedDuration::from_secs(*wait));
                DeliveryState::Pending { due: due.unwrap_or(Timestamp::MAX) }
            }
            (Some(_), None) => DeliveryState::Failed,
        };
        let mut attempts = self.attempts.clone();
        attempts.push(attempt);
        Self { state, attempts, revision: self.revision + 1, ..self.clone() }
    }

    /// Given up, because its webhook is switched off or gone.
    #[must_use]
    pub fn dropped(&self) -> Self {
        Self { state: DeliveryState::Failed, revision: self.revision + 1, ..self.clone() }
    }

    /// To be sent once more, at a person's wish, with as many tries as a new one.
    #[must_use]
    pub fn again(&self, now: Timestamp) -> Self {
        Self {
            state: DeliveryState::Pending { due: now },
            attempts: Vec::new(),
            revision: self.revision + 1,
            ..self.clone()
        }
    }
}

/// What is sent: `type`, `timestamp`, and the notice as the API shows it.
fn body(notice: &Notice) -> String {
    let mut data = serde_json::to_value(&notice.news).unwrap_or_default();
    if let Some(data) = data.as_object_mut() {
        data.remove("kind");
        data.insert("notice".to_owned(), notice.id.to_string().into());
        data.insert("tenant".to_owned(), notice.tenant.to_string().into());
        data.insert("message".to_owned(), notice.news.in_words().into());
    }
    let at = crate::time::Time(notice.at);
    serde_json::json!({ "type": notice.news.kind(), "timestamp": at, "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::News;

    const NOW: Timestamp = Timestamp::constant(1_795_392_000, 0);

    fn delivery() -> Delivery {
        let webhook = WebhookId::make(NOW, &[1; 10]);
        let (id, tenant) = (NoticeId::earliest(NOW), "ada".parse().unwrap());
        Delivery::of(&Notice { id, tenant, at: NOW, news: News::WebhookTest { webhook } }, webhook, NOW)
    }

    fn attempt(at: Timestamp, error: Option<&str>) -> Attempt {
        Attempt { at, millis: 1, status: None, error: error.map(str::to_owned) }
    }

    #[test]
    fn it_is_tried_ten_times_over_three_days() {
        let (mut delivery, mut at, mut tries) = (delivery(), NOW, 0);
        while let DeliveryState::Pending { due } = delivery.state {
            assert!(due >= at && delivery.is_due(due));
            at = due;
            delivery = delivery.tried(attempt(at, Some("timeout")));
            tries += 1;
        }
        let hours = at.duration_since(NOW).as_hours();
        assert_eq!((tries, hours, delivery.state), (10, 75, DeliveryState::Failed));
        assert_eq!(delivery.look_again_at(), None);
        assert_eq!(delivery.again(at).tried(attempt(at, None)).state, DeliveryState::Delivered);
    }

    #[test]
    fn the_body_says_what_whose_and_when() {
        let body: serde_json::Value = serde_json::from_str(&delivery().body).unwrap();
        assert_eq!((&body["type"], &body["data"]["tenant"]), (&"webhook.test".into(), &"ada".into()));
        assert!(body["timestamp"].is_string() && body["data"].get("kind").is_none());
    }
}
