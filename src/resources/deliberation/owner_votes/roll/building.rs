//! How the roll of a vote is made of the units of an estate, and how it differs from an earlier one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DEVELOPER, HeadsBasis, RollLine, RollSummary, heads};
use crate::access::privacy::masked_name;
use crate::db::text_enum::text_enum;
use crate::resources::deliberation::owner_votes::canonical::canonical_of;
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::places::estate_units::model::EstateUnitFields;

/// An owner on the published roll.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RollOwner {
    /// Masked.
    #[schema(max_length = 100)]
    pub name: String,
    /// As a fraction.
    #[schema(max_length = 11)]
    pub share: String,
}

/// A unit on the roll, with its line as it is published.
#[derive(Clone, Debug)]
pub struct RollRow {
    pub unit_id: Uuid,
    pub line: RollLine,
    pub text: String,
    pub owners: Vec<RollOwner>,
}

/// A roll that is not frozen yet.
#[derive(Clone, Debug)]
pub struct Roll {
    pub rows: Vec<RollRow>,
    pub summary: RollSummary,
}

impl Roll {
    /// That of the units as they are registered, by building, entrance and number.
    pub fn of(vote: Uuid, basis: HeadsBasis, mut units: Vec<EstateUnitFields>, keys: &VoteKeys) -> Result<Self, &'static str> {
        units.sort_unstable_by(|one, other| one.label().cmp(&other.label()));
        let holder = |unit: &EstateUnitFields| match (unit.sold, unit.delivered_on) {
            (true, Some(_)) => keys.holder(vote, unit.id, &unit.owners.0),
            _ => DEVELOPER.to_owned(),
        };
        let holders: Vec<String> = units.iter().map(holder).collect();
        let heads = heads(basis, holders.iter().map(String::as_str));
        let mut rows = Vec::with_capacity(units.len());
        for (((unit, holder), head), seq) in units.into_iter().zip(holders).zip(heads).zip(1..) {
            rows.push(RollRow::of(vote, unit, (holder, head, seq))?);
        }
        let lines: Vec<RollLine> = rows.iter().map(|row| row.line.clone()).collect();
        let summary = RollSummary::of(vote, &lines, rows.iter().map(|row| row.text.as_str()));
        Ok(Self { rows, summary })
    }
}

impl RollRow {
    fn of(vote: Uuid, unit: EstateUnitFields, (holder, head, seq): (String, i64, i64)) -> Result<Self, &'static str> {
        let owners = unit
            .owners
            .0
            .iter()
            .map(|owner| RollOwner { name: masked_name(&owner.name), share: format!("{}/{}", owner.share.0, owner.share.1) });
        let owners = owners.collect();
        let line = RollLine {
            area: unit.area,
            basis: unit.area_basis,
            building: unit.building,
            delivered: unit.sold && unit.delivered_on.is_some(),
            entrance: unit.entrance,
            head,
            holder,
            number: unit.number,
            seq,
            sold: unit.sold,
            t: "unit".to_owned(),
            v: 1,
            vote,
        };
        let text = canonical_of(&line)?;
        Ok(Self { unit_id: unit.id, line, text, owners })
    }
}

text_enum! {
    /// What became of a unit on the roll.
    pub enum RollChangeKind {
        Added = "added",
        Removed = "removed",
        Area = "area",
        /// Other owners, or other shares.
        Owners = "owners",
        /// It was sold, or handed over.
        Delivery = "delivery",
    }
}

/// What became of a unit between two rolls.
#[derive(Clone, Debug, PartialEq)]
pub struct RollDifference {
    pub building: String,
    pub entrance: String,
    pub number: String,
    pub kind: RollChangeKind,
}

/// What differs between the lines of an earlier roll and a later one.
pub fn differences(before: &[RollLine], after: &[RollRow]) -> Vec<RollDifference> {
    let label = |line: &RollLine| (line.building.clone(), line.entrance.clone(), line.number.clone());
    let mut known: BTreeMap<_, &RollLine> = before.iter().map(|line| (label(line), line)).collect();
    let mut found = Vec::new();
    let mut tell = |(building, entrance, number), kind| found.push(RollDifference { building, entrance, number, kind });
    for row in after {
        let (line, label) = (&row.line, label(&row.line));
        let Some(earlier) = known.remove(&label) else {
            tell(label, RollChangeKind::Added);
            continue;
        };
        let kinds = [
            (RollChangeKind::Area, (earlier.area, earlier.basis) != (line.area, line.basis)),
            (RollChangeKind::Delivery, (earlier.sold, earlier.delivered) != (line.sold, line.delivered)),
            (RollChangeKind::Owners, earlier.holder != line.holder),
        ];
        kinds.into_iter().filter(|(_, differs)| *differs).for_each(|(kind, _)| tell(label.clone(), kind));
    }
    known.into_keys().for_each(|label| tell(label, RollChangeKind::Removed));
    found
}
