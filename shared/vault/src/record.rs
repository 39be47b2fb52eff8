//! The stored form of a sealed secret. The layout is in the README; `golden/` pins it for ever.

use std::fmt;

use crate::aead::{NONCE_LEN, TAG_LEN};
use crate::derive::{COMMITMENT_LEN, Commitment, SALT_LEN};
use crate::error::RecordError;
use crate::kms::KmsKeyId;

const VERSION: u8 = 1;
/// KMS's own blobs have 184 bytes; the room is for other regions' and emulators' forms.
pub(crate) const MAX_WRAPPED_DATA_KEY_LEN: usize = 512;
/// In bytes. The longest API key of any provider has 257.
pub(crate) const MAX_SECRET_LEN: usize = 512;

/// The algorithms of a record. The number is stored and never used for anything else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// HKDF-SHA-512, AES-256-GCM, 32-byte commitment.
    HkdfSha512Aes256Gcm,
}

impl Suite {
    pub(crate) const fn id(self) -> u16 {
        match self {
            Self::HkdfSha512Aes256Gcm => 1,
        }
    }

    fn parse(id: u16) -> Result<Self, RecordError> {
        match id {
            1 => Ok(Self::HkdfSha512Aes256Gcm),
            unknown => Err(RecordError::UnknownSuite(unknown)),
        }
    }
}

/// A sealed API key, as it lies in the vault table. Holds nothing that opens without KMS.
#[derive(Clone)]
pub struct SealedSecret {
    pub(crate) suite: Suite,
    pub(crate) kms_key_id: KmsKeyId,
    pub(crate) wrapped_data_key: Vec<u8>,
    pub(crate) salt: [u8; SALT_LEN],
    pub(crate) nonce: [u8; NONCE_LEN],
    pub(crate) commitment: Commitment,
    /// With the tag at its end.
    pub(crate) ciphertext: Vec<u8>,
}

impl SealedSecret {
    /// The longest record, in bytes: version, suite, and every field at its bound.
    pub const MAX_LEN: usize = 1
        + 2
        + (2 + KmsKeyId::MAX_LEN)
        + (2 + MAX_WRAPPED_DATA_KEY_LEN)
        + SALT_LEN
        + NONCE_LEN
        + COMMITMENT_LEN
        + (2 + MAX_SECRET_LEN + TAG_LEN);

    /// Reads a stored record. Checks the form only; whether it opens, [`Opener`](crate::Opener) finds out.
    ///
    /// Every record has one spelling: what is accepted here, [`Self::to_bytes`] writes back byte for byte.
    ///
    /// # Errors
    /// [`RecordError`]: unknown version, unknown suite, or not a record (cut off, a field out of bounds, bytes
    /// left over).
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut rest = Reader(bytes);
        let [version] = rest.array()?;
        if version != VERSION {
            return Err(RecordError::UnknownVersion(version));
        }
        let record = Self {
            suite: Suite::parse(rest.u16()?)?,
            kms_key_id: std::str::from_utf8(rest.field(KmsKeyId::MAX_LEN)?)
                .ok()
                .and_then(|arn| arn.parse().ok())
                .ok_or(RecordError::Malformed)?,
            wrapped_data_key: rest.field(MAX_WRAPPED_DATA_KEY_LEN)?.to_vec(),
            salt: rest.array()?,
            nonce: rest.array()?,
            commitment: Commitment(rest.array()?),
            ciphertext: rest.field(MAX_SECRET_LEN + TAG_LEN)?.to_vec(),
        };
        if record.wrapped_data_key.is_empty() || record.ciphertext.len() <= TAG_LEN || !rest.0.is_empty() {
            return Err(RecordError::Malformed);
        }
        Ok(record)
    }

    /// The bytes to store: at most [`Self::MAX_LEN`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::MAX_LEN);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.suite.id().to_be_bytes());
        push_field(&mut bytes, self.kms_key_id.as_str().as_bytes());
        push_field(&mut bytes, &self.wrapped_data_key);
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.commitment.0);
        push_field(&mut bytes, &self.ciphertext);
        bytes
    }

    /// Which KMS key wraps the data key.
    pub fn kms_key_id(&self) -> &KmsKeyId {
        &self.kms_key_id
    }
}

/// Shows the KMS key id and no material: a record in a log would outlive its deletion from the table.
impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecret").field("kms_key_id", &self.kms_key_id).finish_non_exhaustive()
    }
}

/// Two bytes of length, then the bytes. Every variable field is bounded far below 65,536, so the upper bytes
/// are zero.
fn push_field(bytes: &mut Vec<u8>, field: &[u8]) {
    let [.., high, low] = field.len().to_be_bytes();
    bytes.extend_from_slice(&[high, low]);
    bytes.extend_from_slice(field);
}

/// What is left to read. Running out is an error, never a panic.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(RecordError::Malformed)?;
        self.0 = rest;
        Ok(*array)
    }

    fn u16(&mut self) -> Result<u16, RecordError> {
        self.array().map(u16::from_be_bytes)
    }

    /// A length of two bytes, at most `max`, and as many bytes. Allocates nothing, so a false length costs
    /// nothing.
    fn field(&mut self, max: usize) -> Result<&'a [u8], RecordError> {
        let length = usize::from(self.u16()?);
        if length > max {
            return Err(RecordError::Malformed);
        }
        let (field, rest) = self.0.split_at_checked(length).ok_or(RecordError::Malformed)?;
        self.0 = rest;
        Ok(field)
    }
}
