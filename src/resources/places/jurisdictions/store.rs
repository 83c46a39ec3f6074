//! The only file that names the `jurisdictions` table.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::{Array, Text};
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{Jurisdiction, JurisdictionFilter};
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::inheritance::Predecessor;
use crate::access::permissions::resource::Jurisdictions;
use crate::access::scope::Authorized;
use crate::changes::write::{Record, Tx};
use crate::db::page::{self, Keyset};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::jurisdictions;
use crate::http::problem::Problem;

/// One jurisdiction by its code.
pub async fn find(db: &Db, _: &Authorized<Jurisdictions>, code: JurisdictionCode) -> Result<Jurisdiction, Problem> {
    let found = jurisdictions::table.find(code).select(Jurisdiction::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Jurisdictions in the order of their codes, one more than asked for.
pub async fn list(
    db: &Db,
    _: &Authorized<Jurisdictions>,
    filter: JurisdictionFilter,
    keyset: Keyset<JurisdictionCode>,
) -> Result<Vec<Jurisdiction>, Problem> {
    let mut query = jurisdictions::table.select(Jurisdiction::as_select()).into_boxed();
    if let Some(levels) = filter.level {
        query = query.filter(jurisdictions::level.eq_any(levels));
    }
    if let Some(within) = filter.r#in {
        query = query.filter(jurisdictions::code.ge(within)).filter(jurisdictions::code.lt(within.end()));
    }
    if let Some(revoked) = filter.revoked {
        query = query.filter(jurisdictions::revoked_on.is_not_null().eq(revoked));
    }
    if let Some(part) = filter.q {
        query = query.filter(name_key(jurisdictions::name).like(containing(&part)));
    }
    if let Some(after) = keyset.after {
        query = query.filter(jurisdictions::code.gt(after));
    }
    let query = page::first(query.order(jurisdictions::code), keyset.limit);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The children of a jurisdiction in the order of their codes, one more than asked for.
pub async fn children(
    db: &Db,
    _: &Authorized<Jurisdictions>,
    parent: JurisdictionCode,
    keyset: Keyset<JurisdictionCode>,
) -> Result<Vec<Jurisdiction>, Problem> {
    let query = jurisdictions::table
        .filter(jurisdictions::parent_code.eq(parent))
        .filter(jurisdictions::code.gt(keyset.after.map_or_else(String::new, |code| code.to_string())))
        .order(jurisdictions::code)
        .select(Jurisdiction::as_select());
    db.read(async |mut connection| page::first(query, keyset.limit).load(&mut connection).await).await
}

/// What stands directly below a jurisdiction and was not revoked.
pub async fn below(db: &Db, code: JurisdictionCode) -> Result<Vec<Jurisdiction>, Problem> {
    let query = jurisdictions::table
        .filter(jurisdictions::parent_code.eq(code).assume_not_null())
        .filter(jurisdictions::revoked_on.is_null())
        .order(jurisdictions::code)
        .select(Jurisdiction::as_select());
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The codes of a city cut to the level of districts, for the queries of others: its districts that are or were there,
/// what stands in their place where it has none, and the city itself.
pub fn district_codes(city: JurisdictionCode) -> jurisdictions::BoxedQuery<'static, Pg, Text> {
    let those = jurisdictions::parent_code.eq(city).assume_not_null().or(jurisdictions::code.eq(city));
    jurisdictions::table.filter(those).select(sql::<Text>("DISTINCT left(code, 6)")).into_boxed()
}

/// True when there is such a jurisdiction, revoked or not.
pub async fn is_there(connection: &AsyncPgConnection, code: JurisdictionCode) -> QueryResult<bool> {
    let mut connection = connection;
    diesel::select(diesel::dsl::exists(jurisdictions::table.find(code))).get_result(&mut connection).await
}

/// The jurisdiction with everything above it, from the province downward.
pub async fn path(db: &Db, _: &Authorized<Jurisdictions>, code: JurisdictionCode) -> Result<Vec<Jurisdiction>, Problem> {
    let query = jurisdictions::table
        .filter(jurisdictions::code.eq_any(code.sources()))
        .order(jurisdictions::code)
        .select(Jurisdiction::as_select());
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The names from the province down to a jurisdiction, as an address has them.
pub async fn full_name(tx: &Tx, code: JurisdictionCode) -> Result<String, Problem> {
    let query = jurisdictions::table.filter(jurisdictions::code.eq_any(code.sources())).order(jurisdictions::code);
    let names: Vec<String> = query.select(jurisdictions::name).load(&mut tx.connection()).await?;
    Ok(names.concat())
}

/// A row of a file of divisions.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = jurisdictions)]
pub struct Division {
    pub code: JurisdictionCode,
    pub level: Level,
    pub name: String,
    pub parent_code: Option<JurisdictionCode>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which of these are there already.
pub async fn known(db: &Db, divisions: &[Division]) -> Result<HashSet<JurisdictionCode>, Problem> {
    let codes = divisions.iter().map(|division| division.code);
    let query = jurisdictions::table.filter(jurisdictions::code.eq_any(codes)).select(jurisdictions::code);
    let known = db.read(async |mut connection| query.load::<JurisdictionCode>(&mut connection).await).await?;
    Ok(known.into_iter().collect())
}

/// Adds or renames jurisdictions, and puts cities below their provinces; gives back those that changed.
pub async fn upsert(tx: &Tx, _: &Authority, divisions: &[Division]) -> Result<Vec<Jurisdiction>, Problem> {
    let mut changed = Vec::new();
    for chunk in divisions.chunks(1000) {
        let added = diesel::insert_into(jurisdictions::table).values(chunk).on_conflict(jurisdictions::code).do_update().set((
            jurisdictions::name.eq(excluded(jurisdictions::name)),
            jurisdictions::parent_code.eq(excluded(jurisdictions::parent_code)),
            jurisdictions::version.eq(jurisdictions::version + 1),
            jurisdictions::updated_at.eq(excluded(jurisdictions::updated_at)),
        ));
        let placed = jurisdictions::parent_code.is_distinct_from(excluded(jurisdictions::parent_code));
        let differs = jurisdictions::name.ne(excluded(jurisdictions::name)).or(placed);
        let rows: Vec<Jurisdiction> = methods::FilterDsl::filter(added, differs)
            .returning(Jurisdiction::as_returning())
            .get_results(&mut tx.connection())
            .await?;
        changed.extend(rows);
    }
    Ok(changed)
}

/// Revoked jurisdictions that went into given ones or what lies below them, directly or through others, each with the
/// given one.
pub async fn predecessors(db: Db, codes: Vec<JurisdictionCode>) -> Result<Vec<Predecessor>, Problem> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        code: JurisdictionCode,
        #[diesel(sql_type = Text)]
        successor: JurisdictionCode,
    }
    let query = diesel::sql_query(
        "WITH RECURSIVE went AS (
            SELECT j.code, own.code AS successor FROM unnest($1) AS own (code)
                JOIN jurisdictions j ON j.successor_code >= own.code AND j.successor_code < own.code || ':'
            UNION SELECT j.code, went.successor FROM went JOIN jurisdictions j ON j.successor_code = went.code)
        SELECT code, successor FROM went WHERE NOT starts_with(code, successor)",
    );
    let query = query.bind::<Array<Text>, _>(codes);
    let found = db.read(async |mut connection| query.load::<Found>(&mut connection).await).await?;
    Ok(found.into_iter().map(|found| (found.code, found.successor)).collect())
}

/// How many jurisdictions went into others.
pub async fn successions(db: &Db) -> Result<i64, Problem> {
    let gone = jurisdictions::table.filter(jurisdictions::successor_code.is_not_null()).count();
    db.read(async |mut connection| gone.get_result(&mut connection).await).await
}

/// True when there is such a jurisdiction that was not revoked; it is not until the transaction ends.
pub async fn is_active(tx: &Tx, code: JurisdictionCode) -> Result<bool, Problem> {
    let active = jurisdictions::table.find(code).filter(jurisdictions::revoked_on.is_null()).select(jurisdictions::code);
    Ok(active.for_key_share().first::<JurisdictionCode>(&mut tx.connection()).await.optional()?.is_some())
}

/// The jurisdiction where the open work of another one is until the transaction ends: itself, or where it went.
pub async fn successor(tx: &Tx, code: JurisdictionCode) -> Result<Option<JurisdictionCode>, Problem> {
    loop {
        match went_to(tx, code).await? {
            // It may have been revoked since it was found: then its own successor is next.
            Some(successor) if !is_active(tx, successor).await? => {}
            found => return Ok(found),
        }
    }
}

async fn went_to(tx: &Tx, code: JurisdictionCode) -> Result<Option<JurisdictionCode>, Problem> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        code: JurisdictionCode,
    }
    let query = diesel::sql_query(
        "WITH RECURSIVE went AS (
            SELECT code, successor_code FROM jurisdictions WHERE code = $1
            UNION SELECT j.code, j.successor_code FROM went JOIN jurisdictions j ON j.code = went.successor_code)
        SELECT code FROM went WHERE successor_code IS NULL",
    );
    let found = query.bind::<Text, _>(code).get_result::<Found>(&mut tx.connection()).await.optional()?;
    Ok(found.map(|found| found.code))
}

/// Jurisdictions that are about to change, locked: no record can enter them until the transaction ends.
pub async fn lock(tx: &Tx, codes: &[JurisdictionCode]) -> Result<Vec<Jurisdiction>, Problem> {
    let query = jurisdictions::table
        .filter(jurisdictions::code.eq_any(codes.to_vec()))
        .order(jurisdictions::code)
        .select(Jurisdiction::as_select());
    Ok(query.for_update().load(&mut tx.connection()).await?)
}

/// What stands below a jurisdiction and was not revoked, locked.
pub async fn lock_below(tx: &Tx, code: JurisdictionCode) -> Result<Vec<Jurisdiction>, Problem> {
    let query = jurisdictions::table
        .filter(jurisdictions::parent_code.eq(code).assume_not_null())
        .filter(jurisdictions::revoked_on.is_null())
        .order(jurisdictions::code)
        .select(Jurisdiction::as_select());
    Ok(query.for_update().load(&mut tx.connection()).await?)
}

/// The highest code directly below a jurisdiction, revoked ones among them.
pub async fn last_child(tx: &Tx, code: JurisdictionCode) -> Result<Option<JurisdictionCode>, Problem> {
    let query = jurisdictions::table.filter(jurisdictions::parent_code.eq(code).assume_not_null());
    Ok(query.order(jurisdictions::code.desc()).select(jurisdictions::code).first(&mut tx.connection()).await.optional()?)
}

/// Gives a locked jurisdiction another name.
pub async fn rename(tx: &Tx, before: &Jurisdiction, name: &str, now: DateTime<Utc>) -> Result<Record, Problem> {
    let new = (jurisdictions::name.eq(name), jurisdictions::version.eq(before.version + 1), jurisdictions::updated_at.eq(now));
    let changed = diesel::update(jurisdictions::table.find(before.code)).set(new).returning(Jurisdiction::as_returning());
    Record::of(Some(before), &changed.get_result(&mut tx.connection()).await?)
}

/// Revokes a locked jurisdiction.
pub async fn revoke(
    tx: &Tx,
    before: &Jurisdiction,
    successor: JurisdictionCode,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Record, Problem> {
    let new = (
        jurisdictions::revoked_on.eq(on),
        jurisdictions::successor_code.eq(successor),
        jurisdictions::version.eq(before.version + 1),
        jurisdictions::updated_at.eq(now),
    );
    let changed = diesel::update(jurisdictions::table.find(before.code)).set(new).returning(Jurisdiction::as_returning());
    Record::of(Some(before), &changed.get_result(&mut tx.connection()).await?)
}
