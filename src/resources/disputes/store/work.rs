//! The disputes that wait for somebody.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Jsonb, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::invited;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::condition::{Condition, HANDLER, condition};
use crate::changes::taken_steps::TakenSteps;
use crate::db::schema::disputes;
use crate::resources::disputes::parties::{GuestKind, PartyRole};
use crate::resources::disputes::states::Status;
use crate::resources::reference::dispute_categories::model::Risk;

/// The most that is told, and one more.
const MOST: i64 = 201;

/// What is told of a dispute that waits.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = disputes)]
pub struct Waiting {
    pub id: Uuid,
    pub number: String,
    pub title: String,
    pub jurisdiction: JurisdictionCode,
    pub status: Status,
    pub due_at: Option<DateTime<Utc>>,
    pub next_step_at: Option<DateTime<Utc>>,
    /// True while the time to speak with the applicant runs.
    #[diesel(select_expression = awaits_contact(), select_expression_type = SqlLiteral<Bool>)]
    pub awaits_contact: bool,
}

fn awaits_contact() -> SqlLiteral<Bool> {
    dsl::sql(
        "EXISTS (SELECT FROM json_array_elements(disputes.progress -> 'clocks') AS clock \
         WHERE clock ->> 'kind' = 'first_contact' AND clock ->> 'ended_at' IS NULL)",
    )
}

/// Whose work is looked for.
#[derive(Clone, Copy)]
pub struct Handler<'a> {
    pub person: &'a str,
    /// The organization to which they belong, whatever offices they hold.
    pub organization: Option<Uuid>,
}

/// The condition that a dispute is no matter of a person's own, which others handle: they have not filed it for themselves,
/// are no party by their own sign-in, have not answered it, and it was not filed in the name of their organization.
fn of_others(who: Handler<'_>) -> Condition<disputes::table> {
    let (person, organization) = (who.person, who.organization.map(|id| id.to_string()));
    let filed = dsl::sql::<Bool>("NOT (disputes.created_by = ").bind::<Text, _>(person.to_owned());
    let part = filed.sql(
        " AND coalesce((disputes.progress ->> 'filed_by_applicant')::boolean, true) \
         OR EXISTS (SELECT FROM jsonb_array_elements(disputes.taken_steps) AS step \
         WHERE (step ->> 'action' = 'answer' OR step ->> 'action' LIKE 'party:%') AND step ->> 'by' = ",
    );
    let filed_for = part.bind::<Text, _>(person.to_owned()).sql(" OR step ->> 'action' = 'organization' AND step ->> 'by' = ");
    condition(filed_for.bind::<Nullable<Text>, _>(organization).sql("))"))
}

/// What these jurisdictions handle, the most urgent first.
pub async fn handled_by(
    connection: &AsyncPgConnection,
    codes: &[JurisdictionCode],
    who: Handler<'_>,
) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let handler = diesel::dsl::sql::<Text>(HANDLER);
    let query = disputes::table.filter(handler.eq_any(codes.to_vec())).filter(disputes::due_at.is_not_null());
    let query = query.filter(of_others(who));
    query.order((disputes::due_at, disputes::id)).select(Waiting::as_select()).limit(MOST).load(&mut connection).await
}

/// What a grid worker helps with: disputes of their grid, or of their community, that this one handles and has assigned.
pub async fn helped_in(connection: &AsyncPgConnection, place: JurisdictionCode, who: Handler<'_>) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let community = place.at(Level::Community).unwrap_or(place);
    let here = disputes::jurisdiction.ge(place).and(disputes::jurisdiction.lt(place.end()));
    let assigned = disputes::status.eq_any([Status::Assigned, Status::InHandling]);
    let query = disputes::table.filter(diesel::dsl::sql::<Text>(HANDLER).eq(community)).filter(disputes::due_at.is_not_null());
    let query = query.filter(here.and(assigned)).filter(of_others(who)).order((disputes::due_at, disputes::id));
    query.select(Waiting::as_select()).limit(MOST).load(&mut connection).await
}

/// The condition that an organization has not said yet that it is done, or is not its matter, since it was asked
/// last.
fn unanswered_by(organization: Uuid) -> Condition<disputes::table> {
    let said = dsl::sql::<Bool>(
        "NOT EXISTS (SELECT FROM json_array_elements(disputes.progress -> 'answers') AS answer \
         WHERE answer ->> 'kind' IN ('report_completion', 'deny_responsibility') \
         AND (answer ->> 'at')::timestamptz > coalesce((disputes.progress ->> 'asked_at')::timestamptz, '-infinity') \
         AND answer ->> 'organization_id' = ",
    );
    condition(said.bind::<Text, _>(organization.to_string()).sql(")"))
}

/// What an organization is responsible for, the most urgent first.
pub async fn answered_by(connection: &AsyncPgConnection, organization: Uuid) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let theirs = disputes::organization_id.eq(organization).assume_not_null().and(disputes::due_at.is_not_null());
    let query = disputes::table.filter(theirs).filter(unanswered_by(organization)).order((disputes::due_at, disputes::id));
    query.select(Waiting::as_select()).limit(MOST).load(&mut connection).await
}

/// What these jurisdictions have to decide for those below, the oldest first.
pub async fn to_approve(
    connection: &AsyncPgConnection,
    codes: &[JurisdictionCode],
    who: Handler<'_>,
) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let query = disputes::table.filter(disputes::approver.eq_any(codes.to_vec()).assume_not_null());
    let query = query.filter(of_others(who));
    query.order((disputes::updated_at, disputes::id)).select(Waiting::as_select()).limit(MOST).load(&mut connection).await
}

/// What is grave and handled below a jurisdiction.
pub async fn grave_below(connection: &AsyncPgConnection, code: JurisdictionCode, who: Handler<'_>) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let place = disputes::jurisdiction.gt(code).and(disputes::jurisdiction.lt(code.end()));
    let grave = place.and(disputes::risk.eq(Risk::Red)).and(disputes::due_at.is_not_null());
    let below = diesel::dsl::sql::<Text>(HANDLER).ne(code);
    let query = disputes::table.filter(grave).filter(below).filter(of_others(who)).order((disputes::due_at, disputes::id));
    query.select(Waiting::as_select()).limit(MOST).load(&mut connection).await
}

/// Results on which an applicant has not said anything yet: who filed the dispute, or for whom it was filed and who has
/// linked it, or the organization in whose name or for which it was filed.
pub async fn to_confirm(connection: &AsyncPgConnection, caller: &str, organization: Option<Uuid>) -> QueryResult<Vec<Waiting>> {
    let mut connection = connection;
    let mine: Condition<disputes::table> = condition(disputes::created_by.eq(caller.to_owned()));
    let mine: Condition<disputes::table> = condition(mine.or(invited(caller.to_owned(), GuestKind::Party)));
    let mine = match organization {
        Some(id) => {
            let filed_for = dsl::sql::<Bool>("disputes.taken_steps @> ").bind::<Jsonb, _>(TakenSteps::of_organization(id));
            condition(mine.or(invited(id.to_string(), GuestKind::Organization).and(filed_for)))
        }
        None => mine,
    };
    let mine = mine.and(disputes::status.eq(Status::Resolved));
    let query = disputes::table.filter(mine).order((disputes::next_step_at, disputes::id)).limit(MOST);
    let query = query.select((Waiting::as_select(), disputes::created_by, disputes::taken_steps));
    let found: Vec<(Waiting, String, TakenSteps)> = query.load(&mut connection).await?;
    let applies = |(_, filer, taken): &(Waiting, String, TakenSteps)| match taken.organization() {
        Some(filed_for) => organization == Some(filed_for),
        None => filer == caller || taken.part_of(caller) == Some(PartyRole::Applicant.as_str()),
    };
    Ok(found.into_iter().filter(applies).map(|(one, ..)| one).collect())
}
