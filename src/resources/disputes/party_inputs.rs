//! What is said about the parties of a dispute, and by them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::details::AnswerKind;
use super::parties::{NewParty, Party, PartyKind, PartyRole};
use crate::http::json::{clearable, replace};

/// A party that was left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "party": {"role": "respondent", "kind": "person", "name": "业主乙", "phone": "13800000001"}, "reason": "补充被申请人"
}))]
pub struct AddedParty {
    pub party: NewParty,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What was wrong with a party, as a merge patch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "phone": "13800000002", "reason": "号码有误"}))]
pub struct PartyCorrection {
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    #[schema(nullable = false)]
    pub role: Option<PartyRole>,
    #[schema(nullable = false)]
    pub kind: Option<PartyKind>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", nullable = false)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "\\S")]
    pub representative: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = "\\S")]
    pub address: Option<Option<String>>,
    /// The organization, where it is registered.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<Option<Uuid>>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

impl PartyCorrection {
    /// Puts the given members into the party.
    pub fn apply(self, to: &mut Party) {
        replace(&mut to.role, self.role);
        replace(&mut to.kind, self.kind);
        replace(&mut to.name, self.name);
        replace(&mut to.representative, self.representative);
        replace(&mut to.phone, self.phone);
        replace(&mut to.address, self.address);
        replace(&mut to.organization_id, self.organization_id);
    }
}

/// A party that is none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "reason": "登记有误"}))]
pub struct PartyRemoval {
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// For whom a code is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PartyCodeParams {
    /// The position of a party that is a person.
    #[param(minimum = 0, maximum = 100)]
    pub position: i16,
}

/// What is handed over to a party, so that they see the case by their own sign-in.
#[derive(Serialize, ToSchema)]
pub struct PartyCode {
    /// The number of the dispute, which they type with the code.
    #[schema(max_length = 80)]
    pub number: String,
    #[schema(max_length = 20)]
    pub code: String,
    /// The last day on which it holds. It holds once.
    pub valid_until: NaiveDate,
}

/// What a party was handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": "D370202-2026-000012", "code": "3K7P-Q2WX-9ABC"}))]
pub struct NewLink {
    /// The number of the dispute.
    #[schema(min_length = 1, max_length = 80, pattern = "\\S")]
    pub number: String,
    /// In letters of any case, with or without hyphens and blanks.
    #[schema(min_length = 1, max_length = 40, pattern = "\\S")]
    pub code: String,
}

/// That a link is undone, such as one of the wrong person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"position": 1, "reason": "关联了他人账号"}))]
pub struct PartyUnlinking {
    #[schema(minimum = 0, maximum = 100)]
    pub position: i16,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// What a party or the responsible organization says to the dispute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "propose_solution", "text": "三日内修复防水层", "evidence": ["维修合同第12号"]}))]
pub struct NewAnswer {
    pub kind: AnswerKind,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub text: String,
    /// What shows it, such as where photographs are kept.
    #[serde(default)]
    #[schema(max_items = 5, min_length = 1, max_length = 300)]
    pub evidence: Vec<String>,
}
