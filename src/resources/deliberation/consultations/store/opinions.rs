//! The table of opinions. Whoever reaches a consultation does not reach who said what.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::readable;
use crate::access::condition::{Condition, condition, scope_columns};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{consultations, opinions};
use crate::http::problem::Problem;
use crate::resources::deliberation::consultations::grouping::Placed;
use crate::resources::deliberation::consultations::model::ConsultationFields;
use crate::resources::deliberation::consultations::opinions::inputs::OpinionFilter;
use crate::resources::deliberation::consultations::opinions::model::OpinionRow;

/// A consultation that the caller reads, as it is until the transaction ends; others say what they think meanwhile.
pub async fn lock_consultation(tx: &Tx, scope: &Authorized<Consultations>, id: Uuid) -> Result<ConsultationFields, Problem> {
    let found = readable(scope, &scope.area).filter(consultations::id.eq(id)).select(ConsultationFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await?)
}

/// Those whose author is a person, or an organization for which they speak.
fn own(author: &str, organization: Option<Uuid>) -> Condition<opinions::table> {
    let personal = opinions::author.eq(author.to_owned()).and(opinions::organization_id.is_null());
    match organization {
        Some(organization) => condition(opinions::organization_id.eq(organization).assume_not_null()),
        None => condition(personal),
    }
}

/// The opinions that a caller reads of a consultation, one more than asked for: all, or those of their own.
pub async fn list(
    db: &Db,
    scope: &Authorized<Consultations>,
    id: Uuid,
    filter: OpinionFilter,
    keyset: Keyset<Uuid>,
) -> Result<Vec<OpinionRow>, Problem> {
    use opinions::dsl as o;
    let reached = consultations::table.filter(scope_columns!(consultations).within(scope.area.subtrees()));
    let all = condition(o::consultation_id.eq_any(reached.filter(consultations::id.eq(id)).select(consultations::id)));
    let personal = own(&scope.actor.caller, None);
    let mine = match scope.organization() {
        Some(organization) => condition(personal.or(own("", Some(organization)))),
        None => personal,
    };
    let mut query = o::opinions.filter(o::consultation_id.eq(id)).filter(condition(all.or(mine))).into_boxed();
    if let Some(group) = filter.group_id {
        query = query.filter(o::group_id.eq(group));
    }
    if let Some(option) = filter.option_id {
        query = query.filter(o::option_id.eq(option));
    }
    query = match filter.grouped {
        Some(true) => query.filter(o::group_id.is_not_null()),
        Some(false) => query.filter(o::group_id.is_null()),
        None => query,
    };
    if let Some(after) = keyset.after {
        query = query.filter(o::id.gt(after));
    }
    let query = first(query.order(o::id).select(OpinionRow::as_select()), keyset.limit);
    // Of a consultation that the caller does not see there is no list.
    let seen = scope.area_of(Action::Read).cloned().unwrap_or_default();
    let known = readable(scope, &seen).filter(consultations::id.eq(id)).select(consultations::id);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(known.first::<Uuid>(&mut first), query.load::<OpinionRow>(&mut second))
    };
    db.read(work).await.map(|(_, rows)| rows)
}

/// True where it was new; false where the author has given one before.
pub async fn insert(tx: &Tx, new: &OpinionRow) -> Result<bool, Problem> {
    let inserted = diesel::insert_into(opinions::table).values(new).on_conflict_do_nothing();
    Ok(inserted.execute(&mut tx.connection()).await? == 1)
}

/// The one that the author has given before, locked.
pub async fn lock_own(tx: &Tx, consultation: Uuid, new: &OpinionRow) -> Result<Option<OpinionRow>, Problem> {
    let found = opinions::table.filter(opinions::consultation_id.eq(consultation));
    let found = found.filter(own(&new.author, new.organization_id)).select(OpinionRow::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

pub async fn save(tx: &Tx, row: &OpinionRow) -> Result<(), Problem> {
    diesel::update(opinions::table.find(row.id)).set(row).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Takes out what a person, or their organization, has said.
pub async fn remove(
    tx: &Tx,
    consultation: Uuid,
    (author, organization): (&str, Option<Uuid>),
) -> Result<Option<OpinionRow>, Problem> {
    let target = opinions::table.filter(opinions::consultation_id.eq(consultation)).filter(own(author, organization));
    let removed = diesel::delete(target).returning(OpinionRow::as_returning());
    Ok(removed.get_result(&mut tx.connection()).await.optional()?)
}

/// Who has given an opinion.
pub async fn author(tx: &Tx, consultation: Uuid, id: Uuid) -> Result<Option<String>, Problem> {
    let found = opinions::table.find(id).filter(opinions::consultation_id.eq(consultation)).select(opinions::author);
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// Every opinion of a consultation as it is grouped and counted.
pub async fn placed(tx: &Tx, consultation: Uuid) -> Result<Vec<Placed>, Problem> {
    let all = opinions::table.filter(opinions::consultation_id.eq(consultation));
    let all = all.select((opinions::id, opinions::option_id, opinions::group_id));
    let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = all.load(&mut tx.connection()).await?;
    Ok(rows.into_iter().map(|(id, option_id, group_id)| Placed { id, option_id, group_id }).collect())
}

/// Puts opinions into a group, or out of any.
pub async fn assign(tx: &Tx, ids: &[Uuid], group: Option<Uuid>) -> Result<(), Problem> {
    let target = opinions::table.filter(opinions::id.eq_any(ids.to_vec()));
    diesel::update(target).set(opinions::group_id.eq(group)).execute(&mut tx.connection()).await?;
    Ok(())
}
