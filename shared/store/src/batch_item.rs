//! A batch as items of the main table: what it is, and, apart, the orders that its jobs are made from.
//!
//! An item has at most 400 KB, so orders are cut into parts. A part is named after the first job that is made from it.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::batch::{Batch, Order, Progress};
use domain::image_request::ImageRequest;
use domain::{BatchId, Fault, ProjectId, Provider, TenantId, Timestamp, Usd};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audit_item::{Item, unreadable};
use crate::work_entry::{BATCHES, due_order};

/// How much text a part has, in bytes, unless one line alone has more. Read anew for each step, so not the most.
const PART_BYTES: usize = 128 * 1024;

/// How long parts are kept, in seconds: a week. Orders are needed until the jobs are made, refusals as long as an
/// `Idempotency-Key` is remembered.
const KEPT_SECONDS: i64 = 7 * 24 * 60 * 60;

#[derive(Serialize, Deserialize)]
struct BatchItem {
    pk: String,
    sk: BatchId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    work_sk: Option<String>,
    tenant: TenantId,
    created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    total: u32,
    /// How many of its jobs are on record, and when somebody must go on, as long as not all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct OrderLine {
    count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    provider: Provider,
    request: ImageRequest,
    estimated: Usd,
    price_version: String,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("BATCH#{tenant}")
}

/// Where the parts of a batch are.
pub(crate) fn parts_partition_key(tenant: &TenantId, id: BatchId) -> String {
    format!("BATCH#{tenant}#{id}")
}

/// The part of the orders that begins with the job of this index.
pub(crate) fn orders_sort_key(index: u32) -> String {
    format!("orders#{index:04}")
}

/// The part of the refusals that begins with this line.
fn refused_sort_key(line: usize) -> String {
    format!("refused#{line:04}")
}

pub(crate) fn to_item(batch: &Batch) -> Result<Item, Fault> {
    let (made, due) = match batch.progress {
        Progress::Creating { made, due } => (Some(made), Some(due)),
        Progress::Created => (None, None),
    };
    let batch = batch.clone();
    let item = BatchItem {
        pk: partition_key(&batch.tenant),
        sk: batch.id,
        work_pk: due.map(|_| BATCHES.to_owned()),
        work_sk: due.map(|due| format!("{}#{}", due_order(due), batch.id)),
        tenant: batch.tenant,
        created_by: batch.created_by,
        project: batch.project,
        total: batch.total,
        made,
        due,
        created_at: batch.created_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<Batch, Fault> {
    let item: BatchItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let progress = match (item.made, item.due) {
        (Some(made), Some(due)) => Progress::Creating { made, due },
        _ => Progress::Created,
    };
    Ok(Batch {
        id: item.sk,
        tenant: item.tenant,
        created_by: item.created_by,
        project: item.project,
        total: item.total,
        progress,
        created_at: item.created_at,
    })
}

/// The parts that hold the orders and refusals of a batch.
pub(crate) fn parts(batch: &Batch, orders: &[Order], refused: &[Value]) -> Result<Vec<Item>, Fault> {
    let mut parts = Vec::new();
    let (mut part, mut first, mut index) = (String::new(), 0, 0);
    for order in orders {
        add_line(&mut part, &order_line(order)?, &mut |text| {
            parts.push(part_item(batch, orders_sort_key(first), text));
            first = index;
        });
        index += order.count;
    }
    parts.push(part_item(batch, orders_sort_key(first), part));
    let (mut part, mut first) = (String::new(), 0);
    for (index, refused) in refused.iter().enumerate() {
        add_line(&mut part, &refused.to_string(), &mut |text| {
            parts.push(part_item(batch, refused_sort_key(first), text));
            first = index;
        });
    }
    if !part.is_empty() {
        parts.push(part_item(batch, refused_sort_key(first), part));
    }
    Ok(parts)
}

/// The orders of a part, and the index of the first job that is made from them.
pub(crate) fn orders_of(part: &Item) -> Result<(u32, Vec<Order>), Fault> {
    let unfit = || unreadable("main", &"orders of a batch");
    let first = part.get("sk").and_then(|sk| sk.as_s().ok()?.strip_prefix("orders#")?.parse().ok());
    let orders: Option<Vec<_>> = lines_of(part).map(read_order).collect();
    Ok((first.ok_or_else(unfit)?, orders.ok_or_else(unfit)?))
}

/// The refusals of a part.
pub(crate) fn refused_of(part: &Item) -> impl Iterator<Item = Value> {
    lines_of(part).filter_map(|line| serde_json::from_str(line).ok())
}

fn order_line(order: &Order) -> Result<String, Fault> {
    let Order { count, project, provider, request, estimated, price_version } = order.clone();
    let line = OrderLine { count, project, provider, request, estimated, price_version };
    serde_json::to_string(&line).map_err(|error| unreadable("main", &error))
}

fn read_order(line: &str) -> Option<Order> {
    let line: OrderLine = serde_json::from_str(line).ok()?;
    let OrderLine { count, project, provider, request, estimated, price_version } = line;
    Some(Order { count, project, provider, request, estimated, price_version })
}

/// Adds a line to a part. One that has enough is handed over before.
fn add_line(part: &mut String, line: &str, full: &mut impl FnMut(String)) {
    if !part.is_empty() && part.len() + line.len() > PART_BYTES {
        full(std::mem::take(part));
    }
    part.push_str(line);
    part.push('\n');
}

fn lines_of(part: &Item) -> std::str::Lines<'_> {
    part.get("lines").and_then(|lines| lines.as_s().ok()).map_or("", String::as_str).lines()
}

fn part_item(batch: &Batch, sort_key: String, lines: String) -> Item {
    let expires_at = batch.created_at.as_second().saturating_add(KEPT_SECONDS);
    Item::from([
        ("pk".to_owned(), AttributeValue::S(parts_partition_key(&batch.tenant, batch.id))),
        ("sk".to_owned(), AttributeValue::S(sort_key)),
        ("lines".to_owned(), AttributeValue::S(lines)),
        ("expires_at".to_owned(), AttributeValue::N(expires_at.to_string())),
    ])
}
