//! What callers read of organizations.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::is_covered;
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, or_involved, scope_columns};
use crate::access::permissions::resource::Organizations;
use crate::access::scope::Authorized;
use crate::db::page::{Keyset, newest_first};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::organizations;
use crate::http::normal_form::label;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::model::{
    OrganizationFields, OrganizationFilter, OrganizationKind, OrganizationStatus, PartyMode,
};

/// The organizations of an area, and the caller's own.
pub fn readable(
    scope: &Authorized<Organizations>,
    area: &AccessArea,
) -> dsl::Filter<organizations::table, Condition<organizations::table>> {
    let here = scope_columns!(organizations).within(area.subtrees());
    organizations::table.filter(or_involved(here, scope.organization().map(|id| condition(organizations::id.eq(id)))))
}

pub async fn find(db: &Db, scope: &Authorized<Organizations>, id: Uuid) -> Result<OrganizationFields, Problem> {
    let found = readable(scope, &scope.area).filter(organizations::id.eq(id)).select(OrganizationFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// The mediation committees of some jurisdictions whose members are in office until a day at most.
pub async fn to_renew(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    day: NaiveDate,
) -> QueryResult<Vec<OrganizationFields>> {
    use organizations::dsl as o;
    let here = o::jurisdiction.eq_any(offices.to_vec()).and(o::kind.eq(OrganizationKind::MediationCommittee));
    let active = o::organizations.filter(here).filter(o::status.eq(OrganizationStatus::Active));
    let ending = active.filter(o::term_ends_on.le(day).assume_not_null()).order((o::term_ends_on, o::id)).limit(201);
    let mut connection = connection;
    ending.select(OrganizationFields::as_select()).load(&mut connection).await
}

/// Organizations, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Organizations>,
    filter: OrganizationFilter,
    keyset: Keyset,
) -> Result<Vec<OrganizationFields>, Problem> {
    let place = filter.r#in.map(|code| scope_columns!(organizations).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(OrganizationFields::as_select()).into_boxed();
    for wanted in place.into_iter().chain(conditions(filter)) {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, organizations, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: OrganizationFilter) -> impl Iterator<Item = Condition<organizations::table>> {
    use organizations::dsl as o;
    let covered = |wanted| {
        if wanted {
            condition(is_covered())
        } else {
            condition(o::party_mode.is_null().or(o::party_mode.eq(PartyMode::None).assume_not_null()))
        }
    };
    let enrolled = |wanted| if wanted { condition(o::grid_unit_count.gt(0)) } else { condition(o::grid_unit_count.eq(0)) };
    [
        filter.kind.map(|kinds| one_of(o::kind, kinds)),
        filter.status.map(|states| one_of(o::status, states)),
        filter.q.map(|part| condition(name_key(o::name).like(containing(&part)))),
        filter.credit_code.map(|code| condition(o::credit_code.eq(label(&code)).assume_not_null())),
        filter.parent_id.map(|id| condition(o::parent_id.eq(id).assume_not_null())),
        filter.party_covered.map(covered),
        filter.enrolled.map(enrolled),
        filter.term_ends_until.map(|day| condition(o::term_ends_on.le(day).assume_not_null())),
    ]
    .into_iter()
    .flatten()
}
