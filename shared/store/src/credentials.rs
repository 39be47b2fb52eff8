//! Stored API keys, without the secret: who has one, and whether it works.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::credential::{CredentialMeta, Scope, Slot};
use domain::notice::Notice;
use domain::{Fault, TenantId, Timestamp};

use crate::audit_item::Item;
use crate::error::fault;
use crate::transaction::Transaction;
use crate::work::count_waiting;
use crate::{Tables, credential_item};

mod register;

/// The credentials in the main table.
#[derive(Clone, Debug)]
pub struct Credentials {
    client: Client,
    tables: Tables,
}

impl Credentials {
    /// The credentials in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// What lies in a slot.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when it is empty.
    pub async fn read(&self, slot: &Slot) -> Result<CredentialMeta, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(slot)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem credential", error))?;
        credential_item::from_item(answer.item.ok_or(Fault::NotFound)?)
    }

    /// The API key that pays for jobs of a slot: the project's own, else the account's.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is neither.
    pub async fn paying_for(&self, slot: &Slot) -> Result<CredentialMeta, Fault> {
        match self.read(slot).await {
            Err(Fault::NotFound) if slot.scope != Scope::Account => {
                self.read(&Slot { scope: Scope::Account, ..slot.clone() }).await
            }
            other => other,
        }
    }

    /// Every credential of a tenant, by provider and scope.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<CredentialMeta>, Fault> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.tables.main)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(credential_item::partition_key(tenant)))
                .set_exclusive_start_key(from)
                .send()
                .await
                .map_err(|error| fault("Query credentials", error))?;
            for item in answer.items.unwrap_or_default() {
                all.push(credential_item::from_item(item)?);
            }
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(all);
            }
        }
    }

    /// How many jobs wait for the API key of a slot.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn waiting_jobs(&self, slot: &Slot) -> Result<u64, Fault> {
        count_waiting(&self.client, &self.tables.main, slot).await
    }

    /// Puts a change of state on record, with what the audit trail says about it and what everybody is told.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the credential is not at the revision that `to` was made from.
    pub async fn change(
        &self,
        to: &CredentialMeta,
        event: Option<AuditEvent>,
        notice: Option<Notice>,
    ) -> Result<(), Fault> {
        let mut transaction = Transaction::new(&self.client, &self.tables);
        transaction = transaction.put(put_revision(&self.tables.main, to)?);
        if let Some(notice) = notice {
            transaction = transaction.notice(notice)?;
        }
        transaction.commit(event.as_slice()).await
    }

    /// Notes that a job opened the API key, at most once a minute. Nothing depends on it, so a failure is let go.
    pub async fn touch(&self, used: &CredentialMeta, now: Timestamp) {
        let a_minute_ago = now.as_millisecond().saturating_sub(60_000);
        if used.last_used_at.is_some_and(|at| at.as_millisecond() > a_minute_ago) {
            return;
        }
        let touched = self
            .client
            .update_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(&used.slot)))
            .update_expression("SET last_used_at = :now")
            // Not after a revoke: an update would bring half a credential back.
            .condition_expression("id = :id")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":id", AttributeValue::S(used.id.to_string()))
            .send()
            .await;
        if let Err(error) = touched {
            fault("UpdateItem last_used_at", error);
        }
    }
}

pub(crate) fn address(slot: &Slot) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(credential_item::partition_key(&slot.tenant))),
        ("sk".to_owned(), AttributeValue::S(credential_item::sort_key(slot))),
    ])
}

/// The item at its next revision, on condition that the stored one is at the revision before.
fn put_revision(table: &str, to: &CredentialMeta) -> Result<Put, Fault> {
    Put::builder()
        .table_name(table)
        .set_item(Some(credential_item::to_item(to)?))
        .condition_expression("id = :id AND revision = :from")
        .expression_attribute_values(":id", AttributeValue::S(to.id.to_string()))
        .expression_attribute_values(":from", AttributeValue::N(to.revision.saturating_sub(1).to_string()))
        .build()
        .map_err(|_| Fault::Broken)
}
