//! The roll of a vote and its heads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{below, seen};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{vote_heads, vote_roll, vote_roll_changes};
use crate::http::normal_form::plain;
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::roll::building::{Roll, RollDifference, RollRow};
use crate::resources::deliberation::owner_votes::roll::listing::{RollChange, RollFilter, RollUnitRow};
use crate::resources::deliberation::owner_votes::roll::{RollLine, RollSummary, areas};

/// The lines of a roll as they are stored, and what they sum up to.
pub async fn stored(tx: &Tx, vote: Uuid) -> Result<(Vec<RollLine>, RollSummary), Problem> {
    let found = vote_roll::table.filter(vote_roll::vote_id.eq(vote)).order(vote_roll::seq).select(vote_roll::line);
    let texts: Vec<String> = found.load(&mut tx.connection()).await?;
    RollSummary::read(vote, &texts).map_err(Problem::internal)
}

/// The lines of a frozen roll, which must be those that were announced.
pub async fn frozen(tx: &Tx, vote: &OwnerVoteFields) -> Result<Vec<RollLine>, Problem> {
    let (lines, summary) = stored(tx, vote.id).await?;
    if vote.roll.get()?.as_ref() != Some(&summary) {
        return Err(Problem::internal(format!("the roll of vote {} is not what was announced", vote.id)));
    }
    Ok(lines)
}

/// Puts a roll in the place of the one before, in two statements.
pub async fn replace(tx: &Tx, vote: Uuid, roll: &Roll) -> Result<(), Problem> {
    diesel::delete(vote_roll::table.filter(vote_roll::vote_id.eq(vote))).execute(&mut tx.connection()).await?;
    diesel::delete(vote_heads::table.filter(vote_heads::vote_id.eq(vote))).execute(&mut tx.connection()).await?;
    insert_rows(tx, vote, &roll.rows).await?;
    insert_heads(tx, vote, roll).await
}

fn number(of: i64) -> Result<i32, Problem> {
    i32::try_from(of).map_err(Problem::internal)
}

async fn insert_rows(tx: &Tx, vote: Uuid, rows: &[RollRow]) -> Result<(), Problem> {
    let texts = |of: fn(&RollRow) -> &str| rows.iter().map(|row| of(row).to_owned()).collect::<Vec<_>>();
    let numbers = |of: fn(&RollRow) -> i64| rows.iter().map(|row| number(of(row))).collect::<Result<Vec<_>, _>>();
    let owners =
        rows.iter().map(|row| serde_json::to_value(&row.owners)).collect::<Result<Vec<_>, _>>().map_err(Problem::internal)?;
    let insert = diesel::sql_query(
        "INSERT INTO vote_roll (vote_id, seq, unit_id, building, entrance, number, head, line, owners) \
         SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)",
    );
    insert
        .bind::<SqlUuid, _>(vote)
        .bind::<Array<Integer>, _>(numbers(|row| row.line.seq)?)
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.unit_id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(texts(|row| &row.line.building))
        .bind::<Array<Text>, _>(texts(|row| &row.line.entrance))
        .bind::<Array<Text>, _>(texts(|row| &row.line.number))
        .bind::<Array<Integer>, _>(numbers(|row| row.line.head)?)
        .bind::<Array<Text>, _>(texts(|row| &row.text))
        .bind::<Array<Jsonb>, _>(owners)
        .execute(&mut tx.connection())
        .await?;
    Ok(())
}

async fn insert_heads(tx: &Tx, vote: Uuid, roll: &Roll) -> Result<(), Problem> {
    let lines: Vec<RollLine> = roll.rows.iter().map(|row| row.line.clone()).collect();
    let areas = areas(&lines);
    let (mut units, mut holders) = (BTreeMap::new(), BTreeMap::new());
    for line in &lines {
        *units.entry(line.head).or_insert(0) += 1;
        holders.insert(line.head, line.holder.clone());
    }
    let heads = areas.keys().map(|head| number(*head)).collect::<Result<Vec<_>, _>>()?;
    diesel::sql_query("INSERT INTO vote_heads (vote_id, head, area, units, holder) SELECT $1, * FROM unnest($2, $3, $4, $5)")
        .bind::<SqlUuid, _>(vote)
        .bind::<Array<Integer>, _>(heads)
        .bind::<Array<BigInt>, _>(areas.into_values().collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(units.into_values().collect::<Vec<i32>>())
        .bind::<Array<Text>, _>(holders.into_values().collect::<Vec<_>>())
        .execute(&mut tx.connection())
        .await?;
    Ok(())
}

/// Keeps what a correction did to the units.
pub async fn tell_changes(
    tx: &Tx,
    vote: Uuid,
    changes: &[RollDifference],
    (reason, at): (&str, DateTime<Utc>),
) -> Result<(), Problem> {
    if changes.is_empty() {
        return Ok(());
    }
    let texts = |of: fn(&RollDifference) -> &str| changes.iter().map(|one| of(one).to_owned()).collect::<Vec<_>>();
    let insert = diesel::sql_query(
        "INSERT INTO vote_roll_changes (vote_id, no, at, reason, building, entrance, number, kind) \
         SELECT $1, (SELECT count(*) FROM vote_roll_changes WHERE vote_id = $1) + row_number() OVER (), $2, $3, * FROM unnest($4, $5, $6, $7)",
    );
    insert
        .bind::<SqlUuid, _>(vote)
        .bind::<Timestamptz, _>(at)
        .bind::<Text, _>(reason)
        .bind::<Array<Text>, _>(texts(|one| &one.building))
        .bind::<Array<Text>, _>(texts(|one| &one.entrance))
        .bind::<Array<Text>, _>(texts(|one| &one.number))
        .bind::<Array<Text>, _>(texts(|one| one.kind.as_str()))
        .execute(&mut tx.connection())
        .await?;
    Ok(())
}

/// The units on a roll, in its order, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    id: Uuid,
    filter: RollFilter,
    keyset: Keyset<i32>,
) -> Result<Vec<RollUnitRow>, Problem> {
    use vote_roll::dsl as r;
    let mut query = r::vote_roll.filter(r::vote_id.eq(id)).select(RollUnitRow::as_select()).into_boxed();
    if let Some(head) = filter.head {
        query = query.filter(r::head.eq(head));
    }
    if let Some(building) = filter.building {
        query = query.filter(r::building.eq(plain(&building)));
    }
    if let Some(number) = filter.number {
        query = query.filter(r::number.eq(plain(&number)));
    }
    if let Some(after) = keyset.after {
        query = query.filter(r::seq.gt(after));
    }
    let query = first(query.order(r::seq), keyset.limit);
    below(db, seen(scope, id), query).await
}

/// What became of the roll, the first correction first, one more than asked for.
pub async fn list_changes(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    id: Uuid,
    keyset: Keyset<i32>,
) -> Result<Vec<RollChange>, Problem> {
    use vote_roll_changes::dsl as c;
    let mut query = c::vote_roll_changes.filter(c::vote_id.eq(id)).select(RollChange::as_select()).into_boxed();
    if let Some(after) = keyset.after {
        query = query.filter(c::no.gt(after));
    }
    let query = first(query.order(c::no), keyset.limit);
    below(db, seen(scope, id), query).await
}
