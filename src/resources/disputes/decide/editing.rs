//! Patches of a dispute.

use std::sync::Arc;

use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::changes::lifecycle::Lifecycle;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::disputes::command::Decision;
use crate::resources::disputes::details::ApprovalKind;
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::model::{DisputeFields, DisputePatch};
use crate::resources::disputes::provided::ProvidedFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::reference::dispute_categories::model::Risk;

/// Applies a patch. What is wrong with it is told at once.
pub fn update(case: &mut DisputeTransition, patch: DisputePatch, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    let before = case.fields.clone();
    let old_channel = case.progress.channel;
    let channel = patch.channel.filter(|channel| *channel != old_channel);
    patch.apply(&mut case.fields);
    let mut errors = place_faults(&before, &case.fields, who);
    errors.extend(forbidden_changes(&before, &case.fields, who));
    if case.fields.estate_id != before.estate_id && case.fields.estate_id.is_some() {
        match &facts.estate_name {
            Some(name) => case.fields.estate_name = Some(name.clone()),
            None => errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD)),
        }
    }
    if let Some(moved) = &facts.moved {
        errors.extend(recategorize(case, &before, moved));
    }
    errors.extend(decided_above(&before, &case.fields, who));
    errors.extend(channel.and_then(|_| channel_fault(&before, who)));
    errors.extend(missing(case, &before, facts));
    Problem::fail_if_any(errors)?;
    if case.fields.risk > before.risk || case.fields.confidential && !before.confidential {
        case.fields.taken_steps.add(Action::Update, who);
    }
    if case.fields.risk != before.risk {
        case.grant(ApprovalKind::LowerRisk);
    }
    if !case.fields.confidential {
        case.grant(ApprovalKind::LiftConfidentiality);
    }
    case.progress.channel = channel.unwrap_or(old_channel);
    case.follow_rules((old_channel, before.risk), before.reserved(who.action, who, "").is_none(), who.today());
    if facts.moved.is_some() {
        if case.fields.estate_id == before.estate_id {
            case.leave_estate(before.jurisdiction);
        }
        case.route(facts.holders()?, None);
    }
    Ok(Decision::default())
}

/// Place and category change only before somebody has accepted the dispute.
fn place_faults(before: &DisputeFields, after: &DisputeFields, who: &Authority) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let place = after.jurisdiction;
    let moved = place != before.jurisdiction;
    if moved && before.status != Status::Submitted {
        errors.push(FieldError::at("/jurisdiction", &codes::ONLY_WHILE_SUBMITTED));
    } else if moved && !who.area.covers(&place) && !who.may(Action::Create, &place, false, None) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    if after.category != before.category && before.status != Status::Submitted {
        errors.push(FieldError::at("/category", &codes::ONLY_WHILE_SUBMITTED));
    }
    errors
}

/// From now on what holds at the new place for the new category counts; tells what is wrong with that.
fn recategorize(case: &mut DisputeTransition, before: &DisputeFields, rules: &Arc<EffectiveRules>) -> Vec<FieldError> {
    let renamed = case.fields.category != before.category;
    let known = rules.category.as_ref().filter(|category| category.code == case.fields.category);
    let mut errors = Vec::new();
    match known {
        Some(category) if !category.active && renamed => errors.push(FieldError::at("/category", &codes::NOT_ACTIVE)),
        None if renamed => errors.push(FieldError::at("/category", &codes::UNKNOWN_CATEGORY)),
        _ => {}
    }
    if let Some(category) = known
        && renamed
        && before.risk == case.fields.risk
    {
        case.fields.risk = category.risk;
    }
    case.rules = rules.clone();
    errors
}

/// What the category asks for and a patch has taken away, or a new category asks for.
fn missing(case: &DisputeTransition, before: &DisputeFields, facts: &Facts) -> Vec<FieldError> {
    let told = |fields: &DisputeFields| (fields.category.clone(), fields.description.clone(), fields.estate_name.clone());
    let category = case.rules.category.as_ref().filter(|category| category.code == case.fields.category);
    match category.filter(|category| category.active && told(&case.fields) != told(before)) {
        Some(category) => ProvidedFields::of(&case.fields, &facts.parties).missing(category),
        None => Vec::new(),
    }
}

/// What the handling level must not let go: the grade red and the secrecy of a case, on which the rights of others hang.
fn decided_above(before: &DisputeFields, after: &DisputeFields, who: &Authority) -> Option<FieldError> {
    let place = match (before.risk == Risk::Red && after.risk != Risk::Red, before.confidential && !after.confidential) {
        (true, _) if after.category != before.category => "/category",
        (true, _) => "/risk",
        (_, true) => "/confidential",
        _ => return None,
    };
    // Applicants may make their own case an open one.
    let own = before.standing(who, who.action).is_none();
    if own && place == "/confidential" { None } else { before.reserved(who.action, who, place) }
}

/// Whoever has to keep a time does not choose how long it is.
fn channel_fault(before: &DisputeFields, who: &Authority) -> Option<FieldError> {
    let own = before.standing(who, who.action).is_none();
    if own { Some(FieldError::at("/channel", &codes::NOT_ALLOWED)) } else { before.reserved(who.action, who, "/channel") }
}

/// What a patch must leave as it is.
fn forbidden_changes(before: &DisputeFields, after: &DisputeFields, who: &Authority) -> Vec<FieldError> {
    let own = before.standing(who, who.action).is_none();
    let risk = own && after.risk != before.risk;
    let estate = after.estate_id.is_some() && after.estate_name != before.estate_name;
    let faults = [
        risk.then(|| FieldError::at("/risk", &codes::NOT_ALLOWED)),
        estate.then(|| FieldError::at("/estate_name", &codes::NOT_APPLICABLE)),
    ];
    faults.into_iter().flatten().collect()
}
