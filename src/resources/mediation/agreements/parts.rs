//! What an agreement is made of: obligations and signatures.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::text_enum::text_enum;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::offers::NewObligation;

text_enum! {
    /// Whether an obligation was met.
    pub enum ObligationStatus {
        Pending = "pending",
        Performed = "performed",
        Overdue = "overdue",
        /// It was established that it was not met.
        Defaulted = "defaulted",
    }
}

/// What was done of an obligation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Performance {
    pub on: NaiveDate,
    /// In 0.01 yuan.
    #[schema(required)]
    pub amount: Option<i64>,
    #[schema(max_length = 1000, required)]
    pub note: Option<String>,
}

/// What a party has to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Obligation {
    /// Counted from 1.
    pub number: i16,
    /// The party's position in the dispute.
    pub debtor: i16,
    #[schema(max_length = 1000)]
    pub deed: String,
    /// In 0.01 yuan; null for what is no payment.
    #[schema(required)]
    pub amount: Option<i64>,
    pub due_on: NaiveDate,
    #[schema(max_length = 200, required)]
    pub manner: Option<String>,
    pub status: ObligationStatus,
    #[schema(max_items = 100)]
    pub performances: Vec<Performance>,
    /// What parties have told of it, which whoever follows it checks.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub reports: Vec<PerformanceReport>,
}

/// What a party has told of an obligation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PerformanceReport {
    /// The party's position in the dispute.
    pub position: i16,
    pub on: NaiveDate,
    /// True where it is said to be done.
    pub done: bool,
    #[schema(max_length = 1000)]
    pub text: String,
}

/// What a party tells of an obligation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "obligation": 1, "done": true, "text": "已于当日转账，凭证号20260401001"}))]
pub struct NewPerformanceReport {
    /// The party's position in the dispute.
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    /// The number of the obligation.
    #[schema(minimum = 1, maximum = 100)]
    pub obligation: i16,
    /// True where it is done, with what shows so; false where it is not.
    pub done: bool,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub text: String,
}

impl Obligation {
    /// Obligations as they begin.
    pub fn numbered(new: Vec<NewObligation>) -> Vec<Self> {
        let begin = |(number, new): (i16, NewObligation)| Self {
            number,
            debtor: new.debtor,
            deed: new.deed,
            amount: new.amount,
            due_on: new.due_on,
            manner: new.manner,
            status: ObligationStatus::Pending,
            performances: Vec::new(),
            reports: Vec::new(),
        };
        (1..).zip(new).map(begin).collect()
    }

    /// True when it was not met in time.
    pub fn is_missed(&self) -> bool {
        matches!(self.status, ObligationStatus::Overdue | ObligationStatus::Defaulted)
    }

    /// What was paid, in 0.01 yuan.
    pub fn paid(&self) -> i64 {
        self.performances.iter().filter_map(|done| done.amount).sum()
    }
}

/// Who has signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// The party's position in the dispute; null for the mediator.
    #[schema(required)]
    pub position: Option<i16>,
    /// The mediator who signed.
    #[serde(default)]
    pub mediator_id: Option<Uuid>,
    pub signed_on: NaiveDate,
    /// True where the party has signed by their own sign-in; false where somebody recorded it.
    #[serde(default)]
    pub by_party: bool,
}

impl Signature {
    /// True for that of a party, and of whoever mediates now.
    pub fn counts_for(&self, mediation: &MediationFields) -> bool {
        self.position.is_some() || self.mediator_id.is_none() || self.mediator_id == mediation.mediator_id
    }
}

/// Who signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 0, "signed_on": "2026-03-05"}))]
pub struct NewSignature {
    /// The party's position in the dispute; null for the mediator.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, minimum = 0, maximum = 100)]
    pub position: Option<i16>,
    pub signed_on: NaiveDate,
}

/// When the mediation committee sealed it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sealed_on": "2026-03-05"}))]
pub struct Sealing {
    pub sealed_on: NaiveDate,
}

/// What was done of an obligation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"obligation": 1, "on": "2026-03-20", "amount": 100000}))]
pub struct NewPerformance {
    /// The obligation's number.
    #[schema(minimum = 1, maximum = 50)]
    pub obligation: i16,
    pub on: NaiveDate,
    /// In 0.01 yuan; what is no payment is met by one report.
    #[schema(minimum = 1, maximum = 100_000_000_000_i64)]
    pub amount: Option<i64>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// That an obligation was not met.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"obligation": 1, "reason": "逾期未付"}))]
pub struct NewDefault {
    /// The obligation's number.
    #[schema(minimum = 1, maximum = 50)]
    pub obligation: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What a visit found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "双方已按约履行"}))]
pub struct AgreementVisit {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: String,
}
