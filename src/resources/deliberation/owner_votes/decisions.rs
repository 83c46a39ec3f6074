//! What is done by a decision of owners: other records say by which, and the vote tells what became of it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::OwnerVoteFields;
use super::plan::VoteTopic;
use super::result::TopicCount;
use crate::calendar::civil_date;
use crate::db::schema::vote_effects;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::deliberation::vote_matters::{DISMISSAL, ELECTION, HIRING, PROLONGATION, RAISING};

text_enum! {
    /// What was done.
    pub enum EffectKind {
        CommitteeElected = "committee_elected",
        CommitteeProlonged = "committee_prolonged",
        ContractMade = "contract_made",
        ContractEnded = "contract_ended",
        DutyGiven = "duty_given",
    }
}

/// Something that was done by a decision.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = vote_effects)]
pub struct VoteEffect {
    #[serde(skip)]
    pub vote_id: Uuid,
    /// The topic.
    pub no: i32,
    pub kind: EffectKind,
    /// The term of a committee, the contract, or the duty.
    pub record_id: Uuid,
    pub at: DateTime<Utc>,
}

/// The decisions on a matter, by which something may be done on a day: they passed, or elected somebody, they stand, and nobody
/// waits for an answer. There is at least one.
pub fn decisions<'a>(
    vote: Option<&'a OwnerVoteFields>,
    matter: &str,
    (place, on): (&'static str, NaiveDate),
) -> Result<Vec<(&'a VoteTopic, &'a TopicCount)>, FieldError> {
    let refused = |rule| FieldError::at("/vote_id", rule);
    let vote = vote.ok_or_else(|| refused(&codes::UNKNOWN_RECORD))?;
    let mut found = standing(vote)?;
    if let Some(early) = FieldError::before(place, on, vote.counted_at.map(civil_date)) {
        return Err(early);
    }
    found.retain(|(topic, _)| topic.matter == matter);
    if found.is_empty() { Err(refused(&codes::NOT_DECIDED).with("matter", matter.to_owned())) } else { Ok(found) }
}

impl EffectKind {
    /// What is done by a decision on a matter, where another record says so.
    pub fn of_matter(matter: &str) -> Option<Self> {
        match matter {
            ELECTION => Some(Self::CommitteeElected),
            PROLONGATION => Some(Self::CommitteeProlonged),
            HIRING => Some(Self::ContractMade),
            DISMISSAL => Some(Self::ContractEnded),
            RAISING => Some(Self::DutyGiven),
            _ => None,
        }
    }
}

/// The decision on a topic: it passed, or elected somebody, it stands, and nobody waits for an answer.
pub fn decision_on(vote: &OwnerVoteFields, no: i64) -> Result<(&VoteTopic, &TopicCount), FieldError> {
    let known = vote.plan.topics.iter().find(|topic| topic.no == no);
    let known = known.ok_or_else(|| FieldError::at("/topic", &codes::UNKNOWN_RECORD))?;
    let found = standing(vote)?.into_iter().find(|(topic, _)| topic.no == no);
    found.ok_or_else(|| FieldError::at("/topic", &codes::NOT_DECIDED).with("matter", known.matter.clone()))
}

/// The decisions that stand of a vote that was counted, while nobody waits for an answer.
fn standing(vote: &OwnerVoteFields) -> Result<Vec<(&VoteTopic, &TopicCount)>, FieldError> {
    let refused = |rule| FieldError::at("/vote_id", rule);
    let result = vote.result.get().ok().and_then(Option::as_ref).ok_or_else(|| refused(&codes::NOT_YET))?;
    if vote.has_open_objection() {
        return Err(refused(&codes::OBJECTION_OPEN));
    }
    let count_of = |topic: &VoteTopic| result.topics.iter().find(|count| count.no == topic.no);
    let counted = vote.plan.topics.iter().filter_map(|topic| Some((topic, count_of(topic)?)));
    Ok(counted.filter(|(_, count)| vote.stands(count)).collect())
}

/// True where a vote has elected somebody, and that stands.
pub fn elects(vote: &OwnerVoteFields) -> bool {
    standing(vote).is_ok_and(|found| found.iter().any(|(topic, _)| topic.matter == ELECTION))
}

/// True where a decision stands by which something is to be done that nobody has recorded. Seats that are filled, or left open, wait for
/// no record.
pub fn is_undone(vote: &OwnerVoteFields, done: &[EffectKind]) -> bool {
    let undone = |(topic, count): &(&VoteTopic, &TopicCount)| {
        let whole = topic.matter != ELECTION || !topic.by_election && count.elected.len() == topic.seats;
        whole && EffectKind::of_matter(&topic.matter).is_some_and(|kind| !done.contains(&kind))
    };
    standing(vote).is_ok_and(|found| found.iter().any(undone))
}

/// What is done, on a day, by the first decision of a vote on a matter.
pub fn done_by(
    vote: Option<&OwnerVoteFields>,
    matter: &str,
    on: (&'static str, NaiveDate),
    (record_id, now): (Uuid, DateTime<Utc>),
) -> Result<Option<VoteEffect>, FieldError> {
    let found = decisions(vote, matter, on)?;
    let first = vote.zip(found.first()).zip(EffectKind::of_matter(matter));
    Ok(first.map(|((vote, (_, count)), kind)| VoteEffect::of(vote, count, kind, record_id, now)))
}

impl VoteEffect {
    /// What is done by the decision on a topic.
    pub fn of(vote: &OwnerVoteFields, topic: &TopicCount, kind: EffectKind, record_id: Uuid, at: DateTime<Utc>) -> Self {
        Self { vote_id: vote.id, no: i32::try_from(topic.no).unwrap_or(i32::MAX), kind, record_id, at }
    }
}
