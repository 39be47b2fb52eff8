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

#[derive(Deserialize, Serialize)]
pub(crate) struct Body {
    kind: Kind,
    #[serde(flatten)]
    order: ImageOrder,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Image,
}

pub(crate) async fn create(
    Permit(principal, _): Permit<JobsWrite>,
    headers: HeaderMap,
    State(app): State<Arc<JobsApi>>,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let idempotency_key = idempotency_key(&headers, &body)?;
    let new = app.new_image_job(&principal, body.order).await?;
    app.submit(new, idempotency_key.as_ref()).await
}
