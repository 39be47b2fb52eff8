//! Batches as they were asked for, and their jobs.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::batch::Batch;
use domain::job::Job;
use domain::{BatchId, Fault, TenantId};

use super::{JobFilter, Jobs};
use crate::error::fault;
use crate::{Page, batch_item};

impl Jobs {
    /// A batch as it was asked for.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that id in this tenant's.
    pub async fn read_batch(&self, tenant: &TenantId, id: BatchId) -> Result<Batch, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .key("pk", AttributeValue::S(batch_item::partition_key(tenant)))
            .key("sk", AttributeValue::S(id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem batch", error))?;
        batch_item::from_item(answer.item.ok_or(Fault::NotFound)?)
    }

    /// A page of at most `limit` batches of one tenant, the newest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list_batches(
        &self,
        tenant: &TenantId,
        after: Option<BatchId>,
        limit: usize,
    ) -> Result<Page<Batch, BatchId>, Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .expression_attribute_values(":tenant", AttributeValue::S(batch_item::partition_key(tenant)))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let query = match after {
            None => query.key_condition_expression("pk = :tenant"),
            Some(after) => query
                .key_condition_expression("pk = :tenant AND sk < :after")
                .expression_attribute_values(":after", AttributeValue::S(after.to_string())),
        };
        let answer = query.send().await.map_err(|error| fault("Query batches", error))?;
        let items: Result<Vec<_>, _> =
            answer.items.unwrap_or_default().into_iter().map(batch_item::from_item).collect();
        let items = items?;
        let next = answer.last_evaluated_key.and(items.last().map(|batch| batch.id));
        Ok(Page { items, next })
    }

    /// Every job of a batch, the newest first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn of_batch(&self, tenant: &TenantId, id: BatchId) -> Result<Vec<Job>, Fault> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let filter = JobFilter { batch: Some(id), after, ..JobFilter::default() };
            let page = self.list(tenant, &filter, usize::MAX).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }
}
