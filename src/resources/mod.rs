//! What the API offers: one folder for each noun in its URLs.

use crate::http::operation::Operation;

pub mod calendars;
pub mod changes;
pub mod dispute_categories;
pub mod disputes;
pub mod division_changes;
pub mod estates;
pub mod grid_enrollments;
pub mod grid_units;
pub mod indicators;
pub mod jurisdictions;
pub mod organizations;
pub mod owners_committees;
pub mod property_contracts;
pub mod responsibilities;
pub mod rules;
pub mod service;

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
        indicators::operations(),
        changes::operations(),
        service::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
