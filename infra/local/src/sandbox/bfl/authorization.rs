//! `x-key: <API key>`.

use http::HeaderMap;

use super::super::account::Account;
use super::super::case::Case;
use super::error::BflError;

pub(super) const HEADER: &str = "x-key";

/// Whose request it is.
pub(super) fn account(headers: &HeaderMap) -> Result<Account, BflError> {
    let api_key = headers.get(HEADER).ok_or_else(BflError::not_authenticated)?;
    match Account::of(api_key.to_str().unwrap_or_default()) {
        None => Err(BflError::not_for_the_sandbox()),
        Some(account) if account.case == Case::Invalid => Err(BflError::invalid_api_key()),
        Some(account) => Ok(account),
    }
}
