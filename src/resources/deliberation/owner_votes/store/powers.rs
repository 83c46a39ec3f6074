//! Powers: by whom somebody votes for a head that is not theirs, and for how many persons one votes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::write::Tx;
use crate::db::schema::{vote_heads, vote_powers};
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::inputs::NewPower;
use crate::resources::deliberation::owner_votes::ballots::model::HeadRow;

/// The heads for which somebody votes as an agent, those for which they do by a power, and those of which a ballot counts that they cast.
pub const AGENT: &str = "(SELECT a.head FROM vote_heads a WHERE a.vote_id = $1 AND a.agent = $2)";
pub const PRINCIPALS: &str = "(SELECT p.principal FROM vote_powers p JOIN vote_heads a ON a.vote_id = p.vote_id AND a.head = p.proxy \
    WHERE p.vote_id = $1 AND p.ended_at IS NULL AND p.holds AND a.agent = $2)";
const CAST: &str = "(SELECT b.head FROM vote_ballots b WHERE b.vote_id = $1 AND b.counts AND b.cast_by = $2)";

/// For how many persons somebody votes, with themselves: by letters and by powers, by those that a head has, and by what they have cast
/// and counts. Others who give them theirs wait.
pub async fn votes_for(tx: &Tx, vote: Uuid, (agent, head): (Option<&str>, i32)) -> Result<i64, Problem> {
    let name = format!("{vote} {}", agent.map_or_else(|| head.to_string(), str::to_owned));
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind::<Text, _>(name);
    lock.execute(&mut tx.connection()).await?;
    let text = format!(
        "SELECT count(DISTINCT h.holder) AS persons FROM vote_heads h WHERE h.vote_id = $1 AND (h.head = $3 OR h.head IN {AGENT} \
         OR h.head IN {PRINCIPALS} OR h.head IN {CAST} \
         OR h.head IN (SELECT principal FROM vote_powers WHERE vote_id = $1 AND proxy = $3 AND ended_at IS NULL AND holds))"
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

/// Whose owner votes for a head by a power. The head is locked.
pub async fn proxy_of(tx: &Tx, vote: Uuid, head: i32) -> Result<Option<HeadRow>, Problem> {
    let power = vote_powers::table.filter(power_of(vote, head)).filter(vote_powers::holds.eq(true));
    let power = power.select(vote_powers::proxy).single_value();
    let proxy = vote_heads::table.filter(vote_heads::vote_id.eq(vote).and(vote_heads::head.nullable().eq(power)));
    Ok(proxy.select(HeadRow::as_select()).first(&mut tx.connection()).await.optional()?)
}

/// A power that a head gave, or of which only one person has recorded so.
#[derive(Queryable, Selectable)]
#[diesel(table_name = vote_powers)]
pub struct PowerRow {
    pub id: Uuid,
    pub proxy: i32,
    pub paper: Option<String>,
    /// Who recorded it from a paper first.
    pub recorded_by: Option<String>,
    pub holds: bool,
    /// Who has recorded first that it was taken back, and by which paper.
    pub ending_by: Option<String>,
    pub ending_paper: Option<String>,
}

/// True where somebody has recorded a power by which a head votes.
pub async fn has_recorded(tx: &Tx, (vote, proxy): (Uuid, i32), caller: &str) -> Result<bool, Problem> {
    use vote_powers::dsl as p;
    let given = p::vote_powers.filter(p::vote_id.eq(vote).and(p::proxy.eq(proxy))).filter(p::ended_at.is_null());
    let by = p::recorded_by.eq(caller.to_owned()).or(p::confirmed_by.eq(caller.to_owned()));
    Ok(diesel::select(diesel::dsl::exists(given.filter(by.assume_not_null()))).get_result(&mut tx.connection()).await?)
}

/// The power of a head, which is locked.
pub async fn of_head(tx: &Tx, vote: Uuid, head: i32) -> Result<Option<PowerRow>, Problem> {
    let found = vote_powers::table.filter(power_of(vote, head)).select(PowerRow::as_select());
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// Another person has recorded the same.
pub async fn confirm(tx: &Tx, id: Uuid, (by, at): (&str, DateTime<Utc>)) -> Result<(), Problem> {
    let changed = (vote_powers::holds.eq(true), vote_powers::confirmed_by.eq(by), vote_powers::given_at.eq(at));
    diesel::update(vote_powers::table.find(id)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Ends the powers that some heads gave with an account.
pub async fn end_without_paper(tx: &Tx, vote: Uuid, heads: &[i32], at: DateTime<Utc>) -> Result<(), Problem> {
    use vote_powers::dsl as p;
    let given = p::vote_powers.filter(p::vote_id.eq(vote)).filter(p::principal.eq_any(heads.to_vec()));
    let given = given.filter(p::ended_at.is_null()).filter(p::paper.is_null());
    diesel::update(given).set(p::ended_at.eq(at)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The power that a head gave and did not take back.
#[diesel::dsl::auto_type(no_type_alias)]
fn power_of(vote: Uuid, head: i32) -> _ {
    vote_powers::vote_id.eq(vote).and(vote_powers::principal.eq(head)).and(vote_powers::ended_at.is_null())
}

/// Ends the power of a head, if there is one.
pub async fn end(tx: &Tx, (vote, head): (Uuid, i32), at: DateTime<Utc>) -> Result<(), Problem> {
    let ended = diesel::update(vote_powers::table.filter(power_of(vote, head))).set(vote_powers::ended_at.eq(at));
    ended.execute(&mut tx.connection()).await?;
    Ok(())
}

/// Somebody has recorded that a power was taken back in writing.
pub async fn begin_to_end(tx: &Tx, id: Uuid, (by, paper): (&str, &str)) -> Result<(), Problem> {
    let changed = (vote_powers::ending_by.eq(by), vote_powers::ending_paper.eq(paper));
    diesel::update(vote_powers::table.find(id)).set(changed).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Keeps a power: it holds unless somebody recorded it from a paper, which another person has to do too.
pub async fn insert(
    tx: &Tx,
    (vote, power): (Uuid, &NewPower),
    (recorded_by, at): (Option<&str>, DateTime<Utc>),
) -> Result<(), Problem> {
    use vote_powers::dsl as p;
    let values = (
        p::id.eq(Uuid::now_v7()),
        p::vote_id.eq(vote),
        p::principal.eq(power.head),
        p::proxy.eq(power.proxy),
        p::paper.eq(&power.paper),
        p::recorded_by.eq(recorded_by),
        p::holds.eq(recorded_by.is_none()),
        p::given_at.eq(at),
    );
    diesel::insert_into(p::vote_powers).values(values).execute(&mut tx.connection()).await?;
    Ok(())
}
