//! The states of a meeting, and who may do what in them.

use super::agenda::ItemStatus;
use super::model::CouncilMeetingFields;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Where a meeting stands.
    pub enum CouncilMeetingStatus {
        Planned = "planned",
        /// The seats are invited.
        Notified = "notified",
        Open = "open",
        /// It goes on another day.
        Adjourned = "adjourned",
        /// It is over, and the seats sign its minutes.
        Concluded = "concluded",
        /// All seats that were there have signed.
        MinutesSigned = "minutes_signed",
        /// Residents read what was decided.
        Published = "published",
        Cancelled = "cancelled",
    }
}

impl Lifecycle for CouncilMeetingFields {
    type Status = CouncilMeetingStatus;
    const ACTIONS: &'static [Step<CouncilMeetingStatus>] = {
        use CouncilMeetingStatus::*;
        &[
            (Action::Update, &[Planned], None),
            (Action::AddItem, &[Planned, Notified, Adjourned, Open], None),
            (Action::RemoveItem, &[Planned], None),
            (Action::ArrangeItems, &[Planned], None),
            (Action::Notify, &[Planned], Some(Notified)),
            (Action::AnswerInvitation, &[Notified, Adjourned], None),
            (Action::ConsentToItem, &[Notified, Adjourned, Open], None),
            (Action::Open, &[Notified, Adjourned], Some(Open)),
            (Action::RecordAttendance, &[Open, Concluded], None),
            (Action::StrikeAttendance, &[Open, Concluded], None),
            (Action::DecideRecusal, &[Planned, Notified, Adjourned, Open], None),
            (Action::OpenVote, &[Open], None),
            (Action::GiveVoice, &[Open], None),
            (Action::CloseVote, &[Open], None),
            (Action::Adjourn, &[Notified, Open], Some(Adjourned)),
            (Action::Conclude, &[Open], Some(Concluded)),
            (Action::Cancel, &[Planned, Notified, Adjourned], Some(Cancelled)),
            (Action::CorrectMinutes, &[Concluded], None),
            (Action::SignMinutes, &[Concluded], None),
            // A text that told too much, or something wrong, is published anew.
            (Action::Publish, &[Concluded, MinutesSigned, Published], Some(Published)),
            (Action::Object, &[Published], None),
            (Action::AnswerObjection, &[Published], None),
        ]
    };

    fn status(&self) -> CouncilMeetingStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.seat_of(who).is_some()
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        match action {
            // Residents say it.
            Action::Object => true,
            // Seats do this by themselves; for others it is recorded by whoever convenes.
            Action::AddItem if standing.is_none() => self.status == CouncilMeetingStatus::Planned,
            Action::AnswerInvitation | Action::ConsentToItem | Action::GiveVoice | Action::SignMinutes if standing.is_none() => {
                true
            }
            _ => standing.is_some_and(|level| level <= self.kind.convening_level()),
        }
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        // What lists leave out is asked when it is done.
        if self.record.is_left_out() {
            return None;
        }
        let record = self.record.get().ok()?;
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        let is_voting = record.agenda.iter().any(|item| item.status == ItemStatus::Voting);
        let is_signed = record.minutes.as_ref().is_some_and(|minutes| !minutes.signatures.is_empty());
        match action {
            Action::Notify => some(record.agenda.is_empty(), &codes::AGENDA_EMPTY),
            Action::RemoveItem | Action::ArrangeItems => some(record.agenda.is_empty(), &codes::NOT_APPLICABLE),
            Action::DecideRecusal | Action::OpenVote => {
                let pending = record.agenda.iter().any(|item| item.status == ItemStatus::Pending);
                some(is_voting && action == Action::OpenVote, &codes::VOTE_OPEN)
                    .or_else(|| some(!pending, &codes::NOT_APPLICABLE))
            }
            Action::ConsentToItem => some(!record.agenda.iter().any(|item| item.urgent), &codes::NOT_APPLICABLE),
            Action::Open => {
                let early = who.now < self.starts_at - self.earliest_opening();
                early.then(|| {
                    let limit = (self.starts_at - self.earliest_opening()).to_rfc3339();
                    FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", limit)
                })
            }
            Action::GiveVoice | Action::CloseVote => some(!is_voting, &codes::NOT_APPLICABLE),
            Action::Adjourn | Action::Conclude => some(is_voting, &codes::VOTE_OPEN),
            Action::RecordAttendance | Action::StrikeAttendance | Action::CorrectMinutes if is_signed => {
                Some(FieldError::at("", &codes::SIGNED_ALREADY))
            }
            Action::StrikeAttendance => some(record.attendance.is_empty(), &codes::NOT_APPLICABLE),
            Action::SignMinutes => some(record.unsigned().is_empty(), &codes::NOT_APPLICABLE),
            // Who does not sign in time does not keep it from the residents.
            Action::Publish if self.status == CouncilMeetingStatus::Concluded => {
                let due_on = record.minutes.as_ref().map(|minutes| minutes.sign_due_on);
                some(due_on.is_none_or(|due| who.today() <= due), &codes::SIGNATURE_MISSING)
            }
            Action::Object => some(self.objections_until.is_none_or(|last| last < who.today()), &codes::HAS_ENDED),
            Action::AnswerObjection => some(self.open_objections().next().is_none(), &codes::NOT_APPLICABLE),
            _ => None,
        }
    }
}
