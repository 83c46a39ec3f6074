//! What must hold of a new contract.

use chrono::NaiveDate;
use uuid::Uuid;

use super::inputs::NewPropertyContract;
use super::model::{ContractBasis, PropertyContractFields};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::calendar::term::last_day_of_months;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::owner_votes::decisions::{VoteEffect, done_by};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::store::effects as votes;
use crate::resources::deliberation::vote_matters::HIRING;
use crate::resources::parties::organizations::model::{OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// Checks and stores a new contract. The estate is locked, so that its contracts and committees wait for each other.
pub async fn register(
    tx: &Tx,
    scope: &Authorized<PropertyContracts>,
    new: NewPropertyContract,
) -> Result<PropertyContractFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    let enterprise = organizations::named(tx, scope, &[new.organization_id], estate.jurisdiction).await?.pop();
    // Nobody decides for the office about the enterprise to which they belong.
    if scope.actor.organization == Some(new.organization_id) {
        errors.push(FieldError::at("/organization_id", &codes::OWN_MATTER));
    }
    errors.extend(enterprise_fault(enterprise.map(|enterprise| (enterprise.kind, enterprise.status))));
    let place = PlaceRules::at(tx.connection(), estate.jurisdiction, scope.today()).await?;
    let vote_id = new.vote_id;
    let record = record(scope, (id, estate.jurisdiction), new, &place);
    errors.extend(faults(&record, scope, &place));
    if record.basis == ContractBasis::Emergency {
        errors.extend(chain_fault(&record, &store::of_estate(tx, record.estate_id).await?, &place));
    }
    let vote = votes::deciding(tx, vote_id, record.estate_id).await?;
    let decided = hired(&record, vote_id, vote.as_ref(), scope).map_err(|fault| errors.push(fault));
    Problem::fail_if_any(errors)?;
    store::insert(tx, &record).await?;
    if let Ok(Some(effect)) = decided {
        votes::carry_out(tx, &effect).await?;
    }
    Ok(record)
}

/// What is done by the vote of owners that is named: it chose the enterprise.
fn hired(
    record: &PropertyContractFields,
    vote_id: Option<Uuid>,
    vote: Option<&OwnerVoteFields>,
    who: &Authority,
) -> Result<Option<VoteEffect>, FieldError> {
    if vote_id.is_none() {
        return Ok(None);
    }
    if record.basis != ContractBasis::Owners {
        return Err(FieldError::at("/vote_id", &codes::NOT_APPLICABLE));
    }
    let Some(signed_on) = record.signed_on else { return Err(FieldError::at("/signed_on", &codes::REQUIRED)) };
    done_by(vote, HIRING, ("/signed_on", signed_on), (record.id, who.now))
}

/// An enterprise that is there.
fn enterprise_fault(found: Option<(OrganizationKind, OrganizationStatus)>) -> Option<FieldError> {
    let wrong = |rule| FieldError::at("/organization_id", rule);
    match found {
        None => Some(wrong(&codes::UNKNOWN_RECORD)),
        Some((OrganizationKind::PropertyEnterprise, OrganizationStatus::Active)) => None,
        Some((OrganizationKind::PropertyEnterprise, _)) => Some(wrong(&codes::DISSOLVED)),
        Some(_) => Some(wrong(&codes::WRONG_KIND).with("kinds", vec![OrganizationKind::PropertyEnterprise.as_str()])),
    }
}

/// The contract as it begins.
fn record(
    scope: &Authorized<PropertyContracts>,
    (id, estate): (Uuid, JurisdictionCode),
    new: NewPropertyContract,
    place: &PlaceRules,
) -> PropertyContractFields {
    let mut record = PropertyContractFields {
        id,
        jurisdiction: estate.at(Level::Community).unwrap_or(estate),
        estate_id: new.estate_id,
        organization_id: new.organization_id,
        basis: new.basis,
        number: new.number,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        continued_on: None,
        signed_on: new.signed_on,
        filing_due_on: None,
        filed_on: None,
        filing_number: None,
        notice_by: None,
        notice_on: None,
        notice_agreed: None,
        notice_late: None,
        handover_due_on: None,
        rolled_from: JsonValue::default(),
        terminated_on: None,
        termination_reason: None,
        restoration_reason: None,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    record.file_in_time(place);
    record
}

/// What is wrong with the days of a contract, and with who registers it.
pub fn faults(record: &PropertyContractFields, who: &Authority, place: &PlaceRules) -> Vec<FieldError> {
    let signed = record.signed_on.and_then(|day| FieldError::after("/signed_on", day, Some(record.starts_on)));
    let mut errors: Vec<_> = FieldError::before("/ends_on", record.ends_on, Some(record.starts_on)).into_iter().collect();
    errors.extend(signed);
    errors.extend(emergency_faults(record, who, place));
    errors
}

/// How many months an emergency lasts at most.
fn emergency_months(place: &PlaceRules) -> u32 {
    u32::try_from(place.value(RuleName::ContractEmergencyMonths)).unwrap_or_default()
}

/// Emergencies that follow each other are one: together they last as long as one may. What ended longer ago than that was
/// another one, whoever served in between.
fn chain_fault(record: &PropertyContractFields, known: &[PropertyContractFields], place: &PlaceRules) -> Option<FieldError> {
    let months = emergency_months(place);
    let emergencies = known.iter().filter(|one| one.basis == ContractBasis::Emergency);
    let (before, after): (Vec<_>, Vec<_>) = emergencies.partition(|one| one.starts_on < record.starts_on);
    let joins = |end: NaiveDate, start: NaiveDate| last_day_of_months(end, months).is_none_or(|again| again >= start);
    let end = |one: &PropertyContractFields| one.last_day().unwrap_or(NaiveDate::MAX);
    let days = |one: &PropertyContractFields| end(one).signed_duration_since(one.starts_on).num_days() + 1;
    let (mut since, mut until, mut served) = (record.starts_on, record.ends_on, days(record));
    for one in before.into_iter().rev() {
        if !joins(end(one), since) {
            break;
        }
        (since, served) = (one.starts_on, served + days(one));
    }
    for one in after {
        if !joins(until, one.starts_on) {
            break;
        }
        (until, served) = (end(one), served + days(one));
    }
    let longest = last_day_of_months(since, months).map(|last| last.signed_duration_since(since).num_days() + 1);
    longest
        .is_some_and(|longest| served > longest && served > days(record))
        .then(|| FieldError::at("/ends_on", &codes::EMERGENCY_OVER).with("since", since.to_string()).with("months", months))
}

/// Whom a street names in an emergency serves for some months at most (Qingdao's regulation, article 68).
fn emergency_faults(record: &PropertyContractFields, who: &Authority, place: &PlaceRules) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if record.basis != ContractBasis::Emergency {
        return errors;
    }
    errors.extend(who.left_to(Level::Street, (Action::Create, &record.jurisdiction), "/basis"));
    let last = last_day_of_months(record.starts_on, emergency_months(place));
    errors.extend(FieldError::after("/ends_on", record.ends_on, last));
    errors
}
