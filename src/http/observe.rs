//! The outermost layer: request id, security headers, one log line and one measurement per request,
//! and the one place where a `Problem` becomes an answer.

use std::time::Instant;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use uuid::Uuid;

use super::codes;
use super::limits::head::Requests;
use super::metrics::Metrics;
use super::problem::{Context, Language, Problem};
use super::repeats;

const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Swagger UI brings its own scripts, sets inline styles and shows images from data URLs.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// The middleware.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let _running = request.request().conn_data::<Requests>().map(Requests::begin);
    let context = Context { language: Language::of(request.headers()), request_id: request_id(request.headers()) };
    request.extensions_mut().insert(context);
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let (method, path) = (request.method().clone(), request.path().to_owned());

    let outcome = next.call(request).await;
    let (operation, status, size, cause) = match &outcome {
        Ok(response) => {
            let size = size_of(response);
            let cause = response.response().error().and_then(cause_of);
            (metrics.as_ref().map_or("none", |m| m.operation(response)), response.status().as_u16(), size, cause)
        }
        Err(error) => ("none", error.as_response_error().status_code().as_u16(), 0, cause_of(error)),
    };
    if let Some(metrics) = &metrics {
        metrics.record(operation, status, started);
    }
    log::info!(target: "access",
        request_id:% = context.request_id, method:% = method, path = path.as_str(), operation = operation,
        status = status, size = size, micros = started.elapsed().as_micros() as u64; "request");
    if let Some(cause) = cause {
        tell(context.request_id, operation, status, &cause);
    }
    let response = outcome.map_err(|error| in_context(error, context))?;
    let mut response = match response.response().error().map(|error| answer(error, context)) {
        Some(rendered) => replaced(response, rendered),
        None if is_bare(response.response()) => replaced(response, Problem::new(&codes::NOT_FOUND).render(context)),
        None => response.map_into_boxed_body(),
    };
    finish(response.headers_mut(), &context, &path);
    Ok(response)
}

/// Tells what went wrong. What is nobody's mistake but the service's may go wrong in every request.
fn tell(request_id: Uuid, operation: &str, status: u16, cause: &str) {
    if status < 500 {
        log::debug!(target: "problem", request_id:% = request_id, operation = operation, status = status, cause = cause; "problem");
    } else if let Some(left_out) = repeats::due(cause) {
        log::error!(target: "problem",
            request_id:% = request_id, operation = operation, status = status, cause = cause, left_out = left_out; "problem");
    }
}

/// The size of a body in bytes, where it is known beforehand.
fn size_of<B: MessageBody>(response: &ServiceResponse<B>) -> u64 {
    match response.response().body().size() {
        BodySize::Sized(size) => size,
        _ => 0,
    }
}

/// A sent id is kept when it is a UUID, so that it can stand in a problem's `instance`.
fn request_id(headers: &HeaderMap) -> Uuid {
    let sent = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    sent.unwrap_or_else(Uuid::now_v7)
}

fn answer(error: &Error, context: Context) -> HttpResponse {
    match error.as_error::<Problem>() {
        Some(problem) => problem.render(context),
        None => translated(error).render(context),
    }
}

fn in_context(error: Error, context: Context) -> Error {
    let problem = match error.as_error::<Problem>() {
        Some(problem) => Problem::new(problem.kind).retry_after(1),
        None => translated(&error),
    };
    problem.in_context(context).into()
}

/// The answer in place of another, with what browsers were told of it and what is left of the caller's rate.
fn replaced<B>(response: ServiceResponse<B>, mut rendered: HttpResponse) -> ServiceResponse {
    for (name, value) in response.headers() {
        if *name == header::VARY || ["access-control-", "ratelimit"].iter().any(|kept| name.as_str().starts_with(kept)) {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.into_response(rendered)
}

/// A 404 of a part that knows no problems: the files of the docs.
fn is_bare<B>(response: &HttpResponse<B>) -> bool {
    response.status() == StatusCode::NOT_FOUND && !response.headers().contains_key(header::CONTENT_TYPE)
}

/// An error of the framework in our form.
fn translated(error: &Error) -> Problem {
    Problem::new(match error.as_response_error().status_code().as_u16() {
        400 => &codes::INVALID_PARAMETER,
        404 => &codes::NOT_FOUND,
        413 => &codes::TOO_LARGE,
        415 => &codes::UNSUPPORTED_MEDIA_TYPE,
        _ => &codes::INTERNAL,
    })
}

fn cause_of(error: &Error) -> Option<String> {
    match error.as_error::<Problem>() {
        Some(problem) => problem.private_cause().map(str::to_owned),
        None => Some(error.to_string()),
    }
}

/// The headers that every answer has.
pub fn finish(headers: &mut HeaderMap, context: &Context, path: &str) {
    if let Ok(id) = HeaderValue::from_str(&context.request_id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if path.starts_with("/v1/") && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let policy = if path.starts_with("/docs/") { DOCS_POLICY } else { API_POLICY };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
}
