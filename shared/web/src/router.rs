//! What every function's router ends with: problems for what is not there, a request id, and one log line.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Uri};

use crate::{Problem, ProblemKind, RequestId};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Completes a router.
pub fn finish(router: Router) -> Router {
    router.method_not_allowed_fallback(method_not_allowed).fallback(not_found).layer(from_fn(observe))
}

async fn not_found(_: Uri) -> Problem {
    Problem::new(ProblemKind::NotFound, "There is nothing at this address. See the README for what there is.")
}

async fn method_not_allowed(method: Method) -> Problem {
    let detail = format!("This address does not take {method}. See the `Allow` header.");
    Problem::new(ProblemKind::MethodNotAllowed, detail)
}

/// Logs the route, not the path, and never the query, the headers or the body.
async fn observe(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let method = request.method().clone();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    tracing::info!(http.method = %method, http.route = route, http.status = status, request.id = id, "request");
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
