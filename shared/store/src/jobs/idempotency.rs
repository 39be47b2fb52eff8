//! Making a thing once, however often it is asked for under the same `Idempotency-Key`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put};
use domain::{Fault, TenantId, Timestamp};

use super::Jobs;
use crate::error::fault;

/// How long an `Idempotency-Key` is remembered, in seconds.
const REMEMBERED_SECONDS: i64 = 24 * 60 * 60;

/// How long a request is remembered that came without one, in seconds. The official clients repeat a request after ten
/// minutes at the latest, twice.
const REPEATED_WITHIN_SECONDS: i64 = 60 * 60;

/// What a caller sends so that a request can be repeated safely.
/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>
#[derive(Debug)]
pub struct IdempotencyKey {
    /// SHA-256 of the header's value, in hex.
    pub digest: String,
    /// SHA-256 of what was asked for, in hex.
    pub request_digest: String,
    /// Whether the same under this key is the same thing.
    pub asked: Asked,
}

/// How a request stands to the same one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The caller has named it: what was made under that name is what is asked for.
    ByName,
    /// For the first time, as far as the client says. What the same words have made before is another's; only a repeat
    /// that has overtaken this very request counts.
    First,
    /// Again, by a client that heard nothing or was told to: it wants what the request before has made.
    Again,
}

/// What became of a request to make something.
#[derive(Debug)]
pub enum Created<T> {
    /// It is new.
    New,
    /// The same request made this earlier.
    Earlier(Box<T>),
    /// The key was used for another request.
    OtherRequest,
}

/// What is remembered under an `Idempotency-Key`.
pub(super) enum Remembered {
    /// The id of what the same request has made.
    Made(String),
    /// Another request.
    OtherRequest,
}

impl Jobs {
    /// The record that `made` was made under the key.
    pub(super) fn record(
        &self,
        (tenant, now): (&TenantId, Timestamp),
        made: String,
        idempotency_key: &IdempotencyKey,
    ) -> Result<Put, Fault> {
        let (remembered, condition) = match idempotency_key.asked {
            Asked::ByName => (REMEMBERED_SECONDS, "attribute_not_exists(pk) OR expires_at < :now"),
            Asked::Again => (REPEATED_WITHIN_SECONDS, "attribute_not_exists(pk) OR expires_at < :now"),
            // In the place of what the same words have made before, unless a repeat of this request was faster.
            Asked::First => (REPEATED_WITHIN_SECONDS, "attribute_not_exists(overtook) OR expires_at < :now"),
        };
        let put = Put::builder()
            .table_name(&self.tables.main)
            .set_item(Some(address(tenant, idempotency_key)))
            .item("made", AttributeValue::S(made))
            .item("request_digest", AttributeValue::S(idempotency_key.request_digest.clone()))
            .item("expires_at", AttributeValue::N(now.as_second().saturating_add(remembered).to_string()))
            .condition_expression(condition)
            .expression_attribute_values(":now", AttributeValue::N(now.as_second().to_string()));
        let put = match idempotency_key.asked {
            Asked::Again => put.item("overtook", AttributeValue::Bool(true)),
            Asked::ByName | Asked::First => put,
        };
        put.build().map_err(|_| Fault::Broken)
    }

    /// What is remembered under the key, if it was used before.
    pub(super) async fn remembered(
        &self,
        (tenant, now): (&TenantId, Timestamp),
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<Remembered>, Fault> {
        let Some(idempotency_key) = idempotency_key else { return Ok(None) };
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
            return Ok(Some(Remembered::OtherRequest));
        }
        let made = text("made").ok_or(Fault::Broken)?.clone();
        if idempotency_key.asked == Asked::First
            && !(record.contains_key("overtook") && self.caught_up(tenant, idempotency_key, &made).await?)
        {
            return Ok(None);
        }
        Ok(Some(Remembered::Made(made)))
    }

    /// Notes that the request which a repeat had overtaken has come. Only one request can be that one.
    async fn caught_up(
        &self,
        tenant: &TenantId,
        idempotency_key: &IdempotencyKey,
        made: &str,
    ) -> Result<bool, Fault> {
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.main)
            .set_key(Some(address(tenant, idempotency_key)))
            .update_expression("REMOVE overtook")
            .condition_expression("made = :made AND attribute_exists(overtook)")
            .expression_attribute_values(":made", AttributeValue::S(made.to_owned()));
        match update.send().await.map_err(|error| fault("UpdateItem idempotency", error)) {
            Ok(_) => Ok(true),
            Err(Fault::Conflict) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

fn address(tenant: &TenantId, idempotency_key: &IdempotencyKey) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(format!("IDEMPOTENCY#{tenant}"))),
        ("sk".to_owned(), AttributeValue::S(idempotency_key.digest.clone())),
    ])
}
