//! Votes of owners: what is decided together, and how far it has come.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::counting::model::TopicStatus;
use super::decisions::VoteEffect;
use super::plan::VotePlan;
use super::result::{OwnerVoteResult, TopicCount};
use super::roll::RollSummary;
use super::sealing::BoxKey;
use super::states::OwnerVoteStatus;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::changes::taken_steps::TakenSteps;
use crate::db::document::Document;
use crate::db::json_value::{JsonList, JsonValue};
use crate::db::schema::owner_votes;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// What was posted in the estate.
    pub enum PostingKind {
        Roll = "roll",
        Announcement = "announcement",
        Result = "result",
    }
}

/// Something that hangs in a prominent place of the estate (Qingdao's regulation, article 92).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Posting {
    pub id: Uuid,
    pub kind: PostingKind,
    #[schema(max_length = 200)]
    pub place: String,
    pub from_on: NaiveDate,
    /// The last day.
    pub until_on: NaiveDate,
    /// Where a picture of it can be seen.
    #[schema(max_length = 500, required)]
    pub evidence: Option<String>,
    /// Why it does not count.
    #[schema(max_length = 1000, required)]
    pub struck: Option<String>,
}

/// What somebody has against the roll or the result, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Objection {
    pub id: Uuid,
    /// The roll, or the result.
    pub about: PostingKind,
    pub text: String,
    #[serde(default)]
    pub paper: Option<String>,
    pub at: DateTime<Utc>,
    pub due_on: NaiveDate,
    pub subject: String,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// What somebody has against the roll or the result.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VoteObjection {
    pub id: Uuid,
    /// The roll, or the result.
    pub about: PostingKind,
    #[schema(max_length = 2000)]
    pub text: String,
    /// How an owner has told it for whom an office recorded it.
    #[schema(max_length = 100, required)]
    pub paper: Option<String>,
    pub at: DateTime<Utc>,
    /// By when it is to be answered.
    pub due_on: NaiveDate,
    #[schema(max_length = 2000, required)]
    pub answer: Option<String>,
    #[schema(required)]
    pub answered_at: Option<DateTime<Utc>>,
    /// True for the caller's own.
    pub is_own: bool,
}

/// Owners who ask that all are called to vote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnersRequest {
    /// How many heads they are: a fifth of those on the roll, when it is announced (State Council's regulation, article 13).
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub heads: i64,
    /// Where their signatures are kept.
    #[schema(min_length = 1, max_length = 300, pattern = "\\S")]
    pub paper: String,
}

/// What was done before the vote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VotePreparation {
    /// The consultation from which it comes.
    #[serde(default)]
    #[schema(required)]
    pub consultation_id: Option<Uuid>,
    /// The dispute that it is to decide.
    #[serde(default)]
    #[schema(required)]
    pub dispute_id: Option<Uuid>,
    /// Who asked for it, where owners did.
    #[serde(default)]
    #[schema(required)]
    pub request: Option<OwnersRequest>,
    #[schema(required)]
    pub roll_published_on: Option<NaiveDate>,
    /// When it was published last.
    #[schema(required)]
    pub roll_changed_on: Option<NaiveDate>,
    /// On how many whole days it has to hang before the vote can be announced.
    #[serde(default)]
    pub roll_days: i64,
    /// On how many whole days it has to hang since it was published last.
    #[serde(default)]
    pub changed_days: i64,
    /// How many units the estate is registered with, to be compared with those on the roll.
    #[serde(default)]
    #[schema(required)]
    pub registered_units: Option<i64>,
    /// How often the roll was corrected since.
    pub corrections: i32,
    /// When the street confirmed it as it is.
    #[schema(required)]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Who sits in for the neighborhood committee (Qingdao's regulation, article 29).
    #[schema(max_length = 100, required)]
    pub observer: Option<String>,
    /// When the neighborhood committee was told.
    #[schema(required)]
    pub committee_told_on: Option<NaiveDate>,
    /// The last day on which papers are entered that were handed in before the end, once the time is over.
    #[serde(default)]
    #[schema(required)]
    pub papers_until: Option<NaiveDate>,
    /// The end that was announced, where it was put off.
    #[schema(required)]
    pub extended_from: Option<DateTime<Utc>>,
}

text_enum! {
    /// Why a decision does not stand.
    pub enum EndingKind {
        /// The street cancelled it (Qingdao's regulation, article 44).
        Invalidated = "invalidated",
        /// A court annulled it (Civil Code, article 280).
        Annulled = "annulled",
    }
}

/// A decision that does not stand, with the paper that says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopicEnding {
    /// The topic.
    pub no: i64,
    pub kind: EndingKind,
    /// The number of the paper.
    #[schema(max_length = 100)]
    pub paper: String,
    /// Its day.
    pub on: NaiveDate,
    #[schema(max_length = 1000)]
    pub reason: String,
    /// When an owner asked the court to annul it.
    #[serde(default)]
    #[schema(required)]
    pub filed_on: Option<NaiveDate>,
    /// When they came to know of it, where that was later than the count.
    #[serde(default)]
    #[schema(required)]
    pub known_on: Option<NaiveDate>,
    /// Why that was recorded by mistake.
    #[serde(default)]
    #[schema(max_length = 1000, required)]
    pub struck: Option<String>,
}

/// What owners decide together.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = owner_votes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct OwnerVoteFields {
    pub id: Uuid,
    /// The community of the estate.
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    /// The owners' committee that convenes it.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(value_type = VotePlan)]
    pub plan: JsonValue<VotePlan>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: OwnerVoteStatus,
    #[schema(value_type = VotePreparation)]
    pub preparation: JsonValue<VotePreparation>,
    /// What the roll sums up to, once it is published.
    #[schema(value_type = Option<RollSummary>)]
    pub roll: Document<Option<RollSummary>>,
    /// The hash of that sum, once the roll is frozen; it stands on every posting and letter.
    #[schema(max_length = 64, required)]
    pub roll_hash: Option<String>,
    /// The hash of all that is voted on, and by which rules.
    #[schema(max_length = 64, required)]
    pub manifest_hash: Option<String>,
    #[schema(required)]
    pub announced_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub box_key: JsonValue<Option<BoxKey>>,
    /// What it came to, once it is counted.
    #[schema(value_type = Option<OwnerVoteResult>)]
    pub result: Document<Option<OwnerVoteResult>>,
    #[schema(required)]
    pub counted_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub concluded_at: Option<DateTime<Utc>>,
    /// Why it was cancelled or put off.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    #[schema(value_type = Vec<Posting>, max_items = 100)]
    pub postings: JsonList<Posting>,
    #[serde(skip)]
    pub objections: JsonList<Objection>,
    #[schema(value_type = Vec<TopicEnding>, max_items = 100)]
    pub endings: JsonList<TopicEnding>,
    #[serde(skip)]
    pub taken_steps: TakenSteps,
    #[serde(skip)]
    pub next_step_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(OwnerVoteFields as OwnerVote);

/// A vote of owners as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct OwnerVote {
    #[serde(flatten)]
    pub fields: OwnerVoteFields,
    /// What there is against the roll: all of it for those who answer, the caller's own for others.
    #[schema(max_items = 400)]
    pub objections: Vec<VoteObjection>,
    /// What was done by its decisions.
    #[schema(max_items = 100)]
    pub effects: Vec<VoteEffect>,
    /// What the caller may do to it now.
    #[schema(max_items = 30, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

/// A vote of owners in lists.
#[derive(Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = owner_votes)]
pub struct OwnerVoteSummary {
    pub id: Uuid,
    pub jurisdiction: JurisdictionCode,
    pub estate_id: Uuid,
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub title: String,
    pub status: OwnerVoteStatus,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    #[schema(required)]
    pub announced_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub counted_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

page!(OwnerVotePage of OwnerVoteSummary, "A page of votes of owners, without what is voted on.");

impl OwnerVoteFields {
    /// True for those who prepare it and oversee it.
    pub fn is_told_whole(&self, who: &Authority) -> bool {
        self.is_of_convener(who) || who.may(Action::ReadDrafts, &self.jurisdiction, false, None)
    }

    /// True for a member of the organization that convenes it.
    pub fn is_of_convener(&self, who: &Authority) -> bool {
        self.organization_id.is_some() && who.actor.organization == self.organization_id
    }

    /// True while there is something against the roll without an answer.
    pub fn has_open_objection(&self) -> bool {
        self.objections.0.iter().any(|one| one.answered_at.is_none())
    }

    /// True for a topic that passed, or elected somebody, and whose decision stands.
    pub fn stands(&self, topic: &TopicCount) -> bool {
        (topic.status == TopicStatus::Passed || !topic.elected.is_empty())
            && self.endings.0.iter().all(|ending| ending.no != topic.no || ending.struck.is_some())
    }
}

impl Objection {
    fn shown(&self, caller: &str) -> VoteObjection {
        VoteObjection {
            id: self.id,
            about: self.about,
            text: self.text.clone(),
            paper: self.paper.clone(),
            at: self.at,
            due_on: self.due_on,
            answer: self.answer.clone(),
            answered_at: self.answered_at,
            is_own: self.subject == caller,
        }
    }
}

/// The vote as the caller sees it, who votes for a head of it or does not, with what was done by it.
pub fn view(scope: &Authorized<OwnerVotes>, fields: OwnerVoteFields, (votes, effects): (bool, Vec<VoteEffect>)) -> OwnerVote {
    let mut next_actions = next_actions(scope, &fields);
    if votes {
        let own = fields.owner_actions(scope).into_iter().map(Action::as_str);
        let own: Vec<_> = own.filter(|action| !next_actions.contains(action)).collect();
        next_actions.extend(own);
    }
    let whole = fields.is_told_whole(scope);
    let objections = fields.objections.0.iter().map(|one| one.shown(&scope.actor.caller));
    let objections = objections.filter(|one| whole || one.is_own).collect();
    OwnerVote { objections, effects, next_actions, fields }
}
