//! The built-in issuer's key pair: made at first start, kept in a file, public half published.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

/// The public keys that everybody may see.
pub struct PublishedKeys(pub JwkSet);

/// An ES256 key pair.
pub struct SigningKey {
    private: EncodingKey,
    public: Jwk,
    kid: String,
    pem: String,
}

impl SigningKey {
    /// Reads the key file, or makes it (mode 0600) when there is none. Safe when several start at once.
    pub fn load_or_create(path: &Path) -> Result<Self, String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        if !path.exists() {
            let fresh = path.with_extension(format!("{}.new", std::process::id()));
            let written = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&fresh)
                .and_then(|mut file| file.write_all(generate()?.as_bytes()))
                .and_then(|()| std::fs::hard_link(&fresh, path));
            let _ = std::fs::remove_file(&fresh);
            match written {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(named(&error)),
                _ => {}
            }
        }
        let pem = std::fs::read_to_string(path).map_err(|e| named(&e))?;
        Self::from_pem(&pem).map_err(|e| named(&e))
    }

    /// A key that lives only in memory.
    pub fn ephemeral() -> Result<Self, String> {
        let pem = generate().map_err(|e| e.to_string())?;
        Self::from_pem(&pem).map_err(|e| e.to_string())
    }

    fn from_pem(pem: &str) -> Result<Self, jsonwebtoken::errors::Error> {
        let private = EncodingKey::from_ec_pem(pem.as_bytes())?;
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { private, public, kid, pem: pem.to_owned() })
    }

    /// What is published at `/.well-known/jwks.json`.
    pub fn public_keys(&self) -> JwkSet {
        JwkSet { keys: vec![self.public.clone()] }
    }

    /// Signs an access token (RFC 9068).
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".into());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.private)
    }

    /// A key for another purpose, which all instances that share this one have too.
    pub fn derive(&self, purpose: &str) -> hmac::Key {
        let root = hmac::Key::new(hmac::HMAC_SHA256, self.secret());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose.as_bytes()).as_ref())
    }

    /// What signs receipts, so that nobody takes one for a token.
    pub fn signer(&self, kind: &str) -> Signer {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(kind.to_owned());
        header.kid = Some(self.kid.clone());
        Signer { header, private: self.private.clone() }
    }

    /// The key as it stands in its file.
    pub fn secret(&self) -> &[u8] {
        self.pem.as_bytes()
    }
}

/// Signs statements of one kind.
pub struct Signer {
    header: Header,
    private: EncodingKey,
}

impl Signer {
    pub fn sign(&self, statement: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&self.header, statement, &self.private)
    }
}

fn generate() -> std::io::Result<String> {
    let failed = |_| std::io::Error::other("no key could be made");
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
    let der = pair.to_pkcs8v1().map_err(failed)?;
    let text = BASE64_STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
}
