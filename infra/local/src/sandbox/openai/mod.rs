//! OpenAI, as far as images go: <https://platform.openai.com/docs/api-reference/images>.
//!
//! Requests are checked as strictly as the published description allows, and every refusal has the shape of a real
//! one. The sandbox draws PNG, JPEG and WebP, takes edits as a form, and does not stream; asked to, it says so.

mod authorization;
mod edit;
mod error;
mod fields;
mod form;
mod generate;
mod images;
mod models;
mod request;
mod size;
mod usage;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderName, HeaderValue, Method};

use self::error::OpenAiError;
use super::Sandbox;

/// The id of a request, which its answer carries and its charge goes by.
#[derive(Clone, Debug)]
struct RequestId(String);

/// The routes under `/v1`.
pub(super) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/models", get(models::list))
        .route("/models/{model}", get(models::retrieve))
        .route("/images/generations", post(generate::generate))
        .route("/images/edits", post(edit::edit).layer(DefaultBodyLimit::max(edit::LARGEST_BODY)))
        .fallback(unknown_url)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(sign))
        .with_state(sandbox)
}

/// Puts OpenAI's headers on every answer.
async fn sign(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = format!("req_{}", uuid::Builder::from_random_bytes(runtime::random()).into_uuid().simple());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    let headers = [
        ("x-request-id", id),
        ("openai-processing-ms", started.elapsed().as_millis().to_string()),
        ("openai-version", "2020-10-01".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

async fn unknown_url(method: Method, OriginalUri(uri): OriginalUri) -> OpenAiError {
    OpenAiError::unknown_url(&method, uri.path())
}

async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> OpenAiError {
    OpenAiError::wrong_method(&method, uri.path())
}
