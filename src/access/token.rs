//! JWT to `Actor`: which issuers are believed, what a token must hold, and the cache of verified
//! tokens. A verified token stays good until it expires or is revoked, or until an hour at most after its issuer
//! withdrew the key.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use aws_lc_rs::digest;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Header, Validation};
use moka::sync::Cache;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;
use uuid::Uuid;

use super::actor::{Actor, Grant, Rights, every_app_scope};
use super::inheritance::inherit;
use super::issuer::{Keys, OidcIssuer, find, fixed};
use super::keys::SigningKey;
use super::resource::ProtectedResource;
use super::revocation::{TokenMark, refreshed, refuse_revoked};
use crate::calendar::Clock;
use crate::http::codes;
use crate::http::limits::Limits;
use crate::http::limits::caller::CallerKey;
use crate::http::problem::Problem;
use crate::http::schema::is_forbidden;

const LONGEST_TOKEN: usize = 8 * 1024;
/// Seconds that no calendar reaches.
const LARGEST_TIME: f64 = 1e12;
const MOST_GRANTS: usize = 100;
/// How far clocks may differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
const CACHED_TOKENS: u64 = 10_000;
/// After this time a token is verified again, so that a withdrawn key is noticed.
const CACHED_FOR: Duration = Duration::from_secs(3600);

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some_seconds")]
    pub iat: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some_seconds")]
    pub nbf: Option<i64>,
    #[serde(deserialize_with = "seconds")]
    pub exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    #[serde(default)]
    pub scope: String,
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// The organization to which the subject belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Uuid>,
    /// What some issuers say of the kind of token, such as `Bearer`, `ID` or `Refresh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// The same as other issuers say it: `access`, `id` or `refresh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_use: Option<String>,
    /// When the person logged in: in an ID token, and in an access token beside its scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<serde_json::Value>,
    /// Only ID tokens have these three, and only logout tokens the fourth; they are no access tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<serde_json::Value>,
}

/// A time as tokens tell it (RFC 7519): seconds, which may have a fraction.
fn seconds<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    let number = Number::deserialize(input)?;
    let whole = number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|seconds| seconds.abs() < LARGEST_TIME)?;
        Some(float.floor() as i64)
    });
    whole.ok_or_else(|| D::Error::custom("a time is out of range"))
}

fn some_seconds<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    seconds(input).map(Some)
}

impl Claims {
    /// Claims of a token without grants, valid from now on.
    pub fn new(issuer: &str, audience: &str, subject: String, now: DateTime<Utc>, lifetime: TimeDelta) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: subject,
            aud: Audience::One(audience.to_owned()),
            client_id: Some("sihe-command-line".into()),
            iat: Some(now.timestamp()),
            nbf: None,
            exp: (now + lifetime).timestamp(),
            jti: Some(Uuid::now_v7().to_string()),
            scope: every_app_scope().to_owned(),
            grants: Vec::new(),
            organization: None,
            typ: None,
            token_use: None,
            auth_time: None,
            nonce: None,
            at_hash: None,
            c_hash: None,
            events: None,
        }
    }
}

/// One audience or several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }
}

/// Why a token gives no actor.
pub enum Rejection {
    Bad(&'static str),
    /// Too many bad ones came from the same address.
    TooMany(Problem),
    /// The issuer does not tell its keys: the token may be good.
    IssuerSilent,
}

impl From<&'static str> for Rejection {
    fn from(reason: &'static str) -> Self {
        Self::Bad(reason)
    }
}

/// Which tokens are believed.
pub struct Trust {
    /// The name of the built-in issuer.
    pub issuer: String,
    pub audience: String,
    /// URLs of OIDC issuers.
    pub oidc: Vec<String>,
    /// Those of them whose tokens need not say what they are.
    pub untyped: Vec<String>,
    /// A token counts as expired after this time, whatever it says itself.
    pub longest: TimeDelta,
}

/// Every issuer that is believed.
pub struct Issuers {
    trust: Trust,
    own_keys: Keys,
    others: HashMap<String, Arc<OidcIssuer>>,
    clock: Clock,
    verified: Verified,
}

/// The actors of tokens that were verified, by the tokens' digests.
type Verified = Cache<[u8; 32], Arc<Actor>>;

impl Issuers {
    /// The built-in issuer and OIDC issuers by their URLs.
    pub fn new(trust: Trust, key: &SigningKey, clock: Clock) -> Result<Self, String> {
        let verified: Verified = Cache::builder().max_capacity(CACHED_TOKENS).time_to_live(CACHED_FOR).build();
        let other = |url: &String| {
            let issuer = OidcIssuer::new(url.clone(), clock.clone(), forgetting(&verified))?;
            Ok((url.clone(), Arc::new(issuer)))
        };
        let others = trust.oidc.iter().map(other).collect::<Result<_, String>>()?;
        Ok(Self { trust, own_keys: fixed(&key.public_keys()), others, clock, verified })
    }

    /// Makes every token be verified anew.
    pub fn forgetting(&self) -> Box<dyn Fn() + Send + Sync> {
        forgetting(&self.verified)
    }

    /// The actor of a token, or why there is none. `unknown` may refuse one that was not seen before.
    pub async fn verify(&self, token: &str, unknown: impl FnOnce() -> Result<(), Problem>) -> Result<Arc<Actor>, Rejection> {
        if token.len() > LONGEST_TOKEN {
            return Err("the token is too long".into());
        }
        let mut id = [0; 32];
        id.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        if let Some(actor) = self.verified.get(&id) {
            return if self.clock.now() < actor.expires_at + LEEWAY { Ok(actor) } else { Err("the token has expired".into()) };
        }
        unknown().map_err(Rejection::TooMany)?;
        let actor = Arc::new(self.verify_anew(token).await?);
        self.verified.insert(id, actor.clone());
        Ok(actor)
    }

    async fn verify_anew(&self, token: &str) -> Result<Actor, Rejection> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| "the token is not a JWT of a supported algorithm")?;
        let unverified: Claims =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(|_| "the token lacks a required claim")?;
        check_header(&header, self.trust.untyped.contains(&unverified.iss))?;
        let kid = header.kid.as_deref().ok_or("the token names no key")?;
        let key = if unverified.iss == self.trust.issuer {
            find(&self.own_keys, kid, header.alg)
        } else {
            self.others
                .get(&unverified.iss)
                .ok_or("the issuer is not known")?
                .key(kid, header.alg)
                .await
                .map_err(|_| Rejection::IssuerSilent)?
        };
        let key = key.ok_or("the issuer has no such key for this algorithm")?;
        let mut validation = Validation::new(header.alg);
        // Times, issuer and audience are checked below, against our own clock and settings.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| "the signature is wrong")?.claims;
        let expires_at = self.expiry(&claims)?;
        self.check_claims(&claims, expires_at)?;
        let mut actor = into_actor(claims, expires_at)?;
        // A clock that runs ahead makes no token younger than when it was first seen.
        actor.token.issued_at = actor.token.issued_at.min(self.clock.now());
        Ok(actor)
    }

    /// When the token ends.
    fn expiry(&self, claims: &Claims) -> Result<DateTime<Utc>, &'static str> {
        let says = at(claims.exp)?;
        match claims.iat {
            Some(issued) => Ok(says.min(at(issued)? + self.trust.longest)),
            None if says > self.clock.now() + self.trust.longest => Err("the token lives too long and does not say since when"),
            None => Ok(says),
        }
    }

    fn check_claims(&self, claims: &Claims, expires_at: DateTime<Utc>) -> Result<(), &'static str> {
        let now = self.clock.now();
        if now >= expires_at + LEEWAY {
            return Err("the token has expired");
        }
        for begin in [claims.nbf, claims.iat].into_iter().flatten() {
            if now + LEEWAY < at(begin)? {
                return Err("the token is not valid yet");
            }
        }
        if !claims.aud.names(&self.trust.audience) {
            return Err("the token is for another audience");
        }
        if is_for_something_else(claims) { Err("the token is not an access token") } else { Ok(()) }
    }
}

fn forgetting(verified: &Verified) -> Box<dyn Fn() + Send + Sync> {
    let cache = verified.clone();
    Box::new(move || cache.invalidate_all())
}

fn at(seconds: i64) -> Result<DateTime<Utc>, &'static str> {
    DateTime::from_timestamp(seconds, 0).ok_or("a time is out of range")
}

/// True for ID, refresh and logout tokens of every shape.
fn is_for_something_else(claims: &Claims) -> bool {
    let typ = claims.typ.as_deref().unwrap_or("Bearer").to_ascii_lowercase();
    let marks = [&claims.nonce, &claims.at_hash, &claims.c_hash, &claims.events];
    !matches!(typ.as_str(), "bearer" | "at+jwt" | "jwt" | "access" | "access_token")
        || claims.token_use.as_ref().is_some_and(|it| !it.eq_ignore_ascii_case("access"))
        || marks.iter().any(|mark| mark.is_some())
        || claims.auth_time.is_some() && claims.scope.is_empty()
}

/// Headers that point to a key are never followed; only access tokens are taken, and untyped ones where they may be.
fn check_header(header: &Header, untyped: bool) -> Result<(), &'static str> {
    if header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some() || header.crit.is_some() {
        return Err("the token brings its own key or unknown extensions");
    }
    let typ = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    match typ.strip_prefix("application/").unwrap_or(&typ) {
        "at+jwt" | "jwt" => Ok(()),
        "" if untyped => Ok(()),
        _ => Err("the token is not an access token"),
    }
}

fn into_actor(claims: Claims, expires_at: DateTime<Utc>) -> Result<Actor, &'static str> {
    let is_name = |text: &str| (1..=255).contains(&text.len()) && !text.contains(is_forbidden);
    if !is_name(&claims.sub) || !claims.client_id.as_deref().is_none_or(is_name) {
        return Err("the subject or the client id is missing, too long or no plain text");
    }
    if claims.grants.len() > MOST_GRANTS {
        return Err("the token has too many grants");
    }
    if !claims.grants.iter().all(Grant::is_consistent) {
        return Err("a role does not match the level of its jurisdiction");
    }
    Ok(Actor {
        caller: format!("{}|{}", claims.iss, claims.sub),
        client_id: claims.client_id,
        grants: claims.grants,
        organization: claims.organization,
        app_scopes: claims.scope.split_whitespace().map(str::to_owned).collect(),
        expires_at,
        token: TokenMark { issuer: claims.iss, jti: claims.jti, issued_at: at(claims.iat.unwrap_or_default())? },
        inherited: OnceLock::new(),
        rights: Rights::default(),
    })
}

/// Middleware: everything below `/v1` has a verified actor before it is routed.
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !request.path().starts_with("/v1/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let known = async {
        let revocations = refreshed(&request).await?;
        let actor = actor_of(&request).await?;
        refuse_revoked(&request, &revocations, &actor)?;
        inherit(&request, &actor).await?;
        Ok::<_, Problem>(actor)
    };
    match known.await {
        Ok(actor) => {
            request.extensions_mut().insert(CallerKey::new(&actor.caller));
            request.extensions_mut().insert(actor);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(problem) => Ok(request.error_response(problem)),
    }
}

async fn actor_of(request: &ServiceRequest) -> Result<Arc<Actor>, Problem> {
    if request.query_string().split('&').any(|pair| pair.starts_with("access_token=")) {
        return Err(Problem::new(&codes::TOKEN_IN_QUERY));
    }
    let (Some(issuers), Some(limits), Some(resource)) = (
        request.app_data::<web::Data<Issuers>>(),
        request.app_data::<web::Data<Limits>>(),
        request.app_data::<web::Data<ProtectedResource>>(),
    ) else {
        return Err(Problem::internal("the app has no issuers or no limits"));
    };
    let unauthenticated = |error: &str| {
        Problem::new(&codes::UNAUTHENTICATED).header(WWW_AUTHENTICATE, &resource.challenge(request.request(), error)).cause(error)
    };
    let token = bearer(request.headers()).map_err(unauthenticated)?;
    let verified = issuers.verify(token, || limits.admit_unknown_token(request.request())).await;
    verified.map_err(|rejection| match rejection {
        Rejection::Bad(reason) => {
            limits.count_bad_token(request.request());
            unauthenticated(&format!("error=\"invalid_token\", error_description=\"{reason}\""))
        }
        Rejection::TooMany(problem) => problem,
        Rejection::IssuerSilent => Problem::new(&codes::UNAVAILABLE).retry_after(30).cause("an issuer does not tell its keys"),
    })
}

/// The token, or what is wrong with its header.
fn bearer(headers: &HeaderMap) -> Result<&str, &'static str> {
    const MALFORMED: &str = "error=\"invalid_request\", error_description=\"send one bearer token\"";
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or("")?;
    if values.next().is_some() {
        return Err(MALFORMED);
    }
    let (scheme, token) = value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or(MALFORMED)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(MALFORMED) }
}
