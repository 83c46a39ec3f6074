//! The types of records that the feed tells of.

use crate::access::actor::Role;
use crate::access::permissions::{AccessLevel, Action, Resource, access_level};
use crate::db::text_enum::text_enum;

text_enum! {
    /// A type of record in the feed.
    pub enum RecordType {
        Dispute = "dispute",
        Jurisdiction = "jurisdiction",
        Rule = "rule",
        Organization = "organization",
        Estate = "estate",
        PropertyContract = "property_contract",
        OwnersCommittee = "owners_committee",
        GridUnit = "grid_unit",
        GridEnrollment = "grid_enrollment",
        GridRecord = "grid_record",
        Responsibility = "responsibility",
        DivisionChange = "division_change",
        DisputeCategory = "dispute_category",
        CalendarYear = "calendar_year",
        Mediator = "mediator",
        Mediation = "mediation",
        MediationSession = "mediation_session",
        Agreement = "agreement",
        Policy = "policy",
        Training = "training",
        TrainingSession = "training_session",
        TrainingEnrollment = "training_enrollment",
        Learner = "learner",
        LearnerMerge = "learner_merge",
        Certificate = "certificate",
        Council = "council",
        CouncilMeeting = "council_meeting",
        Duty = "duty",
        Consultation = "consultation",
        EstateUnit = "estate_unit",
        OwnerVote = "owner_vote",
    }
}

impl RecordType {
    /// True where some see what is not published yet.
    pub fn has_drafts(self) -> bool {
        let sees = |role: &Role| access_level(*role, Action::ReadDrafts, self.resource()) != AccessLevel::Nothing;
        Role::ALL.iter().any(sees)
    }

    /// What a caller must be able to read to be told of it.
    pub fn resource(self) -> Resource {
        match self {
            Self::Dispute => Resource::Disputes,
            Self::Jurisdiction => Resource::Jurisdictions,
            Self::Rule => Resource::Rules,
            Self::Organization => Resource::Organizations,
            Self::Estate => Resource::Estates,
            Self::PropertyContract => Resource::PropertyContracts,
            Self::OwnersCommittee => Resource::OwnersCommittees,
            Self::GridUnit => Resource::GridUnits,
            Self::GridEnrollment => Resource::GridEnrollments,
            Self::GridRecord => Resource::GridRecords,
            Self::Responsibility => Resource::Responsibilities,
            Self::DivisionChange => Resource::DivisionChanges,
            Self::DisputeCategory => Resource::DisputeCategories,
            Self::CalendarYear => Resource::Calendars,
            Self::Mediator => Resource::Mediators,
            Self::Mediation => Resource::Mediations,
            Self::MediationSession => Resource::MediationSessions,
            Self::Agreement => Resource::Agreements,
            Self::Policy => Resource::Policies,
            Self::Training => Resource::Trainings,
            Self::TrainingSession => Resource::TrainingSessions,
            Self::TrainingEnrollment => Resource::TrainingEnrollments,
            Self::Learner => Resource::Learners,
            Self::LearnerMerge => Resource::LearnerMerges,
            Self::Certificate => Resource::Certificates,
            Self::Council => Resource::Councils,
            Self::CouncilMeeting => Resource::CouncilMeetings,
            Self::Duty => Resource::Duties,
            Self::Consultation => Resource::Consultations,
            Self::EstateUnit => Resource::EstateUnits,
            Self::OwnerVote => Resource::OwnerVotes,
        }
    }
}
