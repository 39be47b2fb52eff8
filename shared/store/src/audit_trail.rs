//! Reading the audit trail. Writing it is part of every other change (see `transaction`).

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::audit::{Action, AuditEvent};
use domain::{AuditId, Fault, Provider, TenantId, Timestamp};

use crate::Page;
use crate::audit_item::{Item, from_item};
use crate::error::fault;

/// How many rows one query looks at, so that a narrow filter cannot make a request take for ever.
const LOOKED_AT: i32 = 1_000;

/// Which rows.
#[derive(Debug, Default)]
pub struct AuditFilter {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Of this provider.
    pub provider: Option<Provider>,
    /// With this model.
    pub model: Option<String>,
    /// Of this kind.
    pub action: Option<Action>,
    /// About this job.
    pub job: Option<domain::JobId>,
    /// After this row of the list.
    pub after: Option<AuditId>,
    /// Which of them come first.
    pub order: Order,
}

/// What a list begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What happened last, for people.
    #[default]
    NewestFirst,
    /// What happened first, for files that grow at their end.
    OldestFirst,
}

/// The audit trail, read-only.
#[derive(Clone, Debug)]
pub struct AuditTrail {
    client: Client,
    table: String,
}

impl AuditTrail {
    /// The trail in `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// A page of at most `limit` rows of one tenant. A page may hold fewer rows and still have a next one, when
    /// the filter is narrow.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Page<AuditEvent, AuditId>, Fault> {
        let earliest = AuditId::earliest(filter.from.unwrap_or(Timestamp::UNIX_EPOCH));
        let latest = AuditId::earliest(filter.to.unwrap_or(Timestamp::MAX));
        // BETWEEN includes its bounds: the cursor's own row comes again and is passed over below.
        let (lower, upper) = match filter.order {
            Order::NewestFirst => (earliest, filter.after.unwrap_or(latest).min(latest)),
            Order::OldestFirst => (filter.after.unwrap_or(earliest).max(earliest), latest),
        };
        if upper < lower {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :tenant AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":tenant", AttributeValue::S(tenant.to_string()))
            .expression_attribute_values(":from", AttributeValue::S(lower.to_string()))
            .expression_attribute_values(":to", AttributeValue::S(upper.to_string()))
            .scan_index_forward(filter.order == Order::OldestFirst)
            .limit(LOOKED_AT)
            .send()
            .await
            .map_err(|error| fault("Query audit", error))?;
        let more_to_look_at = answer.last_evaluated_key.is_some();
        let mut items = Vec::new();
        let mut last_seen = None;
        for item in answer.items.unwrap_or_default() {
            let event = from_item(item)?;
            if Some(event.id) == filter.after {
                continue;
            }
            if items.len() == limit {
                return Ok(Page { items, next: last_seen });
            }
            last_seen = Some(event.id);
            if filter.admits(&event) {
                items.push(event);
            }
        }
        Ok(Page { items, next: last_seen.filter(|_| more_to_look_at) })
    }
}

/// A row as it lies there.
#[derive(Debug)]
pub struct Row {
    /// Its sort key, which should be an id.
    pub id: String,
    /// What it says; none, if that cannot be read.
    pub event: Option<AuditEvent>,
}

impl AuditTrail {
    /// Some rows of one tenant, the oldest first, after the one of a sort key and up to `until`: also those that nobody
    /// could have written through us, because this is for who looks for them. A page may be followed by another.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn rows(
        &self,
        tenant: &TenantId,
        after: &str,
        until: Option<Timestamp>,
        most: usize,
    ) -> Result<Page<Row, String>, Fault> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let begin = [("pk".to_owned(), text(tenant.as_str())), ("sk".to_owned(), text(after))];
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .expression_attribute_values(":tenant", text(tenant.as_str()))
            .set_exclusive_start_key((!after.is_empty()).then(|| begin.into()))
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let query = match until {
            None => query.key_condition_expression("pk = :tenant"),
            // Also what is greater than any id was not written by us, and is found by who asks without an end.
            Some(until) => query
                .key_condition_expression("pk = :tenant AND sk <= :until")
                .expression_attribute_values(":until", text(&AuditId::earliest(until).to_string())),
        };
        let answer = query.send().await.map_err(|error| fault("Query audit", error))?;
        let next = answer.last_evaluated_key.and_then(|place| place.get("sk")?.as_s().ok().cloned());
        let row = |item: Item| {
            let id = item.get("sk").and_then(|id| id.as_s().ok()).cloned().unwrap_or_default();
            Row { id, event: from_item(item).ok() }
        };
        Ok(Page { items: answer.items.unwrap_or_default().into_iter().map(row).collect(), next })
    }
}

impl AuditFilter {
    fn admits(&self, event: &AuditEvent) -> bool {
        self.provider.is_none_or(|provider| event.provider == Some(provider))
            && self.action.is_none_or(|action| action == event.action)
            && self.job.is_none_or(|job| event.job.is_some_and(|(of, _)| of == job))
            && self.model.as_deref().is_none_or(|model| event.model.as_deref() == Some(model))
    }
}
