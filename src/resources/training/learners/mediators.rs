//! Mediators are learners too.

use chrono::NaiveDate;
use uuid::Uuid;

use super::hours::Hours;
use super::model::{LearnerFields, LearnerRole, LearnerStatus};
use super::store;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::model::OrganizationKind;

/// What the register of mediators knows of somebody.
pub struct Mediating {
    pub jurisdiction: JurisdictionCode,
    pub organization_id: Uuid,
    pub subject: Option<String>,
    pub name: String,
    pub phone: String,
}

/// The learner that a mediator is: the one who signs in alike, also if they had left, or a new one. Nobody becomes
/// somebody whom the caller does not reach.
pub async fn of_mediator(tx: &Tx, scope: &Authority, mediator: Mediating) -> Result<(LearnerFields, Vec<Record>), Problem> {
    let known = match &mediator.subject {
        Some(subject) => store::of_subject(tx, scope, subject).await?,
        None => None,
    };
    match known {
        Some(known) => join(tx, scope, known, mediator).await,
        None => register(tx, scope, mediator).await,
    }
}

/// A known learner mediates from now on.
async fn join(
    tx: &Tx,
    scope: &Authority,
    known: LearnerFields,
    mediator: Mediating,
) -> Result<(LearnerFields, Vec<Record>), Problem> {
    let joined = Related::new(&known, |after| {
        if after.status == LearnerStatus::Left {
            (after.status, after.left_on, after.jurisdiction) = (LearnerStatus::Active, None, mediator.jurisdiction);
            (after.name, after.phone) = (mediator.name, Some(mediator.phone));
            after.organization_id = Some(mediator.organization_id);
            after.organization_kind = Some(OrganizationKind::MediationCommittee);
            after.roles.0.clear();
        }
        if !after.roles.0.contains(&LearnerRole::Mediator) {
            after.roles.0.push(LearnerRole::Mediator);
        }
    });
    if *joined.after == known {
        return Ok((known, Vec::new()));
    }
    let (after, record) = joined.stored(tx, scope.now).await?;
    Ok((after, vec![record]))
}

async fn register(tx: &Tx, scope: &Authority, mediator: Mediating) -> Result<(LearnerFields, Vec<Record>), Problem> {
    let mut record = LearnerFields {
        id: Uuid::now_v7(),
        jurisdiction: mediator.jurisdiction,
        subject: None,
        name: mediator.name,
        phone: Some(mediator.phone),
        roles: JsonValue(vec![LearnerRole::Mediator]),
        organization_id: Some(mediator.organization_id),
        organization_kind: Some(OrganizationKind::MediationCommittee),
        hours: Hours::default(),
        status: LearnerStatus::Active,
        left_on: None,
        merged_into_id: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        linked_subjects: JsonValue(Vec::new()),
    };
    record.link(mediator.subject);
    store::insert(tx, &record).await?;
    let told = Record::of(None, &record)?;
    Ok((record, vec![told]))
}

/// Takes over what a mediator is called now, and the new subject of one who signed in alike; nothing when nothing changed.
pub fn follow(
    before: &LearnerFields,
    who: &Authority,
    old_subject: Option<&str>,
    mediator: Mediating,
) -> Option<Related<LearnerFields>> {
    let change = Related::new(before, |after| {
        (after.name, after.phone) = (mediator.name, Some(mediator.phone));
        if before.subject.as_deref() == old_subject {
            after.link(mediator.subject);
        }
    });
    let reached = who.area.covers(&before.jurisdiction) && before.status != LearnerStatus::Left;
    Some(change).filter(|change| reached && *change.after != *before)
}

/// A learner is no mediator any more. Whoever is trained as nothing else leaves the register.
pub fn no_mediator(before: &LearnerFields, day: NaiveDate) -> Option<Related<LearnerFields>> {
    let change = || {
        Related::new(before, |known| match known.roles.0[..] {
            [_] => (known.status, known.left_on) = (LearnerStatus::Left, Some(day)),
            _ => known.roles.0.retain(|role| *role != LearnerRole::Mediator),
        })
    };
    (before.status != LearnerStatus::Left).then(change)
}
