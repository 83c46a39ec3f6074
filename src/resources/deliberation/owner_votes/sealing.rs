//! The box of a vote: whatever is put into it, nobody reads before it is opened, not even in the database (RFC 9180).

use aws_lc_rs::rand;
use data_encoding::HEXLOWER;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_128 as SUITE;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke, HpkePrivateKey, HpkePublicKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::VoteKeys;
use crate::http::problem::Problem;

/// How long the encapsulated secret before what is sealed is.
const SECRET_LENGTH: usize = 32;

/// The key of a box: with the public half everybody puts something in, the other one is sealed itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxKey {
    public: String,
    secret: String,
}

impl BoxKey {
    /// A new one.
    pub fn new(vote: Uuid, keys: &VoteKeys) -> Result<Self, Problem> {
        let (public, secret) = SUITE.generate_key_pair().map_err(Problem::internal)?;
        let secret = keys.seal(vote).seal(&HEXLOWER.encode(secret.secret_bytes()))?;
        Ok(Self { public: HEXLOWER.encode(&public.0), secret })
    }

    /// Puts something in. What is said first decides how long everything is: all of one vote are of one length.
    pub fn seal(&self, vote: Uuid, line: &str, length: usize) -> Result<Vec<u8>, Problem> {
        let public = HpkePublicKey(HEXLOWER.decode(self.public.as_bytes()).map_err(Problem::internal)?);
        let mut padded = line.as_bytes().to_vec();
        if padded.len() > length {
            return Err(Problem::internal("a ballot is longer than its envelope"));
        }
        padded.resize(length, b' ');
        let (secret, sealed) = SUITE.seal(vote.as_bytes(), &[], &padded, &public).map_err(Problem::internal)?;
        Ok([secret.0, sealed].concat())
    }

    /// What opens it.
    pub fn opener(&self, vote: Uuid, keys: &VoteKeys) -> Result<BoxOpener, Problem> {
        let secret = keys.seal(vote).open(&self.secret)?;
        let secret = HEXLOWER.decode(secret.as_bytes()).map_err(Problem::internal)?;
        Ok(BoxOpener { vote, secret: HpkePrivateKey::from(secret) })
    }

    /// The same box, which nobody opens any more.
    pub fn destroyed(&self) -> Self {
        Self { public: self.public.clone(), secret: String::new() }
    }
}

/// Reads what was put into a box.
pub struct BoxOpener {
    vote: Uuid,
    secret: HpkePrivateKey,
}

impl BoxOpener {
    pub fn open(&self, sealed: &[u8]) -> Result<String, Problem> {
        let (secret, sealed) =
            sealed.split_at_checked(SECRET_LENGTH).ok_or_else(|| Problem::internal("a sealed ballot is too short"))?;
        let opened = SUITE.open(&EncapsulatedSecret(secret.to_vec()), self.vote.as_bytes(), &[], sealed, &self.secret);
        let text = String::from_utf8(opened.map_err(Problem::internal)?).map_err(Problem::internal)?;
        Ok(text.trim_end_matches(' ').to_owned())
    }
}

/// 128 bits that nobody guesses, as they stand in a ballot.
pub fn nonce() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(Problem::internal)?;
    Ok(HEXLOWER.encode(&bytes))
}

#[cfg(test)]
mod tests;
