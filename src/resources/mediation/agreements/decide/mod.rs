//! What each command makes of an agreement, as pure functions.

pub mod confirmation;
pub mod enforcement;
pub mod performing;
pub mod signing;
pub mod timed;
