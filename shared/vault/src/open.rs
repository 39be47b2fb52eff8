//! The door out: sealed secret to API key.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_types::SdkConfig;
use domain::ApiKey;
use zeroize::Zeroizing;

use crate::aead;
use crate::context::EncryptionContext;
use crate::derive::{DataKey, derive};
use crate::error::OpenError;
use crate::kms::{KmsFailure, KmsKeys, OTHER_KMS_KEY, UNREADABLE};
use crate::record::SealedSecret;
use crate::wipe::with_clean_stack;

/// Opens sealed secrets. Needs `kms:Decrypt` on its KMS keys, and can seal nothing.
pub struct Opener {
    kms: Client,
    kms_keys: KmsKeys,
    stage: String,
}

impl Opener {
    /// An opener for the records of the stack `stage`, wrapped by one of `kms_keys`. Makes no call.
    pub fn new(config: &SdkConfig, kms_keys: KmsKeys, stage: String) -> Self {
        Self { kms: Client::new(config), kms_keys, stage }
    }

    /// The stack, for [`EncryptionContext::of`].
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// Opens a record in the place it was found. One KMS call each time; nothing is kept.
    ///
    /// # Errors
    /// [`OpenError`] says whether to try again (`KmsUnavailable`), to call an operator (`KmsDenied`) or to ask
    /// the user for the API key again (`Refused`).
    pub async fn open(
        &self,
        context: &EncryptionContext,
        sealed: &SealedSecret,
    ) -> Result<ApiKey, OpenError> {
        check_kms_key_id(sealed, &self.kms_keys)?;
        let data_key = self.unwrap_data_key(context, sealed).await?;
        Ok(open_with(&data_key, context, sealed)?)
    }

    async fn unwrap_data_key(
        &self,
        context: &EncryptionContext,
        sealed: &SealedSecret,
    ) -> Result<DataKey, OpenError> {
        let answer = self
            .kms
            .decrypt()
            // Without it KMS would take whatever KMS key the wrapped data key names.
            .key_id(sealed.kms_key_id.as_str())
            .ciphertext_blob(Blob::new(sealed.wrapped_data_key.as_slice()))
            .set_encryption_context(Some(context.to_kms()))
            .send()
            .await
            .map_err(|error| OpenError::from(KmsFailure::of(&error)))?;
        if answer.key_id() != Some(sealed.kms_key_id.as_str()) {
            return Err(OpenError::KmsDenied { reason: OTHER_KMS_KEY });
        }
        let plaintext = answer.plaintext().ok_or(OpenError::KmsUnavailable { reason: UNREADABLE })?;
        // What is wrapped under our KMS key and context but has not 32 bytes is no data key of ours.
        DataKey::copy_from(plaintext.as_ref()).ok_or(OpenError::Refused)
    }
}

/// Refuses a record that names another KMS key before KMS hears of it: an attacker who can write records must
/// not be able to make us use a KMS key of theirs, whose data keys they know.
pub(crate) fn check_kms_key_id(sealed: &SealedSecret, configured: &KmsKeys) -> Result<(), Misfit> {
    if configured.include(sealed.kms_key_id()) { Ok(()) } else { Err(Misfit::KmsKeyId) }
}

/// Which check a record failed. For tests only: callers get [`OpenError::Refused`] and cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    KmsKeyId,
    Commitment,
    /// Ciphertext, nonce, tag or context.
    Ciphertext,
    Text,
}

impl From<Misfit> for OpenError {
    fn from(_: Misfit) -> Self {
        Self::Refused
    }
}

/// The part of opening that needs no KMS.
pub(crate) fn open_with(
    data_key: &DataKey,
    context: &EncryptionContext,
    sealed: &SealedSecret,
) -> Result<ApiKey, Misfit> {
    with_clean_stack(|| {
        let (encryption_key, commitment) =
            derive(data_key, &sealed.salt, sealed.suite).map_err(|_| Misfit::Commitment)?;
        // Before GCM: a ciphertext can be made to open under two encryption keys, so its tag alone does not
        // prove that this is the data key it was sealed with.
        if !commitment.is(&sealed.commitment) {
            return Err(Misfit::Commitment);
        }
        let associated_data = context.to_associated_data();
        let plaintext = aead::open(&encryption_key, &sealed.nonce, &associated_data, &sealed.ciphertext)
            .map_err(|_| Misfit::Ciphertext)?;
        let text = std::str::from_utf8(&plaintext).map_err(|_| Misfit::Text)?;
        Ok(ApiKey::from_opened(Zeroizing::new(text.to_owned())))
    })
}

impl From<KmsFailure> for OpenError {
    fn from(failure: KmsFailure) -> Self {
        match failure {
            KmsFailure::Misfit => Self::Refused,
            KmsFailure::Unavailable(reason) => Self::KmsUnavailable { reason },
            KmsFailure::Denied(reason) => Self::KmsDenied { reason },
        }
    }
}
