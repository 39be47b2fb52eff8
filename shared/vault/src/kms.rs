//! What all doors need to know about KMS: the KMS keys' names, and what a failed call means.

use std::fmt;
use std::str::FromStr;

use aws_sdk_kms::config::http::HttpResponse;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};

/// The ARN of the KMS key that wraps data keys: `arn:aws:kms:<region>:<account>:key/<id>`, at most 256 bytes.
///
/// Only a full ARN is taken. KMS answers with it, the record stores it, and the stored one is compared with
/// the configured one byte for byte. An alias could be pointed at another KMS key without anybody noticing.
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsKeyId(String);

/// The text is not the ARN of a KMS key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the ARN of a KMS key, like arn:aws:kms:<region>:<account>:key/<id>")]
pub struct NotAKmsKeyId;

impl KmsKeyId {
    /// The longest ARN taken, in bytes. AWS's own have 75 to 90.
    pub(crate) const MAX_LEN: usize = 256;

    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KmsKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KmsKeyId {
    type Err = NotAKmsKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKmsKeyId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:/".contains(&byte);
        if text.len() > Self::MAX_LEN || !text.bytes().all(allowed) {
            return Err(NotAKmsKeyId);
        }
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["arn", partition, "kms", region, account, resource]
                if !(partition.is_empty() || region.is_empty() || account.is_empty())
                    && resource.strip_prefix("key/").is_some_and(|id| !id.is_empty()) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(NotAKmsKeyId),
        }
    }
}

/// The KMS keys that a record may name: the current one, and during a move to another one that as well.
///
/// Every record that is made names the current one. Any other KMS key is refused before KMS hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsKeys {
    current: KmsKeyId,
    others: Vec<KmsKeyId>,
}

impl KmsKeys {
    /// The current KMS key, and the others.
    pub fn new(current: KmsKeyId, others: Vec<KmsKeyId>) -> Self {
        Self { current, others }
    }

    /// The same from text: an ARN, and none or several with commas between.
    ///
    /// # Errors
    /// [`NotAKmsKeyId`] when one of them is not the ARN of a KMS key.
    pub fn parse(current: &str, others: Option<&str>) -> Result<Self, NotAKmsKeyId> {
        let others = others.into_iter().flat_map(|others| others.split(','));
        Ok(Self { current: current.parse()?, others: others.map(str::parse).collect::<Result<_, _>>()? })
    }

    /// The one that new records name.
    pub fn current(&self) -> &KmsKeyId {
        &self.current
    }

    /// Whether records may name this one.
    pub(crate) fn include(&self, kms_key_id: &KmsKeyId) -> bool {
        self.current == *kms_key_id || self.others.contains(kms_key_id)
    }
}

/// What a failed KMS call means, whichever operation it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KmsFailure {
    /// The wrapped data key does not fit the KMS key or the context.
    Misfit,
    /// Only an operator can help.
    Denied(&'static str),
    /// The same call may work later.
    Unavailable(&'static str),
}

/// The reason when KMS answered with something that is no answer to the question.
pub(crate) const UNREADABLE: &str = "unreadable answer";
/// The reason when KMS used another KMS key than the one it was told to use.
pub(crate) const OTHER_KMS_KEY: &str = "another KMS key answered";

/// The codes by which KMS says that the wrapped data key or the context is wrong.
const MISFIT: [&str; 2] = ["InvalidCiphertextException", "IncorrectKeyException"];

/// The codes by which KMS says that the call was fine and may come again. Some of them come with status 400,
/// so the status alone does not do. Expired credentials count too: the next process has fresh ones.
/// Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html> and its "Common Errors".
const UNAVAILABLE: [&str; 11] = [
    "DependencyTimeoutException",
    "ExpiredTokenException",
    "InternalFailure",
    "KMSInternalException",
    "KeyUnavailableException",
    "LimitExceededException",
    "RequestExpired",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The codes worth telling an operator by name. Any other one is denied as well, but without a name: what KMS
/// sends must not get into our log lines unread.
const DENIED: [&str; 9] = [
    "AccessDeniedException",
    "DisabledException",
    "InvalidGrantTokenException",
    "InvalidKeyUsageException",
    "InvalidSignatureException",
    "KMSInvalidStateException",
    "NotFoundException",
    "UnrecognizedClientException",
    "ValidationException",
];

impl KmsFailure {
    pub(crate) fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self {
        match error {
            SdkError::ServiceError(answer) => {
                Self::from_answer(answer.err().code().unwrap_or_default(), answer.raw().status().as_u16())
            }
            SdkError::TimeoutError(_) => Self::Unavailable("timeout"),
            SdkError::DispatchFailure(_) => Self::Unavailable("network"),
            SdkError::ResponseError(_) => Self::Unavailable(UNREADABLE),
            // Nothing was sent: a setting is missing.
            SdkError::ConstructionFailure(_) => Self::Denied("request not built"),
            _ => Self::Unavailable("unknown failure"),
        }
    }

    fn from_answer(code: &str, status: u16) -> Self {
        let known = |codes: &[&'static str]| codes.iter().copied().find(|known| *known == code);
        if known(&MISFIT).is_some() {
            Self::Misfit
        } else if let Some(reason) = known(&UNAVAILABLE) {
            Self::Unavailable(reason)
        } else if let Some(reason) = known(&DENIED) {
            Self::Denied(reason)
        } else if status < 400 {
            // It went well, but the SDK could not read the answer.
            Self::Unavailable(UNREADABLE)
        } else if status == 429 || status >= 500 {
            Self::Unavailable("unknown code")
        } else {
            Self::Denied("unknown code")
        }
    }
}
