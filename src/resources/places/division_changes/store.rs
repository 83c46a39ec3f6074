//! The only file that names the `division_changes` table. Changes are reference data: everybody reads them all.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{DivisionChangeFields, DivisionChangeFilter, DivisionChangeStatus, PlannedMove};
use crate::access::code::JurisdictionCode;
use crate::access::condition::{force_custom_plan, scope_columns};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::Stored;
use crate::changes::write::Tx;
use crate::db::failure::map_constraint;
use crate::db::json_value::JsonList;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::division_changes;
use crate::http::problem::Problem;

pub async fn find(db: &Db, _: &Authorized<DivisionChanges>, id: Uuid) -> Result<DivisionChangeFields, Problem> {
    let found = division_changes::table.find(id).select(DivisionChangeFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Changes, the latest first, one more than asked for.
pub async fn list(
    db: &Db,
    _: &Authorized<DivisionChanges>,
    filter: DivisionChangeFilter,
    keyset: Keyset,
) -> Result<Vec<DivisionChangeFields>, Problem> {
    let mut query = division_changes::table.select(DivisionChangeFields::as_select()).into_boxed();
    if let Some(code) = filter.r#in {
        query = query.filter(scope_columns!(division_changes).within(&[code]));
    }
    if let Some(kinds) = filter.kind {
        query = query.filter(division_changes::kind.eq_any(kinds)).filter(force_custom_plan());
    }
    if let Some(status) = filter.status {
        query = query.filter(division_changes::status.eq(status)).filter(force_custom_plan());
    }
    let query = newest_first!(query, division_changes, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &DivisionChangeFields) -> Result<(), Problem> {
    let done = new.insert_into(division_changes::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, &[]))
}

impl Stored for DivisionChangeFields {
    /// Stores how far it has come: nothing else of it changes.
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        use division_changes::dsl as d;
        let stuck = (d::stuck.eq(&self.stuck), d::stuck_count.eq(self.stuck_count));
        let shown = (d::status.eq(self.status), d::moved.eq(self.moved), stuck);
        let told = (d::completed_at.eq(self.completed_at), d::version.eq(self.version), d::updated_at.eq(self.updated_at));
        let target = diesel::update(division_changes::table.find(self.id));
        target.set((shown, told, &self.progress)).execute(&mut tx.connection()).await?;
        Ok(())
    }
}

/// A change that has records to move, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<DivisionChangeFields>, Problem> {
    let next = division_changes::table.filter(division_changes::next_step_at.le(due.now).assume_not_null());
    let next = next.filter(due.may_try("division_changes.id")).order(division_changes::next_step_at);
    let query = next.limit(1).select(DivisionChangeFields::as_select());
    Ok(query.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// True while records of what lies below a jurisdiction are moving.
pub async fn is_moving_below(tx: &Tx, code: JurisdictionCode) -> Result<bool, Problem> {
    let moving = division_changes::table.filter(division_changes::status.eq(DivisionChangeStatus::Moving));
    let moves: Vec<JsonList<PlannedMove>> = moving.select(division_changes::moves).load(&mut tx.connection()).await?;
    Ok(moves.iter().flat_map(|moves| &moves.0).any(|planned| code.contains(&planned.from)))
}
