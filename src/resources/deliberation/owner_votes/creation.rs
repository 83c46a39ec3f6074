//! How a vote is drafted.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::inputs::NewOwnerVote;
use super::model::{OwnerVoteFields, VotePreparation};
use super::plan::{Convener, Replacement, VoteCause, VotePlan};
use super::roll::HeadsBasis;
use super::states::OwnerVoteStatus;
use super::store;
use super::topics::{plan_faults, topics};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::db::json_value::{JsonList, JsonValue};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estate_units::creation::community;
use crate::resources::places::estates::model::EstateFields;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::place::PlaceRules;

/// A vote lasts so many days at most.
const LONGEST: TimeDelta = TimeDelta::days(180);

/// Drafts one.
pub async fn draft(tx: &Tx, scope: &Authorized<OwnerVotes>, new: NewOwnerVote) -> Result<OwnerVoteFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    errors.extend(time_faults(scope.now, new.starts_at, new.ends_at));
    errors.extend(convener_faults(tx, scope, &estate, &new).await?);
    errors.extend(basis_faults(&new));
    if let Some(id) = new.consultation_id
        && !store::is_consultation(tx, id, community(&estate)).await?
    {
        errors.push(FieldError::at("/consultation_id", &codes::UNKNOWN_RECORD));
    }
    if let Some(id) = new.dispute_id
        && !store::is_dispute(tx, id, community(&estate)).await?
    {
        errors.push(FieldError::at("/dispute_id", &codes::UNKNOWN_RECORD));
    }
    let plan = plan(&new).map_err(|faults| errors.extend(faults)).ok();
    let rules = PlaceRules::at(tx.connection(), community(&estate), scope.today()).await?;
    errors.extend(plan.as_ref().map(|plan| plan_faults(plan, &rules)).unwrap_or_default());
    let Some(plan) = plan.filter(|_| errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let record = drafted(scope, &estate, (id, plan), new)?;
    store::insert(tx, &record).await?;
    Ok(record)
}

/// It begins later than now, ends after that, and not too late.
pub fn time_faults(now: DateTime<Utc>, starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if starts_at <= now {
        errors.push(FieldError::at("/starts_at", &codes::TOO_EARLY).with("limit", now.to_rfc3339()));
    }
    errors.extend(end_fault(starts_at, ends_at));
    errors
}

/// It ends after it begins, and not too late.
pub fn end_fault(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Option<FieldError> {
    if ends_at <= starts_at {
        return Some(FieldError::at("/ends_at", &codes::ENDS_BEFORE));
    }
    let last = starts_at + LONGEST;
    (ends_at > last).then(|| FieldError::at("/ends_at", &codes::TOO_LATE).with("limit", last.to_rfc3339()))
}

/// Who convenes it may do so, and the caller for them.
async fn convener_faults(
    tx: &Tx,
    scope: &Authorized<OwnerVotes>,
    estate: &EstateFields,
    new: &NewOwnerVote,
) -> Result<Vec<FieldError>, Problem> {
    let mut errors = Vec::new();
    let place = community(estate);
    let by_committee = new.convener == Convener::OwnersCommittee;
    match new.organization_id {
        None if by_committee => errors.push(FieldError::at("/organization_id", &codes::REQUIRED)),
        None => {}
        Some(_) if !by_committee => errors.push(FieldError::at("/organization_id", &codes::NOT_APPLICABLE)),
        Some(id) => match organizations::named(tx, scope, &[id], place).await?.first() {
            None => errors.push(FieldError::at("/organization_id", &codes::UNKNOWN_RECORD)),
            Some(known) if known.kind != OrganizationKind::OwnersCommittee => {
                errors.push(FieldError::at("/organization_id", &codes::WRONG_KIND).with("kinds", "owners_committee"));
            }
            Some(_) if !store::is_committee(tx, id, estate.id).await? => {
                errors.push(FieldError::at("/organization_id", &codes::NO_COMMITTEE));
            }
            Some(_) => {}
        },
    }
    let level = scope.acting_roles(&place).filter_map(|role| role.level()).min();
    let in_office = level.is_some_and(|level| new.convener != Convener::Street || level <= Level::Street);
    let for_own = new.organization_id.is_some() && new.organization_id == scope.actor.organization;
    if !in_office && !for_own {
        let rule = if new.convener == Convener::Street { &codes::STREET_CONVENES } else { &codes::NOT_YOUR_PART };
        errors.push(FieldError::at("/convener", rule));
    }
    errors.extend(order_faults(scope, new));
    Ok(errors)
}

/// The street convenes only after a committee has let the time pass that the street gave it.
fn order_faults(who: &Authority, new: &NewOwnerVote) -> Vec<FieldError> {
    let ordered = new.cause == VoteCause::StreetOrder;
    let mut errors: Vec<_> = FieldError::after("/cause_on", new.cause_on, Some(who.today())).into_iter().collect();
    if new.convener == Convener::Street && !ordered {
        errors.push(FieldError::at("/cause", &codes::STREET_ORDER_FIRST));
    }
    match (&new.request, new.cause == VoteCause::OwnersRequest) {
        (None, true) => errors.push(FieldError::at("/request", &codes::REQUIRED)),
        (Some(_), false) => errors.push(FieldError::at("/request", &codes::NOT_APPLICABLE)),
        _ => {}
    }
    match new.ordered_until {
        None if ordered => errors.push(FieldError::at("/ordered_until", &codes::REQUIRED)),
        Some(_) if !ordered => errors.push(FieldError::at("/ordered_until", &codes::NOT_APPLICABLE)),
        Some(until) => {
            errors.extend(FieldError::before("/ordered_until", until, Some(new.cause_on)));
            if new.convener == Convener::Street {
                errors.extend(FieldError::after("/ordered_until", until, who.today().pred_opt()));
            }
        }
        None => {}
    }
    errors
}

/// Each unit is a head only by a decision of the assembly.
fn basis_faults(new: &NewOwnerVote) -> Option<FieldError> {
    let by_unit = new.heads_basis == Some(HeadsBasis::ByUnit);
    match (&new.heads_decision, by_unit) {
        (None, true) => Some(FieldError::at("/heads_decision", &codes::REQUIRED)),
        (Some(_), false) => Some(FieldError::at("/heads_decision", &codes::NOT_APPLICABLE)),
        _ => None,
    }
}

fn plan(new: &NewOwnerVote) -> Result<VotePlan, Vec<FieldError>> {
    Ok(VotePlan {
        background: new.background.clone(),
        convener: new.convener,
        cause: new.cause,
        cause_on: new.cause_on,
        ordered_until: new.ordered_until,
        first_assembly: new.first_assembly || new.convener == Convener::PreparatoryGroup,
        topics: topics(new.topics.clone())?,
        secrecy: new.secrecy,
        heads_basis: new.heads_basis.unwrap_or(HeadsBasis::ByOwner),
        heads_decision: new.heads_decision.clone(),
        replacement: new.replacement.unwrap_or(Replacement::Last),
        silence: new.silence.clone(),
    })
}

fn drafted(
    scope: &Authority,
    estate: &EstateFields,
    (id, plan): (Uuid, VotePlan),
    new: NewOwnerVote,
) -> Result<OwnerVoteFields, Problem> {
    Ok(OwnerVoteFields {
        id,
        jurisdiction: community(estate),
        estate_id: estate.id,
        organization_id: new.organization_id,
        title: new.title,
        plan: JsonValue(plan),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        status: OwnerVoteStatus::Draft,
        preparation: JsonValue(VotePreparation {
            consultation_id: new.consultation_id,
            dispute_id: new.dispute_id,
            request: new.request,
            ..VotePreparation::default()
        }),
        roll: Document::of(&None)?,
        roll_hash: None,
        manifest_hash: None,
        announced_at: None,
        box_key: JsonValue(None),
        result: Document::of(&None)?,
        counted_at: None,
        concluded_at: None,
        reason: None,
        postings: JsonList::default(),
        objections: JsonList::default(),
        endings: JsonList::default(),
        taken_steps: TakenSteps::first(Action::Create, scope),
        next_step_at: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    })
}
