//! The tests speak HTTP to the real service on a real PostgreSQL, each test in a schema of its own.

mod access;
mod architecture;
mod bad_input;
mod case_rights;
mod changes;
mod contract;
mod dispute_cases;
mod disputes;
mod divisions;
mod docs;
mod grid_units;
mod imports;
mod indicators;
mod jurisdictions;
mod mediations;
mod operations;
mod organizations;
mod owners_committees;
mod policies;
mod responsibilities;
mod story;
mod support;
mod timekeeping;
mod tokens;
mod writes;
