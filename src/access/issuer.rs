//! An OIDC issuer: its keys are found by discovery, cached, and fetched again when they rotate.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::calendar::Clock;

/// Keys older than this are fetched again.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// Keys older than this are no longer trusted when the issuer does not answer.
const USABLE: TimeDelta = TimeDelta::hours(24);
/// However many unknown key ids arrive, the issuer is asked at most once in this time.
const BETWEEN_FETCHES: TimeDelta = TimeDelta::seconds(30);
const LARGEST_ANSWER: usize = 1 << 20;

/// A public key and the algorithm it is for.
#[derive(Clone)]
pub struct VerifyingKey {
    pub algorithm: Algorithm,
    pub key: DecodingKey,
}

type Keys = HashMap<String, VerifyingKey>;

#[derive(Clone, Default)]
struct Known {
    keys: Arc<Keys>,
    fetched_at: Option<DateTime<Utc>>,
}

impl Known {
    fn younger_than(&self, age: TimeDelta, now: DateTime<Utc>) -> bool {
        self.fetched_at.is_some_and(|at| now - at < age)
    }
}

/// The issuer has not told its keys.
pub struct Silent;

/// An issuer that tokens may come from.
pub struct OidcIssuer {
    pub url: String,
    client: reqwest::Client,
    clock: Clock,
    known: RwLock<Known>,
    /// When the issuer was last asked; held while asking, so that only one does.
    asked_at: tokio::sync::Mutex<Option<DateTime<Utc>>>,
    /// Called when a key was withdrawn.
    withdrawn: Box<dyn Fn() + Send + Sync>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl OidcIssuer {
    pub fn new(url: String, clock: Clock, withdrawn: Box<dyn Fn() + Send + Sync>) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(3))
            .user_agent(concat!("sihe/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { url, client, clock, known: RwLock::default(), asked_at: tokio::sync::Mutex::default(), withdrawn })
    }

    /// The key with this id, fetched when it is not known. `None` when the issuer has no such key; an
    /// error when it has not told its keys for too long.
    pub async fn key(&self, kid: &str) -> Result<Option<VerifyingKey>, Silent> {
        let now = self.clock.now();
        let known = self.known();
        if known.younger_than(FRESH, now)
            && let Some(key) = known.keys.get(kid)
        {
            return Ok(Some(key.clone()));
        }
        let mut asked_at = self.asked_at.lock().await;
        // Another request may have fetched the keys while this one waited.
        let known = self.known();
        let found = if known.younger_than(FRESH, now) { known.keys.get(kid) } else { None };
        if found.is_none() && asked_at.is_none_or(|at| now - at >= BETWEEN_FETCHES) {
            *asked_at = Some(now);
            match self.fetch().await {
                Ok(keys) => self.replace(keys, now),
                Err(error) => {
                    log::warn!(target: "access", issuer = self.url.as_str(), cause = error.as_str(); "keys not fetched")
                }
            }
        }
        drop(asked_at);
        let known = self.known();
        if known.younger_than(USABLE, now) { Ok(known.keys.get(kid).cloned()) } else { Err(Silent) }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, keys: Keys, now: DateTime<Utc>) {
        let before = self.known();
        let lost = before.keys.keys().any(|kid| !keys.contains_key(kid));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { keys: Arc::new(keys), fetched_at: Some(now) };
        if lost {
            (self.withdrawn)();
        }
    }

    async fn fetch(&self) -> Result<Keys, String> {
        let place = format!("{}/.well-known/openid-configuration", self.url.trim_end_matches('/'));
        let discovery: Discovery = self.get(&place).await?;
        if discovery.issuer != self.url {
            return Err(format!("the discovery document names another issuer: {}", discovery.issuer));
        }
        if self.url.starts_with("https:") && !discovery.jwks_uri.starts_with("https:") {
            return Err("jwks_uri is not https".into());
        }
        let set: JwkSet = self.get(&discovery.jwks_uri).await?;
        Ok(set.keys.iter().filter_map(usable).collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{url}: {error}");
        let mut answer = self.client.get(url).send().await.and_then(|a| a.error_for_status()).map_err(|e| failed(&e))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| failed(&e))? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER {
                return Err(failed(&"the answer is too large"));
            }
        }
        serde_json::from_slice(&body).map_err(|e| failed(&e))
    }
}

/// A signature key of an asymmetric algorithm that has an id; everything else is passed over.
fn usable(jwk: &Jwk) -> Option<(String, VerifyingKey)> {
    if matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption)) {
        return None;
    }
    let algorithm = match jwk.common.key_algorithm {
        Some(algorithm) => algorithm.to_string().parse().ok()?,
        None => default_algorithm(jwk)?,
    };
    if matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((jwk.common.key_id.clone()?, VerifyingKey { algorithm, key }))
}

fn default_algorithm(jwk: &Jwk) -> Option<Algorithm> {
    use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve};
    match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Some(Algorithm::RS256),
        AlgorithmParameters::OctetKeyPair(_) => Some(Algorithm::EdDSA),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Some(Algorithm::ES256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => Some(Algorithm::ES384),
        _ => None,
    }
}

/// Keys that are known from the start.
pub fn fixed(set: &JwkSet) -> HashMap<String, VerifyingKey> {
    set.keys.iter().filter_map(usable).collect()
}
