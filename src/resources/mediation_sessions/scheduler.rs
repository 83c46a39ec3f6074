//! Sessions of a mediation that is over, or has another mediator, are called off; one that is running ends.

use super::model::{MediationSessionFields, SessionStatus};
use super::store;
use crate::access::policy::resource::MediationSessions;
use crate::access::scope::Authorized;
use crate::changes::record::also;
use crate::changes::write::{Record, Tx};
use crate::http::problem::Problem;

/// Calls the next such session off.
pub async fn step(tx: &Tx, scope: &Authorized<MediationSessions>) -> Result<Option<Vec<Record>>, Problem> {
    let Some(before) = store::claim_pointless(tx).await? else { return Ok(None) };
    let called_off = also(tx, scope.now, &before, |session: &mut MediationSessionFields| {
        let running = session.status == SessionStatus::InProgress;
        session.status = if running { SessionStatus::Completed } else { SessionStatus::Cancelled };
        session.reason = Some("调解已结束或已更换调解员".to_owned());
    });
    Ok(Some(vec![called_off.await?]))
}
