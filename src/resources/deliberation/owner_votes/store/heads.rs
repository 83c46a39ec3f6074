//! The heads of a vote: who votes for each, and whether it has taken part.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use serde_json::Value;
use uuid::Uuid;

use super::powers::{AGENT, PRINCIPALS};
use super::{Reached, below, involved, seen};
use crate::access::condition::{Condition, condition, force_custom_plan};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{owner_votes, vote_ballots, vote_heads, vote_roll};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::inputs::HeadFilter;
use crate::resources::deliberation::owner_votes::ballots::model::{
    BallotRow, Capacity, HeadRow, LetterUnit, OwnHead, Participation, VoteHead,
};
use crate::resources::deliberation::owner_votes::ballots::own_head;
use crate::resources::deliberation::owner_votes::records::Secrecy;
use crate::resources::deliberation::owner_votes::states::OwnerVoteStatus;

/// No page holds more heads of one caller.
const MOST_OWN: i64 = 100;

/// A head, locked.
pub async fn lock(tx: &Tx, vote: Uuid, head: i32) -> Result<Option<HeadRow>, Problem> {
    let found = vote_heads::table.find((vote, head)).select(HeadRow::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// The head of a unit on the roll of a vote.
pub async fn of_unit(db: &Db, vote: Uuid, [building, entrance, number]: &[String; 3]) -> Result<Option<HeadRow>, Problem> {
    use vote_roll::dsl as r;
    let unit = r::building.eq(building).and(r::entrance.eq(entrance)).and(r::number.eq(number));
    let unit = r::vote_roll.filter(r::vote_id.eq(vote)).filter(unit).select(r::head);
    let head = vote_heads::table.filter(vote_heads::vote_id.eq(vote)).filter(vote_heads::head.eq_any(unit));
    let head = head.select(HeadRow::as_select());
    db.read(async |mut connection| head.first(&mut connection).await.optional()).await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn some_of(vote: Uuid, heads: &[i32]) -> _ {
    let numbers: Vec<i32> = heads.to_vec();
    vote_heads::table.filter(vote_heads::vote_id.eq(vote)).filter(vote_heads::head.eq_any(numbers))
}

/// Some heads, locked in their order.
pub async fn lock_many(tx: &Tx, vote: Uuid, heads: &[i32]) -> Result<Vec<HeadRow>, Problem> {
    let found = some_of(vote, heads).order(vote_heads::head).select(HeadRow::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// Another letter is begun for some heads: the one before holds until somebody else completes this one.
pub async fn begin_letter(tx: &Tx, vote: Uuid, heads: &[i32], by: &str) -> Result<(), Problem> {
    let next = diesel::dsl::sql::<SmallInt>("(greatest(letters, begun) + 1)::smallint");
    let changed = (vote_heads::begun_by.eq(by), vote_heads::begun.eq(next));
    diesel::update(some_of(vote, heads)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Another person prints the second half of letters: those of before hold no more, and nobody votes by them.
pub async fn complete_letter(tx: &Tx, vote: Uuid, heads: &[i32], by: &str) -> Result<(), Problem> {
    use vote_heads::dsl as h;
    let nobody = None::<String>;
    let printed = (h::letters.eq(h::begun), h::printed_by.eq(h::begun_by), h::completed_by.eq(by), h::begun_by.eq(&nobody));
    let changed = (printed, h::delivered_on.eq(None::<NaiveDate>), h::agent.eq(&nobody));
    diesel::update(some_of(vote, heads)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Keeps when the ballots of some heads were delivered; nothing where they were not.
pub async fn deliver(tx: &Tx, vote: Uuid, heads: &[i32], on: Option<NaiveDate>) -> Result<(), Problem> {
    use vote_heads::dsl as h;
    diesel::update(some_of(vote, heads)).set(h::delivered_on.eq(on)).execute(&mut tx.connection()).await?;
    Ok(())
}

pub async fn set_agent(tx: &Tx, head: (Uuid, i32), agent: &str) -> Result<(), Problem> {
    diesel::update(vote_heads::table.find(head)).set(vote_heads::agent.eq(agent)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The units of some heads.
pub async fn units(tx: &Tx, vote: Uuid, heads: &[i32]) -> Result<Vec<(i32, LetterUnit)>, Problem> {
    use vote_roll::dsl as r;
    let found = r::vote_roll.filter(r::vote_id.eq(vote)).filter(r::head.eq_any(heads.to_vec())).order(r::seq);
    let rows: Vec<(i32, String, String, String)> =
        found.select((r::head, r::building, r::entrance, r::number)).load(&mut tx.connection()).await?;
    let unit = |(head, building, entrance, number)| (head, LetterUnit { building, entrance, number });
    Ok(rows.into_iter().map(unit).collect())
}

#[derive(QueryableByName)]
struct OwnRow {
    #[diesel(sql_type = Integer)]
    head: i32,
    #[diesel(sql_type = Bool)]
    is_agent: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    proxy: Option<i32>,
}

/// The heads for which a caller votes, with their ballots.
pub async fn own(db: &Db, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<Vec<OwnHead>, Problem> {
    let caller = scope.actor.caller.clone();
    let bound = |text: String| diesel::sql_query(text).bind::<SqlUuid, _>(id).bind::<Text, _>(caller.clone());
    let mine = bound(format!(
        "SELECT h.head, coalesce(h.agent = $2, false) AS is_agent, p.proxy FROM vote_heads h LEFT JOIN vote_powers p ON p.vote_id = h.vote_id \
         AND p.principal = h.head AND p.ended_at IS NULL AND p.holds WHERE h.vote_id = $1 AND (h.head IN {AGENT} OR h.head IN {PRINCIPALS}) \
         ORDER BY is_agent DESC, h.head LIMIT {MOST_OWN}"
    ));
    let mine: Vec<OwnRow> = below(db, seen(scope, id), mine).await?;
    let numbers: Vec<i32> = mine.iter().map(|row| row.head).collect();
    let heads = vote_heads::table.filter(vote_heads::vote_id.eq(id)).filter(vote_heads::head.eq_any(numbers.clone()));
    let heads = heads.select(HeadRow::as_select());
    let cast = vote_ballots::table.filter(vote_ballots::vote_id.eq(id)).filter(vote_ballots::head.eq_any(numbers));
    let cast = cast.order(vote_ballots::revision.desc()).limit(100 * MOST_OWN).select(BallotRow::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let (mut one, mut two) = (connection, connection);
        try_join!(heads.load::<HeadRow>(&mut one), cast.load::<BallotRow>(&mut two))
    };
    let (heads, cast) = db.read(work).await?;
    let shown = |row: OwnRow| {
        let head = heads.iter().find(|head| head.head == row.head)?;
        let ballots = cast.iter().filter(|ballot| ballot.head == row.head).cloned().collect();
        let capacity = if row.is_agent { Capacity::Agent } else { Capacity::Proxy };
        Some(own_head(head, capacity, row.proxy, ballots))
    };
    Ok(mine.into_iter().filter_map(shown).collect())
}

/// Up to when it is told who has taken part, and whether by papers too.
#[derive(Clone, Copy)]
struct Known {
    at: DateTime<Utc>,
    papers: bool,
}

/// While a vote is open the last full hour is told, and until it is counted nothing that came in after its end; of a secret one no
/// paper, since whoever enters it would see whose it is.
fn known(status: OwnerVoteStatus, secrecy: &str, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Known {
    let (at, counted) = match status {
        OwnerVoteStatus::Voting | OwnerVoteStatus::Announced => {
            (now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now).min(ends_at), false)
        }
        OwnerVoteStatus::Counted | OwnerVoteStatus::Concluded => (now, true),
        _ => (now.min(ends_at), false),
    };
    Known { at, papers: counted || secrecy == Secrecy::Named.as_str() }
}

/// What of a vote says so.
#[diesel::dsl::auto_type(no_type_alias)]
fn openness() -> _ {
    let secrecy: SqlLiteral<Text> = diesel::dsl::sql("owner_votes.plan->>'secrecy'");
    (owner_votes::status, secrecy, owner_votes::ends_at)
}

/// The condition that a head `h` had a ballot in the box at a time that counted then. Where papers are not told, what something else has
/// taken the place of is told as before: otherwise whoever entered a paper would see whose it is.
fn took_part(Known { at, papers }: Known) -> String {
    let at = at.to_rfc3339();
    format!(
        "EXISTS (SELECT FROM vote_ballots b WHERE b.vote_id = h.vote_id AND b.head = h.head AND b.put_at < '{at}' \
         AND (b.channel IN ('online', 'proxy') OR {papers}) AND (b.ended_at IS NULL OR b.ended_at >= '{at}' \
         OR NOT {papers} AND b.set_aside IN ('replaced', 'own_ballot', 'first_counts') AND NOT EXISTS (SELECT FROM vote_ballots w \
         WHERE w.vote_id = h.vote_id AND w.head = h.head AND w.set_aside LIKE 'withdrawn%' AND w.ended_at >= b.put_at AND w.ended_at < '{at}')))"
    )
}

/// The same of a row of `vote_heads`.
fn has_taken_part(known: Known) -> Condition<vote_heads::table> {
    let there = format!("(SELECT {} FROM (SELECT vote_heads.vote_id, vote_heads.head) AS h)", took_part(known));
    condition(diesel::dsl::sql::<Bool>(&there))
}

/// To which head a head has given a power, and by which paper.
fn power() -> SqlLiteral<Nullable<Jsonb>> {
    diesel::dsl::sql(
        "(SELECT jsonb_build_object('proxy', p.proxy, 'paper', p.paper, 'holds', p.holds) FROM vote_powers p WHERE p.vote_id = vote_heads.vote_id \
         AND p.principal = vote_heads.head AND p.ended_at IS NULL)",
    )
}

/// Heads in their order, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    id: Uuid,
    filter: HeadFilter,
    keyset: Keyset<i32>,
) -> Result<Vec<VoteHead>, Problem> {
    use vote_heads::dsl as h;
    let at = known_of(db, involved(scope, id), scope.now).await?;
    let mut query =
        h::vote_heads.filter(h::vote_id.eq(id)).select((HeadRow::as_select(), has_taken_part(at), power())).into_boxed();
    if let Some(wanted) = filter.took_part {
        query = if wanted { query.filter(has_taken_part(at)) } else { query.filter(diesel::dsl::not(has_taken_part(at))) };
    }
    query = match filter.has_agent {
        Some(true) => query.filter(h::agent.is_not_null()),
        Some(false) => query.filter(h::agent.is_null()),
        None => query,
    };
    if let Some(after) = keyset.after {
        query = query.filter(h::head.gt(after));
    }
    let query = first(query.filter(force_custom_plan::<h::vote_heads>()).order(h::head), keyset.limit);
    let rows: Vec<(HeadRow, bool, Option<Value>)> = db.read(async |mut connection| query.load(&mut connection).await).await?;
    let shown = |(head, took_part, power): (HeadRow, bool, Option<Value>)| VoteHead {
        head: head.head.into(),
        area: head.area,
        units: head.units.into(),
        letters: head.letters.into(),
        letter_pending: head.letter_begun_by().is_some(),
        delivered_on: head.delivered_on,
        has_agent: head.agent.is_some(),
        proxy: power.as_ref().and_then(|power| power["proxy"].as_i64()),
        power_paper: power.as_ref().and_then(|power| power["paper"].as_str().map(str::to_owned)),
        power_pending: power.as_ref().is_some_and(|power| power["holds"] == false),
        took_part,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Up to when it is told of a vote who has taken part.
async fn known_of(db: &Db, vote: Reached, now: DateTime<Utc>) -> Result<Known, Problem> {
    let vote = vote.select(openness());
    let (status, secrecy, ends_at): (_, String, _) = db.read(async |mut connection| vote.first(&mut connection).await).await?;
    Ok(known(status, &secrecy, ends_at, now))
}

#[derive(QueryableByName)]
struct Sums {
    #[diesel(sql_type = BigInt)]
    heads: i64,
    #[diesel(sql_type = BigInt)]
    area: i64,
    #[diesel(sql_type = BigInt)]
    total_heads: i64,
    #[diesel(sql_type = BigInt)]
    total_area: i64,
}

/// How many have taken part.
pub async fn participation(db: &Db, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<Participation, Problem> {
    let known = known_of(db, seen(scope, id), scope.now).await?;
    let as_of = known.at;
    let sums = diesel::sql_query(format!(
        "SELECT count(*) FILTER (WHERE part) AS heads, coalesce(sum(area) FILTER (WHERE part), 0)::bigint AS area, count(*) AS total_heads, \
         coalesce(sum(area), 0)::bigint AS total_area FROM (SELECT h.area, {} AS part FROM vote_heads h WHERE h.vote_id = $1) AS each",
        took_part(known)
    ));
    let sums: Sums = db.read(async |mut connection| sums.bind::<SqlUuid, _>(id).get_result(&mut connection).await).await?;
    let Sums { heads, area, total_heads, total_area } = sums;
    Ok(Participation { as_of, heads, area, total_heads, total_area })
}
