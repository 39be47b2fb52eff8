//! How many jobs each tenant has asked for, exactly, however many copies of a function take them: one item of the main
//! table for each tenant, and one write for each request that asks for jobs, however many.
//!
//! Of the jobs that wait, the item knows only how many there may be at most: no job takes itself off it when it ends,
//! which would be a write for each. When that number says that there are too many, the jobs are counted, in the index
//! that holds the unfinished ones, and the number becomes what was found.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use aws_types::SdkConfig;
use domain::allowance::{Allowed, COUNT_BELIEVED, Hour, JobLimits, TooMany};
use domain::{Fault, TenantId, Timestamp};

use crate::audit_item::Item;
use crate::error::fault;
use crate::work::count_unfinished;

/// How often the item is written anew while others write it.
const TRIES: usize = 10;

/// The allowances in the main table.
#[derive(Clone, Debug)]
pub struct Allowances {
    client: Client,
    table: String,
    limits: JobLimits,
}

/// What the item says.
struct Tally {
    hour: i64,
    asked: i64,
    waiting_at_most: i64,
    counted_at: i64,
}

impl Allowances {
    /// The allowances in `table`.
    pub fn new(config: &SdkConfig, table: String, limits: JobLimits) -> Self {
        Self { client: Client::new(config), table, limits }
    }

    /// Counts jobs that are about to be made, all of them or none. If they are not made after all, they are given back.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn spend(
        &self,
        tenant: &TenantId,
        jobs: u32,
        now: Timestamp,
    ) -> Result<Result<Allowed, TooMany>, Fault> {
        let JobLimits { per_hour, waiting } = self.limits;
        let mut hour = Hour::of(now).number();
        for _ in 0..TRIES {
            let tally = match self.add(tenant, i64::from(jobs), hour).await? {
                Ok(tally) => {
                    let (asked, hour) = (tally.asked, Hour::numbered(tally.hour));
                    let more_in_seconds = hour.ends_in(now);
                    let left = room(per_hour, asked);
                    return Ok(Ok(Allowed { jobs, hour, per_hour, left, more_in_seconds }));
                }
                Err(None) => {
                    self.begin(tenant, hour).await?;
                    continue;
                }
                Err(Some(tally)) => tally,
            };
            // Another copy's clock may be a little ahead.
            hour = hour.max(tally.hour);
            let left = if tally.hour == hour { room(per_hour, tally.asked) } else { per_hour };
            if left < jobs {
                let more_in_seconds = Hour::numbered(hour).ends_in(now);
                return Ok(Err(TooMany::ThisHour { per_hour, left, more_in_seconds }));
            }
            let left = room(waiting, tally.waiting_at_most);
            let believed_for =
                tally.counted_at.saturating_add(COUNT_BELIEVED.as_secs()).saturating_sub(now.as_second());
            if left < jobs && believed_for > 0 {
                let more_in_seconds = u32::try_from(believed_for).unwrap_or(1);
                return Ok(Err(TooMany::Waiting { most: waiting, left, more_in_seconds }));
            }
            if left < jobs {
                self.count_again(tenant, &tally, now).await?;
            }
            if tally.hour < hour {
                self.turn(tenant, &tally, hour).await?;
            }
        }
        Err(Fault::Unavailable)
    }

    /// Takes back what was allowed and not made. If that fails, the tenant is allowed a little less this hour.
    pub async fn give_back(&self, tenant: &TenantId, allowed: &Allowed, jobs: u32) {
        if jobs == 0 {
            return;
        }
        let less = self
            .item(tenant)
            .update_expression("ADD asked :less, waiting_at_most :less")
            // Who has counted anew since has not counted these.
            .condition_expression("in_hour = :hour AND asked >= :jobs AND waiting_at_most >= :jobs")
            .expression_attribute_values(":jobs", number(i64::from(jobs)))
            .expression_attribute_values(":less", number(-i64::from(jobs)))
            .expression_attribute_values(":hour", number(allowed.hour.number()));
        if let Err(error) = less.send().await {
            fault("UpdateItem allowance", error);
        }
    }

    /// Adds jobs to the hour, if it is the item's and there is room; otherwise what the item says.
    async fn add(
        &self,
        tenant: &TenantId,
        jobs: i64,
        hour: i64,
    ) -> Result<Result<Tally, Option<Tally>>, Fault> {
        let JobLimits { per_hour, waiting } = self.limits;
        let add = self
            .item(tenant)
            .update_expression("ADD asked :jobs, waiting_at_most :jobs")
            .condition_expression("in_hour = :hour AND asked <= :asked AND waiting_at_most <= :waiting")
            .expression_attribute_values(":jobs", number(jobs))
            .expression_attribute_values(":hour", number(hour))
            .expression_attribute_values(":asked", number(i64::from(per_hour) - jobs))
            .expression_attribute_values(":waiting", number(i64::from(waiting) - jobs))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match add.send().await {
            Ok(answer) => Ok(Ok(Tally::of(&answer.attributes.unwrap_or_default()))),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(found)) => {
                    Ok(Err(found.item().map(Tally::of)))
                }
                _ => Err(fault("UpdateItem allowance", error)),
            },
        }
    }

    /// The first jobs of a tenant.
    async fn begin(&self, tenant: &TenantId, hour: i64) -> Result<(), Fault> {
        let begin = self
            .item(tenant)
            .update_expression(
                "SET in_hour = :hour, asked = :none, waiting_at_most = :none, counted_at = :none",
            )
            .condition_expression("attribute_not_exists(pk)")
            .expression_attribute_values(":hour", number(hour))
            .expression_attribute_values(":none", number(0));
        unless_overtaken(begin).await.map(drop)
    }

    /// The first jobs of an hour.
    async fn turn(&self, tenant: &TenantId, tally: &Tally, hour: i64) -> Result<(), Fault> {
        let turn = self
            .item(tenant)
            .update_expression("SET in_hour = :hour, asked = :none")
            .condition_expression("in_hour = :earlier")
            .expression_attribute_values(":hour", number(hour))
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":earlier", number(tally.hour));
        unless_overtaken(turn).await.map(drop)
    }

    /// Puts what is there in the place of what there may be at most. Jobs that others are about to make are in the one
    /// and not in the other; so a few more than the limit may come to wait.
    async fn count_again(&self, tenant: &TenantId, tally: &Tally, now: Timestamp) -> Result<(), Fault> {
        // One counts, and those who come meanwhile believe the number as it is.
        let claim = self
            .item(tenant)
            .update_expression("SET counted_at = :now")
            .condition_expression("counted_at = :seen")
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":seen", number(tally.counted_at));
        if !unless_overtaken(claim).await? {
            return Ok(());
        }
        let found = count_unfinished(&self.client, &self.table, tenant).await?;
        let count = self
            .item(tenant)
            .update_expression("SET waiting_at_most = :found")
            .condition_expression("waiting_at_most = :seen")
            .expression_attribute_values(":found", number(found))
            .expression_attribute_values(":seen", number(tally.waiting_at_most));
        unless_overtaken(count).await.map(drop)
    }

    fn item(&self, tenant: &TenantId) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(format!("ALLOWANCE#{tenant}")))
            .key("sk", AttributeValue::S("jobs".to_owned()))
    }
}

impl Tally {
    fn of(item: &Item) -> Self {
        let number =
            |name: &str| item.get(name).and_then(|value| value.as_n().ok()?.parse().ok()).unwrap_or(0);
        Self {
            hour: number("in_hour"),
            asked: number("asked"),
            waiting_at_most: number("waiting_at_most"),
            counted_at: number("counted_at"),
        }
    }
}

/// Whether it was written. Somebody else may have been first: then the item is looked at again.
async fn unless_overtaken(update: UpdateItemFluentBuilder) -> Result<bool, Fault> {
    match update.send().await.map_err(|error| fault("UpdateItem allowance", error)) {
        Ok(_) => Ok(true),
        Err(Fault::Conflict) => Ok(false),
        Err(other) => Err(other),
    }
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// What is left of a limit.
fn room(limit: u32, taken: i64) -> u32 {
    u32::try_from(i64::from(limit).saturating_sub(taken)).unwrap_or(0)
}
