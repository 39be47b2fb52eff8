//! Which earlier request one is the repeat of.

use domain::Fault;
use http::HeaderMap;
use serde::Serialize;
use store::IdempotencyKey;
use web::{Principal, Problem};

use crate::order::ImageOrder;
use crate::submit::{hex_digest, idempotency_key};

/// How often the official clients have sent this request before. They send no `Idempotency-Key` by themselves.
const REPEATS: &str = "x-stainless-retry-count";

/// What a request asks for. How it is answered is no part of it.
#[derive(Serialize)]
struct Request<'a> {
    door: &'static str,
    count: u32,
    order: &'a ImageOrder,
}

/// By what a request and its repeats are known for the same.
pub(super) fn same(
    headers: &HeaderMap,
    principal: &Principal,
    (order, count): (&ImageOrder, u32),
) -> Result<IdempotencyKey, Problem> {
    let request = Request { door: "openai", count, order };
    if let Some(named) = idempotency_key(headers, &request)? {
        return Ok(named);
    }
    let words = serde_json::to_vec(&request).map_err(|_| Fault::Broken)?;
    let request_digest = hex_digest(&words);
    // No `Idempotency-Key` has a space, so that this is none that somebody could send.
    let digest = hex_digest(format!("{request_digest} {}", principal.actor).as_bytes());
    let again = repeats(headers).is_some_and(|count| count > 0);
    let asked = if again { store::Asked::Again } else { store::Asked::First };
    Ok(IdempotencyKey { digest, request_digest, asked })
}

/// Whether a repeat of this request would find what this one has made.
pub(super) fn is_found_again(headers: &HeaderMap) -> bool {
    headers.contains_key("idempotency-key") || repeats(headers).is_some()
}

fn repeats(headers: &HeaderMap) -> Option<u32> {
    headers.get(REPEATS)?.to_str().ok()?.parse().ok()
}
