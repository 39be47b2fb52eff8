#![doc = include_str!("../README.md")]

use aws_sdk_kms::Client;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::MacAlgorithmSpec;
use aws_types::SdkConfig;
use domain::webhook::Webhook;
use domain::{Fault, NoticeId, Timestamp};
use ring::hmac;
use zeroize::Zeroizing;

/// What every derivation begins with, so that this KMS key never says the same for another purpose.
const PURPOSE: &str = "ownkey webhook secret v1";

/// Derives the secrets of webhooks. Needs `kms:GenerateMac` on one KMS key.
pub struct Secrets {
    kms: Client,
    kms_key: String,
    stage: String,
}

/// What signs for one webhook. It has no `Debug` and is wiped when it is let go of.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secrets {
    /// For the stack `stage`, by the HMAC key of that ARN. Makes no call.
    pub fn new(config: &SdkConfig, kms_key: String, stage: String) -> Self {
        Self { kms: Client::new(config), kms_key, stage }
    }

    /// The secret of that number of a webhook; always the same. One KMS call.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when KMS does not answer, [`Fault::Broken`] when it says no.
    pub async fn of(&self, webhook: &Webhook, number: u32) -> Result<Secret, Fault> {
        let answer = self
            .kms
            .generate_mac()
            .key_id(&self.kms_key)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(place(&self.stage, webhook, number)))
            .send()
            .await
            .map_err(|error| fault(&error))?;
        match answer.mac {
            Some(mac) if mac.as_ref().len() == 32 => Ok(Secret(Zeroizing::new(mac.into_inner()))),
            _ => Err(Fault::Broken),
        }
    }
}

impl Secret {
    /// As receivers take it: `whsec_` and base64.
    pub fn to_text(&self) -> Zeroizing<String> {
        let base64 = Zeroizing::new(base64_simd::STANDARD.encode_to_string(self.0.as_slice()));
        Zeroizing::new(format!("whsec_{}", base64.as_str()))
    }

    /// The signature of a message: `v1,` and base64.
    pub fn sign(&self, id: NoticeId, at: Timestamp, body: &str) -> String {
        self.sign_text(&format!("{id}.{}.{body}", at.as_second()))
    }

    fn sign_text(&self, text: &str) -> String {
        let signing_key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signature = hmac::sign(&signing_key, text.as_bytes());
        format!("v1,{}", base64_simd::STANDARD.encode_to_string(signature.as_ref()))
    }
}

/// Each part with its length before it: without that, two places could give the same bytes.
fn place(stage: &str, webhook: &Webhook, number: u32) -> Vec<u8> {
    let (tenant, id, number) = (webhook.tenant.to_string(), webhook.id.to_string(), number.to_string());
    let mut bytes = Vec::new();
    for part in [PURPOSE, stage, &tenant, &id, &number] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn fault<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Fault {
    let code = error.code().unwrap_or("no answer");
    tracing::error!(aws.operation = "GenerateMac", aws.code = code, "AWS call failed");
    match error {
        SdkError::ServiceError(_) => match code {
            "ThrottlingException"
            | "LimitExceededException"
            | "KMSInternalException"
            | "DependencyTimeoutException" => Fault::Unavailable,
            _ => Fault::Broken,
        },
        SdkError::ConstructionFailure(_) => Fault::Broken,
        _ => Fault::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations.
    #[test]
    fn it_signs_as_standard_webhooks_does() {
        let secret = base64_simd::STANDARD.decode_to_vec("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let secret = Secret(Zeroizing::new(secret));
        let signature = secret.sign_text("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret.to_text().as_str(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }
}
