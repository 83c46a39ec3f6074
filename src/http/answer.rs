//! Answers to reads: one record with its entity tag, or a page with its link.

use actix_web::body::BoxBody;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, ContentType, ETAG, HeaderMap, HeaderName, LINK};
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;

use super::etag::{Preconditions, etag_of};
use super::problem::Problem;

/// For what everybody reads, and can be published anew without what should not have been told.
pub const KEPT_SHORTLY: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=60");

/// False when the client names what it takes and JSON is not among it.
pub fn accepts_json(headers: &HeaderMap) -> bool {
    let mut ranges =
        headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).peekable();
    let takes_json = |range: &str| {
        let (essence, parameters) = range.split_once(';').unwrap_or((range, ""));
        let refused = parameters.replace(' ', "").split(';').any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        !refused && matches!(essence.trim().to_ascii_lowercase().as_str(), "*/*" | "application/*" | "application/json")
    };
    ranges.peek().is_none() || ranges.any(takes_json)
}

/// The headers with which a handler's answer comes, for the contract.
pub trait Documented {
    const HEADERS: &'static [(&'static str, &'static str)];
}

impl<T: Documented, E> Documented for Result<T, E> {
    const HEADERS: &'static [(&'static str, &'static str)] = T::HEADERS;
}

impl Documented for HttpResponse {
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
}

impl<T> Documented for Json<T> {
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
}

impl<T> Documented for Listed<T> {
    const HEADERS: &'static [(&'static str, &'static str)] = &[("Link", "The next page, `rel=\"next\"`, while there is one.")];
}

impl<T> Documented for Found<T> {
    const HEADERS: &'static [(&'static str, &'static str)] = &[ETAG_SENT];
}

/// For answers that carry a version.
pub const ETAG_SENT: (&str, &str) = ("ETag", "The record's version and, when it is read, what was told of it.");

/// A page knows where the next one begins.
pub trait Paged: Serialize {
    type Item;

    fn of(items: Vec<Self::Item>, next_cursor: Option<String>) -> Self;
    fn next_cursor(&self) -> Option<&str>;
}

/// A page of a list, with `Link` to the next.
pub struct Listed<T>(pub T);

impl<T: Paged> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = self.0.next_cursor() {
            let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
            let query: Vec<String> = kept.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
            response.insert_header((LINK, format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&"))));
        }
        response.json(&self.0)
    }
}

/// One record, or 304 when the client holds what is told of it.
pub struct Found<T> {
    pub record: T,
    pub version: i64,
    pub preconditions: Preconditions,
}

impl<T: Serialize> Responder for Found<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let body = match serde_json::to_vec(&self.record) {
            Ok(body) => body,
            Err(error) => return Problem::internal(error).error_response(),
        };
        let tag = etag_of(self.version, &body);
        if self.preconditions.not_modified(&tag) {
            return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
        }
        HttpResponse::Ok().insert_header((ETAG, tag)).content_type(ContentType::json()).body(body)
    }
}
