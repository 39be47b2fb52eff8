//! Answers that quote the API key: a provider that does so by mistake, or a host that passes for one, must not get it into
//! tables, logs or the trail.

use domain::ApiKey;
use domain::outcome::{CallFailure, FailureClass};

use crate::bfl::Ordered;
use crate::http::failure;

/// As long a part of an API key is no accident.
const PART: usize = 8;

/// Whether a text holds an API key, or a part of it.
fn echoes(text: &str, api_key: &ApiKey) -> bool {
    let parts = api_key.expose_secret().as_bytes().windows(PART);
    parts.into_iter().any(|part| memchr::memmem::find(text.as_bytes(), part).is_some())
}

/// The provider's id of a call, unless it is none.
pub(crate) fn unless_echoed(request_id: Option<String>, api_key: &ApiKey) -> Option<String> {
    request_id.filter(|id| !echoes(id, api_key))
}

/// A failure is in our own words, but for the id.
pub(crate) fn quiet(failure: CallFailure, api_key: &ApiKey) -> CallFailure {
    CallFailure { request_id: unless_echoed(failure.request_id, api_key), ..failure }
}

/// An order that cannot be kept as it is cannot be asked about.
pub(crate) fn quiet_order(ordered: Ordered, api_key: &ApiKey) -> Result<Ordered, CallFailure> {
    if !echoes(&ordered.id, api_key) && !echoes(&ordered.polling_url, api_key) {
        return Ok(ordered);
    }
    Err(failure(
        FailureClass::UnusableAnswer,
        "api_key_quoted",
        "The provider's answer quoted the API key and was thrown away. The provider has probably charged for the order.",
    ))
}
