//! Reads a body before anything else is done with a request: not more of it than allowed, and not more slowly.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpMessage, HttpRequest};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::slots::Present;
use crate::http::codes;
use crate::http::problem::Problem;

/// How much of a body must come each time the grace is over, in bytes: a tenth of what the slowest mobile networks carry in
/// ten seconds.
const PART: usize = 10 << 10;

/// The body of a request, read before it is handled.
#[derive(Clone, Default)]
pub struct Body(pub Bytes);

impl Body {
    /// What the layer around the handler has read.
    pub fn of(request: &HttpRequest) -> Bytes {
        request.extensions().get::<Self>().map(|body| body.0.clone()).unwrap_or_default()
    }
}

/// Reads the body of a request and keeps it with the request. It may take `grace`, and as long again for each further part.
pub async fn receive(
    request: &mut ServiceRequest,
    largest: usize,
    grace: Duration,
    present: &mut Present,
) -> Result<(), Problem> {
    refuse_unread(request.headers(), largest)?;
    let mut payload = request.take_payload();
    let mut body = BytesMut::new();
    let (mut since, mut before) = (Instant::now(), 0);
    loop {
        if body.len() >= before + PART {
            (since, before) = (Instant::now(), body.len());
        }
        let next = timeout_at(since + grace, payload.next()).await;
        match next.map_err(|_| Problem::new(&codes::BODY_TOO_SLOW))? {
            None => break,
            Some(Ok(part)) if body.len() + part.len() <= largest => {
                present.hold(body.len() + part.len())?;
                body.extend_from_slice(&part);
            }
            Some(Ok(_) | Err(PayloadError::Overflow)) => return Err(Problem::new(&codes::TOO_LARGE)),
            Some(Err(error)) => return Err(Problem::new(&codes::INCOMPLETE_BODY).cause(error)),
        }
    }
    request.extensions_mut().insert(Body(body.freeze()));
    Ok(())
}

/// What need not be read to be refused: a compressed body, of which a few bytes may unpack to more than there is memory,
/// and one that is announced to be too large.
fn refuse_unread(headers: &HeaderMap, largest: usize) -> Result<(), Problem> {
    let encodings = headers.get_all(CONTENT_ENCODING);
    let plain = |encoding: &str| encoding.trim().eq_ignore_ascii_case("identity");
    if !encodings.flat_map(|value| value.to_str().unwrap_or("?").split(',')).all(plain) {
        return Err(Problem::new(&codes::COMPRESSED_BODY));
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > largest as u64) {
        return Err(Problem::new(&codes::TOO_LARGE));
    }
    Ok(())
}
