//! What a mediation does to its dispute.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::case::Case;
use super::in_force::InForce;
use super::model::DisputeFields;
use super::model_parties::{Guest, GuestKind, Party};
use super::rules::also;
use super::states::Status;
use super::{families, store};
use crate::access::authority::Authority;
use crate::access::extent::Extent;
use crate::calendar::civil_date;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{Problem, refused};
use crate::resources::jurisdictions::store as jurisdictions;

/// A dispute within an extent, locked.
pub async fn lock_in(tx: &Tx, extent: &Extent, id: Uuid) -> Result<Option<DisputeFields>, Problem> {
    Ok(store::locked(tx, id).await?.filter(|dispute| extent.covers(&dispute.jurisdiction)))
}

pub async fn parties(tx: &Tx, id: Uuid) -> Result<Vec<Party>, Problem> {
    Ok(store::parts(tx.connection(), id).await?.0)
}

/// The day on which a dispute was raised.
pub async fn reported_on(tx: &Tx, id: Uuid) -> Result<NaiveDate, Problem> {
    store::reported_at(tx, id).await.map(civil_date)
}

/// The dispute goes into mediation.
pub async fn begin(tx: &Tx, scope: &Authority, dispute: &DisputeFields, number: &str) -> Result<Record, Problem> {
    let step = ("mediate", Some(number.to_owned()));
    change(tx, scope, dispute, step, |case| {
        case.fields.status = Status::InMediation;
        case.decide();
    })
    .await
}

/// The mediation ended without an agreement: the dispute goes back to its handler. It may have gone another way meanwhile.
pub async fn end(tx: &Tx, scope: &Authority, id: Uuid, note: Option<String>) -> Result<Option<Record>, Problem> {
    let Some(dispute) = store::locked(tx, id).await?.filter(|dispute| dispute.status == Status::InMediation) else {
        return Ok(None);
    };
    let back = if dispute.assignee.is_some() { Status::InHandling } else { Status::Accepted };
    change(tx, scope, &dispute, ("end_mediation", note), |case| case.fields.status = back).await.map(Some)
}

/// The parties have agreed: the dispute is resolved. Not when it has gone another way meanwhile.
pub async fn settle(tx: &Tx, scope: &Authority, id: Uuid, resolution: &str) -> Result<Vec<Record>, Problem> {
    let Some(dispute) = store::locked(tx, id).await?.filter(|dispute| dispute.status == Status::InMediation) else {
        return refused("", &codes::NOT_ACTIVE);
    };
    let in_force = InForce::at(tx.connection(), dispute.jurisdiction, &dispute.category, scope.today()).await?;
    let in_force = Arc::new(in_force);
    let resolve = |case: &mut Case| case.resolve(resolution.to_owned(), scope.now);
    let whole = also(tx, scope, &dispute, &in_force, ("resolve", Some(resolution.to_owned())), resolve).await?;
    let mut told = families::answer_parts(tx, scope, dispute.id, &in_force, &dispute.number, resolution).await?;
    told.push(whole);
    Ok(told)
}

/// An agreement was not kept: the dispute that it had resolved is handled again.
pub async fn take_up_again(tx: &Tx, scope: &Authority, id: Uuid, note: String) -> Result<Option<Record>, Problem> {
    let over = |dispute: &DisputeFields| matches!(dispute.status, Status::Resolved | Status::Closed);
    let Some(dispute) = store::locked(tx, id).await?.filter(over) else { return Ok(None) };
    let heir = jurisdictions::heir(tx, dispute.jurisdiction).await?;
    change(tx, scope, &dispute, ("default", Some(note)), |case| {
        case.fields.status = if case.fields.assignee.is_some() { Status::InHandling } else { Status::Accepted };
        heir.into_iter().for_each(|heir| case.move_to(heir));
        case.take_up_again(scope.now);
    })
    .await
    .map(Some)
}

async fn change(
    tx: &Tx,
    scope: &Authority,
    dispute: &DisputeFields,
    step: (&str, Option<String>),
    change: impl FnOnce(&mut Case),
) -> Result<Record, Problem> {
    let in_force = InForce::at(tx.connection(), dispute.jurisdiction, &dispute.category, scope.today()).await?;
    also(tx, scope, dispute, &Arc::new(in_force), step, change).await
}

/// The mediator of the case sees the dispute.
pub async fn join(tx: &Tx, dispute: Uuid, subject: &str, now: DateTime<Utc>) -> Result<(), Problem> {
    let guest = Guest { kind: GuestKind::Person, guest: subject.to_owned(), reason: "mediator".to_owned(), invited_at: now };
    store::invite(tx, dispute, &guest).await
}

/// And no longer.
pub async fn leave(tx: &Tx, dispute: Uuid, subject: &str) -> Result<(), Problem> {
    store::uninvite(tx, dispute, subject).await.map(drop)
}
