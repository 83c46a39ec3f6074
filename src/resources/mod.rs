//! What the API offers: areas, and in them one folder for each noun in the URLs.

use chrono::{DateTime, Utc};

use self::deliberation::{consultations, council_meetings, councils, duties, owner_votes, vote_matters};
use self::grid::{grid_enrollments, grid_records, grid_units, responsibilities};
use self::mediation::{agreements, case_files, mediation_sessions, mediations, mediators};
use self::parties::{organizations, owners_committees, property_contracts};
use self::places::{division_changes, estate_units, estates, jurisdictions};
use self::reference::{calendars, dispute_categories, policies, rules, token_revocations};
use self::training::{certificates, learner_merges, learners, training_enrollments, training_sessions, trainings};
use crate::changes::jobs::{self, Round};
use crate::changes::slice::{Area, Slices};
use crate::db::pool::Db;

pub mod deliberation;
pub mod desk;
pub mod directory;
pub mod disputes;
pub mod exchange;
pub mod figures;
pub mod grid;
pub mod mediation;
pub mod parties;
pub mod places;
pub mod reference;
pub mod service;
pub mod training;

/// Every slice. When a jurisdiction is revoked they are asked in this order: what is enrolled in a grid unit leaves it
/// before it moves.
pub const SLICES: Slices = Slices(&[
    Area {
        name: "reference",
        slices: &[&calendars::SLICE, &dispute_categories::SLICE, &rules::SLICE, &policies::SLICE, &token_revocations::SLICE],
    },
    Area {
        name: "grid",
        slices: &[&responsibilities::SLICE, &grid_units::SLICE, &grid_enrollments::SLICE, &grid_records::SLICE],
    },
    Area { name: "places", slices: &[&jurisdictions::SLICE, &division_changes::SLICE, &estates::SLICE, &estate_units::SLICE] },
    Area { name: "parties", slices: &[&property_contracts::SLICE, &owners_committees::SLICE, &organizations::SLICE] },
    Area { name: "disputes", slices: &[&disputes::SLICE] },
    Area {
        name: "mediation",
        slices: &[&mediators::SLICE, &mediations::SLICE, &mediation_sessions::SLICE, &agreements::SLICE, &case_files::SLICE],
    },
    Area {
        name: "deliberation",
        slices: &[
            &councils::SLICE,
            &council_meetings::SLICE,
            &duties::SLICE,
            &consultations::SLICE,
            &vote_matters::SLICE,
            &owner_votes::SLICE,
        ],
    },
    Area {
        name: "training",
        slices: &[
            &trainings::SLICE,
            &training_sessions::SLICE,
            &training_enrollments::SLICE,
            &learners::SLICE,
            &learner_merges::SLICE,
            &certificates::SLICE,
        ],
    },
    Area { name: "directory", slices: &[&directory::SLICE] },
    Area { name: "desk", slices: &[&desk::SLICE] },
    Area { name: "figures", slices: &[&figures::SLICE] },
    Area { name: "exchange", slices: &[&exchange::SLICE] },
    Area { name: "service", slices: &[&service::SLICE] },
]);

/// Does everything whose time has come; it is told how far that is.
pub async fn run_due_jobs(db: &Db, now: DateTime<Utc>, tell: impl Fn(Round)) {
    jobs::run_due_jobs(db, SLICES, now, tell).await;
}
