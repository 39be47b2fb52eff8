//! What can go wrong, by what the caller can do about it.
//!
//! No error holds a secret, a record, an SDK error or a source: SDK errors keep the whole answer of KMS, data
//! key included, and print it with `{:?}`. `reason` is one of a fixed list of words: KMS's own error code, or
//! ours.

use domain::Fault;

/// Why an API key could not be sealed. Nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// KMS did not answer, is throttled or is in trouble. The same call may work later.
    #[error("KMS is not available: {reason}")]
    KmsUnavailable {
        /// KMS's error code, or `timeout`, `network` and the like.
        reason: &'static str,
    },
    /// KMS will not let this function use the KMS key: rights, a disabled or deleted KMS key, a wrong
    /// setting. Trying again does not help until an operator has acted.
    #[error("KMS denies the use of the KMS key: {reason}")]
    KmsDenied {
        /// KMS's error code, or our word for it.
        reason: &'static str,
    },
    /// The API key is empty or longer than 512 bytes.
    #[error("the API key has a length that cannot be sealed")]
    Length,
    /// The operating system gave no random bytes.
    #[error("no randomness")]
    NoRandomness,
}

/// Why a record could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The record does not fit: damaged, moved from another place, or wrapped under another KMS key. It will
    /// never open here; the user has to enter the API key again. Deliberately says no more.
    #[error("the sealed secret does not fit")]
    Refused,
    /// KMS did not answer, is throttled or is in trouble. The same call may work later.
    #[error("KMS is not available: {reason}")]
    KmsUnavailable {
        /// KMS's error code, or `timeout`, `network` and the like.
        reason: &'static str,
    },
    /// KMS will not let this function use the KMS key: rights, a disabled or deleted KMS key, a wrong
    /// setting. The record may be fine; trying again does not help until an operator has acted.
    #[error("KMS denies the use of the KMS key: {reason}")]
    KmsDenied {
        /// KMS's error code, or our word for it.
        reason: &'static str,
    },
}

/// Why a record could not be moved to another KMS key. It is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RewrapError {
    /// The record does not fit its place, or names a KMS key that is none of ours. It would not open either.
    #[error("the sealed secret does not fit")]
    Refused,
    /// KMS did not answer, is throttled or is in trouble. The same call may work later.
    #[error("KMS is not available: {reason}")]
    KmsUnavailable {
        /// KMS's error code, or `timeout`, `network` and the like.
        reason: &'static str,
    },
    /// KMS will not let this function use one of the KMS keys: rights, a disabled or deleted KMS key, a wrong
    /// setting. Trying again does not help until an operator has acted.
    #[error("KMS denies the use of a KMS key: {reason}")]
    KmsDenied {
        /// KMS's error code, or our word for it.
        reason: &'static str,
    },
}

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Written by a version of Ownkey that this one does not know.
    #[error("unknown version {0} of a sealed secret")]
    UnknownVersion(u8),
    /// Version 1, but with algorithms that this version of Ownkey does not know.
    #[error("unknown suite {0} of a sealed secret")]
    UnknownSuite(u16),
    /// Cut off, too long, or a field out of its bounds.
    #[error("not a sealed secret")]
    Malformed,
}

impl From<RecordError> for OpenError {
    fn from(_: RecordError) -> Self {
        Self::Refused
    }
}

impl From<RecordError> for RewrapError {
    fn from(_: RecordError) -> Self {
        Self::Refused
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        match error {
            SealError::KmsUnavailable { .. } | SealError::NoRandomness => Self::Unavailable,
            SealError::KmsDenied { .. } | SealError::Length => Self::Broken,
        }
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::KmsUnavailable { .. } => Self::Unavailable,
            OpenError::KmsDenied { .. } | OpenError::Refused => Self::Broken,
        }
    }
}
