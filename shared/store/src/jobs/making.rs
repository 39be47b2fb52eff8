//! Making a batch: what was asked for first, then its jobs, some at a time, whoever comes to it.
//!
//! Each step writes some jobs, their audit events and how far the batch has come in one transaction, on condition that
//! the batch had come as far as it was believed to. So a step is made once, also when two make it, and a crash between
//! two steps loses nothing.

use aws_sdk_dynamodb::types::{AttributeValue, Put};
use domain::audit::AuditEvent;
use domain::batch::{Batch, Order, Progress};
use domain::job::Job;
use domain::{BatchId, Fault, TenantId, Timestamp};
use futures_util::future::join_all;
use serde_json::Value;

use super::idempotency::Remembered;
use super::{Created, IdempotencyKey, Jobs, tally};
use crate::audit_item::Item;
use crate::batch_item::{self, orders_sort_key, parts_partition_key};
use crate::error::fault;
use crate::transaction::Transaction;

/// How many jobs are made in one step. A transaction takes 100 items: a job and its event are two, the batch is one.
const JOBS_AT_ONCE: usize = 49;

/// How much the prompts of a step may have together, in bytes. A transaction takes 4 MB.
const BYTES_AT_ONCE: usize = 3 * 1024 * 1024;

/// How many parts of a batch are written at the same time.
const PARTS_AT_ONCE: usize = 8;

impl Jobs {
    /// Puts a batch on record with all that its jobs are made from, unless the same request made one before. No job is
    /// made yet: that is [`Self::make_next`]. `refused` is what else the request asked for, told again when it is
    /// repeated.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create_batch(
        &self,
        batch: &Batch,
        (orders, refused): (&[Order], &[Value]),
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Created<Batch>, Fault> {
        // Before the batch, so that there is no batch without its orders. Parts that no batch comes to expire.
        for parts in batch_item::parts(batch, orders, refused)?.chunks(PARTS_AT_ONCE) {
            let written = join_all(parts.iter().map(|part| self.put_part(part.clone()))).await;
            written.into_iter().collect::<Result<(), _>>()?;
        }
        let put = self.put_batch(batch)?.condition_expression("attribute_not_exists(pk)");
        let put = put.build().map_err(|_| Fault::Broken)?;
        let mut transaction = Transaction::new(&self.client, &self.tables).put(put);
        transaction = transaction.put(tally::put_new(&self.tables.main, batch)?);
        let asked = (&batch.tenant, batch.created_at);
        if let Some(idempotency_key) = idempotency_key {
            transaction = transaction.put(self.record(asked, batch.id.to_string(), idempotency_key)?);
        }
        match transaction.commit(&[]).await {
            Ok(()) => Ok(Created::New),
            // Another request with the same key was first, a moment ago.
            Err(Fault::Conflict) if idempotency_key.is_some() => {
                self.batch_made_earlier(asked, idempotency_key).await?.ok_or(Fault::Unavailable)
            }
            // The write may have been applied although its answer was lost.
            Err(Fault::Unavailable) => {
                let there = self.read_batch(&batch.tenant, batch.id).await;
                there.map(|_| Created::New).map_err(|_| Fault::Unavailable)
            }
            Err(other) => Err(other),
        }
    }

    /// What the same request has made before, if the key was used.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not answer.
    pub async fn batch_made_earlier(
        &self,
        asked: (&TenantId, Timestamp),
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Created<Batch>>, Fault> {
        Ok(match self.remembered(asked, idempotency_key).await? {
            None => None,
            Some(Remembered::Made(id)) => Some(match id.parse::<BatchId>() {
                Ok(id) => Created::Earlier(Box::new(self.read_batch(asked.0, id).await?)),
                // An id of another kind was made by another kind of request.
                Err(_) => Created::OtherRequest,
            }),
            Some(Remembered::OtherRequest) => Some(Created::OtherRequest),
        })
    }

    /// Makes the next jobs of a batch, each with the event that `event` says. Gives back the batch as it is then, and
    /// the jobs that this call has made: none if somebody else was first. Call it until the batch is created.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it: it may be tried again at any time. [`Fault::Broken`] when
    /// the orders are gone, or another has a job's id.
    pub async fn make_next(
        &self,
        batch: &Batch,
        now: Timestamp,
        event: impl Fn(&Job) -> AuditEvent,
    ) -> Result<(Batch, Vec<Job>), Fault> {
        let Progress::Creating { made, .. } = batch.progress else { return Ok((batch.clone(), Vec::new())) };
        let (first, orders) = self.orders_from(batch, made).await?;
        let jobs = jobs_from(batch, made, first, &orders, now);
        let count = u32::try_from(jobs.len()).unwrap_or(0);
        if count == 0 {
            tracing::error!(batch.id = %batch.id, batch.made = made, "a batch has fewer orders than jobs");
            return Err(Fault::Broken);
        }
        let next = batch.with_made(made + count, now);
        let put = self.put_batch(&next)?.condition_expression("made = :made");
        let put = put.expression_attribute_values(":made", AttributeValue::N(made.to_string()));
        let put = put.build().map_err(|_| Fault::Broken)?;
        let mut transaction = Transaction::new(&self.client, &self.tables).put(put);
        for job in &jobs {
            transaction = transaction.put(self.put_new(job)?);
        }
        let events: Vec<_> = jobs.iter().map(event).collect();
        match transaction.commit(&events).await {
            Ok(()) => Ok((next, jobs)),
            Err(Fault::Conflict) => {
                let now = self.read_batch(&batch.tenant, batch.id).await?;
                if now.progress == batch.progress {
                    tracing::error!(batch.id = %batch.id, batch.made = made, "a job to be made is there already");
                    return Err(Fault::Broken);
                }
                Ok((now, Vec::new()))
            }
            Err(other) => Err(other),
        }
    }

    /// What was refused of the request that made a batch.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not answer.
    pub async fn refused_of_batch(&self, batch: &Batch) -> Result<Vec<Value>, Fault> {
        let (mut refused, mut from) = (Vec::new(), None);
        loop {
            let query = self
                .query_parts(batch, "begins_with(sk, :sk)", "refused#".to_owned())
                .set_exclusive_start_key(from);
            let answer = query.send().await.map_err(|error| fault("Query batch parts", error))?;
            refused.extend(answer.items.iter().flatten().flat_map(batch_item::refused_of));
            from = answer.last_evaluated_key;
            if from.is_none() {
                return Ok(refused);
            }
        }
    }

    /// The part of the orders that holds the one for the job of this index, and the index that the part begins with.
    async fn orders_from(&self, batch: &Batch, index: u32) -> Result<(u32, Vec<Order>), Fault> {
        let query = self
            .query_parts(batch, "sk BETWEEN :first AND :sk", orders_sort_key(index))
            .expression_attribute_values(":first", AttributeValue::S(orders_sort_key(0)));
        let query = query.consistent_read(true).scan_index_forward(false).limit(1);
        let answer = query.send().await.map_err(|error| fault("Query batch parts", error))?;
        match answer.items.unwrap_or_default().first() {
            Some(part) => batch_item::orders_of(part),
            None => Ok((index, Vec::new())),
        }
    }

    fn query_parts(
        &self,
        batch: &Batch,
        condition: &str,
        sort_key: String,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let partition_key = parts_partition_key(&batch.tenant, batch.id);
        self.client
            .query()
            .table_name(&self.tables.main)
            .key_condition_expression(format!("pk = :pk AND {condition}"))
            .expression_attribute_values(":pk", AttributeValue::S(partition_key))
            .expression_attribute_values(":sk", AttributeValue::S(sort_key))
    }

    fn put_batch(&self, batch: &Batch) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Fault> {
        let item = batch_item::to_item(batch)?;
        Ok(Put::builder().table_name(&self.tables.main).set_item(Some(item)))
    }

    async fn put_part(&self, part: Item) -> Result<(), Fault> {
        let put = self.client.put_item().table_name(&self.tables.main).set_item(Some(part));
        put.send().await.map(|_| ()).map_err(|error| fault("PutItem batch part", error))
    }
}

/// The next jobs of a batch, as many as one transaction takes. The first of `orders` begins at job `first`.
fn jobs_from(batch: &Batch, made: u32, first: u32, orders: &[Order], now: Timestamp) -> Vec<Job> {
    let (mut jobs, mut bytes, mut index) = (Vec::new(), 0, first);
    for order in orders {
        for index in (index..index + order.count).filter(|index| *index >= made) {
            bytes += order.request.prompt.len();
            if jobs.len() == JOBS_AT_ONCE || (bytes > BYTES_AT_ONCE && !jobs.is_empty()) {
                return jobs;
            }
            jobs.push(batch.job(index, order, now));
        }
        index += order.count;
    }
    jobs
}
