//! `CreateKey`: a symmetric KMS key for encryption, the only kind there is here.

use serde::Deserialize;
use serde_json::json;

use super::super::calls::KmsCall;
use super::super::error::KmsError;
use super::super::store::Store;
use super::{Answer, describe_key};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Request {
    #[serde(default)]
    description: String,
    key_usage: Option<String>,
    key_spec: Option<String>,
    origin: Option<String>,
}

pub(super) fn run(store: &Store, request: Request, call: &mut KmsCall) -> Answer {
    for (name, given, only) in [
        ("KeyUsage", request.key_usage, "ENCRYPT_DECRYPT"),
        ("KeySpec", request.key_spec, "SYMMETRIC_DEFAULT"),
        ("Origin", request.origin, "AWS_KMS"),
    ] {
        if given.is_some_and(|given| given != only) {
            return Err(KmsError::Validation(format!("{name}: only {only} is available here")));
        }
    }
    if request.description.chars().count() > 8192 {
        return Err(KmsError::Validation("Description may have at most 8192 characters".to_owned()));
    }
    let made = store.change(|state| Ok(state.make_kms_key(&request.description)))?;
    call.kms_key = Some(made.arn());
    Ok(Some(json!({ "KeyMetadata": describe_key::metadata(&made) })))
}
