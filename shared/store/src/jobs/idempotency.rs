//! Making a job once, however often it is asked for under the same `Idempotency-Key`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put};
use domain::audit::AuditEvent;
use domain::job::Job;
use domain::{Fault, JobId, TenantId};

use super::Jobs;
use crate::error::fault;
use crate::job_item;
use crate::transaction::Transaction;

/// How long an `Idempotency-Key` is remembered, in seconds.
const REMEMBERED_SECONDS: i64 = 24 * 60 * 60;

/// What a caller sends so that a request can be repeated safely.
/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>
#[derive(Debug)]
pub struct IdempotencyKey {
    /// SHA-256 of the header's value, in hex.
    pub digest: String,
    /// SHA-256 of what was asked for, in hex.
    pub request_digest: String,
}

/// What became of a request to make a job.
#[derive(Debug)]
pub enum Created {
    /// The job is new.
    New,
    /// The same request made this job earlier.
    Earlier(Box<Job>),
    /// The key was used for another request.
    OtherRequest,
}

impl Jobs {
    /// Makes a job, with its audit event, unless the same request made one before.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn create(
        &self,
        job: &Job,
        idempotency_key: Option<&IdempotencyKey>,
        event: AuditEvent,
    ) -> Result<Created, Fault> {
        if let Some(created) = self.created_earlier(job, idempotency_key).await? {
            return Ok(created);
        }
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(job_item::to_item(job)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        let mut transaction = Transaction::new(&self.client, &self.tables.audit).put(put);
        if let Some(idempotency_key) = idempotency_key {
            transaction = transaction.put(self.record(job, idempotency_key)?);
        }
        match transaction.commit(&[event]).await {
            Ok(()) => Ok(Created::New),
            // Another request with the same key was first, a moment ago.
            Err(Fault::Conflict) if idempotency_key.is_some() => {
                self.created_earlier(job, idempotency_key).await?.ok_or(Fault::Unavailable)
            }
            // The write may have been applied although its answer was lost.
            Err(Fault::Unavailable) => {
                self.read(&job.tenant, job.id).await.map(|_| Created::New).map_err(|_| Fault::Unavailable)
            }
            Err(other) => Err(other),
        }
    }

    fn record(&self, job: &Job, idempotency_key: &IdempotencyKey) -> Result<Put, Fault> {
        let expires_at = job.created_at.as_second().saturating_add(REMEMBERED_SECONDS);
        Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(address(&job.tenant, idempotency_key)))
            .item("job", AttributeValue::S(job.id.to_string()))
            .item("request_digest", AttributeValue::S(idempotency_key.request_digest.clone()))
            .item("expires_at", AttributeValue::N(expires_at.to_string()))
            .condition_expression("attribute_not_exists(pk) OR expires_at < :now")
            .expression_attribute_values(":now", AttributeValue::N(job.created_at.as_second().to_string()))
            .build()
            .map_err(|_| Fault::Broken)
    }

    async fn created_earlier(
        &self,
        job: &Job,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Created>, Fault> {
        let Some(idempotency_key) = idempotency_key else { return Ok(None) };
        let (tenant, now) = (&job.tenant, job.created_at);
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(tenant, idempotency_key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem idempotency", error))?;
        let Some(record) = answer.item else { return Ok(None) };
        // DynamoDB removes expired items within days, not at once.
        let expires_at = record.get("expires_at").and_then(|at| at.as_n().ok()?.parse::<i64>().ok());
        if expires_at.is_none_or(|at| at < now.as_second()) {
            return Ok(None);
        }
        let text = |name: &str| record.get(name).and_then(|value| value.as_s().ok());
        if text("request_digest") != Some(&idempotency_key.request_digest) {
            return Ok(Some(Created::OtherRequest));
        }
        let id: JobId = text("job").and_then(|id| id.parse().ok()).ok_or(Fault::Broken)?;
        Ok(Some(Created::Earlier(Box::new(self.read(tenant, id).await?))))
    }
}

fn address(tenant: &TenantId, idempotency_key: &IdempotencyKey) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(format!("IDEMPOTENCY#{tenant}"))),
        ("sk".to_owned(), AttributeValue::S(idempotency_key.digest.clone())),
    ])
}
