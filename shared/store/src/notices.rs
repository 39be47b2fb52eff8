//! Notices: written with what they tell of, read newest first.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use aws_types::SdkConfig;
use domain::notice::{News, Notice};
use domain::{Fault, NoticeId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::audit_item::{Item, unreadable};
use crate::error::fault;

#[derive(Serialize, Deserialize)]
struct NoticeItem {
    pk: String,
    sk: NoticeId,
    tenant: TenantId,
    at: Timestamp,
    /// As JSON: the table never looks into it.
    news: String,
}

/// The notices in the main table, read-only.
#[derive(Clone, Debug)]
pub struct Notices {
    client: Client,
    table: String,
}

impl Notices {
    /// The notices in `table`.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// At most `limit` notices of a tenant, newest first, from before `before` and from after `after`.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn list(
        &self,
        tenant: &TenantId,
        (before, after): (Option<NoticeId>, Option<NoticeId>),
        limit: usize,
    ) -> Result<Page<Notice, NoticeId>, Fault> {
        let from = after.map_or_else(|| "ntc_".to_owned(), |after| after.to_string());
        let to = before.map_or_else(|| "ntc_~".to_owned(), |before| before.to_string());
        let outside = |id: NoticeId| Some(id) == before || Some(id) == after;
        if to < from {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            // BETWEEN includes its bounds, which are passed over below.
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", AttributeValue::S(partition_key(tenant)))
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":to", AttributeValue::S(to))
            .scan_index_forward(false)
            .limit(i32::try_from(limit.saturating_add(3)).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| fault("Query notices", error))?;
        let found = answer.items.unwrap_or_default().into_iter().map(from_item);
        let mut items: Vec<Notice> = found.collect::<Result<_, _>>()?;
        items.retain(|notice| !outside(notice.id));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().map(|last| last.id).filter(|_| more);
        Ok(Page { items, next })
    }
}

fn partition_key(tenant: &TenantId) -> String {
    format!("NOTICE#{tenant}")
}

/// A notice that is not there yet.
pub(crate) fn put_new(table: &str, notice: &Notice) -> Result<Put, Fault> {
    let item = NoticeItem {
        pk: partition_key(&notice.tenant),
        sk: notice.id,
        tenant: notice.tenant.clone(),
        at: notice.at,
        news: serde_json::to_string(&notice.news).map_err(|_| Fault::Broken)?,
    };
    let item: Item = serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))?;
    let put = Put::builder().table_name(table).set_item(Some(item));
    put.condition_expression("attribute_not_exists(pk)").build().map_err(|_| Fault::Broken)
}

fn from_item(item: Item) -> Result<Notice, Fault> {
    let item: NoticeItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let news: News = serde_json::from_str(&item.news).map_err(|error| unreadable("main", &error))?;
    Ok(Notice { id: item.sk, tenant: item.tenant, at: item.at, news })
}
