//! A webhook and a delivery as items of the main table. No secret is among it: secrets are derived, never stored.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::delivery::{Attempt, Delivery, DeliveryState, KEPT_DAYS};
use domain::notice::NewsKind;
use domain::webhook::{Address, Disabled, Reach, Webhook};
use domain::{Fault, NoticeId, TenantId, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};
use crate::work_entry::{OUTBOX, outbox_order};

#[derive(Serialize, Deserialize)]
struct WebhookItem {
    pk: String,
    sk: WebhookId,
    tenant: TenantId,
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    events: Vec<NewsKind>,
    secret_number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    earlier_secret_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disabled_for: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivered_at: Option<Timestamp>,
    version: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct DeliveryItem {
    pk: String,
    sk: NoticeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_sk: Option<String>,
    expires_at: i64,
    tenant: TenantId,
    webhook: WebhookId,
    kind: NewsKind,
    body: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    /// As JSON: the table never looks into it.
    attempts: String,
    revision: u64,
    created_at: Timestamp,
}

pub(crate) fn webhooks_partition_key(tenant: &TenantId) -> String {
    format!("WEBHOOK#{tenant}")
}

pub(crate) fn deliveries_partition_key(tenant: &TenantId, webhook: WebhookId) -> String {
    format!("DELIVERY#{tenant}#{webhook}")
}

pub(crate) fn webhook_to_item(webhook: &Webhook) -> Result<Item, Fault> {
    let webhook = webhook.clone();
    let (disabled_at, disabled_for) = webhook.disabled.map(|disabled| (disabled.at, disabled.reason)).unzip();
    let item = WebhookItem {
        pk: webhooks_partition_key(&webhook.tenant),
        sk: webhook.id,
        tenant: webhook.tenant,
        address: webhook.url.to_string(),
        label: webhook.label,
        events: webhook.events,
        secret_number: webhook.secret,
        earlier_secret_until: webhook.earlier_secret_until,
        disabled_at,
        disabled_for,
        delivered_at: webhook.delivered_at,
        version: webhook.version,
        created_at: webhook.created_at,
        updated_at: webhook.updated_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

/// None: it was deleted.
pub(crate) fn webhook_from_item(item: Item) -> Result<Option<Webhook>, Fault> {
    if item.contains_key("deleted_at") {
        return Ok(None);
    }
    let item: WebhookItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    // How far it may reach was decided when it was made, and is decided again by whoever sends to it.
    let url =
        Address::parse(&item.address, Reach::ThisMachineToo).map_err(|error| unreadable("main", &error))?;
    let disabled = item.disabled_at.zip(item.disabled_for).map(|(at, reason)| Disabled { at, reason });
    Ok(Some(Webhook {
        id: item.sk,
        tenant: item.tenant,
        url,
        label: item.label,
        events: item.events,
        secret: item.secret_number,
        earlier_secret_until: item.earlier_secret_until,
        disabled,
        delivered_at: item.delivered_at,
        version: item.version,
        created_at: item.created_at,
        updated_at: item.updated_at,
    }))
}

/// What is left of a webhook that was deleted: nothing but that it was, so that nothing puts it back. As long as its
/// deliveries, which are found by it when the account is erased.
pub(crate) fn deleted(webhook: &Webhook, at: Timestamp) -> Item {
    let expires_at = at.as_second().saturating_add(KEPT_DAYS * 24 * 3_600);
    Item::from([
        ("pk".to_owned(), AttributeValue::S(webhooks_partition_key(&webhook.tenant))),
        ("sk".to_owned(), AttributeValue::S(webhook.id.to_string())),
        ("deleted_at".to_owned(), AttributeValue::S(at.to_string())),
        ("expires_at".to_owned(), AttributeValue::N(expires_at.to_string())),
    ])
}

pub(crate) fn delivery_to_item(delivery: &Delivery) -> Result<Item, Fault> {
    let due = match delivery.state {
        DeliveryState::Pending { due } => Some(due),
        DeliveryState::Delivered | DeliveryState::Failed => None,
    };
    let look_again_at = delivery.look_again_at();
    let item = DeliveryItem {
        pk: deliveries_partition_key(&delivery.tenant, delivery.webhook),
        sk: delivery.id,
        work_pk: look_again_at.map(|_| OUTBOX.to_owned()),
        work_sk: look_again_at.map(|at| outbox_order(at, delivery.id, Some(delivery.webhook))),
        expires_at: delivery.created_at.as_second().saturating_add(KEPT_DAYS * 24 * 3_600),
        tenant: delivery.tenant.clone(),
        webhook: delivery.webhook,
        kind: delivery.kind,
        body: delivery.body.clone(),
        state: delivery.state.name().to_owned(),
        due,
        attempts: serde_json::to_string(&delivery.attempts).map_err(|_| Fault::Broken)?,
        revision: delivery.revision,
        created_at: delivery.created_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn delivery_from_item(item: Item) -> Result<Delivery, Fault> {
    let item: DeliveryItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let attempts: Vec<Attempt> =
        serde_json::from_str(&item.attempts).map_err(|error| unreadable("main", &error))?;
    let state = match (item.state.as_str(), item.due) {
        ("pending", Some(due)) => DeliveryState::Pending { due },
        ("delivered", _) => DeliveryState::Delivered,
        ("failed", _) => DeliveryState::Failed,
        _ => return Err(unreadable("main", &"state of a delivery")),
    };
    Ok(Delivery {
        webhook: item.webhook,
        tenant: item.tenant,
        id: item.sk,
        kind: item.kind,
        body: item.body,
        state,
        attempts,
        revision: item.revision,
        created_at: item.created_at,
    })
}
