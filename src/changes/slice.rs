//! What a slice says of itself, once: router, document, scheduler, feed and division changes are made from it.

use chrono::NaiveDate;
use futures_util::future::LocalBoxFuture;

use super::jobs::Job;
use super::kinds::RecordType;
use super::write::{Record, Tx};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::policy::Resource;
use crate::http::codes;
use crate::http::operation::Operation;
use crate::http::problem::{FieldError, Problem};

/// One noun of the API.
pub struct Slice {
    /// What the policy calls it; none for what surrounds the API.
    pub resource: Option<Resource>,
    /// What the feed tells of it.
    pub record: Option<RecordType>,
    /// What people call one of its records.
    pub noun: &'static str,
    /// The tables that only its own store names.
    pub tables: &'static [&'static str],
    pub operations: fn() -> Vec<Operation>,
    /// What the service does with it by itself.
    pub jobs: &'static [Job],
    /// What becomes of its records when their jurisdiction is revoked.
    pub relocation: Relocation,
}

/// What becomes of records whose jurisdiction is revoked.
pub enum Relocation {
    /// They stay where they are, for the reason given.
    Stays(&'static str),
    /// What is open goes to the successor, or ends.
    Moves(Relocate),
}

/// Moves or ends what is open; tells what changed.
pub type Relocate = for<'a> fn(&'a Tx, &'a Authority, &'a Move<'a>) -> LocalBoxFuture<'a, Result<Vec<Record>, Problem>>;

/// The way from a revoked jurisdiction to its successor.
#[derive(Clone, Copy)]
pub struct Move<'a> {
    pub from: JurisdictionCode,
    pub to: JurisdictionCode,
    /// The first day on which the jurisdiction is no more.
    pub day: NaiveDate,
    pub reason: &'a str,
}

/// Where records move to another jurisdiction, only their names can be taken there.
pub fn name_taken(problem: Problem) -> Problem {
    match problem.kind.code {
        code if code == codes::DUPLICATE.code => Problem::invalid(vec![FieldError::at("/codes", &codes::NAME_TAKEN)]),
        _ => problem,
    }
}

/// All slices, for what is made from them.
#[derive(Clone, Copy)]
pub struct Slices(pub &'static [&'static Slice]);
