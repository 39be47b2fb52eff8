//! One digest for a list of lines: the Merkle tree hash of RFC 6962, section 2.1.
//!
//! Leaves and nodes begin with different bytes, so that no node can be passed off as a line (a second preimage).

use super::Digest;

/// What stands for one line.
pub(super) fn leaf(line: &[u8]) -> Digest {
    Digest::of(&[&[0], line])
}

/// What stands for all of them.
pub(super) fn root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [leaf] => *leaf,
        leaves => {
            // The largest power of two that is smaller than their number: the left half is a full tree.
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Digest::of(&[&[1], root(left).as_bytes(), root(right).as_bytes()])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test tree of Certificate Transparency's own implementations, and its root after each leaf.
    const TREE: [(&[u8], &str); 8] = [
        (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (b"\x00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (b"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (b"\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (b"\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (b"\x40\x41\x42\x43", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        ),
        (
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];

    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        let mut leaves = Vec::new();
        for (line, expected) in TREE {
            leaves.push(leaf(line));
            assert_eq!(root(&leaves).to_string(), expected, "{} leaves", leaves.len());
            assert_eq!(expected.parse::<Digest>().unwrap(), root(&leaves));
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(root(&[]).to_string(), empty);
        assert!(empty.to_uppercase().parse::<Digest>().is_err() && "00".parse::<Digest>().is_err());
    }
}
