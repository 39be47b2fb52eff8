//! New jobs and batches, with their audit events, unless the same request made them before.

use aws_sdk_dynamodb::types::Put;
use domain::audit::AuditEvent;
use domain::batch::Batch;
use domain::job::Job;
use domain::{BatchId, Fault, JobId, TenantId, Timestamp};

use super::idempotency::Remembered;
use super::{Created, IdempotencyKey, Jobs};
use crate::transaction::Transaction;
use crate::{batch_item, job_item};

impl Jobs {
    /// The job that the same request has made before, if it was sent before.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn created_earlier(
        &self,
        (tenant, now): (&TenantId, Timestamp),
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Created<Job>>, Fault> {
        Ok(match self.remembered((tenant, now), idempotency_key).await? {
            None => None,
            // An id of another kind was made by another kind of request.
            Some(Remembered::Made(id)) => Some(match id.parse::<JobId>() {
                Ok(id) => Created::Earlier(Box::new(self.read(tenant, id).await?)),
                Err(_) => Created::OtherRequest,
            }),
            Some(Remembered::OtherRequest) => Some(Created::OtherRequest),
        })
    }

    /// Makes a job, with its audit event, unless the same request is making it at the same time.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create(
        &self,
        job: &Job,
        idempotency_key: Option<&IdempotencyKey>,
        event: AuditEvent,
    ) -> Result<Created<Job>, Fault> {
        let mut transaction = Transaction::new(&self.client, &self.tables.audit).put(self.put_new(job)?);
        if let Some(idempotency_key) = idempotency_key {
            let asked = (&job.tenant, job.created_at);
            transaction = transaction.put(self.record(asked, job.id.to_string(), idempotency_key)?);
        }
        match transaction.commit(&[event]).await {
            Ok(()) => Ok(Created::New),
            // Another request with the same key was first, a moment ago.
            Err(Fault::Conflict) if idempotency_key.is_some() => {
                let asked = (&job.tenant, job.created_at);
                self.created_earlier(asked, idempotency_key).await?.ok_or(Fault::Unavailable)
            }
            // The write may have been applied although its answer was lost.
            Err(Fault::Unavailable) => {
                self.read(&job.tenant, job.id).await.map(|_| Created::New).map_err(|_| Fault::Unavailable)
            }
            Err(other) => Err(other),
        }
    }

    /// Makes a batch with all its jobs and their audit events, or nothing of it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create_batch(
        &self,
        batch: &Batch,
        jobs: &[Job],
        idempotency_key: Option<&IdempotencyKey>,
        events: &[AuditEvent],
    ) -> Result<Created<Batch>, Fault> {
        if let Some(earlier) = self.batch_made_earlier(batch, idempotency_key).await? {
            return Ok(earlier);
        }
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(batch_item::to_item(batch)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        let mut transaction = Transaction::new(&self.client, &self.tables.audit).put(put);
        for job in jobs {
            transaction = transaction.put(self.put_new(job)?);
        }
        if let Some(idempotency_key) = idempotency_key {
            let asked = (&batch.tenant, batch.created_at);
            transaction = transaction.put(self.record(asked, batch.id.to_string(), idempotency_key)?);
        }
        match transaction.commit(events).await {
            Ok(()) => Ok(Created::New),
            Err(Fault::Conflict) if idempotency_key.is_some() => {
                self.batch_made_earlier(batch, idempotency_key).await?.ok_or(Fault::Unavailable)
            }
            Err(Fault::Unavailable) => {
                let there = self.read_batch(&batch.tenant, batch.id).await;
                there.map(|_| Created::New).map_err(|_| Fault::Unavailable)
            }
            Err(other) => Err(other),
        }
    }

    fn put_new(&self, job: &Job) -> Result<Put, Fault> {
        Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(job_item::to_item(job)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)
    }

    async fn batch_made_earlier(
        &self,
        batch: &Batch,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Created<Batch>>, Fault> {
        Ok(match self.remembered((&batch.tenant, batch.created_at), idempotency_key).await? {
            None => None,
            Some(Remembered::Made(id)) => Some(match id.parse::<BatchId>() {
                Ok(id) => Created::Earlier(Box::new(self.read_batch(&batch.tenant, id).await?)),
                Err(_) => Created::OtherRequest,
            }),
            Some(Remembered::OtherRequest) => Some(Created::OtherRequest),
        })
    }
}
