//! What can be done to a term of an owners' committee.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::try_join;
use serde_json::Value;
use uuid::Uuid;

use super::inputs::{
    AddedMember, Dissolution, Done, Election, Filing, FirstMeeting, ItemHandedOver, NewElectionGroup, NewMember, Posts,
    Prolongation, RemovedMember,
};
use super::model::{HandoverItem, OwnersCommittee, OwnersCommitteeFields};
use super::states::Stage;
use super::store::{self, Parts};
use super::view::view;
use super::{election, handover, members};
use crate::access::authority::Authority;
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::decisions::{EffectKind, VoteEffect};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::store::effects as votes;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::place::PlaceRules;

/// What can be done to a term.
pub enum Command {
    AnnounceCandidates(Done),
    Elect(Election),
    HoldFirstMeeting(FirstMeeting),
    FileWithStreet(Filing),
    FileWithDistrict(Filing),
    TakeOffice,
    AddMember(AddedMember),
    Appoint(Posts),
    RemoveMember(RemovedMember),
    Prolong(Prolongation),
    FormGroup(NewElectionGroup),
    BeginHandover(Done),
    HandOver(ItemHandedOver),
    End(Done),
    Dissolve(Dissolution),
}

/// What must be known to decide on a term.
pub struct Facts {
    /// The estate, locked where it changes or gets members: a contract that is being signed meanwhile sees them, or they
    /// see it.
    pub estate: Option<EstateFields>,
    /// Its members and what it hands over.
    pub parts: Parts,
    /// The rules and the working days of its place on the day from which something is counted; empty where nothing is.
    pub place: PlaceRules,
    /// When the next committee was elected, where the handover is counted from there.
    pub next_elected_on: Option<NaiveDate>,
    /// The vote of owners that is named, and those about seats that it left open, in the order in which they were announced.
    pub vote: Option<OwnerVoteFields>,
    pub run_offs: Vec<OwnerVoteFields>,
    /// True where the owners are called to elect, or have elected whom no term names.
    pub is_voted_on: bool,
}

/// What a decision changes besides the term.
#[derive(Debug)]
pub enum Effect {
    Seat {
        members: Vec<NewMember>,
        on: NaiveDate,
    },
    Appoint {
        everybody: Vec<Uuid>,
        posts: Posts,
    },
    Leave(RemovedMember),
    ListHandover,
    HandOver {
        item: HandoverItem,
        on: NaiveDate,
        note: Option<String>,
    },
    Estate(Related<EstateFields>),
    /// It was done by a decision of owners.
    Decided(VoteEffect),
    /// An election by owners came to nothing.
    ElectedInVain,
    /// The audit tells who came, who got which post and who left; the feed leaves the members out.
    Part(Value),
}

impl OwnersCommitteeFields {
    /// The votes of owners that a command names, and whether they are called to elect.
    async fn votes(
        &self,
        tx: &Tx,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<(Option<OwnerVoteFields>, Vec<OwnerVoteFields>, bool), Problem> {
        let (named, later): (_, &[Uuid]) = match command {
            Command::Elect(body) => (body.vote_id, &body.run_off_vote_ids),
            Command::Prolong(body) => (body.vote_id, &[]),
            _ => (None, &[]),
        };
        let vote = votes::deciding(tx, named, self.estate_id).await?;
        let run_offs = votes::all_deciding(tx, later, self.estate_id).await?;
        let is_voted_on = match command {
            Command::Elect(_) => votes::is_electing(tx, self.estate_id, now).await?,
            _ => false,
        };
        Ok((vote, run_offs, is_voted_on))
    }
}

impl Aggregate for OwnersCommitteeFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = OwnersCommittee;

    const PATH: &'static str = "/v1/owners-committees";
    const NOUN: &'static str = "term";

    async fn facts(&self, tx: &Tx, who: &Authorized<OwnersCommittees>, command: &Command) -> Result<Facts, Problem> {
        let counted_from = match command {
            Command::Elect(body) => Some(body.elected_on),
            Command::Prolong(body) => Some(body.decided_on),
            Command::FormGroup(body) => Some(body.formed_on),
            Command::BeginHandover(_) => Some(who.today()),
            _ => None,
        };
        let estate = match command {
            Command::Elect(_)
            | Command::AddMember(_)
            | Command::TakeOffice
            | Command::Prolong(_)
            | Command::BeginHandover(_)
            | Command::Dissolve(_) => Some(estates::locked(tx, self.estate_id).await?),
            _ => None,
        };
        let place = async {
            match counted_from {
                Some(day) => PlaceRules::at(tx.connection(), self.jurisdiction, day).await,
                None => Ok(PlaceRules::default()),
            }
        };
        let (vote, run_offs, is_voted_on) = self.votes(tx, command, who.now).await?;
        let next_elected_on = async {
            match command {
                Command::BeginHandover(_) => store::next_elected_on(tx.connection(), self).await,
                _ => Ok(None),
            }
        };
        let (place, parts, next_elected_on) = try_join!(place, store::parts(tx.connection(), self.id), next_elected_on)?;
        Ok(Facts { estate, parts, place, next_elected_on, vote, run_offs, is_voted_on })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let effects = match command {
            Command::AnnounceCandidates(body) => election::announce_candidates(after, &body, who),
            Command::Elect(body) => election::elect(after, body, facts, who),
            Command::HoldFirstMeeting(body) => election::hold_first_meeting(after, body, facts, who),
            Command::FileWithStreet(body) => election::file_with_street(after, body, who),
            Command::FileWithDistrict(body) => election::file_with_district(after, body, who),
            Command::TakeOffice => election::take_office(after, facts, who),
            Command::Prolong(body) => election::prolong(after, body, facts, who),
            Command::FormGroup(body) => election::form_group(after, &body, facts, who),
            Command::AddMember(body) => members::add(after, body, who),
            Command::Appoint(posts) => members::appoint(facts, posts, Vec::new()),
            Command::RemoveMember(body) => members::remove(after, body, facts, who),
            Command::BeginHandover(body) => handover::begin(after, body, facts, who),
            Command::HandOver(body) => handover::hand_over(after, body, who),
            Command::End(body) => handover::end(after, body, facts, who),
            Command::Dissolve(body) => {
                let served = self.stage == Stage::InOffice;
                handover::dissolve(after, body, facts, who).map(|mut effects| {
                    effects.extend((!served).then_some(Effect::ElectedInVain));
                    effects
                })
            }
        };
        after.next_due_on = after.next_due_on();
        effects
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Seat { members, on } => store::add_members(tx, self.id, &members, on).await?,
                Effect::Appoint { everybody, posts } => store::give_posts(tx, self.id, &everybody, &posts).await?,
                Effect::Leave(removed) => store::remove_member(tx, self.id, &removed).await?,
                Effect::ListHandover => store::begin_handover(tx, self.id).await?,
                Effect::HandOver { item, on, note } => store::hand_over(tx, self.id, item, on, note.as_deref()).await?,
                Effect::Decided(effect) => votes::carry_out(tx, &effect).await?,
                Effect::ElectedInVain => votes::take_back(tx, self.id, EffectKind::CommitteeElected).await?,
                Effect::Estate(estate) => records.push(estate.store(tx, who.now).await?),
                Effect::Part(what) => records.push(Record::part(self, "owners_committee_members", None::<&()>, &what)?),
            }
        }
        Ok(records)
    }

    async fn answer(self, tx: &Tx, who: &Authorized<OwnersCommittees>) -> Result<OwnersCommittee, Problem> {
        let parts = store::parts(tx.connection(), self.id).await?;
        Ok(view(who, self, Some(parts)))
    }
}
