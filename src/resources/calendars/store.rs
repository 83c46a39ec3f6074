//! The only file that names the `calendar_years` table.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{CalendarYear, CalendarYearFilter};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::resource::Calendars;
use crate::access::scope::Authorized;
use crate::calendar::working::WorkCalendar;
use crate::changes::record::{Reached, Stored};
use crate::changes::write::Tx;
use crate::db::page::{DEFAULT_LIMIT, Newest, newest_first};
use crate::db::pool::Db;
use crate::db::schema::calendar_years;
use crate::http::codes;
use crate::http::problem::{Explained, Problem, explained};

/// Years, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    _: &Authorized<Calendars>,
    filter: CalendarYearFilter,
    after: Option<Newest>,
) -> Result<Vec<CalendarYear>, Problem> {
    let mut query = calendar_years::table.select(CalendarYear::as_select()).into_boxed();
    if let Some(jurisdiction) = filter.jurisdiction {
        query = query.filter(calendar_years::jurisdiction.eq(jurisdiction));
    }
    let query = newest_first!(query, calendar_years, after, filter.limit.unwrap_or(DEFAULT_LIMIT));
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn find(db: &Db, _: &Authorized<Calendars>, id: Uuid) -> Result<CalendarYear, Problem> {
    let found = calendar_years::table.find(id).select(CalendarYear::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// What the city of a place has set.
pub async fn set_for(connection: &AsyncPgConnection, place: JurisdictionCode) -> QueryResult<Vec<CalendarYear>> {
    let city = place.at(Level::City).unwrap_or(place);
    let found = calendar_years::table.filter(calendar_years::jurisdiction.eq(city)).select(CalendarYear::as_select());
    let mut connection = connection;
    found.load(&mut connection).await
}

/// The working days at a place.
pub async fn working_days(connection: &AsyncPgConnection, place: JurisdictionCode) -> QueryResult<WorkCalendar> {
    let set = set_for(connection, place).await?;
    Ok(WorkCalendar::new(set.iter().map(|year| (year.year, year.exceptions()))))
}

pub async fn insert(tx: &Tx, new: &CalendarYear) -> Result<(), Problem> {
    let done = new.insert_into(calendar_years::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| explained(error, EXPLAINED))
}

const EXPLAINED: &[Explained] = &[
    ("calendar_years_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("calendar_years_year_unique", "/year", &codes::TAKEN),
];

/// A year that was set or corrected since the deadlines were last worked out, locked; other instances pass it over.
pub async fn claim_news(tx: &Tx) -> Result<Option<CalendarYear>, Problem> {
    let news = calendar_years::table.filter(calendar_years::applied_version.lt(calendar_years::version));
    let query = news.order(calendar_years::id).select(CalendarYear::as_select()).for_update().skip_locked();
    Ok(query.first(&mut tx.connection()).await.optional()?)
}

/// Records that the deadlines were worked out with this version of a year.
pub async fn applied(tx: &Tx, year: &CalendarYear) -> Result<(), Problem> {
    let target = diesel::update(calendar_years::table.find(year.id));
    target.set(calendar_years::applied_version.eq(year.version)).execute(&mut tx.connection()).await?;
    Ok(())
}

impl Reached<Calendars> for CalendarYear {
    async fn lock(tx: &Tx, scope: &Authorized<Calendars>, id: Uuid) -> Result<Self, Problem> {
        let reached = calendar_years::jurisdiction.eq_any(scope.extent.subtrees().to_vec());
        let found = calendar_years::table.filter(calendar_years::id.eq(id).and(reached));
        Ok(found.select(Self::as_select()).for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for CalendarYear {
    async fn save(&mut self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Problem> {
        (self.version, self.updated_at) = (self.version + 1, now);
        diesel::update(calendar_years::table.find(self.id)).set(&*self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}
