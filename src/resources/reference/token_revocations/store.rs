//! The only file that names the `token_revocations` table.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{TokenRevocation, TokenRevocationFilter};
use crate::access::permissions::resource::TokenRevocations;
use crate::access::revocation::Revoked;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::token_revocations;
use crate::http::codes;
use crate::http::problem::Problem;

/// Revocations of the caller's cities, the newest first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<TokenRevocations>,
    filter: TokenRevocationFilter,
    keyset: Keyset<Uuid>,
) -> Result<Vec<TokenRevocation>, Problem> {
    let of_city = token_revocations::jurisdiction.eq_any(scope.area.subtrees().to_vec());
    let mut query = token_revocations::table.filter(of_city).select(TokenRevocation::as_select()).into_boxed();
    if let Some(issuer) = filter.issuer {
        query = query.filter(token_revocations::issuer.eq(issuer));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(token_revocations::subject.eq(subject));
    }
    if let Some(after) = keyset.after {
        query = query.filter(token_revocations::id.lt(after));
    }
    let query = page::first(query.order(token_revocations::id.desc()), keyset.limit);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &TokenRevocation) -> Result<(), Problem> {
    let done = new.insert_into(token_revocations::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] =
    &[("token_revocations_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];

/// What was revoked since a time.
pub async fn since(db: &Db, time: DateTime<Utc>) -> Result<Vec<Revoked>, Problem> {
    use token_revocations::dsl as t;
    let recent = t::token_revocations.filter(t::created_at.gt(time)).select((t::issuer, t::jti, t::subject, t::issued_before));
    db.read(async |mut connection| recent.load(&mut connection).await).await
}
