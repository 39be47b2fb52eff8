//! Uploads: made once, then ready or refused, then deleted, each with its audit event.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::upload::Upload;
use domain::{Fault, TenantId, Timestamp, UploadId};

use crate::audit_item::Item;
use crate::error::fault;
use crate::transaction::Transaction;
use crate::{Page, Tables, upload_item};

/// The uploads in the main table. What has expired is not there, although the table may keep it for some days.
#[derive(Clone, Debug)]
pub struct Uploads {
    client: Client,
    tables: Tables,
}

impl Uploads {
    /// The uploads in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables }
    }

    /// Puts a new upload on record.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create(&self, upload: &Upload, event: AuditEvent) -> Result<(), Fault> {
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(upload_item::to_item(upload)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables.audit).put(put).commit(&[event]).await
    }

    /// An upload as it is now.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that id in this tenant's, or it has expired.
    pub async fn read(&self, tenant: &TenantId, id: UploadId, now: Timestamp) -> Result<Upload, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(tenant, id)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem upload", error))?;
        let upload = upload_item::from_item(answer.item.ok_or(Fault::NotFound)?)?;
        if upload.is_expired(now) { Err(Fault::NotFound) } else { Ok(upload) }
    }

    /// A page of at most `limit` uploads of one tenant, newest first, those made before `after`. A page may hold
    /// fewer and still have a next one, when some have expired.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        after: Option<UploadId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Page<Upload, UploadId>, Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .expression_attribute_values(":tenant", AttributeValue::S(upload_item::partition_key(tenant)))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let query = match after {
            None => query.key_condition_expression("pk = :tenant"),
            Some(after) => query
                .key_condition_expression("pk = :tenant AND sk < :after")
                .expression_attribute_values(":after", AttributeValue::S(after.to_string())),
        };
        let answer = query.send().await.map_err(|error| fault("Query uploads", error))?;
        let last_seen =
            answer.last_evaluated_key.and_then(|place| place.get("sk")?.as_s().ok()?.parse().ok());
        // One item that cannot be read must not hide the others; it is in the log.
        let readable =
            answer.items.unwrap_or_default().into_iter().filter_map(|item| upload_item::from_item(item).ok());
        Ok(Page { items: readable.filter(|upload| !upload.is_expired(now)).collect(), next: last_seen })
    }

    /// Puts what became of an upload on record.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when it is not at the revision that `to` was made from, or was deleted.
    pub async fn advance(&self, to: &Upload, event: AuditEvent) -> Result<(), Fault> {
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(upload_item::to_item(to)?))
            .condition_expression("revision = :from")
            .expression_attribute_values(":from", number(to.revision.saturating_sub(1)))
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables.audit).put(put).commit(&[event]).await
    }

    /// Takes an upload off the record. Its objects must be gone before, else nothing names them any more.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when it is no longer as `upload` says, or was deleted.
    pub async fn delete(&self, upload: &Upload, event: AuditEvent) -> Result<(), Fault> {
        let delete = Delete::builder()
            .table_name(&self.tables.main)
            .set_key(Some(address(&upload.tenant, upload.id)))
            .condition_expression("revision = :as_read")
            .expression_attribute_values(":as_read", number(upload.revision))
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables.audit)
            .with(TransactWriteItem::builder().delete(delete).build())
            .commit(&[event])
            .await
    }
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn address(tenant: &TenantId, id: UploadId) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(upload_item::partition_key(tenant))),
        ("sk".to_owned(), AttributeValue::S(id.to_string())),
    ])
}
