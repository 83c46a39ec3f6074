//! What can be done to a mediator.

use super::creation::{mediating, own_fault, seat_fault, twice_fault};
use super::model::{Mediator, MediatorFields, MediatorLeaving, MediatorPatch, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Mediators;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::training::learners::mediators::{self as learners, Mediating};
use crate::resources::training::learners::model::LearnerFields;
use crate::resources::training::learners::store as learner_store;

/// What can be done to a mediator.
pub enum Command {
    Update(MediatorPatch),
    Leave(MediatorLeaving),
}

/// What must be known to decide on a mediator.
pub struct Facts {
    /// The active mediators of the committee.
    pub committee: Vec<MediatorFields>,
    /// The learner that the mediator is, locked.
    pub learner: Option<LearnerFields>,
    /// Whether the learner mediates under another entry too.
    pub mediates_elsewhere: bool,
    /// Whether another learner signs in as the subject that a patch names.
    pub subject_is_taken: bool,
}

/// What a decision changes besides the mediator.
#[derive(Debug)]
pub enum Effect {
    Learner(Related<LearnerFields>),
}

impl Aggregate for MediatorFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Mediator;

    const PATH: &'static str = "/v1/mediators";
    const NOUN: &'static str = "mediator";

    async fn facts(&self, tx: &Tx, who: &Authorized<Mediators>, command: &Command) -> Result<Facts, Problem> {
        let committee = store::of_committee(tx, self.organization_id).await?;
        let (learner, mediates_elsewhere) = match self.learner_id {
            Some(id) => (Some(learner_store::locked(tx, id).await?), store::mediates_elsewhere(tx, id, self.id).await?),
            None => (None, false),
        };
        let subject_is_taken = match (command, &learner) {
            (Command::Update(MediatorPatch { subject: Some(Some(subject)), .. }), Some(learner)) => {
                learner_store::is_taken(tx, who, subject, learner.id).await?
            }
            _ => false,
        };
        Ok(Facts { committee, learner, mediates_elsewhere, subject_is_taken })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        if facts.learner.as_ref().is_some_and(|learner| learner.is(&who.actor.caller)) {
            return invalid("", &codes::OWN_MATTER);
        }
        let change = match command {
            Command::Update(patch) => {
                patch.apply(after);
                let taken = facts.subject_is_taken.then(|| FieldError::at("/subject", &codes::TAKEN));
                let renamed = (&self.name, &self.phone) != (&after.name, &after.phone);
                let twice = if renamed { twice_fault(&facts.committee, after) } else { None };
                let faults = [twice, seat_fault(&facts.committee, after), own_fault(who, after), taken];
                Problem::fail_if_any(faults.into_iter().flatten())?;
                // Where there are two entries of a person, neither speaks for how the person signs in.
                let subject = if facts.mediates_elsewhere { self.subject.clone() } else { after.subject.clone() };
                let known = Mediating { subject, ..mediating(after) };
                facts.learner.as_ref().and_then(|learner| learners::follow(learner, who, self.subject.as_deref(), known))
            }
            Command::Leave(MediatorLeaving { left_on }) => {
                Problem::fail_if_any(who.day_faults("/left_on", left_on, None))?;
                after.left_on = Some(left_on);
                // Whoever mediates nowhere else is trained as a mediator no longer.
                let learner = if facts.mediates_elsewhere { None } else { facts.learner.as_ref() };
                learner.and_then(|learner| learners::no_mediator(learner, left_on))
            }
        };
        Ok(change.map(Effect::Learner).into_iter().collect())
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for Effect::Learner(learner) in effects {
            records.push(learner.store(tx, who.now).await?);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Mediators>) -> Result<Mediator, Problem> {
        Ok(view(who, self))
    }
}
