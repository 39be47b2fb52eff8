//! `POST /v1/uploads`: announces a photo, and answers with the form that it is uploaded with.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::extract::State as App;
use axum::response::Response;
use domain::UploadId;
use domain::audit::Action;
use domain::upload::{FORM_LIFETIME, MOST_BYTES, PhotoType, Upload};
use runtime::{now, random};
use serde::Deserialize;
use store::FormLimits;
use web::{JobsWrite, JsonBody, Permit, Problem, ProblemKind, reply};

use super::event;
use super::view::UploadView;
use crate::JobsApi;

/// A photo to come.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "UploadRequest"))]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    content_type: PhotoType,
    /// How long the file is exactly. Up to 10 MiB unless it is given.
    bytes: Option<FileSize>,
    /// That the person shown has agreed that their photo is used for this.
    #[serde(default)]
    consent: bool,
}

/// The exact size of a file, in bytes.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline, extend("minimum" = 1, "maximum" = MOST_BYTES)))]
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
struct FileSize(u64);

impl TryFrom<u64> for FileSize {
    type Error = String;

    fn try_from(bytes: u64) -> Result<Self, String> {
        let fits = (1..=MOST_BYTES).contains(&bytes);
        if fits { Ok(Self(bytes)) } else { Err(format!("expected 1 to {MOST_BYTES} bytes")) }
    }
}

impl Body {
    fn range(&self) -> RangeInclusive<u64> {
        self.bytes.map_or(1..=MOST_BYTES, |FileSize(bytes)| bytes..=bytes)
    }
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    App(app): App<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    if !body.consent {
        let detail =
            "Send `\"consent\": true` once the person shown has agreed that their photo is used for this.";
        return Err(Problem::new(ProblemKind::ConsentNeeded, detail).with("field", "consent"));
    }
    let at = now();
    let id = UploadId::make(at, &random());
    let upload = Upload::waiting(id, principal.tenant, body.content_type, principal.actor, at);
    let limits = FormLimits {
        object_key: &upload.arrival_object_key(),
        content_type: upload.content_type.media_type(),
        bytes: body.range(),
        lifetime: FORM_LIFETIME,
    };
    let form = app.photos.forms.make(limits, at).await?;
    let consented = event(&upload, at, &upload.created_by, Action::UploadConsented, "ok");
    app.photos.records.create(&upload, consented).await?;
    let view = UploadView::new(&app.images, &upload).await?.with_form(form);
    Ok(reply::created_with_location(&view, &format!("/v1/uploads/{id}")))
}
