//! What the API offers: one folder for each noun in its URLs.

use chrono::{DateTime, Utc};

use crate::changes::jobs::run_due_jobs;
use crate::changes::slice::Slice;
use crate::db::pool::Db;
use crate::http::operation::Operation;

pub mod agreements;
pub mod calendars;
pub mod case_files;
pub mod certificates;
pub mod changes;
pub mod dispute_categories;
pub mod disputes;
pub mod division_changes;
pub mod estates;
pub mod grid_enrollments;
pub mod grid_units;
pub mod indicators;
pub mod jurisdictions;
pub mod learners;
pub mod mediation_sessions;
pub mod mediations;
pub mod mediators;
pub mod organizations;
pub mod owners_committees;
pub mod policies;
pub mod property_contracts;
pub mod responsibilities;
pub mod rules;
pub mod service;
pub mod training_enrollments;
pub mod training_sessions;
pub mod trainings;
pub mod work;

/// Every slice. When a jurisdiction is revoked they are asked in this order: what is enrolled in a grid unit leaves it
/// before it moves.
pub const SLICES: &[&Slice] = &[
    &jurisdictions::SLICE,
    &division_changes::SLICE,
    &rules::SLICE,
    &calendars::SLICE,
    &policies::SLICE,
    &responsibilities::SLICE,
    &grid_units::SLICE,
    &grid_enrollments::SLICE,
    &estates::SLICE,
    &property_contracts::SLICE,
    &owners_committees::SLICE,
    &organizations::SLICE,
    &dispute_categories::SLICE,
    &disputes::SLICE,
    &mediators::SLICE,
    &mediations::SLICE,
    &mediation_sessions::SLICE,
    &agreements::SLICE,
    &case_files::SLICE,
    &trainings::SLICE,
    &training_sessions::SLICE,
    &training_enrollments::SLICE,
    &learners::SLICE,
    &certificates::SLICE,
    &work::SLICE,
    &indicators::SLICE,
    &changes::SLICE,
    &service::SLICE,
];

/// Every operation of the API.
pub fn operations() -> Vec<Operation> {
    SLICES.iter().flat_map(|slice| (slice.operations)().into_iter().map(|operation| operation.on(slice.noun))).collect()
}

/// Does everything whose time has come; says how many steps that were.
pub async fn keep_time(db: &Db, now: DateTime<Utc>) -> usize {
    run_due_jobs(db, SLICES.iter().flat_map(|slice| slice.jobs), now).await
}
