//! How a worker comes to an API key: read from the vault, opened by KMS, on record.

use domain::credential::CredentialMeta;
use domain::{ApiKey, Fault};
use futures_util::FutureExt;
use vault::{EncryptionContext, OpenError, SealedSecret};

use crate::Worker;
use crate::ending::Ending;

impl Worker {
    /// The sealed secret, if it is still there: a revoke takes it away before it is acknowledged.
    pub(crate) async fn sealed(&self, paying: &CredentialMeta) -> Result<Vec<u8>, Ending> {
        let read = self.secrets.read(paying.slot.provider, paying.id, paying.version);
        match self.asked.secrets.ask(&(paying.id, paying.version), read.boxed()).await {
            Ok(sealed) => Ok(sealed),
            Err(Fault::NotFound) => Err(match self.credentials.read(&paying.slot).await {
                // What takes the secret away changes this record in the same write. If it has not changed, it comes from an
                // old copy of its table, or the vault was lost: nobody has this secret any more.
                Ok(now) if (now.id, now.version) == (paying.id, paying.version) => Ending::CannotOpen,
                // Revoked or replaced a moment ago; the next turn finds out which.
                _ => Ending::not_started("The API key was just taken out of use."),
            }),
            Err(_) => Err(Ending::not_started("The vault did not answer.")),
        }
    }

    /// Reads the sealed secret only now, so that a revoke that was acknowledged before stops the call.
    pub(crate) async fn open(&self, paying: &CredentialMeta) -> Result<ApiKey, Ending> {
        let sealed = self.sealed(paying).await?;
        self.unseal(paying, &sealed).await
    }

    /// Opens a sealed secret; whoever calls this has put it on record.
    pub(crate) async fn unseal(&self, paying: &CredentialMeta, sealed: &[u8]) -> Result<ApiKey, Ending> {
        let context = EncryptionContext::of(self.opener.stage(), paying);
        let opened = match SealedSecret::parse(sealed) {
            Ok(sealed) => {
                let opened = self.opener.open(&context, &sealed).await;
                self.metrics.openings_on_record(1);
                opened
            }
            Err(_) => Err(OpenError::Refused),
        };
        opened.map_err(|error| {
            tracing::error!(credential.id = %paying.id, error = %error, "sealed secret not opened");
            match error {
                OpenError::Refused => Ending::CannotOpen,
                OpenError::KmsUnavailable { .. } => Ending::not_started("KMS did not answer."),
                OpenError::KmsDenied { .. } => {
                    Ending::not_started("KMS does not let the worker use the KMS key.")
                }
            }
        })
    }
}
