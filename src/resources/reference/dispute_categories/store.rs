//! The only file that names the `dispute_categories` table.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{DisputeCategory, DisputeCategoryFilter};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::DisputeCategories;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::dispute_categories;
use crate::http::codes;
use crate::http::problem::Problem;

/// What was set, the newest first, one more than asked for.
pub async fn list(
    db: &Db,
    _: &Authorized<DisputeCategories>,
    filter: DisputeCategoryFilter,
    keyset: Keyset<Uuid>,
) -> Result<Vec<DisputeCategory>, Problem> {
    let mut query =
        dispute_categories::table.select(DisputeCategory::as_select()).order(dispute_categories::id.desc()).into_boxed();
    if let Some(jurisdiction) = filter.jurisdiction {
        query = query.filter(dispute_categories::jurisdiction.eq(jurisdiction));
    }
    if let Some(code) = filter.code {
        query = query.filter(dispute_categories::code.eq(code));
    }
    if let Some(after) = keyset.after {
        query = query.filter(dispute_categories::id.lt(after));
    }
    let query = page::first(query, keyset.limit);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// Everything that was ever set for a place, there or above it.
pub async fn set_for(connection: &AsyncPgConnection, place: JurisdictionCode) -> QueryResult<Vec<DisputeCategory>> {
    let mut connection = connection;
    let set = dispute_categories::table.filter(dispute_categories::jurisdiction.eq_any(place.sources()));
    set.select(DisputeCategory::as_select()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &DisputeCategory) -> Result<(), Problem> {
    let done = new.insert_into(dispute_categories::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("dispute_categories_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("dispute_categories_day_unique", "/valid_from", &codes::TAKEN),
];
