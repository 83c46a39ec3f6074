//! The clocks of a dispute: when they begin and end, and what the service does by itself when a time has come.

use chrono::{DateTime, Utc};

use super::case::Case;
use super::clock::ClockStep;
use super::progress::{Card, Clock, ClockKind, HoldKind};
use super::states::Status;
use crate::calendar::{civil_date, midnight};

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
