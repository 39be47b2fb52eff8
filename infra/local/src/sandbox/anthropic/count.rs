//! `POST /v1/messages/count_tokens`. Free.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde_json::json;

use super::authorization;
use super::error::AnthropicError;
use super::request::Prompt;

pub(super) async fn count(
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, AnthropicError> {
    authorization::account(&headers)?;
    let prompt = Prompt::parse(body)?;
    Ok(Json(json!({ "input_tokens": prompt.tokens() })).into_response())
}
