//! The agreement that a mediation led to.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::court::{Confirmation, ConfirmationBarrier, Enforcement};
use super::parts::{Obligation, Signature};
use super::states::AgreementStatus;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::changes::taken_steps::TakenSteps;
use crate::db::document::Document;
use crate::db::json_value::JsonList;
use crate::db::schema::agreements;
use crate::db::text_enum::text_enum;
use crate::http::json::{clearable, replace};
use crate::http::openapi::page;
use crate::resources::mediation::mediations::offers::NewObligation;

text_enum! {
    /// How it was made.
    pub enum AgreementForm {
        /// In force when all parties and the mediator have signed and the committee has sealed it (People's Mediation
        /// Law, article 29).
        Written = "written",
        /// In force at once; the mediator records it (article 30).
        Oral = "oral",
    }
}

/// The agreement that a mediation led to.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = agreements, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct AgreementFields {
    pub id: Uuid,
    /// The number that people use.
    #[schema(max_length = 80)]
    pub number: String,
    pub jurisdiction: JurisdictionCode,
    /// The level that handled the dispute when its mediation was opened; it and those above work on it.
    pub level: Level,
    pub mediation_id: Uuid,
    pub dispute_id: Uuid,
    pub form: AgreementForm,
    pub status: AgreementStatus,
    /// The main facts.
    #[schema(max_length = 5000)]
    pub facts: String,
    #[schema(max_length = 5000, required)]
    pub points_at_issue: Option<String>,
    /// Who answers for what.
    #[schema(max_length = 5000, required)]
    pub responsibilities: Option<String>,
    #[schema(value_type = Vec<Obligation>, max_items = 50)]
    pub obligations: JsonList<Obligation>,
    #[schema(value_type = Vec<Signature>, max_items = 30)]
    pub signatures: JsonList<Signature>,
    #[schema(required)]
    pub sealed_on: Option<NaiveDate>,
    #[schema(required)]
    pub effective_on: Option<NaiveDate>,
    /// What a court says of it.
    #[schema(value_type = Confirmation)]
    pub confirmation: Document<Confirmation>,
    /// By what it can be enforced.
    #[schema(value_type = Enforcement)]
    pub enforcement: Document<Enforcement>,
    /// When the parties are to be visited.
    #[schema(required)]
    pub visit_due_on: Option<NaiveDate>,
    /// What the visit found.
    #[schema(max_length = 1000, required)]
    pub visit_note: Option<String>,
    /// Why it was not kept or was rescinded.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
    #[serde(skip)]
    pub taken_steps: TakenSteps,
    #[serde(skip)]
    pub mediator_subject: Option<String>,
    #[serde(skip)]
    pub applicant_subject: String,
    #[serde(skip)]
    pub next_step_at: Option<DateTime<Utc>>,
}

impl_feed_record!(AgreementFields as Agreement);

/// An agreement as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Agreement {
    #[serde(flatten)]
    pub fields: AgreementFields,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(AgreementPage of Agreement, "A page of agreements.");

/// An agreement to be drafted, or an oral one to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "mediation_id": "019c0000-0000-7000-8000-000000000007", "form": "written", "facts": "楼上卫生间防水层破损致楼下顶棚受损",
    "obligations": [{"debtor": 1, "deed": "赔偿顶棚修复费用", "amount": 300000, "due_on": "2026-04-01", "manner": "银行转账"}]
}))]
pub struct NewAgreement {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// A mediation that is in session.
    pub mediation_id: Uuid,
    pub form: AgreementForm,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub facts: String,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub points_at_issue: Option<String>,
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S")]
    pub responsibilities: Option<String>,
    /// What the parties have to do, unless it is what an offer says.
    #[schema(min_items = 1, max_items = 50, nullable = false)]
    pub obligations: Option<Vec<NewObligation>>,
    /// The number of an offer that all parties have accepted: its terms are the obligations.
    #[schema(minimum = 1, maximum = 100, nullable = false)]
    pub offer: Option<i16>,
    /// What of it a court would not confirm.
    pub confirmation_barrier: Option<ConfirmationBarrier>,
}

/// Changes to a draft (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"points_at_issue": "防水层破损的责任"}))]
pub struct AgreementPatch {
    #[schema(min_length = 1, max_length = 5000, pattern = "\\S", nullable = false)]
    pub facts: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 5000, pattern = "\\S")]
    pub points_at_issue: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 5000, pattern = "\\S")]
    pub responsibilities: Option<Option<String>>,
    #[schema(min_items = 1, max_items = 50, nullable = false)]
    pub obligations: Option<Vec<NewObligation>>,
}

impl AgreementPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut AgreementFields) {
        replace(&mut to.facts, self.facts);
        replace(&mut to.points_at_issue, self.points_at_issue);
        replace(&mut to.responsibilities, self.responsibilities);
        replace(&mut to.obligations.0, self.obligations.map(Obligation::numbered));
    }
}

/// Which agreements to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementFilter {
    /// Only this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 7)]
    pub status: Option<Vec<AgreementStatus>>,
    /// Only those of this dispute.
    pub dispute_id: Option<Uuid>,
    /// Only that of this mediation.
    pub mediation_id: Option<Uuid>,
}

/// The agreement as the caller sees it.
/// The caller is the parties at `own`.
pub fn view(scope: &Authorized<Agreements>, fields: AgreementFields, own: &[i16]) -> Agreement {
    let is_party = !own.is_empty() || fields.applicant_subject == scope.actor.caller;
    let next_actions = if is_party { fields.party_actions(scope, own) } else { next_actions(scope, &fields) };
    Agreement { next_actions, fields }
}
