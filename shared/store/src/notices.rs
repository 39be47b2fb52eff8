//! Notices: written with what they tell of, read newest first.
//!
//! A notice stands in the outbox (see `outbox`) from the same write on, until everybody who is to hear of it is on record:
//! as a delivery, or as told by mail. Those for webhooks alone lie beside those for people, under sort keys of their own.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put};
use aws_types::SdkConfig;
use domain::delivery::NoticeRef;
use domain::notice::{News, NewsKind, Notice};
use domain::{Fault, NoticeId, SignedDuration, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::audit_item::{Item, unreadable};
use crate::error::fault;
use crate::work_entry::{OUTBOX, outbox_order};

/// How long after it was written the sweeper believes that nobody has sent the pointer to a notice, in seconds.
const GRACE_SECONDS: i64 = 60;

/// How long what is for webhooks alone is kept, in seconds: a week, much longer than it takes to be on its way.
const KEPT_SECONDS: i64 = 7 * 24 * 3_600;

#[derive(Serialize, Deserialize)]
struct NoticeItem {
    pk: String,
    sk: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_sk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    /// When it went out by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mailed_at: Option<Timestamp>,
    tenant: TenantId,
    /// For the sweeper, which only sends pointers on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<NewsKind>,
    at: Timestamp,
    /// As JSON: the table never looks into it.
    news: String,
}

/// A notice that somebody is still to be told of.
#[derive(Clone, Debug)]
pub struct Untold {
    /// What it says.
    pub notice: Notice,
    /// Whether it went out by mail already.
    pub mailed: bool,
}

/// The notices in the main table.
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
        let found = answer.items.unwrap_or_default().into_iter().map(|item| Ok(from_item(item)?.notice));
        let mut items: Vec<Notice> = found.collect::<Result<_, Fault>>()?;
        items.retain(|notice| !outside(notice.id));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().map(|last| last.id).filter(|_| more);
        Ok(Page { items, next })
    }

    /// The newest notice of a tenant, by its id. One small read: whoever has seen it need not read the list.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn newest(&self, tenant: &TenantId) -> Result<Option<NoticeId>, Fault> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :notices)")
            .expression_attribute_values(":pk", AttributeValue::S(partition_key(tenant)))
            .expression_attribute_values(":notices", AttributeValue::S("ntc_".to_owned()))
            .projection_expression("sk")
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(|error| fault("Query newest notice", error))?;
        let newest = answer.items.unwrap_or_default().into_iter().next();
        Ok(newest.and_then(|item| item.get("sk")?.as_s().ok()?.parse().ok()))
    }

    /// The notice of a pointer, if somebody is still to be told of it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn untold(&self, notice_ref: &NoticeRef) -> Result<Option<Untold>, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(address(&notice_ref.tenant, notice_ref.notice, notice_ref.kind)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem notice", error))?;
        match answer.item.filter(|item| item.contains_key("work_pk")) {
            Some(item) => from_item(item).map(Some),
            None => Ok(None),
        }
    }

    /// Notes that a notice went out by mail.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn mailed(&self, notice: &Notice, now: Timestamp) -> Result<(), Fault> {
        let update = self.update(notice, "SET mailed_at = :now");
        let update = update.expression_attribute_values(":now", AttributeValue::S(now.to_string()));
        update.send().await.map(drop).map_err(|error| fault("UpdateItem notice", error))
    }

    /// Takes a notice out of the outbox: everybody who is to hear of it is on record.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table does not take it.
    pub async fn told(&self, notice: &Notice) -> Result<(), Fault> {
        let update = self.update(notice, "REMOVE work_pk, work_sk");
        update.send().await.map(drop).map_err(|error| fault("UpdateItem notice", error))
    }

    fn update(
        &self,
        notice: &Notice,
        expression: &str,
    ) -> aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(address(&notice.tenant, notice.id, notice.news.kind())))
            .update_expression(expression)
            .condition_expression("attribute_exists(pk)")
    }
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("NOTICE#{tenant}")
}

fn sort_key(id: NoticeId, kind: NewsKind) -> String {
    if kind.is_for_people() { id.to_string() } else { format!("event#{id}") }
}

fn address(tenant: &TenantId, id: NoticeId, kind: NewsKind) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(partition_key(tenant))),
        ("sk".to_owned(), AttributeValue::S(sort_key(id, kind))),
    ])
}

/// A notice that is not there yet, in the outbox.
pub(crate) fn put_new(table: &str, notice: &Notice) -> Result<Put, Fault> {
    let kind = notice.news.kind();
    let due = notice.at.saturating_add(SignedDuration::from_secs(GRACE_SECONDS)).unwrap_or(Timestamp::MAX);
    let expires_at = notice.at.as_second().saturating_add(KEPT_SECONDS);
    let item = NoticeItem {
        pk: partition_key(&notice.tenant),
        sk: sort_key(notice.id, kind),
        work_pk: Some(OUTBOX.to_owned()),
        work_sk: Some(outbox_order(due, notice.id, None)),
        expires_at: (!kind.is_for_people()).then_some(expires_at),
        mailed_at: None,
        tenant: notice.tenant.clone(),
        kind: Some(kind),
        at: notice.at,
        news: serde_json::to_string(&notice.news).map_err(|_| Fault::Broken)?,
    };
    let item: Item = serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))?;
    let put = Put::builder().table_name(table).set_item(Some(item));
    put.condition_expression("attribute_not_exists(pk)").build().map_err(|_| Fault::Broken)
}

fn from_item(item: Item) -> Result<Untold, Fault> {
    let item: NoticeItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let news: News = serde_json::from_str(&item.news).map_err(|error| unreadable("main", &error))?;
    let id = item.sk.strip_prefix("event#").unwrap_or(&item.sk);
    let id = id.parse().map_err(|error| unreadable("main", &error))?;
    let notice = Notice { id, tenant: item.tenant, at: item.at, news };
    Ok(Untold { notice, mailed: item.mailed_at.is_some() })
}
