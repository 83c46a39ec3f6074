//! What is read of the box once the time is over, and what is kept of the count.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::{papers, roll};
use crate::access::condition::force_custom_plan;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{owner_votes, vote_ballots, vote_heads, vote_opened, vote_papers, vote_roll};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::papers::{PaperFault, PaperStatus};
use crate::resources::deliberation::owner_votes::ballots::settling::SetAsideReason;
use crate::resources::deliberation::owner_votes::export::Files;
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::opening::{OpenedBallot, SealedRow, open_all};
use crate::resources::deliberation::owner_votes::public::PublicReceipt;
use crate::resources::deliberation::owner_votes::records::{BallotChannel, Participation, Secrecy, SetAside};
use crate::resources::deliberation::owner_votes::roll::areas;
use crate::resources::deliberation::owner_votes::tallying::Tally;

/// The heads to whom the ballot was delivered.
#[diesel::dsl::auto_type(no_type_alias)]
fn delivered(vote: Uuid) -> _ {
    let there = vote_heads::vote_id.eq(vote).and(vote_heads::delivered_on.is_not_null());
    vote_heads::table.filter(there).order(vote_heads::head).select(vote_heads::head)
}

/// Opens the box of a vote.
pub async fn tally(tx: &Tx, vote: &OwnerVoteFields, keys: &Arc<VoteKeys>) -> Result<Tally, Problem> {
    let (id, key) = (vote.id, vote.box_key.0.clone());
    let key = key.ok_or_else(|| Problem::internal("an announced vote has no box"))?;
    let cast = vote_ballots::table.filter(vote_ballots::vote_id.eq(id)).filter(vote_ballots::counts.eq(true));
    let cast = cast.order(vote_ballots::head).select(SealedRow::as_select());
    let papers =
        vote_papers::table.filter(vote_papers::vote_id.eq(id)).filter(vote_papers::status.eq_any(PaperStatus::OPEN)).count();
    let (mut one, mut two, mut three) = (tx.connection(), tx.connection(), tx.connection());
    let reads = async {
        try_join!(delivered(id).load::<i32>(&mut one), cast.load::<SealedRow>(&mut two), papers.get_result::<i64>(&mut three))
            .map_err(Problem::from)
    };
    let ((delivered, cast, papers), lines) = try_join!(reads, roll::frozen(tx, vote))?;
    let opener = key.opener(id, keys)?;
    let receipts = cast.iter().map(|row| row.receipt.clone()).collect();
    // Other requests of this worker do not wait for it.
    let opened = tokio::task::spawn_blocking(move || open_all(id, &opener, &cast)).await.map_err(Problem::internal)??;
    let delivered = delivered.into_iter().map(i64::from).collect();
    Ok(Tally { areas: areas(&lines), delivered, receipts, opened, papers })
}

/// Keeps the ballots of a named vote as they are published. What was not entered in time does not count.
pub async fn publish(tx: &Tx, id: Uuid, opened: &[OpenedBallot]) -> Result<(), Problem> {
    use vote_papers::dsl as p;
    let open = p::vote_papers.filter(p::vote_id.eq(id)).filter(p::status.eq_any(PaperStatus::OPEN));
    let rejected = (p::status.eq(PaperStatus::Invalid), p::reason.eq(PaperFault::NotEntered));
    diesel::update(open).set(rejected).execute(&mut tx.connection()).await?;
    papers::forget_all_marks(tx, id).await?;
    let heads = opened.iter().map(|ballot| i32::try_from(ballot.head)).collect::<Result<Vec<_>, _>>();
    diesel::sql_query("INSERT INTO vote_opened (vote_id, head, line) SELECT $1, * FROM unnest($2, $3)")
        .bind::<SqlUuid, _>(id)
        .bind::<Array<Integer>, _>(heads.map_err(Problem::internal)?)
        .bind::<Array<Text>, _>(opened.iter().map(|ballot| ballot.line.clone()).collect::<Vec<_>>())
        .execute(&mut tx.connection())
        .await?;
    Ok(())
}

/// What the files of a vote are made of.
pub async fn files(tx: &Tx, id: Uuid, secrecy: Secrecy) -> Result<Files, Problem> {
    use vote_ballots::dsl as b;
    let roll = vote_roll::table.filter(vote_roll::vote_id.eq(id)).order(vote_roll::seq).select(vote_roll::line);
    let cast = b::vote_ballots.filter(b::vote_id.eq(id)).order((b::head, b::revision));
    let cast = cast.select((b::head, b::channel, b::receipt, b::set_aside));
    let opened = vote_opened::table.filter(vote_opened::vote_id.eq(id)).order(vote_opened::head).select(vote_opened::line);
    let (mut one, mut two, mut three, mut four) = (tx.connection(), tx.connection(), tx.connection(), tx.connection());
    let (roll, cast, ballots, delivered) = try_join!(
        roll.load::<String>(&mut one),
        cast.load::<(i32, BallotChannel, String, Option<SetAsideReason>)>(&mut two),
        opened.load::<String>(&mut three),
        delivered(id).load::<i32>(&mut four)
    )?;
    let (mut counting, mut aside) = (Vec::new(), Vec::new());
    for (head, channel, receipt, reason) in cast {
        let head = i64::from(head);
        match reason {
            None => {
                let channel = (secrecy == Secrecy::Named).then_some(channel);
                counting.push(Participation { channel, head, receipt });
            }
            // Whoever entered a paper that was voided would know whose it is.
            Some(reason) => {
                let reason = if secrecy == Secrecy::Named { reason.as_str() } else { "set_aside" };
                aside.push(SetAside { head, reason: reason.to_owned(), receipt });
            }
        }
    }
    Ok(Files { roll, cast: counting, aside, ballots, delivered: delivered.into_iter().map(i64::from).collect() })
}

/// The receipts of a counted vote that everybody reads, in the order of their signs, one more than asked for.
pub async fn receipts(db: &Db, id: Uuid, one: Option<String>, keyset: Keyset<String>) -> Result<Vec<PublicReceipt>, Problem> {
    use vote_ballots::dsl as b;
    let counted = owner_votes::table.find(id).filter(owner_votes::counted_at.is_not_null());
    let counted = counted.select(diesel::dsl::sql::<Text>("plan->>'secrecy'"));
    let mut query = b::vote_ballots.filter(b::vote_id.eq(id)).select(PublicReceipt::as_select()).into_boxed();
    if let Some(receipt) = one {
        query = query.filter(b::receipt.eq(receipt)).filter(force_custom_plan());
    }
    if let Some(after) = keyset.after {
        query = query.filter(b::receipt.gt(after));
    }
    let query = first(query.order(b::receipt), keyset.limit);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(counted.first::<Secrecy>(&mut first), query.load::<PublicReceipt>(&mut second))
    };
    let (secrecy, mut rows) = db.read(work).await?;
    if secrecy == Secrecy::Secret {
        // Why one does not count tells how it came, and so whose it may be.
        rows.iter_mut().for_each(|row| row.set_aside = None);
    }
    Ok(rows)
}
