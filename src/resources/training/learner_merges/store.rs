//! The only file that names the `learner_merges` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{LearnerMerge, LearnerMergeFilter};
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, force_custom_plan, scope_columns};
use crate::access::permissions::resource::LearnerMerges;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::learner_merges;
use crate::http::problem::Problem;

/// The merges of an area.
fn within(area: &AccessArea) -> dsl::Filter<learner_merges::table, Condition<learner_merges::table>> {
    learner_merges::table.filter(scope_columns!(learner_merges).within(area.subtrees()))
}

pub async fn find(db: &Db, scope: &Authorized<LearnerMerges>, id: Uuid) -> Result<LearnerMerge, Problem> {
    let found = within(&scope.area).filter(learner_merges::id.eq(id)).select(LearnerMerge::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Merges, the latest first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<LearnerMerges>,
    filter: LearnerMergeFilter,
    keyset: Keyset,
) -> Result<Vec<LearnerMerge>, Problem> {
    let mut query = within(&scope.narrowed(filter.r#in)).select(LearnerMerge::as_select()).into_boxed();
    if let Some(id) = filter.into_id {
        query = query.filter(learner_merges::into_id.eq(id)).filter(force_custom_plan());
    }
    let query = newest_first!(query, learner_merges, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &LearnerMerge) -> Result<(), Problem> {
    new.insert_into(learner_merges::table).execute(&mut tx.connection()).await?;
    Ok(())
}
