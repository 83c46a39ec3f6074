//! The states of a dispute, the actions that lead from one to the next, and the level that may carry them out.

use super::deadline::{Deadline, DeadlineKind};
use super::details::{ApprovalKind, CaseDetails, HoldKind};
use super::model::DisputeFields;
use super::view::speaks_for_applicant;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::taken_steps::TakenSteps;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::dispute_categories::model::Risk;

text_enum! {
    /// Where a dispute stands.
    pub enum Status {
        Submitted = "submitted",
        Accepted = "accepted",
        Assigned = "assigned",
        InHandling = "in_handling",
        InMediation = "in_mediation",
        /// It is on the agenda of a council, whose seats are invited.
        InCouncil = "in_council",
        Resolved = "resolved",
        Closed = "closed",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
        /// It stands still for a listed reason.
        Suspended = "suspended",
        /// It waits for its receiver.
        Transferred = "transferred",
        /// It goes on in court, in arbitration, with the police or a department.
        ReferredOut = "referred_out",
        /// It goes on as a part of another one.
        Merged = "merged",
    }
}

impl Status {
    /// True when nothing more is done.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Rejected | Self::Withdrawn | Self::ReferredOut)
    }
}

impl Lifecycle for DisputeFields {
    type Status = Status;

    /// Where an action goes back to an earlier state, `None` stands: the dispute itself remembers which.
    const ACTIONS: &'static [Step<Status>] = {
        use Status::*;
        &[
            (Action::Update, &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Resolved], None),
            (Action::Accept, &[Submitted, Transferred], Some(Accepted)),
            (Action::Reject, &[Submitted], Some(Rejected)),
            (Action::Assign, &[Accepted, Assigned, InHandling], Some(Assigned)),
            (Action::Start, &[Assigned], Some(InHandling)),
            (Action::Contact, &[Accepted, Assigned, InHandling, InMediation, InCouncil], None),
            (Action::Resolve, &[InHandling], Some(Resolved)),
            (Action::VisitBack, &[Resolved, Closed], None),
            (Action::Rate, &[Resolved, Closed], None),
            (Action::Close, &[Resolved], Some(Closed)),
            (
                Action::Withdraw,
                &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred],
                Some(Withdrawn),
            ),
            (Action::Reopen, &[Resolved, Closed, Rejected], None),
            (Action::RequestReview, &[Rejected], None),
            (Action::Transfer, &[Submitted, Accepted, Assigned, InHandling], Some(Transferred)),
            (Action::Return, &[Transferred], None),
            (
                Action::RequestApproval,
                &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred],
                None,
            ),
            (
                Action::Decline,
                &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred, Rejected],
                None,
            ),
            (Action::Suspend, &[Accepted, Assigned, InHandling], Some(Suspended)),
            (Action::Resume, &[Suspended], None),
            (Action::LeaveCouncil, &[InCouncil], None),
            (Action::Extend, &[Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended], None),
            (Action::Escalate, &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil], None),
            (Action::Merge, &[Submitted, Accepted, Assigned, InHandling], Some(Merged)),
            (Action::Unmerge, &[Merged], None),
            (Action::AddParts, &[Submitted, Accepted, Assigned, InHandling], None),
            (Action::Detach, &[Submitted, Accepted, Assigned, InHandling, Suspended, Transferred], None),
            (
                Action::ReferOut,
                &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended],
                Some(ReferredOut),
            ),
            (Action::AddParty, &[Submitted, Accepted, Assigned, InHandling], None),
            (Action::CorrectParty, &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil], None),
            (Action::RemoveParty, &[Submitted, Accepted, Assigned, InHandling], None),
            (Action::ShowCode, &[Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred, Resolved], None),
            (Action::UnlinkParty, Status::ALL, None),
            (Action::Answer, &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred], None),
            (Action::Invite, &[Submitted, Accepted, Assigned, InHandling, InMediation, InCouncil, Suspended, Transferred], None),
            (Action::Uninvite, Status::ALL, None),
            (Action::Remark, Status::ALL, None),
        ]
    };

    /// Whoever resolved it does not say what the applicant thinks of that.
    const SECOND_PERSON: &'static [(Action, Action)] = &[(Action::VisitBack, Action::Resolve), (Action::Close, Action::Resolve)];

    fn status(&self) -> Status {
        self.status
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        let person = who.actor.caller.as_str();
        self.created_by == person || self.part_of(person).is_some() || self.is_of_organization(who)
    }

    /// Whoever filed it by themselves or is a party has no other standing, whatever offices they hold.
    fn standing(&self, who: &Authority, action: Action) -> Option<Level> {
        let own = self.concerns(&who.actor.caller) || self.is_of_organization(who);
        if own { None } else { who.acting_level(action, &self.jurisdiction) }
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        use Action::*;
        // Whoever filed it may change it until it is accepted, withdraw it, and say whether the result is good.
        let Some(level) = standing else {
            return !matches!(action, Update | AddParty | CorrectParty | RemoveParty) || self.status == Status::Submitted;
        };
        let from_above = self.is_below(level);
        // A grid worker helps its community.
        let handling = level <= self.level || level == Level::Grid && self.level == Level::Community;
        match action {
            Decline => from_above && self.approver.is_some(),
            Suspend | Extend => from_above,
            Detach => handling && self.parent_id.is_some(),
            Unmerge => level <= Level::Street,
            Remark => true,
            Rate => false,
            // Who the parties of a confidential case are only its level knows.
            AddParty | CorrectParty | RemoveParty | ShowCode if self.confidential => level == self.level,
            _ => handling,
        }
    }

    fn is_own_matter(&self, action: Action, person: &str) -> bool {
        use Action::*;
        let said = matches!(action, Remark | Answer | Rate | Reopen | RequestReview);
        let filed = matches!(action, Update | Withdraw | Close | AddParty | CorrectParty | RemoveParty);
        // Whether somebody may act for the organization that filed it is asked with their token.
        self.concerns(person) && !said && !((self.is_filed_by(person) || self.filed_for().is_some()) && filed)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        use Action::*;
        if let Some(fault) = self.not_for_applicant(action, who).or_else(|| self.not_for_office(action, who)) {
            return Some(fault);
        }
        match action {
            Merge | AddParts if self.parent_id.is_some() => Some(FieldError::at("", &codes::BELONGS_TOGETHER)),
            Merge => self.withdrawal_waits(""),
            Escalate if self.level == Level::City => Some(FieldError::at("", &codes::NO_LEVEL_ABOVE)),
            Suspend | Decline => self.reserved(action, who, ""),
            Extend => self.reserved(action, who, "").or_else(|| self.refuses_by_details(action, who)),
            // Whoever has mediated or helped reads on in what is over.
            Remark if self.status.is_over() && self.is_guest(who) => Some(FieldError::at("", &codes::NOT_ACTIVE)),
            Answer if self.has_left(who) => Some(FieldError::at("", &codes::NOT_A_PARTY)),
            UnlinkParty if !self.taken_steps.has_parts() => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            VisitBack if self.complaint_waits() => Some(FieldError::at("", &codes::COMPLAINT_WAITS)),
            // Only whoever reviews a rejection takes the dispute up after all.
            Reopen if self.status == Status::Rejected && self.complaint_waits() => self.reserved(action, who, ""),
            Reopen if self.status == Status::Rejected => Some(FieldError::at("", &codes::NOT_APPLICABLE)),
            Close if self.complaint_waits() && speaks_for_applicant(who, self) => {
                let another = self.somebody_else_complains(&who.actor.caller);
                another.then(|| FieldError::at("", &codes::COMPLAINT_WAITS))
            }
            Close | Reopen if self.complaint_waits() && !speaks_for_applicant(who, self) => self.reserved(action, who, ""),
            Invite if self.confidential => self.reserved(action, who, ""),
            Withdraw | Return | RequestApproval | VisitBack | Reopen | RequestReview => self.refuses_by_details(action, who),
            Transfer => self.withdrawal_waits("").or_else(|| self.refuses_by_details(action, who)),
            Resolve | Reject | ReferOut => self.withdrawal_waits(""),
            _ => None,
        }
    }

    fn taken_steps(&self) -> Option<&TakenSteps> {
        Some(&self.taken_steps)
    }

    /// Guests say something too.
    fn also_possible(&self, who: &Authority) -> Vec<Action> {
        let remarks = who.may_at_all(Action::Remark) && self.refuses(Action::Remark, who).is_none();
        remarks.then_some(Action::Remark).into_iter().collect()
    }

    fn set_status(&mut self, status: Status) {
        self.status = status;
    }
}

impl DisputeFields {
    /// True for a person who sees it only because they were invited or mediate it.
    fn is_guest(&self, who: &Authority) -> bool {
        self.standing(who, Action::Remark).is_none() && !self.is_owned_by(who) && who.actor.organization.is_none()
    }

    /// True while the time to speak with the applicant runs.
    pub fn awaits_contact(&self) -> Result<bool, Problem> {
        let waits = |clock: &Deadline| clock.is_running() && clock.kind == DeadlineKind::FirstContact;
        Ok(self.progress.get()?.clocks.iter().any(waits))
    }

    /// True while the level above has not answered an applicant who is dissatisfied with the result, or with a rejection.
    pub fn complaint_waits(&self) -> bool {
        matches!(self.status, Status::Resolved | Status::Rejected) && self.approver.is_some()
    }

    /// What happened to it, unless a list has left it out.
    pub(super) fn details(&self) -> Option<&CaseDetails> {
        if self.progress.is_left_out() { None } else { self.progress.get().ok() }
    }

    /// The level that handles it; on its way to another one still that which sent it.
    fn handling_level(&self) -> Level {
        let sent = self.details().and_then(|details| details.hold.as_ref()).filter(|hold| hold.kind == HoldKind::Transferred);
        sent.map_or(self.level, |hold| hold.level.min(self.level))
    }

    /// True where a level is above that which handles it, or the city, above which there is none.
    fn is_below(&self, level: Level) -> bool {
        level < self.level || level == Level::City
    }

    /// The place above a level that handles it; the city has none.
    fn above(&self, handling: Level) -> JurisdictionCode {
        let above = self.jurisdiction.path().into_iter().rfind(|code| code.level() < handling);
        above.or(self.jurisdiction.at(Level::City)).unwrap_or(self.jurisdiction)
    }

    /// Why the caller does not decide what is reserved to the level above, or at the top to the city: they handle it, also
    /// with another one of their grants, or asked for it themselves.
    pub fn reserved(&self, action: Action, who: &Authority, place: &'static str) -> Option<FieldError> {
        let levels: Vec<_> = who.acting_levels(action, &self.jurisdiction).collect();
        let (handling, person) = (self.handling_level(), who.actor.caller.as_str());
        let in_city = handling == Level::City && levels.contains(&Level::City);
        match () {
            () if !in_city && levels.iter().all(|level| *level >= handling) => {
                let above = self.approver.filter(|_| self.complaint_waits()).unwrap_or(self.above(handling));
                Some(FieldError::at(place, &codes::LEVEL_ABOVE_DECIDES).with("jurisdiction", above.as_str()))
            }
            () if !in_city && levels.contains(&handling) => Some(FieldError::at(place, &codes::SECOND_PERSON)),
            // At the top nobody is above those who had a hand in it: whoever took the latest step leaves it to the others.
            () if in_city && !self.taken_steps.is_last(person) => None,
            () if self.taken_steps.has_any(person) => Some(FieldError::at(place, &codes::SECOND_PERSON)),
            () => None,
        }
    }

    /// While the level above decides whether the applicant may withdraw it, it goes no other way: whoever handles it must
    /// not take the question away.
    pub fn withdrawal_waits(&self, place: impl Into<String>) -> Option<FieldError> {
        let details = self.details()?;
        let asked = details.approval.as_ref().is_some_and(|asked| asked.kind == ApprovalKind::Withdraw);
        (asked && details.filed_by_applicant == Some(true)).then(|| {
            FieldError::at(place, &codes::WITHDRAWAL_WAITS)
                .with("jurisdiction", self.approver.as_ref().map(JurisdictionCode::as_str))
        })
    }

    /// True where this one would hide in another: it is graver, or a higher level handles it.
    pub fn is_graver_than(&self, whole: &Self) -> bool {
        self.level < whole.level || self.risk > whole.risk
    }

    /// What hangs on what happened to it, which lists leave out.
    fn refuses_by_details(&self, action: Action, who: &Authority) -> Option<FieldError> {
        use Action::*;
        let Some(details) = self.details() else {
            let unknown = action == Withdraw && (self.created_by != who.actor.caller || self.risk == Risk::Red);
            return unknown.then(|| FieldError::at("", &codes::APPLICANT_DECIDES));
        };
        let hold = details.hold.as_ref();
        let asked = details.approval.as_ref().map(|asked| asked.kind);
        let above = || self.reserved(action, who, "");
        match action {
            Withdraw if self.is_filed_by_caller(who) => {
                let waits = self.risk == Risk::Red && asked == Some(ApprovalKind::Withdraw);
                waits.then(|| FieldError::at("", &codes::ALREADY_DONE))
            }
            Withdraw if details.filed_by_applicant == Some(true) && asked != Some(ApprovalKind::Withdraw) => {
                Some(FieldError::at("", &codes::APPLICANT_DECIDES))
            }
            Withdraw if self.risk == Risk::Red || details.filed_by_applicant == Some(true) => above(),
            Return if details.returned => Some(FieldError::at("", &codes::DECIDED_ABOVE)),
            Return => FieldError::after("", who.today(), hold.and_then(|hold| hold.until_on)),
            Transfer
                if details.returned
                    && !who.acting_level(action, &self.jurisdiction).is_some_and(|level| self.is_below(level)) =>
            {
                Some(FieldError::at("", &codes::DECIDED_ABOVE))
            }
            Extend if details.clocks.iter().any(|clock| clock.extension_days > 0) => {
                Some(FieldError::at("", &codes::ALREADY_DONE))
            }
            RequestApproval if details.approval.is_some() => Some(FieldError::at("", &codes::ALREADY_DONE)),
            VisitBack if details.rated_by_applicant && !speaks_for_applicant(who, self) => {
                Some(FieldError::at("/satisfaction", &codes::SAID_BY_APPLICANT))
            }
            // Whoever complained in time is answered whenever that is.
            Reopen if self.complaint_waits() => None,
            RequestReview if details.review_requested => Some(FieldError::at("", &codes::ALREADY_DONE)),
            Reopen | RequestReview => FieldError::after("", who.today(), details.reopens_until),
            _ => None,
        }
    }

    /// True when a caller who reaches it from these levels may learn who the parties are.
    pub fn discloses_to(&self, mut acting_levels: impl Iterator<Item = Level>) -> bool {
        // A grid worker helps its community, but keeps none of its secrets.
        let helps = |level| level == Level::Grid && self.level == Level::Community;
        acting_levels.any(|level| if self.confidential { level == self.level } else { level <= self.level || helps(level) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::lifecycle::next_status;

    #[test]
    fn only_a_rejection_reviewed_and_a_result_complained_about_leave_a_final_state() {
        let finals = [Status::Rejected, Status::Withdrawn, Status::ReferredOut, Status::Closed];
        let ways_out: Vec<_> = finals
            .iter()
            .flat_map(|from| DisputeFields::ACTIONS.iter().map(move |(action, ..)| (*from, *action)))
            .filter(|(from, action)| {
                let next = next_status(DisputeFields::ACTIONS, *from, *action);
                next.is_some_and(|next| next != *from) || next.is_some() && *action == Action::Reopen
            })
            .collect();
        assert_eq!(ways_out, [(Status::Rejected, Action::Reopen), (Status::Closed, Action::Reopen)]);
    }

    #[test]
    fn what_is_final_is_only_talked_about() {
        let said = [Action::VisitBack, Action::Rate, Action::UnlinkParty, Action::Uninvite, Action::Remark];
        for status in [Status::Withdrawn, Status::ReferredOut, Status::Closed] {
            for (action, ..) in DisputeFields::ACTIONS {
                let taken = next_status(DisputeFields::ACTIONS, status, *action).is_some();
                let spoken = said.contains(action) || status == Status::Closed && *action == Action::Reopen;
                assert!(spoken || !taken, "{action:?} is taken in {status:?}");
            }
        }
    }
}
