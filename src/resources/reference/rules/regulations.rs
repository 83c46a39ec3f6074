//! What the regulations of provinces and cities set, which an administration there may set otherwise.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::names::RuleName;
use crate::access::code::JurisdictionCode;

/// The articles that were read on 2026-11-26, with the day from which they hold.
const REGULATIONS: &str = include_str!("regulations.csv");

/// A value that a regulation sets for a province or a city.
#[derive(Debug)]
pub struct Regulation {
    pub jurisdiction: JurisdictionCode,
    pub name: RuleName,
    pub value: i64,
    pub valid_from: NaiveDate,
    pub legal_basis: String,
}

static KNOWN: LazyLock<Vec<Regulation>> = LazyLock::new(|| REGULATIONS.lines().skip(1).filter_map(parsed).collect());

fn parsed(line: &str) -> Option<Regulation> {
    let mut cells = line.splitn(5, ',');
    Some(Regulation {
        jurisdiction: cells.next()?.parse().ok()?,
        name: cells.next().and_then(|name| RuleName::ALL.iter().copied().find(|known| known.as_str() == name))?,
        value: cells.next()?.parse().ok()?,
        valid_from: cells.next()?.parse().ok()?,
        legal_basis: cells.next()?.to_owned(),
    })
}

/// What the regulations say of a rule at a place on a day.
pub fn on(name: RuleName, place: JurisdictionCode, day: NaiveDate) -> impl Iterator<Item = &'static Regulation> {
    let holds = move |one: &&Regulation| one.name == name && one.jurisdiction.contains(&place) && one.valid_from <= day;
    KNOWN.iter().filter(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        assert_eq!(KNOWN.len(), REGULATIONS.lines().count() - 1);
        let filing = |place: &str, day: &str| {
            let found = on(RuleName::CommitteeDistrictFiling, place.parse().unwrap(), day.parse().unwrap());
            found.map(|one| (one.jurisdiction.to_string(), one.value)).collect::<Vec<_>>()
        };
        assert_eq!(filing("370202001001", "2026-01-01"), [("37".into(), 1), ("3702".into(), 0)]);
        assert_eq!(filing("370102", "2026-01-01"), [("37".into(), 1)]);
        assert_eq!(filing("3702", "2021-05-01"), [("3702".into(), 0)]);
        assert_eq!(filing("4419", "2026-01-01"), []);
    }
}
