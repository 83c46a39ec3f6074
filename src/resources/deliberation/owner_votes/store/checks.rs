//! When counted votes are looked through again.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::jobs::Due;
use crate::changes::write::Tx;
use crate::db::schema::{owner_votes, vote_checks};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;

/// From one time to the next.
const EVERY: TimeDelta = TimeDelta::days(1);

/// A vote that was counted now is looked through from tomorrow on.
pub async fn begin(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<(), Problem> {
    let row = (vote_checks::vote_id.eq(id), vote_checks::next_at.eq(now + EVERY));
    diesel::insert_into(vote_checks::table).values(row).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The next vote to be looked through, locked; what another instance works on is passed over. One at a time: each is read whole.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<OwnerVoteFields>, Problem> {
    use vote_checks::dsl as c;
    let found = c::vote_checks.filter(c::next_at.le(due.now)).filter(due.may_try("vote_checks.vote_id"));
    let found = found.order((c::next_at, c::vote_id)).limit(1).select(c::vote_id);
    let ids: Vec<Uuid> = found.for_update().skip_locked().load(&mut tx.connection()).await?;
    let votes = owner_votes::table.filter(owner_votes::id.eq_any(ids)).select(OwnerVoteFields::as_select());
    Ok(votes.load(&mut tx.connection()).await?)
}

/// All of it was what was published.
pub async fn passed(tx: &Tx, id: Uuid, now: DateTime<Utc>) -> Result<(), Problem> {
    let values = (vote_checks::checked_at.eq(now), vote_checks::next_at.eq(now + EVERY));
    diesel::update(vote_checks::table.find(id)).set(values).execute(&mut tx.connection()).await?;
    Ok(())
}
