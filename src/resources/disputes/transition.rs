//! A dispute while something is done to it: who handles it, which clocks run, and what the service does next.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::deadline::ClockStep;
use super::deadline::{Card, Clock, ClockKind};
use super::details::{ApprovalKind, Hold, HoldKind, Progress};
use super::effective_rules::InForce;
use super::model::DisputeFields;
use super::routing::Holders;
use super::states::Status;
use crate::access::code::{JurisdictionCode, Level};
use crate::calendar::term::last_calendar_day;
use crate::calendar::{civil_date, midnight};
use crate::db::document::Document;
use crate::http::problem::Problem;
use crate::resources::reference::rules::model::RuleName;

/// So many ended clocks are kept.
const MOST_CLOCKS: usize = 100;

/// What the service does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimedStep {
    Clock(ClockKind, ClockStep),
    /// A suspension is over.
    Resume,
    /// Nobody has said anything since it was resolved.
    Close,
}

/// True while something is still to be done in this state.
fn is_needed(kind: ClockKind, status: Status, contacted: bool) -> bool {
    use Status::{Accepted, Assigned, InHandling, InMediation, Merged, Submitted, Suspended, Transferred};
    match kind {
        ClockKind::Accept => matches!(status, Submitted | Transferred | Merged),
        ClockKind::FirstContact if contacted => false,
        ClockKind::FirstContact | ClockKind::Resolve => {
            matches!(status, Accepted | Assigned | InHandling | InMediation | Transferred | Suspended | Merged)
        }
    }
}

/// A dispute while something is done to it.
pub struct Case {
    /// The status that it had.
    pub was: Status,
    pub fields: DisputeFields,
    pub progress: Progress,
    pub in_force: Arc<InForce>,
}

impl Case {
    pub fn of(fields: &DisputeFields, in_force: &Arc<InForce>) -> Result<Self, Problem> {
        Ok(Self {
            was: fields.status,
            fields: fields.clone(),
            progress: fields.progress.get()?.clone(),
            in_force: in_force.clone(),
        })
    }

    /// The record as it is to be stored.
    pub fn into_fields(mut self, now: DateTime<Utc>) -> Result<DisputeFields, Problem> {
        self.settle(now);
        self.fields.progress = Document::of(&self.progress)?;
        Ok(self.fields)
    }

    /// True when nothing of what it was has changed.
    pub fn is_as_before(&self, before: &DisputeFields) -> Result<bool, Problem> {
        Ok(self.fields == *before && self.progress == *before.progress.get()?)
    }

    /// Searches anew who is responsible, from a level upward: the category's first level when none is given.
    pub fn route(&mut self, holders: &Holders, from: Option<Level>) {
        let first = self.in_force.category.as_ref().map(|category| category.first_level);
        let (level, organization, route) = holders.route(from.or(first).unwrap_or(Level::Community));
        (self.fields.level, self.fields.organization_id) = (level, organization);
        self.progress.route = Some(route);
    }

    /// Hands the dispute to the next level above whose post is held; false at the top.
    pub fn escalate(&mut self, holders: &Holders, now: DateTime<Utc>) -> bool {
        let Some(above) = self.handler().parent() else { return false };
        self.route(holders, Some(above.level()));
        self.decide();
        if matches!(self.fields.status, Status::Assigned | Status::InHandling) {
            self.fields.status = Status::Accepted;
        }
        // Whoever worked on it did so for the level below.
        self.fields.assignee = None;
        self.replace_missed(now);
        true
    }

    /// Who handles the dispute.
    pub fn handler(&self) -> JurisdictionCode {
        let place = self.fields.jurisdiction;
        place.path().into_iter().find(|code| code.level() <= self.fields.level).unwrap_or(place)
    }

    /// Nothing waits for the level above any more; true when something did.
    pub fn decide(&mut self) -> bool {
        self.fields.approver = None;
        self.progress.approval.take().is_some()
    }

    /// What was asked of the level above was granted; something else goes on waiting.
    pub fn answer(&mut self, kind: ApprovalKind) {
        if self.progress.approval.as_ref().is_some_and(|asked| asked.kind == kind) {
            self.decide();
        }
    }

    /// Remembers what the dispute was, and puts it on hold.
    pub fn hold(&mut self, kind: HoldKind, until_on: Option<NaiveDate>, now: DateTime<Utc>) {
        self.progress.hold = Some(Hold {
            kind,
            status: self.was,
            level: self.fields.level,
            jurisdiction: self.fields.jurisdiction,
            organization_id: self.fields.organization_id,
            estate_id: self.fields.estate_id,
            since: now,
            until_on,
        });
    }

    /// Takes the dispute up again where it was put on hold.
    pub fn resume(&mut self, now: DateTime<Utc>) {
        if let Some(hold) = self.progress.hold.take() {
            self.fields.status = hold.status;
            if hold.kind == HoldKind::Suspended {
                self.progress.suspended_days += (civil_date(now) - civil_date(hold.since)).num_days();
            }
        }
    }

    /// What was resolved is handled again, from now on.
    pub fn take_up_again(&mut self, now: DateTime<Utc>) {
        (self.progress.closes_on, self.progress.resolved_at) = (None, None);
        (self.progress.satisfaction, self.progress.rated_by_applicant) = (None, false);
        self.progress.suspended_days = 0;
        self.start(ClockKind::Resolve, now);
    }

    /// The dispute lies in another jurisdiction from now on, the heir of its own.
    pub fn move_to(&mut self, heir: JurisdictionCode) {
        self.fields.jurisdiction = heir;
        self.fields.level = self.fields.level.min(heir.level());
        if self.fields.approver.is_some() {
            let handler = self.handler();
            self.fields.approver = Some(handler.parent().unwrap_or(handler));
        }
    }

    /// What came from another community no longer belongs to a registered estate of that one.
    pub fn leave_estate(&mut self, came_from: JurisdictionCode) {
        if self.fields.jurisdiction.at(Level::Community) != came_from.at(Level::Community) {
            self.fields.estate_id = None;
        }
    }

    /// Records the result. After some days of silence the dispute closes; for some days it can be reopened.
    pub fn resolve(&mut self, resolution: String, now: DateTime<Utc>) {
        let today = civil_date(now);
        let after = |name| last_calendar_day(today, self.in_force.days(name));
        let (silence, reopening) = (after(RuleName::DisputeSilenceDays), after(RuleName::DisputeReopenDays));
        self.progress.closes_on = silence.checked_add_days(Days::new(1));
        self.progress.reopens_until = Some(reopening);
        self.progress.resolved_at = Some(now);
        (self.fields.status, self.fields.resolution) = (Status::Resolved, Some(resolution));
    }
}

impl Case {
    /// Begins a clock for the level that handles the dispute, unless one of its kind is running.
    pub fn start(&mut self, kind: ClockKind, now: DateTime<Utc>) {
        if !self.running().any(|clock| clock.kind == kind) {
            let clock = Clock::new(kind, self.fields.level, now, self.in_force.clock(kind));
            self.progress.clocks.push(clock);
        }
    }

    /// Ends the running clock of a kind.
    pub fn stop(&mut self, kind: ClockKind, now: DateTime<Utc>) {
        let running = self.progress.clocks.iter_mut().filter(|clock| clock.is_running() && clock.kind == kind);
        running.for_each(|clock| clock.ended_at = Some(now));
    }

    pub fn running(&self) -> impl Iterator<Item = &Clock> {
        self.progress.clocks.iter().filter(|clock| clock.is_running())
    }

    /// Brings everything that follows from the state up to date: which clocks run, when they are due, what comes next.
    pub fn settle(&mut self, now: DateTime<Utc>) {
        let (status, contacted) = (self.fields.status, self.progress.contacted_at.is_some());
        if !matches!(status, Status::Suspended | Status::Transferred | Status::Merged) {
            self.progress.hold = None;
        }
        if status.is_over() || status == Status::Resolved {
            self.decide();
        }
        let stands_still = matches!(status, Status::Suspended | Status::Merged);
        let today = civil_date(now);
        for clock in self.progress.clocks.iter_mut().filter(|clock| clock.is_running()) {
            if is_needed(clock.kind, status, contacted) {
                if stands_still {
                    clock.pause(today)
                } else {
                    clock.go_on(today)
                }
                clock.settle(&self.in_force.calendar);
            } else {
                clock.ended_at = Some(now);
            }
        }
        let worst = self.progress.clocks.iter().map(|clock| clock.card).max().unwrap_or(Card::None);
        self.fields.card = self.fields.card.max(worst);
        let surplus = self.progress.clocks.len().saturating_sub(MOST_CLOCKS);
        self.progress.clocks.drain(..surplus);
        self.fields.due_at = self.running().filter_map(Clock::due_at).min();
        self.fields.next_step_at = self.next_step().map(|(at, _)| at);
    }

    /// What the service does next by itself, and when.
    pub fn next_step(&self) -> Option<(DateTime<Utc>, TimedStep)> {
        let hold = self.progress.hold.as_ref().filter(|hold| hold.kind == HoldKind::Suspended);
        match self.fields.status {
            Status::Suspended => Some((midnight(hold?.until_on?), TimedStep::Resume)),
            Status::Resolved => Some((midnight(self.progress.closes_on?), TimedStep::Close)),
            _ => {
                let of = |clock: &Clock| {
                    let (at, step) = clock.next_step(self.fields.level, &self.in_force.calendar)?;
                    Some((at, TimedStep::Clock(clock.kind, step)))
                };
                self.running().filter_map(of).min_by_key(|(at, _)| *at)
            }
        }
    }

    /// Gives a card for a clock.
    pub fn give(&mut self, kind: ClockKind, card: Card) {
        let running = self.progress.clocks.iter_mut().filter(|clock| clock.is_running() && clock.kind == kind);
        running.for_each(|clock| clock.card = card);
    }

    /// The level that handles the dispute now gets a clock of its own for each that was missed.
    pub fn replace_missed(&mut self, now: DateTime<Utc>) {
        let missed: Vec<_> = self.running().filter(|clock| clock.card == Card::Red).map(|clock| clock.kind).collect();
        for kind in missed {
            self.stop(kind, now);
            let clock = Clock::new(kind, self.fields.level, now, self.in_force.escalated_clock(kind));
            self.progress.clocks.push(clock);
        }
    }
}
