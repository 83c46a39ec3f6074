//! What the API offers: one folder for each noun in its URLs.

use crate::http::operation::Operation;

pub mod changes;
pub mod disputes;
pub mod jurisdictions;
pub mod service;

/// Every operation of the API.
pub fn operations() -> Vec<Operation> {
    [jurisdictions::operations(), disputes::operations(), changes::operations(), service::operations()]
        .into_iter()
        .flatten()
        .collect()
}
