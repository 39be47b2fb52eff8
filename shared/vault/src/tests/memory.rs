//! After sealing and opening, no secret is left in this process's memory.
//!
//! Looked at is everything writable, through `/proc/self/mem`, so freed heap and left stack too.

use std::fs::{File, read_to_string};
use std::os::unix::fs::FileExt;

use domain::ApiKey;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{Case, api_key};
use crate::aead;
use crate::context::EncryptionContext;
use crate::derive::{DataKey, derive};
use crate::open::open_with;
use crate::record::Suite;
use crate::wipe::with_clean_stack;

/// Half of a secret of 32 bytes, enough to recognise it. Kept masked, so that the search does not find
/// itself.
struct Needle([u8; 16]);

impl Needle {
    const MASK: u8 = 0xa5;

    fn of(secret: &[u8]) -> Self {
        let mut masked = [0; 16];
        masked.iter_mut().zip(secret).for_each(|(masked, byte)| *masked = byte ^ Self::MASK);
        Self(masked)
    }

    fn count_in(&self, bytes: &[u8]) -> usize {
        let first = self.0[0] ^ Self::MASK;
        let rests = (0..bytes.len()).filter(|at| bytes[*at] == first).map(|at| &bytes[at..]);
        rests
            .filter(|rest| rest.len() >= 16 && rest.iter().zip(&self.0).all(|(a, b)| a ^ Self::MASK == *b))
            .count()
    }
}

/// How often each needle is in memory.
fn count<const N: usize>(needles: &[Needle; N]) -> [usize; N] {
    /// A page, and what a needle that begins at its end needs.
    const STEP: usize = 4096;
    const CHUNK: usize = STEP + 15;
    let memory = File::open("/proc/self/mem").unwrap();
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    let own = chunk.as_ptr() as u64..chunk.as_ptr() as u64 + CHUNK as u64;
    let mut counts = [0; N];
    for (start, end) in writable_mappings() {
        // Without the search's own buffer, which would be found over and over.
        for (start, end) in [(start, end.min(own.start)), (start.max(own.end), end)] {
            for at in (start..end).step_by(STEP) {
                let chunk = &mut chunk[..CHUNK.min((end - at) as usize)];
                // Another test's mapping may be gone by now. Most of memory was never written and is zero.
                if memory.read_exact_at(chunk, at).is_ok() && chunk != &[0; CHUNK][..chunk.len()] {
                    counts
                        .iter_mut()
                        .zip(needles)
                        .for_each(|(count, needle)| *count += needle.count_in(chunk));
                }
            }
        }
    }
    counts
}

fn writable_mappings() -> Vec<(u64, u64)> {
    let maps = read_to_string("/proc/self/maps").unwrap();
    let writable = maps.lines().filter(|line| line.contains(" rw"));
    let address = |text| u64::from_str_radix(text, 16).unwrap();
    writable
        .map(|line| line.split_once(' ').unwrap().0.split_once('-').unwrap())
        .map(|(start, end)| (address(start), address(end)))
        .collect()
}

/// A case with random secrets, of which the case itself holds one copy each, and what to look for.
fn random_case() -> (Case, ApiKey, [Needle; 3]) {
    let mut case = Case::typical();
    let mut random = Zeroizing::new(vec![0; 64]);
    SystemRandom::new().fill(&mut random).unwrap();
    let (data_key, secret) = random.split_at_mut(32);
    secret.iter_mut().for_each(|byte| *byte = b'A' + *byte % 26);
    case.data_key = DataKey::copy_from(data_key).unwrap();
    let encryption_key = with_clean_stack(|| {
        let (encryption_key, _) = derive(&case.data_key, &case.salt, Suite::HkdfSha512Aes256Gcm).unwrap();
        Needle::of(encryption_key.as_bytes())
    });
    let needles = [Needle::of(data_key), encryption_key, Needle::of(secret)];
    (case, api_key(std::str::from_utf8(secret).unwrap()), needles)
}

#[test]
fn nothing_is_left_of_a_secret_after_its_work() {
    let (case, api_key, needles) = random_case();
    // The case's own copy of the data key, no encryption key, and `api_key`.
    assert_eq!(count(&needles), [1, 0, 1]);
    let sealed = case.seal_this(&api_key).unwrap();
    assert_eq!(count(&needles), [1, 0, 1], "after sealing");
    let opened = open_with(&case.data_key, &case.context, &sealed).unwrap();
    assert_eq!(count(&needles), [1, 0, 2], "while the opened API key lives");
    drop(opened);
    assert_eq!(count(&needles), [1, 0, 1], "after opening");
    let elsewhere = EncryptionContext { version: 2, ..case.context.clone() };
    assert!(open_with(&case.data_key, &elsewhere, &sealed).is_err());
    assert_eq!(count(&needles), [1, 0, 1], "after a refusal");

    // The search can find something, and the stack is what has to be cleaned.
    let (encryption_key, _) = derive(&case.data_key, &case.salt, sealed.suite).unwrap();
    aead::open(&encryption_key, &sealed.nonce, &elsewhere.to_associated_data(), &sealed.ciphertext)
        .unwrap_err();
    drop(encryption_key);
    let [_, left_behind, _] = count(&needles);
    assert!(left_behind > 0);
    with_clean_stack(|| ());
    assert_eq!(count(&needles), [1, 0, 1], "after cleaning");
}
