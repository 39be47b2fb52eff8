//! Entity tags: has the browser this very file already?

use axum::http::header::IF_NONE_MATCH;
use axum::http::{HeaderMap, HeaderValue};

/// A strong tag from the bytes (FNV-1a). It tells releases of our own files apart; it protects nothing.
pub(crate) fn make(bytes: &[u8]) -> HeaderValue {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = bytes.iter().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    // Sixteen hex digits in quotes are always a header value.
    HeaderValue::try_from(format!("\"{hash:016x}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Compares weakly, as RFC 9110 section 13.1.2 asks of `If-None-Match`: a proxy that compresses weakens our tag.
pub(crate) fn is_known(tag: &HeaderValue, request: &HeaderMap) -> bool {
    let tags = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|list| list.split(',')).map(str::trim).any(|candidate| {
        let opaque = candidate.strip_prefix("W/").unwrap_or(candidate);
        opaque == "*" || opaque.as_bytes() == tag.as_bytes()
    })
}
