//! Text that is kept so that it takes a secret to read it.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::problem::Problem;

/// Seals and opens texts with a secret.
#[derive(Clone)]
pub struct Seal([u8; 32]);

impl fmt::Debug for Seal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Seal")
    }
}

impl Seal {
    /// With the first 32 bytes of a secret.
    pub fn of(secret: &[u8]) -> Self {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(secret) {
            *to = *from;
        }
        Self(key)
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, Problem> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.0).map_err(Problem::internal)
    }

    pub fn seal(&self, text: &str) -> Result<String, Problem> {
        let mut sealed = text.as_bytes().to_vec();
        let nonce = self.cipher()?.seal_in_place_append_tag(Aad::empty(), &mut sealed).map_err(Problem::internal)?;
        Ok(BASE64_STANDARD.encode([&nonce.as_ref()[..], &sealed].concat()))
    }

    pub fn open(&self, sealed: &str) -> Result<String, Problem> {
        let mut bytes = BASE64_STANDARD.decode(sealed).map_err(Problem::internal)?;
        let (nonce, sealed) =
            bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(|| Problem::internal("what was sealed is too short"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(Problem::internal)?;
        let opened = self.cipher()?.open_in_place(nonce, Aad::empty(), sealed).map_err(Problem::internal)?;
        String::from_utf8(opened.to_vec()).map_err(Problem::internal)
    }
}
