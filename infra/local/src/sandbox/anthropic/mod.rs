//! Anthropic's API as far as a persona needs it: <https://platform.claude.com/docs/en/api>.
//!
//! It is strict where Anthropic is, so that a caller that passes here passes there. It writes personas and whatever
//! else fits a schema, and neither streams nor uses tools; asked to, it says so.

mod answer;
mod authorization;
mod content;
mod count;
mod error;
mod fields;
mod messages;
mod models;
mod options;
mod page;
mod persona;
mod request;
mod schema;
mod usage;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use http::HeaderValue;

use self::error::AnthropicError;
use super::Sandbox;

/// A request may have so many bytes.
const LARGEST_BODY: usize = 32 << 20;

/// The id of a request, which its answer carries and its charge goes by.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The routes.
pub(super) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/v1/models", get(models::list))
        .route("/v1/models/{model}", get(models::retrieve))
        .route("/v1/messages", post(messages::create))
        .route("/v1/messages/count_tokens", post(count::count))
        .fallback(unknown_url)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(sign))
        .with_state(sandbox)
}

/// Gives every answer its id, which an error repeats in its body.
async fn sign(mut request: Request, next: Next) -> Response {
    let id = format!("req_{}", uuid::Builder::from_random_bytes(runtime::random()).into_uuid().simple());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<AnthropicError>() {
        response = error.signed(&id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("request-id", value);
    }
    response
}

async fn unknown_url() -> AnthropicError {
    AnthropicError::not_found("Not Found")
}

async fn wrong_method() -> AnthropicError {
    AnthropicError::wrong_method()
}
