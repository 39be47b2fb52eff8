//! `GenerateMac`: a message authentication code, by a KMS key that is for nothing else.

use ring::hmac;
use serde::Deserialize;
use serde_json::json;

use super::super::calls::KmsCall;
use super::super::store::Store;
use super::{Answer, Blob, base64};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Request {
    key_id: String,
    message: Blob,
    #[serde(rename = "MacAlgorithm")]
    _mac_algorithm: Algorithm,
}

#[derive(Deserialize)]
enum Algorithm {
    #[serde(rename = "HMAC_SHA_256")]
    HmacSha256,
}

pub(super) fn run(store: &Store, request: Request, call: &mut KmsCall) -> Answer {
    store.read(|state| {
        let kms_key = state.find(&request.key_id)?;
        call.kms_key = Some(kms_key.arn());
        let material = kms_key.usable_for_macs()?.current()?.1;
        let Blob(message) = request.message;
        Ok(Some(json!({
            "KeyId": kms_key.arn(),
            "Mac": base64(hmac::sign(&material.mac_key(), &message).as_ref()),
            "MacAlgorithm": "HMAC_SHA_256",
        })))
    })
}
