//! The states of a meeting, and who may do what in them.

use super::agenda::ItemStatus;
use super::model::CouncilMeetingFields;
use super::record::MeetingRecord;
use super::texts::MeetingTexts;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::taken_steps::TakenSteps;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::deliberation::councils::delegates::Delegate;

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
            (Action::Update, &[Planned, Notified, Adjourned], None),
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
            (Action::Adjourn, &[Notified, Adjourned, Open], Some(Adjourned)),
            (Action::Conclude, &[Adjourned, Open], Some(Concluded)),
            (Action::Cancel, &[Planned, Notified, Adjourned], Some(Cancelled)),
            (Action::CorrectMinutes, &[Concluded], None),
            (Action::SignMinutes, &[Concluded], None),
            (Action::StrikeSignature, &[Concluded, MinutesSigned], Some(Concluded)),
            // A text that told too much, or something wrong, is published anew.
            (Action::Publish, &[Concluded, MinutesSigned, Published], Some(Published)),
            (Action::Object, &[Published], None),
            (Action::AnswerObjection, &[Published], None),
        ]
    };

    /// Whoever concluded the meeting, or recorded or struck signatures for the seats, does not publish what they say of it.
    const SECOND_PERSON: &'static [(Action, Action)] = &[
        (Action::Publish, Action::Conclude),
        (Action::Publish, Action::SignMinutes),
        (Action::Publish, Action::StrikeSignature),
    ];

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
            Action::AnswerInvitation
            | Action::ConsentToItem
            | Action::GiveVoice
            | Action::SignMinutes
            | Action::StrikeSignature
                if standing.is_none() =>
            {
                true
            }
            _ => standing.is_some_and(|level| level <= self.kind.convening_level()),
        }
    }

    fn taken_steps(&self) -> Option<&TakenSteps> {
        self.texts.get().ok().map(|texts| &texts.recorded_by)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        // What lists leave out is asked when it is done.
        if self.record.is_left_out() {
            return None;
        }
        let record = self.record.get().ok()?;
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        let is_voting = record.agenda.iter().any(|item| item.status == ItemStatus::Voting);
        match action {
            Action::Notify => some(record.agenda.is_empty(), &codes::AGENDA_EMPTY),
            Action::RemoveItem | Action::ArrangeItems => some(record.agenda.is_empty(), &codes::NOT_APPLICABLE),
            Action::DecideRecusal | Action::OpenVote => {
                let pending = record.agenda.iter().any(|item| item.status == ItemStatus::Pending);
                some(is_voting && action == Action::OpenVote, &codes::VOTE_OPEN)
                    .or_else(|| some(!pending, &codes::NOT_APPLICABLE))
            }
            Action::ConsentToItem => {
                let waits = record.agenda.iter().any(|item| item.urgent && item.status == ItemStatus::Pending);
                some(!waits, &codes::NOT_APPLICABLE)
            }
            Action::Open => {
                let early = who.now < self.starts_at - self.earliest_opening();
                early.then(|| {
                    let limit = (self.starts_at - self.earliest_opening()).to_rfc3339();
                    FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", limit)
                })
            }
            // What was recorded is minuted; what was not held is called off.
            Action::Cancel => some(!record.attendance.is_empty(), &codes::HAS_DECIDED),
            Action::Conclude if self.status == CouncilMeetingStatus::Adjourned => {
                some(record.attendance.is_empty(), &codes::NOT_APPLICABLE)
            }
            Action::GiveVoice if is_voting && !self.may_be_heard(record, who) => some(true, &codes::NOT_ENTITLED),
            Action::GiveVoice | Action::CloseVote => some(!is_voting, &codes::NOT_APPLICABLE),
            Action::Adjourn | Action::Conclude => some(is_voting, &codes::VOTE_OPEN),
            _ => self.refuses_minutes(action, record, who),
        }
    }
}

impl CouncilMeetingFields {
    /// What hangs on the minutes.
    fn refuses_minutes(&self, action: Action, record: &MeetingRecord, who: &Authority) -> Option<FieldError> {
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        let is_signed = record.minutes.as_ref().is_some_and(|minutes| !minutes.signatures.is_empty());
        match action {
            Action::RecordAttendance | Action::StrikeAttendance | Action::CorrectMinutes if is_signed => {
                Some(FieldError::at("", &codes::SIGNED_ALREADY))
            }
            Action::StrikeAttendance => some(record.attendance.is_empty(), &codes::NOT_APPLICABLE),
            Action::StrikeSignature => some(!self.may_strike(record, who), &codes::NOT_APPLICABLE),
            Action::SignMinutes => some(!self.may_sign(record, who), &codes::NOT_APPLICABLE),
            // Who does not sign in time does not keep it from the residents.
            Action::Publish if self.status == CouncilMeetingStatus::Concluded => {
                let due_on = record.minutes.as_ref().map(|minutes| minutes.sign_due_on);
                let early = due_on.is_none_or(|due| who.today() <= due);
                let due_on = due_on.map(|due| due.to_string());
                some(early, &codes::MINUTES_UNSIGNED).map(|fault| fault.with("lacking", record.unsigned()).with("due_on", due_on))
            }
            Action::Object => some(self.objections_until.is_none_or(|last| last < who.today()), &codes::HAS_ENDED),
            Action::AnswerObjection => {
                some(!self.texts.get().is_ok_and(MeetingTexts::has_open_objection), &codes::NOT_APPLICABLE)
            }
            _ => None,
        }
    }

    /// The seat for which a caller speaks who has no other standing.
    fn own_seat(&self, who: &Authority) -> Option<i16> {
        let in_office = who.acting_level(Action::Notify, &self.jurisdiction).is_some();
        if in_office { None } else { self.seat_of(who).map(|seat| seat.position) }
    }

    /// True for whoever records what seats say, and for a delegate of a seat that votes.
    fn may_be_heard(&self, record: &MeetingRecord, who: &Authority) -> bool {
        let asked = |position| record.agenda.iter().any(|item| item.status == ItemStatus::Voting && !item.is_recused(position));
        self.own_seat(who).is_none_or(|position| asked(position) && self.delegate_of(position, who).is_some())
    }

    /// True while a seat is to sign, of which somebody signs who speaks for it.
    fn may_sign(&self, record: &MeetingRecord, who: &Authority) -> bool {
        let unsigned = record.unsigned();
        let own = |position| unsigned.contains(&position) && self.delegate_of(position, who).is_some();
        if let Some(position) = self.own_seat(who) { own(position) } else { !unsigned.is_empty() }
    }

    /// True where something is signed for the caller's own seat, or for any where they record what seats say.
    fn may_strike(&self, record: &MeetingRecord, who: &Authority) -> bool {
        let signed = record.minutes.as_ref().map_or(&[][..], |minutes| &minutes.signatures);
        let own = self.own_seat(who);
        signed.iter().any(|one| own.map_or(one.delegate_id.is_none(), |position| one.position == position))
    }

    /// The caller as a delegate of a seat.
    pub fn delegate_of(&self, position: i16, who: &Authority) -> Option<&Delegate> {
        let own = |known: &&Delegate| known.position == position && known.subject.as_deref() == Some(who.actor.caller.as_str());
        self.delegates.0.iter().find(own)
    }
}
