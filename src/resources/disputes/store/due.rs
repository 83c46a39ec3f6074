//! What the scheduler asks: which dispute is next, and which have to be looked at anew. It works for all jurisdictions.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::condition::scope_columns;
use crate::changes::jobs::Due;
use crate::changes::write::Tx;
use crate::db::schema::disputes;
use crate::http::problem::Problem;
use crate::resources::disputes::model::DisputeFields;

/// The disputes whose time has come first, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<DisputeFields>, Problem> {
    let found = disputes::table.filter(disputes::next_step_at.le(due.now).assume_not_null()).filter(due.may_try("disputes.id"));
    let query = found.order(disputes::next_step_at).limit(due.limit).select(DisputeFields::as_select());
    Ok(query.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// Only moves the time at which a dispute is looked at again: nothing of it changes.
pub async fn look_again(tx: &Tx, id: Uuid, at: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let target = diesel::update(disputes::table.find(id));
    target.set(disputes::next_step_at.eq(at)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Looks again at what is due in a city or province in a year or soon before it: the next ones in the order of their ids, which it
/// gives back.
pub async fn reconsider(
    tx: &Tx,
    place: JurisdictionCode,
    begin: DateTime<Utc>,
    after: Uuid,
    most: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Problem> {
    let reaching = disputes::due_at.ge(begin - TimeDelta::days(30)).assume_not_null();
    let next = disputes::table.filter(scope_columns!(disputes).within(&[place])).filter(reaching).filter(disputes::id.gt(after));
    let next: Vec<Uuid> = next
        .order(disputes::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(disputes::id)
        .load(&mut tx.connection())
        .await?;
    let target = diesel::update(disputes::table.filter(disputes::id.eq_any(&next)));
    target.set(disputes::next_step_at.eq(now)).execute(&mut tx.connection()).await?;
    Ok(next)
}
