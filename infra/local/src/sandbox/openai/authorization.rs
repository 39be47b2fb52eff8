//! `Authorization: Bearer <API key>`.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::super::account::{Account, last_four};
use super::super::case::Case;
use super::error::OpenAiError;

/// Whose request it is.
pub(super) fn account(headers: &HeaderMap) -> Result<Account, OpenAiError> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let api_key = value.strip_prefix("Bearer ").map(str::trim).filter(|api_key| !api_key.is_empty());
    let api_key = api_key.ok_or_else(OpenAiError::no_api_key)?;
    match Account::of(api_key) {
        None => Err(OpenAiError::not_for_the_sandbox()),
        Some(account) if account.case == Case::Invalid => Err(OpenAiError::invalid_api_key(&masked(api_key))),
        Some(account) => Ok(account),
    }
}

/// OpenAI's answer repeats the beginning and the end of an API key. Ours must too, so that whoever shows or logs
/// such a message is found out.
fn masked(api_key: &str) -> String {
    let shown: String = api_key.chars().take(8).collect();
    let hidden = api_key.chars().count().saturating_sub(12);
    format!("{shown}{}{}", "*".repeat(hidden), last_four(api_key))
}
