//! Reading sealed secrets. Only the worker does; it cannot open them without the vault.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::credential::Slot;
use domain::{CredentialId, Fault, Provider};

use crate::audit_item::Item;
use crate::error::fault;

mod rows;

pub use rows::{NotACursor, SecretCursor, SecretRow, SecretRows};

/// The sealed secrets, read-only.
#[derive(Clone, Debug)]
pub struct Secrets {
    client: Client,
    table: String,
}

impl Secrets {
    /// The secrets in the vault table.
    pub fn new(config: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(config), table }
    }

    /// The sealed record of one version of a credential.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when it was revoked or replaced: from then on nothing can be submitted with it.
    pub async fn read(
        &self,
        provider: Provider,
        credential: CredentialId,
        version: u32,
    ) -> Result<Vec<u8>, Fault> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(address(provider, credential, version)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("GetItem vault", error))?;
        let sealed = answer.item.and_then(|mut item| item.remove("sealed")).ok_or(Fault::NotFound)?;
        match sealed {
            AttributeValue::B(record) => Ok(record.into_inner()),
            _ => Err(Fault::Broken),
        }
    }
}

/// The partition key begins with the provider, so that a worker's role can be held to its own
/// (`dynamodb:LeadingKeys`).
pub(crate) fn address(provider: Provider, credential: CredentialId, version: u32) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(format!("{provider}#{credential}"))),
        ("sk".to_owned(), AttributeValue::S(format!("{version:010}"))),
    ])
}

/// A sealed secret with the whole of its place, in ids: to wrap its data key anew, one must be able to name it.
pub(crate) fn to_item(credential: CredentialId, version: u32, slot: &Slot, sealed: Vec<u8>) -> Item {
    let mut item = address(slot.provider, credential, version);
    item.insert("tenant".to_owned(), AttributeValue::S(slot.tenant.to_string()));
    item.insert("scope".to_owned(), AttributeValue::S(slot.scope.to_string()));
    item.insert("sealed".to_owned(), AttributeValue::B(Blob::new(sealed)));
    item
}
