//! Batches as they were asked for, and their jobs.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::batch::Batch;
use domain::job::{Job, State};
use domain::{BatchId, Fault, JobId, TenantId, Timestamp};

use super::{JobFilter, Jobs};
use crate::error::fault;
use crate::newest_first::newest_first;
use crate::{Page, batch_item, job_item};

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
        let list = (&self.client, self.tables.main.as_str());
        let after = after.map(|id| id.to_string());
        let (items, next) = newest_first(list, batch_item::partition_key(tenant), after, limit).await?;
        let items: Result<Vec<_>, _> = items.into_iter().map(batch_item::from_item).collect();
        Ok(Page { items: items?, next: next.and_then(|id| id.parse().ok()) })
    }

    /// How many jobs of a batch are in which state, by the names of [`State::NAMES`]. Only that is read of them, so that
    /// a thousand long prompts are no matter.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn count_states(&self, batch: &Batch) -> Result<BTreeMap<&'static str, u32>, Fault> {
        let mut counts: BTreeMap<_, _> = State::NAMES.into_iter().map(|name| (name, 0)).collect();
        let (from, to) = of_the_millisecond(batch.id);
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .key_condition_expression("pk = :tenant AND sk BETWEEN :from AND :to")
            .filter_expression("#batch = :batch")
            .projection_expression("#state")
            // Both are words of DynamoDB's own.
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#batch", "batch")
            .expression_attribute_values(":tenant", AttributeValue::S(job_item::partition_key(&batch.tenant)))
            .expression_attribute_values(":from", AttributeValue::S(from.to_string()))
            .expression_attribute_values(":to", AttributeValue::S(to.to_string()))
            .expression_attribute_values(":batch", AttributeValue::S(batch.id.to_string()));
        let mut after = None;
        loop {
            let query = query.clone().set_exclusive_start_key(after);
            let answer = query.send().await.map_err(|error| fault("Query jobs", error))?;
            for item in answer.items() {
                let state = item.get("state").and_then(|state| state.as_s().ok());
                if let Some(count) = state.and_then(|state| counts.get_mut(state.as_str())) {
                    *count += 1;
                }
            }
            after = answer.last_evaluated_key;
            if after.is_none() {
                return Ok(counts);
            }
        }
    }

    /// A page of the jobs of a batch, the last first, after `after`.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn of_batch(&self, batch: &Batch, after: Option<JobId>) -> Result<Page<Job, JobId>, Fault> {
        let filter = JobFilter { batch: Some(batch.id), after, ..JobFilter::default() };
        self.list(&batch.tenant, &filter, usize::MAX).await
    }
}

/// The jobs of a batch are made in its own millisecond: from the first id of it to the first of the next.
pub(super) fn of_the_millisecond(batch: BatchId) -> (JobId, JobId) {
    let made_at = batch.made_at();
    let next = made_at.saturating_add(Duration::from_millis(1)).unwrap_or(Timestamp::MAX);
    (JobId::earliest(made_at), JobId::earliest(next))
}
