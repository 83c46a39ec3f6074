//! One way for every action on a record: lock it in the scope, gather the facts, decide, store, tell, answer.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lifecycle::{Lifecycle, permit};
use super::record::{LockInScope, Stored};
use super::reply::Reply;
use super::write::{Record, Tx, Written, write_to};
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::access::scope::Authorized;
use crate::db::pool::Db;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;

/// A record on which commands are carried out.
#[allow(async_fn_in_trait)]
pub trait Aggregate: Lifecycle + Stored + LockInScope {
    /// What can be done to it, with what is said about it.
    type Command;
    /// What must be known to decide on a command.
    type Facts;
    /// What a decision changes besides the record itself.
    type Effect;
    /// The record as a caller sees it.
    type View: Serialize + ToSchema;

    /// Where records of its kind are, such as `/v1/disputes`.
    const PATH: &'static str;
    /// What people call such a record.
    const NOUN: &'static str;

    /// Reads it through the scope and locks it, together with what else the command changes.
    async fn lock(tx: &Tx, who: &Authorized<Self::Resource>, id: Uuid, _: &Self::Command) -> Result<Self, Problem> {
        Self::lock_in_scope(tx, who, id).await
    }

    /// Gathers what must be known to decide on the command, in one round trip.
    async fn facts(&self, tx: &Tx, who: &Authorized<Self::Resource>, command: &Self::Command) -> Result<Self::Facts, Problem>;

    /// Decides what the command makes of the record, whose state follows the action already.
    fn decide(
        &self,
        after: &mut Self,
        command: Self::Command,
        facts: &Self::Facts,
        who: &Authority,
    ) -> Result<Vec<Self::Effect>, Problem>;

    /// Carries out what else was decided and tells which other records changed. Records whose decisions change nothing
    /// else, with an `Effect` that cannot be, leave it out.
    async fn apply(&self, _: &Tx, _: &Authority, effects: Vec<Self::Effect>) -> Result<Vec<Record>, Problem> {
        if effects.is_empty() { Ok(Vec::new()) } else { Err(Problem::internal("nobody carries out what was decided")) }
    }

    /// The record as the caller sees it after a command.
    async fn answer(self, tx: &Tx, who: &Authorized<Self::Resource>) -> Result<Self::View, Problem>;
}

/// What a command makes of a record.
#[derive(Debug)]
pub struct Outcome<T: Aggregate> {
    pub after: T,
    pub effects: Vec<T::Effect>,
}

/// Decides on a command: state, rights and time first, then the rules of the record.
pub fn decide<T: Aggregate>(before: &T, command: T::Command, facts: &T::Facts, who: &Authority) -> Result<Outcome<T>, Problem> {
    let after = permit(before, who)?;
    decide_permitted(before, after, command, facts, who)
}

fn decide_permitted<T: Aggregate>(
    before: &T,
    mut after: T,
    command: T::Command,
    facts: &T::Facts,
    who: &Authority,
) -> Result<Outcome<T>, Problem> {
    let effects = before.decide(&mut after, command, facts, who)?;
    Ok(Outcome { after, effects })
}

/// Carries out a command that the permissions allow on the record that the request names.
pub async fn execute<T: Aggregate>(
    db: &Db,
    who: &Authorized<T::Resource>,
    target: &Target,
    retry: &Retry,
    command: T::Command,
) -> Result<Reply, Problem> {
    let sees = async |tx: &Tx| T::lock_visible(tx, who, target.id).await.map(drop);
    write_to(db, who, retry, sees, async |tx| {
        let before = T::lock(tx, who, target.id, &command).await?;
        match who.action {
            Action::Update | Action::Replace => target.preconditions.require(before.version())?,
            _ => target.preconditions.honor(before.version())?,
        }
        let (after, records) = run_command(tx, who, &before, command).await?;
        let version = after.version();
        let reply = Reply::ok(version, &after.answer(tx, who).await?)?;
        Ok(Written { records, reply, undo: false })
    })
    .await
}

/// Carries out a command on a locked record; gives it back as it is then, with everything that changed.
pub async fn run_command<T: Aggregate>(
    tx: &Tx,
    who: &Authorized<T::Resource>,
    before: &T,
    command: T::Command,
) -> Result<(T, Vec<Record>), Problem> {
    // What the state forbids needs no facts.
    let after = permit(before, who)?;
    let facts = before.facts(tx, who, &command).await.map_err(Problem::of_related)?;
    let Outcome { mut after, effects } = decide_permitted(before, after, command, &facts, who)?;
    let related = after.apply(tx, who, effects).await.map_err(Problem::of_related)?;
    // A patch or a step of the service that leaves the record as it is makes no new version.
    if after == *before && matches!(who.action, Action::Update | Action::RunDueStep) {
        return Ok((after, related));
    }
    after.advance(who.now);
    after.save(tx).await?;
    let mut records = vec![Record::of(Some(before), &after)?];
    records.extend(related);
    Ok((after, records))
}
