//! Reading the counters of what was spent. Writing them is part of every audit event that ends a call (see `transaction`).

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::usage::{Figures, Heading};
use domain::{Date, Fault, TenantId};

use crate::error::fault;
use crate::usage_item::{from_day, from_item, partition_key, to_day};

/// What was counted.
#[derive(Debug, Default)]
pub struct Counted {
    /// By heading.
    pub figures: BTreeMap<Heading, Figures>,
    /// How many items were read for it. It grows with days, models, projects and API keys, not with jobs.
    pub items_read: usize,
}

/// The counters in the main table, read-only.
#[derive(Clone, Debug)]
pub struct Usage {
    client: Client,
    table: String,
}

impl Usage {
    /// The counters in `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// What a tenant has spent from one day to another, both included.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn of_days(&self, tenant: &TenantId, (from, to): (Date, Date)) -> Result<Counted, Fault> {
        let (mut counted, mut place) = (Counted::default(), None);
        if to < from {
            return Ok(counted);
        }
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(partition_key(tenant)))
                .expression_attribute_values(":from", AttributeValue::S(from_day(from)))
                .expression_attribute_values(":to", AttributeValue::S(to_day(to)))
                .set_exclusive_start_key(place)
                .send()
                .await
                .map_err(|error| fault("Query usage", error))?;
            for item in answer.items.unwrap_or_default() {
                let (heading, figures) = from_item(&item)?;
                let at = counted.figures.entry(heading).or_default();
                *at = at.and(figures);
                counted.items_read += 1;
            }
            place = answer.last_evaluated_key;
            if place.is_none() {
                return Ok(counted);
            }
        }
    }
}
