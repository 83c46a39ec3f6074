//! JSON bodies: read, checked against the contract, and only then turned into a type.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};
use utoipa::ToSchema;

use super::codes;
use super::idempotency::Retry;
use super::limits::body::Body;
use super::normal_form::normalized;
use super::problem::Problem;
use super::schema::{Compiled, compiled, schema_of};
use super::unique::Unique;

/// A body that obeys the schema of `T`. An empty body counts as `{}`.
#[derive(Debug)]
pub struct Valid<T> {
    pub value: T,
    pub retry: Retry,
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Valid<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request, compiled::<T>(schema_of::<T>)).and_then(|(value, retry)| {
            let value = serde_json::from_value(value).map_err(|e| Problem::new(&codes::VALIDATION_FAILED).cause(e))?;
            Ok(Self { value, retry })
        }))
    }
}

/// Some programs begin every text with it (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The body, which obeys its schema, and what is known of earlier tries.
fn read(request: &HttpRequest, compiled: &'static Compiled) -> Result<(Value, Retry), Problem> {
    let content_type = request.headers().get(CONTENT_TYPE).map(|v| v.to_str().unwrap_or_default());
    let retry = Retry::of(request)?;
    let bytes = Body::of(request);
    if !(is_json(content_type) || bytes.is_empty() && content_type.is_none()) {
        return Err(Problem::new(&codes::UNSUPPORTED_MEDIA_TYPE));
    }
    let text = if bytes.is_empty() { b"{}" } else { bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes) };
    let Unique(mut value) = serde_json::from_slice(text).map_err(|e| Problem::new(&codes::MALFORMED_JSON).cause(e))?;
    normalize(&mut value);
    let errors = compiled.errors_in(&value);
    let target = format!("{} {}", request.method(), request.path());
    Problem::fail_if_any(errors)?;
    Ok((value, retry.with_request(request, &target, &bytes)?))
}

/// What others have made and compare byte for byte: who signs in, and the ids of tokens.
pub(super) const OPAQUE: [&str; 2] = ["subject", "jti"];

/// Up to here floating-point numbers hold every whole number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Brings every text and number of a body into one form.
fn normalize(value: &mut Value) {
    match value {
        Value::String(text) => *text = normalized(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(normalize),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| !OPAQUE.contains(&name.as_str())).for_each(|(_, value)| normalize(value));
        }
        // To JSON Schema 1.0 is an integer.
        Value::Number(number) => {
            let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < LARGEST_EXACT);
            *number = whole.map_or_else(|| number.clone(), |float| Number::from(float as i64));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn is_json(content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.eq_ignore_ascii_case("application/merge-patch+json")
}

/// For a member of a merge patch (RFC 7396) that can be cleared: absent is `None`, null is `Some(None)`.
pub fn clearable<'de, T, D>(input: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Deserialize::deserialize(input).map(Some)
}

/// Puts the new value in the place of the old one, where a patch gives one.
pub fn replace<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}
