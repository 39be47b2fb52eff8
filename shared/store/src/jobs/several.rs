//! Reading several jobs by one request.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use domain::job::Job;
use domain::{Fault, JobId, TenantId};

use super::Jobs;
use crate::audit_item::Item;
use crate::error::fault;
use crate::job_item;

impl Jobs {
    /// Those of at most a hundred jobs that DynamoDB hands out at once: who misses one reads it alone.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn read_several(&self, wanted: &BTreeSet<(&TenantId, JobId)>) -> Result<Vec<Job>, Fault> {
        let address = |(tenant, id): &(&TenantId, JobId)| {
            Item::from([
                ("pk".to_owned(), AttributeValue::S(job_item::partition_key(tenant))),
                ("sk".to_owned(), AttributeValue::S(id.to_string())),
            ])
        };
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(wanted.iter().map(address).collect()))
            .consistent_read(true)
            .build()
            .map_err(|_| Fault::Broken)?;
        let asked = self.client.batch_get_item().request_items(&self.tables.main, wanted);
        let answer = asked.send().await.map_err(|error| fault("BatchGetItem jobs", error))?;
        let found = answer.responses.unwrap_or_default().into_values().flatten();
        // One that cannot be read is in the log, and does not hide the others.
        Ok(found.filter_map(|item| job_item::from_item(item).ok()).collect())
    }
}
