//! Webhooks: `WEBHOOK#<tenant>` in the main table. Beside them lies how many there are, so that ten are ten however many
//! requests come at once, and how many of them want to hear of single jobs.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::notice::Notice;
use domain::webhook::{MOST_WEBHOOKS, Webhook};
use domain::{Fault, TenantId, Timestamp, WebhookId};

use crate::Tables;
use crate::audit_item::Item;
use crate::error::fault;
use crate::transaction::{Committed, Transaction};
use crate::webhook_item::{deleted, webhook_from_item, webhook_to_item, webhooks_partition_key};

/// How long a delivery counts as the latest, in seconds: so often is it noted at most.
const NOTED_SECONDS: i64 = 60;

/// The webhooks in the main table.
#[derive(Clone, Debug)]
pub struct Webhooks {
    client: Client,
    tables: Tables,
}

impl Webhooks {
    /// The webhooks in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// A webhook.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that id in this tenant's.
    pub async fn read(&self, tenant: &TenantId, id: WebhookId) -> Result<Webhook, Fault> {
        let asked = self.client.get_item().table_name(&self.tables.main);
        let asked = asked.set_key(Some(address(tenant, &id.to_string()))).consistent_read(true);
        let answer = asked.send().await.map_err(|error| fault("GetItem webhook", error))?;
        webhook_from_item(answer.item.ok_or(Fault::NotFound)?)?.ok_or(Fault::NotFound)
    }

    /// All of a tenant's, the oldest first: there are few.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Webhook>, Fault> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.tables.main)
                .key_condition_expression("pk = :pk AND begins_with(sk, :webhooks)")
                .expression_attribute_values(":pk", AttributeValue::S(webhooks_partition_key(tenant)))
                .expression_attribute_values(":webhooks", AttributeValue::S("whk_".to_owned()))
                .consistent_read(true)
                .set_exclusive_start_key(from);
            let answer = query.send().await.map_err(|error| fault("Query webhooks", error))?;
            for item in answer.items.unwrap_or_default() {
                all.extend(webhook_from_item(item)?);
            }
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(all);
            }
        }
    }

    /// Puts a new webhook on record. False: the tenant has as many as it may.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create(&self, webhook: &Webhook, event: AuditEvent) -> Result<bool, Fault> {
        let put = self.put(webhook)?.condition_expression("attribute_not_exists(pk)");
        let put = put.build().map_err(|_| Fault::Broken)?;
        let counted = self.count(webhook, 1, hears_of_jobs(webhook))?;
        let transaction = Transaction::new(&self.client, &self.tables).with(counted).put(put);
        match transaction.try_commit(&[event]).await? {
            Committed::Yes => Ok(true),
            Committed::Refused { item: 0 } => Ok(false),
            Committed::Refused { .. } => Err(Fault::Conflict),
        }
    }

    /// Puts the next version of a webhook on record.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the stored version is not the one before.
    pub async fn change(
        &self,
        from: &Webhook,
        to: &Webhook,
        event: AuditEvent,
        notice: Option<Notice>,
    ) -> Result<(), Fault> {
        let mut transaction = Transaction::new(&self.client, &self.tables).put(self.next(to, None)?);
        let more = hears_of_jobs(to) - hears_of_jobs(from);
        if more != 0 {
            transaction = transaction.with(self.count(to, 0, more)?);
        }
        if let Some(notice) = notice {
            transaction = transaction.notice(notice)?;
        }
        transaction.commit(&[event]).await
    }

    /// Deletes a webhook. Nothing is sent to it any more that is not on its way already.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when it was changed meanwhile.
    pub async fn delete(&self, webhook: &Webhook, event: AuditEvent) -> Result<(), Fault> {
        let gone = self.next(&webhook.changed(event.at), Some(deleted(webhook, event.at)))?;
        let counted = self.count(webhook, -1, -hears_of_jobs(webhook))?;
        Transaction::new(&self.client, &self.tables).put(gone).with(counted).commit(&[event]).await
    }

    /// Notes that a webhook took something, at most once a minute. Nothing but its being switched off depends on it, so a
    /// failure is let go.
    pub async fn took(&self, webhook: &Webhook, now: Timestamp) {
        let lately = now.as_second().saturating_sub(NOTED_SECONDS);
        if webhook.delivered_at.is_some_and(|at| at.as_second() > lately) {
            return;
        }
        let noted = self
            .client
            .update_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(&webhook.tenant, &webhook.id.to_string())))
            .update_expression("SET delivered_at = :now")
            // Not after it was deleted: an update would bring half of it back.
            .condition_expression("attribute_exists(address)")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()));
        if let Err(error) = noted.send().await {
            fault("UpdateItem webhook", error);
        }
    }

    /// An item in the place of a webhook, on condition that the version before is there.
    fn next(&self, to: &Webhook, instead: Option<Item>) -> Result<Put, Fault> {
        let put = match instead {
            Some(item) => Put::builder().table_name(&self.tables.main).set_item(Some(item)),
            None => self.put(to)?,
        };
        put.condition_expression("version = :before")
            .expression_attribute_values(":before", AttributeValue::N((to.version - 1).to_string()))
            .build()
            .map_err(|_| Fault::Broken)
    }

    fn put(&self, webhook: &Webhook) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Fault> {
        Ok(Put::builder().table_name(&self.tables.main).set_item(Some(webhook_to_item(webhook)?)))
    }

    /// Counts so many more, if there may be so many.
    fn count(&self, webhook: &Webhook, more: i64, hearing: i64) -> Result<TransactWriteItem, Fault> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let update = Update::builder()
            .table_name(&self.tables.main)
            .set_key(Some(address(&webhook.tenant, COUNT)))
            .update_expression("ADD webhooks :more, hear_of_jobs :hearing")
            .expression_attribute_values(":more", number(more))
            .expression_attribute_values(":hearing", number(hearing));
        let update = match more > 0 {
            true => update
                .condition_expression("attribute_not_exists(webhooks) OR webhooks < :most")
                .expression_attribute_values(":most", number(MOST_WEBHOOKS.into())),
            false => update,
        };
        let update = update.build().map_err(|_| Fault::Broken)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// The sort key of how many there are.
const COUNT: &str = "count";

/// Whether a tenant has a webhook that wants to hear of single jobs.
pub(crate) async fn hear_of_jobs((client, table): (&Client, &str), tenant: &TenantId) -> Result<bool, Fault> {
    let asked = client.get_item().table_name(table).set_key(Some(address(tenant, COUNT)));
    let answer = asked.send().await.map_err(|error| fault("GetItem webhook count", error))?;
    let hearing = answer.item.and_then(|item| item.get("hear_of_jobs")?.as_n().ok()?.parse::<i64>().ok());
    Ok(hearing.is_some_and(|hearing| hearing > 0))
}

fn hears_of_jobs(webhook: &Webhook) -> i64 {
    i64::from(webhook.events.iter().any(|kind| !kind.is_for_people()))
}

fn address(tenant: &TenantId, sort_key: &str) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(webhooks_partition_key(tenant))),
        ("sk".to_owned(), AttributeValue::S(sort_key.to_owned())),
    ])
}
