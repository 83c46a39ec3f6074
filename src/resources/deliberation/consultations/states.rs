//! The states of a consultation, and who may do what in them.

use super::model::{ConsultationFields, OpinionGroup};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

text_enum! {
    /// Where a consultation stands.
    pub enum ConsultationStatus {
        Draft = "draft",
        /// A draft that was never opened.
        Discarded = "discarded",
        /// Opinions are taken.
        Open = "open",
        /// The time is over; opinions are grouped and answered.
        Closed = "closed",
        /// Every opinion is in a group that has an answer.
        Answered = "answered",
        /// Everybody reads what came of it.
        Published = "published",
        Cancelled = "cancelled",
    }
}

impl Lifecycle for ConsultationFields {
    type Status = ConsultationStatus;
    const ACTIONS: &'static [Step<ConsultationStatus>] = {
        use ConsultationStatus::*;
        &[
            (Action::Update, &[Draft], None),
            (Action::Open, &[Draft], Some(Open)),
            (Action::Extend, &[Open], None),
            (Action::AddHearing, &[Draft, Open, Closed], None),
            (Action::RecordHearing, &[Open, Closed, Answered], None),
            // Nobody comes to one in vain, also where the consultation is over.
            (Action::CallOffHearing, &[Draft, Open, Closed, Answered, Published, Cancelled], None),
            (Action::GiveOpinion, &[Open], None),
            (Action::WithdrawOpinion, &[Open], None),
            (Action::AddGroup, &[Closed, Answered], Some(Closed)),
            (Action::UpdateGroup, &[Closed, Answered, Published], None),
            (Action::RemoveGroup, &[Closed, Answered], None),
            (Action::GroupOpinions, &[Closed, Answered], None),
            // A text that told too much, or something wrong, is mended and published anew.
            (Action::AnswerGroup, &[Closed, Answered, Published], None),
            (Action::Publish, &[Answered, Published], Some(Published)),
            (Action::Redact, &[Open, Closed, Answered, Published, Cancelled], None),
            (Action::Discard, &[Draft], Some(Discarded)),
            (Action::Cancel, &[Open], Some(Cancelled)),
        ]
    };

    fn status(&self) -> ConsultationStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        // Residents of what lies below a jurisdiction say what they think too.
        standing.is_some() || matches!(action, Action::GiveOpinion | Action::WithdrawOpinion)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        match action {
            Action::GiveOpinion | Action::WithdrawOpinion => some(!self.takes_opinions(who.today()), &codes::HAS_ENDED),
            Action::Extend => some(who.today() > self.closes_on, &codes::HAS_ENDED),
            Action::RecordHearing => {
                let next = self.hearings.0.iter().filter(|one| one.called_off.is_none()).map(|one| one.starts_at).min();
                let rule = if next.is_some() { &codes::NOT_YET } else { &codes::NOT_APPLICABLE };
                some(next.is_none_or(|next| who.now < next), rule)
            }
            Action::CallOffHearing => {
                let open = self.hearings.0.iter().any(|one| one.attendees.is_none() && one.called_off.is_none());
                some(!open, &codes::NOT_APPLICABLE)
            }
            Action::UpdateGroup | Action::RemoveGroup | Action::GroupOpinions | Action::AnswerGroup => {
                some(self.groups.is_empty(), &codes::NOT_APPLICABLE)
            }
            _ => None,
        }
    }
}

impl ConsultationStatus {
    /// True for what was never opened: it is for those who edit it and those above.
    pub const UNOPENED: [Self; 2] = [Self::Draft, Self::Discarded];
}

impl OpinionGroup {
    /// True for a group of opinions without an answer.
    pub fn waits(&self) -> bool {
        self.opinions > 0 && self.answer.is_none()
    }
}
