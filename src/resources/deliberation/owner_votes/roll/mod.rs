//! The roll of a vote: who has how many heads and how much area. Frozen, it is one hash.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::canonical::canonical_of;
use super::merkle::{Hash, hex, leaf, root};
use crate::db::text_enum::text_enum;
use crate::resources::places::estate_units::model::AreaBasis;

pub mod building;
pub mod listing;

text_enum! {
    /// What counts as a head.
    pub enum HeadsBasis {
        /// All units of one owner are one (SPC on building ownership, article 9; Qingdao's regulation, article 17).
        ByOwner = "by_owner",
        /// Each unit is one, as the owners' assembly has agreed.
        ByUnit = "by_unit",
    }
}

/// Who holds what the developer has not sold, or not delivered.
pub const DEVELOPER: &str = "developer";

/// No unit is larger, in 0.01 square meters: all of a roll together stay whole numbers everywhere.
pub const LARGEST_UNIT: i64 = 10_000_000_000;

/// A unit on the roll, as a line of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollLine {
    /// In 0.01 square meters.
    pub area: i64,
    pub basis: AreaBasis,
    pub building: String,
    pub delivered: bool,
    pub entrance: String,
    /// Counted from 1, as they appear.
    pub head: i64,
    /// Who holds it: a secret number for its owners, all together.
    pub holder: String,
    pub number: String,
    /// Counted from 1 with no gap, by building, entrance and number.
    pub seq: i64,
    pub sold: bool,
    pub t: String,
    pub v: u8,
    pub vote: Uuid,
}

/// What the roll sums up to; its hash is on every posting and letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollSummary {
    /// In 0.01 square meters.
    pub area: i64,
    pub heads: i64,
    /// The hash over all lines.
    #[schema(max_length = 64)]
    pub root: String,
    /// What kind of line it is: `roll`.
    #[schema(max_length = 10)]
    pub t: String,
    pub units: i64,
    /// The version of its form.
    pub v: u8,
    pub vote: Uuid,
}

impl RollSummary {
    /// That of lines, with each as it is published.
    pub fn of<'a>(vote: Uuid, lines: &[RollLine], texts: impl Iterator<Item = &'a str>) -> Self {
        let leaves: Vec<Hash> = texts.map(leaf).collect();
        let heads = lines.iter().map(|line| line.head).collect::<std::collections::BTreeSet<_>>().len();
        Self {
            area: lines.iter().fold(0, |sum, line| line.area.saturating_add(sum)),
            heads: i64::try_from(heads).unwrap_or(i64::MAX),
            root: hex(&root(&leaves)),
            t: "roll".to_owned(),
            units: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            v: 1,
            vote,
        }
    }

    /// Reads the stored lines of a roll, and what they sum up to: the hash of each is worked out again.
    pub fn read(vote: Uuid, texts: &[String]) -> Result<(Vec<RollLine>, Self), serde_json::Error> {
        let lines: Vec<RollLine> = texts.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
        let summary = Self::of(vote, &lines, texts.iter().map(String::as_str));
        Ok((lines, summary))
    }

    /// The line whose SHA-256 is posted.
    pub fn line(&self) -> Result<String, &'static str> {
        canonical_of(self)
    }
}

/// The heads of holders, in the order of the roll.
pub fn heads<'a>(basis: HeadsBasis, holders: impl Iterator<Item = &'a str>) -> Vec<i64> {
    let mut known: HashMap<&str, i64> = HashMap::new();
    let mut next = 0;
    let mut of = |holder: &'a str| {
        if basis == HeadsBasis::ByOwner
            && let Some(head) = known.get(holder)
        {
            return *head;
        }
        next += 1;
        known.insert(holder, next);
        next
    };
    holders.map(&mut of).collect()
}

/// The area of each head.
pub fn areas(lines: &[RollLine]) -> BTreeMap<i64, i64> {
    let mut areas = BTreeMap::new();
    for line in lines {
        let area: &mut i64 = areas.entry(line.head).or_default();
        *area = area.saturating_add(line.area);
    }
    areas
}
