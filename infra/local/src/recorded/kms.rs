//! What KMS is asked, as IAM sees it: a move of a data key is asked of both KMS keys.

use serde_json::Value;

use super::{Call, SOMETHING};

/// Those parts of the encryption context whose values policies look at.
const NAMED: [&str; 3] = ["app", "stage", "provider"];

pub(super) fn calls(operation: &str, body: &Value, name: impl Fn(&str) -> &'static str) -> Vec<Call> {
    let call = |action: &str, kms_key: &str, context: &str| {
        let kms_key = body[kms_key].as_str().map_or("*", &name);
        with_context(Call::new(format!("kms:{action}"), kms_key), &body[context])
    };
    match operation {
        "ReEncrypt" => vec![
            call("ReEncryptFrom", "SourceKeyId", "SourceEncryptionContext"),
            call("ReEncryptTo", "DestinationKeyId", "DestinationEncryptionContext"),
        ],
        _ => vec![call(operation, "KeyId", "EncryptionContext")],
    }
}

fn with_context(mut call: Call, context: &Value) -> Call {
    let parts: Vec<_> = context.as_object().into_iter().flatten().collect();
    for (name, value) in &parts {
        let shown =
            if NAMED.contains(&name.as_str()) { value.as_str().unwrap_or_default() } else { SOMETHING };
        call = call.when(format!("kms:EncryptionContext:{name}"), vec![shown.to_owned()]);
    }
    let mut names: Vec<_> = parts.iter().map(|(name, _)| (*name).clone()).collect();
    names.sort();
    if names.is_empty() { call } else { call.when("kms:EncryptionContextKeys", names) }
}
