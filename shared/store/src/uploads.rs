//! Uploads: made once, then ready or refused, then deleted, each with its audit event.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use aws_types::SdkConfig;
use domain::audit::AuditEvent;
use domain::upload::Upload;
use domain::{Fault, TenantId, Timestamp, UploadId};

use crate::audit_item::Item;
use crate::error::fault;
use crate::newest_first::newest_first;
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
        Transaction::new(&self.client, &self.tables).put(put).commit(&[event]).await
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
        let list = (&self.client, self.tables.main.as_str());
        let after = after.map(|id| id.to_string());
        let (items, next) = newest_first(list, upload_item::partition_key(tenant), after, limit).await?;
        // One item that cannot be read must not hide the others; it is in the log.
        let readable = items.into_iter().filter_map(|item| upload_item::from_item(item).ok());
        let items = readable.filter(|upload| !upload.is_expired(now)).collect();
        Ok(Page { items, next: next.and_then(|id| id.parse().ok()) })
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
        Transaction::new(&self.client, &self.tables).put(put).commit(&[event]).await
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
        Transaction::new(&self.client, &self.tables)
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
