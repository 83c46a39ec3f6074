//! Who lives with one another: organizations, owners' committees, and the contracts between them.

pub mod organizations;
pub mod owners_committees;
pub mod property_contracts;
