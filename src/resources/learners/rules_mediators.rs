//! Mediators are learners too.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{LearnerFields, LearnerRole, LearnerStatus};
use super::model_hours::Hours;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::scope::Scope;
use crate::changes::record::{Stored, also};
use crate::changes::write::{Record, Tx};
use crate::db::json_list::JsonList;
use crate::http::problem::Problem;
use crate::resources::organizations::model::OrganizationKind;

/// What the register of mediators knows of somebody.
pub struct Mediating {
    pub jurisdiction: JurisdictionCode,
    pub organization_id: Uuid,
    pub subject: Option<String>,
    pub name: String,
    pub phone: String,
}

/// The learner that a mediator is: the one who signs in alike, or a new one.
pub async fn of_mediator<A, R>(
    tx: &Tx,
    scope: &Scope<A, R>,
    mediator: Mediating,
) -> Result<(LearnerFields, Vec<Record>), Problem> {
    let known = match &mediator.subject {
        Some(subject) => store::of_subject(tx, subject).await?,
        None => None,
    };
    if let Some(known) = known {
        if known.roles.0.contains(&LearnerRole::Mediator) {
            return Ok((known, Vec::new()));
        }
        let mut after = known.clone();
        after.roles.0.push(LearnerRole::Mediator);
        after.save(tx, scope.now).await?;
        let told = Record::of(Some(&known), &after)?;
        return Ok((after, vec![told]));
    }
    let record = LearnerFields {
        id: Uuid::now_v7(),
        jurisdiction: mediator.jurisdiction,
        subject: mediator.subject,
        name: mediator.name,
        phone: Some(mediator.phone),
        roles: JsonList(vec![LearnerRole::Mediator]),
        organization_id: Some(mediator.organization_id),
        organization_kind: Some(OrganizationKind::MediationCommittee),
        hours: Hours::default(),
        status: LearnerStatus::Active,
        left_on: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    store::insert(tx, &record).await?;
    let told = Record::of(None, &record)?;
    Ok((record, vec![told]))
}

/// Takes over what a mediator is called now; nothing when nothing changed.
pub async fn follow<A, R>(tx: &Tx, scope: &Scope<A, R>, id: Uuid, mediator: Mediating) -> Result<Vec<Record>, Problem> {
    let before = store::locked(tx, id).await?;
    let mut after = before.clone();
    (after.name, after.phone, after.subject) = (mediator.name, Some(mediator.phone), mediator.subject);
    if before == after || before.status == LearnerStatus::Left {
        return Ok(Vec::new());
    }
    Ok(vec![also(tx, scope.now, &before, |known| *known = after).await?])
}

/// A learner is no mediator any more. Whoever is trained as nothing else leaves the register.
pub async fn no_mediator<A, R>(tx: &Tx, scope: &Scope<A, R>, id: Uuid, day: NaiveDate) -> Result<Vec<Record>, Problem> {
    let before = store::locked(tx, id).await?;
    if before.status == LearnerStatus::Left {
        return Ok(Vec::new());
    }
    let told = also(tx, scope.now, &before, |known| match known.roles.0[..] {
        [_] => (known.status, known.left_on) = (LearnerStatus::Left, Some(day)),
        _ => known.roles.0.retain(|role| *role != LearnerRole::Mediator),
    });
    Ok(vec![told.await?])
}
