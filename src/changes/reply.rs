//! The answer to a write, kept with its idempotency key so that a retry gets the same one.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use crate::http::answer::{Documented, ETAG_SENT};
use crate::http::etag::etag;
use crate::http::problem::Problem;

/// Status, body and headers of a successful write.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
    pub location: Option<String>,
    pub version: i64,
    pub replayed: bool,
}

impl Reply {
    /// 201 with the new record and where it is.
    pub fn created(location: String, version: i64, record: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { status: 201, location: Some(location), ..Self::ok(version, record)? })
    }

    /// 200 with the record.
    pub fn ok(version: i64, record: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(record).map_err(Problem::internal)?;
        Ok(Self { status: 200, body, location: None, version, replayed: false })
    }
}

impl Documented for Reply {
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[ETAG_SENT, ("Idempotency-Replayed", "`true` when this is the saved answer to an earlier request.")];
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        response.content_type("application/json").insert_header((ETAG, etag(self.version)));
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if self.replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        response.body(self.body)
    }
}

/// The answer to a write that is not about one record, so that it has no version.
pub struct Unversioned(pub Reply);

impl Documented for Unversioned {
    const HEADERS: &'static [(&'static str, &'static str)] = &[Reply::HEADERS[1]];
}

impl Responder for Unversioned {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.0.respond_to(request);
        response.headers_mut().remove(ETAG);
        response
    }
}
