//! Keyset pages: how many rows, and in which order.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use uuid::Uuid;

/// How many records a page holds when the client does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// How many records a page can hold.
pub const MAX_LIMIT: i64 = 200;

/// A query cut to its first rows, with the number as text. As a bound value the planner would not know
/// it in a prepared statement, and sort half a table to find fifty rows.
#[derive(Clone, Copy, Debug)]
pub struct First<Q> {
    query: Q,
    rows: i64,
}

/// The rows of a page and one more, which tells whether there is a next page. Only two numbers are
/// used, so that few statements are prepared; `cut` takes off what is too much.
pub fn first<Q>(query: Q, limit: i64) -> First<Q> {
    First { query, rows: if limit <= DEFAULT_LIMIT { DEFAULT_LIMIT + 1 } else { MAX_LIMIT + 1 } }
}

impl<Q> QueryId for First<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for First<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for First<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.rows.to_string());
        Ok(())
    }
}

/// More are not merged: planning them takes longer than they save.
pub const MOST_WALKS: usize = 16;

/// A query that reads an index in order: once, or once for each place that `places` gives. Then it compares a column
/// with `place.code`.
#[derive(Clone, Debug)]
pub struct Walk<Q, P> {
    pub first: First<Q>,
    pub places: Option<P>,
}

impl<Q: QueryFragment<Pg>, P: QueryFragment<Pg>> QueryFragment<Pg> for Walk<Q, P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some(places) = &self.places else { return self.first.walk_ast(out) };
        out.push_sql("SELECT page.* FROM (");
        places.walk_ast(out.reborrow())?;
        out.push_sql(") AS place (code), LATERAL (");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(") AS page");
        Ok(())
    }
}

/// The first rows of several walks in one order. Joined by OR, their conditions would have all rows read and sorted.
#[derive(Clone, Debug)]
pub struct Merged<Q, P> {
    walks: Vec<Walk<Q, P>>,
    order: &'static str,
}

/// Merges walks over different rows that are in the order of `order`, such as `updated_at DESC, id DESC`.
pub fn merged<Q, P>(walks: Vec<Walk<Q, P>>, order: &'static str) -> Merged<Q, P> {
    Merged { walks, order }
}

impl<Q, P> QueryId for Merged<Q, P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query, P> Query for Merged<Q, P> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryFragment<Pg>, P: QueryFragment<Pg>> QueryFragment<Pg> for Merged<Q, P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let [only @ Walk { places: None, .. }] = &self.walks[..] {
            return only.walk_ast(out);
        }
        for (at, walk) in self.walks.iter().enumerate() {
            out.push_sql(if at == 0 { "(" } else { " UNION ALL (" });
            walk.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        let rows = self.walks.first().map_or(0, |walk| walk.first.rows);
        out.push_sql(&format!(" ORDER BY {} LIMIT {rows}", self.order));
        Ok(())
    }
}

/// The rows of a page in the order of their latest change, the newest first. The keyset stands as
/// `a <= x AND (a < x OR id < y)`: the usual OR form cannot use the index.
macro_rules! newest_first {
    ($query:expr, $table:ident, $keyset:expr) => {{
        let mut query = $query;
        if let Some((at, id)) = $keyset.after {
            query = query.filter($table::updated_at.le(at).and($table::updated_at.lt(at).or($table::id.lt(id))));
        }
        $crate::db::page::first(query.order(($table::updated_at.desc(), $table::id.desc())), $keyset.limit)
    }};
}
pub(crate) use newest_first;

/// Where a page ends that is ordered by the latest change.
pub type Newest = (DateTime<Utc>, Uuid);

/// Which page of a list: what follows a row, and how many.
#[derive(Clone, Copy, Debug)]
pub struct Keyset<K = Newest> {
    pub after: Option<K>,
    pub limit: i64,
}

/// Cuts a list that was read with one row too many; the last kept row gives the next position.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last()
}
