//! What the meeting of a council makes of the disputes on its agenda.

use std::sync::Arc;

use chrono::Days;
use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::problem::Problem;
use crate::resources::disputes::command::{Decision, DisputeChange};
use crate::resources::disputes::details::{CouncilAnswer, CouncilOutcome, CouncilWait};
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store;
use crate::resources::disputes::transition::DisputeTransition;
use crate::resources::reference::rules::names::RuleName;

/// As many answers of councils as a dispute keeps.
const MOST_ANSWERS: usize = 50;

/// The disputes about which a council meets, locked, each with what holds for it.
#[derive(Default)]
pub struct CouncilDisputes(Vec<(DisputeFields, Arc<EffectiveRules>)>);

impl CouncilDisputes {
    /// Locks disputes that an agenda names, as far as they still lie in its place and are not confidential by now: the
    /// caller was checked at the meeting, and others the meeting does not reach.
    pub async fn lock(tx: &Tx, who: &Authority, place: JurisdictionCode, ids: &[Uuid]) -> Result<Self, Problem> {
        let disputes = store::locked(tx, ids).await?;
        let reached = |one: &DisputeFields| place.contains(&one.jurisdiction) && !one.confidential;
        let disputes: Vec<_> = disputes.into_iter().filter(reached).collect();
        let rules = disputes.iter().map(|one| EffectiveRules::at(tx.connection(), one.jurisdiction, &one.category, who.today()));
        let rules = try_join_all(rules).await?;
        Ok(Self(disputes.into_iter().zip(rules.into_iter().map(Arc::new)).collect()))
    }

    /// The seats are invited: what a level handles that the caller decides for waits for the meeting, while its time to be
    /// resolved stands still for some days, once. What is handled above goes on, and is only talked about.
    pub fn enter(&self, who: &Authority, (meeting_id, title): (Uuid, &str)) -> Result<Vec<DisputeChange>, Problem> {
        let waits = self.0.iter().filter(|(dispute, _)| may_wait(dispute, who));
        let enters = |(dispute, rules): &(DisputeFields, Arc<EffectiveRules>)| {
            let days = Days::new(rules.days(RuleName::CouncilDisputeDays).unsigned_abs());
            DisputeChange::of(dispute, rules, who, ("enter_council", Some(title.to_owned())), |case| {
                case.progress.council = Some(CouncilWait { meeting_id, status: case.fields.status });
                case.fields.status = Status::InCouncil;
                case.progress.council_until = case.progress.council_until.or_else(|| who.today().checked_add_days(days));
            })
        };
        waits.map(enters).collect()
    }

    /// The meeting is over: what waited for it goes back to its handler, and each dispute is told what the council says to it.
    pub fn leave(
        &self,
        who: &Authority,
        meeting_id: Uuid,
        answers: &[(Uuid, CouncilAnswer)],
    ) -> Result<Vec<DisputeChange>, Problem> {
        let mut changes = Vec::new();
        for (dispute, rules) in &self.0 {
            let progress = dispute.progress.get()?;
            let waited = progress.council.as_ref().is_some_and(|wait| wait.meeting_id == meeting_id);
            let is_news = |answer: &&CouncilAnswer| {
                let before = progress.council_answers.iter().find(|known| known.item_id == answer.item_id);
                before.map_or(waited || answer.outcome != CouncilOutcome::NotDecided, |before| !before.says(answer))
            };
            let own = answers.iter().filter(|(id, _)| *id == dispute.id).map(|(_, answer)| answer);
            let news: Vec<&CouncilAnswer> = own.filter(is_news).collect();
            if dispute.status.is_over() || news.is_empty() && !waited {
                continue;
            }
            let note = news.iter().map(|answer| answer.note()).collect::<Vec<_>>().join("；");
            changes.push(DisputeChange::of(dispute, rules, who, ("leave_council", Some(note)), |case| {
                if waited {
                    case.leave_council();
                }
                news.iter().for_each(|answer| case.answered_by_council(answer));
            })?);
        }
        Ok(changes)
    }
}

/// True for what is being handled, by a level for which the caller decides and not about themselves.
fn may_wait(dispute: &DisputeFields, who: &Authority) -> bool {
    let handled = matches!(dispute.status, Status::Accepted | Status::Assigned | Status::InHandling);
    let decides = who.acting_level(who.action, &dispute.jurisdiction).is_some_and(|level| level <= dispute.level);
    let own = dispute.concerns(&who.actor.caller) || dispute.is_of_organization(who);
    handled && decides && !own && dispute.withdrawal_waits("").is_none()
}

/// Whoever handles it waits for the meeting no longer.
pub fn leave(case: &mut DisputeTransition, body: Reason) -> Decision {
    case.leave_council();
    Decision::noted(Some(body.reason))
}

impl DisputeTransition {
    /// It is as it was before, unless the level that handles it has changed meanwhile.
    fn leave_council(&mut self) {
        if let Some(wait) = self.progress.council.take()
            && self.previous_status == Status::InCouncil
        {
            let unassigned = self.fields.assignee.is_none() && wait.status != Status::Accepted;
            self.fields.status = if unassigned { Status::Accepted } else { wait.status };
        }
    }

    /// Keeps what a council says, in place of what it said of the same item before.
    fn answered_by_council(&mut self, answer: &CouncilAnswer) {
        let known = &mut self.progress.council_answers;
        known.retain(|before| before.item_id != answer.item_id);
        known.push(answer.clone());
        let surplus = known.len().saturating_sub(MOST_ANSWERS);
        known.drain(..surplus);
    }
}
