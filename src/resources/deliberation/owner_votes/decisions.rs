//! What is done by a decision of owners: other records say by which, and the vote tells what became of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::OwnerVoteFields;
use super::result::TopicCount;
use crate::db::schema::vote_effects;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// What was done.
    pub enum EffectKind {
        CommitteeElected = "committee_elected",
        CommitteeProlonged = "committee_prolonged",
        ContractMade = "contract_made",
        ContractEnded = "contract_ended",
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
    /// The term of a committee, or the contract.
    pub record_id: Uuid,
    pub at: DateTime<Utc>,
}

/// The decision on a matter, by which something may be done: it passed, or elected somebody, and it stands.
pub fn decision<'a>(vote: Option<&'a OwnerVoteFields>, matter: &str) -> Result<&'a TopicCount, FieldError> {
    let refused = |rule| FieldError::at("/vote_id", rule);
    let vote = vote.ok_or_else(|| refused(&codes::UNKNOWN_RECORD))?;
    let result = vote.result.get().ok().and_then(Option::as_ref).ok_or_else(|| refused(&codes::NOT_YET))?;
    let about = |no: i64| vote.plan.topics.iter().any(|topic| topic.no == no && topic.matter == matter);
    let found = result.topics.iter().find(|topic| about(topic.no) && vote.stands(topic));
    found.ok_or_else(|| refused(&codes::NOT_DECIDED).with("matter", matter.to_owned()))
}

impl VoteEffect {
    /// What is done by the decision on a topic.
    pub fn of(vote: &OwnerVoteFields, topic: &TopicCount, kind: EffectKind, record_id: Uuid, at: DateTime<Utc>) -> Self {
        Self { vote_id: vote.id, no: i32::try_from(topic.no).unwrap_or(i32::MAX), kind, record_id, at }
    }
}
