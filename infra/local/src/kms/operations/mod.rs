//! What can be asked, one file each.

mod create_key;
mod decrypt;
mod describe_key;
mod generate_data_key;
mod generate_mac;
mod re_encrypt;
mod rotate_key_on_demand;
mod switch;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::calls::KmsCall;
use super::error::KmsError;
use super::store::Store;

/// The body of an answer; `None` where AWS sends none.
type Answer = Result<Option<Value>, KmsError>;

/// Runs the operation that `X-Amz-Target` names, and notes in `call` what it was about.
pub(super) fn run(store: &Store, operation: &str, body: &[u8], call: &mut KmsCall) -> Answer {
    match operation {
        "CreateKey" => create_key::run(store, parse(body)?, call),
        "DescribeKey" => describe_key::run(store, parse(body)?, call),
        "GenerateDataKey" => generate_data_key::run(store, parse(body)?, call),
        "GenerateMac" => generate_mac::run(store, parse(body)?, call),
        "Decrypt" => decrypt::run(store, parse(body)?, call),
        "ReEncrypt" => re_encrypt::run(store, parse(body)?, call),
        "EnableKey" => switch::run(store, parse(body)?, call, true),
        "DisableKey" => switch::run(store, parse(body)?, call, false),
        "RotateKeyOnDemand" => rotate_key_on_demand::run(store, parse(body)?, call),
        other => Err(KmsError::UnknownOperation(other.to_owned())),
    }
}

/// Unlike AWS, parameters that this KMS does not know are refused: to ignore `DryRun` or `GrantTokens` would be
/// to lie about them.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, KmsError> {
    let value: Value = serde_json::from_slice(body).map_err(KmsError::Serialization)?;
    serde_json::from_value(value).map_err(|error| KmsError::Validation(error.to_string()))
}

/// The operations that take nothing but a KMS key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct OneKmsKey {
    key_id: String,
}

/// The only algorithm of symmetric KMS keys, spelled out by some callers.
#[derive(Deserialize)]
enum Algorithm {
    #[serde(rename = "SYMMETRIC_DEFAULT")]
    Symmetric,
}

/// A ciphertext blob as it travels.
struct Blob(Vec<u8>);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = base64_simd::STANDARD.decode_to_vec(text).ok();
        let fits = bytes.filter(|bytes| (1..=6144).contains(&bytes.len()));
        fits.map(Self).ok_or_else(|| serde::de::Error::custom("a blob is 1 to 6144 bytes in base64"))
    }
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}
