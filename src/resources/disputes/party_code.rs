//! The code by which a party links the case to their own sign-in: an officer hands it over, it holds for some days and
//! once.

use aws_lc_rs::hmac;
use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::access::typed_code::{CodeKey, TypedCode};

/// How many days a code can be used after that on which it was shown: long enough for a letter.
const DAYS: u64 = 7;
/// How many signs tell who was shown the code.
const MARK: usize = 3;
/// How many follow from the party and the day: nobody guesses them at the rate that is allowed.
const PROOF: usize = 9;

/// A party for whom a code is made.
#[derive(Clone, Copy, Debug)]
pub struct PartySeat {
    pub dispute: Uuid,
    pub position: i16,
    /// How often it was linked: a code that was used holds no more.
    pub links: i16,
}

/// What a code that was typed is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    Wrong,
    /// It was shown to whoever types it.
    Own,
    Right,
}

/// Makes and checks codes.
pub struct PartyKey(CodeKey);

impl PartyKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(CodeKey::new(key))
    }

    /// The code of a day, as it is shown to a person, and the last day on which it holds.
    pub fn code(&self, seat: PartySeat, day: NaiveDate, person: &str) -> (String, NaiveDate) {
        let code = self.marked(seat, day, &self.mark(seat, person));
        let parts: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        (parts.join("-"), day.checked_add_days(Days::new(DAYS)).unwrap_or(day))
    }

    fn marked(&self, PartySeat { dispute, position, links }: PartySeat, day: NaiveDate, mark: &str) -> String {
        format!("{mark}{}", self.0.signs(PROOF, &format!("{dispute} {position} {links} {day} {mark}")))
    }

    /// What tells a person from nearly all others, and nobody who it is.
    fn mark(&self, PartySeat { dispute, position, .. }: PartySeat, person: &str) -> String {
        self.0.signs(MARK, &format!("{dispute} {position} shown to {person}"))
    }

    /// What a code is good for on a day that a person typed.
    pub fn check(&self, seat: PartySeat, today: NaiveDate, typed: &str, person: &str) -> CodeCheck {
        let typed = TypedCode::new(typed);
        let mark = typed.start(MARK);
        let days = (0..=DAYS).filter_map(|ago| today.checked_sub_days(Days::new(ago)));
        let mut holds = days.map(|day| typed.is(&self.marked(seat, day, &mark)));
        match holds.any(|holds| holds) {
            false => CodeCheck::Wrong,
            true if mark == self.mark(seat, person) => CodeCheck::Own,
            true => CodeCheck::Right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_for_one_party_some_days_and_once() {
        let key = PartyKey::new(hmac::Key::new(hmac::HMAC_SHA256, b"secret"));
        let seat = PartySeat { dispute: Uuid::now_v7(), position: 1, links: 0 };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (code, last) = key.code(seat, day("2026-03-02"), "https://login|officer");
        assert_eq!((code.len(), last), (14, day("2026-03-09")));
        let check = |seat, today: &str, typed: &str, person| key.check(seat, day(today), typed, person);
        let of = |seat, today: &str, typed: &str| check(seat, today, typed, "https://login|owner");
        for (today, right) in [("2026-03-02", true), ("2026-03-09", true), ("2026-03-10", false), ("2026-03-01", false)] {
            assert_eq!(of(seat, today, &code) == CodeCheck::Right, right, "{today}");
        }
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(of(seat, "2026-03-02", &typed), CodeCheck::Right);
        for other in
            [PartySeat { position: 0, ..seat }, PartySeat { links: 1, ..seat }, PartySeat { dispute: Uuid::now_v7(), ..seat }]
        {
            assert_eq!(of(other, "2026-03-02", &code), CodeCheck::Wrong);
        }
        assert_eq!(of(seat, "2026-03-02", ""), CodeCheck::Wrong);
        assert_eq!(check(seat, "2026-03-02", &code, "https://login|officer"), CodeCheck::Own);
    }
}
