//! A batch as an item of the main table.

use domain::batch::Batch;
use domain::{BatchId, Fault, ProjectId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};

#[derive(Serialize, Deserialize)]
struct BatchItem {
    pk: String,
    sk: BatchId,
    tenant: TenantId,
    created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    total: u32,
    created_at: Timestamp,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("BATCH#{tenant}")
}

pub(crate) fn to_item(batch: &Batch) -> Result<Item, Fault> {
    let batch = batch.clone();
    let item = BatchItem {
        pk: partition_key(&batch.tenant),
        sk: batch.id,
        tenant: batch.tenant,
        created_by: batch.created_by,
        project: batch.project,
        total: batch.total,
        created_at: batch.created_at,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<Batch, Fault> {
    let item: BatchItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    Ok(Batch {
        id: item.sk,
        tenant: item.tenant,
        created_by: item.created_by,
        project: item.project,
        total: item.total,
        created_at: item.created_at,
    })
}
