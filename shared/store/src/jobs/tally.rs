//! How many jobs of a batch have not ended yet: one small item beside the batch, kept by the writes that move its jobs. So
//! the write that ends the last one knows that it does, and tells everybody.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use domain::batch::Batch;
use domain::job::{Job, State};
use domain::notice::Ends;
use domain::{BatchId, Fault, TenantId};

use super::Jobs;
use crate::audit_item::Item;
use crate::batch_item::parts_partition_key;
use crate::error::fault;

/// Under which a job is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    Open,
    Succeeded,
    Failed,
    Cancelled,
    Unknown,
}

impl Count {
    const ALL: [Self; 5] = [Self::Open, Self::Succeeded, Self::Failed, Self::Cancelled, Self::Unknown];

    const fn of(state: &State) -> Self {
        match state {
            State::Queued { .. } | State::Running { .. } | State::Submitted { .. } | State::Paused { .. } => {
                Self::Open
            }
            State::Succeeded { .. } => Self::Succeeded,
            State::Failed { .. } => Self::Failed,
            State::Cancelled => Self::Cancelled,
            State::Unknown => Self::Unknown,
        }
    }

    const fn attribute(self) -> &'static str {
        match self {
            Self::Open => "jobs_open",
            Self::Succeeded => "jobs_succeeded",
            Self::Failed => "jobs_failed",
            Self::Cancelled => "jobs_cancelled",
            Self::Unknown => "jobs_unknown",
        }
    }
}

/// What a move changes in the tally of its job's batch.
pub(super) struct Step {
    tenant: TenantId,
    pub(super) batch: BatchId,
    from: Count,
    to: Count,
}

/// The tally as it was read, when the last job of a batch is about to end.
pub(super) struct Last {
    before: Ends,
}

/// What is known of a tally that has not taken a step as it was.
pub(super) enum Found {
    /// The step ends the last job.
    Last(Last),
    /// Others have ended or begun again meanwhile.
    Open,
    /// The batch was made before there were tallies.
    None,
}

impl Step {
    /// None: the job is in no batch, or counts as before.
    pub(super) fn of(from: &Job, to: &Job) -> Option<Self> {
        let (before, after) = (Count::of(&from.state), Count::of(&to.state));
        let batch = to.batch.filter(|_| before != after)?;
        Some(Self { tenant: to.tenant.clone(), batch, from: before, to: after })
    }

    /// The write. That the last job ends must not go unnoticed: then it is refused, to be written with its [`Last`].
    pub(super) fn write(&self, table: &str, last: Option<&Last>) -> Result<TransactWriteItem, Fault> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let update = Update::builder()
            .table_name(table)
            .set_key(Some(address(&self.tenant, self.batch)))
            .update_expression("ADD #from :less, #to :more")
            .expression_attribute_names("#from", self.from.attribute())
            .expression_attribute_names("#to", self.to.attribute())
            .expression_attribute_values(":less", number(-1))
            .expression_attribute_values(":more", number(1));
        let update = match last {
            Some(Last { before }) => update
                .condition_expression(
                    "jobs_open = :one AND jobs_succeeded = :succeeded AND jobs_failed = :failed AND jobs_cancelled = \
                     :cancelled AND jobs_unknown = :unknown",
                )
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":succeeded", number(before.succeeded.into()))
                .expression_attribute_values(":failed", number(before.failed.into()))
                .expression_attribute_values(":cancelled", number(before.cancelled.into()))
                .expression_attribute_values(":unknown", number(before.unknown.into())),
            None if self.from == Count::Open => update
                .condition_expression("jobs_open > :one")
                .expression_attribute_values(":one", number(1)),
            None => update.condition_expression("attribute_exists(pk)"),
        };
        let update = update.build().map_err(|_| Fault::Broken)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// How the jobs of the batch have ended, with this one.
    pub(super) fn ends(&self, Last { before }: &Last) -> Ends {
        let mut ends = *before;
        match self.to {
            Count::Open => {}
            Count::Succeeded => ends.succeeded += 1,
            Count::Failed => ends.failed += 1,
            Count::Cancelled => ends.cancelled += 1,
            Count::Unknown => ends.unknown += 1,
        }
        ends
    }
}

impl Jobs {
    /// Reads the tally that did not take a step.
    pub(super) async fn tally(&self, step: &Step) -> Result<Found, Fault> {
        let address = address(&step.tenant, step.batch);
        let asked = self.client.get_item().table_name(&self.tables.main).set_key(Some(address));
        let answer = asked.consistent_read(true).send().await;
        let Some(item) = answer.map_err(|error| fault("GetItem tally", error))?.item else {
            return Ok(Found::None);
        };
        let count = |count: Count| {
            item.get(count.attribute()).and_then(|value| value.as_n().ok()?.parse::<u32>().ok()).unwrap_or(0)
        };
        if step.from != Count::Open || count(Count::Open) != 1 {
            return Ok(Found::Open);
        }
        let before = Ends {
            succeeded: count(Count::Succeeded),
            failed: count(Count::Failed),
            cancelled: count(Count::Cancelled),
            unknown: count(Count::Unknown),
        };
        Ok(Found::Last(Last { before }))
    }
}

/// The tally of a batch of which no job is made yet: all of them are to come.
pub(super) fn put_new(table: &str, batch: &Batch) -> Result<Put, Fault> {
    let counted = |count: Count| if count == Count::Open { batch.total } else { 0 };
    let counts =
        Count::ALL.map(|count| (count.attribute().to_owned(), AttributeValue::N(counted(count).to_string())));
    let mut item: HashMap<_, _> = address(&batch.tenant, batch.id);
    item.extend(counts);
    let put = Put::builder().table_name(table).set_item(Some(item));
    put.condition_expression("attribute_not_exists(pk)").build().map_err(|_| Fault::Broken)
}

fn address(tenant: &TenantId, batch: BatchId) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(parts_partition_key(tenant, batch))),
        ("sk".to_owned(), AttributeValue::S("tally".to_owned())),
    ])
}
