//! Sihe: a JSON API for the "Party building + property" model of community governance.
//!
//! Which folder answers which question:
//!
//! * [`resources`]: WHAT the API offers, one folder for each noun in its URLs
//! * [`changes`]: HOW a change is made and told (idempotency, audit, feed)
//! * [`access`]: WHO may do what, and where (tokens, permissions, scope)
//! * [`calendar`]: WHEN it is
//! * [`db`]: HOW data is reached
//! * [`http`]: HOW answers look (problems, validation, contract)
//!
//! Imports point one way only: `main`, `command`, `serve`, `app`, `resources`, `changes`, `access`,
//! `calendar`, `db`, `http`. A test holds this order.

#![warn(clippy::too_many_lines)]

pub mod access;
pub mod app;
pub mod calendar;
pub mod changes;
pub mod command;
pub mod config;
pub mod db;
pub mod http;
pub mod logging;
pub mod resources;
pub mod seed;
pub mod serve;
