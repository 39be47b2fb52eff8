//! Whose API key it is, without the API key.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::hex;

/// The SHA-256 of the API key, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct AccountId(String);

/// What is left of an API key once it has been read.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: AccountId,
    /// The last four characters.
    pub(super) hint: String,
    pub(super) case: Case,
}

impl Account {
    /// `None` for an API key that was not made for the sandbox.
    pub(super) fn of(api_key: &str) -> Option<Self> {
        let case = Case::of(api_key)?;
        let hash = digest(&SHA256, api_key.as_bytes());
        Some(Self { id: AccountId(hex::encode(hash.as_ref())), hint: last_four(api_key), case })
    }
}

/// What people tell API keys apart by.
pub(super) fn last_four(api_key: &str) -> String {
    let start = api_key.char_indices().rev().nth(3).map_or(0, |(start, _)| start);
    api_key.get(start..).unwrap_or_default().to_owned()
}
