//! The door between two KMS keys: a record's data key is wrapped anew, inside KMS.

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_types::SdkConfig;

use crate::context::EncryptionContext;
use crate::error::RewrapError;
use crate::kms::{KmsFailure, KmsKeys, OTHER_KMS_KEY, UNREADABLE};
use crate::open::{Misfit, check_kms_key_id};
use crate::record::{MAX_WRAPPED_DATA_KEY_LEN, SealedSecret};

/// Moves sealed secrets to the current KMS key. Needs `kms:ReEncryptFrom` on the others and `kms:ReEncryptTo` on the
/// current one, and can neither seal nor open: no data key and no API key is ever in its process.
pub struct Rewrapper {
    kms: Client,
    kms_keys: KmsKeys,
    stage: String,
}

/// What became of a record.
#[derive(Debug)]
pub enum Rewrapped {
    /// It names the current KMS key already. KMS was not asked.
    Already,
    /// The same record under the current KMS key: what is sealed in it has not changed by a bit.
    Moved(SealedSecret),
}

impl Rewrapper {
    /// A rewrapper for the records of the stack `stage`. Makes no call.
    pub fn new(config: &SdkConfig, kms_keys: KmsKeys, stage: String) -> Self {
        Self { kms: Client::new(config), kms_keys, stage }
    }

    /// The stack, for the [`EncryptionContext`] of a record.
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// Wraps the data key of a record, in the place it was found, under the current KMS key. One KMS call at most.
    ///
    /// # Errors
    /// [`RewrapError`] says whether to try again (`KmsUnavailable`), to call an operator (`KmsDenied`) or to leave the
    /// record as it is (`Refused`).
    pub async fn rewrap(
        &self,
        context: &EncryptionContext,
        sealed: &SealedSecret,
    ) -> Result<Rewrapped, RewrapError> {
        check_kms_key_id(sealed, &self.kms_keys)?;
        let (from, to) = (sealed.kms_key_id(), self.kms_keys.current());
        if from == to {
            return Ok(Rewrapped::Already);
        }
        let answer = self
            .kms
            .re_encrypt()
            // Without it KMS would take whatever KMS key the wrapped data key names.
            .source_key_id(from.as_str())
            .destination_key_id(to.as_str())
            .ciphertext_blob(Blob::new(sealed.wrapped_data_key.as_slice()))
            // The same place before and after: a record is moved between KMS keys, never between places.
            .set_source_encryption_context(Some(context.to_kms()))
            .set_destination_encryption_context(Some(context.to_kms()))
            .send()
            .await
            .map_err(|error| RewrapError::from(KmsFailure::of(&error)))?;
        if answer.source_key_id() != Some(from.as_str()) || answer.key_id() != Some(to.as_str()) {
            return Err(RewrapError::KmsDenied { reason: OTHER_KMS_KEY });
        }
        let wrapped_data_key = answer
            .ciphertext_blob
            .map(Blob::into_inner)
            .filter(|wrapped| (1..=MAX_WRAPPED_DATA_KEY_LEN).contains(&wrapped.len()))
            .ok_or(RewrapError::KmsUnavailable { reason: UNREADABLE })?;
        Ok(Rewrapped::Moved(SealedSecret { kms_key_id: to.clone(), wrapped_data_key, ..sealed.clone() }))
    }
}

impl From<Misfit> for RewrapError {
    fn from(_: Misfit) -> Self {
        Self::Refused
    }
}

impl From<KmsFailure> for RewrapError {
    fn from(failure: KmsFailure) -> Self {
        match failure {
            KmsFailure::Misfit => Self::Refused,
            KmsFailure::Unavailable(reason) => Self::KmsUnavailable { reason },
            KmsFailure::Denied(reason) => Self::KmsDenied { reason },
        }
    }
}
