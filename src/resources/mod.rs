//! What the API offers: one folder for each noun in its URLs.

use chrono::{DateTime, Utc};

use crate::changes::timed::once;
use crate::db::pool::Db;
use crate::http::operation::Operation;
use crate::http::problem::Problem;

pub mod agreements;
pub mod calendars;
pub mod case_files;
pub mod changes;
pub mod dispute_categories;
pub mod disputes;
pub mod division_changes;
pub mod estates;
pub mod grid_enrollments;
pub mod grid_units;
pub mod indicators;
pub mod jurisdictions;
pub mod mediation_sessions;
pub mod mediations;
pub mod mediators;
pub mod organizations;
pub mod owners_committees;
pub mod property_contracts;
pub mod responsibilities;
pub mod rules;
pub mod service;
pub mod work;

/// Every operation of the API.
pub fn operations() -> Vec<Operation> {
    [
        jurisdictions::operations(),
        division_changes::operations(),
        rules::operations(),
        organizations::operations(),
        estates::operations(),
        property_contracts::operations(),
        owners_committees::operations(),
        grid_units::operations(),
        grid_enrollments::operations(),
        responsibilities::operations(),
        calendars::operations(),
        dispute_categories::operations(),
        disputes::operations(),
        mediators::operations(),
        mediations::operations(),
        mediation_sessions::operations(),
        agreements::operations(),
        case_files::operations(),
        work::operations(),
        indicators::operations(),
        changes::operations(),
        service::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Does everything whose time has come; says how many steps that were.
pub async fn keep_time(db: &Db, now: DateTime<Utc>) -> Result<usize, Problem> {
    while once(db, now, disputes::scheduler::apply_news).await? {}
    while once(db, now, disputes::scheduler::complete_words).await? {}
    while once(db, now, disputes::scheduler::start_clocks).await? {}
    while once(db, now, mediations::scheduler::end_pointless).await? {}
    while once(db, now, mediation_sessions::scheduler::step).await? {}
    let mut steps = 0;
    while once(db, now, disputes::scheduler::step).await? {
        steps += 1;
    }
    while once(db, now, mediations::scheduler::step).await? {
        steps += 1;
    }
    while once(db, now, agreements::scheduler::step).await? {
        steps += 1;
    }
    Ok(steps)
}
