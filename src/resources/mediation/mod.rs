//! The mediation of disputes, from the register of mediators to the fulfilled agreement.

pub mod agreements;
pub mod case_files;
pub mod mediation_sessions;
pub mod mediations;
pub mod mediators;
