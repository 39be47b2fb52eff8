//! Storing, replacing and revoking: the metadata, the sealed secret and the audit event in one transaction.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use domain::Fault;
use domain::audit::AuditEvent;
use domain::credential::CredentialMeta;

use super::{Credentials, address, put_revision};
use crate::erasures::none_under_way;
use crate::transaction::Transaction;
use crate::{credential_item, secrets};

impl Credentials {
    /// Stores an API key in a slot: the first (`replaced` is none), or in the place of another. The sealed secret
    /// that is replaced is gone with the same write.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when the slot is no longer as `replaced` says, or the account is being erased.
    pub async fn register(
        &self,
        vault_table: &str,
        meta: &CredentialMeta,
        sealed: Vec<u8>,
        replaced: Option<&CredentialMeta>,
        event: AuditEvent,
    ) -> Result<(), Fault> {
        let secret = Put::builder()
            .table_name(vault_table)
            .set_item(Some(secrets::to_item(meta.id, meta.version, &meta.slot, sealed)))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|_| Fault::Broken)?;
        let mut transaction = Transaction::new(&self.client, &self.tables).put(secret);
        transaction = match replaced {
            Some(old) => {
                transaction.put(put_revision(&self.tables.main, meta)?).with(delete_secret(vault_table, old)?)
            }
            None => transaction.put(
                Put::builder()
                    .table_name(&self.tables.main)
                    .set_item(Some(credential_item::to_item(meta)?))
                    .condition_expression("attribute_not_exists(pk)")
                    .build()
                    .map_err(|_| Fault::Broken)?,
            ),
        };
        // A request that came before the account was closed must not leave a secret behind in it.
        transaction = transaction.with(none_under_way(&self.tables.main, &meta.slot.tenant)?);
        transaction.commit(&[event]).await
    }

    /// Takes an API key out of its slot and deletes its sealed secret. Nothing can be submitted with it after this.
    ///
    /// # Errors
    /// [`Fault::Conflict`] when it was replaced or revoked meanwhile.
    pub async fn revoke(
        &self,
        vault_table: &str,
        meta: &CredentialMeta,
        event: AuditEvent,
    ) -> Result<(), Fault> {
        let delete = Delete::builder()
            .table_name(&self.tables.main)
            .set_key(Some(address(&meta.slot)))
            .condition_expression("id = :id AND version = :version")
            .expression_attribute_values(":id", AttributeValue::S(meta.id.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(meta.version.to_string()))
            .build()
            .map_err(|_| Fault::Broken)?;
        Transaction::new(&self.client, &self.tables)
            .with(TransactWriteItem::builder().delete(delete).build())
            .with(delete_secret(vault_table, meta)?)
            .commit(&[event])
            .await
    }
}

fn delete_secret(vault_table: &str, meta: &CredentialMeta) -> Result<TransactWriteItem, Fault> {
    let delete = Delete::builder()
        .table_name(vault_table)
        .set_key(Some(secrets::address(meta.slot.provider, meta.id, meta.version)))
        .build()
        .map_err(|_| Fault::Broken)?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}
