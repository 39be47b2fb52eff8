//! How many calls of an API key are under way, for providers that take only so many at once.
//!
//! Jobs in flight are a set beside the credential. A job enters it in the write that begins its call, and leaves it in
//! the write that ends it, whoever writes that: its worker, or the sweeper when the worker has died. So no place in it is
//! ever lost.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::job::Job;
use domain::{CredentialId, Fault};

use super::Jobs;
use crate::error::fault;

impl Jobs {
    /// What must be written along when a call begins that the provider takes only so many of at once.
    pub(super) fn entering(&self, to: &Job) -> Result<Option<TransactWriteItem>, Fault> {
        let entering = to.in_flight() && to.submission.is_none();
        match (entering, to.provider.most_in_flight(), to.credential) {
            (true, Some(most), Some((credential, _))) => self.enter(to, credential, most).map(Some),
            _ => Ok(None),
        }
    }

    /// Whether the provider works on as many calls of the job's API key as it takes at once.
    pub(super) async fn is_full(&self, to: &Job) -> Result<bool, Fault> {
        let (Some(most), Some((credential, _))) = (to.provider.most_in_flight(), to.credential) else {
            return Ok(false);
        };
        Ok(self.under_way(to, credential).await? >= usize::try_from(most).unwrap_or(usize::MAX))
    }

    /// How many calls of an API key are under way.
    async fn under_way(&self, job: &Job, credential: CredentialId) -> Result<usize, Fault> {
        let (pk, sk) = address(job, credential);
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.main)
            .key("pk", pk)
            .key("sk", sk)
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem flights", error))?;
        let jobs = answer.item.and_then(|item| item.get("jobs")?.as_ss().ok().map(Vec::len));
        Ok(jobs.unwrap_or(0))
    }

    /// What must be written along when a job is not in flight (any more).
    pub(super) fn landing(&self, job: &Job) -> Result<Option<TransactWriteItem>, Fault> {
        let (Some(_), Some((credential, _))) = (job.provider.most_in_flight(), job.credential) else {
            return Ok(None);
        };
        if job.in_flight() || !job.task.costs_money() {
            return Ok(None);
        }
        let update = self.flights(job, credential).update_expression("DELETE jobs :job");
        let update = update.expression_attribute_values(":job", AttributeValue::Ss(vec![job.id.to_string()]));
        let update = update.build().map_err(|_| Fault::Broken)?;
        Ok(Some(TransactWriteItem::builder().update(update).build()))
    }

    fn enter(&self, job: &Job, credential: CredentialId, most: u32) -> Result<TransactWriteItem, Fault> {
        let update = self
            .flights(job, credential)
            .update_expression("ADD jobs :job")
            .condition_expression("attribute_not_exists(jobs) OR size(jobs) < :most")
            .expression_attribute_values(":job", AttributeValue::Ss(vec![job.id.to_string()]))
            .expression_attribute_values(":most", AttributeValue::N(most.to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn flights(
        &self,
        job: &Job,
        credential: CredentialId,
    ) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        let (pk, sk) = address(job, credential);
        Update::builder().table_name(&self.tables.main).key("pk", pk).key("sk", sk)
    }
}

fn address(job: &Job, credential: CredentialId) -> (AttributeValue, AttributeValue) {
    (AttributeValue::S(format!("FLIGHTS#{}", job.tenant)), AttributeValue::S(credential.to_string()))
}
