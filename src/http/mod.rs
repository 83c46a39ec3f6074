//! How answers look: problems, validated input, entity tags, idempotency keys and the contract.
//! Nothing here knows the database, the caller's rights or a resource.

pub mod answer;
pub mod bodies;
mod cells;
pub mod codes;
pub mod csv;
pub mod etag;
pub mod ical;
pub mod idempotency;
pub mod json;
pub mod limits;
pub mod metrics;
pub mod normal_form;
pub mod observe;
pub mod openapi;
pub mod operation;
pub mod page;
pub mod path;
pub mod problem;
pub mod problem_body;
pub mod query;
pub mod repeats;
pub mod schema;
pub mod seal;
pub mod unique;
