//! What can be done to a duty.

use super::model::{Duty, DutyExtension, DutyFields, DutyProgress, DutyReview, NewDutyProgress, NewDutyReview, view};
use super::states::DutyStatus;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Duties;
use crate::access::scope::Authorized;
use crate::calendar::term::Term;
use crate::calendar::working::WorkCalendar;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::decisions::EffectKind;
use crate::resources::deliberation::owner_votes::store::effects as votes;
use crate::resources::disputes::deadline::Card;
use crate::resources::reference::calendars::store as calendars;

/// As many reports and reviews as a duty keeps.
const MOST_REPORTS: usize = 100;
const MOST_REVIEWS: usize = 20;

/// What can be done to a duty.
pub enum Command {
    ReportProgress(NewDutyProgress),
    Review(NewDutyReview),
    Extend(DutyExtension),
    Cancel(Reason),
    /// The service gives a card.
    RunDueStep,
}

/// A decision of owners is carried out no more by a duty that was called off.
pub struct CalledOff;

impl Aggregate for DutyFields {
    type Command = Command;
    type Facts = WorkCalendar;
    type Effect = CalledOff;
    type View = Duty;

    const PATH: &'static str = "/v1/duties";
    const NOUN: &'static str = "duty";

    async fn facts(&self, tx: &Tx, _: &Authorized<Duties>, _: &Command) -> Result<WorkCalendar, Problem> {
        Ok(calendars::working_days(tx.connection(), self.jurisdiction).await?)
    }

    fn decide(
        &self,
        after: &mut Self,
        command: Command,
        calendar: &WorkCalendar,
        who: &Authority,
    ) -> Result<Vec<CalledOff>, Problem> {
        let mut effects = Vec::new();
        match command {
            Command::ReportProgress(body) => report(after, body, who)?,
            Command::Review(body) => review(after, body, who)?,
            Command::Extend(DutyExtension { working_days, reason }) => {
                (after.extension_days, after.reason) = (Some(working_days), Some(reason));
                after.card = Card::None;
                after.count(calendar);
            }
            Command::Cancel(Reason { reason }) => {
                after.reason = Some(reason);
                effects.extend(self.vote_id.map(|_| CalledOff));
            }
            Command::RunDueStep => after.give_card(calendar, who),
        }
        after.next_step_on = after.next_card(calendar).map(|(_, day)| day);
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, _: &Authority, effects: Vec<CalledOff>) -> Result<Vec<Record>, Problem> {
        if !effects.is_empty() {
            votes::take_back(tx, self.id, EffectKind::DutyGiven).await?;
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<Duties>) -> Result<Duty, Problem> {
        Ok(view(who, self))
    }
}

fn report(duty: &mut DutyFields, body: NewDutyProgress, who: &Authority) -> Result<(), Problem> {
    if duty.progress.0.len() >= MOST_REPORTS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_REPORTS)]));
    }
    let NewDutyProgress { text, evidence, complete } = body;
    if complete {
        (duty.status, duty.reported_on) = (DutyStatus::Reported, Some(who.today()));
        duty.taken_steps.add(Action::ReportProgress, who);
    }
    duty.progress.0.push(DutyProgress { text, evidence, complete, at: who.now });
    Ok(())
}

fn review(duty: &mut DutyFields, body: NewDutyReview, who: &Authority) -> Result<(), Problem> {
    if duty.reviews.0.len() >= MOST_REVIEWS && !body.accepted {
        return invalid("/accepted", &codes::MAX_ITEMS);
    }
    let by_member = who.acting_level(who.action, &duty.jurisdiction).is_none();
    let organization_id = who.actor.organization.filter(|_| by_member);
    duty.status = if body.accepted { DutyStatus::Done } else { DutyStatus::Open };
    duty.in_time = body.accepted.then(|| duty.reported_on.is_some_and(|day| day <= duty.due_on));
    duty.reviews.0.push(DutyReview { accepted: body.accepted, organization_id, note: body.note, at: who.now });
    Ok(())
}

impl DutyFields {
    /// Works its last day out.
    pub fn count(&mut self, calendar: &WorkCalendar) {
        let days = i64::from(self.working_days) + i64::from(self.extension_days.unwrap_or_default());
        let term = Term { starts_on: self.starts_on, days, pauses: &[] };
        self.due_on = term.last_day(calendar).unwrap_or(chrono::NaiveDate::MAX);
        self.provisional = calendar.is_provisional(self.due_on);
    }

    /// The card that comes next while it is open, and when.
    pub fn next_card(&self, calendar: &WorkCalendar) -> Option<(Card, chrono::NaiveDate)> {
        if self.status != DutyStatus::Open {
            return None;
        }
        match (self.card, self.yellow_on(calendar)) {
            (Card::None, Some(day)) => Some((Card::Yellow, day)),
            (Card::None | Card::Yellow, _) => Some((Card::Red, calendar.next_after(self.due_on))),
            (Card::Red, _) => None,
        }
    }

    /// The last working day before it is due; on its first day nobody is warned.
    pub fn yellow_on(&self, calendar: &WorkCalendar) -> Option<chrono::NaiveDate> {
        Some(calendar.last_before(self.due_on)).filter(|day| *day > self.starts_on)
    }

    /// Gives the card that has come due, by the working days as they are known now.
    fn give_card(&mut self, calendar: &WorkCalendar, who: &Authority) {
        self.count(calendar);
        if let Some((card, _)) = self.next_card(calendar).filter(|(_, day)| *day <= who.today()) {
            self.card = card;
        }
    }
}

#[cfg(test)]
mod tests;
