//! Records that were written once and must open for ever. A change here is a change of the stored format: it
//! needs a new version byte and a new file, never a new content of an old file.

use super::{Case, from_hex, to_hex};
use crate::record::SealedSecret;

pub(super) const TYPICAL: &str = include_str!("../../golden/typical-v1.hex");
pub(super) const MAXIMAL: &str = include_str!("../../golden/maximal-v1.hex");

#[test]
fn golden_records_open() {
    for (golden, case) in [(TYPICAL, Case::typical()), (MAXIMAL, Case::maximal())] {
        assert_eq!(case.open(&from_hex(golden)).unwrap(), case.secret);
    }
}

#[test]
fn the_same_parts_still_make_the_same_record() {
    for (golden, case) in [(TYPICAL, Case::typical()), (MAXIMAL, Case::maximal())] {
        assert_eq!(to_hex(&case.seal().to_bytes()), golden);
    }
}

#[test]
fn the_maximal_record_is_the_bound() {
    let bytes = from_hex(MAXIMAL);
    assert_eq!(bytes.len(), SealedSecret::MAX_LEN);
    assert_eq!(SealedSecret::MAX_LEN, 1381);
    assert_eq!(from_hex(TYPICAL).len(), 409);
}

#[test]
fn parsing_and_writing_are_each_others_inverse() {
    for golden in [TYPICAL, MAXIMAL] {
        let bytes = from_hex(golden);
        assert_eq!(SealedSecret::parse(&bytes).unwrap().to_bytes(), bytes);
    }
}
