//! How long a mediation takes, and how it ends.

use chrono::{DateTime, NaiveDate, Utc};

use crate::access::authority::Authority;
use crate::calendar::midnight;
use crate::calendar::term::{end_of, last_calendar_day};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::mediations::command::Effect;
use crate::resources::mediation::mediations::facts::Facts;
use crate::resources::mediation::mediations::inputs::{Continuation, Failure, UndisputedFacts};
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;

/// Sets the last day, and when it is announced: as many days before as the rules lie apart.
pub fn set_end(rules: &[EffectiveRule], mediation: &mut MediationFields, last: NaiveDate) {
    let length = EffectiveRule::value_of(rules, RuleName::MediationDays);
    let warning = EffectiveRule::value_of(rules, RuleName::MediationWarningDays).min(length);
    let announced = last - chrono::Days::new((length - warning).unsigned_abs());
    (mediation.due_on, mediation.warned) = (Some(last), false);
    mediation.next_step_at = Some(midnight(announced));
}

/// Goes on beyond the usual time, when all parties agree: each time for as many days at most as a mediation has.
pub fn extend(
    mediation: &mut MediationFields,
    new: Continuation,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let mut errors = Vec::new();
    if mediation.parties.0.iter().any(|party| !new.consenting.contains(&party.position)) {
        errors.push(FieldError::at("/consenting", &codes::CONSENT_MISSING));
    }
    let before = mediation.due_on.map_or(who.today(), |due| due.max(who.today()));
    let longest = EffectiveRule::value_of(&facts.rules, RuleName::MediationDays);
    errors.extend(FieldError::before("/until_on", new.until_on, Some(last_calendar_day(before, 1))));
    errors.extend(FieldError::after("/until_on", new.until_on, Some(last_calendar_day(before, longest))));
    Problem::fail_if_any(errors)?;
    set_end(&facts.rules, mediation, new.until_on);
    Ok(term_runs(mediation, facts, who)?.into_iter().collect())
}

/// The time to resolve the dispute stands still while the mediation's own term runs.
pub fn term_runs(mediation: &MediationFields, facts: &Facts, who: &Authority) -> Result<Option<Effect>, Problem> {
    let Some(until) = mediation.due_on else { return Ok(None) };
    Ok(facts.dispute()?.term_runs(who, until)?.map(Effect::Dispute))
}

/// Announces that the end is near, then that the time is over.
pub fn announce(mediation: &mut MediationFields, now: DateTime<Utc>) {
    let end = mediation.due_on.map(end_of);
    mediation.next_step_at = end.filter(|end| mediation.is_open() && !mediation.warned && *end > now);
    mediation.warned = true;
}

/// The parties did not agree, and were told of the other ways. What none of them disputes is noted where all have signed it.
pub fn fail(mediation: &mut MediationFields, body: Failure, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    if !body.told_of_other_ways {
        return invalid("/told_of_other_ways", &codes::NOT_YET);
    }
    if let Some(UndisputedFacts { facts, signed_by }) = body.undisputed {
        if mediation.parties.0.iter().any(|party| !signed_by.contains(&party.position)) {
            return invalid("/undisputed/signed_by", &codes::CONSENT_MISSING);
        }
        mediation.undisputed_facts = Some(facts);
    }
    end(mediation, body.reason, facts, who)
}

/// It is over without an agreement: the dispute goes back to its handler.
pub fn end(mediation: &mut MediationFields, outcome: String, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    mediation.next_step_at = None;
    mediation.outcome = Some(outcome.clone());
    let left = mediation.mediator_subject.clone().map(Effect::Leave);
    let ended = facts.dispute()?.end(who, Some(outcome))?;
    Ok(left.into_iter().chain(ended.into_iter().map(Effect::Dispute)).collect())
}

/// Its dispute was withdrawn or referred out.
pub fn end_orphaned(mediation: &mut MediationFields, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    mediation.status = MediationStatus::Terminated;
    end(mediation, "纠纷已撤回或转出".to_owned(), facts, who)
}
