//! `GET /openapi.json`: the contract of the API, as it was made from the code and checked in.

use std::io::Write;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::file::serve;

const DOCUMENT: &[u8] = include_bytes!("../openapi.json");

/// A tenth of it. Made when somebody first asks, which is seldom.
static COMPRESSED: LazyLock<Option<Bytes>> = LazyLock::new(|| {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(DOCUMENT).ok()?;
    encoder.finish().ok().map(Bytes::from)
});

pub(crate) async fn openapi(headers: HeaderMap) -> Response {
    const JSON: &str = "application/json";
    let compressed = COMPRESSED.as_ref().filter(|_| takes_gzip(&headers));
    let mut response = match compressed {
        Some(compressed) => serve(JSON, compressed.clone(), &headers),
        None => serve(JSON, Bytes::from_static(DOCUMENT), &headers),
    };
    if compressed.is_some() && response.status().is_success() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Whether it is named, and not with the weight 0, which forbids it (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accept.flat_map(|codings| codings.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let forbidden =
            weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !forbidden
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::http::StatusCode;
    use axum::http::header::{ETAG, IF_NONE_MATCH};
    use http_body_util::BodyExt;

    use super::*;

    async fn ask(name: axum::http::HeaderName, value: &str) -> (StatusCode, HeaderMap, Bytes) {
        let response = openapi(HeaderMap::from_iter([(name, value.parse().unwrap())])).await;
        let (head, body) = response.into_parts();
        (head.status, head.headers, body.collect().await.unwrap().to_bytes())
    }

    #[tokio::test]
    async fn whoever_takes_gzip_gets_it_and_nobody_else() {
        for takes in ["gzip", "br, GZIP;q=0.5", "deflate, gzip;q=1.0"] {
            let (_, headers, body) = ask(ACCEPT_ENCODING, takes).await;
            assert_eq!(headers[CONTENT_ENCODING], "gzip", "{takes}");
            let mut text = Vec::new();
            flate2::read::GzDecoder::new(&*body).read_to_end(&mut text).unwrap();
            assert!(text == DOCUMENT && body.len() * 4 < text.len());
        }
        for takes in ["", "br", "gzip;q=0", "gzip; q=0.0, br"] {
            let (_, headers, body) = ask(ACCEPT_ENCODING, takes).await;
            assert!(!headers.contains_key(CONTENT_ENCODING) && body == DOCUMENT, "{takes}");
            assert_eq!(headers[VARY], "accept-encoding");
        }
    }

    #[tokio::test]
    async fn a_known_document_is_not_sent_again() {
        let (_, first, _) = ask(ACCEPT_ENCODING, "").await;
        let (status, headers, body) = ask(IF_NONE_MATCH, first[ETAG].to_str().unwrap()).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(headers[ETAG], first[ETAG]);
    }
}
