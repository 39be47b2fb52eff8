//! `POST /v1/jobs`: the life of an image job begins here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::JobId;
use http::HeaderMap;
use runtime::{now, random};
use serde::{Deserialize, Serialize};
use web::{JobsWrite, JsonBody, Permit, Problem};

use crate::JobsApi;
use crate::order::ImageOrder;
use crate::sources::Sources;
use crate::submit::idempotency_key;

/// An image to be made. What is not named here are parameters of the model: its `parameters` at `/v1/models` are their
/// schema.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "JobRequest"))]
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Body {
    #[serde(default)]
    kind: Kind,
    #[serde(flatten)]
    order: ImageOrder,
}

#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Image,
}

impl Body {
    /// The image that is asked for.
    pub(crate) fn into_order(self) -> ImageOrder {
        self.order
    }
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    if let Some(answer) = app.answered_before(&principal, idempotency_key.as_ref()).await? {
        return Ok(answer);
    }
    let mut sources = Sources::of(&app, &principal);
    let order = body.into_order().resolve(&mut sources, 1).await?;
    let allowed = app.allow(&principal.tenant, 1).await?;
    sources.begin_projects().await?;
    let new = order.job(JobId::make(now(), &random()), (principal.tenant, principal.actor), None);
    app.submit(new, &allowed, idempotency_key.as_ref()).await
}
