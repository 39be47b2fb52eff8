//! The exceptions of KMS, by AWS's names:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html> and each operation's page.

use http::StatusCode;
use serde_json::{Value, json};

/// Why a call was refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum KmsError {
    /// The blob, its context, or both are not what was once handed out. AWS does not say which either.
    #[error("the ciphertext is not one of this KMS, or the encryption context is another one")]
    InvalidCiphertext,
    #[error("the KMS key in the request is not the one that made the ciphertext")]
    IncorrectKmsKey,
    #[error("KMS key {0:?} does not exist")]
    NotFound(String),
    #[error("{0} is disabled")]
    Disabled(String),
    #[error("{0} is for another use")]
    InvalidUsage(String),
    #[error("{0}")]
    Validation(String),
    /// The body is not JSON at all.
    #[error("the body is not a JSON object: {0}")]
    Serialization(serde_json::Error),
    #[error("this KMS does not have the operation {0:?}")]
    UnknownOperation(String),
    #[error("a KMS key can be rotated on demand at most {0} times")]
    LimitExceeded(usize),
    /// Ours: the file could not be written, or the crypto library refused.
    #[error("internal failure: {0}")]
    Internal(String),
}

impl KmsError {
    /// As in `__type`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::InvalidCiphertext => "InvalidCiphertextException",
            Self::IncorrectKmsKey => "IncorrectKeyException",
            Self::NotFound(_) => "NotFoundException",
            Self::Disabled(_) => "DisabledException",
            Self::InvalidUsage(_) => "InvalidKeyUsageException",
            Self::Validation(_) => "ValidationException",
            Self::Serialization(_) => "SerializationException",
            Self::UnknownOperation(_) => "UnknownOperationException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::Internal(_) => "KMSInternalException",
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.name(), "message": self.to_string() })
    }
}
