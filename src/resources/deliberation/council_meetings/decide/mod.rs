//! What is decided about a meeting, without a database.

pub mod agenda;
pub mod calling;
pub mod minutes;
pub mod text;
pub mod voting;
