//! How data is reached: connections, cursors and text enumerations. No table is named here but in
//! the generated `schema`.

mod connector;
pub mod count;
pub mod cursor;
pub mod document;
pub mod failure;
pub mod json_value;
pub mod listing;
pub mod lock;
pub mod migrations;
pub mod page;
pub mod pattern;
pub mod pool;
mod reading;
pub mod schema;
mod share;
mod tap;
pub mod text_enum;
pub mod tokenize;
