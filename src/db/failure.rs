//! What clients hear when the database refuses something.

use diesel::result::{DatabaseErrorKind, Error};

use super::tap::{Trouble, trouble};
use crate::http::codes::{self, Rule};
use crate::http::problem::{FieldError, Problem};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand};
        let known = match &error {
            Error::NotFound => return Self::new(&codes::NOT_FOUND),
            Error::DatabaseError(ClosedConnection | UnableToSendCommand, _) => Some(Trouble::Unavailable),
            Error::DatabaseError(SerializationFailure, _) => Some(Trouble::Contended),
            // The driver's own words, for an answer that never came.
            Error::DatabaseError(_, info) if info.message() == "connection closed" => Some(Trouble::Unavailable),
            Error::DatabaseError(_, info) => trouble(info.message()),
            _ => None,
        };
        match known {
            Some(Trouble::Contended) => Self::new(&codes::OVERLOADED).retry_after(1).cause(&error),
            Some(Trouble::TimedOut) => Self::new(&codes::TIMEOUT).retry_after(1).cause(&error),
            Some(Trouble::Unavailable) => Self::new(&codes::UNAVAILABLE).retry_after(1).cause(&error),
            None => Self::internal(&error),
        }
    }
}

/// True when the database refused a row because of the constraint with this name.
pub fn broke_constraint(error: &Error, name: &str) -> bool {
    matches!(error, Error::DatabaseError(_, info) if info.constraint_name() == Some(name))
}

/// A constraint that clients can hit, the member that it speaks of, and the rule.
pub type ConstraintRule = (&'static str, &'static str, &'static Rule);

/// What the client must hear of a refused write: 409 when the record exists already or its time is taken, otherwise
/// 422; with the member and the rule where the constraint is a known one.
pub fn map_constraint(error: Error, rules: &[ConstraintRule]) -> Problem {
    let Error::DatabaseError(kind, info) = &error else { return error.into() };
    let name = info.constraint_name().unwrap_or_default();
    let named = rules.iter().find(|(known, _, _)| *known == name);
    let errors: Vec<_> = named.map(|(_, place, rule)| FieldError::at(*place, rule)).into_iter().collect();
    match kind {
        DatabaseErrorKind::UniqueViolation => Problem::new(&codes::DUPLICATE).errors(errors),
        DatabaseErrorKind::ExclusionViolation => Problem::new(&codes::OVERLAP).errors(errors),
        _ if !errors.is_empty() => Problem::invalid(errors),
        // What it belongs to lies in a jurisdiction that was revoked, and has not moved yet.
        _ if name.ends_with("_jurisdiction_exists") => Problem::invalid(vec![FieldError::at("", &codes::BEING_MOVED)]),
        _ => error.into(),
    }
}
