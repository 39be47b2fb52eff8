//! `DescribeKey`.

use serde_json::{Value, json};

use super::super::calls::KmsCall;
use super::super::kms_key::{ACCOUNT, KmsKey};
use super::super::store::Store;
use super::{Answer, OneKmsKey};

pub(super) fn run(store: &Store, request: OneKmsKey, call: &mut KmsCall) -> Answer {
    store.read(|state| {
        let kms_key = state.find(&request.key_id)?;
        call.kms_key = Some(kms_key.arn());
        Ok(Some(json!({ "KeyMetadata": metadata(kms_key) })))
    })
}

pub(super) fn metadata(kms_key: &KmsKey) -> Value {
    json!({
        "AWSAccountId": ACCOUNT,
        "Arn": kms_key.arn(),
        // AWS JSON 1.1 writes times as seconds, with a fraction.
        "CreationDate": kms_key.created_at_millis as f64 / 1000.0,
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "Description": kms_key.description,
        "Enabled": kms_key.enabled,
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "KeyId": kms_key.id.to_string(),
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": if kms_key.enabled { "Enabled" } else { "Disabled" },
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": false,
        "Origin": "AWS_KMS",
    })
}
