//! Every sealed secret, one page after the other, for the move to another KMS key. Nothing else reads the whole vault.

use std::fmt;
use std::str::FromStr;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use aws_types::SdkConfig;
use domain::credential::Slot;
use domain::{CredentialId, Fault};

use super::to_item;
use crate::Page;
use crate::audit_item::Item;
use crate::error::fault;

/// How many rows are read at once: 140 KB at most.
const PAGE: i32 = 100;

/// The rows of the vault table.
#[derive(Clone, Debug)]
pub struct SecretRows {
    client: Client,
    table: String,
}

/// A sealed secret and where it belongs.
#[derive(Clone, Debug)]
pub struct SecretRow {
    /// Whose it is, for which provider and scope.
    pub slot: Slot,
    /// The stored credential.
    pub credential: CredentialId,
    /// Which API key of that credential.
    pub version: u32,
    /// The record.
    pub sealed: Vec<u8>,
}

/// A row, as the place to go on after; also one that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretCursor {
    partition_key: String,
    sort_key: String,
}

/// The text names no row of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `next` as an earlier answer gave it")]
pub struct NotACursor;

impl SecretRows {
    /// The rows of the vault table.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// The next rows, in no order. In the place of a row that cannot be read is what is wrong with it.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the table cannot be asked.
    pub async fn page(
        &self,
        after: Option<SecretCursor>,
    ) -> Result<Page<Result<SecretRow, Fault>, SecretCursor>, Fault> {
        let from = after.map(|SecretCursor { partition_key, sort_key }| {
            Item::from([
                ("pk".to_owned(), AttributeValue::S(partition_key)),
                ("sk".to_owned(), AttributeValue::S(sort_key)),
            ])
        });
        let scan = self.client.scan().table_name(&self.table).consistent_read(true).limit(PAGE);
        let answer =
            scan.set_exclusive_start_key(from).send().await.map_err(|error| fault("Scan vault", error))?;
        let next = match answer.last_evaluated_key {
            Some(last) => Some(cursor_of(&last).ok_or(Fault::Broken)?),
            None => None,
        };
        Ok(Page { items: answer.items.unwrap_or_default().iter().map(row_of).collect(), next })
    }

    /// Puts another record in the place of the one that was read, if it still lies there.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when it does not: it was revoked, or replaced, or somebody else has done this.
    pub async fn replace(&self, read: &SecretRow, sealed: Vec<u8>) -> Result<(), Fault> {
        let SecretRow { slot, credential, version, .. } = read;
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item(*credential, *version, slot, sealed.clone())))
            .condition_expression("sealed = :read")
            .expression_attribute_values(":read", AttributeValue::B(read.sealed.clone().into()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(()) };
        // The SDK asks again when an answer was lost. What lies there may then be what we have put there.
        let refused = error.as_service_error().and_then(|error| match error {
            aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(refused) => {
                refused.item()
            }
            _ => None,
        });
        if refused.and_then(sealed_of).is_some_and(|there| there == sealed) {
            return Ok(());
        }
        Err(fault("PutItem vault", error))
    }
}

impl fmt::Display for SecretCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.partition_key, self.sort_key)
    }
}

impl FromStr for SecretCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        match text.rsplit_once('/') {
            Some((partition_key, sort_key)) if !(partition_key.is_empty() || sort_key.is_empty()) => {
                Ok(Self { partition_key: partition_key.to_owned(), sort_key: sort_key.to_owned() })
            }
            _ => Err(NotACursor),
        }
    }
}

fn row_of(item: &Item) -> Result<SecretRow, Fault> {
    let read = || {
        let (provider, credential) = text(item, "pk")?.split_once('#')?;
        Some(SecretRow {
            slot: Slot {
                tenant: text(item, "tenant")?.parse().ok()?,
                provider: provider.parse().ok()?,
                scope: text(item, "scope")?.parse().ok()?,
            },
            credential: credential.parse().ok()?,
            version: text(item, "sk")?.parse().ok()?,
            sealed: sealed_of(item)?.to_vec(),
        })
    };
    read().ok_or_else(|| {
        let partition_key = text(item, "pk").unwrap_or_default();
        tracing::error!(row.partition_key = partition_key, "row of the vault cannot be read");
        Fault::Broken
    })
}

fn cursor_of(item: &Item) -> Option<SecretCursor> {
    let (partition_key, sort_key) = (text(item, "pk")?.to_owned(), text(item, "sk")?.to_owned());
    Some(SecretCursor { partition_key, sort_key })
}

fn sealed_of(item: &Item) -> Option<&[u8]> {
    item.get("sealed")?.as_b().ok().map(AsRef::as_ref)
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
