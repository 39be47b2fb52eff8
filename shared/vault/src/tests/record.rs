//! A damaged record is refused by the step that must notice it: never plaintext, never a panic.

use std::ops::Range;

use super::golden::{MAXIMAL, TYPICAL};
use super::{Case, Refusal, Seeded, from_hex};
use crate::error::{RecordError, SealError};
use crate::open::Misfit;
use crate::record::{MAX_SECRET_LEN, SealedSecret};

fn cases() -> [(Case, Vec<u8>); 2] {
    [(Case::typical(), from_hex(TYPICAL)), (Case::maximal(), from_hex(MAXIMAL))]
}

/// Where the fields of a case's record lie, read from the README's table and not from the parser.
struct Layout {
    kms_key_id: Range<usize>,
    wrapped_data_key: Range<usize>,
    salt: Range<usize>,
    nonce: Range<usize>,
    commitment: Range<usize>,
    ciphertext: Range<usize>,
}

impl Layout {
    fn of(case: &Case) -> Self {
        let after = |start: usize, length: usize| start..start + length;
        let kms_key_id = after(1 + 2 + 2, case.kms_key_id.as_str().len());
        let wrapped_data_key = after(kms_key_id.end + 2, case.wrapped_data_key.len());
        let salt = after(wrapped_data_key.end, 32);
        let nonce = after(salt.end, 12);
        let commitment = after(nonce.end, 32);
        let ciphertext = after(commitment.end + 2, case.secret.len() + 16);
        Self { kms_key_id, wrapped_data_key, salt, nonce, commitment, ciphertext }
    }

    /// Whether `refusal` is what a change at `offset` must meet.
    fn expects(&self, offset: usize, refusal: &Refusal) -> bool {
        match offset {
            0 => matches!(refusal, Refusal::Record(RecordError::UnknownVersion(_))),
            1 | 2 => matches!(refusal, Refusal::Record(RecordError::UnknownSuite(_))),
            _ if self.kms_key_id.contains(&offset) => {
                matches!(refusal, Refusal::Record(RecordError::Malformed) | Refusal::Misfit(Misfit::KmsKeyId))
            }
            _ if self.wrapped_data_key.contains(&offset) => *refusal == Refusal::Kms,
            _ if self.salt.contains(&offset) || self.commitment.contains(&offset) => {
                *refusal == Refusal::Misfit(Misfit::Commitment)
            }
            _ if self.nonce.contains(&offset) || self.ciphertext.contains(&offset) => {
                *refusal == Refusal::Misfit(Misfit::Ciphertext)
            }
            // A length. What follows it is misread, and found out sooner or later.
            _ => matches!(refusal, Refusal::Record(RecordError::Malformed)),
        }
    }
}

#[test]
fn every_flipped_bit_is_refused_by_its_own_check() {
    let mut flips = 0;
    for (case, golden) in cases() {
        let layout = Layout::of(&case);
        assert_eq!(layout.ciphertext.end, golden.len());
        for bit in 0..golden.len() * 8 {
            let mut bytes = golden.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let refusal = case.open(&bytes).unwrap_err();
            assert!(layout.expects(bit / 8, &refusal), "bit {bit}: {refusal:?}");
            flips += 1;
        }
    }
    assert_eq!(flips, (409 + 1381) * 8);
}

#[test]
fn every_truncation_is_malformed() {
    let mut truncations = 0;
    for (_, golden) in cases() {
        for length in 0..golden.len() {
            let refusal = SealedSecret::parse(&golden[..length]).unwrap_err();
            assert_eq!(refusal, RecordError::Malformed, "{length} bytes");
            truncations += 1;
        }
    }
    assert_eq!(truncations, 409 + 1381);
}

#[test]
fn trailing_bytes_are_malformed() {
    for (_, golden) in cases() {
        for tail in [vec![0], vec![1], golden.clone(), vec![0; 1 << 16]] {
            let bytes = [golden.clone(), tail].concat();
            assert_eq!(SealedSecret::parse(&bytes).unwrap_err(), RecordError::Malformed);
        }
    }
}

#[test]
fn a_field_out_of_its_bounds_is_malformed() {
    let check = |wrapped_data_key: usize, ciphertext: usize, fits: bool| {
        let mut sealed = Case::typical().seal();
        sealed.wrapped_data_key = vec![7; wrapped_data_key];
        sealed.ciphertext = vec![7; ciphertext];
        let parsed = SealedSecret::parse(&sealed.to_bytes());
        assert_eq!(parsed.err(), if fits { None } else { Some(RecordError::Malformed) });
    };
    for (wrapped_data_key, fits) in [(0, false), (1, true), (512, true), (513, false)] {
        check(wrapped_data_key, 40, fits);
    }
    for (ciphertext, fits) in [(0, false), (16, false), (17, true), (528, true), (529, false)] {
        check(184, ciphertext, fits);
    }
}

#[test]
fn of_all_versions_suites_and_lengths_only_the_right_one_parses() {
    let (case, golden) = (Case::typical(), from_hex(TYPICAL));
    let layout = Layout::of(&case);
    let two_byte_fields =
        [1, layout.kms_key_id.start - 2, layout.wrapped_data_key.start - 2, layout.ciphertext.start - 2];
    for offset in two_byte_fields {
        let mut bytes = golden.clone();
        let accepted = (0..=u16::MAX).filter(|value| {
            bytes[offset..offset + 2].copy_from_slice(&value.to_be_bytes());
            SealedSecret::parse(&bytes).is_ok()
        });
        assert_eq!(accepted.map(u16::to_be_bytes).collect::<Vec<_>>(), [&golden[offset..offset + 2]]);
    }
    for version in 0..=u8::MAX {
        let bytes = [&[version], &golden[1..]].concat();
        let expected = if version == 1 { None } else { Some(RecordError::UnknownVersion(version)) };
        assert_eq!(SealedSecret::parse(&bytes).err(), expected);
    }
}

#[test]
fn all_inputs_of_up_to_two_bytes_and_many_mangled_ones_are_survived() {
    for first in 0..=u8::MAX {
        assert!(SealedSecret::parse(&[first]).is_err());
        for second in 0..=u8::MAX {
            assert!(SealedSecret::parse(&[first, second]).is_err());
        }
    }
    let mut random = Seeded(1);
    let mut parsed = 0;
    for (case, golden) in cases() {
        for _ in 0..20_000 {
            let mut bytes = golden.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes.insert(at, random.next() as u8),
                    2 => bytes.rotate_left(at),
                    _ => bytes[at] = random.next() as u8,
                }
            }
            if let Ok(sealed) = SealedSecret::parse(&bytes) {
                parsed += 1;
                assert_eq!(sealed.to_bytes(), bytes);
            }
            assert!(case.open(&bytes).is_err() || bytes == golden);
        }
    }
    assert!(parsed > 3_000, "{parsed}");
}

#[test]
fn only_secrets_of_1_to_512_bytes_are_sealed() {
    let case = Case::typical();
    for (length, fits) in [(0, false), (1, true), (MAX_SECRET_LEN, true), (MAX_SECRET_LEN + 1, false)] {
        let sealed = case.seal_this(&super::api_key(&"x".repeat(length)));
        assert_eq!(sealed.as_ref().err(), if fits { None } else { Some(&SealError::Length) });
        if let Ok(sealed) = sealed {
            assert_eq!(case.open(&sealed.to_bytes()).unwrap().len(), length);
        }
    }
}
