//! `POST /images/generations`.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use http::HeaderMap;

use super::super::Sandbox;
use super::super::hang_up::Line;
use super::error::OpenAiError;
use super::request::ImageRequest;
use super::{RequestId, authorization, images};

pub(super) async fn generate(
    State(sandbox): State<Arc<Sandbox>>,
    Extension(id): Extension<RequestId>,
    line: Option<Extension<Line>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, OpenAiError> {
    let account = authorization::account(&headers)?;
    let body = body.map_err(|_| OpenAiError::unreadable_body())?;
    let request = ImageRequest::generation(&headers, &body)?;
    images::make(sandbox, account, id, line, request).await
}
