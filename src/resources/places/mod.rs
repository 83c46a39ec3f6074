//! The administrative tree with its changes, and the estates in it.

pub mod division_changes;
pub mod estate_units;
pub mod estates;
pub mod jurisdictions;
