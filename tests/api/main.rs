//! The tests speak HTTP to the real service on a real PostgreSQL, each test in a database of its own.

#![allow(clippy::disallowed_methods, reason = "tests set the time, and read what they are told of their surroundings")]

mod access;
mod architecture;
mod bad_input;
mod contract;
mod deliberation;
mod desk;
mod directory;
mod disputes;
mod docs;
mod drafts;
mod exchange;
mod figures;
mod grid;
mod imports;
mod limits;
mod lookalikes;
mod mediation;
mod migrations;
mod operations;
mod outages;
mod parties;
mod places;
mod reference;
mod second_persons;
mod stories;
mod story;
mod subjects;
mod support;
mod tokens;
mod training;
mod voiding;
mod writes;
