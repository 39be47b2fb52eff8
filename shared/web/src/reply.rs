//! Answers that are not problems.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, LINK, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

/// 200 with a body.
pub fn ok(body: &impl Serialize) -> Response {
    json_with(StatusCode::OK, body)
}

/// 201: it is new.
pub fn created(body: &impl Serialize) -> Response {
    json_with(StatusCode::CREATED, body)
}

/// 201: it is new, and lies at `location`.
pub fn created_with_location(body: &impl Serialize, location: &str) -> Response {
    at(created(body), location)
}

/// 202: it is on record and will be done. Look at `location` again after `retry_after_seconds`.
pub fn accepted(body: &impl Serialize, location: &str, retry_after_seconds: u32) -> Response {
    at(look_again(json_with(StatusCode::ACCEPTED, body), retry_after_seconds), location)
}

/// 202: it has begun, and goes on by itself. It is worth looking again after `retry_after_seconds`.
pub fn begun(body: &impl Serialize, retry_after_seconds: u32) -> Response {
    look_again(json_with(StatusCode::ACCEPTED, body), retry_after_seconds)
}

/// 204: done, and there is nothing to say.
pub fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// 302 to where it is for now. The link is a secret for its lifetime, so it is not kept anywhere.
pub fn found(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => {
            let headers = [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (StatusCode::FOUND, headers).into_response()
        }
        Err(_) => crate::Problem::from(domain::Fault::Broken).into_response(),
    }
}

/// A page of a list.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "{T}Page"))]
#[derive(Serialize)]
pub(crate) struct Page<'a, T> {
    items: &'a [T],
    /// What to send as `cursor` for the page after this one; null: this is the last.
    next_cursor: Option<String>,
}

/// A page of a list: `{"items": [...], "next_cursor": ...}`.
pub fn page<T: Serialize>(items: &[T], next_cursor: Option<String>) -> Response {
    ok(&Page { items, next_cursor })
}

/// A text to be kept as a file: what it is, what it may be called, and where the rest of it is.
pub fn file(text: String, (content_type, name): (&'static str, &str), next: Option<&str>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let next = next.map(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\""))).transpose();
    let (Ok(disposition), Ok(next)) = (disposition, next) else {
        return crate::Problem::from(domain::Fault::Broken).into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (CONTENT_DISPOSITION, disposition),
    ];
    let mut response = (headers, text).into_response();
    if let Some(next) = next {
        response.headers_mut().insert(LINK, next);
    }
    response
}

/// Adds which version it is, as an `ETag` to send back in `If-Match` (RFC 9110, section 13.1.1).
pub fn of_version(mut response: Response, version: u32) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// Adds by what it can be known again, as an `ETag` to send back in `If-None-Match` (RFC 9110, section 13.1.2).
pub fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        let headers = response.headers_mut();
        headers.insert(ETAG, tag);
        // It may be kept, but must be asked for each time.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// 304: it is as the asker has it.
pub fn not_modified(tag: &str) -> Response {
    tagged(StatusCode::NOT_MODIFIED.into_response(), tag)
}

/// Adds when to look again.
pub fn look_again(mut response: Response, retry_after_seconds: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds));
    response
}

fn at(mut response: Response, location: &str) -> Response {
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn json_with(status: StatusCode, body: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        return crate::Problem::from(domain::Fault::Broken).into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body).into_response()
}
