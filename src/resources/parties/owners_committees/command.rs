//! What can be done to a term of an owners' committee.

use serde_json::Value;
use uuid::Uuid;

use super::model::{
    AddedMember, Dissolution, Done, Election, Filing, FirstMeeting, HandoverItem, ItemHandedOver, NewMember, OwnersCommittee,
    OwnersCommitteeFields, Posts, RemovedMember,
};
use super::store::{self, Parts};
use super::view::view;
use super::{creation, handover, members};
use crate::access::authority::Authority;
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::model::RuleName;
use crate::resources::reference::rules::store as rule_store;

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
    /// So many days before the end of a term the next election is to be prepared.
    pub notice_days: i64,
}

/// What a decision changes besides the term.
#[derive(Debug)]
pub enum Effect {
    Seat {
        members: Vec<NewMember>,
        on: chrono::NaiveDate,
    },
    Appoint {
        everybody: Vec<Uuid>,
        posts: Posts,
    },
    Leave(RemovedMember),
    ListHandover,
    HandOver {
        item: HandoverItem,
        on: chrono::NaiveDate,
        note: Option<String>,
    },
    Estate(Related<EstateFields>),
    /// The audit tells who came, who got which post and who left; the feed leaves the members out.
    Part(Value),
}

impl Aggregate for OwnersCommitteeFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = OwnersCommittee;

    const PATH: &'static str = "/v1/owners-committees";
    const NOUN: &'static str = "term";

    async fn facts(&self, tx: &Tx, _: &Authorized<OwnersCommittees>, command: &Command) -> Result<Facts, Problem> {
        let notice_days = match command {
            Command::Elect(body) => {
                rule_store::value(tx, RuleName::CommitteeReElectionNoticeDays, self.jurisdiction, body.elected_on).await?
            }
            _ => 0,
        };
        let estate = match command {
            Command::Elect(_)
            | Command::AddMember(_)
            | Command::TakeOffice
            | Command::BeginHandover(_)
            | Command::Dissolve(_) => Some(estates::locked(tx, self.estate_id).await?),
            _ => None,
        };
        Ok(Facts { estate, parts: store::parts(tx.connection(), self.id).await?, notice_days })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::AnnounceCandidates(body) => {
                Problem::fail_if_any(who.day_faults("/done_on", body.done_on, None))?;
                after.candidates_announced_on = Some(body.done_on);
                Ok(Vec::new())
            }
            Command::Elect(body) => creation::elect(after, body, facts, who),
            Command::HoldFirstMeeting(body) => creation::hold_first_meeting(after, body, facts, who),
            Command::FileWithStreet(body) => creation::file_with_street(after, body, who),
            Command::FileWithDistrict(body) => creation::file_with_district(after, body, who),
            Command::TakeOffice => {
                creation::not_ready(who, after)?;
                Ok(creation::tell_estate(after, facts, true))
            }
            Command::AddMember(body) => members::add(after, body, who),
            Command::Appoint(posts) => members::appoint(facts, posts, Vec::new()),
            Command::RemoveMember(body) => members::remove(after, body, facts, who),
            Command::BeginHandover(body) => handover::begin(after, body, facts, who),
            Command::HandOver(body) => handover::hand_over(after, body, who),
            Command::End(body) => handover::end(after, body, facts, who),
            Command::Dissolve(body) => handover::dissolve(after, body, facts, who),
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Seat { members, on } => store::add_members(tx, self.id, &members, on).await?,
                Effect::Appoint { everybody, posts } => store::give_posts(tx, self.id, &everybody, &posts).await?,
                Effect::Leave(RemovedMember { member_id, left_on, reason }) => {
                    store::remove_member(tx, self.id, member_id, left_on, &reason).await?;
                }
                Effect::ListHandover => store::begin_handover(tx, self.id).await?,
                Effect::HandOver { item, on, note } => store::hand_over(tx, self.id, item, on, note.as_deref()).await?,
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
