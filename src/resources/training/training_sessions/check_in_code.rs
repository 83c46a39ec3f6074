//! The code that a session shows, another one each minute. It follows from a secret of the service and is kept nowhere.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::CheckInCode;
use crate::access::typed_code::{CodeKey, TypedCode};
use crate::http::codes;
use crate::http::problem::FieldError;

/// How many tell who was shown the code.
const MARK: usize = 3;
/// How many follow from the session and the minute.
const PROOF: usize = 5;

/// Makes and checks codes.
pub struct CheckInKey(CodeKey);

impl CheckInKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(CodeKey::new(key))
    }

    /// The code of a session at a time, as it is shown to a person.
    pub fn code(&self, session: Uuid, at: DateTime<Utc>, person: &str) -> CheckInCode {
        let minute = at.timestamp().div_euclid(60);
        let next_at = DateTime::from_timestamp((minute + 1) * 60, 0).unwrap_or(at);
        CheckInCode { code: self.marked(session, minute, &self.mark(session, person)), next_at }
    }

    fn marked(&self, session: Uuid, minute: i64, mark: &str) -> String {
        format!("{mark}{}", self.0.signs(PROOF, &format!("{session} {minute} {mark}")))
    }

    /// What tells a person from nearly all others, and nobody who it is.
    fn mark(&self, session: Uuid, person: &str) -> String {
        self.0.signs(MARK, &format!("{session} shown to {person}"))
    }

    /// Why a typed code does not let a person in: it is none of this minute or the one before, however it was typed, or
    /// it was shown to that very person.
    pub fn refuses(&self, session: Uuid, at: DateTime<Utc>, typed: &str, person: &str) -> Option<FieldError> {
        let typed = TypedCode::new(typed);
        let mark = typed.start(MARK);
        let minute = at.timestamp().div_euclid(60);
        let holds = [minute, minute - 1].iter().any(|minute| typed.is(&self.marked(session, *minute, &mark)));
        match holds {
            false => Some(FieldError::at("/code", &codes::WRONG_CODE)),
            true if mark == self.mark(session, person) => Some(FieldError::at("", &codes::OWN_ENROLLMENT)),
            true => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_code_holds_for_its_minute_and_the_next_in_its_session() {
        let of = |secret: &[u8]| CheckInKey::new(hmac::Key::new(hmac::HMAC_SHA256, secret));
        let (key, session) = (of(b"secret"), Uuid::now_v7());
        let at = DateTime::from_timestamp(1_767_225_659, 0).unwrap();
        let shown = key.code(session, at, "https://login|teacher");
        let takes =
            |key: &CheckInKey, session, at, typed: &str| key.refuses(session, at, typed, "https://login|learner").is_none();
        assert_eq!(shown.next_at - at, TimeDelta::seconds(1));
        let typed = format!("{}-{}", &shown.code[..4].to_lowercase(), &shown.code[4..]).replace('0', "o").replace('1', "l");
        for (later, taken) in [(0, true), (60, true), (61, false), (-60, false)] {
            assert_eq!(takes(&key, session, at + TimeDelta::seconds(later), &typed), taken, "{later}");
        }
        assert!(
            !takes(&key, Uuid::now_v7(), at, &shown.code) && !takes(&key, session, at, "") && !takes(&key, session, at, "九")
        );
        assert!(!takes(&of(b"other"), session, at, &shown.code));
        let own = key.refuses(session, at, &typed, "https://login|teacher").unwrap();
        assert!(own.is_at(""), "whoever was shown it does not vouch for themselves with it");
    }
}
