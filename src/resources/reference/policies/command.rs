//! What can be done to a policy.

use super::creation::article_faults;
use super::model::{Policy, PolicyFields, PolicyPatch, PolicyPublication, PolicyRepeal, PolicyStatus, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Policies;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};

/// What can be done to a policy.
pub enum Command {
    Update(PolicyPatch),
    Publish(PolicyPublication),
    Repeal(PolicyRepeal),
}

/// What a decision changes besides the policy.
#[derive(Debug)]
pub enum Effect {
    /// The version whose place it takes ends.
    Supersede(Related<PolicyFields>),
}

impl Aggregate for PolicyFields {
    type Command = Command;
    /// The version whose place it is to take, locked.
    type Facts = Option<Self>;
    type Effect = Effect;
    type View = Policy;

    const PATH: &'static str = "/v1/policies";
    const NOUN: &'static str = "policy";

    async fn facts(&self, tx: &Tx, who: &Authorized<Policies>, command: &Command) -> Result<Option<Self>, Problem> {
        match (command, self.supersedes_id) {
            (Command::Publish(_), Some(old)) => store::named(tx, who, old).await,
            _ => Ok(None),
        }
    }

    fn decide(&self, after: &mut Self, command: Command, old: &Option<Self>, _: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(article_faults(&after.articles.0))?;
                Ok(Vec::new())
            }
            Command::Publish(body) => publish(after, body, old.as_ref()),
            Command::Repeal(body) => {
                let early = FieldError::before("/valid_until", body.valid_until, after.valid_from);
                Problem::fail_if_any(early)?;
                (after.valid_until, after.reason) = (Some(body.valid_until), Some(body.reason));
                Ok(Vec::new())
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for Effect::Supersede(old) in effects {
            records.push(old.store(tx, who.now).await?);
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Policies>) -> Result<Policy, Problem> {
        Ok(view(who, self, true))
    }
}

/// Publishes a draft; the version whose place it takes ends the same day.
fn publish(policy: &mut PolicyFields, body: PolicyPublication, old: Option<&PolicyFields>) -> Result<Vec<Effect>, Problem> {
    let from = body.valid_from;
    policy.valid_from = Some(from);
    if policy.supersedes_id.is_none() {
        return Ok(Vec::new());
    }
    let Some(old) = old.filter(|old| old.status == PolicyStatus::Published) else {
        return invalid("/supersedes_id", &codes::NOT_ACTIVE);
    };
    Problem::fail_if_any(FieldError::before("/valid_from", from, old.valid_from))?;
    let end = |old: &mut PolicyFields| (old.status, old.valid_until) = (PolicyStatus::Superseded, Some(from));
    Ok(vec![Effect::Supersede(Related::new(old, end))])
}
