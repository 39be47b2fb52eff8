//! Reading sealed secrets. Only the worker does; it cannot open them without the vault.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_types::SdkConfig;
use domain::{CredentialId, Fault, Provider};

use crate::error::fault;

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
            .key("pk", AttributeValue::S(partition_key(provider, credential)))
            .key("sk", AttributeValue::S(sort_key(version)))
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

/// Begins with the provider, so that a worker's role can be held to its own (`dynamodb:LeadingKeys`).
pub(crate) fn partition_key(provider: Provider, credential: CredentialId) -> String {
    format!("{provider}#{credential}")
}

pub(crate) fn sort_key(version: u32) -> String {
    format!("{version:010}")
}
