//! Signed cursors: where a page ended.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::http::codes;
use crate::http::problem::Problem;

const SIGNATURE_LENGTH: usize = 16;
const MAX_CURSOR_LENGTH: usize = 2000;

/// Signs and reads cursors. A cursor is bound to what it was made for.
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    /// Encodes a position within the list identified by `binding`.
    pub fn seal(&self, binding: &[u8; 8], position: &impl Serialize) -> String {
        let mut bytes = binding.to_vec();
        serde_json::to_writer(&mut bytes, position).expect("a position is plain data");
        let signature = hmac::sign(&self.0, &bytes);
        bytes.extend_from_slice(&signature.as_ref()[..SIGNATURE_LENGTH]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor: the position, and whether it was made for `binding`.
    pub fn open<T: DeserializeOwned>(&self, binding: &[u8; 8], cursor: &str) -> Result<(T, bool), Problem> {
        let invalid = || Problem::new(&codes::CURSOR_INVALID);
        if cursor.len() > MAX_CURSOR_LENGTH {
            return Err(invalid());
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (signed, signature) = bytes.len().checked_sub(SIGNATURE_LENGTH).map(|at| bytes.split_at(at)).ok_or_else(invalid)?;
        let expected = hmac::sign(&self.0, signed);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..SIGNATURE_LENGTH], signature)
            .map_err(|_| invalid())?;
        let (bound, position) = signed.split_at_checked(binding.len()).ok_or_else(invalid)?;
        let position = serde_json::from_slice(position).map_err(|_| invalid())?;
        Ok((position, bound == binding))
    }

    /// Reads the cursor of a list, which must belong to the same filters.
    pub fn resume<T: DeserializeOwned>(&self, binding: &[u8; 8], cursor: Option<&str>) -> Result<Option<T>, Problem> {
        cursor
            .map(|cursor| match self.open(binding, cursor)? {
                (position, true) => Ok(position),
                (_, false) => Err(Problem::new(&codes::CURSOR_MISMATCH)),
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_cursor_is_refused() {
        let key = CursorKey::new(hmac::Key::new(hmac::HMAC_SHA256, b"secret"));
        let cursor = key.seal(&[7; 8], &("2026-01-01", 5));
        assert_eq!(key.resume::<(String, i32)>(&[7; 8], Some(&cursor)).unwrap().unwrap().1, 5);
        assert_eq!(key.resume::<(String, i32)>(&[8; 8], Some(&cursor)).unwrap_err().kind.code, "cursor_mismatch");
        for at in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(key.resume::<(String, i32)>(&[7; 8], Some(&forged)).unwrap_err().kind.code, "cursor_invalid");
        }
    }
}
