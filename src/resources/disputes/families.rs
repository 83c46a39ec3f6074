//! Disputes that belong together: mergers, and mass cases whose parts are answered together.

use std::sync::Arc;

use futures_util::future::try_join_all;
use uuid::Uuid;

use super::case::Case;
use super::in_force::InForce;
use super::model::DisputeFields;
use super::model_actions::{DisputeMerger, Gathering};
use super::progress::HoldKind;
use super::rules::also;
use super::states::Status;
use super::store;
use crate::access::authority::Authority;
use crate::access::policy::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::Lifecycle;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};

/// Makes the dispute a part of another one that goes on.
pub async fn merge(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case, body: &DisputeMerger) -> Result<Vec<Record>, Problem> {
    let into = store::lock_all(tx, scope, &[body.into_id]).await?.pop().filter(|into| into.id != case.fields.id);
    let Some(into) = into else { return refused("/into_id", &codes::UNKNOWN_RECORD) };
    if into.status.is_over() || matches!(into.status, Status::Merged | Status::Resolved) {
        return refused("/into_id", &codes::NOT_ACTIVE);
    }
    if is_out_of_hand(scope, &into) {
        return refused("/into_id", &codes::HANDLED_ABOVE);
    }
    if into.parent_id.is_some() || case.fields.parent_id.is_some() || !store::children(tx, case.fields.id).await?.is_empty() {
        return refused("", &codes::BELONGS_TOGETHER);
    }
    case.hold(HoldKind::Merged, None, scope.now);
    case.decide();
    case.fields.parent_id = Some(into.id);
    let note = Some(case.fields.number.clone());
    Ok(vec![also(tx, scope, &into, &case.in_force, ("absorb", note), |_| {}).await?])
}

/// Lets a merged dispute go on by itself.
pub fn unmerge(scope: &Authorized<Disputes>, case: &mut Case) {
    case.resume(scope.now);
    case.fields.parent_id = None;
}

/// True for what a higher level handles than the caller's.
fn is_out_of_hand(scope: &Authorized<Disputes>, dispute: &DisputeFields) -> bool {
    !dispute.allows(scope.action, scope.standing(scope.action, &dispute.jurisdiction))
}

/// The dispute ends without a result: what was merged into it goes on by itself, and the parts of a mass case too.
pub async fn release(tx: &Tx, scope: &Authorized<Disputes>, case: &Case) -> Result<Vec<Record>, Problem> {
    let children = store::children(tx, case.fields.id).await?;
    let going_on = children.iter().filter(|child| !child.status.is_over() && child.status != Status::Resolved);
    let released = going_on.map(|child| {
        let note = Some(case.fields.number.clone());
        also(tx, scope, child, &case.in_force, ("release", note), |child| {
            if child.fields.status == Status::Merged {
                child.resume(scope.now);
            }
            child.fields.parent_id = None;
        })
    });
    try_join_all(released).await
}

/// Takes the dispute out of its mass case.
pub fn detach(case: &mut Case) -> Result<(), Problem> {
    match case.fields.parent_id.take() {
        Some(_) => Ok(()),
        None => refused("", &codes::NOT_APPLICABLE),
    }
}

/// Makes disputes parts of this one, to be answered together with it.
pub async fn gather(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case, body: &Gathering) -> Result<Vec<Record>, Problem> {
    let parent = case.fields.id;
    if case.fields.parent_id.is_some() {
        return refused("", &codes::BELONGS_TOGETHER);
    }
    let found = store::lock_all(tx, scope, &body.dispute_ids).await?;
    let with_children = store::parents_among(tx, &body.dispute_ids).await?;
    let fault = |(at, id): (usize, &Uuid)| {
        let place = format!("/dispute_ids/{at}");
        match found.iter().find(|dispute| dispute.id == *id) {
            None => Some(FieldError::at(place, &codes::UNKNOWN_RECORD)),
            Some(child) if child.id == parent || child.parent_id.is_some() || with_children.contains(id) => {
                Some(FieldError::at(place, &codes::BELONGS_TOGETHER))
            }
            Some(child) if is_out_of_hand(scope, child) => Some(FieldError::at(place, &codes::HANDLED_ABOVE)),
            Some(child) if !is_open(child) => Some(FieldError::at(place, &codes::NOT_ACTIVE)),
            Some(_) => None,
        }
    };
    Problem::unless_right(body.dispute_ids.iter().enumerate().filter_map(fault).collect())?;
    let note = Some(case.fields.number.clone());
    let join = |case: &mut Case| case.fields.parent_id = Some(parent);
    let joined = found.iter().map(|child| also(tx, scope, child, &case.in_force, ("gather", note.clone()), join));
    try_join_all(joined).await
}

fn is_open(dispute: &DisputeFields) -> bool {
    matches!(dispute.status, Status::Submitted | Status::Accepted | Status::Assigned | Status::InHandling)
}

/// Resolves the dispute and with it the parts of a mass case that are open: one answer, whose times are those of the
/// whole.
pub async fn resolve(tx: &Tx, scope: &Authorized<Disputes>, case: &mut Case, resolution: &str) -> Result<Vec<Record>, Problem> {
    case.resolve(resolution.to_owned(), scope.now);
    answer_parts(tx, scope, case.fields.id, &case.in_force, &case.fields.number, resolution).await
}

/// Gives the parts of a dispute that are open its answer.
pub async fn answer_parts(
    tx: &Tx,
    scope: &Authority,
    whole: Uuid,
    in_force: &Arc<InForce>,
    number: &str,
    resolution: &str,
) -> Result<Vec<Record>, Problem> {
    let children = store::children(tx, whole).await?;
    let answers = |child: &&DisputeFields| is_open(child) || child.status == Status::Merged;
    let answered = children.iter().filter(answers).map(|child| {
        also(tx, scope, child, in_force, ("resolve", Some(number.to_owned())), |child| {
            child.resolve(resolution.to_owned(), scope.now);
        })
    });
    try_join_all(answered).await
}
