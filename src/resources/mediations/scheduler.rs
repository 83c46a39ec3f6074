//! The end of a mediation is announced when its time has come. A mediation whose dispute has gone another way is over.

use super::model::{ExclusionKind, MediationFields, NewExclusion};
use super::states::MediationStatus;
use super::{rules, store};
use crate::access::policy::resource::Mediations;
use crate::access::scope::Authorized;
use crate::calendar::term::end_of;
use crate::changes::record::{Stored, also};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;
use crate::resources::mediators::model::MediatorStatus;
use crate::resources::mediators::store as mediators;

/// Ends the next mediation whose dispute was withdrawn or referred out.
pub async fn end_pointless(tx: &Tx, scope: &Authorized<Mediations>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim_pointless(tx).await? else { return Ok(None) };
    let mut after = before.clone();
    after.status = MediationStatus::Terminated;
    after.outcome = Some("纠纷已撤回或转出".to_owned());
    let mut told = rules::end(tx, scope, &mut after).await?;
    after.save(tx, scope.now).await?;
    told.push(Record::of(Some(&before), &after)?);
    Ok(Some(told))
}

/// Brings the next mediation up to date whose mediator has left, or signs in otherwise by now.
pub async fn follow_mediator(tx: &Tx, scope: &Authorized<Mediations>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim_astray(tx).await? else { return Ok(None) };
    let Some(id) = before.mediator_id else { return Ok(None) };
    let mediator = mediators::known(tx, id).await?;
    let mut after = before.clone();
    if mediator.status == MediatorStatus::Left {
        let left = NewExclusion { kind: ExclusionKind::Recusal, reason: "调解员已离任".to_owned() };
        rules::exclude(tx, scope, &mut after, left).await?;
        after.status = MediationStatus::ConsentPending;
    } else {
        rules::seat(tx, scope, &mut after, &mediator).await?;
    }
    after.save(tx, scope.now).await?;
    Ok(Some(vec![Record::of(Some(&before), &after)?]))
}

/// The next announcement: first that the end is near, then that the time is over.
pub async fn step(tx: &Tx, scope: &Authorized<Mediations>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim(tx, scope.now).await? else { return Ok(None) };
    let told = also(tx, scope.now, &before, |mediation: &mut MediationFields| {
        let end = mediation.due_on.map(end_of);
        mediation.next_step_at = end.filter(|end| mediation.is_open() && !mediation.warned && *end > scope.now);
        mediation.warned = true;
    });
    Ok(Some(vec![told.await?]))
}
