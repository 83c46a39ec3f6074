//! Codes that people read off and type in. They follow from a secret of the service and are kept nowhere.

use aws_lc_rs::{constant_time, hmac};

/// Digits and letters that nobody takes for one another.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as somebody typed it: without blanks and hyphens, each sign the one that was meant.
pub struct TypedCode(String);

impl TypedCode {
    pub fn new(typed: &str) -> Self {
        let meant = |sign: char| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        Self(typed.chars().filter(|sign| !matches!(sign, ' ' | '-')).map(meant).collect())
    }

    /// Its first signs.
    pub fn start(&self, length: usize) -> String {
        self.0.chars().take(length).collect()
    }

    /// True for this very code.
    pub fn is(&self, code: &str) -> bool {
        constant_time::verify_slices_are_equal(code.as_bytes(), self.0.as_bytes()).is_ok()
    }
}

/// Makes codes.
pub struct CodeKey(hmac::Key);

impl CodeKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    /// So many signs, at most 32, that follow from a text.
    pub fn signs(&self, length: usize, text: &str) -> String {
        let signature = hmac::sign(&self.0, text.as_bytes());
        signature.as_ref().iter().take(length).map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()
    }
}
