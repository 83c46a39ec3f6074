//! The only file that names the `certificates` table; every query begins with `within`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{CertificateFields, CertificateFilter, CertificateStage, CertificateStatus};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, scope_columns};
use crate::access::permissions::resource::Certificates;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::certificates;
use crate::http::problem::Problem;
use crate::resources::training::learners::store as learners;
use crate::resources::training::trainings::store as trainings;

/// The certificates of an area and, with `own`, the caller's.
fn within(
    scope: &Authorized<Certificates>,
    area: &AccessArea,
    own: bool,
) -> dsl::Filter<certificates::table, Condition<certificates::table>> {
    let mut reached: Condition<certificates::table> = scope_columns!(certificates).within(area.subtrees());
    if own {
        reached = Box::new(reached.or(certificates::subject.eq(scope.actor.caller.clone()).assume_not_null()));
    }
    certificates::table.filter(reached)
}

/// What certificates are worth on a day: the same as `CertificateFields::status_on`.
fn is_worth(status: CertificateStatus, day: NaiveDate) -> Condition<certificates::table> {
    use certificates::dsl as c;
    let issued = c::stage.eq(CertificateStage::Issued);
    match status {
        CertificateStatus::Valid => condition(issued.and(c::expires_on.is_null().or(c::expires_on.ge(day).assume_not_null()))),
        CertificateStatus::Expired => condition(issued.and(c::expires_on.lt(day).assume_not_null())),
        CertificateStatus::Renewed => condition(c::stage.eq(CertificateStage::Renewed)),
        CertificateStatus::Revoked => condition(c::stage.eq(CertificateStage::Revoked)),
    }
}

pub async fn find(db: &Db, scope: &Authorized<Certificates>, id: Uuid) -> Result<CertificateFields, Problem> {
    let found = within(scope, &scope.area, true).filter(certificates::id.eq(id)).select(CertificateFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// The certificate with a code, for whoever knows that.
pub async fn coded(db: &Db, code: &str) -> Result<CertificateFields, Problem> {
    let found = certificates::table.filter(certificates::code.eq(code.to_owned())).select(CertificateFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Certificates, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Certificates>,
    filter: CertificateFilter,
    keyset: Keyset,
) -> Result<Vec<CertificateFields>, Problem> {
    use certificates::dsl as c;
    let area = scope.narrowed(filter.r#in);
    let reached = within(scope, &area, area.lists_own() || filter.learner_id.is_some());
    let mut query = reached.select(CertificateFields::as_select()).into_boxed();
    let any = |all: Condition<c::certificates>, next| -> Condition<c::certificates> { Box::new(all.or(next)) };
    let worth = |states: Vec<_>| states.into_iter().map(|one| is_worth(one, scope.today())).reduce(any);
    let wanted = [
        filter.r#in.map(|code| scope_columns!(certificates).within(&[code])),
        filter.status.and_then(worth),
        filter.learner_id.map(|id| condition(c::learner_id.eq(id))),
        filter.training_id.map(|id| condition(c::training_id.eq(id))),
        filter.expires_by.map(|day| condition(c::expires_on.le(day).assume_not_null())),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, certificates, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// True when a number is written already.
pub async fn is_numbered(tx: &Tx, number: &str) -> Result<bool, Problem> {
    let same = certificates::table.filter(certificates::number.eq(number));
    Ok(diesel::select(dsl::exists(same)).get_result(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &CertificateFields) -> Result<(), Problem> {
    new.insert_into(certificates::table).execute(&mut tx.connection()).await?;
    Ok(())
}

impl LockInScope for CertificateFields {
    type Resource = Certificates;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Certificates>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope, &scope.area, true).filter(certificates::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for CertificateFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        diesel::update(certificates::table.find(self.id)).set(self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}

/// What a learner holds of a course, locked.
pub async fn held(tx: &Tx, learner: Uuid, training: Uuid) -> Result<Vec<CertificateFields>, Problem> {
    use certificates::dsl as c;
    let here = c::learner_id.eq(learner).and(c::training_id.eq(training)).and(c::stage.ne(CertificateStage::Revoked));
    let found = c::certificates.filter(here).order(c::id).select(CertificateFields::as_select());
    Ok(found.for_update().load(&mut tx.connection()).await?)
}

/// Every certificate of a learner, locked.
pub async fn of_learner(tx: &Tx, learner: Uuid) -> Result<Vec<CertificateFields>, Problem> {
    let found = certificates::table.filter(certificates::learner_id.eq(learner)).order(certificates::id);
    Ok(found.select(CertificateFields::as_select()).for_update().load(&mut tx.connection()).await?)
}

/// The expired certificates of a caller, and those of learners of jurisdictions themselves, whose renewal is not under way.
/// Whoever has left needs none, and a course that is held no more renews none.
pub async fn to_renew(
    connection: &AsyncPgConnection,
    caller: &str,
    places: &[JurisdictionCode],
    today: NaiveDate,
) -> QueryResult<Vec<CertificateFields>> {
    use certificates::dsl as c;
    let mut connection = connection;
    let mine = c::subject.eq(caller.to_owned()).assume_not_null().or(c::jurisdiction.eq_any(places.to_vec()));
    let open = c::renewal_id.is_null().and(is_worth(CertificateStatus::Expired, today));
    let open = open.and(c::learner_id.eq_any(learners::active_ids())).and(c::training_id.eq_any(trainings::published_ids()));
    let found = c::certificates.filter(mine.and(open)).order((c::expires_on, c::id)).limit(201);
    found.select(CertificateFields::as_select()).load(&mut connection).await
}

/// The next certificates of a jurisdiction's learners that were not revoked, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<CertificateFields>, Problem> {
    let open = certificates::stage.ne(CertificateStage::Revoked);
    let found = certificates::table
        .filter(scope_columns!(certificates).within(&[way.from]))
        .filter(open)
        .select(CertificateFields::as_select());
    Ok(next_to_move!(found, certificates, way).load(&mut tx.connection()).await?)
}
