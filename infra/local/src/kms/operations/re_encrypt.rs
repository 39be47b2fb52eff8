//! `ReEncrypt`: from one KMS key or context to another; the plaintext never leaves.

use serde::Deserialize;
use serde_json::json;

use super::super::blob::{self, Context};
use super::super::calls::KmsCall;
use super::super::store::Store;
use super::{Algorithm, Answer, Blob, base64, decrypt};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Request {
    ciphertext_blob: Blob,
    source_key_id: Option<String>,
    #[serde(default)]
    source_encryption_context: Context,
    #[serde(rename = "SourceEncryptionAlgorithm")]
    _source_algorithm: Option<Algorithm>,
    destination_key_id: String,
    #[serde(default)]
    destination_encryption_context: Context,
    #[serde(rename = "DestinationEncryptionAlgorithm")]
    _destination_algorithm: Option<Algorithm>,
}

pub(super) fn run(store: &Store, request: Request, call: &mut KmsCall) -> Answer {
    call.encryption_context = request.source_encryption_context.clone();
    store.read(|state| {
        let Blob(blob) = &request.ciphertext_blob;
        let from = request.source_key_id.as_deref();
        let (source, plaintext) = decrypt::open(state, blob, from, &request.source_encryption_context, call)?;
        let destination = state.find(&request.destination_key_id)?.usable()?;
        let wrapped = blob::seal(destination, &request.destination_encryption_context, &plaintext)?;
        Ok(Some(json!({
            "CiphertextBlob": base64(&wrapped),
            "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "KeyId": destination.arn(),
            "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
            "SourceKeyId": source.arn(),
        })))
    })
}
