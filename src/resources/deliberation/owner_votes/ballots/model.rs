//! Heads and their ballots, as they are stored and as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::settling::{Cast, Said, SetAsideReason};
use crate::access::typed_code::TypedCode;
use crate::db::schema::{vote_ballots, vote_heads};
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::records::BallotChannel;

/// A head of a vote as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = vote_heads)]
pub struct HeadRow {
    pub vote_id: Uuid,
    pub head: i32,
    pub area: i64,
    pub units: i32,
    pub holder: String,
    pub letters: i16,
    /// Who printed the first half of the last letter, and who the second.
    pub printed_by: Option<String>,
    pub completed_by: Option<String>,
    /// Who printed the first half of another one that nobody has completed.
    pub begun_by: Option<String>,
    /// The number of the letter that was begun last.
    pub begun: i16,
    pub delivered_on: Option<NaiveDate>,
    pub agent: Option<String>,
}

impl HeadRow {
    /// The number of the letter of which somebody prints the first half: their own again, or another one.
    pub fn next_letter(&self, caller: &str) -> i16 {
        if self.has_begun_letter(caller) { self.begun } else { self.letters.max(self.begun) + 1 }
    }

    /// Who has printed the first half of a letter of which nobody has printed the second.
    pub fn letter_begun_by(&self) -> Option<&str> {
        self.begun_by.as_deref().filter(|_| self.begun > self.letters)
    }

    pub fn has_begun_letter(&self, caller: &str) -> bool {
        self.letter_begun_by() == Some(caller)
    }

    /// True for what stands on the last letter that two persons printed for it.
    pub fn has_letter(&self, keys: &VoteKeys, typed: &str) -> bool {
        let code = keys.letter(self.vote_id, self.head, self.letters);
        self.completed_by.is_some() && TypedCode::new(typed).is(&code)
    }
}

/// A ballot as it is stored, without what is sealed in it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = vote_ballots)]
pub struct BallotRow {
    pub id: Uuid,
    pub head: i32,
    pub revision: i32,
    pub channel: BallotChannel,
    pub receipt: String,
    pub cast_at: DateTime<Utc>,
    pub counts: bool,
    pub set_aside: Option<SetAsideReason>,
    pub ended_at: Option<DateTime<Utc>>,
    /// How many letters had been printed for the head when it was put in.
    pub letters: i16,
}

impl BallotRow {
    pub fn said(&self) -> Said {
        Said { channel: self.channel, at: self.cast_at, letters: self.letters }
    }

    /// With what became of it.
    pub fn cast(&self) -> Cast {
        Cast { said: self.said(), set_aside: self.set_aside, ended_at: self.ended_at }
    }

    /// As whoever cast it sees it.
    pub fn shown(self) -> OwnBallot {
        let BallotRow { channel, receipt, cast_at, counts, set_aside, .. } = self;
        OwnBallot { channel, receipt, cast_at, counts, set_aside }
    }
}

/// A ballot as it is put into the box.
#[derive(Debug, Insertable)]
#[diesel(table_name = vote_ballots, treat_none_as_default_value = false)]
pub struct NewBallotRow {
    pub id: Uuid,
    pub vote_id: Uuid,
    pub head: i32,
    pub revision: i32,
    pub channel: BallotChannel,
    pub sealed: Vec<u8>,
    pub receipt: String,
    pub cast_at: DateTime<Utc>,
    pub put_at: DateTime<Utc>,
    pub counts: bool,
    pub set_aside: Option<SetAsideReason>,
    pub ended_at: Option<DateTime<Utc>>,
    pub letters: i16,
    /// Who cast it; of a paper the papers tell.
    pub cast_by: Option<String>,
}

/// A ballot of one's own: that it is in the box, and not what it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnBallot {
    pub channel: BallotChannel,
    /// Its hash: found on the published list, it shows that the ballot is in and unchanged.
    #[schema(max_length = 64)]
    pub receipt: String,
    /// For paper, when it was handed in.
    pub cast_at: DateTime<Utc>,
    pub counts: bool,
    /// Why it does not count.
    #[schema(required)]
    pub set_aside: Option<SetAsideReason>,
}

text_enum! {
    /// As what somebody votes for a head.
    pub enum Capacity {
        /// For its owners.
        Agent = "agent",
        /// By a power that they gave.
        Proxy = "proxy",
    }
}

/// A head for which the caller votes.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnHead {
    pub vote_id: Uuid,
    pub head: i64,
    /// In 0.01 square meters.
    pub area: i64,
    /// How many units are its own.
    pub units: i64,
    /// When its ballot is said to have been delivered: where the covenant has a clause, silence means something from then on.
    #[schema(required)]
    pub delivered_on: Option<NaiveDate>,
    pub capacity: Capacity,
    /// The head whose owner votes for it by a power.
    #[schema(required)]
    pub proxy: Option<i64>,
    /// The last ballots of the head, the newest first; those of its owners are not told to a proxy, nor those from before its letter to whoever has no account.
    #[schema(max_items = 100)]
    pub ballots: Vec<OwnBallot>,
}

/// The heads for which the caller votes.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnHeads {
    #[schema(max_items = 100)]
    pub items: Vec<OwnHead>,
}

/// A ballot that was put into the box.
#[derive(Debug, Serialize, ToSchema)]
pub struct CastBallot {
    pub vote_id: Uuid,
    pub head: i64,
    pub ballot: OwnBallot,
    /// Signed by the service (JWS, with the key of `/.well-known/jwks.json`): if the published list lacks the receipt, this is
    /// the proof.
    #[schema(max_length = 2000)]
    pub signature: String,
}

/// A head for those who prepare the vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteHead {
    pub head: i64,
    /// In 0.01 square meters.
    pub area: i64,
    pub units: i64,
    /// How many letters were printed for it; only the last one holds.
    pub letters: i64,
    /// True while only the first half of the last one was printed.
    pub letter_pending: bool,
    /// When the ballot was delivered to it.
    #[schema(required)]
    pub delivered_on: Option<NaiveDate>,
    /// True when somebody has used its letter.
    pub has_agent: bool,
    /// The head to whose owner it gave a power to vote for it.
    #[schema(required)]
    pub proxy: Option<i64>,
    /// The paper by which it gave that, where it was recorded in an office.
    #[schema(max_length = 100, required)]
    pub power_paper: Option<String>,
    /// True while that waits for another person to record the same.
    pub power_pending: bool,
    /// True when it had taken part at the last full hour.
    pub took_part: bool,
}

page!(VoteHeadPage of VoteHead, "A page of the heads of a vote.");

/// How many have taken part, and nothing of what they said.
#[derive(Debug, Serialize, ToSchema)]
pub struct Participation {
    /// The full hour at which that was so; the end, once the time is over.
    pub as_of: DateTime<Utc>,
    /// Heads that had taken part.
    pub heads: i64,
    /// Their area, in 0.01 square meters.
    pub area: i64,
    pub total_heads: i64,
    pub total_area: i64,
}

/// A unit as it stands on a letter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LetterUnit {
    #[schema(max_length = 20)]
    pub building: String,
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(max_length = 20)]
    pub number: String,
}
