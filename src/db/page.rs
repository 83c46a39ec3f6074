//! Keyset pages: signed cursors and the `Link` header.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::http::codes;
use crate::http::problem::Problem;

const SIGNATURE_LENGTH: usize = 16;
const MAX_CURSOR_LENGTH: usize = 2000;

/// How many records a page holds when the client does not say.
pub const DEFAULT_LIMIT: i64 = 50;
/// How many records a page can hold.
pub const MAX_LIMIT: i64 = 200;

/// Signs and reads cursors. A cursor is bound to what it was made for.
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Derives the key from a secret that all instances share.
    pub fn from_secret(secret: &[u8]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derived = hmac::sign(&root, b"sihe cursor v1");
        Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }

    /// Encodes a position within the list identified by `binding`.
    pub fn seal(&self, binding: &[u8; 8], position: &impl Serialize) -> String {
        let mut bytes = binding.to_vec();
        serde_json::to_writer(&mut bytes, position).expect("a position is plain data");
        let signature = hmac::sign(&self.0, &bytes);
        bytes.extend_from_slice(&signature.as_ref()[..SIGNATURE_LENGTH]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor: the position, and whether it was made for `binding`.
    pub fn open<T: DeserializeOwned>(&self, binding: &[u8; 8], cursor: &str) -> Result<(T, bool), Problem> {
        let invalid = || Problem::new(&codes::CURSOR_INVALID);
        if cursor.len() > MAX_CURSOR_LENGTH {
            return Err(invalid());
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (signed, signature) = bytes.len().checked_sub(SIGNATURE_LENGTH).map(|at| bytes.split_at(at)).ok_or_else(invalid)?;
        let expected = hmac::sign(&self.0, signed);
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..SIGNATURE_LENGTH], signature)
            .map_err(|_| invalid())?;
        let (bound, position) = signed.split_at_checked(binding.len()).ok_or_else(invalid)?;
        let position = serde_json::from_slice(position).map_err(|_| invalid())?;
        Ok((position, bound == binding))
    }

    /// Reads the cursor of a list, which must belong to the same filters.
    pub fn resume<T: DeserializeOwned>(&self, binding: &[u8; 8], cursor: Option<&str>) -> Result<Option<T>, Problem> {
        cursor
            .map(|cursor| match self.open(binding, cursor)? {
                (position, true) => Ok(position),
                (_, false) => Err(Problem::new(&codes::CURSOR_MISMATCH)),
            })
            .transpose()
    }
}

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

/// The rows of a page in the order of their latest change, the newest first. The keyset stands as
/// `a <= x AND (a < x OR id < y)`: the usual OR form cannot use the index.
macro_rules! newest_first {
    ($query:expr, $table:ident, $after:expr, $limit:expr) => {{
        let mut query = $query;
        if let Some((at, id)) = $after {
            query = query.filter($table::updated_at.le(at).and($table::updated_at.lt(at).or($table::id.lt(id))));
        }
        $crate::db::page::first(query.order(($table::updated_at.desc(), $table::id.desc())), $limit)
    }};
}
pub(crate) use newest_first;

/// Where a page ends that is ordered by the latest change.
pub type Newest = (DateTime<Utc>, Uuid);

/// Cuts a list that was read with one row too many; the last kept row gives the next position.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64) -> Option<&T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return None;
    }
    rows.truncate(limit);
    rows.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_cursor_is_refused() {
        let key = CursorKey::from_secret(b"secret");
        let cursor = key.seal(&[7; 8], &("2026-01-01", 5));
        assert_eq!(key.resume::<(String, i32)>(&[7; 8], Some(&cursor)).unwrap().unwrap().1, 5);
        assert_eq!(key.resume::<(String, i32)>(&[8; 8], Some(&cursor)).unwrap_err().kind.code, "cursor_mismatch");
        for at in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(key.resume::<(String, i32)>(&[7; 8], Some(&forged)).unwrap_err().kind.code, "cursor_invalid");
        }
    }
}
