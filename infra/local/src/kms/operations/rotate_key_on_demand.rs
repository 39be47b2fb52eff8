//! `RotateKeyOnDemand`: new blobs get new material; old ones still open.

use serde_json::json;

use super::super::calls::KmsCall;
use super::super::error::KmsError;
use super::super::kms_key::Material;
use super::super::store::Store;
use super::{Answer, OneKmsKey};

/// AWS's limit for the life of a KMS key.
const MOST: usize = 25;

pub(super) fn run(store: &Store, request: OneKmsKey, call: &mut KmsCall) -> Answer {
    store.change(|state| {
        let kms_key = state.find_mut(&request.key_id)?;
        call.kms_key = Some(kms_key.arn());
        kms_key.usable()?;
        if kms_key.materials.len() > MOST {
            return Err(KmsError::LimitExceeded(MOST));
        }
        kms_key.materials.push(Material::make());
        Ok(Some(json!({ "KeyId": kms_key.id.to_string() })))
    })
}
