//! What the scheduler asks: which dispute is next, and which have to be looked at anew. It works for all jurisdictions.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::DisputeFields;
use super::states::Status;
use crate::access::code::JurisdictionCode;
use crate::changes::write::Tx;
use crate::db::schema::disputes;
use crate::http::problem::Problem;

/// The dispute whose time has come first, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, now: DateTime<Utc>) -> Result<Option<DisputeFields>, Problem> {
    let due = disputes::table.filter(disputes::next_step_at.le(now).assume_not_null()).order(disputes::next_step_at);
    let query = due.select(DisputeFields::as_select()).for_update().skip_locked();
    Ok(query.first(&mut tx.connection()).await.optional()?)
}

/// Only moves the time at which a dispute is looked at again: nothing of it changes.
pub async fn look_again(tx: &Tx, id: Uuid, at: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let target = diesel::update(disputes::table.find(id));
    target.set(disputes::next_step_at.eq(at)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// A dispute that came in before there were clocks and is not over, locked.
pub async fn claim_without_clocks(tx: &Tx) -> Result<Option<DisputeFields>, Problem> {
    let old = disputes::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("progress::text = '{}' AND status <> 'closed'"));
    let over: Vec<_> = Status::ALL.iter().copied().filter(|status| status.is_over()).collect();
    let query = old.filter(disputes::status.ne_all(over)).select(DisputeFields::as_select()).for_update().skip_locked();
    Ok(query.first(&mut tx.connection()).await.optional()?)
}

/// Looks again at everything in a city that is due in a year or soon before it.
pub async fn reconsider(tx: &Tx, city: JurisdictionCode, begin: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Problem> {
    let reaching = disputes::due_at.ge(begin - TimeDelta::days(30)).assume_not_null();
    let target = diesel::update(disputes::table.filter(disputes::city_code.eq(city).and(reaching)));
    target.set(disputes::next_step_at.eq(now)).execute(&mut tx.connection()).await?;
    Ok(())
}
