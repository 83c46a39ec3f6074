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

/// Public keys by their ids, each with the algorithms that it is for: an id may name several.
pub type Keys = HashMap<String, Vec<(Algorithm, DecodingKey)>>;

/// The key with this id for an algorithm.
pub fn find(keys: &Keys, kid: &str, algorithm: Algorithm) -> Option<DecodingKey> {
    keys.get(kid)?.iter().find(|(known, _)| *known == algorithm).map(|(_, key)| key.clone())
}

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
struct KeySet {
    keys: Vec<serde_json::Value>,
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

    /// The key with this id for an algorithm. One that is known serves at once, and the keys are fetched again meanwhile
    /// when they are old; one that is not known is waited for. `None` when the issuer has no such key; an error when it
    /// has not told its keys for too long.
    pub async fn key(self: &Arc<Self>, kid: &str, algorithm: Algorithm) -> Result<Option<DecodingKey>, Silent> {
        let now = self.clock.now();
        let known = self.known();
        if known.younger_than(USABLE, now)
            && let Some(key) = find(&known.keys, kid, algorithm)
        {
            if !known.younger_than(FRESH, now) {
                let issuer = self.clone();
                actix_web::rt::spawn(async move { issuer.refresh(|keys| keys.younger_than(FRESH, now), now).await });
            }
            return Ok(Some(key));
        }
        // Whoever goes away does not break off what others wait for.
        let (issuer, kid) = (self.clone(), kid.to_owned());
        let asked = kid.clone();
        let is_known = move |known: &Known| known.younger_than(FRESH, now) && find(&known.keys, &asked, algorithm).is_some();
        let _ = actix_web::rt::spawn(async move { issuer.refresh(is_known, now).await }).await;
        let known = self.known();
        if known.younger_than(USABLE, now) { Ok(find(&known.keys, &kid, algorithm)) } else { Err(Silent) }
    }

    /// Fetches the keys, one request at a time and not too often, unless they are good already.
    async fn refresh(&self, good: impl Fn(&Known) -> bool, now: DateTime<Utc>) {
        let mut asked_at = self.asked_at.lock().await;
        // Another request may have fetched the keys while this one waited.
        if !good(&self.known()) && asked_at.is_none_or(|at| now - at >= BETWEEN_FETCHES) {
            *asked_at = Some(now);
            match self.fetch().await {
                Ok(keys) => self.replace(keys, now),
                Err(error) => {
                    log::warn!(target: "access", issuer = self.url.as_str(), cause = error.as_str(); "keys not fetched")
                }
            }
        }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, keys: Keys, now: DateTime<Utc>) {
        let before = self.known();
        let mut all = before.keys.iter().flat_map(|(kid, keys)| keys.iter().map(move |(algorithm, _)| (kid, *algorithm)));
        let lost = all.any(|(kid, algorithm)| find(&keys, kid, algorithm).is_none());
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
        let set: KeySet = self.get(&discovery.jwks_uri).await?;
        // One key that is not understood spoils no other.
        let keys: Vec<Jwk> = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
        Ok(usable(&keys))
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

/// The signature keys of asymmetric algorithms that have an id; everything else is passed over.
fn usable(keys: &[Jwk]) -> Keys {
    let mut usable = Keys::new();
    for jwk in keys.iter().filter(|jwk| !matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption))) {
        let (Some(kid), Ok(key)) = (&jwk.common.key_id, DecodingKey::from_jwk(jwk)) else { continue };
        let named = usable.entry(kid.clone()).or_default();
        named.extend(algorithms(jwk).into_iter().map(|algorithm| (algorithm, key.clone())));
    }
    usable
}

/// What a key is for: the algorithm that it names, otherwise all that its kind has.
fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve};
    let possible: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::OctetKeyPair(_) => &[EdDSA],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => &[ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => &[ES384],
        _ => &[],
    };
    match jwk.common.key_algorithm {
        Some(named) => possible.iter().copied().filter(|one| named.to_string().parse().ok() == Some(*one)).collect(),
        None => possible.to_vec(),
    }
}

/// Keys that are known from the start.
pub fn fixed(set: &JwkSet) -> Keys {
    usable(&set.keys)
}
