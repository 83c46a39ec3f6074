//! Entity tags, strong: `"<version>"` of what was written, `"<version>.<content>"` of what was read. Writes go by the version alone:
//! what is computed for a reader may change without one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};
use aws_lc_rs::digest;
use uuid::Uuid;

use super::codes;
use super::path::Id;
use super::problem::Problem;

/// The entity tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The entity tag of what is told of a version.
pub fn etag_of(version: i64, body: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, body);
    let content: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{version}.{content}\"")
}

/// The `If-Match` and `If-None-Match` headers of a request.
#[derive(Debug)]
pub struct Preconditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Preconditions {
    fn of(headers: &HeaderMap) -> Self {
        Self { if_match: joined(headers, IF_MATCH), if_none_match: joined(headers, IF_NONE_MATCH) }
    }

    /// Nothing was asked for.
    pub fn none() -> Self {
        Self { if_match: None, if_none_match: None }
    }

    /// Refuses with 428 when `If-Match` is missing and with 412 when it names another version.
    pub fn require(&self, version: i64) -> Result<(), Problem> {
        match &self.if_match {
            None => Err(Problem::new(&codes::PRECONDITION_REQUIRED)),
            Some(_) => self.honor(version),
        }
    }

    /// Refuses with 412 when `If-Match` was sent and names another version; it compares strongly (RFC 9110, section 13.1).
    pub fn honor(&self, version: i64) -> Result<(), Problem> {
        match &self.if_match {
            Some(tags) if !listed(tags).any(|tag| tag == "*" || version_of(tag) == Some(version)) => {
                Err(Problem::new(&codes::PRECONDITION_FAILED).header(ETAG, &etag(version)))
            }
            _ => Ok(()),
        }
    }

    /// True when the client holds what is told already (304); `If-None-Match` compares weakly (RFC 9110, section 13.1).
    pub fn not_modified(&self, tag: &str) -> bool {
        let held = |known: &str| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag;
        self.if_none_match.as_ref().is_some_and(|tags| listed(tags).any(held))
    }
}

/// The record that a write is meant for, and the version that the client expects.
#[derive(Debug)]
pub struct Target {
    pub id: Uuid,
    pub preconditions: Preconditions,
}

impl Target {
    /// The record in whatever version it is.
    pub fn any(id: Uuid) -> Self {
        Self { id, preconditions: Preconditions::none() }
    }
}

impl FromRequest for Target {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let preconditions = Preconditions::of(request.headers());
        ready(Id::of(request).map(|Id(id)| Self { id, preconditions }))
    }
}

/// The tags of a header.
fn listed(tags: &str) -> impl Iterator<Item = &str> {
    tags.split(',').map(str::trim)
}

/// The version that a strong tag tells.
fn version_of(tag: &str) -> Option<i64> {
    let told = tag.strip_prefix('"')?.strip_suffix('"')?;
    told.split_once('.').map_or(told, |(version, _)| version).parse().ok()
}

fn joined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let values: Vec<_> = headers.get_all(name).map(|v| v.to_str().unwrap_or_default()).collect();
    (!values.is_empty()).then(|| values.join(","))
}

impl FromRequest for Preconditions {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}
