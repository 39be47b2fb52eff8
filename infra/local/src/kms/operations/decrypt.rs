//! `Decrypt`.

use serde::Deserialize;
use serde_json::json;

use super::super::blob::{self, Context};
use super::super::calls::KmsCall;
use super::super::error::KmsError;
use super::super::kms_key::KmsKey;
use super::super::store::{State, Store};
use super::{Algorithm, Answer, Blob, base64};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Request {
    ciphertext_blob: Blob,
    key_id: Option<String>,
    #[serde(default)]
    encryption_context: Context,
    #[serde(rename = "EncryptionAlgorithm")]
    _algorithm: Option<Algorithm>,
}

pub(super) fn run(store: &Store, request: Request, call: &mut KmsCall) -> Answer {
    call.encryption_context = request.encryption_context.clone();
    store.read(|state| {
        let Request { ciphertext_blob: Blob(blob), key_id, encryption_context, .. } = &request;
        let (kms_key, plaintext) = open(state, blob, key_id.as_deref(), encryption_context, call)?;
        Ok(Some(json!({
            "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "KeyId": kms_key.arn(),
            "Plaintext": base64(&plaintext),
        })))
    })
}

/// Opens a blob with the KMS key that it names, which must be the one that the caller names, if any.
pub(super) fn open<'a>(
    state: &'a State,
    blob: &[u8],
    key_id: Option<&str>,
    context: &Context,
    call: &mut KmsCall,
) -> Result<(&'a KmsKey, Vec<u8>), KmsError> {
    let expected = key_id.map(|key_id| state.find(key_id)).transpose()?;
    call.kms_key = expected.map(KmsKey::arn);
    let blob = blob::parse(blob)?;
    // KMS keys are never deleted here, so a blob that names an unknown one was tampered with.
    let kms_key = state.kms_keys.get(&blob.kms_key).ok_or(KmsError::InvalidCiphertext)?;
    if expected.is_some_and(|expected| expected.id != kms_key.id) {
        return Err(KmsError::IncorrectKmsKey);
    }
    call.kms_key = Some(kms_key.arn());
    Ok((kms_key, blob.open(kms_key.usable()?, context)?))
}
