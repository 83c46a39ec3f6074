//! The id in a path.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::codes;
use super::problem::Problem;

/// The first variable of the path. What is no id names no record: 404.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T: FromStr> Id<T> {
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let text = request.match_info().iter().next().map(|(_, value)| value).unwrap_or_default();
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let id = if plain { text.parse().ok() } else { None };
        id.map(Self).ok_or_else(|| Problem::new(&codes::NOT_FOUND))
    }
}

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
