//! An upload as the API shows it.

use domain::UploadId;
use domain::upload::{PhotoType, Upload, UploadState};
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Images, UploadForm};
use web::{Problem, Time};

use super::UNUSABLE;

/// A reference photo. Fields are added, never renamed or removed: scripts rely on them.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "Upload"))]
#[derive(Serialize)]
pub(crate) struct UploadView {
    id: UploadId,
    #[cfg_attr(feature = "contract", schemars(extend("enum" = ["waiting", "ready", "refused"])))]
    state: &'static str,
    reason: Option<ReasonView>,
    consent: bool,
    content_type: PhotoType,
    image: Option<ImageView>,
    created_by: String,
    created_at: Time,
    expires_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<FormView>,
}

/// Why it was refused, in the shape that jobs give their reasons.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UploadReason"))]
#[derive(Serialize)]
struct ReasonView {
    code: &'static str,
    message: String,
}

/// The cleaned reference; the photo as it came no longer exists.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UploadImage"))]
#[derive(Serialize)]
struct ImageView {
    /// Works for a few minutes.
    url: String,
    content_type: String,
    width: u32,
    height: u32,
    bytes: u64,
    sha256: String,
}

/// How to upload the photo: all `fields` first, `file` last.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UploadForm"))]
#[derive(Serialize)]
struct FormView {
    url: String,
    method: &'static str,
    fields: Map<String, Value>,
    expires_at: Time,
}

impl UploadView {
    pub(super) async fn new(images: &Images, upload: &Upload) -> Result<Self, Problem> {
        let (reason, image) = match &upload.state {
            UploadState::Waiting => (None, None),
            UploadState::Ready(image) => (None, Some(image)),
            UploadState::Refused { reason } => {
                (Some(ReasonView { code: UNUSABLE, message: reason.clone() }), None)
            }
        };
        let image = match image {
            None => None,
            Some(image) => Some(ImageView {
                url: images.link(&image.object_key, &image.content_type).await?,
                content_type: image.content_type.clone(),
                width: image.width,
                height: image.height,
                bytes: image.bytes,
                sha256: image.sha256.clone(),
            }),
        };
        Ok(Self {
            id: upload.id,
            state: upload.state.name(),
            reason,
            // There is no upload without it.
            consent: true,
            content_type: upload.content_type,
            image,
            created_by: upload.created_by.clone(),
            created_at: Time(upload.created_at),
            expires_at: Time(upload.expires_at),
            upload: None,
        })
    }

    /// With the form, which is shown once: it is not kept.
    pub(super) fn with_form(self, form: UploadForm) -> Self {
        let fields = form.fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let form = FormView { url: form.url, method: "POST", fields, expires_at: Time(form.expires_at) };
        Self { upload: Some(form), ..self }
    }
}
