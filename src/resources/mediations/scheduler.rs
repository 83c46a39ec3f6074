//! The end of a mediation is announced when its time has come. A mediation whose dispute has gone another way is over.

use super::model::MediationFields;
use super::states::MediationStatus;
use super::{rules, store};
use crate::access::policy::action::KeepTime;
use crate::access::policy::resource::Mediations;
use crate::access::scope::Scope;
use crate::calendar::term::end_of;
use crate::changes::record::{Stored, also};
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

/// Ends the next mediation whose dispute was withdrawn or referred out.
pub async fn end_pointless(tx: &Tx, scope: &Scope<KeepTime, Mediations>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim_pointless(tx).await? else { return Ok(None) };
    let mut after = before.clone();
    after.status = MediationStatus::Terminated;
    after.outcome = Some("纠纷已撤回或转出".to_owned());
    let mut told = rules::end(tx, scope, &mut after).await?;
    after.save(tx, scope.now).await?;
    told.push(Record::of(Some(&before), &after)?);
    Ok(Some(told))
}

/// The next announcement: first that the end is near, then that the time is over.
pub async fn step(tx: &Tx, scope: &Scope<KeepTime, Mediations>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim(tx, scope.now).await? else { return Ok(None) };
    let told = also(tx, scope.now, &before, |mediation: &mut MediationFields| {
        let end = mediation.due_on.map(end_of);
        mediation.next_step_at = end.filter(|end| mediation.is_open() && !mediation.warned && *end > scope.now);
        mediation.warned = true;
    });
    Ok(Some(vec![told.await?]))
}
