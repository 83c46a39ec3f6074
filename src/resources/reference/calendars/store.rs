//! The only file that names the `calendar_years` table.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{CalendarYear, CalendarYearFilter};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Calendars;
use crate::access::scope::Authorized;
use crate::calendar::working::WorkCalendar;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::calendar_years;
use crate::http::codes;
use crate::http::problem::Problem;

/// Years, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    _: &Authorized<Calendars>,
    filter: CalendarYearFilter,
    keyset: Keyset,
) -> Result<Vec<CalendarYear>, Problem> {
    let mut query = calendar_years::table.select(CalendarYear::as_select()).into_boxed();
    if let Some(jurisdiction) = filter.jurisdiction {
        query = query.filter(calendar_years::jurisdiction.eq(jurisdiction));
    }
    let query = newest_first!(query, calendar_years, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn find(db: &Db, _: &Authorized<Calendars>, id: Uuid) -> Result<CalendarYear, Problem> {
    let found = calendar_years::table.find(id).select(CalendarYear::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// What the province and the city of a place have set, the city's after the province's.
pub async fn set_for(connection: &AsyncPgConnection, place: JurisdictionCode) -> QueryResult<Vec<CalendarYear>> {
    let found = calendar_years::table
        .filter(calendar_years::jurisdiction.eq_any(place.sources()).and(calendar_years::voided_on.is_null()));
    let mut connection = connection;
    found.order(calendar_years::jurisdiction).select(CalendarYear::as_select()).load(&mut connection).await
}

/// The working days at a place.
pub async fn working_days(connection: &AsyncPgConnection, place: JurisdictionCode) -> QueryResult<WorkCalendar> {
    let set = set_for(connection, place).await?;
    Ok(WorkCalendar::new(set.iter().map(|year| (year.year, year.exceptions()))))
}

pub async fn insert(tx: &Tx, new: &CalendarYear) -> Result<(), Problem> {
    let done = new.insert_into(calendar_years::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("calendar_years_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("calendar_years_year_unique", "/year", &codes::TAKEN),
];

/// Years that were set or corrected since the deadlines were last worked out, locked; other instances pass them over.
pub async fn claim_news(tx: &Tx, due: &Due) -> Result<Vec<CalendarYear>, Problem> {
    let news = calendar_years::table.filter(calendar_years::applied_version.lt(calendar_years::version));
    let query = news.filter(due.may_try("calendar_years.id")).order(calendar_years::id).limit(due.limit);
    Ok(query.select(CalendarYear::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The record up to which deadlines were worked out with this version of a locked year.
pub async fn applied_up_to(tx: &Tx, year: &CalendarYear) -> Result<Uuid, Problem> {
    let known = calendar_years::table.find(year.id).select((calendar_years::applying_version, calendar_years::applied_up_to));
    let (version, up_to): (i64, Option<Uuid>) = known.first(&mut tx.connection()).await?;
    Ok(if version == year.version { up_to.unwrap_or_default() } else { Uuid::default() })
}

/// Keeps up to which record they were worked out; nothing when that was the last.
pub async fn keep_applied(tx: &Tx, year: &CalendarYear, up_to: Option<Uuid>) -> Result<(), Problem> {
    let target = diesel::update(calendar_years::table.find(year.id));
    let applying = (calendar_years::applying_version.eq(year.version), calendar_years::applied_up_to.eq(up_to));
    match up_to {
        Some(_) => target.set(applying).execute(&mut tx.connection()).await?,
        None => target.set((applying, calendar_years::applied_version.eq(year.version))).execute(&mut tx.connection()).await?,
    };
    Ok(())
}

impl LockInScope for CalendarYear {
    type Resource = Calendars;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Calendars>, id: Uuid) -> Result<Self, Problem> {
        let reached = calendar_years::jurisdiction.eq_any(scope.area.subtrees().to_vec());
        let found = calendar_years::table.filter(calendar_years::id.eq(id).and(reached));
        Ok(found.select(Self::as_select()).for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for CalendarYear {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        diesel::update(calendar_years::table.find(self.id)).set(self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}
