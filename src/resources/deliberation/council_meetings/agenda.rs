//! What a meeting is about, and what came of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::voting::{SeatVoice, VoteOutcome, VoteTally};
use crate::db::text_enum::text_enum;
use crate::resources::disputes::details::{CouncilAnswer, CouncilOutcome};

text_enum! {
    /// Where an item of an agenda stands.
    pub enum ItemStatus {
        Pending = "pending",
        /// The seats are being asked.
        Voting = "voting",
        Adopted = "adopted",
        NotAdopted = "not_adopted",
        /// The meeting came to its end before it.
        Deferred = "deferred",
    }
}

/// Whether a seat that has an interest of its own votes on an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeatRecusal {
    pub position: i16,
    /// False where it was decided that the seat votes all the same.
    pub recused: bool,
    /// True where the service proposed it, since the seat's organization is a party.
    pub proposed: bool,
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
}

/// The seats were asked what they say to a resolution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ItemVote {
    /// What they were asked to decide.
    #[schema(max_length = 5000)]
    pub resolution: String,
    /// Why the owners need not decide it, where its words sound as if they did.
    #[serde(default)]
    #[schema(max_length = 1000, required)]
    pub not_reserved: Option<String>,
    pub opened_at: DateTime<Utc>,
    /// The seats that were asked: all but those that were recused.
    #[schema(max_items = 30)]
    pub entitled: Vec<i16>,
    #[schema(required)]
    pub closed_at: Option<DateTime<Utc>>,
    /// Everything that was said, in the order in which it was told.
    #[schema(max_items = 300)]
    pub voices: Vec<SeatVoice>,
    /// How it came out, once it is closed. The last one is counted anew where attendance is corrected; one that was void and
    /// held again stays so.
    #[schema(required)]
    pub tally: Option<VoteTally>,
}

impl ItemVote {
    /// True for a seat that was asked and has said nothing.
    pub fn awaits(&self, position: i16) -> bool {
        self.entitled.contains(&position) && self.voices.iter().all(|voice| voice.position != position)
    }
}

/// What a council has given to do and is not done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    pub id: Uuid,
    pub title: String,
}

/// How a seat has agreed to an urgent item from which nobody was there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConsentPaper {
    pub position: i16,
    #[schema(max_length = 200)]
    pub paper: String,
}

/// An item of an agenda.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgendaItem {
    pub id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub text: Option<String>,
    /// The seat that put it there; null for whoever convenes.
    #[schema(required)]
    pub proposed_by: Option<i16>,
    /// The dispute that it is about.
    #[schema(required)]
    pub dispute_id: Option<Uuid>,
    /// The consultation from which it comes.
    #[serde(default)]
    #[schema(required)]
    pub consultation_id: Option<Uuid>,
    /// The duty of an earlier meeting that is not done: such items come first.
    #[serde(default)]
    #[schema(required)]
    pub duty_id: Option<Uuid>,
    /// The item of an earlier meeting that was not decided and comes again.
    #[serde(default)]
    #[schema(required)]
    pub carried_from: Option<Uuid>,
    /// The matter of `/v1/vote-matters` where it is one that the owners decide; then the council discusses it and decides nothing.
    #[schema(max_length = 50, required)]
    pub matter: Option<String>,
    /// Matters of the owners like which its words sound: a hint, which binds nobody.
    #[serde(default)]
    #[schema(max_items = 20, max_length = 50)]
    pub sounds_like: Vec<String>,
    /// True where it was added after the meeting was called: the seats that are there must agree to it.
    pub urgent: bool,
    /// The seats that agree to it.
    #[schema(max_items = 30)]
    pub consents: Vec<i16>,
    /// How seats have said so from which nobody was there.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub consent_papers: Vec<ConsentPaper>,
    #[schema(max_items = 30)]
    pub recusals: Vec<SeatRecusal>,
    pub status: ItemStatus,
    /// Each time that the seats were asked; again where it was void.
    #[schema(max_items = 20)]
    pub votes: Vec<ItemVote>,
}

impl AgendaItem {
    /// An item of which only its title is known.
    pub fn titled(title: String) -> Self {
        Self {
            id: Uuid::now_v7(),
            title,
            text: None,
            proposed_by: None,
            dispute_id: None,
            consultation_id: None,
            duty_id: None,
            matter: None,
            sounds_like: Vec::new(),
            urgent: false,
            consents: Vec::new(),
            consent_papers: Vec::new(),
            carried_from: None,
            recusals: Vec::new(),
            status: ItemStatus::Pending,
            votes: Vec::new(),
        }
    }

    /// Proposes who steps aside, for seats of which nothing is known yet.
    pub fn propose(&mut self, recusals: Vec<SeatRecusal>) {
        let unknown = |one: &SeatRecusal| self.recusals.iter().all(|known| known.position != one.position);
        let new: Vec<_> = recusals.into_iter().filter(unknown).collect();
        self.recusals.extend(new);
    }

    pub fn is_recused(&self, position: i16) -> bool {
        self.recusals.iter().any(|recusal| recusal.position == position && recusal.recused)
    }

    /// What it says to the dispute that it is about.
    pub fn answer(&self, meeting_id: Uuid, at: DateTime<Utc>) -> CouncilAnswer {
        let outcome = match self.status {
            ItemStatus::Adopted => CouncilOutcome::Adopted,
            ItemStatus::NotAdopted => CouncilOutcome::NotAdopted,
            _ if self.matter.is_some() => CouncilOutcome::ReservedToOwners,
            ItemStatus::Pending | ItemStatus::Voting | ItemStatus::Deferred => CouncilOutcome::NotDecided,
        };
        let adopted = self.votes.last().filter(|_| outcome == CouncilOutcome::Adopted);
        CouncilAnswer { meeting_id, item_id: self.id, outcome, resolution: adopted.map(|vote| vote.resolution.clone()), at }
    }

    /// The vote that is open.
    pub fn open_vote(&mut self) -> Option<&mut ItemVote> {
        self.votes.iter_mut().find(|vote| vote.closed_at.is_none())
    }

    /// Follows from how the last vote came out.
    pub fn follow_votes(&mut self) {
        let outcome = self.votes.last().and_then(|vote| vote.tally.as_ref()).map(|tally| tally.outcome);
        self.status = match outcome {
            Some(VoteOutcome::Adopted) => ItemStatus::Adopted,
            Some(VoteOutcome::NotAdopted) => ItemStatus::NotAdopted,
            Some(VoteOutcome::Void) | None => ItemStatus::Pending,
        };
    }
}
