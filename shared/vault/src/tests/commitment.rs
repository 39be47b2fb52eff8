//! One ciphertext, two data keys: AES-GCM takes both, the commitment only the right one.
//!
//! The construction is public (Dodis, Grubbs, Ristenpart, Woodage: "Fast Message Franking: From Invisible
//! Salamanders to Encryptment", CRYPTO 2018). A GCM tag is linear in each ciphertext block, so one block is
//! enough to make two keys agree on it.

use ring::error::Unspecified;

use super::{Case, data_key};
use crate::aead::{self, NONCE_LEN};
use crate::context::EncryptionContext;
use crate::derive::{EncryptionKey, derive};
use crate::open::{Misfit, open_with};
use crate::record::Suite;

/// An element of GF(2^128) in GCM's bit order: the first bit of the block is the coefficient of x^0 (SP
/// 800-38D, 6.3).
type Block = u128;
const ONE: Block = 1 << 127;

fn multiply(left: Block, right: Block) -> Block {
    let (mut product, mut power) = (0, right);
    for bit in (0..128).rev() {
        if (left >> bit) & 1 == 1 {
            product ^= power;
        }
        power = if power & 1 == 1 { (power >> 1) ^ (0xe1 << 120) } else { power >> 1 };
    }
    product
}

/// By Fermat: a^(2^128 - 2).
fn invert(element: Block) -> Block {
    let (mut result, mut square) = (ONE, element);
    for _ in 1..128 {
        square = multiply(square, square);
        result = multiply(result, square);
    }
    result
}

fn blocks(bytes: &[u8]) -> Vec<Block> {
    let padded = |chunk: &[u8]| {
        let mut block = [0; 16];
        block[..chunk.len()].copy_from_slice(chunk);
        Block::from_be_bytes(block)
    };
    bytes.chunks(16).map(padded).collect()
}

/// What GCM's tag is made of, learnt from two tags; the block cipher itself is not needed.
struct TagParts {
    /// H, the point at which the polynomial of blocks is taken.
    point: Block,
    /// E(J0), which is added to its value.
    mask: Block,
}

impl TagParts {
    fn of(encryption_key: &EncryptionKey, nonce: &[u8; NONCE_LEN]) -> Self {
        let tag = |associated_data: &[u8]| {
            blocks(&aead::seal(encryption_key, nonce, associated_data, &[]).unwrap())[0]
        };
        // Nothing at all: the polynomial is zero. One block of zeros: it is the length block times H.
        let mask = tag(&[]);
        let length_block = 128 << 64;
        Self { point: multiply(tag(&[0; 16]) ^ mask, invert(length_block)), mask }
    }

    fn tag(&self, associated_data: &[u8], ciphertext: &[u8]) -> Block {
        let bits = |bytes: &[u8]| bytes.len() as u128 * 8;
        let length_block = (bits(associated_data) << 64) | bits(ciphertext);
        let all = [blocks(associated_data), blocks(ciphertext), vec![length_block]].concat();
        all.iter().fold(0, |sum, block| multiply(sum ^ block, self.point)) ^ self.mask
    }
}

/// A ciphertext with tag that both encryption keys accept: three blocks of which the last is solved for.
fn salamander(keys: [&EncryptionKey; 2], nonce: &[u8; NONCE_LEN], context: &EncryptionContext) -> Vec<u8> {
    let associated_data = context.to_associated_data();
    let [first, second] = keys.map(|encryption_key| TagParts::of(encryption_key, nonce));
    let mut ciphertext = [[0x5a; 32].as_slice(), &[0; 16]].concat();
    let difference = first.tag(&associated_data, &ciphertext) ^ second.tag(&associated_data, &ciphertext);
    // The last ciphertext block is taken times H^2: one for the length block after it, one for the end.
    let weight = multiply(first.point, first.point) ^ multiply(second.point, second.point);
    let solution = multiply(difference, invert(weight));
    ciphertext[32..].copy_from_slice(&solution.to_be_bytes());
    let tag = first.tag(&associated_data, &ciphertext);
    [ciphertext, tag.to_be_bytes().to_vec()].concat()
}

#[test]
fn the_field_is_gcms() {
    // Two times x^127 is x^128 = x^7 + x^2 + x + 1.
    assert_eq!(multiply(1, ONE >> 1), 0xe1 << 120);
    for element in [1, 2, 128 << 64, u128::MAX] {
        assert_eq!(multiply(element, invert(element)), ONE);
    }
}

#[test]
fn a_second_data_key_that_gcm_would_take_is_refused() -> Result<(), Unspecified> {
    let case = Case::typical();
    let (first, second) = (data_key(0x00), data_key(0x01));
    let (first_encryption_key, first_commitment) = derive(&first, &case.salt, Suite::HkdfSha512Aes256Gcm)?;
    let (second_encryption_key, second_commitment) = derive(&second, &case.salt, Suite::HkdfSha512Aes256Gcm)?;

    let mut sealed = case.seal();
    sealed.ciphertext =
        salamander([&first_encryption_key, &second_encryption_key], &case.nonce, &case.context);

    // The attack works on AES-GCM: both open it, to two texts.
    let gcm = |encryption_key| {
        aead::open(encryption_key, &case.nonce, &case.context.to_associated_data(), &sealed.ciphertext)
    };
    assert_ne!(*gcm(&first_encryption_key)?, *gcm(&second_encryption_key)?);

    // Not on us: a record has one commitment, and the other data key is out before GCM is asked. The texts
    // are noise here, so the right data key gets as far as the text check.
    for (commitment, right, wrong) in
        [(first_commitment, &first, &second), (second_commitment, &second, &first)]
    {
        sealed.commitment = commitment;
        assert_eq!(open_with(wrong, &case.context, &sealed).err(), Some(Misfit::Commitment));
        assert_eq!(open_with(right, &case.context, &sealed).err(), Some(Misfit::Text));
    }
    Ok(())
}
