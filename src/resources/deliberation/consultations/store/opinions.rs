//! The table of opinions. Whoever reaches a consultation does not reach who said what.

use std::collections::HashSet;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::{readable, within};
use crate::access::condition::{Condition, condition, scope_columns};
use crate::access::permissions::Action;
use crate::access::permissions::resource::Consultations;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{consultations, opinions};
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::deliberation::consultations::chosen::Chosen;
use crate::resources::deliberation::consultations::grouping::{Counted, Counts};
use crate::resources::deliberation::consultations::model::ConsultationFields;
use crate::resources::deliberation::consultations::opinions::inputs::OpinionFilter;
use crate::resources::deliberation::consultations::opinions::model::OpinionRow;

/// A consultation within the caller's own jurisdiction, as it is until the transaction ends.
pub async fn lock_within(tx: &Tx, scope: &Authorized<Consultations>, id: Uuid) -> Result<ConsultationFields, Problem> {
    let found = within(scope).filter(consultations::id.eq(id)).select(ConsultationFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await?)
}

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

/// The opinions that a caller reads of a consultation, one more than asked for: all where they group them, or those of
/// their own, with what the consultation is.
pub async fn list(
    db: &Db,
    scope: &Authorized<Consultations>,
    id: Uuid,
    filter: OpinionFilter,
    keyset: Keyset<Uuid>,
) -> Result<(ConsultationFields, Vec<OpinionRow>), Problem> {
    use opinions::dsl as o;
    let groups = !scope.area.subtrees().is_empty();
    let there = o::consultation_id.eq(id).and(o::withdrawn.eq(false));
    let mut query = o::opinions.filter(there).filter(seen(scope, id)).into_boxed();
    if let Some(group) = filter.group_id.filter(|_| groups) {
        query = query.filter(o::group_id.eq(group));
    }
    if let Some(option) = filter.option_id {
        query = query.filter(o::option_id.eq(option));
    }
    query = match filter.grouped.filter(|_| groups) {
        Some(true) => query.filter(o::group_id.is_not_null()),
        Some(false) => query.filter(o::group_id.is_null()),
        None => query,
    };
    if let Some(after) = keyset.after {
        query = query.filter(o::id.gt(after));
    }
    let query = first(query.order(o::id).select(OpinionRow::as_select()), keyset.limit);
    // Of a consultation that the caller does not see there is no list.
    let read = scope.area_of(Action::Read).cloned().unwrap_or_default();
    let known = readable(scope, &read).filter(consultations::id.eq(id)).select(ConsultationFields::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(known.first(&mut first), query.load(&mut second))
    };
    db.read(work).await
}

/// Which opinions a caller reads: those of others only where they group them. One condition at a time, so that an index is read.
fn seen(scope: &Authorized<Consultations>, id: Uuid) -> Condition<opinions::table> {
    let personal = own(&scope.actor.caller, None);
    let mine: Condition<opinions::table> = match scope.organization() {
        Some(organization) => condition(personal.or(own("", Some(organization)))),
        None => personal,
    };
    if scope.area.subtrees().is_empty() {
        return mine;
    }
    let reached = consultations::table.filter(scope_columns!(consultations).within(scope.area.subtrees()));
    let reached = reached.filter(consultations::id.eq(id)).select(consultations::id);
    let all: Condition<opinions::table> = Box::new(opinions::consultation_id.eq_any(reached));
    if scope.area.lists_own_too() { condition(all.or(mine)) } else { all }
}

/// True where it was new; false where the author has given one before.
pub async fn insert(tx: &Tx, new: &OpinionRow) -> Result<bool, Problem> {
    let inserted = diesel::insert_into(opinions::table).values(new).on_conflict_do_nothing();
    let done = inserted.execute(&mut tx.connection()).await;
    done.map(|rows| rows == 1).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("opinions_organization_exists", "/for_organization", &codes::UNKNOWN_RECORD)];

/// The one that the author has given before, locked.
pub async fn lock_own(
    tx: &Tx,
    consultation: Uuid,
    (author, organization): (&str, Option<Uuid>),
) -> Result<Option<OpinionRow>, Problem> {
    let found = opinions::table.filter(opinions::consultation_id.eq(consultation));
    let found = found.filter(own(author, organization)).select(OpinionRow::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

pub async fn save(tx: &Tx, row: &OpinionRow) -> Result<(), Problem> {
    diesel::update(opinions::table.find(row.id)).set(row).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Who has given an opinion; nobody is told of one that was withdrawn.
pub async fn author(tx: &Tx, consultation: Uuid, id: Uuid) -> Result<Option<String>, Problem> {
    let found = opinions::table.find(id).filter(opinions::consultation_id.eq(consultation));
    let found = found.filter(opinions::withdrawn.eq(false)).select(opinions::author);
    Ok(found.first(&mut tx.connection()).await.optional()?)
}

/// How many opinions of a consultation chose which option, and are in which group.
pub async fn counted(tx: &Tx, consultation: Uuid) -> Result<Counted, Problem> {
    use opinions::dsl as o;
    let all = || o::opinions.filter(o::consultation_id.eq(consultation)).filter(o::withdrawn.eq(false));
    let by_option = all().group_by(o::option_id).select((o::option_id, count_star()));
    let by_group = all().group_by(o::group_id).select((o::group_id, count_star()));
    let (mut first, mut second) = (tx.connection(), tx.connection());
    let (by_option, by_group) = try_join!(by_option.load(&mut first), by_group.load(&mut second))?;
    Ok(Counted { by_option, by_group })
}

/// The opinions of a consultation that are chosen to go into a group.
fn chosen(consultation: Uuid, chosen: &Chosen) -> Condition<opinions::table> {
    use opinions::dsl as o;
    let free = o::group_id.is_null().and(o::option_id.eq(chosen.option_id).assume_not_null().or(chosen.rest.into_sql::<Bool>()));
    let grouped = o::group_id.eq(chosen.group_id).assume_not_null();
    let named = o::id.eq_any(chosen.ids.clone());
    let there = o::consultation_id.eq(consultation).and(o::withdrawn.eq(false));
    condition(there.and(named.or(free).or(grouped)))
}

/// How many of them are in which group.
pub async fn count_chosen(tx: &Tx, consultation: Uuid, which: &Chosen) -> Result<Counts, Problem> {
    let found = opinions::table.filter(chosen(consultation, which)).group_by(opinions::group_id);
    Ok(found.select((opinions::group_id, count_star())).load(&mut tx.connection()).await?)
}

/// Those of the ids that are opinions of a consultation.
pub async fn known(tx: &Tx, consultation: Uuid, ids: &[Uuid]) -> Result<HashSet<Uuid>, Problem> {
    let found = opinions::table.filter(opinions::consultation_id.eq(consultation)).filter(opinions::withdrawn.eq(false));
    let found = found.filter(opinions::id.eq_any(ids.to_vec())).select(opinions::id);
    let ids: Vec<Uuid> = found.load(&mut tx.connection()).await?;
    Ok(ids.into_iter().collect())
}

/// Puts opinions into a group, or out of any.
pub async fn assign(tx: &Tx, consultation: Uuid, which: &Chosen, group: Option<Uuid>) -> Result<(), Problem> {
    let target = opinions::table.filter(chosen(consultation, which));
    diesel::update(target).set(opinions::group_id.eq(group)).execute(&mut tx.connection()).await?;
    Ok(())
}
