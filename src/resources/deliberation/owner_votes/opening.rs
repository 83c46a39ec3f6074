//! How the box of a vote is opened: once its time is over, in memory, on all processors.

use std::thread::{available_parallelism, scope};

use diesel::prelude::*;
use uuid::Uuid;

use super::counting::Choices;
use super::merkle::{hex, leaf};
use super::records::{Ballot, BallotChannel};
use super::sealing::BoxOpener;
use crate::db::schema::vote_ballots;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// A ballot that counts, sealed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = vote_ballots)]
pub struct SealedRow {
    pub head: i32,
    pub channel: BallotChannel,
    pub receipt: String,
    pub sealed: Vec<u8>,
}

/// A ballot that was opened, with its line as it is published.
#[derive(Clone, Debug)]
pub struct OpenedBallot {
    pub head: i64,
    pub choices: Choices,
    pub line: String,
}

/// Opens ballots, in their order. One that was changed since it was put in is an error that names its head.
pub fn open_all(vote: Uuid, opener: &BoxOpener, rows: &[SealedRow]) -> Result<Vec<OpenedBallot>, Problem> {
    let threads = available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(threads).max(1);
    scope(|scope| {
        let some = |rows| scope.spawn(move || open_some(vote, opener, rows));
        let working: Vec<_> = rows.chunks(share).map(some).collect();
        let mut opened = Vec::with_capacity(rows.len());
        for part in working {
            let part = part.join().map_err(|_| Problem::internal("a thread that opened ballots has ended"))?;
            opened.extend(part?);
        }
        Ok(opened)
    })
}

fn open_some(vote: Uuid, opener: &BoxOpener, rows: &[SealedRow]) -> Result<Vec<OpenedBallot>, Problem> {
    rows.iter().map(|row| open(vote, opener, row)).collect()
}

fn open(vote: Uuid, opener: &BoxOpener, row: &SealedRow) -> Result<OpenedBallot, Problem> {
    let changed = || Problem::invalid(vec![FieldError::at("", &codes::BALLOT_UNREADABLE).with("head", row.head)]);
    let line = opener.open(&row.sealed).map_err(|_| changed())?;
    let ballot: Ballot = serde_json::from_str(&line).map_err(|_| changed())?;
    let same = ballot.vote == vote && ballot.head == i64::from(row.head) && ballot.channel == row.channel;
    if !same || hex(&leaf(&line)) != row.receipt {
        return Err(changed());
    }
    Ok(OpenedBallot { head: ballot.head, choices: ballot.choices, line })
}
