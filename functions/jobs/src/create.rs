//! `POST /v1/jobs`: the life of an image job begins here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use web::{JobsWrite, JsonBody, Permit, Problem};

use crate::JobsApi;
use crate::order::ImageOrder;
use crate::submit::idempotency_key;

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Body {
    #[serde(default)]
    kind: Kind,
    #[serde(flatten)]
    order: ImageOrder,
}

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

    /// The same in another style.
    pub(crate) fn in_style(&self, style: String) -> Self {
        Self { order: self.order.in_style(style), ..self.clone() }
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
    let new = app.new_image_job(&principal, body.into_order()).await?;
    app.submit(new, idempotency_key.as_ref()).await
}
