//! What the organizations of a place discuss and decide together.

pub mod consultations;
pub mod council_meetings;
pub mod councils;
pub mod duties;
pub mod owner_votes;
pub mod vote_matters;
