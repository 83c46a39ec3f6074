//! The only file that names the `duties` table; every query begins with `readable`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{DutyFields, DutyFilter};
use super::states::DutyStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, or_involved, scope_columns};
use crate::access::permissions::resource::{Duties, Indicators};
use crate::access::scope::Authorized;
use crate::calendar::civil_date;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::count::{self, Ratio};
use crate::db::failure::map_constraint;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::duties;
use crate::http::problem::Problem;
use crate::resources::deliberation::councils::store as councils;
use crate::resources::deliberation::owner_votes::store as votes;

type Base = dsl::Filter<duties::table, Condition<duties::table>>;

/// The duties of an area, those of councils in which the caller's organization sits and of votes that it convened, and its own.
fn readable(scope: &Authority, area: &AccessArea) -> Base {
    let here = scope_columns!(duties).within(area.subtrees());
    let involved = scope.organization().map(|id| {
        let seated = councils::of_organization::<duties::table>("duties.council_id", id);
        let convened = votes::convened::<duties::table>("duties.vote_id", id);
        condition(seated.or(convened).or(duties::organization_id.eq(id)))
    });
    duties::table.filter(or_involved(here, involved))
}

pub async fn find(db: &Db, scope: &Authorized<Duties>, id: Uuid) -> Result<DutyFields, Problem> {
    let found = readable(scope, &scope.area).filter(duties::id.eq(id)).select(DutyFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Duties, the latest change first, one more than asked for.
pub async fn list(db: &Db, scope: &Authorized<Duties>, filter: DutyFilter, keyset: Keyset) -> Result<Vec<DutyFields>, Problem> {
    use duties::dsl as d;
    let place = filter.r#in.map(|code| scope_columns!(duties).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(DutyFields::as_select()).into_boxed();
    let today = scope.today();
    let wanted = [
        place,
        filter.status.map(|states| one_of(d::status, states)),
        filter.council_id.map(|id| condition(d::council_id.eq(id).assume_not_null())),
        filter.meeting_id.map(|id| condition(d::meeting_id.eq(id).assume_not_null())),
        filter.vote_id.map(|id| condition(d::vote_id.eq(id).assume_not_null())),
        filter.estate_id.map(|id| condition(d::estate_id.eq(id).assume_not_null())),
        filter.organization_id.map(|id| condition(d::organization_id.eq(id))),
        filter.fallen_due.map(|wanted| {
            if wanted {
                condition(kept_up().and(fallen_due(today)))
            } else {
                condition(kept_up().and(dsl::not(fallen_due(today))))
            }
        }),
        filter.in_time.map(|wanted| condition(d::in_time.eq(wanted).assume_not_null())),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, duties, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// What was not called off, unless it was late then already. A duty that was called off changes no more.
fn kept_up() -> Condition<duties::table> {
    let late = dsl::sql::<Bool>("(duties.updated_at AT TIME ZONE 'Asia/Shanghai')::date > duties.due_on");
    condition(duties::status.ne(DutyStatus::Cancelled).or(late))
}

#[dsl::auto_type(no_type_alias)]
fn fallen_due(today: NaiveDate) -> _ {
    let done = duties::in_time.is_not_null();
    done.or(duties::due_on.lt(today))
}

/// How many duties were done in time, of those that have fallen due, by place.
pub async fn done_in_time(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    within_code: JurisdictionCode,
    digits: usize,
) -> QueryResult<Vec<Ratio>> {
    let mut connection = connection;
    counted(scope, within_code)
        .group_by(count::place(digits))
        .select((count::place(digits), dsl::count(duties::id).aggregate_filter(kept()), dsl::count_star()))
        .load(&mut connection)
        .await
}

/// The same by the estates of a community; none stands for what concerns no estate.
pub async fn done_in_time_by_estate(
    connection: &AsyncPgConnection,
    scope: &Authorized<Indicators>,
    community: JurisdictionCode,
) -> QueryResult<Vec<(Option<Uuid>, i64, i64)>> {
    let mut connection = connection;
    counted(scope, community)
        .group_by(duties::estate_id)
        .select((duties::estate_id, dsl::count(duties::id).aggregate_filter(kept()), dsl::count_star()))
        .load(&mut connection)
        .await
}

/// The duties of a place that are done or whose last day is over.
#[dsl::auto_type(no_type_alias)]
fn counted(scope: &Authorized<Indicators>, place: JurisdictionCode) -> _ {
    let here: Condition<duties::table> = condition(scope_columns!(duties).within(scope.area.narrowed(&place).subtrees()));
    let due: Condition<duties::table> = condition(kept_up().and(fallen_due(scope.today())));
    duties::table.filter(here).filter(due)
}

#[dsl::auto_type(no_type_alias)]
fn kept() -> _ {
    duties::in_time.eq(true).assume_not_null()
}

/// What an organization has to do, the most urgent first.
pub async fn to_do(connection: &AsyncPgConnection, organization: Uuid) -> QueryResult<Vec<DutyFields>> {
    let own = duties::organization_id.eq(organization).and(duties::status.eq(DutyStatus::Open));
    let found = duties::table.filter(own).order((duties::due_on, duties::id)).limit(201).select(DutyFields::as_select());
    let mut connection = connection;
    found.load(&mut connection).await
}

/// What is said to be done in these communities and streets, or to a council in which an organization sits.
pub async fn to_review(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    organization: Option<Uuid>,
) -> QueryResult<Vec<DutyFields>> {
    use duties::dsl as d;
    let here: Condition<d::duties> =
        condition(d::community_code.eq_any(offices.to_vec()).or(d::street_code.eq_any(offices.to_vec())));
    let seated = organization.map(|id| councils::of_organization("duties.council_id", id));
    let found = d::duties.filter(or_involved(here, seated)).filter(d::status.eq(DutyStatus::Reported));
    let mut connection = connection;
    found.order((d::reported_on, d::id)).limit(201).select(DutyFields::as_select()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &DutyFields) -> Result<(), Problem> {
    let done = new.insert_into(duties::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, &[]))
}

impl LockInScope for DutyFields {
    type Resource = Duties;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Duties>, id: Uuid) -> Result<Self, Problem> {
        let found = readable(scope, &scope.area).filter(duties::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for DutyFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        diesel::update(duties::table.find(self.id)).set(self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}

/// The duties whose card has come, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<DutyFields>, Problem> {
    let found = duties::table.filter(duties::next_step_on.le(civil_date(due.now)).assume_not_null());
    let found = found.filter(due.may_try("duties.id")).order((duties::next_step_on, duties::id)).limit(due.limit);
    Ok(found.select(DutyFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The next duties of a jurisdiction or of estates that are not done, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<DutyFields>, Problem> {
    let place =
        way.part(scope_columns!(duties).within(&[way.from]), |ids| condition(duties::estate_id.eq_any(ids).assume_not_null()));
    let open = duties::status.eq_any([DutyStatus::Open, DutyStatus::Reported]);
    let found = duties::table.filter(place).filter(open).select(DutyFields::as_select());
    Ok(next_to_move!(found, duties, way).load(&mut tx.connection()).await?)
}
