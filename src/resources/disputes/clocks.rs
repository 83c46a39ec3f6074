//! Which clocks run for a dispute, and by what rules.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};

use super::deadline::{Card, Deadline, DeadlineKind};
use super::details::DisputeChannel;
use super::transition::DisputeTransition;
use crate::calendar::civil_date;
use crate::resources::reference::dispute_categories::model::Risk;

impl DisputeTransition {
    /// Begins a clock for the level that handles the dispute, unless one of its kind is running.
    pub fn start(&mut self, kind: DeadlineKind, now: DateTime<Utc>) {
        if !self.running().any(|clock| clock.kind == kind) {
            let rule = self.rules.clock(kind, self.progress.channel, self.fields.risk);
            let clock = Deadline::new(kind, self.fields.level, now, rule);
            self.progress.clocks.push(clock);
        }
    }

    /// It came by another way than was told, or is graver or less: what runs by the rules of before runs by those of now,
    /// from when it began. Only the level above makes a time longer.
    ///
    /// What became graver has the shorter time from today on, and never more than it had; what became less grave has its time
    /// from when it began, and never less than it had.
    pub fn follow_rules(&mut self, (old_channel, old_risk): (DisputeChannel, Risk), by_level_above: bool, today: NaiveDate) {
        let (channel, risk) = (self.progress.channel, self.fields.risk);
        for clock in self.progress.clocks.iter_mut().filter(|clock| clock.is_running() && !clock.escalated) {
            let after = self.rules.clock(clock.kind, channel, risk);
            if after == self.rules.clock(clock.kind, old_channel, old_risk) {
                continue;
            }
            let began = civil_date(clock.started_at);
            let renewed = self.rules.renewed(clock, after, if risk > old_risk { today.max(began) } else { began });
            // What stands still has no last day, and is compared by its days.
            let last = |clock: &Deadline| (clock.due_on, clock.days);
            let fits = match risk.cmp(&old_risk) {
                Ordering::Greater => last(&renewed) < last(clock),
                Ordering::Less => by_level_above && last(&renewed) > last(clock),
                Ordering::Equal => by_level_above || last(&renewed) <= last(clock),
            };
            if fits {
                *clock = renewed;
            }
        }
    }

    /// Ends the running clock of a kind.
    pub fn stop(&mut self, kind: DeadlineKind, now: DateTime<Utc>) {
        let running = self.progress.clocks.iter_mut().filter(|clock| clock.is_running() && clock.kind == kind);
        running.for_each(|clock| clock.ended_at = Some(now));
    }

    pub fn running(&self) -> impl Iterator<Item = &Deadline> {
        self.progress.clocks.iter().filter(|clock| clock.is_running())
    }

    /// Gives a card for a clock.
    pub fn issue_card(&mut self, kind: DeadlineKind, card: Card) {
        let running = self.progress.clocks.iter_mut().filter(|clock| clock.is_running() && clock.kind == kind);
        running.for_each(|clock| clock.card = card);
    }

    /// The level that handles the dispute now gets a clock of its own for each that was missed.
    pub fn replace_missed(&mut self, now: DateTime<Utc>) {
        let missed: Vec<_> = self.running().filter(|clock| clock.card == Card::Red).map(|clock| clock.kind).collect();
        for kind in missed {
            self.stop(kind, now);
            let rule = self.rules.escalated_clock(kind, self.progress.channel, self.fields.risk);
            let clock = Deadline { escalated: true, ..Deadline::new(kind, self.fields.level, now, rule) };
            self.progress.clocks.push(clock);
        }
    }
}
