//! The `Idempotency-Key` header.

use actix_web::HttpRequest;
use aws_lc_rs::digest;

use super::codes;
use super::problem::{FieldError, Problem};

const HEADER: &str = "idempotency-key";

/// What makes a write safe to retry: the client's key and a fingerprint of the request.
#[derive(Clone, Debug)]
pub struct Retry {
    pub key: Option<String>,
    /// SHA-256 of method, path and body: the same key with another request is a mistake.
    pub fingerprint: Vec<u8>,
}

impl Retry {
    /// For a write that is not a request.
    pub fn none() -> Self {
        Self { key: None, fingerprint: Vec::new() }
    }

    /// Reads the header. The fingerprint is empty until the body is known.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let mut values = request.headers().get_all(HEADER);
        let key = match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => parse(&String::from_utf8_lossy(value.as_bytes())).map(Some),
            (Some(_), Some(_)) => Err(FieldError::parameter("Idempotency-Key", &codes::REPEATED)),
        };
        let key = key.map_err(|error| Problem::new(&codes::INVALID_HEADER).errors(vec![error]))?;
        Ok(Self { key, fingerprint: Vec::new() })
    }

    /// Takes the fingerprint of a request with this target, such as `POST /v1/disputes`.
    pub fn with_request(mut self, target: &str, body: &[u8]) -> Self {
        if self.key.is_some() {
            let mut hash = digest::Context::new(&digest::SHA256);
            hash.update(target.as_bytes());
            hash.update(b"\n");
            hash.update(body);
            self.fingerprint = hash.finish().as_ref().to_vec();
        }
        self
    }
}

fn parse(value: &str) -> Result<String, FieldError> {
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    let error = |rule, limit: u32| Err(FieldError::parameter("Idempotency-Key", rule).with("limit", limit));
    match bare.len() {
        0..8 => error(&codes::MIN_LENGTH, 8),
        8..=255 if bare.bytes().all(|b| b.is_ascii_graphic()) => Ok(bare.to_owned()),
        8..=255 => Err(FieldError::parameter("Idempotency-Key", &codes::FORMAT).with("format", "visible ASCII")),
        _ => error(&codes::MAX_LENGTH, 255),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quotes_do_not_matter() {
        assert_eq!(parse("\"12345678\"").unwrap(), parse("12345678").unwrap());
        assert!(parse("1234567").is_err());
        assert!(parse(&"x".repeat(256)).is_err());
        assert!(parse("1234 5678").is_err());
    }
}
