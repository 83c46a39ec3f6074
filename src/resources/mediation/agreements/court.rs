//! What courts and others who make an agreement enforceable say of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::term::LastDay;
use crate::db::text_enum::text_enum;

text_enum! {
    /// How far the judicial confirmation of an agreement has come.
    #[derive(Default)]
    pub enum ConfirmationStatus {
        /// It is not in force.
        #[default]
        None = "none",
        /// The parties can apply.
        Open = "open",
        Applied = "applied",
        /// The court has docketed the case.
        Accepted = "accepted",
        /// The court ruled that it is valid: it can be enforced.
        #[serde(alias = "confirmed")]
        RuledValid = "ruled_valid",
        /// The court dismissed the application: the parties mediate again or sue.
        #[serde(alias = "refused")]
        Dismissed = "dismissed",
        /// Nobody applied in time.
        Lapsed = "lapsed",
    }
}

text_enum! {
    /// What courts do not confirm (Supreme People's Court on the Civil Procedure Law, article 355).
    pub enum ConfirmationBarrier {
        /// It confirms property rights.
        PropertyRights = "property_rights",
        /// It confirms intellectual property rights.
        IntellectualPropertyRights = "intellectual_property_rights",
    }
}

/// What a court says of an agreement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Confirmation {
    pub status: ConfirmationStatus,
    /// A warning: a court does not accept such an agreement.
    #[serde(default)]
    #[schema(required)]
    pub barrier: Option<ConfirmationBarrier>,
    /// The last day on which the parties can apply together: 30 days after it took effect (People's Mediation Law,
    /// article 33), or the next working day where that is a rest day (Civil Code, article 203).
    #[schema(required)]
    pub until_on: Option<NaiveDate>,
    /// The day to which these 30 days were counted, where the term ends later.
    #[serde(default)]
    #[schema(required)]
    pub until_rolled_from: Option<NaiveDate>,
    /// The days on which the parties are reminded.
    #[schema(max_items = 3)]
    pub reminders_on: Vec<NaiveDate>,
    /// How many of them have come.
    pub reminded: i16,
    #[schema(max_length = 100, required)]
    pub court: Option<String>,
    #[schema(required)]
    pub applied_on: Option<NaiveDate>,
    /// By when the court dockets the case, by the rule `confirmation_docketing_days`.
    #[schema(required)]
    pub accept_due_on: Option<NaiveDate>,
    /// The day to which that was counted, where the term ends later.
    #[serde(default)]
    #[schema(required)]
    pub accept_due_rolled_from: Option<NaiveDate>,
    #[schema(required)]
    pub accepted_on: Option<NaiveDate>,
    /// By when the court rules: 30 days, or as long as its president says (Civil Procedure Law, article 187).
    #[schema(required)]
    pub decide_due_on: Option<NaiveDate>,
    /// The day to which that was counted, where the term ends later.
    #[serde(default)]
    #[schema(required)]
    pub decide_due_rolled_from: Option<NaiveDate>,
    /// True as long as a day of these lies in a year whose holidays are not known.
    #[serde(default)]
    pub provisional: bool,
    /// Why it took longer.
    #[serde(default)]
    #[schema(max_length = 1000, required)]
    pub extension_reason: Option<String>,
    #[schema(required)]
    pub decided_on: Option<NaiveDate>,
    /// The number of the ruling.
    #[schema(max_length = 100, required)]
    pub decision_number: Option<String>,
}

impl Confirmation {
    /// Until when the parties can apply.
    pub fn open_until(&mut self, last: &LastDay) {
        (self.until_on, self.until_rolled_from, self.provisional) = (Some(last.due_on), last.rolled_from, last.provisional);
    }
}

text_enum! {
    /// How an agreement can be made enforceable (Shandong's regulation on resolving disputes, articles 40 to 42).
    pub enum EnforcementRoute {
        /// A court ruled that it is valid.
        JudicialConfirmation = "judicial_confirmation",
        /// A notary made it an enforceable deed.
        NotarizedDeed = "notarized_deed",
        /// An arbitral award confirms it.
        Arbitration = "arbitration",
    }
}

/// By what an agreement can be enforced, and whether somebody asked for that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Enforcement {
    /// Null as long as it cannot be enforced.
    #[schema(required)]
    pub route: Option<EnforcementRoute>,
    /// The day of the ruling, the deed or the award.
    #[schema(required)]
    pub enforceable_on: Option<NaiveDate>,
    /// The court, the notary or the arbitration commission.
    #[schema(max_length = 100, required)]
    pub body: Option<String>,
    /// The number of the ruling, the deed or the award.
    #[schema(max_length = 100, required)]
    pub document_number: Option<String>,
    /// When a party asked a court to enforce it.
    #[schema(required)]
    pub applied_on: Option<NaiveDate>,
    /// The court that enforces it.
    #[schema(max_length = 100, required)]
    pub court: Option<String>,
    /// The number of its case.
    #[schema(max_length = 100, required)]
    pub case_number: Option<String>,
}

/// That the parties ask a court together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"applied_on": "2026-03-10", "court": "市南区人民法院", "applicants": [0, 1]}))]
pub struct ConfirmationApplication {
    pub applied_on: NaiveDate,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub court: String,
    /// The positions of the parties who apply: all of them.
    #[schema(max_items = 20)]
    pub applicants: Vec<i16>,
}

/// That the court takes the case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"accepted_on": "2026-03-12"}))]
pub struct ConfirmationAcceptance {
    pub accepted_on: NaiveDate,
}

/// That the court takes longer, with its president's approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decide_due_on": "2026-05-11", "reason": "案情复杂，经院长批准"}))]
pub struct ConfirmationExtension {
    /// Later than it was due.
    pub decide_due_on: NaiveDate,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

text_enum! {
    /// What a court can rule.
    pub enum Ruling {
        RuledValid = "ruled_valid",
        Dismissed = "dismissed",
    }
}

/// What the court ruled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decided_on": "2026-03-20", "ruling": "ruled_valid", "decision_number": "（2026）鲁0202民特1号"}))]
pub struct ConfirmationDecision {
    pub decided_on: NaiveDate,
    pub ruling: Ruling,
    /// The number of the ruling.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub decision_number: String,
}

text_enum! {
    /// How the parties can make an agreement enforceable without a court's confirmation.
    pub enum OtherRoute {
        NotarizedDeed = "notarized_deed",
        Arbitration = "arbitration",
    }
}

/// That the parties made an agreement enforceable.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"route": "notarized_deed", "enforceable_on": "2026-03-12", "body": "青岛市市中公证处", "document_number": "（2026）鲁青市中证执字第1号"}))]
pub struct NewEnforceability {
    pub route: OtherRoute,
    /// The day of the deed or the award.
    pub enforceable_on: NaiveDate,
    /// The notary or the arbitration commission.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub body: String,
    /// The number of the deed or the award.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub document_number: String,
}

/// That a party asked a court to enforce an agreement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"applied_on": "2026-06-10", "court": "市南区人民法院", "case_number": "（2026）鲁0202执1号"}))]
pub struct EnforcementApplication {
    pub applied_on: NaiveDate,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub court: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub case_number: Option<String>,
}
