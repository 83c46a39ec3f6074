//! What the feed tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::changes::feed::ChangeOp;
use crate::changes::kinds::RecordType;
use crate::resources::deliberation::consultations::model::ConsultationFields;
use crate::resources::deliberation::council_meetings::model::CouncilMeetingFields;
use crate::resources::deliberation::councils::model::CouncilFields;
use crate::resources::deliberation::duties::model::DutyFields;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::grid::grid_enrollments::model::GridEnrollmentFields;
use crate::resources::grid::grid_records::model::GridRecordFields;
use crate::resources::grid::grid_units::model::GridUnitFields;
use crate::resources::grid::responsibilities::model::ResponsibilityFields;
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::mediation_sessions::model::MediationSessionFields;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::parties::owners_committees::model::OwnersCommitteeFields;
use crate::resources::parties::property_contracts::model::PropertyContractFields;
use crate::resources::places::division_changes::model::DivisionChangeFields;
use crate::resources::places::estate_units::model::EstateUnitFields;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::jurisdictions::model::Jurisdiction;
use crate::resources::reference::calendars::model::CalendarYear;
use crate::resources::reference::dispute_categories::model::DisputeCategory;
use crate::resources::reference::policies::model::PolicyFields;
use crate::resources::reference::rules::model::Rule;
use crate::resources::training::certificates::model::CertificateFields;
use crate::resources::training::learner_merges::model::LearnerMerge;
use crate::resources::training::learners::model::LearnerFields;
use crate::resources::training::training_enrollments::model::TrainingEnrollmentFields;
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::trainings::model::TrainingFields;

/// Which changes to read, and from where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Types of records, separated by commas; all that the caller may read when not given.
    #[param(inline, style = Form, explode = false, max_items = 50)]
    pub types: Option<Vec<RecordType>>,
    /// `begin`, `now`, or `next_cursor` of the page before.
    #[param(min_length = 1, max_length = 2000)]
    pub cursor: String,
    /// How many to return at most, 500 when not given.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<i64>,
    /// How many seconds to wait for something to tell.
    #[param(minimum = 0, maximum = 25)]
    pub wait: Option<i64>,
}

/// A page of the feed. The server writes it without building this type.
#[derive(Serialize, ToSchema)]
pub struct ChangePage {
    #[schema(max_items = 1000)]
    pub changes: Vec<Change>,
    /// Send it as `cursor` to go on.
    #[schema(max_length = 2000)]
    pub next_cursor: String,
    /// False when there may be more to read at once.
    pub caught_up: bool,
}

/// One change.
#[derive(Serialize, ToSchema)]
pub struct Change {
    pub r#type: RecordType,
    /// Id of the record: a UUID, or the code of a jurisdiction.
    #[schema(max_length = 36)]
    pub id: String,
    pub op: ChangeOp,
    /// Why it was removed: `out_of_scope` when it left what the caller may see.
    #[schema(max_length = 50, required)]
    pub reason: Option<String>,
    /// The record's version after the change.
    pub version: i64,
    pub changed_at: DateTime<Utc>,
    /// The record after the change, without parties; null when it was removed.
    #[schema(required)]
    pub data: Option<ChangeData>,
}

/// The record of a change, by its type.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum ChangeData {
    Dispute(DisputeFields),
    Jurisdiction(Jurisdiction),
    Rule(Rule),
    DivisionChange(DivisionChangeFields),
    Organization(OrganizationFields),
    Estate(EstateFields),
    PropertyContract(PropertyContractFields),
    OwnersCommittee(OwnersCommitteeFields),
    GridUnit(GridUnitFields),
    Responsibility(ResponsibilityFields),
    GridEnrollment(GridEnrollmentFields),
    GridRecord(GridRecordFields),
    DisputeCategory(DisputeCategory),
    CalendarYear(CalendarYear),
    Mediator(MediatorFields),
    Mediation(MediationFields),
    MediationSession(MediationSessionFields),
    Agreement(AgreementFields),
    Policy(PolicyFields),
    Training(TrainingFields),
    TrainingSession(TrainingSessionFields),
    TrainingEnrollment(TrainingEnrollmentFields),
    Learner(LearnerFields),
    LearnerMerge(LearnerMerge),
    Certificate(CertificateFields),
    Council(CouncilFields),
    CouncilMeeting(CouncilMeetingFields),
    Duty(DutyFields),
    Consultation(ConsultationFields),
    EstateUnit(EstateUnitFields),
    OwnerVote(Box<OwnerVoteFields>),
}
