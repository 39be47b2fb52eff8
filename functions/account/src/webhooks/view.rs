//! What is shown of webhooks and of deliveries.

use domain::delivery::{Attempt, Delivery, DeliveryState};
use domain::notice::NewsKind;
use domain::webhook::Webhook;
use domain::{NoticeId, WebhookId};
use serde::Serialize;
use serde_json::value::RawValue;
use web::Time;

#[derive(Serialize)]
pub(super) struct WebhookView<'a> {
    id: WebhookId,
    url: &'a str,
    label: Option<&'a str>,
    events: &'a [NewsKind],
    enabled: bool,
    disabled_at: Option<Time>,
    disabled_reason: Option<&'a str>,
    delivered_at: Option<Time>,
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

#[derive(Serialize)]
pub(super) struct DeliveryView {
    /// The `webhook-id` of every try.
    id: NoticeId,
    #[serde(rename = "type")]
    kind: NewsKind,
    state: &'static str,
    next_attempt_at: Option<Time>,
    attempts: Vec<AttemptView>,
    created_at: Time,
    /// What is sent.
    body: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct AttemptView {
    at: Time,
    duration_ms: u64,
    status: Option<u16>,
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
