//! The states of a vote, and who may do what in them.

use chrono::{DateTime, Utc};

use super::model::{OwnerVoteFields, PostingKind};
use super::plan::{Convener, Replacement};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::calendar::civil_date;
use crate::changes::lifecycle::{Lifecycle, Step, next_actions_if, next_status};
use crate::changes::taken_steps::TakenSteps;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;

/// Nothing hangs for fewer days (Qingdao's regulation, article 92).
const LEAST_DAYS: usize = 3;

text_enum! {
    /// Where a vote stands.
    pub enum OwnerVoteStatus {
        Draft = "draft",
        /// A draft that was never published.
        Discarded = "discarded",
        /// Owners read the roll and object to it.
        RollPublished = "roll_published",
        /// The roll is frozen, and what is voted on does not change.
        Announced = "announced",
        Voting = "voting",
        /// The time is over; papers that were handed in before are entered.
        Counting = "counting",
        /// Everybody reads what it came to, and may object.
        Counted = "counted",
        Concluded = "concluded",
        Cancelled = "cancelled",
    }
}

impl OwnerVoteFields {
    /// Why it does not end yet: somebody waits for an answer, may still object, or the result has hung for too few days.
    fn refuses_conclusion(&self, who: &Authority) -> Option<FieldError> {
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        let early = self.objections_until().filter(|last| *last >= who.today()).map(|last| {
            let limit = last.succ_opt().map(|day| day.to_string());
            FieldError::at("", &codes::BEFORE_ITS_TIME).with("limit", limit)
        });
        let (hung, needed) = (self.result_hung(who), self.result_days());
        let posted = || {
            let fault = FieldError::at("", &codes::RESULT_NOT_POSTED).with("days", hung).with("limit", needed);
            (hung < needed).then_some(fault)
        };
        some(self.has_open_objection(), &codes::OBJECTION_OPEN).or(early).or_else(posted)
    }

    /// On how many whole days the result has to hang: as long as owners object to it, and no less than what hangs at all.
    pub fn result_days(&self) -> usize {
        let result = self.result.get().ok().and_then(Option::as_ref);
        result.and_then(|result| usize::try_from(result.posting_days).ok()).unwrap_or_default().max(LEAST_DAYS)
    }

    /// Why it is not announced yet: the roll has hung for too few days, in all or since it was corrected.
    fn roll_not_posted(&self, who: &Authority) -> Option<FieldError> {
        let preparation = &self.preparation;
        let spans =
            [(preparation.roll_published_on, preparation.roll_days), (preparation.roll_changed_on, preparation.changed_days)];
        spans.into_iter().find_map(|(from, needed)| {
            let hung = self.days_hung(PostingKind::Roll, from.unwrap_or(who.today()), who.today());
            let fault = || FieldError::at("", &codes::ROLL_NOT_POSTED).with("days", hung).with("limit", needed);
            i64::try_from(hung).is_ok_and(|hung| hung < needed).then(fault)
        })
    }

    /// What whoever votes for a head does, wherever they live.
    pub const OWNER_ACTIONS: [Action; 4] = [Action::Cast, Action::WithdrawBallot, Action::GivePower, Action::RevokePower];
    const OFFERED_TO_OWNERS: [Action; 5] =
        [Action::Cast, Action::WithdrawBallot, Action::GivePower, Action::RevokePower, Action::Object];

    /// Those of them that are possible now.
    pub fn owner_actions(&self, who: &Authority) -> Vec<Action> {
        let possible = |action: &Action| {
            who.may_at_all(*action)
                && next_status(Self::ACTIONS, self.status, *action).is_some()
                && self.refuses(*action, who).is_none()
        };
        Self::OFFERED_TO_OWNERS.into_iter().filter(possible).collect()
    }

    /// True where what has to come next is the caller's to do, and can be done now.
    pub fn waits_for(&self, who: &Authority) -> bool {
        let comes_next = |action| match action {
            Action::AnswerObjection | Action::Confirm | Action::Announce | Action::Count | Action::Conclude => true,
            Action::AddPosting => self.lacks_posting(who),
            _ => false,
        };
        !next_actions_if(who, self, comes_next).is_empty()
    }

    /// True where the result has hung for too few days, and does not hang.
    fn lacks_posting(&self, who: &Authority) -> bool {
        let Some(counted_at) = self.counted_at.filter(|_| self.status == OwnerVoteStatus::Counted) else { return false };
        let mut hangs =
            self.put_up(PostingKind::Result, civil_date(counted_at)).filter(|posting| posting.until_on >= who.today());
        hangs.next().is_none() && self.result_hung(who) < self.result_days()
    }

    /// What its state is at a time: the service opens and closes it.
    pub fn status_at(&self, now: DateTime<Utc>) -> OwnerVoteStatus {
        match self.status {
            OwnerVoteStatus::Announced if now >= self.ends_at => OwnerVoteStatus::Counting,
            OwnerVoteStatus::Announced if now >= self.starts_at => OwnerVoteStatus::Voting,
            OwnerVoteStatus::Voting if now >= self.ends_at => OwnerVoteStatus::Counting,
            other => other,
        }
    }
}

impl OwnerVoteStatus {
    /// What was never published is for those who prepare it and those above.
    pub const UNPUBLISHED: [Self; 2] = [Self::Draft, Self::Discarded];
    /// Votes that decide nothing.
    pub const GONE: [Self; 2] = [Self::Discarded, Self::Cancelled];
}

impl Lifecycle for OwnerVoteFields {
    type Status = OwnerVoteStatus;
    const ACTIONS: &'static [Step<OwnerVoteStatus>] = {
        use OwnerVoteStatus::*;
        &[
            (Action::Update, &[Draft, RollPublished], None),
            (Action::PublishRoll, &[Draft, RollPublished], Some(RollPublished)),
            (Action::Object, &[RollPublished, Counted], None),
            (Action::AnswerObjection, &[RollPublished, Counted], None),
            (Action::AddPosting, &[RollPublished, Announced, Voting, Counted, Concluded], None),
            (Action::StrikePosting, &[RollPublished, Announced, Voting, Counted, Concluded], None),
            (Action::Confirm, &[RollPublished], None),
            (Action::Announce, &[RollPublished], Some(Announced)),
            (Action::IssueLetters, &[Announced, Voting], None),
            (Action::DeliverBallots, &[Announced, Voting], None),
            (Action::Link, &[Announced, Voting], None),
            (Action::GivePower, &[Announced, Voting], None),
            (Action::RevokePower, &[Announced, Voting], None),
            (Action::Cast, &[Voting], None),
            (Action::WithdrawBallot, &[Voting], None),
            (Action::TakePaper, &[Voting, Counting], None),
            (Action::EnterPaper, &[Voting, Counting], None),
            (Action::RejectPaper, &[Voting, Counting], None),
            (Action::Extend, &[Voting], None),
            (Action::Count, &[Counting], Some(Counted)),
            (Action::Conclude, &[Counted], Some(Concluded)),
            (Action::Invalidate, &[Counted, Concluded], None),
            (Action::Annul, &[Counted, Concluded], None),
            (Action::StrikeEnding, &[Counted, Concluded], None),
            // What cannot be counted is cancelled too.
            (Action::Cancel, &[RollPublished, Announced, Voting, Counting], Some(Cancelled)),
            (Action::Discard, &[Draft], Some(Discarded)),
        ]
    };
    /// Whoever writes a vote or publishes its roll does not confirm it, whoever counts does not say that it is the end, and whoever says that
    /// something does not stand does not strike that.
    const SECOND_PERSON: &'static [(Action, Action)] = &[
        (Action::Confirm, Action::Create),
        (Action::Confirm, Action::Update),
        (Action::Confirm, Action::PublishRoll),
        (Action::Conclude, Action::Count),
        (Action::StrikeEnding, Action::Invalidate),
        (Action::StrikeEnding, Action::Annul),
    ];

    fn status(&self) -> OwnerVoteStatus {
        self.status
    }

    fn set_status(&mut self, status: Self::Status) {
        self.status = status;
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.is_of_convener(who)
    }

    fn allows(&self, action: Action, standing: Option<Level>) -> bool {
        let by_street = standing.is_some_and(|level| level <= Level::Street);
        match action {
            Action::Object | Action::Link => true,
            _ if Self::OWNER_ACTIONS.contains(&action) => true,
            Action::Confirm | Action::Extend | Action::RejectPaper => by_street,
            Action::Invalidate | Action::Annul | Action::StrikeEnding => by_street,
            // What makes silence count, or comes in on paper, an office records.
            Action::TakePaper | Action::EnterPaper | Action::DeliverBallots => standing.is_some(),
            // What owners have said is thrown away by the street, and once it is to be counted only above it.
            Action::Cancel if self.status == OwnerVoteStatus::Voting => by_street,
            Action::Cancel if self.status == OwnerVoteStatus::Counting => standing.is_some_and(|level| level <= Level::District),
            // What the street convenes in place of a committee is in its own hands.
            _ if self.plan.convener == Convener::Street => by_street,
            // Members of the committee that convenes it have no standing of an office.
            _ => standing.is_some() || self.organization_id.is_some(),
        }
    }

    fn taken_steps(&self) -> Option<&TakenSteps> {
        Some(&self.taken_steps)
    }

    fn also_possible(&self, who: &Authority) -> Vec<Action> {
        self.owner_actions(who)
    }

    fn refuses(&self, action: Action, who: &Authority) -> Option<FieldError> {
        let some = |is: bool, rule| is.then(|| FieldError::at("", rule));
        match action {
            Action::AnswerObjection => some(!self.has_open_objection(), &codes::NOT_APPLICABLE),
            Action::Confirm => some(self.preparation.confirmed_at.is_some(), &codes::ALREADY_DONE),
            Action::Announce => some(self.has_open_objection(), &codes::OBJECTION_OPEN)
                .or_else(|| some(self.preparation.confirmed_at.is_none(), &codes::NOT_CONFIRMED))
                .or_else(|| self.roll_not_posted(who)),
            Action::Extend => some(self.preparation.extended_from.is_some(), &codes::ALREADY_DONE)
                .or_else(|| some(who.now >= self.ends_at, &codes::HAS_ENDED)),
            Action::Object => some(self.objections_until().is_some_and(|last| last < who.today()), &codes::HAS_ENDED),
            Action::Conclude => self.refuses_conclusion(who),
            Action::Cancel if self.status == OwnerVoteStatus::Counting => None,
            Action::WithdrawBallot if self.plan.replacement == Replacement::First => some(true, &codes::NOT_APPLICABLE),
            Action::Cancel
            | Action::Cast
            | Action::WithdrawBallot
            | Action::IssueLetters
            | Action::DeliverBallots
            | Action::Link
            | Action::GivePower
            | Action::RevokePower => some(who.now >= self.ends_at, &codes::HAS_ENDED),
            Action::StrikeEnding => some(self.endings.0.iter().all(|ending| ending.struck.is_some()), &codes::NOT_APPLICABLE),
            Action::StrikePosting => some(self.postings.0.iter().all(|posting| posting.struck.is_some()), &codes::NOT_APPLICABLE),
            _ => None,
        }
    }
}
