//! The states of a term of an owners' committee.

use chrono::NaiveDate;

use super::duties::DutyKind;
use super::model::{OwnersCommitteeFields, TermMeasureKind};
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::calendar::term::last_day_of_months;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// The steps that were recorded.
    pub enum Stage {
        Preparing = "preparing",
        CandidatesAnnounced = "candidates_announced",
        Elected = "elected",
        Filed = "filed",
        InOffice = "in_office",
        Handover = "handover",
        Ended = "ended",
        Dissolved = "dissolved",
    }
}

text_enum! {
    /// Where a committee stands today: its recorded step and, in office, what its days and members make of it.
    pub enum CommitteeStatus {
        Preparing = "preparing",
        CandidatesAnnounced = "candidates_announced",
        Elected = "elected",
        Filed = "filed",
        InOffice = "in_office",
        /// In office, and the next election has to be prepared.
        ReElectionDue = "re_election_due",
        /// In office with fewer than half of its members.
        Incomplete = "incomplete",
        /// Still in office though its term is over.
        Expired = "expired",
        Handover = "handover",
        Ended = "ended",
        Dissolved = "dissolved",
    }
}

/// The longest term, and by how much it can be prolonged, in months (Qingdao's regulation, articles 35 and 41).
pub const LONGEST_TERM_MONTHS: u32 = 60;

/// The last day of the longest term that begins on a day.
pub fn last_day_of_term(first: NaiveDate) -> NaiveDate {
    last_day_of_months(first, LONGEST_TERM_MONTHS).unwrap_or(first)
}

impl Lifecycle for OwnersCommitteeFields {
    type Status = Stage;

    const ACTIONS: &'static [Step<Stage>] = {
        use Stage::*;
        &[
            (Action::AnnounceCandidates, &[Preparing], Some(CandidatesAnnounced)),
            (Action::Elect, &[CandidatesAnnounced], Some(Elected)),
            (Action::HoldFirstMeeting, &[Elected, Filed], None),
            (Action::FileWithStreet, &[Elected, InOffice], None),
            (Action::FileWithDistrict, &[Elected, InOffice], None),
            (Action::TakeOffice, &[Elected, Filed], Some(InOffice)),
            (Action::Appoint, &[Elected, Filed, InOffice], None),
            (Action::AddMember, &[Elected, Filed, InOffice], None),
            (Action::RemoveMember, &[Elected, Filed, InOffice], None),
            (Action::Prolong, &[InOffice], None),
            (Action::FormGroup, &[InOffice], None),
            (Action::BeginHandover, &[InOffice], Some(Handover)),
            (Action::HandOver, &[Handover], None),
            (Action::End, &[Handover], Some(Ended)),
            (Action::Dissolve, &[Preparing, CandidatesAnnounced, Elected, Filed, InOffice], Some(Dissolved)),
        ]
    };

    fn status(&self) -> Stage {
        self.stage
    }

    fn set_status(&mut self, status: Self::Status) {
        self.stage = status;
    }

    /// What is recorded once, and seats that are taken.
    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let once = |place: &'static str, done: Option<NaiveDate>| done.map(|_| FieldError::at(place, &codes::ALREADY_DONE));
        match action {
            // Whoever registered it does not receive its filing.
            Action::FileWithStreet | Action::FileWithDistrict if self.created_by == who.actor.caller => {
                Some(FieldError::at("", &codes::SECOND_PERSON))
            }
            Action::HoldFirstMeeting => once("/held_on", self.first_meeting_on),
            Action::FileWithStreet => once("/filed_on", self.street_filed_on),
            // Where the street alone receives the filing, it tells the district.
            Action::FileWithDistrict if !self.has(DutyKind::DistrictFiling) => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            Action::FileWithDistrict => once("/filed_on", self.district_filed_on),
            Action::Prolong => once("/decided_on", self.measure(TermMeasureKind::Prolonged)),
            // Whoever prepares the election in time needs no other body for it.
            Action::FormGroup if self.status_on(who.today()) == CommitteeStatus::InOffice => {
                Some(FieldError::at("", &codes::NOT_YET))
            }
            Action::FormGroup => once("/formed_on", self.measure(TermMeasureKind::ElectionGroup)),
            Action::AddMember if self.member_count >= self.seats => {
                Some(FieldError::at("/member", &codes::ALL_SEATS).with("limit", self.seats))
            }
            _ => None,
        }
    }
}

impl OwnersCommitteeFields {
    /// When something was done about the end of the term.
    fn measure(&self, kind: TermMeasureKind) -> Option<NaiveDate> {
        self.measures.0.iter().find(|measure| measure.kind == kind).map(|measure| measure.on)
    }

    /// Filed is what everybody has received who receives filings there.
    pub fn file_if_complete(&mut self) {
        let with_district = self.district_filed_on.is_some() || !self.has(DutyKind::DistrictFiling);
        if self.stage == Stage::Elected && self.street_filed_on.is_some() && with_district {
            self.stage = Stage::Filed;
        }
    }

    /// Where it stands on a day.
    pub fn status_on(&self, day: NaiveDate) -> CommitteeStatus {
        let over = |end: Option<NaiveDate>| end.is_some_and(|end| end < day);
        match self.stage {
            Stage::Preparing => CommitteeStatus::Preparing,
            Stage::CandidatesAnnounced => CommitteeStatus::CandidatesAnnounced,
            Stage::Elected => CommitteeStatus::Elected,
            Stage::Filed => CommitteeStatus::Filed,
            Stage::Handover => CommitteeStatus::Handover,
            Stage::Ended => CommitteeStatus::Ended,
            Stage::Dissolved => CommitteeStatus::Dissolved,
            Stage::InOffice if over(self.term_ends_on) => CommitteeStatus::Expired,
            Stage::InOffice if self.member_count * 2 < self.seats => CommitteeStatus::Incomplete,
            Stage::InOffice if self.re_election_due_on.is_some_and(|due| due <= day) => CommitteeStatus::ReElectionDue,
            Stage::InOffice => CommitteeStatus::InOffice,
        }
    }
}
