//! One try to deliver a notice to one webhook, and what follows from it.

use std::time::Duration;

use domain::audit::Action;
use domain::delivery::{Attempt, Delivery, DeliveryState, NoticeRef};
use domain::notice::{News, NewsKind, Notice};
use domain::webhook::{Disabled, Webhook};
use domain::{AuditId, Fault, Timestamp, WebhookId};
use http::{HeaderMap, HeaderValue};
use providers::Answered;
use runtime::{now, random};

use crate::Notifier;

/// Who acts, in the audit trail.
const ACTOR: &str = "ownkey:notifier";

/// The receiver says that it wants nothing any more: 410, as Standard Webhooks has it.
const GONE: u16 = 410;

/// How often a webhook is switched off anew while somebody edits it.
const TRIES: usize = 5;

impl Notifier {
    /// Tries once, if the time has come.
    pub(crate) async fn deliver(&self, notice_ref: &NoticeRef, id: WebhookId) -> Result<(), Fault> {
        let delivery = self.deliveries.read(&notice_ref.tenant, id, notice_ref.notice).await?;
        if !delivery.is_due(now()) {
            return Ok(());
        }
        let webhook = match self.webhooks.read(&notice_ref.tenant, id).await {
            Ok(webhook) if webhook.disabled.is_none() || delivery.kind == NewsKind::WebhookTest => webhook,
            Ok(_) | Err(Fault::NotFound) => return self.settle(&delivery.dropped()).await,
            Err(other) => return Err(other),
        };
        let at = now();
        let headers = self.headers(&webhook, &delivery, at).await?;
        let Answered { took, status, error } =
            self.receivers.post(&webhook.url, headers, delivery.body.clone()).await;
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let error = error.map(str::to_owned);
        tracing::info!(
            webhook.id = %id,
            notice.id = %delivery.id,
            webhook.status = status,
            webhook.error = error,
            webhook.millis = millis,
            "webhook tried"
        );
        let mut tried = delivery.tried(Attempt { at, millis, status, error: error.clone() });
        if status == Some(GONE) {
            tried.state = DeliveryState::Failed;
        }
        self.settle(&tried).await?;
        match (tried.state, error) {
            (DeliveryState::Delivered, _) => self.webhooks.took(&webhook, at).await,
            (DeliveryState::Pending { due }, _) => {
                let wait = Duration::try_from(due.duration_since(now())).unwrap_or_default();
                // On record: if the pointer is not sent now, the sweeper sends it.
                let _sweeper_will = self.queue.send(notice_ref, wait).await;
            }
            (DeliveryState::Failed, Some(error)) if is_hopeless(&webhook, &delivery, status) => {
                self.switch_off(webhook, status.map_or(error, |status| format!("status_{status}"))).await?;
            }
            (DeliveryState::Failed, _) => {}
        }
        Ok(())
    }

    async fn settle(&self, to: &Delivery) -> Result<(), Fault> {
        match self.deliveries.advance(to).await {
            // Somebody else tried at the same time, or a person asked for it once more: theirs holds.
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// The three headers of Standard Webhooks. During a rotation there are two signatures.
    async fn headers(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
        at: Timestamp,
    ) -> Result<HeaderMap, Fault> {
        let mut signatures = Vec::new();
        for number in webhook.secrets(at) {
            signatures.push(self.secrets.of(webhook, number).await?.sign(delivery.id, at, &delivery.body));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("webhook-id", delivery.id.to_string()),
            ("webhook-timestamp", at.as_second().to_string()),
            ("webhook-signature", signatures.join(" ")),
        ] {
            headers.insert(name, HeaderValue::try_from(value).map_err(|_| Fault::Broken)?);
        }
        Ok(headers)
    }

    /// Sends nothing more to a webhook, and says so: in the list of notices, by mail, and to the other webhooks.
    async fn switch_off(&self, mut webhook: Webhook, reason: String) -> Result<(), Fault> {
        for _ in 0..TRIES {
            let at = now();
            let disabled = Some(Disabled { at, reason: reason.clone() });
            let off = Webhook { disabled, ..webhook.changed(at) };
            let made = (AuditId::make(at, &random()), at);
            let event = off.event(made, ACTOR, Action::WebhookDisabled, &reason);
            let news =
                News::WebhookDisabled { webhook: off.id, label: off.label.clone(), reason: reason.clone() };
            let notice = Notice::after(event.id, at, &off.tenant, news);
            match self.webhooks.change(&webhook, &off, event, Some(notice)).await {
                Err(Fault::Conflict) => webhook = self.webhooks.read(&webhook.tenant, webhook.id).await?,
                other => return other,
            }
            if webhook.disabled.is_some() {
                return Ok(());
            }
        }
        Err(Fault::Unavailable)
    }
}

/// Whether a receiver that has taken a delivery by no try is given up: it has taken nothing else meanwhile, or says itself
/// that it is gone.
fn is_hopeless(webhook: &Webhook, delivery: &Delivery, status: Option<u16>) -> bool {
    let silent = webhook.delivered_at.is_none_or(|at| at < delivery.created_at);
    webhook.disabled.is_none() && (status == Some(GONE) || silent)
}
