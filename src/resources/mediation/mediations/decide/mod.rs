//! What each command makes of a mediation, as pure functions.

pub mod appointing;
pub mod consenting;
pub mod helping;
pub mod offering;
pub mod timed;
