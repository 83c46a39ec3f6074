//! What the actions on a dispute share: lock, check, change, tell.

use super::model::{Dispute, DisputeEvent, DisputeFields, DisputePatch, NewDispute, Party, Step};
use super::states::{ACTIONS, Status, next_status};
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::policy::resource::Disputes;
use crate::access::policy::{Action, ActionTag};
use crate::access::scope::Scope;
use crate::changes::audit::JsonText;
use crate::changes::feed::RecordType;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Record, Tx, write};
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::{FieldError, Problem};

/// The dispute as the caller sees it.
pub fn view<A: ActionTag>(scope: &Scope<A, Disputes>, fields: DisputeFields, parties: Option<Vec<Party>>) -> Dispute {
    Dispute { next_actions: next_actions(scope, &fields), fields, parties }
}

fn next_actions<A: ActionTag>(scope: &Scope<A, Disputes>, dispute: &DisputeFields) -> Vec<&'static str> {
    let allowed = ACTIONS.iter().map(|(action, _, _)| *action).filter(|action| allows(scope, dispute, *action));
    let may = |action: &Action| scope.may(*action, &dispute.jurisdiction, Some(&dispute.created_by));
    allowed.filter(may).map(Action::as_str).collect()
}

/// What the state allows; who reaches only own records may change them only until they are accepted.
fn allows<A: ActionTag>(scope: &Scope<A, Disputes>, dispute: &DisputeFields, action: Action) -> bool {
    let only_own = !scope.reaches(action, &dispute.jurisdiction);
    next_status(dispute.status, action).is_some()
        && !(only_own && action == Action::Update && dispute.status != Status::Submitted)
}

/// Files a dispute.
pub async fn file<A: ActionTag>(tx: &Tx, scope: &Scope<A, Disputes>, new: &NewDispute) -> Result<Change, Problem> {
    let (dispute, parties) = store::insert(tx, scope, new).await?;
    let record = record(&dispute, None)?;
    let location = format!("/v1/disputes/{}", dispute.id);
    let reply = Reply::created(location, dispute.version, &view(scope, dispute, Some(parties)))?;
    Ok(Change { records: vec![record], reply })
}

/// Carries out the action `A`, if the state allows it.
pub async fn act<A: ActionTag>(
    scope: &Scope<A, Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    step: Step,
    note: Option<String>,
) -> Result<Reply, Problem> {
    write(db, scope, retry, async |tx| {
        let before = store::lock(tx, scope, target.id).await?;
        target.preconditions.honor(before.version)?;
        check_state(scope, &before)?;
        let step = Step { status: next_status(before.status, A::VALUE), ..step };
        change(tx, scope, before, &DisputePatch::default(), &step, note).await
    })
    .await
}

/// Applies a patch. One that changes nothing leaves the version as it is.
pub async fn patch<A: ActionTag>(
    scope: &Scope<A, Disputes>,
    db: &Db,
    target: &Target,
    retry: &Retry,
    patch: DisputePatch,
) -> Result<Reply, Problem> {
    write(db, scope, retry, async |tx| {
        let before = store::lock(tx, scope, target.id).await?;
        target.preconditions.require(before.version)?;
        check_state(scope, &before)?;
        let patch = patch.without_what_is(&before);
        if patch.jurisdiction.is_some() && before.status != Status::Submitted {
            return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::ONLY_WHILE_SUBMITTED)]));
        }
        if patch == DisputePatch::default() {
            let parties = store::parties(tx, &before).await?;
            let version = before.version;
            return Ok(Change { records: Vec::new(), reply: Reply::ok(version, &view(scope, before, Some(parties)))? });
        }
        change(tx, scope, before, &patch, &Step::default(), None).await
    })
    .await
}

fn check_state<A: ActionTag>(scope: &Scope<A, Disputes>, dispute: &DisputeFields) -> Result<(), Problem> {
    if allows(scope, dispute, A::VALUE) {
        return Ok(());
    }
    Err(Problem::new(&codes::STATE_CONFLICT)
        .member("current_status", dispute.status.as_str())
        .member("allowed_actions", next_actions(scope, dispute)))
}

async fn change<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Disputes>,
    before: DisputeFields,
    patch: &DisputePatch,
    step: &Step,
    note: Option<String>,
) -> Result<Change, Problem> {
    let after = store::update(tx, scope, &before, patch, step).await?;
    store::add_event(tx, &event(scope, Some(before.status), &after, note)).await?;
    let parties = store::parties(tx, &after).await?;
    let record = Record { before: Some(JsonText::of(&before)?), ..record(&after, Some(before.jurisdiction))? };
    let reply = Reply::ok(after.version, &view(scope, after, Some(parties)))?;
    Ok(Change { records: vec![record], reply })
}

/// The step that led to the dispute's present version.
fn event<A: ActionTag>(
    scope: &Scope<A, Disputes>,
    from_status: Option<Status>,
    after: &DisputeFields,
    note: Option<String>,
) -> DisputeEvent {
    DisputeEvent {
        dispute_id: after.id,
        version: after.version,
        at: scope.now,
        action: A::VALUE.as_str().to_owned(),
        from_status,
        to_status: after.status,
        note,
        role: scope.acting_role(&after.jurisdiction).as_str().to_owned(),
        caller: scope.actor.caller.clone(),
    }
}

/// The dispute as the feed and the audit tell it.
fn record(dispute: &DisputeFields, moved_from: Option<JurisdictionCode>) -> Result<Record, Problem> {
    Ok(Record {
        kind: RecordType::Dispute.as_str(),
        id: dispute.id.to_string(),
        jurisdiction: dispute.jurisdiction,
        moved_from,
        version: dispute.version,
        before: None,
        after: JsonText::of(dispute)?,
    })
}
