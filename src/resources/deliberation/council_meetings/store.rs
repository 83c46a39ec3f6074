//! The only file that names the `council_meetings` table; every query begins with `readable`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Json, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::agenda::{AgendaItem, ItemStatus, Unfinished};
use super::inputs::{CouncilMeetingFilter, PublicMeetingFilter};
use super::model::CouncilMeetingFields;
use super::record::MeetingRecord;
use super::states::CouncilMeetingStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, or_involved, scope_columns};
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::json_value::JsonList;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::council_meetings;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::deliberation::councils::model::CouncilKind;
use crate::resources::deliberation::councils::store::has_seat;

/// In so many meetings it is looked what they left undecided.
const LATEST: i64 = 20;

type Base = dsl::Filter<council_meetings::table, Condition<council_meetings::table>>;

/// Meetings that are not over.
const OPEN: [CouncilMeetingStatus; 6] = [
    CouncilMeetingStatus::Planned,
    CouncilMeetingStatus::Notified,
    CouncilMeetingStatus::Open,
    CouncilMeetingStatus::Adjourned,
    CouncilMeetingStatus::Concluded,
    CouncilMeetingStatus::MinutesSigned,
];

/// The meetings of an area, of which residents see what is published, and those in which the caller's organization sits.
fn readable(scope: &Authority, area: &AccessArea) -> Base {
    let columns = || scope_columns!(council_meetings);
    let published = council_meetings::status.eq(CouncilMeetingStatus::Published);
    let here = columns().within(area.subtrees());
    let seen: Condition<council_meetings::table> = Box::new(here.and(columns().within(scope.drafts()).or(published)));
    council_meetings::table.filter(or_involved(seen, scope.organization().map(seats)))
}

/// The condition that an organization has a seat.
fn seats(organization: Uuid) -> Condition<council_meetings::table> {
    has_seat("council_meetings.seats", organization)
}

pub async fn find(db: &Db, scope: &Authorized<CouncilMeetings>, id: Uuid) -> Result<CouncilMeetingFields, Problem> {
    let found = readable(scope, &scope.area).filter(council_meetings::id.eq(id)).select(CouncilMeetingFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// A meeting that the caller reaches, kept as it is until the transaction ends.
pub async fn within_reach(tx: &Tx, scope: &Authority, id: Uuid) -> Result<Option<CouncilMeetingFields>, Problem> {
    let here = scope_columns!(council_meetings).within(scope.area.subtrees());
    let found = council_meetings::table.filter(here).filter(council_meetings::id.eq(id));
    Ok(found.select(CouncilMeetingFields::as_select()).for_share().first(&mut tx.connection()).await.optional()?)
}

diesel::define_sql_function! {
    /// The duties of a council that are not done, as `[{"id", "title"}]`.
    fn unfinished_duties(council: diesel::sql_types::Uuid) -> Jsonb;
}

/// With what the next meeting of a council opens: what is to be done and is not.
pub async fn unfinished(tx: &Tx, council: Uuid) -> Result<Vec<Unfinished>, Problem> {
    let found: JsonList<Unfinished> = diesel::select(unfinished_duties(council)).first(&mut tx.connection()).await?;
    Ok(found.0)
}

/// The items that the latest meetings of a council did not decide and that no meeting took over, the oldest first.
pub async fn undecided(tx: &Tx, council: Uuid) -> Result<Vec<AgendaItem>, Problem> {
    use council_meetings::dsl as m;
    let of_council = m::council_meetings.filter(m::council_id.eq(council)).filter(m::status.ne(CouncilMeetingStatus::Cancelled));
    let notified = of_council.filter(m::notified_at.is_not_null()).order((m::notified_at.desc(), m::id.desc()));
    let latest = notified.limit(LATEST).select((m::concluded_at.is_not_null(), m::record));
    let latest: Vec<(bool, Document<MeetingRecord>)> = latest.load(&mut tx.connection()).await?;
    let agendas = latest.iter().rev().map(|(over, record)| Ok((*over, &record.get()?.agenda)));
    let agendas: Vec<_> = agendas.collect::<Result<_, Problem>>()?;
    let taken_over: Vec<_> = agendas.iter().flat_map(|(_, agenda)| *agenda).filter_map(|item| item.carried_from).collect();
    let open = |item: &&AgendaItem| {
        let again = item.dispute_id.is_none() && item.duty_id.is_none() && item.matter.is_none();
        let undecided = matches!(item.status, ItemStatus::Pending | ItemStatus::Voting | ItemStatus::Deferred);
        again && undecided && !taken_over.contains(&item.id)
    };
    let held = agendas.iter().filter(|(over, _)| *over);
    Ok(held.flat_map(|(_, agenda)| *agenda).filter(open).cloned().collect())
}

/// What everybody may read: a published meeting.
pub async fn published(db: &Db, id: Uuid) -> Result<CouncilMeetingFields, Problem> {
    let public = council_meetings::id.eq(id).and(council_meetings::status.eq(CouncilMeetingStatus::Published));
    let found = council_meetings::table.filter(public).select(CouncilMeetingFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Published meetings of a place, the latest change first, one more than asked for.
pub async fn list_published(db: &Db, filter: &PublicMeetingFilter, keyset: Keyset) -> Result<Vec<CouncilMeetingFields>, Problem> {
    use council_meetings::dsl as m;
    let here = scope_columns!(council_meetings).within(&[filter.r#in]);
    let published = m::council_meetings.filter(here).filter(m::status.eq(CouncilMeetingStatus::Published));
    let mut query = published.select(without_documents()).into_boxed();
    if let Some(id) = filter.estate_id {
        query = query.filter(m::estate_id.eq(id).assume_not_null()).filter(force_custom_plan());
    }
    let query = newest_first!(query, council_meetings, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// Meetings, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<CouncilMeetings>,
    filter: CouncilMeetingFilter,
    keyset: Keyset,
) -> Result<Vec<CouncilMeetingFields>, Problem> {
    use council_meetings::dsl as m;
    let place = filter.r#in.map(|code| scope_columns!(council_meetings).within(&[code]));
    let mut query = readable(scope, &scope.narrowed(filter.r#in)).select(without_documents()).into_boxed();
    let wanted = [
        place,
        filter.status.map(|states| one_of(m::status, states)),
        filter.kind.map(|kind| condition(m::kind.eq(kind))),
        filter.council_id.map(|id| condition(m::council_id.eq(id))),
        filter.estate_id.map(|id| condition(m::estate_id.eq(id).assume_not_null())),
        filter.series_id.map(|id| condition(m::series_id.eq(id).assume_not_null())),
        filter.starts_from.map(|at| condition(m::starts_at.ge(at))),
        filter.starts_before.map(|at| condition(m::starts_at.lt(at))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, council_meetings, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The columns of `CouncilMeetingFields` without what was recorded and published; of what is told to some only, the title
/// that residents read, and when their text changed.
#[dsl::auto_type]
fn without_documents() -> _ {
    let record: SqlLiteral<Json> = dsl::sql("'{}'::json");
    let texts: SqlLiteral<Json> = dsl::sql(
        "json_build_object('public_title', council_meetings.texts->'public_title', 'objections', '[]'::json, 'earlier', \
         CASE WHEN council_meetings.texts->'earlier'->-1 IS NULL THEN '[]'::json \
         ELSE json_build_array(json_build_object('public_text', '', 'until', council_meetings.texts->'earlier'->-1->'until')) END)",
    );
    let public_text: SqlLiteral<Nullable<Text>> = dsl::sql("NULL");
    (
        council_meetings::id,
        council_meetings::jurisdiction,
        council_meetings::council_id,
        council_meetings::estate_id,
        council_meetings::kind,
        council_meetings::title,
        council_meetings::place,
        council_meetings::starts_at,
        council_meetings::ends_at,
        council_meetings::status,
        council_meetings::series_id,
        council_meetings::decision,
        council_meetings::seats,
        record,
        council_meetings::notified_at,
        council_meetings::opened_at,
        council_meetings::concluded_at,
        council_meetings::reason,
        council_meetings::next_due_on,
        public_text,
        council_meetings::published_at,
        council_meetings::objections_until,
        council_meetings::version,
        council_meetings::created_at,
        council_meetings::updated_at,
        council_meetings::delegates,
        texts,
        council_meetings::created_by,
    )
}

/// The meetings of these communities and streets about whose minutes something is due until a day, the most urgent first.
pub async fn due_until(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    day: NaiveDate,
) -> QueryResult<Vec<CouncilMeetingFields>> {
    use council_meetings::dsl as m;
    let found = m::council_meetings.filter(of_offices(offices)).filter(m::next_due_on.le(day).assume_not_null());
    let mut connection = connection;
    found.order((m::next_due_on, m::id)).limit(201).select(without_documents()).load(&mut connection).await
}

/// The meetings of these communities and streets that are to be called or held until a time, the first one first.
pub async fn to_hold(
    connection: &AsyncPgConnection,
    offices: &[JurisdictionCode],
    until: DateTime<Utc>,
) -> QueryResult<Vec<CouncilMeetingFields>> {
    use council_meetings::dsl as m;
    let states = [
        CouncilMeetingStatus::Planned,
        CouncilMeetingStatus::Notified,
        CouncilMeetingStatus::Adjourned,
        CouncilMeetingStatus::Open,
    ];
    let found = m::council_meetings.filter(of_offices(offices)).filter(m::status.eq_any(states)).filter(m::starts_at.lt(until));
    let mut connection = connection;
    found.order((m::starts_at, m::id)).limit(201).select(without_documents()).load(&mut connection).await
}

/// The condition that the office that convenes a meeting is among these.
fn of_offices(offices: &[JurisdictionCode]) -> Condition<council_meetings::table> {
    use council_meetings::dsl as m;
    let own = m::community_code.eq_any(offices.to_vec()).and(m::kind.eq(CouncilKind::FourInOne));
    let joint = m::street_code.eq_any(offices.to_vec()).and(m::kind.eq(CouncilKind::PropertyJointMeeting));
    condition(own.or(joint))
}

/// What an organization is invited to, or whose minutes it is to sign, the first one first.
pub async fn of_seat(connection: &AsyncPgConnection, organization: Uuid) -> QueryResult<Vec<CouncilMeetingFields>> {
    use council_meetings::dsl as m;
    let states = [
        CouncilMeetingStatus::Notified,
        CouncilMeetingStatus::Adjourned,
        CouncilMeetingStatus::Open,
        CouncilMeetingStatus::Concluded,
    ];
    let found = m::council_meetings.filter(seats(organization)).filter(m::status.eq_any(states));
    let mut connection = connection;
    found.order((m::starts_at, m::id)).limit(201).select(CouncilMeetingFields::as_select()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &[CouncilMeetingFields]) -> Result<(), Problem> {
    let done = diesel::insert_into(council_meetings::table).values(new).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("council_meetings_jurisdiction_exists", "/council_id", &codes::UNKNOWN_RECORD)];

impl LockInScope for CouncilMeetingFields {
    type Resource = CouncilMeetings;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<CouncilMeetings>, id: Uuid) -> Result<Self, Problem> {
        let found = readable(scope, &scope.area).filter(council_meetings::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for CouncilMeetingFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(council_meetings::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The next meetings of a jurisdiction or of estates that are not over, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<CouncilMeetingFields>, Problem> {
    let place = way.part(scope_columns!(council_meetings).within(&[way.from]), |ids| {
        condition(council_meetings::estate_id.eq_any(ids).assume_not_null())
    });
    // So does what somebody objects to, or still may.
    let objectionable = council_meetings::objections_until.ge(way.day).or(council_meetings::next_due_on.is_not_null());
    let published = council_meetings::status.eq(CouncilMeetingStatus::Published).and(objectionable.assume_not_null());
    let found = council_meetings::table.filter(place).filter(council_meetings::status.eq_any(OPEN).or(published));
    let found = found.select(CouncilMeetingFields::as_select());
    Ok(next_to_move!(found, council_meetings, way).load(&mut tx.connection()).await?)
}
