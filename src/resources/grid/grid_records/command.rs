//! What can be done to a patrol or a clue.

use uuid::Uuid;

use super::creation::faults;
use super::model::{FiledClue, GridRecord, GridRecordFields, GridRecordPatch, GridRecordStatus, Settlement, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::Create;
use crate::access::permissions::resource::{Disputes, GridRecords};
use crate::access::scope::{Authorized, Scope};
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::problem::Problem;
use crate::resources::disputes::details::DisputeChannel;
use crate::resources::disputes::filing;
use crate::resources::disputes::model::NewDispute;

/// What can be done to a patrol or a clue.
pub enum Command {
    Update(GridRecordPatch),
    Settle(Settlement),
    File(FiledClue),
    Dismiss(Reason),
    Reopen(Reason),
}

/// What a decision changes besides the clue.
#[derive(Debug)]
pub enum Effect {
    /// A dispute is filed.
    File(Box<NewDispute>),
}

impl Aggregate for GridRecordFields {
    type Command = Command;
    type Facts = ();
    type Effect = Effect;
    type View = GridRecord;

    const PATH: &'static str = "/v1/grid-records";
    const NOUN: &'static str = "record";

    async fn facts(&self, _: &Tx, _: &Authorized<GridRecords>, _: &Command) -> Result<(), Problem> {
        Ok(())
    }

    fn decide(&self, after: &mut Self, command: Command, (): &(), who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(faults(after, who))?;
            }
            Command::Settle(Settlement { outcome }) => after.outcome = Some(outcome),
            Command::Reopen(Reason { reason }) => {
                (after.status, after.outcome) = (GridRecordStatus::first(after.kind), Some(reason));
            }
            Command::Dismiss(Reason { reason }) => after.outcome = Some(reason),
            Command::File(body) => {
                let id = body.dispute_id.unwrap_or_else(Uuid::now_v7);
                after.dispute_id = Some(id);
                let dispute = self.as_dispute(id, body);
                dispute.check(who.now)?;
                return Ok(vec![Effect::File(Box::new(dispute))]);
            }
        }
        Ok(Vec::new())
    }

    /// Whoever files a clue must be able to file a dispute.
    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for Effect::File(dispute) in effects {
            let scope = Scope::<Create, Disputes>::new(who.actor.clone(), who.request_id, who.now)?;
            records.extend(filing::file(tx, &scope, *dispute).await?.records);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<GridRecords>) -> Result<GridRecord, Problem> {
        Ok(view(who, self))
    }
}

impl GridRecordFields {
    /// The dispute that it becomes; its place comes first in the description.
    fn as_dispute(&self, id: Uuid, body: FiledClue) -> NewDispute {
        let told = [self.place.clone(), self.description.clone()].into_iter().flatten().collect::<Vec<_>>().join("\n");
        NewDispute {
            id: Some(id),
            jurisdiction: self.jurisdiction,
            title: self.title.clone(),
            description: Some(told).filter(|text| !text.is_empty()),
            category: body.category,
            confidential: body.confidential,
            estate_id: self.estate_id,
            estate_name: body.estate_name,
            channel: DisputeChannel::default(),
            anonymous: false,
            reported_at: Some(self.observed_at),
            parties: body.parties,
        }
    }
}
