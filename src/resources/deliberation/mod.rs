//! What the organizations of a place discuss and decide together.

pub mod council_meetings;
pub mod councils;
pub mod duties;
pub mod protected_parts;
pub mod vote_matters;
