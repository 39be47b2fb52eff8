//! The headers that every request needs: `x-api-key` and `anthropic-version`.

use http::HeaderMap;

use super::super::account::Account;
use super::super::case::Case;
use super::error::AnthropicError;

/// The only version that there is.
const VERSION: &str = "2023-06-01";

/// Whose request it is.
pub(super) fn account(headers: &HeaderMap) -> Result<Account, AnthropicError> {
    let api_key = header(headers, "x-api-key").ok_or_else(AnthropicError::no_api_key)?;
    let account = match Account::of(api_key) {
        None => return Err(AnthropicError::not_for_the_sandbox()),
        Some(account) if account.case == Case::Invalid => return Err(AnthropicError::invalid_api_key()),
        Some(account) => account,
    };
    match header(headers, "anthropic-version") {
        Some(VERSION) => Ok(account),
        Some(_) => Err(AnthropicError::at("anthropic-version", "not a valid version; 2023-06-01 is.")),
        None => Err(AnthropicError::at("anthropic-version", "header is required")),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    text.filter(|text| !text.is_empty())
}
