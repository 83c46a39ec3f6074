//! The grids of communities: units, what belongs to them, and who is responsible.

pub mod grid_enrollments;
pub mod grid_records;
pub mod grid_units;
pub mod responsibilities;
