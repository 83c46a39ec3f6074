//! Entity tags: `"<version>"`, strong.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use super::codes;
use super::path::Id;
use super::problem::Problem;

/// The entity tag of a version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
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

    /// Refuses with 412 when `If-Match` was sent and names another version.
    pub fn honor(&self, version: i64) -> Result<(), Problem> {
        match &self.if_match {
            Some(tags) if !names(tags, version, false) => {
                Err(Problem::new(&codes::PRECONDITION_FAILED).header(ETAG, &etag(version)))
            }
            _ => Ok(()),
        }
    }

    /// True when the client holds this version already (304).
    pub fn not_modified(&self, version: i64) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| names(tags, version, true))
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

/// `If-None-Match` compares weakly, `If-Match` strongly (RFC 9110, section 13.1).
fn names(tags: &str, version: i64, weak: bool) -> bool {
    let wanted = etag(version);
    tags.split(',').map(str::trim).any(|tag| {
        let tag = if weak { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
        tag == "*" || tag == wanted
    })
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
