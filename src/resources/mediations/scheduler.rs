//! The end of a mediation is announced when its time has come.

use super::model::MediationFields;
use super::store;
use crate::access::policy::action::KeepTime;
use crate::access::policy::resource::Mediations;
use crate::access::scope::Scope;
use crate::calendar::term::end_of;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

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
