//! What tells one set of limits and rules from another: a record made by other ones must say so.

/// A number made of the text of `limits.rs`, `tens/limits.rs` and `rules.rs` when this crate is compiled.
pub const LIMITS_AND_RULES: u64 = {
    let limits = fnv1a(0xcbf2_9ce4_8422_2325, include_bytes!("limits.rs"));
    fnv1a(fnv1a(limits, include_bytes!("tens/limits.rs")), include_bytes!("rules.rs"))
};

/// FNV-1a of 64 bits, continued from `hash`.
const fn fnv1a(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_has_its_published_values() {
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        assert_eq!(fnv1a(OFFSET, b""), OFFSET);
        assert_eq!(fnv1a(OFFSET, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(OFFSET, b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn another_limit_is_another_number() {
        let other = include_str!("limits.rs").replacen("43.0", "43.1", 1);
        let hash = fnv1a(0xcbf2_9ce4_8422_2325, other.as_bytes());
        let hash = fnv1a(fnv1a(hash, include_bytes!("tens/limits.rs")), include_bytes!("rules.rs"));
        assert_ne!(hash, LIMITS_AND_RULES);
    }
}
