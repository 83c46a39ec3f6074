//! One hash of many lines (RFC 9162, section 2.1.1): whoever has a line and some hashes can show that it is among them.

use aws_lc_rs::digest::{Context, SHA256, digest};
use data_encoding::HEXLOWER;

pub type Hash = [u8; 32];

fn hash(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The hash of a line.
pub fn leaf(line: &str) -> Hash {
    hash(&[&[0], line.as_bytes()])
}

/// The hash over leaves in their order, split at the largest power of two below their number: no leaf stands twice.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => hash(&[]),
        [one] => *one,
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(half);
            hash(&[&[1], &root(left), &root(right)])
        }
    }
}

pub fn hex(hash: &Hash) -> String {
    HEXLOWER.encode(hash)
}

/// A hash as it is written, in 64 digits of lower case.
pub fn parse(text: &str) -> Option<Hash> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// The SHA-256 of a line, in hexadecimal digits.
pub fn sha256(line: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, line.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves and roots of the test data of RFC 6962's first implementation.
    #[test]
    fn roots_are_those_of_the_standard() {
        let leaves: Vec<Hash> = [&b""[..], b"\0", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43"]
            .iter()
            .map(|data| hash(&[&[0], data]))
            .collect();
        let roots: Vec<String> = [0, 1, 2, 3, 5, 6].iter().map(|n| hex(&root(&leaves[..*n]))).collect();
        assert_eq!(roots[0], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(roots[1], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(roots[2], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assert_eq!(roots[3], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assert_eq!(roots[4], "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4");
        assert_eq!(roots[5], "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef");
    }

    #[test]
    fn a_last_leaf_that_is_doubled_is_another_tree() {
        let [a, b, c] = ["a", "b", "c"].map(leaf);
        assert_ne!(root(&[a, b, c]), root(&[a, b, c, c]));
        assert_eq!(parse(&hex(&a)), Some(a));
        assert_eq!(parse("00"), None);
        assert_eq!(parse(&hex(&a).to_uppercase()), None, "one hash is written in one way");
    }
}
