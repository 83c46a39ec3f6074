//! What the API offers: one folder for each noun in its URLs.

use chrono::{DateTime, Utc};

use crate::access::policy::ResourceTag;
use crate::access::scope::Authorized;
use crate::changes::timed::once;
use crate::changes::write::{Record, Tx};
use crate::db::pool::Db;
use crate::http::operation::Operation;
use crate::http::problem::Problem;

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
        policies::operations(),
        calendars::operations(),
        dispute_categories::operations(),
        disputes::operations(),
        mediators::operations(),
        mediations::operations(),
        mediation_sessions::operations(),
        agreements::operations(),
        case_files::operations(),
        learners::operations(),
        trainings::operations(),
        training_sessions::operations(),
        training_enrollments::operations(),
        certificates::operations(),
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
pub async fn keep_time(db: &Db, now: DateTime<Utc>) -> usize {
    let mut steps = all(db, now, disputes::scheduler::apply_news).await;
    steps += all(db, now, disputes::scheduler::complete_words).await;
    steps += all(db, now, disputes::scheduler::start_clocks).await;
    steps += all(db, now, mediators::scheduler::register).await;
    steps += all(db, now, mediations::scheduler::end_pointless).await;
    steps += all(db, now, mediations::scheduler::follow_mediator).await;
    steps += all(db, now, mediation_sessions::scheduler::step).await;
    steps += all(db, now, agreements::scheduler::give_up).await;
    steps += all(db, now, disputes::scheduler::step).await;
    steps += all(db, now, mediations::scheduler::step).await;
    steps += all(db, now, training_enrollments::scheduler::settle).await;
    steps += all(db, now, training_enrollments::scheduler::fill).await;
    steps += all(db, now, certificates::scheduler::step).await;
    steps + all(db, now, agreements::scheduler::step).await
}

/// Takes a kind of step until there is none left. A failure ends only this kind, until the next time.
async fn all<R: ResourceTag>(
    db: &Db,
    now: DateTime<Utc>,
    step: impl AsyncFn(&Tx, &Authorized<R>) -> Result<Option<Vec<Record>>, Problem>,
) -> usize {
    let mut steps = 0;
    loop {
        match once(db, now, &step).await {
            Ok(true) => steps += 1,
            Ok(false) => return steps,
            Err(problem) => {
                let cause = problem.private_cause().unwrap_or_default();
                log::error!(target: "scheduler", resource = R::VALUE.as_str(), cause; "a step failed");
                return steps;
            }
        }
    }
}
