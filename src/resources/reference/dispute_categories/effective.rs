//! How the categories at a place follow from what is built in and what administrations have set.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::model::{DisputeCategory, EffectiveCategory, Risk};
use super::sources::{BUILT_IN, Said};
use crate::access::code::Level;

/// The code above another one.
pub fn parent(code: &str) -> Option<&str> {
    code.rsplit_once('.').map(|(above, _)| above)
}

/// A code and those above it, from below upward.
pub fn path(code: &str) -> Vec<&str> {
    std::iter::successors(Some(code), |code| parent(code)).collect()
}

/// Every category as it stands on a day, from the rows of a place and all above it.
pub fn in_force(rows: &[DisputeCategory], day: NaiveDate) -> Vec<EffectiveCategory> {
    let mut said: BTreeMap<&str, Said> = BTreeMap::new();
    let holds = |row: &&DisputeCategory| row.valid_from <= day && row.voided_on.is_none_or(|voided_on| voided_on > day);
    let mut holding: Vec<_> = rows.iter().filter(holds).collect();
    // What the nearest jurisdiction has set last comes first.
    holding.sort_by_key(|row| std::cmp::Reverse((row.jurisdiction.level(), row.valid_from)));
    for row in holding {
        let nearer = said.remove(row.code.as_str()).unwrap_or_default();
        said.insert(&row.code, nearer.or(&Said::of(row)));
    }
    for (code, built_in) in BUILT_IN.iter() {
        let nearer = said.remove(code.as_str()).unwrap_or_default();
        said.insert(code, nearer.or(built_in));
    }
    let mut found: BTreeMap<&str, Said> = BTreeMap::new();
    // A code sorts after the one above it.
    for (code, own) in said {
        let title = own.title.clone();
        let matter = own.matter.clone();
        let above = parent(code).and_then(|above| found.get(above));
        let whole = above.map_or(own.clone(), |above| own.or(above));
        // Nobody inherits a name.
        let whole = Said { title, matter: matter.or_else(|| above.and_then(|above| above.matter.clone())), ..whole };
        found.insert(code, whole);
    }
    found.into_iter().map(|(code, said)| shown(code, said)).collect()
}

fn shown(code: &str, said: Said) -> EffectiveCategory {
    EffectiveCategory {
        code: code.to_owned(),
        parent_code: parent(code).map(str::to_owned),
        title: said.title.unwrap_or_else(|| code.to_owned()),
        active: said.active.unwrap_or(true),
        matter: said.matter.unwrap_or_else(|| path(code).pop().unwrap_or(code).to_owned()),
        first_level: said.first_level.unwrap_or(Level::Community),
        risk: said.risk.unwrap_or(Risk::Yellow),
        required_fields: said.required_fields.unwrap_or_default(),
        accept_days: said.accept_days,
        first_contact_days: said.first_contact_days,
        resolve_days: said.resolve_days,
        extension_days: said.extension_days,
        legal_basis: said.legal_basis,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::RequiredField;
    use super::super::sources::DEFAULTS;
    use super::*;

    #[test]
    fn what_is_built_in_is_whole() {
        let all = in_force(&[], NaiveDate::MAX);
        assert_eq!(all.len(), DEFAULTS.lines().count() - 1);
        let find = |code: &str| all.iter().find(|one| one.code == code).unwrap();
        assert_eq!(find("leakage.common").required_fields, [RequiredField::Estate]);
        assert_eq!((find("elevator.outage").risk, find("elevator.outage").first_level), (Risk::Orange, Level::Community));
        assert_eq!((find("elevator.accident").risk, find("elevator.accident").first_level), (Risk::Red, Level::Street));
        assert_eq!(find("elevator.accident").matter, "elevator");
        assert!(all.iter().all(|one| one.active && one.title != one.code));
    }
}
