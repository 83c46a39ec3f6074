//! The heads of a vote: who votes for each, and whether it has taken part.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use serde_json::Value;
use uuid::Uuid;

use super::{below, involved, seen};
use crate::access::condition::{Condition, condition, force_custom_plan};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{owner_votes, vote_ballots, vote_heads, vote_powers, vote_roll};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::inputs::{HeadFilter, NewPower};
use crate::resources::deliberation::owner_votes::ballots::model::{
    BallotRow, Capacity, HeadRow, OwnHead, Participation, VoteHead,
};
use crate::resources::deliberation::owner_votes::ballots::own_head;
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

/// For how many persons somebody votes, with themselves: by letters and by powers, and by those that a head has. Others who give
/// them theirs wait.
pub async fn votes_for(tx: &Tx, vote: Uuid, (agent, head): (Option<&str>, i32)) -> Result<i64, Problem> {
    let name = format!("{vote} {}", agent.map_or_else(|| head.to_string(), str::to_owned));
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind::<Text, _>(name);
    lock.execute(&mut tx.connection()).await?;
    let text = format!(
        "SELECT count(DISTINCT h.holder) AS persons FROM vote_heads h WHERE h.vote_id = $1 AND (h.head = $3 OR h.head IN {AGENT} \
         OR h.head IN {PRINCIPALS} OR h.head IN (SELECT principal FROM vote_powers WHERE vote_id = $1 AND proxy = $3 AND ended_at IS NULL))"
    );
    let counted = diesel::sql_query(text).bind::<SqlUuid, _>(vote).bind::<Nullable<Text>, _>(agent).bind::<Integer, _>(head);
    let Counted { persons } = counted.get_result(&mut tx.connection()).await?;
    Ok(persons)
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    persons: i64,
}

/// Some heads, locked in their order.
pub async fn lock_many(tx: &Tx, vote: Uuid, heads: &[i32]) -> Result<Vec<HeadRow>, Problem> {
    let some = vote_heads::vote_id.eq(vote).and(vote_heads::head.eq_any(heads.to_vec()));
    let found = vote_heads::table.filter(some).order(vote_heads::head).select(HeadRow::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// Whose owner votes for a head by a power. The head is locked.
pub async fn proxy_of(tx: &Tx, vote: Uuid, head: i32) -> Result<Option<HeadRow>, Problem> {
    let power = vote_powers::table.filter(power_of(vote, head)).select(vote_powers::proxy).single_value();
    let proxy = vote_heads::table.filter(vote_heads::vote_id.eq(vote).and(vote_heads::head.nullable().eq(power)));
    Ok(proxy.select(HeadRow::as_select()).first(&mut tx.connection()).await.optional()?)
}

/// The power that a head gave and did not take back.
#[diesel::dsl::auto_type(no_type_alias)]
fn power_of(vote: Uuid, head: i32) -> _ {
    vote_powers::vote_id.eq(vote).and(vote_powers::principal.eq(head)).and(vote_powers::ended_at.is_null())
}

/// Another letter is printed for some heads, and was not delivered yet: whoever used the one before votes no more for them.
pub async fn count_letter(tx: &Tx, vote: Uuid, heads: &[i32], by: &str) -> Result<(), Problem> {
    use vote_heads::dsl as h;
    let some = h::vote_heads.filter(h::vote_id.eq(vote)).filter(h::head.eq_any(heads.to_vec()));
    let nobody = None::<String>;
    let undelivered = (h::delivered_on.eq(None::<NaiveDate>), h::delivered_by.eq(&nobody));
    let changed = (h::letters.eq(h::letters + 1), h::printed_by.eq(by), undelivered, h::agent.eq(&nobody));
    diesel::update(some).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Keeps when the ballots of some heads were delivered and who says so; of nobody where they were not.
pub async fn deliver(tx: &Tx, vote: Uuid, heads: &[i32], (on, by): (Option<NaiveDate>, &str)) -> Result<(), Problem> {
    use vote_heads::dsl as h;
    let some = h::vote_heads.filter(h::vote_id.eq(vote)).filter(h::head.eq_any(heads.to_vec()));
    diesel::update(some).set((h::delivered_on.eq(on), h::delivered_by.eq(on.map(|_| by)))).execute(&mut tx.connection()).await?;
    Ok(())
}

pub async fn set_agent(tx: &Tx, head: (Uuid, i32), agent: &str) -> Result<(), Problem> {
    diesel::update(vote_heads::table.find(head)).set(vote_heads::agent.eq(agent)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The units of some heads, as people write them.
pub async fn labels(tx: &Tx, vote: Uuid, heads: &[i32]) -> Result<Vec<(i32, String)>, Problem> {
    use vote_roll::dsl as r;
    let found = r::vote_roll.filter(r::vote_id.eq(vote)).filter(r::head.eq_any(heads.to_vec())).order(r::seq);
    let rows: Vec<(i32, String, String, String)> =
        found.select((r::head, r::building, r::entrance, r::number)).load(&mut tx.connection()).await?;
    let label = |building: String, entrance: String, number: String| {
        [building, entrance, number].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    };
    Ok(rows.into_iter().map(|(head, building, entrance, number)| (head, label(building, entrance, number))).collect())
}

/// Ends the power of a head; says how many there were.
pub async fn end_power(tx: &Tx, (vote, head): (Uuid, i32), at: DateTime<Utc>) -> Result<usize, Problem> {
    let ended = diesel::update(vote_powers::table.filter(power_of(vote, head))).set(vote_powers::ended_at.eq(at));
    Ok(ended.execute(&mut tx.connection()).await?)
}

/// Which of the places are taken in which others gave a head their powers. The head is locked.
pub async fn slots(tx: &Tx, vote: Uuid, proxy: i32) -> Result<Vec<i16>, Problem> {
    use vote_powers::dsl as p;
    let taken = p::vote_powers.filter(p::vote_id.eq(vote)).filter(p::proxy.eq(proxy)).filter(p::ended_at.is_null());
    Ok(taken.select(p::slot).load(&mut tx.connection()).await?)
}

pub async fn insert_power(tx: &Tx, (vote, power, slot): (Uuid, &NewPower, i16), at: DateTime<Utc>) -> Result<(), Problem> {
    use vote_powers::dsl as p;
    let values = (
        p::id.eq(Uuid::now_v7()),
        p::vote_id.eq(vote),
        p::principal.eq(power.head),
        p::proxy.eq(power.proxy),
        p::slot.eq(slot),
        p::paper.eq(&power.paper),
        p::given_at.eq(at),
    );
    diesel::insert_into(p::vote_powers).values(values).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The heads for which somebody votes as an agent, and those for which they do by a power.
const AGENT: &str = "(SELECT a.head FROM vote_heads a WHERE a.vote_id = $1 AND a.agent = $2)";
const PRINCIPALS: &str = "(SELECT p.principal FROM vote_powers p JOIN vote_heads a ON a.vote_id = p.vote_id AND a.head = p.proxy \
    WHERE p.vote_id = $1 AND p.ended_at IS NULL AND a.agent = $2)";

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
         AND p.principal = h.head AND p.ended_at IS NULL WHERE h.vote_id = $1 AND (h.head IN {AGENT} OR h.head IN {PRINCIPALS}) \
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

/// The hour up to which it is told who has taken part: while a vote is open, the last full one.
fn as_of(status: OwnerVoteStatus, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    match status {
        OwnerVoteStatus::Voting | OwnerVoteStatus::Announced => {
            now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now).min(ends_at)
        }
        _ => now,
    }
}

/// The condition that a head had a ballot in the box at a time that counted then.
fn took_part(at: DateTime<Utc>) -> Condition<vote_heads::table> {
    let there = diesel::dsl::sql::<Bool>(
        "EXISTS (SELECT FROM vote_ballots b WHERE b.vote_id = vote_heads.vote_id AND b.head = vote_heads.head AND b.put_at < ",
    );
    let there = there.bind::<Timestamptz, _>(at).sql(" AND (b.ended_at IS NULL OR b.ended_at >= ");
    condition(there.bind::<Timestamptz, _>(at).sql("))"))
}

/// To which head a head has given a power, and by which paper.
fn power() -> SqlLiteral<Nullable<Jsonb>> {
    diesel::dsl::sql(
        "(SELECT jsonb_build_object('proxy', p.proxy, 'paper', p.paper) FROM vote_powers p WHERE p.vote_id = vote_heads.vote_id \
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
    let at = known_as_of(db, scope, id).await?;
    let mut query = h::vote_heads.filter(h::vote_id.eq(id)).select((HeadRow::as_select(), took_part(at), power())).into_boxed();
    if let Some(wanted) = filter.took_part {
        query = if wanted { query.filter(took_part(at)) } else { query.filter(diesel::dsl::not(took_part(at))) };
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
        delivered_on: head.delivered_on,
        has_agent: head.agent.is_some(),
        proxy: power.as_ref().and_then(|power| power["proxy"].as_i64()),
        power_paper: power.as_ref().and_then(|power| power["paper"].as_str().map(str::to_owned)),
        took_part,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// The hour up to which those who prepare a vote are told who has taken part.
async fn known_as_of(db: &Db, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<DateTime<Utc>, Problem> {
    let known = involved(scope, id).select((owner_votes::status, owner_votes::ends_at));
    let (status, ends_at) = db.read(async |mut connection| known.first(&mut connection).await).await?;
    Ok(as_of(status, ends_at, scope.now))
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

const SUMS: &str = "SELECT count(*) FILTER (WHERE part) AS heads, coalesce(sum(area) FILTER (WHERE part), 0)::bigint AS area, \
    count(*) AS total_heads, coalesce(sum(area), 0)::bigint AS total_area FROM (SELECT h.area, EXISTS (SELECT FROM vote_ballots b \
    WHERE b.vote_id = h.vote_id AND b.head = h.head AND b.put_at < $2 AND (b.ended_at IS NULL OR b.ended_at >= $2)) AS part \
    FROM vote_heads h WHERE h.vote_id = $1) AS each";

/// How many have taken part.
pub async fn participation(db: &Db, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<Participation, Problem> {
    let known = seen(scope, id).select((owner_votes::status, owner_votes::ends_at));
    let (status, ends_at) = db.read(async |mut connection| known.first(&mut connection).await).await?;
    let as_of = as_of(status, ends_at, scope.now);
    let sums = diesel::sql_query(SUMS).bind::<SqlUuid, _>(id).bind::<Timestamptz, _>(as_of);
    let sums: Sums = db.read(async |mut connection| sums.get_result(&mut connection).await).await?;
    let Sums { heads, area, total_heads, total_area } = sums;
    Ok(Participation { as_of, heads, area, total_heads, total_area })
}
