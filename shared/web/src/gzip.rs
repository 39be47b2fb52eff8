//! Long texts go packed, to whoever can unpack them: lists, exports, the catalogue. A function's answer counts with its
//! packed bytes, and API Gateway takes 6 MB of it at most.

use std::io::Write;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;

/// From how many bytes on it pays: less fits into a packet or two anyway.
const WORTH_IT: usize = 2 * 1024;

/// What is text. Images are packed already, and so is an answer that consists of them.
const TEXTS: [&str; 3] = ["application/json", "application/x-ndjson", "text/csv"];

/// Where answers consist of images.
const IMAGES: &str = "/openai/v1/images/";

/// Packs an answer, if it is long, a text, and the asker takes it.
pub(crate) async fn packed(request: Request, next: Next) -> Response {
    let takes_it = takes_gzip(request.headers()) && !request.uri().path().starts_with(IMAGES);
    let response = next.run(request).await;
    if !takes_it || !is_text(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    // All our bodies are in memory as a whole: this waits for nothing and cannot fail.
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Response::from_parts(head, Body::empty());
    };
    head.headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if body.len() < WORTH_IT {
        return Response::from_parts(head, body.into());
    }
    let mut packing = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    match packing.write_all(&body).and_then(|()| packing.finish()) {
        Ok(packed) => {
            head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            head.headers.remove(CONTENT_LENGTH);
            Response::from_parts(head, packed.into())
        }
        Err(_) => Response::from_parts(head, body.into()),
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    let mut codings = accepted.flat_map(|line| line.split(',')).map(str::trim);
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_none_or(|weight| weight > 0.0)
    })
}

/// An `ETag` stands for bytes as they are; what has one is short.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    TEXTS.contains(&kind) && !headers.contains_key(ETAG) && !headers.contains_key(CONTENT_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_what_the_header_names_and_does_not_rule_out() {
        let takes = |accepted: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]))
        };
        for yes in ["gzip", "br, GZIP;q=0.5", "deflate,gzip", "gzip; q=1.0"] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "xgzip", "identity"] {
            assert!(!takes(no), "{no}");
        }
    }
}
