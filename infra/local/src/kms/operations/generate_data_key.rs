//! `GenerateDataKey`: a fresh data key, in plain and wrapped.

use serde::Deserialize;
use serde_json::json;

use super::super::blob::{self, Context};
use super::super::calls::KmsCall;
use super::super::store::Store;
use super::{Answer, base64};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Request {
    key_id: String,
    // Required here, though AWS would also take `NumberOfBytes`.
    #[serde(rename = "KeySpec")]
    _key_spec: Spec,
    #[serde(default)]
    encryption_context: Context,
}

#[derive(Deserialize)]
enum Spec {
    #[serde(rename = "AES_256")]
    Aes256,
}

pub(super) fn run(store: &Store, request: Request, call: &mut KmsCall) -> Answer {
    call.encryption_context = request.encryption_context.clone();
    store.read(|state| {
        let kms_key = state.find(&request.key_id)?;
        call.kms_key = Some(kms_key.arn());
        let data_key: [u8; 32] = runtime::random();
        let wrapped = blob::seal(kms_key.usable()?, &request.encryption_context, &data_key)?;
        Ok(Some(json!({
            "CiphertextBlob": base64(&wrapped),
            "KeyId": kms_key.arn(),
            "Plaintext": base64(&data_key),
        })))
    })
}
