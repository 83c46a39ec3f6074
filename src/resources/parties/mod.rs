//! Organizations, owners' committees, and the contracts by which enterprises serve estates.

pub mod organizations;
pub mod owners_committees;
pub mod property_contracts;
