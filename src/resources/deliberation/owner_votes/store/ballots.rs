//! The box: ballots are put in and never changed; of one that does not count any more it is kept why.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::write::Tx;
use crate::db::schema::vote_ballots;
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::model::{BallotRow, NewBallotRow};
use crate::resources::deliberation::owner_votes::ballots::settling::SetAsideReason;

/// The ballots of a head, which is locked, in the order in which they were put in.
pub async fn of_head(tx: &Tx, vote: Uuid, head: i32) -> Result<Vec<BallotRow>, Problem> {
    let found = vote_ballots::table.filter(vote_ballots::vote_id.eq(vote).and(vote_ballots::head.eq(head)));
    let found = found.order(vote_ballots::revision).select(BallotRow::as_select());
    Ok(found.load(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &NewBallotRow) -> Result<BallotRow, Problem> {
    let put = new.insert_into(vote_ballots::table).returning(BallotRow::as_returning());
    Ok(put.get_result(&mut tx.connection()).await?)
}

/// A ballot counts again, since the one that took its place was voided.
pub async fn count_again(tx: &Tx, id: Uuid) -> Result<(), Problem> {
    use vote_ballots::dsl as b;
    let changed = (b::counts.eq(true), b::set_aside.eq(None::<SetAsideReason>), b::ended_at.eq(None::<DateTime<Utc>>));
    diesel::update(b::vote_ballots.find(id)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Of a ballot it is kept why it does not count any more.
pub async fn set_aside(tx: &Tx, id: Uuid, (reason, at): (SetAsideReason, DateTime<Utc>)) -> Result<(), Problem> {
    use vote_ballots::dsl as b;
    let changed = (b::counts.eq(false), b::set_aside.eq(reason), b::ended_at.eq(at));
    diesel::update(b::vote_ballots.find(id)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}
