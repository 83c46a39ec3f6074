//! What a committee has to do by a day, as the rules of its place and the calendar were when that was counted.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::OwnersCommitteeFields;
use super::states::Stage;
use crate::calendar::term::LastDay;
use crate::db::text_enum::text_enum;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

text_enum! {
    /// What a committee has to do by a day.
    pub enum DutyKind {
        FirstMeeting = "first_meeting",
        StreetFiling = "street_filing",
        DistrictFiling = "district_filing",
        ReElection = "re_election",
        EndOfTerm = "end_of_term",
        Handover = "handover",
    }
}

/// Why a term ends.
const TERM: &str = "任期不超过五年";

/// Something to be done by a day, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommitteeDuty {
    pub duty: DutyKind,
    #[serde(flatten)]
    pub last_day: LastDay,
    pub legal_basis: String,
}

/// Something to be done by a day.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct CommitteeDeadline {
    pub duty: DutyKind,
    /// The last day to do it.
    #[serde(flatten)]
    pub last_day: LastDay,
    /// When it was done.
    #[schema(required)]
    pub done_on: Option<NaiveDate>,
    /// True when it was done late or is overdue today.
    pub late: bool,
    /// Why it is due.
    #[schema(max_length = 500)]
    pub legal_basis: String,
}

impl CommitteeDuty {
    /// Due so many days after a day as a rule says; a term that ends on a rest day ends on the next working day.
    pub fn after(starts_on: NaiveDate, duty: DutyKind, place: &PlaceRules, name: RuleName) -> Self {
        let (days, basis) = EffectiveRule::named(&place.rules, name);
        let last_day = LastDay::after(starts_on, days, &place.calendar);
        let rolled = if last_day.rolled_from.is_some() {
            "；末日为休息日，顺延至其后第一个工作日（民法典第二百零三条）"
        } else {
            ""
        };
        Self { duty, last_day, legal_basis: format!("{basis}{rolled}") }
    }
}

impl OwnersCommitteeFields {
    /// Takes up a duty, in place of the same one before.
    pub fn take_up(&mut self, duty: CommitteeDuty) {
        self.duties.0.retain(|known| known.duty != duty.duty);
        self.duties.0.push(duty);
        self.duties.0.sort_by_key(|known| known.duty as u8);
    }

    /// Counts from an election what is to be done.
    pub fn begin_term(&mut self, elected_on: NaiveDate, place: &PlaceRules) {
        let after = |duty, name| CommitteeDuty::after(elected_on, duty, place, name);
        self.take_up(after(DutyKind::FirstMeeting, RuleName::CommitteeFirstMeetingDays));
        self.take_up(after(DutyKind::StreetFiling, RuleName::CommitteeFilingDays));
        if place.value(RuleName::CommitteeDistrictFiling) > 0 {
            self.take_up(after(DutyKind::DistrictFiling, RuleName::CommitteeFilingDays));
        }
    }

    /// Sets the end of the term, before which the next election is to be prepared.
    pub fn end_term_on(&mut self, last: NaiveDate, place: &PlaceRules) {
        let (notice, basis) = EffectiveRule::named(&place.rules, RuleName::CommitteeReElectionNoticeDays);
        self.term_ends_on = Some(last);
        self.re_election_due_on = last.checked_sub_days(Days::new(notice.unsigned_abs()));
        // Counted back from the end it stays where it is: later would be too late.
        let due = self.re_election_due_on.map(LastDay::fixed);
        let re_election =
            due.map(|last_day| CommitteeDuty { duty: DutyKind::ReElection, last_day, legal_basis: basis.to_owned() });
        re_election.into_iter().for_each(|duty| self.take_up(duty));
        let last_day = LastDay::fixed(last);
        self.take_up(CommitteeDuty { duty: DutyKind::EndOfTerm, last_day, legal_basis: TERM.to_owned() });
    }

    /// Counts from a day by when everything is handed over.
    pub fn begin_handover_from(&mut self, day: NaiveDate, place: &PlaceRules) {
        self.take_up(CommitteeDuty::after(day, DutyKind::Handover, place, RuleName::CommitteeHandoverDays));
    }

    /// True where the committee has this to do.
    pub fn has(&self, duty: DutyKind) -> bool {
        self.duties.0.iter().any(|known| known.duty == duty)
    }

    fn done_on(&self, duty: DutyKind) -> Option<NaiveDate> {
        match duty {
            DutyKind::FirstMeeting => self.first_meeting_on,
            DutyKind::StreetFiling => self.street_filed_on,
            DutyKind::DistrictFiling => self.district_filed_on,
            DutyKind::Handover => self.ended_on,
            DutyKind::ReElection | DutyKind::EndOfTerm => None,
        }
    }

    /// Whoever hands over has nothing else to do; whoever ended or was dissolved, nothing more.
    fn is_open(&self, duty: DutyKind) -> bool {
        let serves = matches!(self.stage, Stage::Elected | Stage::Filed | Stage::InOffice);
        self.done_on(duty).is_none() && (serves || duty == DutyKind::Handover && self.stage == Stage::Handover)
    }

    /// The first day by which something is undone; the end of the term is nothing that the committee does.
    pub fn next_due_on(&self) -> Option<NaiveDate> {
        let open = self.duties.0.iter().filter(|known| known.duty != DutyKind::EndOfTerm && self.is_open(known.duty));
        open.map(|known| known.last_day.due_on).min()
    }

    /// What is due when, as it stands on a day.
    pub fn deadlines(&self, today: NaiveDate) -> Vec<CommitteeDeadline> {
        let deadline = |known: &CommitteeDuty| {
            let done_on = self.done_on(known.duty);
            let late = done_on.unwrap_or(today) > known.last_day.due_on;
            let (last_day, legal_basis) = (known.last_day.clone(), known.legal_basis.clone());
            CommitteeDeadline { duty: known.duty, last_day, done_on, late, legal_basis }
        };
        let shown = self.duties.0.iter().filter(|known| self.is_open(known.duty) || self.done_on(known.duty).is_some());
        shown.map(deadline).collect()
    }
}
