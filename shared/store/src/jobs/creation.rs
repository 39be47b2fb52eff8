//! New jobs, with their audit events, unless the same request made them before.

use aws_sdk_dynamodb::types::Put;
use domain::audit::AuditEvent;
use domain::job::Job;
use domain::{Fault, JobId, TenantId, Timestamp};

use super::idempotency::Remembered;
use super::{Created, IdempotencyKey, Jobs};
use crate::job_item;
use crate::transaction::Transaction;

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
        let mut transaction = Transaction::new(&self.client, &self.tables).put(self.put_new(job)?);
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

    /// A job that is not there yet.
    pub(super) fn put_new(&self, job: &Job) -> Result<Put, Fault> {
        Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(job_item::to_item(job)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)
    }
}
