//! Accounts that are being erased: a mark that closes the account, and leads the sweeper to it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::erasure::Erasure;
use domain::{Fault, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Tables;
use crate::audit_item::{Item, unreadable};
use crate::error::fault;
use crate::transaction::Transaction;

/// Where the marks stand in the index of work.
const WORK: &str = "ERASURES";

/// A mark as an item of the main table.
#[derive(Serialize, Deserialize)]
struct Mark {
    pk: String,
    sk: String,
    work_pk: String,
    work_sk: String,
    tenant: TenantId,
    begun_by: String,
    begun_at: Timestamp,
}

/// The marks in the main table.
#[derive(Clone, Debug)]
pub struct Erasures {
    client: Client,
    tables: Tables,
}

impl Erasures {
    /// The marks in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// Whether an account is being erased.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn is_under_way(&self, tenant: &TenantId) -> Result<bool, Fault> {
        Ok(self.find(tenant).await?.is_some())
    }

    /// The mark of an account, if it is being erased.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn find(&self, tenant: &TenantId) -> Result<Option<Erasure>, Fault> {
        let get = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(tenant)))
            // Closed at once, whichever function is asked.
            .consistent_read(true);
        let answer = get.send().await.map_err(|error| fault("GetItem erasure", error))?;
        answer.item.map(from_item).transpose()
    }

    /// Closes an account, with what the audit trail says about it. Once it is closed, this changes nothing.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn begin(&self, erasure: &Erasure, event: AuditEvent) -> Result<(), Fault> {
        let mark = Mark {
            pk: partition_key(&erasure.tenant),
            sk: SORT_KEY.to_owned(),
            work_pk: WORK.to_owned(),
            work_sk: erasure.tenant.to_string(),
            tenant: erasure.tenant.clone(),
            begun_by: erasure.begun_by.clone(),
            begun_at: erasure.begun_at,
        };
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(serde_dynamo::to_item(mark).map_err(|error| unreadable("main", &error))?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        match Transaction::new(&self.client, &self.tables).put(put).commit(&[event]).await {
            Err(Fault::Conflict) => Ok(()),
            other => other,
        }
    }

    /// The accounts that are being erased.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(&self) -> Result<Vec<Erasure>, Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .index_name("work")
            .key_condition_expression("work_pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(WORK.to_owned()));
        let answer = query.send().await.map_err(|error| fault("Query work", error))?;
        Ok(answer.items.unwrap_or_default().into_iter().filter_map(|item| from_item(item).ok()).collect())
    }

    /// Opens an account again, when nothing of it is left, with what the audit trail says about that.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when another has done so.
    pub async fn finish(&self, erasure: &Erasure, event: AuditEvent) -> Result<(), Fault> {
        let delete = Delete::builder()
            .table_name(&self.tables.main)
            .set_key(Some(address(&erasure.tenant)))
            .condition_expression("begun_at = :begun_at")
            .expression_attribute_values(":begun_at", AttributeValue::S(erasure.begun_at.to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        let delete = TransactWriteItem::builder().delete(delete).build();
        Transaction::new(&self.client, &self.tables).with(delete).commit(&[event]).await
    }
}

/// A condition for what must not come into an account while it is being erased.
pub(crate) fn none_under_way(table: &str, tenant: &TenantId) -> Result<TransactWriteItem, Fault> {
    let check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(address(tenant)))
        .condition_expression("attribute_not_exists(pk)")
        .build()
        .map_err(|_| Fault::Broken)?;
    Ok(TransactWriteItem::builder().condition_check(check).build())
}

const SORT_KEY: &str = "account";

fn partition_key(tenant: &TenantId) -> String {
    format!("ERASURE#{tenant}")
}

fn address(tenant: &TenantId) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(partition_key(tenant))),
        ("sk".to_owned(), AttributeValue::S(SORT_KEY.to_owned())),
    ])
}

fn from_item(item: Item) -> Result<Erasure, Fault> {
    let mark: Mark = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Erasure { tenant: mark.tenant, begun_by: mark.begun_by, begun_at: mark.begun_at })
}
