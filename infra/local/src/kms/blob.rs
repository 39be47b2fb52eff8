//! The ciphertext blob: what KMS hands out and takes back. Nobody but KMS looks inside.
//!
//! ```text
//! format (1) | KMS key id (16) | material version (4, big endian) | nonce (12) | ciphertext | tag (16)
//! ```

use std::collections::BTreeMap;

use ring::aead::{Aad, NONCE_LEN, Nonce};

use super::error::KmsError;
use super::kms_key::{KmsKey, KmsKeyId, Material};

/// The pairs that a blob is bound to, sorted by name.
pub(super) type Context = BTreeMap<String, String>;

const FORMAT: u8 = 1;
const HEADER_LEN: usize = 1 + 16 + 4;

/// A blob that names a KMS key; nothing in it is proven yet.
pub(super) struct UnverifiedBlob<'a> {
    pub(super) kms_key: KmsKeyId,
    version: u32,
    header: &'a [u8],
    nonce: [u8; NONCE_LEN],
    sealed: &'a [u8],
}

/// Encrypts under the newest material.
pub(super) fn seal(kms_key: &KmsKey, context: &Context, plaintext: &[u8]) -> Result<Vec<u8>, KmsError> {
    let (version, material) = kms_key.current()?;
    // A random nonce is safe for 2^32 blobs of one material (NIST SP 800-38D, 8.3): more than a laptop makes.
    seal_with(kms_key.id, version, material, runtime::random(), context, plaintext)
}

fn seal_with(
    kms_key: KmsKeyId,
    version: u32,
    material: &Material,
    nonce: [u8; NONCE_LEN],
    context: &Context,
    plaintext: &[u8],
) -> Result<Vec<u8>, KmsError> {
    let mut blob = vec![FORMAT];
    blob.extend_from_slice(kms_key.as_bytes());
    blob.extend_from_slice(&version.to_be_bytes());
    let bound = bound(&blob, context);
    blob.extend_from_slice(&nonce);
    let mut sealed = plaintext.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce);
    let done = material.cipher()?.seal_in_place_append_tag(nonce, Aad::from(bound), &mut sealed);
    done.map_err(|error| KmsError::Internal(error.to_string()))?;
    blob.append(&mut sealed);
    Ok(blob)
}

/// Takes a blob apart.
pub(super) fn parse(blob: &[u8]) -> Result<UnverifiedBlob<'_>, KmsError> {
    let parts = || {
        let (header, rest) = blob.split_at_checked(HEADER_LEN)?;
        let (&format, ids) = header.split_first()?;
        let (kms_key, version) = ids.split_first_chunk::<16>()?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        Some(UnverifiedBlob {
            kms_key: KmsKeyId::from_bytes(*kms_key),
            version: u32::from_be_bytes(version.try_into().ok()?),
            header,
            nonce: *nonce,
            sealed,
        })
        .filter(|_| format == FORMAT)
    };
    parts().ok_or(KmsError::InvalidCiphertext)
}

impl UnverifiedBlob<'_> {
    /// Decrypts, and thereby proves that the blob and the context are what was sealed.
    pub(super) fn open(&self, kms_key: &KmsKey, context: &Context) -> Result<Vec<u8>, KmsError> {
        let material = kms_key.material(self.version).ok_or(KmsError::InvalidCiphertext)?;
        let mut opened = self.sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let aad = Aad::from(bound(self.header, context));
        match material.cipher()?.open_in_place(nonce, aad, &mut opened) {
            Ok(plaintext) => Ok(plaintext.to_vec()),
            Err(_) => Err(KmsError::InvalidCiphertext),
        }
    }
}

/// What the tag vouches for beside the ciphertext: the header, so that no blob can be passed off as another KMS
/// key's, and the context. Counted and length-prefixed, so that no two contexts read alike.
fn bound(header: &[u8], context: &Context) -> Vec<u8> {
    let mut bytes = header.to_vec();
    bytes.extend_from_slice(&(context.len() as u64).to_be_bytes());
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kms_key(material: Material) -> KmsKey {
        let (id, description) = (KmsKeyId::from_bytes([7; 16]), String::new());
        KmsKey {
            id,
            description,
            created_at_millis: 0,
            enabled: true,
            for_macs: false,
            materials: vec![material],
        }
    }

    fn context(pairs: &[(&str, &str)]) -> Context {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Blobs of this form lie in people's `.ownkey` folders: they must open for ever.
    #[test]
    fn the_frozen_blob_opens() {
        const FROZEN: &str = "AQcHBwcHBwcHBwcHBwcHBwcAAAAAAwMDAwMDAwMDAwMDnABg+9/vUhCkuQarWbT1ln57MZ8IBj0H";
        let kms_key = kms_key(Material::of([1; 32]));
        let context = context(&[("tenant", "acme"), ("provider", "openai")]);
        let sealed =
            seal_with(kms_key.id, 0, kms_key.current().unwrap().1, [3; 12], &context, b"data key").unwrap();
        assert_eq!(base64_simd::STANDARD.encode_to_string(&sealed), FROZEN);
        let frozen = base64_simd::STANDARD.decode_to_vec(FROZEN).unwrap();
        assert_eq!(parse(&frozen).unwrap().open(&kms_key, &context).unwrap(), b"data key");
    }

    #[test]
    fn every_single_bit_counts() {
        let kms_key = kms_key(Material::make());
        let context = context(&[("a", "b")]);
        let sealed = seal(&kms_key, &context, &[9; 32]).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut tampered = sealed.clone();
            tampered[bit / 8] ^= 1 << (bit % 8);
            let opened = parse(&tampered).and_then(|blob| blob.open(&kms_key, &context));
            assert!(matches!(opened, Err(KmsError::InvalidCiphertext)), "bit {bit}");
        }
        for length in 0..sealed.len() {
            let opened = parse(&sealed[..length]).and_then(|blob| blob.open(&kms_key, &context));
            assert!(matches!(opened, Err(KmsError::InvalidCiphertext)), "{length} bytes");
        }
    }

    #[test]
    fn no_two_contexts_read_alike() {
        let header = [0; HEADER_LEN];
        let contexts = [
            context(&[]),
            context(&[("", "")]),
            context(&[("a", "bc")]),
            context(&[("ab", "c")]),
            context(&[("a", "b"), ("c", "d")]),
            context(&[("a", "bcd")]),
        ];
        let bound: std::collections::BTreeSet<_> =
            contexts.iter().map(|context| bound(&header, context)).collect();
        assert_eq!(bound.len(), contexts.len());
    }
}
