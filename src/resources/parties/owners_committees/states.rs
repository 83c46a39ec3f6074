//! The states of a term of an owners' committee, and what is due when.

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::OwnersCommitteeFields;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
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

text_enum! {
    /// What a committee has to do by a day.
    pub enum Duty {
        FirstMeeting = "first_meeting",
        StreetFiling = "street_filing",
        DistrictFiling = "district_filing",
        ReElection = "re_election",
        EndOfTerm = "end_of_term",
    }
}

/// The fewest and the most members, an odd number (Guiding rules 2009 no. 274, articles 31 to 34).
pub const SEATS: std::ops::RangeInclusive<i16> = 5..=11;
/// The longest term, in months (the same rules).
const LONGEST_TERM_MONTHS: u32 = 60;
/// Days from the election to the first meeting (the same rules).
pub const FIRST_MEETING_DAYS: u64 = 7;
/// Days from the election to the filing with the district and with the street (the same rules).
pub const FILING_DAYS: u64 = 30;
const GUIDING_RULES: &str = "业主大会和业主委员会指导规则（建房〔2009〕274号）第三十一条至第三十四条";
const LOCAL_RULE: &str = "当地关于提前启动换届的规定（规则 committee_re_election_notice_days）";

/// The last day of the longest term that begins on a day.
pub fn last_day_of_term(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(LONGEST_TERM_MONTHS)).and_then(|day| day.pred_opt()).unwrap_or(first)
}

impl Lifecycle for OwnersCommitteeFields {
    type Status = Stage;

    const ACTIONS: &'static [Step<Stage>] = {
        use Stage::*;
        &[
            (Action::AnnounceCandidates, &[Preparing], Some(CandidatesAnnounced)),
            (Action::Elect, &[CandidatesAnnounced], Some(Elected)),
            (Action::HoldFirstMeeting, &[Elected, Filed], None),
            (Action::FileWithStreet, &[Elected], None),
            (Action::FileWithDistrict, &[Elected], None),
            (Action::TakeOffice, &[Filed], Some(InOffice)),
            (Action::Appoint, &[Elected, Filed, InOffice], None),
            (Action::AddMember, &[Elected, Filed, InOffice], None),
            (Action::RemoveMember, &[Elected, Filed, InOffice], None),
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
    fn refuses(&self, action: Action, _: &Authority) -> Option<FieldError> {
        let once = |place: &'static str, done: Option<NaiveDate>| done.map(|_| FieldError::at(place, &codes::ALREADY_DONE));
        match action {
            Action::HoldFirstMeeting => once("/held_on", self.first_meeting_on),
            Action::FileWithStreet => once("/filed_on", self.street_filed_on),
            Action::FileWithDistrict => once("/filed_on", self.district_filed_on),
            Action::AddMember if self.member_count >= self.seats => {
                Some(FieldError::at("/member", &codes::ALL_SEATS).with("limit", self.seats))
            }
            _ => None,
        }
    }
}

/// Something to be done by a day.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct CommitteeDeadline {
    pub duty: Duty,
    /// The last day to do it.
    pub due_on: NaiveDate,
    /// When it was done.
    #[schema(required)]
    pub done_on: Option<NaiveDate>,
    /// True when it was done late or is overdue today.
    pub late: bool,
    /// Why it is due.
    #[schema(max_length = 500)]
    pub legal_basis: &'static str,
}

impl OwnersCommitteeFields {
    /// Filed is what both the street and the district have received.
    pub fn file_if_complete(&mut self) {
        if self.street_filed_on.is_some() && self.district_filed_on.is_some() {
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

    /// What is due when, as it stands on a day.
    pub fn deadlines(&self, today: NaiveDate) -> Vec<CommitteeDeadline> {
        let after_election = |days| self.elected_on.and_then(|elected| elected.checked_add_days(Days::new(days)));
        let serving = matches!(self.stage, Stage::Elected | Stage::Filed | Stage::InOffice);
        let duties = [
            (Duty::FirstMeeting, after_election(FIRST_MEETING_DAYS), self.first_meeting_on, GUIDING_RULES),
            (Duty::StreetFiling, after_election(FILING_DAYS), self.street_filed_on, GUIDING_RULES),
            (Duty::DistrictFiling, after_election(FILING_DAYS), self.district_filed_on, GUIDING_RULES),
            (Duty::ReElection, self.re_election_due_on, None, LOCAL_RULE),
            (Duty::EndOfTerm, self.term_ends_on, None, GUIDING_RULES),
        ];
        let deadline = |(duty, due, done_on, legal_basis): (Duty, Option<NaiveDate>, Option<NaiveDate>, _)| {
            // Whoever hands over, ended or was dissolved has nothing more to do.
            let due_on = if serving || done_on.is_some() { due } else { None }?;
            let late = done_on.unwrap_or(today) > due_on;
            Some(CommitteeDeadline { duty, due_on, done_on, late, legal_basis })
        };
        duties.into_iter().filter_map(deadline).collect()
    }
}
