//! A seal: what the record said, for some lines of one tenant, put where nobody can change it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Digest, merkle};
use crate::{AuditId, TenantId};

/// Vouches for the lines from one to another, and for the seal before it.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Which kind of seal this is: how lines are written and what is hashed.
    pub version: u8,
    /// Whose lines.
    pub tenant: TenantId,
    /// Which of the tenant's seals, from 1, without a gap.
    pub number: u64,
    /// The hash of the seal before it; zeros for the first.
    pub previous: Digest,
    /// The first line.
    pub first: AuditId,
    /// The last line.
    pub last: AuditId,
    /// How many lines.
    pub count: u64,
    /// The Merkle tree hash of the lines.
    pub root: Digest,
    /// When.
    pub sealed_at: Timestamp,
    /// Its own hash, over everything above: people can write it down, and the next seal names it.
    pub hash: Digest,
    /// The lines and what stands for each, so that the first bad one can be named. The root vouches for them.
    pub rows: Vec<(AuditId, Digest)>,
}

/// What a seal's hash is over: this as JSON, without spaces.
#[derive(Serialize)]
struct Head<'a> {
    version: u8,
    tenant: &'a TenantId,
    number: u64,
    previous: Digest,
    first: AuditId,
    last: AuditId,
    count: u64,
    root: Digest,
    sealed_at: Timestamp,
}

impl Seal {
    /// The only one there is.
    pub const VERSION: u8 = 1;

    /// The most lines of one seal.
    pub const MOST: usize = 2_000;

    /// What stands for a line, given as the bytes of an export without the line's end.
    pub fn leaf(line: &[u8]) -> Digest {
        merkle::leaf(line)
    }

    /// Seals lines that follow those of the seal before. None, if there are no lines. To the millisecond, as all times
    /// that people see.
    pub fn over(
        tenant: &TenantId,
        (number, previous): (u64, Digest),
        rows: Vec<(AuditId, Digest)>,
        at: Timestamp,
    ) -> Option<Self> {
        let ((first, _), (last, _)) = (*rows.first()?, *rows.last()?);
        let mut seal = Self {
            version: Self::VERSION,
            tenant: tenant.clone(),
            number,
            previous,
            first,
            last,
            count: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            root: Digest::ZERO,
            sealed_at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
            hash: Digest::ZERO,
            rows,
        };
        seal.root = seal.computed_root();
        seal.hash = seal.computed_hash();
        Some(seal)
    }

    /// The root that its lines have.
    pub(super) fn computed_root(&self) -> Digest {
        merkle::root(&self.rows.iter().map(|(_, leaf)| *leaf).collect::<Vec<_>>())
    }

    /// The hash that its head has.
    pub(super) fn computed_hash(&self) -> Digest {
        let head = Head {
            version: self.version,
            tenant: &self.tenant,
            number: self.number,
            previous: self.previous,
            first: self.first,
            last: self.last,
            count: self.count,
            root: self.root,
            sealed_at: self.sealed_at,
        };
        // Cannot fail: the members are texts and numbers.
        Digest::of(&[&serde_json::to_vec(&head).unwrap_or_default()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Never change this: seals are kept for years. A further version has a further test.
    const FROZEN: &str = r#"{"version":1,"tenant":"ada","number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","first":"aud_019aae3fad007070b070707070707070","last":"aud_019aae3fad007070b070707070707071","count":2,"root":"4f55f619d9215235778b2b9f17d6f4915b16171214d152381293669764de722e","sealed_at":"2025-11-23T01:06:40.5Z","hash":"70241794d8ba9283e8c78c96a7e5024df2a50696ba9df79f8bf632005d6fbfaa","rows":[["aud_019aae3fad007070b070707070707070","d0d7360ab79f58ab1e1e3fe64ad77e2ea0bc07e36b5f46ed2223edd9298df9e9"],["aud_019aae3fad007070b070707070707071","ab1ab7f07c7c8fe0eff4ba6faa53c7e4412e91a599153e8aa4e01beece5b7825"]]}"#;

    #[test]
    fn the_bytes_of_a_seal_stay_as_they_are() {
        let at = Timestamp::constant(1_763_860_000, 500_000_000);
        let first = AuditId::make(Timestamp::constant(1_763_860_000, 0), &[0x70; 10]);
        let rows = vec![(first, Seal::leaf(b"one")), (first.following(), Seal::leaf(b"two"))];
        let seal = Seal::over(&"ada".parse().unwrap(), (1, Digest::ZERO), rows, at).unwrap();
        let text = serde_json::to_string(&seal).unwrap();
        assert_eq!(text, FROZEN);
        assert_eq!(serde_json::from_str::<Seal>(&text).unwrap(), seal);
    }
}
