//! The only file that names the `trainings` table; every query begins with `within` or `readable`.

use diesel::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::inputs::TrainingFilter;
use super::model::{TrainingFields, TrainingStatus};
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, published_below, scope_columns};
use crate::access::permissions::resource::Trainings;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::json_value::JsonValue;
use crate::db::page::{Keyset, newest_first};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::trainings;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::training::learners::model::LearnerRole;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::trainings::{id, table};
}

type Base = dsl::Filter<trainings::table, Condition<trainings::table>>;

/// The courses of an area.
fn within(area: &AccessArea) -> Base {
    trainings::table.filter(scope_columns!(trainings).within(area.subtrees()))
}

/// The courses that can be read: those of the area, and what was published above it. Drafts are for those who
/// edit them and those above.
fn readable(scope: &Authorized<Trainings>) -> Base {
    use trainings::dsl as t;
    let published = condition(t::status.ne(TrainingStatus::Draft));
    let reached = scope_columns!(trainings).within(scope.area.subtrees());
    let above = condition(t::jurisdiction.eq_any(scope.area.above()));
    let drafts = scope_columns!(trainings).within(scope.drafts());
    t::trainings.filter(published_below(drafts, published, reached, above))
}

pub async fn find(db: &Db, scope: &Authorized<Trainings>, id: Uuid) -> Result<TrainingFields, Problem> {
    let found = readable(scope).filter(trainings::id.eq(id)).select(TrainingFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Courses, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Trainings>,
    filter: TrainingFilter,
    keyset: Keyset,
) -> Result<Vec<TrainingFields>, Problem> {
    use trainings::dsl as t;
    let mut query = readable(scope).select(TrainingFields::as_select()).into_boxed();
    let everybody = || t::audience_roles.eq(JsonValue(Vec::<LearnerRole>::new()));
    let meant = |role: LearnerRole| condition(everybody().or(t::audience_roles.contains(JsonValue(vec![role]))));
    let taught = |id: Uuid| condition(t::citations.contains(json!([{"policy_id": id}])));
    let wanted = [
        filter.r#in.map(|code| scope_columns!(trainings).within(scope.area.narrowed(&code).subtrees())),
        filter.q.map(|part| condition(name_key(t::title).like(containing(&part)))),
        filter.topic.map(|topics| one_of(t::topic, topics)),
        filter.status.map(|states| one_of(t::status, states)),
        filter.role.map(meant),
        filter.policy_id.map(taught),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, trainings, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &TrainingFields) -> Result<(), Problem> {
    let done = new.insert_into(trainings::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("trainings_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION)];

impl LockInScope for TrainingFields {
    type Resource = Trainings;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Trainings>, id: Uuid) -> Result<Self, Problem> {
        let found = within(&scope.area).filter(trainings::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for TrainingFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(trainings::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// A course within an area, which stays as it is until the transaction ends.
pub async fn within_reach(tx: &Tx, area: &AccessArea, id: Uuid) -> Result<Option<TrainingFields>, Problem> {
    let found = within(area).filter(trainings::id.eq(id)).select(TrainingFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await.optional()?)
}

/// The ids of the courses of which sessions can be held, to be looked for in another table.
#[dsl::auto_type(no_type_alias)]
pub fn published_ids() -> _ {
    let published: TrainingStatus = TrainingStatus::Published;
    trainings::table.filter(trainings::status.eq(published)).select(trainings::id)
}

/// A course that another record names.
pub async fn known(tx: &Tx, id: Uuid) -> Result<TrainingFields, Problem> {
    Ok(trainings::table.find(id).select(TrainingFields::as_select()).first(&mut tx.connection()).await?)
}

/// What a jurisdiction has drafted or published, the next of it, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<TrainingFields>, Problem> {
    let open = trainings::status.ne(TrainingStatus::Retired);
    let found = trainings::table.filter(trainings::jurisdiction.eq(way.from).and(open)).select(TrainingFields::as_select());
    Ok(next_to_move!(found, trainings, way).load(&mut tx.connection()).await?)
}
