//! Votes of owners: the roll, the count, and what everybody can count again.

pub mod canonical;
pub mod counting;
pub mod merkle;
pub mod records;
pub mod recount;
pub mod roll;
