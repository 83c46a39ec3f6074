//! The only file that names the `dispute_categories` table.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{DisputeCategory, DisputeCategoryFilter};
use crate::access::code::JurisdictionCode;
use crate::access::condition::lies_below;
use crate::access::permissions::resource::DisputeCategories;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
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

pub async fn find(db: &Db, _: &Authorized<DisputeCategories>, id: Uuid) -> Result<DisputeCategory, Problem> {
    let found = dispute_categories::table.find(id).select(DisputeCategory::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
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

impl LockInScope for DisputeCategory {
    type Resource = DisputeCategories;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<DisputeCategories>, id: Uuid) -> Result<Self, Problem> {
        let reached = lies_below(dispute_categories::jurisdiction, scope.area.subtrees());
        let found = dispute_categories::table.filter(dispute_categories::id.eq(id)).filter(reached).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for DisputeCategory {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        diesel::update(dispute_categories::table.find(self.id)).set(self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}
