//! What is voted on, who convenes it, and by which rules: fixed once it is announced.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::counting::model::{Silence, Topic, TopicKind};
use super::records::Secrecy;
use super::roll::HeadsBasis;
use crate::db::text_enum::text_enum;
use crate::resources::deliberation::vote_matters::ThresholdClass;

text_enum! {
    /// Who calls the owners to vote.
    pub enum Convener {
        OwnersCommittee = "owners_committee",
        /// The group that prepares the first assembly (Qingdao's regulation, article 22).
        PreparatoryGroup = "preparatory_group",
        /// The group that elects in place of a committee whose term is over (Qingdao's regulation, article 42).
        ReElectionGroup = "re_election_group",
        /// The street, where a committee has not followed its order (Qingdao's regulation, article 29).
        Street = "street",
    }
}

text_enum! {
    /// Why the owners are called to vote.
    pub enum VoteCause {
        OwnDecision = "own_decision",
        /// A fifth of the owners ask for it (State Council's regulation, article 13).
        OwnersRequest = "owners_request",
        /// The street ordered it.
        StreetOrder = "street_order",
    }
}

text_enum! {
    /// Which of several ballots of a head counts.
    pub enum Replacement {
        Last = "last",
        First = "first",
    }
}

/// One thing that is voted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VoteTopic {
    /// Counted from 1.
    pub no: i64,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 5000, required)]
    pub text: Option<String>,
    /// The matter, by its code: `/v1/vote-matters`.
    #[schema(max_length = 50)]
    pub matter: String,
    pub kind: TopicKind,
    /// It follows from the matter.
    pub class: ThresholdClass,
    /// What can be chosen, beside to abstain: yes and no, or the candidates.
    #[schema(max_items = 50, max_length = 100)]
    pub options: Vec<String>,
    /// How many are elected at most; 0 for a decision.
    pub seats: usize,
    /// True where seats are filled that fell vacant.
    pub by_election: bool,
}

impl VoteTopic {
    /// As it is counted.
    pub fn counted(&self) -> Topic {
        Topic {
            class: self.class,
            kind: self.kind,
            matter: self.matter.clone(),
            no: self.no,
            options: self.options.clone(),
            seats: self.seats,
        }
    }
}

/// What the covenant makes of owners who were reached and say nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceClause {
    /// The article of the covenant, with its words.
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub clause: String,
    /// The topics for which it holds: ordinary decisions.
    #[schema(min_items = 1, max_items = 20)]
    pub topics: Vec<i64>,
}

/// What is voted on, who convenes it, and by which rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VotePlan {
    #[schema(max_length = 5000)]
    pub background: String,
    pub convener: Convener,
    pub cause: VoteCause,
    /// When it was decided, asked for or ordered.
    pub cause_on: NaiveDate,
    /// By when the committee was to call the vote, where the street ordered it.
    #[schema(required)]
    pub ordered_until: Option<NaiveDate>,
    /// True for the first assembly of an estate, whose papers are posted for longer.
    pub first_assembly: bool,
    #[schema(max_items = 20)]
    pub topics: Vec<VoteTopic>,
    pub secrecy: Secrecy,
    pub heads_basis: HeadsBasis,
    /// The decision of the assembly by which each unit is a head.
    #[schema(max_length = 500, required)]
    pub heads_decision: Option<String>,
    pub replacement: Replacement,
    #[schema(required)]
    pub silence: Option<SilenceClause>,
}

impl SilenceClause {
    /// As it is counted, with the heads whom the ballot reached.
    pub fn counted(&self, delivered: Vec<i64>) -> Silence {
        Silence { clause: self.clause.clone(), delivered, topics: self.topics.clone() }
    }
}

impl VotePlan {
    pub fn counted(&self) -> Vec<Topic> {
        self.topics.iter().map(VoteTopic::counted).collect()
    }
}
