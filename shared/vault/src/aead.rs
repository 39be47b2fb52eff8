//! AES-256-GCM: the one place of the product that encrypts and decrypts.

use std::hint::black_box;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN as RING_NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use zeroize::Zeroizing;

use crate::derive::EncryptionKey;

pub(crate) const NONCE_LEN: usize = RING_NONCE_LEN;
pub(crate) const TAG_LEN: usize = 16;

/// Encrypts `plaintext` and appends the tag.
///
/// # Errors
/// For a plaintext of 64 GB and more, which no caller can have.
pub(crate) fn seal(
    encryption_key: &EncryptionKey,
    nonce: &[u8; NONCE_LEN],
    associated_data: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    // At its final size from the start: growing would leave a copy of the plaintext in freed memory.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG_LEN));
    buffer.extend_from_slice(plaintext);
    let tag = cipher(encryption_key)?.seal_in_place_separate_tag(
        Nonce::assume_unique_for_key(*nonce),
        Aad::from(associated_data),
        &mut buffer,
    )?;
    buffer.extend_from_slice(tag.as_ref());
    // Ciphertext by now, so it may leave the wiping wrapper.
    Ok(std::mem::take(&mut buffer))
}

/// Decrypts what [`seal`] made, if the tag is right for all three: ciphertext, nonce and associated data.
///
/// # Errors
/// If it is not. Says no more, as there is nothing more to say without helping an attacker.
pub(crate) fn open(
    encryption_key: &EncryptionKey,
    nonce: &[u8; NONCE_LEN],
    associated_data: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let plaintext_len = cipher(encryption_key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated_data), &mut buffer)?
        .len();
    buffer.truncate(plaintext_len);
    Ok(buffer)
}

/// Encrypts nothing of interest, with a blank key. What the last work left in the vector registers, the beginning of its key
/// schedule above all, is overwritten by that: whoever saves the registers next, be it the unwinder of a panic or a signal,
/// saves nothing.
pub(crate) fn overwrite_registers() {
    let blank = [0; 256];
    let sealed = seal(&EncryptionKey::blank(), &[0; NONCE_LEN], &blank, &blank);
    drop(black_box(sealed));
}

/// `LessSafeKey`, because the nonce is stored in the record instead of counted; why it is safe, see
/// `seal.rs`.
fn cipher(encryption_key: &EncryptionKey) -> Result<LessSafeKey, Unspecified> {
    UnboundKey::new(&AES_256_GCM, encryption_key.as_bytes()).map(LessSafeKey::new)
}
