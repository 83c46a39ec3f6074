//! The only file that names the `training_enrollments` table; every query begins with `within`.

use chrono::TimeDelta;
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::inputs::{TrainingCalendarParams, TrainingEnrollmentFilter};
use super::model::TrainingEnrollmentFields;
use super::states::TrainingEnrollmentStatus;
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::TrainingEnrollments;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::Stored;
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::training_enrollments;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::training::learners::store as learners;
use crate::resources::training::training_sessions::model::TrainingSessionFields;
use crate::resources::training::training_sessions::states::TrainingSessionStatus;
use crate::resources::training::training_sessions::store::columns as sessions;
use crate::resources::training::training_sessions::times::SessionTimes;

type Base = dsl::Filter<training_enrollments::table, Condition<training_enrollments::table>>;

/// States in which it is open what comes of a session.
const OPEN: [TrainingEnrollmentStatus; 4] = [
    TrainingEnrollmentStatus::Confirmed,
    TrainingEnrollmentStatus::Waitlisted,
    TrainingEnrollmentStatus::Attended,
    TrainingEnrollmentStatus::Excused,
];
/// States in which a learner does not take part.
const OUT: [TrainingEnrollmentStatus; 2] = [TrainingEnrollmentStatus::Cancelled, TrainingEnrollmentStatus::Excused];

/// The enrollments of an area and, with `own`, the caller's and those of their organization's learners.
fn within(scope: &Authorized<TrainingEnrollments>, area: &AccessArea, own: bool) -> Base {
    use training_enrollments::dsl as e;
    let mut reached: Condition<e::training_enrollments> = scope_columns!(training_enrollments).within(area.subtrees());
    if !own {
        return e::training_enrollments.filter(reached);
    }
    reached = Box::new(reached.or(e::subject.eq(scope.actor.caller.clone()).assume_not_null()));
    if let Some(organization) = scope.organization() {
        reached = Box::new(reached.or(e::learner_id.eq_any(learners::ids_of(organization))));
    }
    e::training_enrollments.filter(reached)
}

/// What is shown of an enrollment: itself, and when its session is.
pub type Shown = (TrainingEnrollmentFields, SessionTimes);

/// The columns of `Shown`. The session is looked up by its key, whatever way the enrollments are found.
#[dsl::auto_type]
fn shown() -> _ {
    let own = sessions::id.eq(training_enrollments::session_id);
    let fields: dsl::AsSelect<TrainingEnrollmentFields, Pg> = TrainingEnrollmentFields::as_select();
    (
        fields,
        (
            sessions::table.filter(own).select(sessions::jurisdiction).single_value().assume_not_null(),
            sessions::table.filter(own).select(sessions::status).single_value().assume_not_null(),
            sessions::table.filter(own).select(sessions::starts_at).single_value().assume_not_null(),
            sessions::table.filter(own).select(sessions::ends_at).single_value().assume_not_null(),
            sessions::table.filter(own).select(sessions::check_in_opens_at).single_value().assume_not_null(),
            sessions::table.filter(own).select(sessions::check_in_closes_at).single_value().assume_not_null(),
        ),
    )
}

pub async fn find(db: &Db, scope: &Authorized<TrainingEnrollments>, id: Uuid) -> Result<Shown, Problem> {
    let found = within(scope, &scope.area, true).filter(training_enrollments::id.eq(id)).select(shown());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Enrollments, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<TrainingEnrollments>,
    filter: TrainingEnrollmentFilter,
    keyset: Keyset,
) -> Result<Vec<Shown>, Problem> {
    use training_enrollments::dsl as e;
    let area = scope.narrowed(filter.r#in);
    let reached = within(scope, &area, area.lists_own() || filter.learner_id.is_some());
    let mut query = reached.select(shown()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(training_enrollments).within(&[code])),
        filter.status.map(|states| one_of(e::status, states)),
        filter.session_id.map(|id| condition(e::session_id.eq(id))),
        filter.training_id.map(|id| condition(e::training_id.eq(id))),
        filter.learner_id.map(|id| condition(e::learner_id.eq(id))),
        filter.organization_id.map(|id| condition(e::learner_id.eq_any(learners::ids_of(id)))),
        filter.mandatory.map(|wanted| condition(e::mandatory.eq(wanted))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, training_enrollments, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The sessions of a calendar: from a month ago on, those in which the person or the organization has seats.
pub async fn calendar(
    db: &Db,
    scope: &Authorized<TrainingEnrollments>,
    whose: TrainingCalendarParams,
) -> Result<Vec<TrainingSessionFields>, Problem> {
    use training_enrollments::dsl as e;
    let wanted: [Option<Condition<e::training_enrollments>>; 3] = [
        whose.learner_id.map(|id| condition(e::learner_id.eq(id))),
        whose.organization_id.map(|id| condition(e::learner_id.eq_any(learners::ids_of(id)))),
        (whose.learner_id.is_none() && whose.organization_id.is_none())
            .then(|| condition(e::subject.eq(scope.actor.caller.clone()).assume_not_null())),
    ];
    // Calendars must learn that a session was called off, which cancels its enrollments.
    let gone = sessions::table.filter(sessions::status.eq(TrainingSessionStatus::Cancelled)).select(sessions::id);
    let called_off = e::status.eq(TrainingEnrollmentStatus::Cancelled).and(e::settled_at.is_not_null());
    let called_off = called_off.and(e::session_id.eq_any(gone));
    let seat = e::status.ne_all(OUT).and(e::status.ne(TrainingEnrollmentStatus::Waitlisted));
    let mut seated = within(scope, &scope.area, true).filter(seat.or(called_off)).select(e::session_id).into_boxed();
    for wanted in wanted.into_iter().flatten() {
        seated = seated.filter(wanted);
    }
    let recent = sessions::starts_at.ge(scope.now - TimeDelta::days(31));
    let found = sessions::table.filter(sessions::id.eq_any(seated).and(recent));
    let found = found.order((sessions::starts_at, sessions::id)).limit(1000).select(TrainingSessionFields::as_select());
    db.read(async |mut connection| found.load(&mut connection).await).await
}

/// Stores new enrollments, sent at once.
pub async fn insert(tx: &Tx, new: &[TrainingEnrollmentFields]) -> Result<(), Problem> {
    let each =
        new.iter().map(|one| async move { one.insert_into(training_enrollments::table).execute(&mut tx.connection()).await });
    try_join_all(each).await.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("training_enrollments_once_unique", "/learner_id", &codes::ENROLLED),
    ("training_enrollments_one_open_unique", "/learner_id", &codes::ENROLLED),
];

/// An enrollment that the scope reaches, locked.
pub async fn lock(tx: &Tx, scope: &Authorized<TrainingEnrollments>, id: Uuid) -> Result<TrainingEnrollmentFields, Problem> {
    let found = within(scope, &scope.area, true).filter(training_enrollments::id.eq(id));
    Ok(found.select(TrainingEnrollmentFields::as_select()).for_update().first(&mut tx.connection()).await?)
}

impl Stored for TrainingEnrollmentFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(training_enrollments::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The session of an enrollment that the scope reaches.
pub async fn session_of(tx: &Tx, scope: &Authorized<TrainingEnrollments>, id: Uuid) -> Result<Uuid, Problem> {
    let found = within(scope, &scope.area, true).filter(training_enrollments::id.eq(id)).select(training_enrollments::session_id);
    Ok(found.first(&mut tx.connection()).await?)
}

/// Gives up seats for a moment, so that others can take their places in the same transaction, which stores them anew.
pub async fn make_room(tx: &Tx, seats: &[TrainingEnrollmentFields]) -> Result<(), Problem> {
    use training_enrollments::dsl as e;
    let ids: Vec<_> = seats.iter().map(|seat| seat.id).collect();
    let given_up = diesel::update(e::training_enrollments.filter(e::id.eq_any(ids)));
    given_up.set(e::status.eq(TrainingEnrollmentStatus::Cancelled)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Every enrollment of two learners with the times of its session, locked.
pub async fn of_both(tx: &Tx, learners: [Uuid; 2]) -> Result<Vec<Shown>, Problem> {
    let found = training_enrollments::table.filter(training_enrollments::learner_id.eq_any(learners));
    let found = found.order(training_enrollments::id).select(shown());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// Those of the learners who are enrolled in a session.
pub async fn enrolled(tx: &Tx, session: Uuid, learners: &[Uuid]) -> Result<Vec<Uuid>, Problem> {
    use training_enrollments::dsl as e;
    let here = e::session_id.eq(session).and(e::status.ne_all(OUT));
    let found = e::training_enrollments.filter(here.and(e::learner_id.eq_any(learners.to_vec())));
    Ok(found.select(e::learner_id).load(&mut tx.connection()).await?)
}

/// Those of the learners who take a course in another session that is not over.
pub async fn busy(tx: &Tx, training: Uuid, session: Uuid, learners: &[Uuid]) -> Result<Vec<Uuid>, Problem> {
    use training_enrollments::dsl as e;
    let elsewhere = e::training_id.eq(training).and(e::session_id.ne(session)).and(e::settled_at.is_null());
    let taking = elsewhere.and(e::status.ne_all(OUT)).and(e::learner_id.eq_any(learners.to_vec()));
    Ok(e::training_enrollments.filter(taking).select(e::learner_id).load(&mut tx.connection()).await?)
}

/// Those of the learners who take part in another session at the time of this one: in one that is not over, or, with
/// `counted`, in one whose hours count.
pub async fn elsewhere(tx: &Tx, session: &TrainingSessionFields, learners: &[Uuid], counted: bool) -> Result<Vec<Uuid>, Problem> {
    use training_enrollments::dsl as e;
    let meanwhile = sessions::starts_at.lt(session.ends_at).and(sessions::ends_at.gt(session.starts_at));
    let meanwhile = meanwhile.and(sessions::id.ne(session.id)).and(sessions::status.ne(TrainingSessionStatus::Cancelled));
    let others = sessions::table.filter(meanwhile).filter(sessions::id.eq(e::session_id));
    let taking: Condition<e::training_enrollments> = match counted {
        true => condition(e::hours.gt(0)),
        // Of the same course there is another rule.
        false => condition(e::settled_at.is_null().and(e::status.ne_all(OUT)).and(e::training_id.ne(session.training_id))),
    };
    let found = e::training_enrollments.filter(e::learner_id.eq_any(learners.to_vec())).filter(taking);
    Ok(found.filter(dsl::exists(others)).select(e::learner_id).distinct().load(&mut tx.connection()).await?)
}

/// Those who are next in the queue of a locked session, but for one: the obliged first, then in the order of enrollment.
pub async fn queue(tx: &Tx, session: Uuid, but: Option<Uuid>, seats: i32) -> Result<Vec<TrainingEnrollmentFields>, Problem> {
    use training_enrollments::dsl as e;
    let waiting = e::session_id.eq(session).and(e::status.eq(TrainingEnrollmentStatus::Waitlisted));
    let found = e::training_enrollments.filter(waiting.and(e::id.nullable().is_distinct_from(but)));
    let found = found.order((e::mandatory.desc(), e::id)).limit(seats.into()).select(TrainingEnrollmentFields::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// The enrollments of a session whose results are open.
pub async fn open_results(tx: &Tx, session: Uuid, due: &Due) -> Result<Vec<TrainingEnrollmentFields>, Problem> {
    use training_enrollments::dsl as e;
    let open = e::session_id.eq(session).and(e::settled_at.is_null()).and(e::status.eq_any(OPEN));
    let found = e::training_enrollments.filter(open).filter(due.may_try("training_enrollments.id"));
    // In the order in which the learners are locked.
    let found = found.order((e::learner_id, e::id)).limit(due.limit).select(TrainingEnrollmentFields::as_select());
    Ok(found.load(&mut tx.connection()).await?)
}

/// The condition that results of a session are open; with `due`, such as may be tried now.
pub fn has_open_result(due: Option<Due>) -> Condition<sessions::table> {
    use training_enrollments::dsl as e;
    let open = e::session_id.eq(sessions::id).and(e::settled_at.is_null()).and(e::status.eq_any(OPEN));
    let found = e::training_enrollments.filter(open);
    match due {
        Some(due) => condition(dsl::exists(found.filter(due.may_try("training_enrollments.id")))),
        None => condition(dsl::exists(found)),
    }
}

/// An enrollment that another record names, locked.
pub async fn locked(tx: &Tx, id: Uuid) -> Result<TrainingEnrollmentFields, Problem> {
    let found = training_enrollments::table.find(id).select(TrainingEnrollmentFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await?)
}

/// The learner of an enrollment that the scope reaches.
pub async fn learner_of(tx: &Tx, scope: &Authorized<TrainingEnrollments>, id: Uuid) -> Result<Uuid, Problem> {
    let found = within(scope, &scope.area, true).filter(training_enrollments::id.eq(id)).select(training_enrollments::learner_id);
    Ok(found.first(&mut tx.connection()).await?)
}

/// The enrollment by which a learner takes part in a session that is not over.
pub async fn open_of(tx: &Tx, session: Uuid, learner: Uuid) -> Result<Option<Uuid>, Problem> {
    use training_enrollments::dsl as e;
    let here = e::session_id.eq(session).and(e::learner_id.eq(learner)).and(e::status.ne_all(OUT)).and(e::settled_at.is_null());
    Ok(e::training_enrollments.filter(here).select(e::id).first(&mut tx.connection()).await.optional()?)
}

/// Enrollments from which it follows whether there is a certificate, locked; what another instance works on is passed
/// over.
pub async fn claim_certificate(tx: &Tx, due: &Due) -> Result<Vec<TrainingEnrollmentFields>, Problem> {
    use training_enrollments::dsl as e;
    let found = e::training_enrollments.filter(e::certificate_due).filter(due.may_try("training_enrollments.id"));
    let found = found.order(e::id).limit(due.limit).select(TrainingEnrollmentFields::as_select());
    Ok(found.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The certificate follows from the result now. It makes no new version.
pub async fn certified(tx: &Tx, id: Uuid) -> Result<(), Problem> {
    use training_enrollments::dsl as e;
    diesel::update(e::training_enrollments.find(id)).set(e::certificate_due.eq(false)).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The sessions in which a caller has a seat and that are not over.
pub async fn to_attend(connection: &AsyncPgConnection, caller: &str) -> QueryResult<Vec<TrainingSessionFields>> {
    use training_enrollments::dsl as e;
    let mut connection = connection;
    let mine = e::subject.eq(caller.to_owned()).assume_not_null().and(e::status.eq(TrainingEnrollmentStatus::Confirmed));
    let seated = e::training_enrollments.filter(mine).select(e::session_id);
    let open = sessions::status.eq_any([TrainingSessionStatus::Enrolling, TrainingSessionStatus::InProgress]);
    let found = sessions::table.filter(sessions::id.eq_any(seated).and(open));
    let found = found.order((sessions::starts_at, sessions::id)).limit(201).select(TrainingSessionFields::as_select());
    found.load(&mut connection).await
}

/// The next enrollments in a jurisdiction of which something is open, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<TrainingEnrollmentFields>, Problem> {
    use training_enrollments::dsl as e;
    let examined = e::status.eq(TrainingEnrollmentStatus::Attended).or(e::certificate_due);
    let open = e::settled_at.is_null().and(e::status.eq_any(OPEN)).or(examined);
    let found = e::training_enrollments.filter(scope_columns!(training_enrollments).within(&[way.from])).filter(open);
    let found = found.select(TrainingEnrollmentFields::as_select());
    Ok(next_to_move!(found, training_enrollments, way).load(&mut tx.connection()).await?)
}
