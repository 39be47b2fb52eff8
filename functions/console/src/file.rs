//! One file as an answer.

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::etag;

/// The file, or 304 when whoever asks has it already.
pub(crate) fn serve(content_type: &'static str, bytes: Bytes, request: &HeaderMap) -> Response {
    let tag = etag::make(&bytes);
    let known = etag::is_known(&tag, request);
    let tag = [(ETAG, tag)];
    if known {
        return (StatusCode::NOT_MODIFIED, tag).into_response();
    }
    (tag, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], bytes).into_response()
}
