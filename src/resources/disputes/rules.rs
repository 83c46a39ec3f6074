//! What the actions on a dispute share: lock, check, change, tell.

use super::model::{Dispute, DisputeEvent, DisputeFields, DisputePatch, NewDispute, Party, Step};
use super::states::Status;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::policy::resource::Disputes;
use crate::access::policy::{Action, ActionTag};
use crate::access::scope::Scope;
use crate::changes::lifecycle;
use crate::changes::reply::Reply;
use crate::changes::write::{Change, Tx, write};
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::{FieldError, Problem};
use crate::resources::jurisdictions::store as jurisdictions;

/// The dispute as the caller sees it.
pub fn view<A: ActionTag>(scope: &Scope<A, Disputes>, fields: DisputeFields, parties: Option<Vec<Party>>) -> Dispute {
    Dispute { next_actions: lifecycle::next_actions(scope, &fields), fields, parties }
}

/// Files a dispute.
pub async fn file<A: ActionTag>(tx: &Tx, scope: &Scope<A, Disputes>, new: &NewDispute) -> Result<Change, Problem> {
    let (dispute, parties) = store::insert(tx, scope, new).await?;
    Change::created("/v1/disputes", &dispute, &view(scope, dispute.clone(), Some(parties)))
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
        let step = Step { status: Some(lifecycle::step(scope, &before)?), ..step };
        let jurisdiction = if A::VALUE == Action::Reopen { moved(tx, before.jurisdiction).await? } else { None };
        let patch = DisputePatch { jurisdiction, ..DisputePatch::default() };
        change(tx, scope, before, &patch, &step, note).await
    })
    .await
}

/// Where a dispute goes on whose jurisdiction was revoked after it was closed.
async fn moved(tx: &Tx, place: JurisdictionCode) -> Result<Option<JurisdictionCode>, Problem> {
    jurisdictions::heir(tx, place).await.map(|heir| heir.filter(|heir| *heir != place))
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
        lifecycle::step(scope, &before)?;
        let patch = patch.without_what_is(&before);
        if patch.jurisdiction.is_some() && before.status != Status::Submitted {
            return Err(Problem::invalid(vec![FieldError::at("/jurisdiction", &codes::ONLY_WHILE_SUBMITTED)]));
        }
        if patch == DisputePatch::default() {
            let parties = store::parties(tx, &before).await?;
            return Change::none(&before, &view(scope, before.clone(), Some(parties)));
        }
        change(tx, scope, before, &patch, &Step::default(), None).await
    })
    .await
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
    Change::updated(&before, &after, &view(scope, after.clone(), Some(parties)))
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
