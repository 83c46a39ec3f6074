//! Who mediates.

use chrono::{DateTime, Utc};

use super::timed::{set_end, term_runs};
use crate::access::authority::Authority;
use crate::access::privacy::phone_digits;
use crate::calendar::term::LastDay;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::parties::Party;
use crate::resources::disputes::store::parties::Link;
use crate::resources::mediation::mediations::command::Effect;
use crate::resources::mediation::mediations::facts::Facts;
use crate::resources::mediation::mediations::inputs::{MediatorChoice, PartyChoice};
use crate::resources::mediation::mediations::model::{Conflict, ConflictKind, Exclusion, ExclusionKind, MediationFields};
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediators::model::{MediatorFields, MediatorStatus};
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;

/// Lets a mediator mediate. Without this year's hours of training it takes a reason, which is kept.
pub fn select(
    mediation: &mut MediationFields,
    choice: MediatorChoice,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let Some(mediator) = facts.mediators.iter().find(|mediator| mediator.id == choice.mediator_id) else {
        return invalid("/mediator_id", &codes::UNKNOWN_RECORD);
    };
    if mediator.is(&who.actor.caller) {
        return invalid("/mediator_id", &codes::OWN_MATTER);
    }
    may_mediate(mediation, mediator, facts)?;
    Problem::fail_if_any(conflict_faults(mediation, &choice.conflicts))?;
    // Whom all parties want mediates (People's Mediation Law, article 19).
    let wanted = mediation.chosen_by_all().and_then(|id| facts.mediators.iter().find(|one| one.id == id));
    if wanted.is_some_and(|wanted| wanted.id != mediator.id && can_mediate(mediation, wanted, facts)) {
        return invalid("/mediator_id", &codes::CHOSEN_BY_PARTIES);
    }
    if !facts.trained && choice.waiver.is_none() {
        return invalid("/waiver", &codes::HOURS_MISSING);
    }
    mediation.conflicts = JsonValue(choice.conflicts);
    mediation.waiver = if facts.trained { None } else { choice.waiver };
    let mut effects = appoint(mediation, mediator);
    if mediation.began_on.is_none() {
        let day = who.today();
        mediation.began_on = Some(day);
        let days = EffectiveRule::value_of(&facts.rules, RuleName::MediationDays);
        set_end(&facts.rules, mediation, LastDay::after(day, days, &facts.calendar).due_on);
    }
    effects.extend(term_runs(mediation, facts, who)?);
    Ok(effects)
}

fn can_mediate(mediation: &MediationFields, mediator: &MediatorFields, facts: &Facts) -> bool {
    may_mediate(mediation, mediator, facts).is_ok()
}

/// Whoever is a party does not mediate, nor whoever has recused themselves or was refused.
fn may_mediate(mediation: &MediationFields, mediator: &MediatorFields, facts: &Facts) -> Result<(), Problem> {
    if is_party(mediator, &facts.parties, &facts.links) {
        return invalid("/mediator_id", &codes::IS_A_PARTY);
    }
    if mediation.excludes(mediator).is_some() { invalid("/mediator_id", &codes::EXCLUDED) } else { Ok(()) }
}

/// No near relative mediates, nobody who has an interest, and with another relation only whom every party accepts.
fn conflict_faults(mediation: &MediationFields, conflicts: &[Conflict]) -> Vec<FieldError> {
    let fault = |(at, conflict): (usize, &Conflict)| match conflict.kind {
        ConflictKind::NearRelative | ConflictKind::Interest => {
            Some(FieldError::at(format!("/conflicts/{at}/kind"), &codes::MUST_RECUSE))
        }
        ConflictKind::OtherRelation => {
            let accepts = |position: &i16| conflict.accepted_by.contains(position);
            let all = mediation.parties.0.iter().all(|party| accepts(&party.position));
            (!all).then(|| FieldError::at(format!("/conflicts/{at}/accepted_by"), &codes::CONSENT_MISSING))
        }
    };
    conflicts.iter().enumerate().filter_map(fault).collect()
}

/// A mediator does not mediate between themselves and others: known by their sign-in, or by name and phone.
pub fn is_party(mediator: &MediatorFields, parties: &[Party], links: &[Link]) -> bool {
    let phone = phone_digits(&mediator.phone);
    let same = |party: &Party| party.name == mediator.name && party.phone.as_deref().map(phone_digits).as_ref() == Some(&phone);
    let linked = |link: &Link| link.subject.as_deref().is_some_and(|subject| mediator.is(subject));
    parties.iter().any(same) || links.iter().any(linked)
}

/// Keeps whom a party wants.
pub fn choose(mediation: &mut MediationFields, choice: &PartyChoice, facts: &Facts) -> Result<Vec<Effect>, Problem> {
    let Some(mediator) = facts.mediators.iter().find(|mediator| mediator.id == choice.mediator_id) else {
        return invalid("/mediator_id", &codes::UNKNOWN_RECORD);
    };
    may_mediate(mediation, mediator, facts)?;
    let Some(party) = mediation.parties.0.iter_mut().find(|party| party.position == choice.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    party.chosen_mediator_id = Some(choice.mediator_id);
    Ok(Vec::new())
}

/// Gives the case to a mediator, and takes it from the one before.
fn appoint(mediation: &mut MediationFields, mediator: &MediatorFields) -> Vec<Effect> {
    let left = mediation.mediator_subject.take().map(Effect::Leave);
    mediation.mediator_id = Some(mediator.id);
    mediation.mediator_subject = mediator.subject.clone();
    let joins = mediator.subject.clone().map(|subject| Effect::Join { subject, name: mediator.name.clone() });
    left.into_iter().chain(joins).collect()
}

/// The chosen mediator cannot mediate: another one is to be chosen.
pub fn exclude(
    mediation: &mut MediationFields,
    kind: ExclusionKind,
    reason: String,
    now: DateTime<Utc>,
) -> Result<Vec<Effect>, Problem> {
    let Some(mediator_id) = mediation.mediator_id.take() else { return invalid("", &codes::NOT_APPLICABLE) };
    mediation.conflicts.0.clear();
    mediation.exclusions.0.push(Exclusion { mediator_id, kind, reason, at: now });
    // Nobody wants any longer who cannot mediate it.
    for party in mediation.parties.0.iter_mut().filter(|party| party.chosen_mediator_id == Some(mediator_id)) {
        party.chosen_mediator_id = None;
    }
    Ok(mediation.mediator_subject.take().map(Effect::Leave).into_iter().collect())
}

/// The mediator has left, or signs in otherwise by now.
pub fn follow(mediation: &mut MediationFields, facts: &Facts, now: DateTime<Utc>) -> Result<Vec<Effect>, Problem> {
    let Some(mediator) = facts.mediators.first() else { return Ok(Vec::new()) };
    let reason = if mediator.status == MediatorStatus::Left {
        "调解员已离任"
    } else if is_party(mediator, &facts.parties, &facts.links) {
        "调解员系当事人"
    } else {
        return Ok(appoint(mediation, mediator));
    };
    mediation.status = MediationStatus::ConsentPending;
    exclude(mediation, ExclusionKind::Recusal, reason.to_owned(), now)
}
