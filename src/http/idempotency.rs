//! The `Idempotency-Key` header.

use actix_web::HttpRequest;
use actix_web::web::Data;
use aws_lc_rs::hmac;

use super::codes;
use super::problem::{FieldError, Problem};
use super::seal::Seal;

const HEADER: &str = "idempotency-key";

/// The secret in fingerprints of requests; all instances share it.
pub struct FingerprintKey(pub hmac::Key);

/// What makes a write safe to retry: the client's key and a fingerprint of the request.
#[derive(Clone, Debug)]
pub struct Retry {
    pub key: Option<String>,
    /// What method, path and body make together with a secret of the service: the same key with another request is a mistake,
    /// and a small body cannot be guessed from what is kept.
    pub fingerprint: Vec<u8>,
    /// Seals the saved reply, which may hold protected data: to read it takes the client's key and the secret of the service.
    pub seal: Seal,
}

impl Retry {
    /// For a write that is not a request.
    pub fn none() -> Self {
        Self { key: None, fingerprint: Vec::new(), seal: Seal::of(&[]) }
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
        Ok(Self { key, ..Self::none() })
    }

    /// Takes the fingerprint of a request with this target, such as `POST /v1/disputes`.
    pub fn with_request(mut self, request: &HttpRequest, target: &str, body: &[u8]) -> Result<Self, Problem> {
        if let Some(key) = &self.key {
            let secret = request.app_data::<Data<FingerprintKey>>();
            let secret = secret.ok_or_else(|| Problem::internal("the app has no key for fingerprints"))?;
            let mut hash = hmac::Context::with_key(&secret.0);
            hash.update(target.as_bytes());
            hash.update(b"\n");
            hash.update(body);
            self.fingerprint = hash.sign().as_ref().to_vec();
            self.seal = Seal::of(hmac::sign(&secret.0, format!("reply {key}").as_bytes()).as_ref());
        }
        Ok(self)
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
