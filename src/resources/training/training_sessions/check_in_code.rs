//! The code that a session shows, another one each minute. It follows from a secret of the service and is kept nowhere.

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::model::CheckInCode;

/// Digits and letters that nobody takes for one another.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// Makes and checks codes.
pub struct CheckInKey(hmac::Key);

impl CheckInKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    /// The code of a session at a time.
    pub fn code(&self, session: Uuid, at: DateTime<Utc>) -> CheckInCode {
        let minute = at.timestamp().div_euclid(60);
        let next_at = DateTime::from_timestamp((minute + 1) * 60, 0).unwrap_or(at);
        CheckInCode { code: self.of_minute(session, minute), next_at }
    }

    fn of_minute(&self, session: Uuid, minute: i64) -> String {
        let signature = hmac::sign(&self.0, format!("{session} {minute}").as_bytes());
        signature.as_ref().iter().take(LENGTH).map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()
    }

    /// True for the code of this minute and of the one before, however it was typed.
    pub fn takes(&self, session: Uuid, at: DateTime<Utc>, typed: &str) -> bool {
        let meant = |sign: char| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let typed: String = typed.chars().filter(|sign| !matches!(sign, ' ' | '-')).map(meant).collect();
        [at, at - TimeDelta::minutes(1)].iter().any(|at| {
            let code = self.code(session, *at).code;
            aws_lc_rs::constant_time::verify_slices_are_equal(code.as_bytes(), typed.as_bytes()).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_for_its_minute_and_the_next_in_its_session() {
        let of = |secret: &[u8]| CheckInKey::new(hmac::Key::new(hmac::HMAC_SHA256, secret));
        let (key, session) = (of(b"secret"), Uuid::now_v7());
        let at = DateTime::from_timestamp(1_767_225_659, 0).unwrap();
        let shown = key.code(session, at);
        assert_eq!(shown.next_at - at, TimeDelta::seconds(1));
        let typed = format!("{}-{}", &shown.code[..4].to_lowercase(), &shown.code[4..]).replace('0', "o").replace('1', "l");
        for (later, taken) in [(0, true), (60, true), (61, false), (-60, false)] {
            assert_eq!(key.takes(session, at + TimeDelta::seconds(later), &typed), taken, "{later}");
        }
        assert!(!key.takes(Uuid::now_v7(), at, &shown.code) && !key.takes(session, at, ""));
        assert!(!of(b"other").takes(session, at, &shown.code));
    }
}
