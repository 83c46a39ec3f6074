//! The roll as owners read it: with masked names, and without what tells that two units have the same owner elsewhere.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::RollLine;
use super::building::{RollChangeKind, RollOwner};
use crate::db::json_value::JsonList;
use crate::db::schema::{vote_roll, vote_roll_changes};
use crate::http::openapi::page;
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::merkle::{hex, leaf};
use crate::resources::places::estate_units::model::AreaBasis;

/// A unit on a roll as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = vote_roll)]
pub struct RollUnitRow {
    pub seq: i32,
    unit_id: Uuid,
    line: String,
    owners: JsonList<RollOwner>,
}

/// A unit on the roll of a vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct RollUnit {
    /// Counted from 1 with no gap, by building, entrance and number.
    pub seq: i64,
    pub unit_id: Uuid,
    #[schema(max_length = 20)]
    pub building: String,
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(max_length = 20)]
    pub number: String,
    /// In 0.01 square meters.
    pub area: i64,
    pub area_basis: AreaBasis,
    pub sold: bool,
    /// False for what is the developer's still.
    pub delivered: bool,
    /// The head to whom it belongs: all units of a head make one vote.
    pub head: i64,
    #[schema(max_items = 50)]
    pub owners: Vec<RollOwner>,
    /// The hash of its line, which is bound by the root of the roll.
    #[schema(max_length = 64)]
    pub hash: String,
}

page!(RollPage of RollUnit, "A page of the roll of a vote.");

impl RollUnitRow {
    /// As a caller sees it.
    pub fn shown(self) -> Result<RollUnit, Problem> {
        let line: RollLine = serde_json::from_str(&self.line).map_err(Problem::internal)?;
        Ok(RollUnit {
            hash: hex(&leaf(&self.line)),
            seq: line.seq,
            unit_id: self.unit_id,
            building: line.building,
            entrance: line.entrance,
            number: line.number,
            area: line.area,
            area_basis: line.basis,
            sold: line.sold,
            delivered: line.delivered,
            head: line.head,
            owners: self.owners.0,
        })
    }
}

/// Which units of a roll to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RollFilter {
    /// Only those of this head.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub head: Option<i32>,
    /// Only those of this building.
    #[param(min_length = 1, max_length = 20)]
    pub building: Option<String>,
    /// Only the unit of this number, in any building.
    #[param(min_length = 1, max_length = 20)]
    pub number: Option<String>,
}

/// What became of a unit on the roll after it was published first.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = vote_roll_changes)]
pub struct RollChange {
    /// Counted from 1.
    pub no: i32,
    pub at: DateTime<Utc>,
    #[schema(max_length = 1000)]
    pub reason: String,
    #[schema(max_length = 20)]
    pub building: String,
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(max_length = 20)]
    pub number: String,
    pub kind: RollChangeKind,
}

page!(RollChangePage of RollChange, "A page of what became of the roll.");
