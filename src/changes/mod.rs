//! How a change is made and told: one transaction, one audit entry, one row in the feed.

pub mod archive;
pub mod audit;
mod claim;
pub mod command;
pub mod disclosure;
pub mod execute;
pub mod feed;
pub mod identity;
pub mod import;
pub mod jobs;
pub mod kinds;
pub mod lifecycle;
pub mod notifier;
pub mod packing;
pub mod readiness;
pub mod record;
pub mod relocation;
pub mod reply;
pub mod slice;
pub mod taken_steps;
pub mod upkeep;
pub mod voiding;
pub mod write;
