//! What a mediation and its agreement make of their dispute.

use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::try_join;
use uuid::Uuid;

use super::linked::answer_parts;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// A dispute that is mediated, locked with its parts, and what holds for it.
pub struct MediatedDispute {
    pub dispute: DisputeFields,
    rules: Arc<EffectiveRules>,
    parts: Vec<DisputeFields>,
    successor: Option<JurisdictionCode>,
}

impl MediatedDispute {
    /// Locks a dispute that lies within the caller's reach, or else nothing.
    pub async fn lock_in_reach(tx: &Tx, who: &Authority, id: Uuid) -> Result<Option<Self>, Problem> {
        match store::locked_with_parts(tx, id).await?.filter(|dispute| who.area.covers(&dispute.jurisdiction)) {
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
        let rules = EffectiveRules::at(tx.connection(), dispute.jurisdiction, &dispute.category, who.today());
        let (rules, parts, successor) = try_join!(
            async { rules.await.map_err(Problem::from) },
            store::parts_of(tx, dispute.id),
            jurisdictions::successor(tx, dispute.jurisdiction)
        )?;
        Ok(Self { dispute, rules: Arc::new(rules), parts, successor })
    }

    /// Somebody has spoken with the parties: the time for that is kept, unless it was before or is not needed.
    pub fn contacted(&self, who: &Authority) -> Result<Option<DisputeChange>, Problem> {
        if !self.dispute.awaits_contact()? {
            return Ok(None);
        }
        let contacted = |case: &mut DisputeTransition| case.progress.contacted_at = Some(who.now);
        DisputeChange::of(&self.dispute, &self.rules, who, ("contact", None), contacted).map(Some)
    }

    /// The mediation's own term runs until a day.
    pub fn term_runs(&self, who: &Authority, until: NaiveDate) -> Result<Option<DisputeChange>, Problem> {
        let known = self.dispute.progress.get()?.mediation_until;
        if self.dispute.status != Status::InMediation || known == Some(until) {
            return Ok(None);
        }
        let step = ("mediation_term", Some(until.to_string()));
        DisputeChange::of(&self.dispute, &self.rules, who, step, |case| case.progress.mediation_until = Some(until)).map(Some)
    }

    /// It goes into mediation.
    pub fn begin(&self, who: &Authority, (id, number): (Uuid, &str)) -> Result<DisputeChange, Problem> {
        Problem::fail_if_any(self.dispute.withdrawal_waits("/dispute_id"))?;
        DisputeChange::of(&self.dispute, &self.rules, who, ("mediate", Some(number.to_owned())), |case| {
            case.fields.status = Status::InMediation;
            case.progress.mediation_ids.push(id);
            case.fields.taken_steps.add(who.action, who);
            case.clear_approval();
        })
    }

    /// The mediation ended without an agreement: it goes back to its handler. It may have gone another way meanwhile.
    pub fn end(&self, who: &Authority, note: Option<String>) -> Result<Vec<DisputeChange>, Problem> {
        if self.dispute.status != Status::InMediation {
            return Ok(Vec::new());
        }
        let back = if self.dispute.assignee.is_some() { Status::InHandling } else { Status::Accepted };
        let ended = DisputeChange::of(&self.dispute, &self.rules, who, ("end_mediation", note), |case| case.fields.status = back);
        Ok(vec![ended?])
    }

    /// The parties have agreed: it is resolved with its parts. Not when it has gone another way meanwhile.
    pub fn resolve(&self, who: &Authority, resolution: &str) -> Result<Vec<DisputeChange>, Problem> {
        if self.dispute.status != Status::InMediation {
            return invalid("", &codes::NOT_ACTIVE);
        }
        if self.dispute.concerns(&who.actor.caller) {
            return invalid("", &codes::OWN_MATTER);
        }
        let mut changes = answer_parts(&self.parts, &self.dispute, &self.rules, who, resolution)?;
        let step = ("resolve", Some(resolution.to_owned()));
        let resolve = |case: &mut DisputeTransition| case.resolve(resolution.to_owned(), who);
        changes.push(DisputeChange::of(&self.dispute, &self.rules, who, step, resolve)?);
        Ok(changes)
    }

    /// An agreement was not kept: what it had resolved is handled again, in the place to which its jurisdiction went.
    pub fn take_up_again(&self, who: &Authority, note: String) -> Result<Vec<DisputeChange>, Problem> {
        if !matches!(self.dispute.status, Status::Resolved | Status::Closed) {
            return Ok(Vec::new());
        }
        let taken_up = DisputeChange::of(&self.dispute, &self.rules, who, ("default", Some(note)), |case| {
            case.fields.status = if case.fields.assignee.is_some() { Status::InHandling } else { Status::Accepted };
            self.successor.into_iter().for_each(|successor| case.move_to(successor));
            case.take_up_again(who.now);
        });
        Ok(vec![taken_up?])
    }
}
