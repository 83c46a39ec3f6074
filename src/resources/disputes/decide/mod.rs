//! What each command makes of a dispute, as pure functions of the dispute, what was said, the facts and the caller.

pub mod council;
pub mod editing;
pub mod guests;
pub mod handling;
pub mod linked;
pub mod mediation;
pub mod parties;
pub mod timed;
pub mod transfers;

#[cfg(test)]
mod tests;
