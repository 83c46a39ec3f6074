//! What was done by decisions of owners.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Jsonb};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::changes::write::Tx;
use crate::db::json_value::JsonList;
use crate::db::schema::{owner_votes, vote_effects};
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::deliberation::owner_votes::decisions::{EffectKind, VoteEffect, elects};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::states::OwnerVoteStatus;
use crate::resources::deliberation::vote_matters::ELECTION;

/// No vote has more topics than are told.
const MOST: i64 = 100;

/// The vote of an estate that another record names, kept as it is until the transaction ends.
pub async fn deciding(tx: &Tx, id: Option<Uuid>, estate: Uuid) -> Result<Option<OwnerVoteFields>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let found = owner_votes::table.find(id).filter(owner_votes::estate_id.eq(estate));
    let found = found.select(OwnerVoteFields::as_select()).for_share();
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// The same of several votes, in the order in which they were announced.
pub async fn all_deciding(tx: &Tx, ids: &[Uuid], estate: Uuid) -> Result<Vec<OwnerVoteFields>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = owner_votes::table.filter(owner_votes::id.eq_any(ids.to_vec())).filter(owner_votes::estate_id.eq(estate));
    let found = found.order((owner_votes::announced_at, owner_votes::id)).select(OwnerVoteFields::as_select()).for_share();
    Ok(found.load(&mut tx.connection()).await?)
}

/// True where the owners of an estate are called to elect their committee, or have elected one in the last year of which no term says so.
pub async fn is_electing(tx: &Tx, estate: Uuid, now: DateTime<Utc>) -> Result<bool, Problem> {
    use owner_votes::dsl as v;
    let about =
        dsl::sql::<Bool>("owner_votes.plan->'topics' @> ").bind::<Jsonb, _>(json!([{"matter": ELECTION, "by_election": false}]));
    let recent = v::concluded_at.is_null().or(v::concluded_at.ge(now - TimeDelta::days(365)).assume_not_null());
    let unseated = dsl::sql::<Bool>(
        "NOT EXISTS (SELECT FROM vote_effects e WHERE e.vote_id = owner_votes.id AND e.kind = 'committee_elected')",
    );
    let called = v::owner_votes.filter(v::estate_id.eq(estate)).filter(about).filter(v::announced_at.is_not_null());
    let called = called.filter(v::status.ne(OwnerVoteStatus::Cancelled).and(recent).and(unseated));
    let called: Vec<OwnerVoteFields> = called.limit(MOST).select(OwnerVoteFields::as_select()).load(&mut tx.connection()).await?;
    // Of what was counted somebody may be elected, and that stands.
    Ok(called.iter().any(|vote| vote.counted_at.is_none() || elects(vote) || vote.has_open_objection()))
}

/// Keeps what was done by a decision.
pub async fn carry_out(tx: &Tx, effect: &VoteEffect) -> Result<(), Problem> {
    let insert = diesel::insert_into(vote_effects::table).values(effect).on_conflict_do_nothing();
    if insert.execute(&mut tx.connection()).await? == 1 {
        return Ok(());
    }
    // A decision is carried out once; to tell the same again is nothing new.
    let known = vote_effects::table.find((effect.vote_id, effect.no, effect.kind)).select(vote_effects::record_id);
    let known: Uuid = known.first(&mut tx.connection()).await?;
    if known == effect.record_id { Ok(()) } else { invalid("/vote_id", &codes::TAKEN) }
}

/// The votes in these communities and streets that were concluded since then, with what was done by them.
pub async fn concluded(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(OwnerVoteFields, JsonList<EffectKind>)>> {
    use owner_votes::dsl as v;
    let here = v::community_code.eq_any(offices.to_vec()).or(v::street_code.eq_any(offices.to_vec()));
    let recent = v::status.eq(OwnerVoteStatus::Concluded).and(v::concluded_at.ge(since).assume_not_null());
    let done =
        dsl::sql::<Jsonb>("(SELECT coalesce(jsonb_agg(e.kind), '[]') FROM vote_effects e WHERE e.vote_id = owner_votes.id)");
    let found = v::owner_votes.filter(here).filter(recent).order((v::concluded_at, v::id)).limit(201);
    let mut connection = connection;
    found.select((OwnerVoteFields::as_select(), done)).load(&mut connection).await
}

/// What was done is taken back, and may be done anew.
pub async fn take_back(tx: &Tx, record: Uuid, kind: EffectKind) -> Result<(), Problem> {
    let done = vote_effects::table.filter(vote_effects::record_id.eq(record)).filter(vote_effects::kind.eq(kind));
    diesel::delete(done).execute(&mut tx.connection()).await?;
    Ok(())
}

/// What was done by the decisions of a vote.
pub async fn of_vote(connection: &AsyncPgConnection, id: Uuid) -> QueryResult<Vec<VoteEffect>> {
    let found = vote_effects::table.filter(vote_effects::vote_id.eq(id)).order((vote_effects::at, vote_effects::no));
    let mut connection = connection;
    found.limit(MOST).select(VoteEffect::as_select()).load(&mut connection).await
}
