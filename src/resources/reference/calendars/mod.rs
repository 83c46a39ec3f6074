//! `/v1/calendars`: the working days, year by year, readable by everybody with a token.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::model::{
    CalendarPlace, CalendarSource, CalendarYear, CalendarYearFilter, CalendarYearPage, CalendarYearPatch, NewCalendarYear,
    ResolvedCalendar,
};
use crate::access::code::Level;
use crate::access::permissions::action::{Create, Read, Update};
use crate::access::permissions::resource::Calendars;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
use crate::calendar::working::built_in;
use crate::changes::command::command as on_record;
use crate::changes::execute::{Aggregate, execute};
use crate::changes::kinds::RecordType;
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
mod creation;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Calendars),
    record: Some(RecordType::CalendarYear),
    noun: CalendarYear::NOUN,
    about: "The working days, year by year, readable by everybody with a token.",
    tables: &["calendar_years"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("cities, which set calendars, are not revoked"),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_calendars, create_calendar, resolve_calendar, get_calendar, update_calendar];
    all.push(on_record::<action::Void, CalendarYear, _>(
        "voidCalendar",
        "Void a year that was set by mistake. Deadlines that reach into it are recalculated within a minute.",
        Command::Void,
    ));
    all
}

/// List the years that cities have set.
#[utoipa::path(get, path = "/v1/calendars", params(CalendarYearFilter, PageFilter),
    responses((status = 200, description = "A page of years.", body = CalendarYearPage)))]
async fn list_calendars(
    scope: Scope<Read, Calendars>,
    db: Db,
    list: Listing<CalendarYearFilter>,
) -> Result<Listed<CalendarYearPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |record| record))
}

/// Create a year of holidays for a city or province. Deadlines that reach into it are recalculated within a minute.
#[utoipa::path(post, path = "/v1/calendars", request_body = NewCalendarYear,
    responses((status = 201, description = "The year was set.", body = CalendarYear)))]
async fn create_calendar(scope: Scope<Create, Calendars>, db: Db, body: Valid<NewCalendarYear>) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let year = creation::record(&scope, body.value, &mut errors);
    Problem::fail_if_any(errors)?;
    write(&db, &scope, &body.retry, async |tx| {
        store::insert(tx, &year).await?;
        Written::created("/v1/calendars", &year, &year)
    })
    .await
}

/// Get the working days of a year at a place.
#[utoipa::path(get, path = "/v1/calendars/resolve", params(CalendarPlace),
    responses((status = 200, description = "The days that differ from the plain week.", body = ResolvedCalendar)))]
async fn resolve_calendar(
    _scope: Scope<Read, Calendars>,
    db: Db,
    params: Params<CalendarPlace>,
) -> Result<Json<ResolvedCalendar>, Problem> {
    let CalendarPlace { jurisdiction, year } = params.value;
    let set = db.read(async |connection| store::set_for(connection, jurisdiction).await).await?;
    let set = set.iter().rfind(|known| known.year == year);
    let source = match (set, built_in(year)) {
        (Some(known), _) if known.jurisdiction.level() == Level::Province => CalendarSource::Province,
        (Some(_), _) => CalendarSource::City,
        (None, Some(_)) => CalendarSource::BuiltIn,
        (None, None) => CalendarSource::WeekendsOnly,
    };
    let days = set.map(CalendarYear::exceptions).or_else(|| built_in(year).cloned()).unwrap_or_default();
    let with = |works| days.iter().filter(|(_, known)| **known == works).map(|(day, _)| *day).collect();
    Ok(Json(ResolvedCalendar { year, source, off: with(false), work: with(true) }))
}

/// Get a year that a city or province has set.
#[utoipa::path(get, path = "/v1/calendars/{id}", responses((status = 200, description = "The year.", body = CalendarYear), (status = 304, description = "The client holds this version.")))]
async fn get_calendar(
    scope: Scope<Read, Calendars>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<CalendarYear>, Problem> {
    let record = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: record.version, record, preconditions })
}

/// Update a year (JSON merge patch). Deadlines that reach into it are recalculated within a minute.
#[utoipa::path(patch, path = "/v1/calendars/{id}", request_body = CalendarYearPatch, responses((status = 200, description = "The corrected year.", body = CalendarYear)))]
async fn update_calendar(
    scope: Scope<Update, Calendars>,
    db: Db,
    target: Target,
    body: Valid<CalendarYearPatch>,
) -> Result<Reply, Problem> {
    execute::<CalendarYear>(&db, &scope, &target, &body.retry, Command::Update(body.value)).await
}
