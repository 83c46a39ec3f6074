//! JSON bodies: read, checked against the contract, and only then turned into a type.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::ToSchema;

use super::codes;
use super::idempotency::Retry;
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
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = read(request, payload, compiled::<T>(schema_of::<T>));
        Box::pin(async move {
            let (value, retry) = body.await?;
            let value = serde_json::from_value(value).map_err(|e| Problem::new(&codes::VALIDATION_FAILED).cause(e))?;
            Ok(Self { value, retry })
        })
    }
}

/// The body, which obeys its schema, and what is known of earlier tries.
fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    compiled: &'static Compiled,
) -> LocalBoxFuture<'static, Result<(Value, Retry), Problem>> {
    let content_type = request.headers().get(CONTENT_TYPE).map(|v| v.to_str().unwrap_or_default().to_owned());
    let target = format!("{} {}", request.method(), request.path());
    let retry = Retry::of(request);
    let bytes = web::Bytes::from_request(request, payload);
    Box::pin(async move {
        let retry = retry?;
        let bytes = bytes.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
            413 => Problem::new(&codes::TOO_LARGE),
            _ => Problem::new(&codes::MALFORMED_JSON).cause(error),
        })?;
        if !(is_json(content_type.as_deref()) || bytes.is_empty() && content_type.is_none()) {
            return Err(Problem::new(&codes::UNSUPPORTED_MEDIA_TYPE));
        }
        let text = if bytes.is_empty() { b"{}" } else { &bytes[..] };
        let Unique(value) = serde_json::from_slice(text).map_err(|e| Problem::new(&codes::MALFORMED_JSON).cause(e))?;
        let errors = compiled.errors_in(&value);
        if errors.is_empty() { Ok((value, retry.with_request(&target, &bytes))) } else { Err(Problem::invalid(errors)) }
    })
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
