//! What administrations set and publish: working days, categories, rules and the policy library.

pub mod calendars;
pub mod dispute_categories;
pub mod policies;
pub mod rules;
pub mod token_revocations;
