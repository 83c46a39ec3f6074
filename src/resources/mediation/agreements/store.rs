//! The only file that names the `agreements` table; every query begins with `within`.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{AgreementFields, AgreementFilter};
use super::states::AgreementStatus;
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, HANDLER, condition, force_custom_plan, one_of, scope_columns};
use crate::access::permissions::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::agreements;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::disputes::parties::GuestKind;
use crate::resources::disputes::store as disputes;
use crate::resources::disputes::store::parties::columns as party;
use crate::resources::mediation::mediations::states::MediationStatus;
use crate::resources::mediation::mediations::store as mediations;

/// The agreements of an area, those of mediations that the caller mediates, that are about their dispute, or in which
/// their organization has a part.
fn within(scope: &Authorized<Agreements>, area: &AccessArea) -> dsl::Filter<agreements::table, Condition<agreements::table>> {
    use agreements::dsl as a;
    let mut reached: Condition<a::agreements> = scope_columns!(agreements).within(area.subtrees());
    if let Some((caller, places)) = scope.assigned() {
        let given = a::mediation_id.eq_any(mediations::mediated_by(caller.to_owned()));
        reached = Box::new(reached.or(given.and(scope_columns!(agreements).within(places))));
    }
    if let Some(caller) = scope.own() {
        let party = a::dispute_id.eq_any(dsl::array::<SqlUuid, _>(disputes::cases_of_guest(caller.to_owned(), GuestKind::Party)));
        reached = Box::new(reached.or(a::applicant_subject.eq(caller.to_owned())).or(party));
    }
    if let Some(organization) = scope.organization() {
        reached = Box::new(
            reached.or(a::dispute_id
                .eq_any(dsl::array::<SqlUuid, _>(disputes::cases_of_guest(organization.to_string(), GuestKind::Organization)))),
        );
    }
    a::agreements.filter(reached)
}

/// An agreement, and the positions of those of its parties that the caller or their organization is.
pub async fn find(db: &Db, scope: &Authorized<Agreements>, id: Uuid) -> Result<(AgreementFields, Vec<i16>), Problem> {
    let found = within(scope, &scope.area).filter(agreements::id.eq(id)).select(AgreementFields::as_select());
    let dispute = agreements::table.filter(agreements::id.eq(id)).select(agreements::dispute_id);
    let own = party::table.filter(party::dispute_id.eq_any(dispute)).filter(disputes::parties::is(scope)).order(party::position);
    let own = own.select(party::position);
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(found.first(&mut first), own.load(&mut second))
    };
    db.read(work).await
}

/// Agreements, the latest change first, one more than asked for, and the seats of the caller.
pub async fn list(
    db: &Db,
    scope: &Authorized<Agreements>,
    filter: AgreementFilter,
    keyset: Keyset,
) -> Result<(Vec<AgreementFields>, Vec<(Uuid, i16)>), Problem> {
    let mut query = within(scope, &scope.narrowed(filter.r#in)).select(AgreementFields::as_select()).into_boxed();
    let wanted = [
        filter.r#in.map(|code| scope_columns!(agreements).within(&[code])),
        filter.status.map(|states| one_of(agreements::status, states)),
        filter.dispute_id.map(|id| condition(agreements::dispute_id.eq(id))),
        filter.mediation_id.map(|id| condition(agreements::mediation_id.eq(id))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, agreements, keyset);
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(query.load(&mut first), disputes::parties::seats_of(connection, &scope.actor.caller))
    };
    db.read(work).await
}

/// True when a number is written already.
pub async fn is_numbered(tx: &Tx, number: &str) -> Result<bool, Problem> {
    let same = agreements::table.filter(agreements::number.eq(number));
    Ok(diesel::select(dsl::exists(same)).get_result(&mut tx.connection()).await?)
}

pub async fn insert(tx: &Tx, new: &AgreementFields) -> Result<(), Problem> {
    let done = new.insert_into(agreements::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("agreements_one_of_mediation_unique", "/mediation_id", &codes::TAKEN)];

impl LockInScope for AgreementFields {
    type Resource = Agreements;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Agreements>, id: Uuid) -> Result<Self, Problem> {
        let found = within(scope, &scope.area).filter(agreements::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for AgreementFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(agreements::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// What is not yet signed by all, of the open mediations of a person and their organization.
pub async fn to_sign(
    connection: &AsyncPgConnection,
    person: &str,
    organization: Option<Uuid>,
) -> QueryResult<Vec<AgreementFields>> {
    use agreements::dsl as a;
    let early = a::status.eq_any([AgreementStatus::Draft, AgreementStatus::Signing]);
    let open = mediations::ids_of_party(person, organization, &MediationStatus::OPEN);
    let query = a::agreements.filter(early).filter(a::mediation_id.eq_any(open));
    let mut connection = connection;
    query.order(a::id).limit(201).select(AgreementFields::as_select()).load(&mut connection).await
}

/// What is in force between a person, or their organization, and others, and is not done with.
pub async fn to_keep(
    connection: &AsyncPgConnection,
    person: &str,
    organization: Option<Uuid>,
) -> QueryResult<Vec<AgreementFields>> {
    use agreements::dsl as a;
    let in_force = [AgreementStatus::Effective, AgreementStatus::Performing, AgreementStatus::Defaulted];
    let agreed = mediations::ids_of_party(person, organization, &[MediationStatus::Agreed]);
    let query = a::agreements.filter(a::status.eq_any(in_force)).filter(a::mediation_id.eq_any(agreed));
    let mut connection = connection;
    query.order((a::next_step_at, a::id)).limit(201).select(AgreementFields::as_select()).load(&mut connection).await
}

/// As the index says it.
const TO_DO: &str = "status <> 'rescinded' AND (status <> 'performed' OR visit_note IS NULL OR confirmation->>'status' IN ('applied', 'accepted'))";

/// What is not yet done with and was mediated by somebody, or belongs to offices that somebody works for, and whether all
/// parties and the mediator have signed it.
pub async fn to_follow(
    connection: &AsyncPgConnection,
    caller: &str,
    offices: &[JurisdictionCode],
) -> QueryResult<Vec<(AgreementFields, bool)>> {
    use agreements::dsl as a;
    let mut connection = connection;
    let handler = dsl::sql::<diesel::sql_types::Text>(HANDLER);
    let mine = handler.eq_any(offices.to_vec()).or(a::mediation_id.eq_any(mediations::mediated_by(caller.to_owned())));
    let to_do = dsl::sql::<diesel::sql_types::Bool>(TO_DO);
    let query = a::agreements.filter(mine).filter(to_do).order((a::next_step_at, a::id)).limit(201);
    let signed = format!("jsonb_array_length(agreements.signatures) > {}", mediations::PARTIES_OF_AGREEMENT);
    let signed = dsl::sql::<diesel::sql_types::Bool>(&signed);
    query.select((AgreementFields::as_select(), signed)).load(&mut connection).await
}

/// All agreements about a dispute, for whoever exports its case file.
pub async fn of_dispute(tx: &Tx, dispute: Uuid) -> Result<Vec<AgreementFields>, Problem> {
    let found = agreements::table.filter(agreements::dispute_id.eq(dispute)).order(agreements::id);
    Ok(found.select(AgreementFields::as_select()).load(&mut tx.connection()).await?)
}

/// What is still to be done in a jurisdiction, the next of it, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<AgreementFields>, Problem> {
    let place = way.part(scope_columns!(agreements).within(&[way.from]), |ids| {
        condition(agreements::dispute_id.eq_any(disputes::of_estates(ids)))
    });
    let found = agreements::table
        .filter(place)
        .filter(agreements::status.ne_all([AgreementStatus::Performed, AgreementStatus::Rescinded]))
        .select(AgreementFields::as_select());
    Ok(next_to_move!(found, agreements, way).load(&mut tx.connection()).await?)
}

/// The agreements whose time has come first, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<AgreementFields>, Problem> {
    let found = agreements::table.filter(agreements::next_step_at.le(due.now).assume_not_null());
    let found = found.filter(due.may_try("agreements.id")).order(agreements::next_step_at).limit(due.limit);
    Ok(found.select(AgreementFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// Agreements that are not in force and whose mediations are over, locked; what another instance works on is passed over.
pub async fn claim_orphaned(tx: &Tx, due: &Due) -> Result<Vec<AgreementFields>, Problem> {
    let draft = agreements::status.eq_any([AgreementStatus::Draft, AgreementStatus::Signing]);
    let found = agreements::table
        .filter(draft)
        .filter(agreements::mediation_id.eq_any(mediations::failed()))
        .filter(due.may_try("agreements.id"));
    let found = found.order(agreements::id).limit(due.limit).select(AgreementFields::as_select());
    Ok(found.for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// True when a later agreement about the same dispute is in force.
pub async fn is_outdated(tx: &Tx, agreement: &AgreementFields) -> Result<bool, Problem> {
    use agreements::dsl as a;
    let others = a::agreements.filter(a::dispute_id.eq(agreement.dispute_id)).filter(a::created_at.gt(agreement.created_at));
    let in_force = others.filter(a::effective_on.is_not_null().and(a::status.ne(AgreementStatus::Rescinded)));
    Ok(diesel::select(dsl::exists(in_force)).get_result(&mut tx.connection()).await?)
}
