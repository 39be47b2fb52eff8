//! What every function's router ends with: problems for what is not there, a limit, a request id, and one log line.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Uri};
use tracing::Instrument;

use crate::request_limit::{Buckets, within_limit};
use crate::{Problem, ProblemKind, RequestId, RequestLimit, gzip, openai};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Completes a router, and holds each tenant's requests against `limit`.
pub fn finish(router: Router, limit: RequestLimit) -> Router {
    let buckets = Buckets::of(limit);
    router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .layer(from_fn(move |request: Request, next: Next| within_limit(buckets.clone(), request, next)))
        .layer(from_fn(openai::in_its_words))
        .layer(from_fn(gzip::packed))
        .layer(from_fn(observe))
}

async fn not_found(_: Uri) -> Problem {
    Problem::new(ProblemKind::NotFound, "There is nothing at this address.")
}

async fn method_not_allowed() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "The `Allow` header says which methods this address takes.")
}

/// A method's name, unless a client has made it up.
fn known_method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// Logs the route, not the path, and never the query, the headers or the body.
async fn observe(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let method = known_method(request.method());
    // Around every line that is logged meanwhile, at any level.
    let span = tracing::error_span!("answering", request.id = id);
    let mut response = next.run(request).instrument(span).await;
    let status = response.status().as_u16();
    tracing::info!(
        http.method = method,
        http.route = route,
        http.status = status,
        request.id = id,
        "request"
    );
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
