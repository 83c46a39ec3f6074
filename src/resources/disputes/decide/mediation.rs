//! What a mediation and its agreement make of their dispute.

use std::sync::Arc;

use futures_util::try_join;
use uuid::Uuid;

use super::linked::answer_parts;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{Problem, refused};
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::effective_rules::InForce;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store;
use crate::resources::disputes::transition::Case;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// A dispute that is mediated, locked with its parts, and what holds for it.
pub struct MediatedDispute {
    pub dispute: DisputeFields,
    in_force: Arc<InForce>,
    parts: Vec<DisputeFields>,
    heir: Option<JurisdictionCode>,
}

impl MediatedDispute {
    /// Locks a dispute that lies within the caller's reach, or else nothing.
    pub async fn lock_in_reach(tx: &Tx, who: &Authority, id: Uuid) -> Result<Option<Self>, Problem> {
        match store::locked_with_parts(tx, id).await?.filter(|dispute| who.extent.covers(&dispute.jurisdiction)) {
            Some(dispute) => Self::of(tx, who, dispute).await.map(Some),
            None => Ok(None),
        }
    }

    /// Locks a dispute that another record names. The caller was checked at that record.
    pub async fn lock(tx: &Tx, who: &Authority, id: Uuid) -> Result<Self, Problem> {
        match store::locked_with_parts(tx, id).await? {
            Some(dispute) => Self::of(tx, who, dispute).await,
            None => Err(Problem::internal("a mediated dispute is missing")),
        }
    }

    async fn of(tx: &Tx, who: &Authority, dispute: DisputeFields) -> Result<Self, Problem> {
        let in_force = InForce::at(tx.connection(), dispute.jurisdiction, &dispute.category, who.today());
        let (in_force, parts, heir) = try_join!(
            async { in_force.await.map_err(Problem::from) },
            store::parts_of(tx, dispute.id),
            jurisdictions::heir(tx, dispute.jurisdiction)
        )?;
        Ok(Self { dispute, in_force: Arc::new(in_force), parts, heir })
    }

    /// It goes into mediation.
    pub fn begin(&self, who: &Authority, number: &str) -> Result<DisputeChange, Problem> {
        DisputeChange::of(&self.dispute, &self.in_force, who, ("mediate", Some(number.to_owned())), |case| {
            case.fields.status = Status::InMediation;
            case.decide();
        })
    }

    /// The mediation ended without an agreement: it goes back to its handler. It may have gone another way meanwhile.
    pub fn end(&self, who: &Authority, note: Option<String>) -> Result<Vec<DisputeChange>, Problem> {
        if self.dispute.status != Status::InMediation {
            return Ok(Vec::new());
        }
        let back = if self.dispute.assignee.is_some() { Status::InHandling } else { Status::Accepted };
        let ended =
            DisputeChange::of(&self.dispute, &self.in_force, who, ("end_mediation", note), |case| case.fields.status = back);
        Ok(vec![ended?])
    }

    /// The parties have agreed: it is resolved with its parts. Not when it has gone another way meanwhile.
    pub fn resolve(&self, who: &Authority, resolution: &str) -> Result<Vec<DisputeChange>, Problem> {
        if self.dispute.status != Status::InMediation {
            return refused("", &codes::NOT_ACTIVE);
        }
        let mut changes = answer_parts(&self.parts, &self.in_force, who, &self.dispute.number, resolution)?;
        let step = ("resolve", Some(resolution.to_owned()));
        let resolve = |case: &mut Case| case.resolve(resolution.to_owned(), who.now);
        changes.push(DisputeChange::of(&self.dispute, &self.in_force, who, step, resolve)?);
        Ok(changes)
    }

    /// An agreement was not kept: what it had resolved is handled again, in the place to which its jurisdiction went.
    pub fn take_up_again(&self, who: &Authority, note: String) -> Result<Vec<DisputeChange>, Problem> {
        if !matches!(self.dispute.status, Status::Resolved | Status::Closed) {
            return Ok(Vec::new());
        }
        let taken_up = DisputeChange::of(&self.dispute, &self.in_force, who, ("default", Some(note)), |case| {
            case.fields.status = if case.fields.assignee.is_some() { Status::InHandling } else { Status::Accepted };
            self.heir.into_iter().for_each(|heir| case.move_to(heir));
            case.take_up_again(who.now);
        });
        Ok(vec![taken_up?])
    }
}
