//! From a data key to an encryption key and a commitment: HKDF-SHA-512 (RFC 5869).

use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA512, KeyType, Prk, Salt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::record::Suite;

pub(crate) const SALT_LEN: usize = 32;
pub(crate) const COMMITMENT_LEN: usize = 32;

/// Labels keep the two outputs apart; neither is a prefix of the other. The suite follows the label, so that
/// a record whose suite is rewritten derives another key.
const ENCRYPTION_LABEL: &[u8] = b"ownkey vault v1 encryption";
const COMMITMENT_LABEL: &[u8] = b"ownkey vault v1 commitment";

/// The 256-bit data key that KMS made for one record, in plain text.
///
/// Boxed, so that moving it leaves no copy behind, and wiped when dropped. No `Clone`, `Debug` or
/// `Serialize`.
pub(crate) struct DataKey(Box<Zeroizing<[u8; 32]>>);

impl DataKey {
    /// Copies the data key out of KMS's answer. `None` unless it has 32 bytes.
    ///
    /// This is the only copy we make. The SDK's own buffers are freed unwiped when the answer is dropped; the
    /// process's allocator has to wipe them.
    pub(crate) fn copy_from(plaintext: &[u8]) -> Option<Self> {
        let mut data_key = Self(Box::default());
        // Not `copy_from_slice` alone: that panics on another length.
        if plaintext.len() != data_key.0.len() {
            return None;
        }
        data_key.0.copy_from_slice(plaintext);
        Some(data_key)
    }
}

/// The AES-256 key of one record. Kept like a [`DataKey`].
pub(crate) struct EncryptionKey(Box<Zeroizing<[u8; 32]>>);

impl EncryptionKey {
    /// All zeros: for work that protects nothing.
    pub(crate) fn blank() -> Self {
        Self(Box::default())
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn fixed(bytes: [u8; 32]) -> Self {
        Self(Box::new(Zeroizing::new(bytes)))
    }
}

/// The public fingerprint of a data key: stored in the record, so not a secret.
#[derive(Clone, Copy)]
pub(crate) struct Commitment(pub(crate) [u8; COMMITMENT_LEN]);

impl Commitment {
    /// Compares in constant time: whoever can offer records must not learn byte by byte how near they came.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Derives the encryption key and the commitment of a record from its data key and salt.
///
/// # Errors
/// None in practice: HKDF refuses only outputs above 255 hashes.
pub(crate) fn derive(
    data_key: &DataKey,
    salt: &[u8; SALT_LEN],
    suite: Suite,
) -> Result<(EncryptionKey, Commitment), Unspecified> {
    let prk = extract(salt, data_key.0.as_slice());
    let suite = suite.id().to_be_bytes();
    let mut encryption_key = EncryptionKey(Box::default());
    expand(&prk, &[ENCRYPTION_LABEL, &suite], encryption_key.0.as_mut_slice())?;
    let mut commitment = Commitment([0; COMMITMENT_LEN]);
    expand(&prk, &[COMMITMENT_LABEL, &suite], &mut commitment.0)?;
    Ok((encryption_key, commitment))
}

pub(crate) fn extract(salt: &[u8], secret: &[u8]) -> Prk {
    Salt::new(HKDF_SHA512, salt).extract(secret)
}

pub(crate) fn expand(prk: &Prk, info: &[&[u8]], output: &mut [u8]) -> Result<(), Unspecified> {
    prk.expand(info, OutputLen(output.len()))?.fill(output)
}

/// How many bytes HKDF-Expand shall make.
struct OutputLen(usize);

impl KeyType for OutputLen {
    fn len(&self) -> usize {
        self.0
    }
}
