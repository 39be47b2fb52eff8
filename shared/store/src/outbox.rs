//! The outbox: what somebody is still to be told. It is no table of its own: notices and deliveries stand in the index of
//! work from the write that makes them until nothing is left to do for them.
//!
//! Whoever writes one sends a pointer to the notifier, and the sweeper sends what a crash left behind.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use aws_types::SdkConfig;
use domain::delivery::NoticeRef;
use domain::notice::{NewsKind, Notice};
use domain::{Fault, NoticeId, TenantId, Timestamp, WebhookId};
use serde::Deserialize;

use crate::audit_item::Item;
use crate::error::fault;
use crate::transaction::Transaction;
use crate::work_entry::{OUTBOX, due_order, outbox_order};
use crate::{Tables, notices};

/// How many entries one sweep looks at. What is left over is for the next.
const MOST: i32 = 500;

/// The longest delay of a message (an SQS limit). What is due later, the sweeper sends.
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// Sends pointers to the notifier.
#[derive(Clone, Debug)]
pub struct NotifierQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl NotifierQueue {
    /// The queue at a URL.
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { client: aws_sdk_sqs::Client::new(config), url }
    }

    /// Sends a pointer, to be received after `delay`. One with more delay than SQS takes is not sent: the sweeper does it
    /// when its time has come.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when SQS does not take it.
    pub async fn send(&self, notice_ref: &NoticeRef, delay: Duration) -> Result<(), Fault> {
        if delay > LONGEST_DELAY {
            return Ok(());
        }
        let seconds = i32::try_from(delay.as_secs()).unwrap_or(0);
        let request = self.client.send_message().queue_url(&self.url).message_body(notice_ref.to_body());
        let request = request.set_delay_seconds((seconds > 0).then_some(seconds));
        // Fair queues: one tenant's many webhooks do not hold up another's one.
        let sent = request.message_group_id(notice_ref.tenant.to_string()).send().await;
        sent.map(drop).map_err(|error| fault("SendMessage notifier", error))
    }
}

/// Something whose time has come, and to which nobody has sent a pointer that arrived.
#[derive(Debug)]
pub struct Overdue {
    /// The pointer to send.
    pub notice_ref: NoticeRef,
    partition_key: String,
    sort_key: String,
    place: String,
}

#[derive(Deserialize)]
struct Entry {
    pk: String,
    sk: String,
    work_sk: String,
    tenant: TenantId,
    kind: NewsKind,
    #[serde(default)]
    webhook: Option<WebhookId>,
}

/// What is still to be told, for the sweeper.
#[derive(Clone, Debug)]
pub struct Outbox {
    client: Client,
    tables: Tables,
}

impl Outbox {
    /// The outbox of the main table.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// Tells a tenant of something, unless it was told before. `what` stands for it, for ever.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn tell_once(&self, notice: Notice, what: &str) -> Result<(), Fault> {
        let told = Put::builder()
            .table_name(&self.tables.main)
            .item("pk", AttributeValue::S(notices::partition_key(&notice.tenant)))
            .item("sk", AttributeValue::S(format!("told#{what}")))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        let transaction = Transaction::new(&self.client, &self.tables).put(told).notice(notice)?;
        match transaction.commit(&[]).await {
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// What was to be looked at before `until`, the longest overdue first; at most some hundreds.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn overdue(&self, until: Timestamp) -> Result<Vec<Overdue>, Fault> {
        let answer = self
            .client
            .query()
            .table_name(&self.tables.main)
            .index_name("work")
            .key_condition_expression("work_pk = :pk AND work_sk < :until")
            .expression_attribute_values(":pk", AttributeValue::S(OUTBOX.to_owned()))
            .expression_attribute_values(":until", AttributeValue::S(due_order(until)))
            .limit(MOST)
            .send()
            .await
            .map_err(|error| fault("Query outbox", error))?;
        // One item that cannot be read must not hide the others.
        Ok(answer.items.unwrap_or_default().into_iter().filter_map(overdue).collect())
    }

    /// Has it looked at again at `next`, unless something has happened to it meanwhile.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn put_off(&self, overdue: &Overdue, next: Timestamp) -> Result<(), Fault> {
        let NoticeRef { notice, webhook, .. } = &overdue.notice_ref;
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.main)
            .key("pk", AttributeValue::S(overdue.partition_key.clone()))
            .key("sk", AttributeValue::S(overdue.sort_key.clone()))
            .update_expression("SET work_sk = :next")
            .condition_expression("work_sk = :place")
            .expression_attribute_values(":next", AttributeValue::S(outbox_order(next, *notice, *webhook)))
            .expression_attribute_values(":place", AttributeValue::S(overdue.place.clone()));
        match update.send().await.map_err(|error| fault("UpdateItem outbox", error)) {
            Ok(_) | Err(Fault::Conflict) => Ok(()),
            Err(other) => Err(other),
        }
    }
}

fn overdue(item: Item) -> Option<Overdue> {
    let entry: Entry = serde_dynamo::from_item(item)
        .inspect_err(|error| tracing::error!(%error, "an entry of the outbox cannot be read"))
        .ok()?;
    let notice: NoticeId = entry.sk.strip_prefix("event#").unwrap_or(&entry.sk).parse().ok()?;
    let notice_ref = match entry.webhook {
        Some(webhook) => NoticeRef::one(entry.tenant, notice, entry.kind, webhook),
        None => NoticeRef::everybody(entry.tenant, notice, entry.kind),
    };
    Some(Overdue { notice_ref, partition_key: entry.pk, sort_key: entry.sk, place: entry.work_sk })
}
