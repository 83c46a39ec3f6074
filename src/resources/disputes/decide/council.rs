//! What the meeting of a council makes of the disputes on its agenda.

use std::sync::Arc;

use chrono::Days;
use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::details::{CouncilAnswer, CouncilOutcome};
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
    /// Locks disputes that an agenda names. The caller was checked at the meeting.
    pub async fn lock(tx: &Tx, who: &Authority, ids: &[Uuid]) -> Result<Self, Problem> {
        let disputes = store::locked(tx, ids).await?;
        let rules = disputes.iter().map(|one| EffectiveRules::at(tx.connection(), one.jurisdiction, &one.category, who.today()));
        let rules = try_join_all(rules).await?;
        Ok(Self(disputes.into_iter().zip(rules.into_iter().map(Arc::new)).collect()))
    }

    /// The seats are invited: what a level handles that the caller decides for waits for the meeting, while its time to be
    /// resolved stands still for some days, once. What is handled above goes on, and is only talked about.
    pub fn enter(&self, who: &Authority, meeting: &str) -> Result<Vec<DisputeChange>, Problem> {
        let waits = self.0.iter().filter(|(dispute, _)| may_wait(dispute, who));
        let enters = |(dispute, rules): &(DisputeFields, Arc<EffectiveRules>)| {
            let days = Days::new(rules.days(RuleName::CouncilDisputeDays).unsigned_abs());
            DisputeChange::of(dispute, rules, who, ("enter_council", Some(meeting.to_owned())), |case| {
                case.fields.status = Status::InCouncil;
                case.progress.council_until = case.progress.council_until.or_else(|| who.today().checked_add_days(days));
            })
        };
        waits.map(enters).collect()
    }

    /// The meeting is over: each dispute of which it tells goes back to its handler with what the council says to it.
    pub fn leave(&self, who: &Authority, answers: &[(Uuid, CouncilAnswer)]) -> Result<Vec<DisputeChange>, Problem> {
        let told = answers.iter().filter_map(|(id, answer)| Some((self.0.iter().find(|(one, _)| one.id == *id)?, answer)));
        let mut changes = Vec::new();
        for ((dispute, rules), answer) in told {
            let before = dispute.progress.get()?.council_answers.iter().find(|known| known.item_id == answer.item_id);
            let is_news = before.map_or(answer.outcome != CouncilOutcome::NotDecided, |before| !before.says(answer));
            if dispute.status == Status::InCouncil || is_news && !dispute.status.is_over() {
                let step = ("leave_council", Some(answer.note()));
                changes.push(DisputeChange::of(dispute, rules, who, step, |case| case.answered_by_council(answer))?);
            }
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

impl DisputeTransition {
    /// Keeps what a council says, in place of what it said of the same item before.
    fn answered_by_council(&mut self, answer: &CouncilAnswer) {
        if self.fields.status == Status::InCouncil {
            self.fields.status = if self.fields.assignee.is_some() { Status::InHandling } else { Status::Accepted };
        }
        let known = &mut self.progress.council_answers;
        known.retain(|before| before.item_id != answer.item_id);
        known.push(answer.clone());
        let surplus = known.len().saturating_sub(MOST_ANSWERS);
        known.drain(..surplus);
    }
}
