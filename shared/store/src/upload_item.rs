//! An upload as an item of the main table.

use domain::upload::{PhotoType, Upload, UploadState};
use domain::{Fault, TenantId, Timestamp, UploadId};
use serde::{Deserialize, Serialize};

use crate::audit_item::{Item, unreadable};
use crate::job_item::{ImageItem, image_from_item, image_to_item};

#[derive(Serialize, Deserialize)]
struct UploadItem {
    pk: String,
    sk: UploadId,
    tenant: TenantId,
    content_type: PhotoType,
    /// The word that the person shown has agreed. There is no item without it.
    consent: bool,
    created_by: String,
    created_at: Timestamp,
    /// In seconds since 1970: the table removes the item some time after it.
    expires_at: i64,
    revision: u64,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(crate) fn partition_key(tenant: &TenantId) -> String {
    format!("UPLOAD#{tenant}")
}

pub(crate) fn to_item(upload: &Upload) -> Result<Item, Fault> {
    let (image, reason) = match &upload.state {
        UploadState::Waiting => (None, None),
        UploadState::Ready(image) => (Some(image_to_item(image)), None),
        UploadState::Refused { reason } => (None, Some(reason.clone())),
    };
    let item = UploadItem {
        pk: partition_key(&upload.tenant),
        sk: upload.id,
        tenant: upload.tenant.clone(),
        content_type: upload.content_type,
        consent: true,
        created_by: upload.created_by.clone(),
        created_at: upload.created_at,
        expires_at: upload.expires_at.as_second(),
        revision: upload.revision,
        state: upload.state.name().to_owned(),
        image,
        reason,
    };
    serde_dynamo::to_item(item).map_err(|error| unreadable("main", &error))
}

pub(crate) fn from_item(item: Item) -> Result<Upload, Fault> {
    let item: UploadItem = serde_dynamo::from_item(item).map_err(|error| unreadable("main", &error))?;
    let unfit = |what: &str| unreadable("main", &format!("{}: {what}", item.sk));
    if !item.consent {
        return Err(unfit("no consent"));
    }
    let state = match (item.state.as_str(), item.image, item.reason) {
        ("waiting", None, None) => UploadState::Waiting,
        ("ready", Some(image), None) => UploadState::Ready(image_from_item(image)),
        ("refused", None, Some(reason)) => UploadState::Refused { reason },
        _ => return Err(unfit("state")),
    };
    Ok(Upload {
        id: item.sk,
        tenant: item.tenant,
        content_type: item.content_type,
        created_by: item.created_by,
        created_at: item.created_at,
        expires_at: Timestamp::from_second(item.expires_at).map_err(|_| unfit("time"))?,
        revision: item.revision,
        state,
    })
}
