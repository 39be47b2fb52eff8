//! Jobs: made once, changed by moves, each with its audit event.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use aws_types::SdkConfig;
use domain::job::Job;
use domain::{BatchId, Fault, JobId, ProjectId, TenantId, Timestamp};

use crate::error::fault;
use crate::{Page, Tables, Together, job_item};

mod advance;
mod batches;
mod creation;
mod flights;
mod idempotency;
mod making;
mod posting;
mod several;
mod tally;
mod writing;

use batches::of_the_millisecond;

pub use advance::Taken;
pub use idempotency::{Asked, Created, IdempotencyKey};

/// How many jobs one list looks at, so that a narrow filter cannot make a request take for ever.
const LOOKED_AT: i32 = 500;

/// How many jobs are looked at to tell whether anything is going on.
const LATEST: i32 = 10;

/// Which jobs. Newest first.
#[derive(Debug, Default)]
pub struct JobFilter {
    /// In this state, by name.
    pub state: Option<String>,
    /// Of this kind, by name.
    pub kind: Option<&'static str>,
    /// In this project.
    pub project: Option<ProjectId>,
    /// Of this batch.
    pub batch: Option<BatchId>,
    /// Made before this one.
    pub after: Option<JobId>,
}

/// The jobs in the main table.
#[derive(Clone, Debug)]
pub struct Jobs {
    client: Client,
    tables: Tables,
    /// Whether webhooks want to hear of a tenant's jobs, asked by those that end at the same time.
    heard: Arc<Together<TenantId, Result<bool, Fault>>>,
}

impl Jobs {
    /// The jobs in `tables`.
    pub fn new(config: &SdkConfig, tables: Tables) -> Self {
        Self { client: Client::new(config), tables, heard: Arc::default() }
    }

    /// A job as it is now.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that id in this tenant's.
    pub async fn read(&self, tenant: &TenantId, id: JobId) -> Result<Job, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .key("pk", AttributeValue::S(job_item::partition_key(tenant)))
            .key("sk", AttributeValue::S(id.to_string()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem job", error))?;
        job_item::from_item(answer.item.ok_or(Fault::NotFound)?)
    }

    /// A page of at most `limit` jobs of one tenant. A page may hold fewer and still have a next one, when the
    /// filter is narrow.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &JobFilter,
        limit: usize,
    ) -> Result<Page<Job, JobId>, Fault> {
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .expression_attribute_values(":tenant", AttributeValue::S(job_item::partition_key(tenant)))
            .scan_index_forward(false)
            .limit(LOOKED_AT);
        // BETWEEN includes its bounds: the cursor's own row comes again and is passed over below.
        let whenever = (JobId::earliest(Timestamp::UNIX_EPOCH), JobId::earliest(Timestamp::MAX));
        let (from, latest) = filter.batch.map_or(whenever, of_the_millisecond);
        let upper = filter.after.map_or(latest, |after| after.min(latest));
        if upper < from {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let query = query
            .key_condition_expression("pk = :tenant AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":from", AttributeValue::S(from.to_string()))
            .expression_attribute_values(":to", AttributeValue::S(upper.to_string()));
        let answer = query.send().await.map_err(|error| fault("Query jobs", error))?;
        let more_to_look_at = answer.last_evaluated_key.is_some();
        let (mut items, mut last_seen) = (Vec::new(), None);
        for item in answer.items.unwrap_or_default() {
            if items.len() == limit {
                return Ok(Page { items, next: last_seen });
            }
            // One item that cannot be read must not hide the others; it is in the log.
            let Ok(job) = job_item::from_item(item) else { continue };
            if Some(job.id) == filter.after {
                continue;
            }
            last_seen = Some(job.id);
            if filter.admits(&job) {
                items.push(job);
            }
        }
        Ok(Page { items, next: last_seen.filter(|_| more_to_look_at) })
    }
}

impl Jobs {
    /// Whether one of the latest jobs of a tenant is queued, under way or paused. Of the jobs before those it says nothing:
    /// it is asked often, and must cost little.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn are_going_on(&self, tenant: &TenantId) -> Result<bool, Fault> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let query = self
            .client
            .query()
            .table_name(&self.tables.main)
            .key_condition_expression("pk = :tenant")
            .filter_expression("#state IN (:queued, :running, :paused)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":tenant", AttributeValue::S(job_item::partition_key(tenant)))
            .expression_attribute_values(":queued", text("queued"))
            .expression_attribute_values(":running", text("running"))
            .expression_attribute_values(":paused", text("paused"))
            .select(Select::Count)
            .scan_index_forward(false)
            .limit(LATEST);
        let answer = query.send().await.map_err(|error| fault("Query latest jobs", error))?;
        Ok(answer.count > 0)
    }
}

impl JobFilter {
    fn admits(&self, job: &Job) -> bool {
        self.state.as_deref().is_none_or(|state| state == job.state.name())
            && self.kind.is_none_or(|kind| kind == job.task.kind())
            && self.project.as_ref().is_none_or(|project| job.project.as_ref() == Some(project))
            && self.batch.is_none_or(|batch| job.batch == Some(batch))
    }
}
