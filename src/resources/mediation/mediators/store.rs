//! The only file that names the `mediators` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::model::{DirectoryMediator, DirectoryMediatorFilter, MediatorFields, MediatorFilter, MediatorStatus};
use crate::access::area::AccessArea;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::{Directory, Mediators};
use crate::access::privacy::phone_digits;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::json_value::JsonList;
use crate::db::lock;
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::mediators;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::training::learners::hours::{Hours, YearHours};
use crate::resources::training::learners::store::columns as people;

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::mediators::{id, status, subject, table};
}

/// The mediators of an area, and the caller's own entries.
fn within(scope: &Authorized<Mediators>, area: &AccessArea) -> dsl::Filter<mediators::table, Condition<mediators::table>> {
    let mut reached: Condition<mediators::table> = scope_columns!(mediators).within(area.subtrees());
    if let Some(caller) = scope.own() {
        reached = Box::new(reached.or(mediators::subject.eq(caller.to_owned()).assume_not_null()));
    }
    mediators::table.filter(reached)
}

pub async fn find(db: &Db, scope: &Authorized<Mediators>, id: Uuid) -> Result<MediatorFields, Problem> {
    let found = within(scope, &scope.area).filter(mediators::id.eq(id)).select(MediatorFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Mediators, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Mediators>,
    filter: MediatorFilter,
    keyset: Keyset,
) -> Result<Vec<MediatorFields>, Problem> {
    let mut query = within(scope, &scope.narrowed(filter.r#in)).select(MediatorFields::as_select()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(mediators).within(&[code])),
        filter.organization_id.map(|id| condition(mediators::organization_id.eq(id))),
        filter.status.map(|states| one_of(mediators::status, states)),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, mediators, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The active mediators of the caller's jurisdictions and of the levels above, as the directory tells of them, in the same
/// order. They are few: one condition serves for all.
pub async fn directory(
    db: &Db,
    scope: &Authorized<Directory>,
    filter: DirectoryMediatorFilter,
    keyset: Keyset,
) -> Result<Vec<DirectoryMediator>, Problem> {
    let area = scope.narrowed(filter.r#in);
    let here: Condition<mediators::table> = scope_columns!(mediators).within(area.subtrees());
    // A committee posts who mediates for it: whoever knows the committee may ask.
    let reached: Condition<mediators::table> = match filter.organization_id {
        Some(committee) => condition(mediators::organization_id.eq(committee)),
        None => Box::new(here.or(mediators::jurisdiction.eq_any(area.above()))),
    };
    let found = mediators::table.filter(reached);
    let mut query =
        found.filter(mediators::status.eq(MediatorStatus::Active)).select(DirectoryMediator::as_select()).into_boxed();
    query = query.filter(force_custom_plan());
    let query = newest_first!(query, mediators, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn insert(tx: &Tx, new: &MediatorFields) -> Result<(), Problem> {
    let done = new.insert_into(mediators::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("mediators_subject_unique", "/subject", &codes::TAKEN)];

impl LockInScope for MediatorFields {
    type Resource = Mediators;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Mediators>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope, &scope.area).filter(mediators::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for MediatorFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(mediators::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// Every entry of a learner, locked.
pub async fn of_learner(tx: &Tx, learner: Uuid) -> Result<Vec<MediatorFields>, Problem> {
    let found = mediators::table.filter(mediators::learner_id.eq(learner).assume_not_null()).order(mediators::id);
    Ok(found.select(MediatorFields::as_select()).for_update().load(&mut tx.connection()).await?)
}

/// The active mediators of a committee. What changes its members waits for each other.
pub async fn of_committee(tx: &Tx, organization: Uuid) -> Result<Vec<MediatorFields>, Problem> {
    lock::hold(tx.connection(), &format!("mediators.{organization}")).await?;
    active_of(organization).select(MediatorFields::as_select()).load(&mut tx.connection()).await.map_err(Problem::from)
}

#[dsl::auto_type(no_type_alias)]
fn active_of(organization: Uuid) -> _ {
    let here: MediatorStatus = MediatorStatus::Active;
    let active = mediators::organization_id.eq(organization).and(mediators::status.eq(here));
    mediators::table.filter(active).order((mediators::name, mediators::id))
}

/// The active mediators of a committee with their hours of training, for a caller who was checked at what they are needed for.
pub async fn able(connection: &AsyncPgConnection, organization: Uuid) -> QueryResult<Vec<(MediatorFields, Option<Hours>)>> {
    let mut connection = connection;
    let found = active_of(organization).left_join(people::table);
    found.select((MediatorFields::as_select(), people::hours.nullable())).load(&mut connection).await
}

/// The hours of training of a mediator who was checked at what they are needed for.
pub async fn hours(connection: &AsyncPgConnection, id: Uuid) -> QueryResult<Hours> {
    let mut connection = connection;
    let found = mediators::table.left_join(people::table).filter(mediators::id.eq(id)).select(people::hours.nullable());
    Ok(found.first::<Option<_>>(&mut connection).await.optional()?.flatten().unwrap_or_default())
}

/// The ids of a committee's mediators, to be looked for in another table.
#[dsl::auto_type(no_type_alias)]
pub fn ids_of(organization: Uuid) -> _ {
    mediators::table.filter(mediators::organization_id.eq(organization)).select(mediators::id.nullable())
}

/// The next active mediators of a jurisdiction, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<MediatorFields>, Problem> {
    let open = mediators::status.eq(MediatorStatus::Active);
    let found =
        mediators::table.filter(scope_columns!(mediators).within(&[way.from])).filter(open).select(MediatorFields::as_select());
    Ok(next_to_move!(found, mediators, way).load(&mut tx.connection()).await?)
}

/// True when a learner is an active mediator of another entry too.
pub async fn mediates_elsewhere(tx: &Tx, learner: Uuid, but: Uuid) -> Result<bool, Problem> {
    let active = mediators::status.eq(MediatorStatus::Active).and(mediators::id.ne(but));
    let others = mediators::table.filter(mediators::learner_id.eq(learner).assume_not_null().and(active));
    Ok(diesel::select(dsl::exists(others)).get_result(&mut tx.connection()).await?)
}

/// Active mediators who are no learners yet, locked; what another instance works on is passed over.
pub async fn claim_unregistered(tx: &Tx, due: &Due) -> Result<Vec<MediatorFields>, Problem> {
    let waiting = mediators::learner_id.is_null().and(mediators::status.eq(MediatorStatus::Active));
    let found = mediators::table.filter(waiting).filter(due.may_try("mediators.id")).order(mediators::id).limit(due.limit);
    Ok(found.select(MediatorFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The hours of training that were recorded by hand.
pub async fn recorded_hours(tx: &Tx, id: Uuid) -> Result<JsonList<YearHours>, Problem> {
    Ok(mediators::table.find(id).select(mediators::training_hours).first(&mut tx.connection()).await?)
}

/// Every entry of the person whom an entry is about, by name and phone number: somebody may mediate for two committees. Whoever
/// plans their time waits for each other.
pub async fn entries_of(tx: &Tx, id: Uuid) -> Result<Vec<Uuid>, Problem> {
    let MediatorFields { name, phone, .. } = known(tx, id).await?;
    let number = phone_digits(&phone);
    lock::hold(tx.connection(), &format!("mediators.{number}")).await?;
    let alike = mediators::table.filter(mediators::name.eq(name)).select((mediators::id, mediators::phone));
    let alike: Vec<(Uuid, String)> = alike.load(&mut tx.connection()).await?;
    Ok(alike.into_iter().filter(|(_, phone)| phone_digits(phone) == number).map(|(id, _)| id).collect())
}

/// A mediator that another record names.
pub async fn known(tx: &Tx, id: Uuid) -> Result<MediatorFields, Problem> {
    Ok(mediators::table.find(id).select(MediatorFields::as_select()).first(&mut tx.connection()).await?)
}
