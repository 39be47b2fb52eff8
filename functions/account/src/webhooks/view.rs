//! What is shown of webhooks and of deliveries.

use domain::delivery::{Attempt, Delivery, DeliveryState};
use domain::notice::NewsKind;
use domain::webhook::Webhook;
use domain::{NoticeId, WebhookId};
use serde::Serialize;
use serde_json::value::RawValue;
use web::Time;

/// Where something is told, and of what.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Webhook"))]
#[derive(Serialize)]
pub(crate) struct WebhookView<'a> {
    id: WebhookId,
    /// Where to.
    url: &'a str,
    label: Option<&'a str>,
    /// What is told there.
    events: &'a [NewsKind],
    /// Whether anything is sent there.
    enabled: bool,
    disabled_at: Option<Time>,
    /// `by_request`, or what was wrong when it was switched off.
    disabled_reason: Option<&'a str>,
    /// When something was last taken there.
    delivered_at: Option<Time>,
    /// Until when the secret before this one signs too.
    earlier_secret_until: Option<Time>,
    version: u32,
    created_at: Time,
    updated_at: Time,
    /// Shown once: when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

impl<'a> WebhookView<'a> {
    pub(super) fn of(webhook: &'a Webhook) -> Self {
        let disabled = webhook.disabled.as_ref();
        Self {
            id: webhook.id,
            url: webhook.url.as_str(),
            label: webhook.label.as_deref(),
            events: &webhook.events,
            enabled: disabled.is_none(),
            disabled_at: disabled.map(|disabled| Time(disabled.at)),
            disabled_reason: disabled.map(|disabled| disabled.reason.as_str()),
            delivered_at: webhook.delivered_at.map(Time),
            earlier_secret_until: webhook.earlier_secret_until.map(Time),
            version: webhook.version,
            created_at: Time(webhook.created_at),
            updated_at: Time(webhook.updated_at),
            secret: None,
        }
    }

    pub(super) fn with_secret(self, secret: &'a str) -> Self {
        Self { secret: Some(secret), ..self }
    }
}

/// Something that is sent to a webhook, and what became of it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Delivery"))]
#[derive(Serialize)]
pub(crate) struct DeliveryView {
    /// The `webhook-id` of every try.
    id: NoticeId,
    #[serde(rename = "type")]
    kind: NewsKind,
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["pending", "delivered", "failed"])))]
    state: &'static str,
    next_attempt_at: Option<Time>,
    attempts: Vec<AttemptView>,
    created_at: Time,
    /// What is sent.
    #[cfg_attr(feature = "contract", schemars(with = "serde_json::Value"))]
    body: Option<Box<RawValue>>,
}

/// One try of a delivery.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "DeliveryAttempt"))]
#[derive(Serialize)]
struct AttemptView {
    at: Time,
    duration_ms: u64,
    /// What the receiver answered.
    status: Option<u16>,
    /// What went wrong, if nothing was answered.
    error: Option<String>,
}

impl DeliveryView {
    pub(super) fn of(delivery: Delivery) -> Self {
        let next_attempt_at = match delivery.state {
            DeliveryState::Pending { due } => Some(Time(due)),
            DeliveryState::Delivered | DeliveryState::Failed => None,
        };
        let attempt = |Attempt { at, millis, status, error }| AttemptView {
            at: Time(at),
            duration_ms: millis,
            status,
            error,
        };
        Self {
            id: delivery.id,
            kind: delivery.kind,
            state: delivery.state.name(),
            next_attempt_at,
            attempts: delivery.attempts.into_iter().map(attempt).collect(),
            created_at: Time(delivery.created_at),
            body: RawValue::from_string(delivery.body).ok(),
        }
    }
}
