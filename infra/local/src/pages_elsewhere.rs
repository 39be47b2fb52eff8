//! What the HTTP API answers pages of other origins, by `CorsConfiguration` of the template: here for those that are named
//! on the command line.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderValue, Method, StatusCode};

/// As in `infra/template.yaml`; a test holds the two against each other.
const METHODS: &str = "GET,POST,PUT,DELETE";
const HEADERS: &str = "authorization,content-type,idempotency-key,if-match,if-none-match";
const EXPOSED: &str =
    "content-disposition,etag,link,location,ratelimit,ratelimit-policy,retry-after,x-request-id";
const MAX_AGE: &str = "3600";

/// Lets pages of these origins call the API.
pub(crate) fn open_to_pages_of(origins: Vec<String>, router: Router) -> Router {
    if origins.is_empty() {
        return router;
    }
    let origins = Arc::new(origins);
    router.layer(from_fn(move |request: Request, next: Next| {
        let origins = origins.clone();
        async move { answer(&origins, request, next).await }
    }))
}

async fn answer(origins: &[String], request: Request, next: Next) -> Response {
    let from = request.headers().get(ORIGIN).cloned();
    let named = from.clone().filter(|from| origins.iter().any(|origin| origin.as_bytes() == from.as_bytes()));
    let preflight = from.is_some()
        && request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    // The gateway answers it without asking a function, and without a token: browsers send none with it.
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let Some(origin) = named else { return response };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(VARY, HeaderValue::from_static("origin"));
    if preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    } else {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    response
}
