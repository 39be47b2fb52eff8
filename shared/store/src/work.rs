//! The index of jobs and batches that somebody must look at again. Only the sweeper reads it; every write of a job keeps it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use aws_types::SdkConfig;
use domain::batch::Batch;
use domain::credential::Slot;
use domain::job::Job;
use domain::{Fault, TenantId, Timestamp};
use futures_util::future::join_all;

use crate::audit_item::Item;
use crate::error::fault;
use crate::work_entry::{
    BATCHES, SHARDS, due_order, due_partition, paused_partition, paused_partition_of, waiting_for,
};
use crate::{Page, batch_item, job_item};

const INDEX: &str = "work";

/// How many jobs are looked at in one query.
const PAGE: i32 = 100;

/// How many pages of a megabyte are read of each partition, to count a tenant's jobs among those of all.
const PAGES_COUNTED: usize = 16;

/// Where the next page of due jobs begins.
#[derive(Debug)]
pub struct DueCursor(Item);

/// Jobs that wait for the same API key, in the order of their making.
#[derive(Debug)]
pub struct WaitingGroup {
    /// What the index calls the group; the next one comes after it.
    pub prefix: GroupPrefix,
    /// The first of the jobs that can be read.
    pub jobs: Vec<Job>,
}

/// What the index entries of a group begin with.
#[derive(Clone, Debug)]
pub struct GroupPrefix(String);

/// The index of jobs to look at.
#[derive(Clone, Debug)]
pub struct Work {
    client: Client,
    table: String,
}

impl Work {
    /// The index of `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// The numbers of the partitions, to go through.
    pub fn shards() -> impl Iterator<Item = u8> {
        0..SHARDS
    }

    /// A page of jobs of a partition that were to be looked at before `until`, the longest overdue first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn due(
        &self,
        shard: u8,
        until: Timestamp,
        after: Option<DueCursor>,
    ) -> Result<Page<Job, DueCursor>, Fault> {
        let answer = self
            .ask(format!("DUE#{shard}"), "work_pk = :pk AND work_sk < :sk", due_order(until), PAGE)
            .set_exclusive_start_key(after.map(|cursor| cursor.0))
            .send()
            .await
            .map_err(|error| fault("Query work", error))?;
        Ok(Page { items: readable(answer.items), next: answer.last_evaluated_key.map(DueCursor) })
    }

    /// The batches whose jobs are still being made, and on which somebody else should have gone on before `until`; at
    /// most a hundred, the longest overdue first.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn unfinished_batches(&self, until: Timestamp) -> Result<Vec<Batch>, Fault> {
        let query =
            self.ask(BATCHES.to_owned(), "work_pk = :pk AND work_sk < :sk", due_order(until), PAGE).send();
        let items = query.await.map_err(|error| fault("Query work", error))?.items.unwrap_or_default();
        Ok(items.into_iter().filter_map(|item| batch_item::from_item(item).ok()).collect())
    }

    /// The next group of waiting jobs of a partition after `after`, with at most `limit` of its jobs. Groups are
    /// skipped over whole, so a group that cannot be helped, or read, does not hide the next.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn next_waiting(
        &self,
        shard: u8,
        after: Option<&GroupPrefix>,
        limit: i32,
    ) -> Result<Option<WaitingGroup>, Fault> {
        // `~` sorts after every character of a job id.
        let from = after.map_or_else(|| "!".to_owned(), |group| format!("{}~", group.0));
        let pk = format!("PAUSED#{shard}");
        let first = self.ask(pk.clone(), "work_pk = :pk AND work_sk > :sk", from, 1);
        let first = first.send().await.map_err(|error| fault("Query work", error))?;
        let Some(first) = first.items.unwrap_or_default().into_iter().next() else { return Ok(None) };
        let entry = first.get("work_sk").and_then(|entry| entry.as_s().ok()).ok_or(Fault::Broken)?;
        let prefix = entry.rsplit_once('#').map(|(group, _)| format!("{group}#")).ok_or(Fault::Broken)?;
        let group = self.ask(pk, "work_pk = :pk AND begins_with(work_sk, :sk)", prefix.clone(), limit);
        let group = group.send().await.map_err(|error| fault("Query work", error))?;
        Ok(Some(WaitingGroup { prefix: GroupPrefix(prefix), jobs: readable(group.items) }))
    }

    fn ask(&self, pk: String, condition: &str, sk: String, limit: i32) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(INDEX)
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", AttributeValue::S(pk))
            .expression_attribute_values(":sk", AttributeValue::S(sk))
            .limit(limit)
    }
}

/// One item that cannot be read must not hide the others; it is in the log.
fn readable(items: Option<Vec<Item>>) -> Vec<Job> {
    items.unwrap_or_default().into_iter().filter_map(|item| job_item::from_item(item).ok()).collect()
}

/// How many jobs wait for the API key of a slot.
pub(crate) async fn count_waiting(client: &Client, table: &str, slot: &Slot) -> Result<u64, Fault> {
    let waiting = count_entries(client, table, paused_partition(slot))
        .key_condition_expression("work_pk = :pk AND begins_with(work_sk, :sk)")
        .expression_attribute_values(":sk", AttributeValue::S(waiting_for(slot)));
    add_up(waiting, usize::MAX).await
}

/// How many jobs of a tenant are queued, under way or paused. Those that are queued or under way lie among everybody's:
/// of very many only a part is read, and there may be more.
pub(crate) async fn count_unfinished(client: &Client, table: &str, tenant: &TenantId) -> Result<i64, Fault> {
    let due = (0..SHARDS).map(|shard| {
        count_entries(client, table, due_partition(shard))
            .key_condition_expression("work_pk = :pk")
            .filter_expression("#tenant = :tenant")
            .expression_attribute_names("#tenant", "tenant")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()))
    });
    let paused = count_entries(client, table, paused_partition_of(tenant))
        .key_condition_expression("work_pk = :pk AND begins_with(work_sk, :sk)")
        .expression_attribute_values(":sk", AttributeValue::S(format!("{tenant}#")));
    let due = join_all(due.map(|entries| add_up(entries, PAGES_COUNTED))).await;
    let paused = add_up(paused, usize::MAX).await?;
    let sum = due.into_iter().try_fold(paused, |sum, count| Ok(sum.saturating_add(count?)))?;
    Ok(i64::try_from(sum).unwrap_or(i64::MAX))
}

fn count_entries(client: &Client, table: &str, pk: String) -> QueryFluentBuilder {
    client
        .query()
        .table_name(table)
        .index_name(INDEX)
        .select(Select::Count)
        .expression_attribute_values(":pk", AttributeValue::S(pk))
}

async fn add_up(query: QueryFluentBuilder, most_pages: usize) -> Result<u64, Fault> {
    let (mut count, mut from) = (0, None);
    for _ in 0..most_pages {
        let page = query.clone().set_exclusive_start_key(from).send();
        let page = page.await.map_err(|error| fault("Query work", error))?;
        count += u64::try_from(page.count).unwrap_or(0);
        from = page.last_evaluated_key;
        if from.is_none() {
            break;
        }
    }
    Ok(count)
}
