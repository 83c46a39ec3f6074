//! The tables of parties and guests: who has a part in a dispute that was reached, and who else sees it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, scope_columns};
use crate::changes::write::Tx;
use crate::db::schema::{dispute_guests, dispute_parties, disputes};
use crate::http::problem::Problem;
use crate::resources::disputes::parties::{Guest, GuestKind, Party, PartyKind, PartyRole};
use crate::resources::disputes::states::Status;

/// Adds a party.
pub async fn insert(tx: &Tx, dispute: Uuid, party: &Party) -> QueryResult<()> {
    let row = (dispute_parties::dispute_id.eq(dispute), party);
    diesel::insert_into(dispute_parties::table).values(row).execute(&mut tx.connection()).await.map(drop)
}

/// Stores a party as it is now.
pub async fn save(tx: &Tx, dispute: Uuid, party: &Party) -> Result<(), Problem> {
    let target = dispute_parties::table.find((dispute, party.position));
    // A code that was handed over before is for somebody who was put down otherwise.
    let row = (party, dispute_parties::links.eq(dispute_parties::links + 1));
    diesel::update(target).set(row).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Takes a party out.
pub async fn remove(tx: &Tx, dispute: Uuid, position: i16) -> Result<(), Problem> {
    diesel::delete(dispute_parties::table.find((dispute, position))).execute(&mut tx.connection()).await?;
    Ok(())
}

/// How a party is linked to the sign-in of a person.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = dispute_parties)]
pub struct Link {
    pub position: i16,
    pub role: PartyRole,
    pub kind: PartyKind,
    pub subject: Option<String>,
    /// How often it was linked.
    pub links: i16,
}

/// How the parties of a dispute that was reached are linked.
pub async fn links(connection: &AsyncPgConnection, dispute: Uuid) -> QueryResult<Vec<Link>> {
    let parties = dispute_parties::table.filter(dispute_parties::dispute_id.eq(dispute)).order(dispute_parties::position);
    let mut connection = connection;
    parties.select(Link::as_select()).load(&mut connection).await
}

/// Links a party to the sign-in of a person.
pub async fn link(tx: &Tx, dispute: Uuid, link: &Link, subject: &str, now: DateTime<Utc>) -> Result<(), Problem> {
    use dispute_parties::dsl as p;
    let linked = (p::subject.eq(subject), p::linked_at.eq(now), p::links.eq(link.links.saturating_add(1)));
    let target = p::dispute_parties.find((dispute, link.position));
    diesel::update(target).set(linked).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Undoes it.
pub async fn unlink(tx: &Tx, dispute: Uuid, position: i16) -> Result<(), Problem> {
    use dispute_parties::dsl as p;
    let unlinked = (p::subject.eq(None::<String>), p::linked_at.eq(None::<DateTime<Utc>>));
    diesel::update(p::dispute_parties.find((dispute, position))).set(unlinked).execute(&mut tx.connection()).await?;
    Ok(())
}

/// The positions of those parties of a dispute that a person or their organization is.
pub async fn positions_of(connection: &AsyncPgConnection, dispute: Uuid, who: &Authority) -> QueryResult<Vec<i16>> {
    use dispute_parties::dsl as p;
    let found = p::dispute_parties.filter(p::dispute_id.eq(dispute)).filter(is(who)).order(p::position);
    let mut connection = connection;
    found.select(p::position).load(&mut connection).await
}

/// The organizations that are parties of a dispute which the caller reaches in a community, and which is not confidential; none
/// where there is no such dispute.
pub async fn organizations_of(
    tx: &Tx,
    who: &Authority,
    dispute: Uuid,
    community: JurisdictionCode,
) -> Result<Option<Vec<Uuid>>, Problem> {
    use dispute_parties::dsl as p;
    let here = scope_columns!(disputes).within(who.area.subtrees()).and(scope_columns!(disputes).within(&[community]));
    let over: Vec<_> = Status::ALL.iter().copied().filter(|status| status.is_over()).collect();
    let open = disputes::table.filter(here).filter(disputes::id.eq(dispute).and(disputes::confidential.eq(false)));
    let open = open.filter(disputes::status.ne_all(over));
    let known: i64 = open.count().get_result(&mut tx.connection()).await?;
    let named = p::dispute_parties.filter(p::dispute_id.eq(dispute)).filter(p::organization_id.is_not_null());
    let found = named.select(p::organization_id.assume_not_null()).load(&mut tx.connection()).await?;
    Ok((known == 1).then_some(found))
}

/// The names of the persons who are parties of these disputes.
pub async fn names_of(tx: &Tx, disputes: &[Uuid]) -> Result<Vec<String>, Problem> {
    use dispute_parties::dsl as p;
    let persons = p::dispute_parties.filter(p::dispute_id.eq_any(disputes.to_vec())).filter(p::kind.eq(PartyKind::Person));
    Ok(persons.select(p::name).distinct().load(&mut tx.connection()).await?)
}

/// Those of the disputes to which the caller or their organization is a party.
pub async fn concerning(tx: &Tx, disputes: &[Uuid], who: &Authority) -> Result<Vec<Uuid>, Problem> {
    use dispute_parties::dsl as p;
    let found = p::dispute_parties.filter(p::dispute_id.eq_any(disputes.to_vec())).filter(is(who));
    Ok(found.select(p::dispute_id).distinct().load(&mut tx.connection()).await?)
}

/// Which parties somebody is who has linked them, by dispute: few, since each took a code.
pub async fn seats_of(connection: &AsyncPgConnection, person: &str) -> QueryResult<Vec<(Uuid, i16)>> {
    use dispute_parties::dsl as p;
    let mine = p::dispute_parties.filter(p::subject.eq(person.to_owned()).assume_not_null()).order(p::dispute_id.desc());
    let mut connection = connection;
    mine.select((p::dispute_id, p::position)).limit(MOST_SEATS).load(&mut connection).await
}

/// The latest of them count.
const MOST_SEATS: i64 = 1000;

/// Those of the seats that belong to a dispute.
pub fn seats_in(seats: &[(Uuid, i16)], dispute: Uuid) -> Vec<i16> {
    seats.iter().filter(|(known, _)| *known == dispute).map(|(_, position)| *position).collect()
}

/// What the conditions of other slices join with.
pub mod columns {
    pub use crate::db::schema::dispute_parties::{dispute_id, position, table};
}

/// The condition that a party is the caller or their organization.
pub fn is(who: &Authority) -> Condition<dispute_parties::table> {
    is_one_of(&who.actor.caller, who.actor.organization)
}

/// The condition that a party is a person or an organization.
pub fn is_one_of(person: &str, organization: Option<Uuid>) -> Condition<dispute_parties::table> {
    let mine = dispute_parties::subject.eq(person.to_owned()).assume_not_null();
    match organization {
        Some(organization) => condition(mine.or(dispute_parties::organization_id.eq(organization).assume_not_null())),
        None => condition(mine),
    }
}

/// A guest of a dispute.
pub async fn guest(tx: &Tx, dispute: Uuid, guest: &str) -> Result<Option<Guest>, Problem> {
    let known = dispute_guests::table.find((guest, dispute)).select(Guest::as_select());
    Ok(known.first(&mut tx.connection()).await.optional()?)
}

/// Lets somebody see a case.
pub async fn invite(tx: &Tx, dispute: Uuid, guest: &Guest) -> Result<(), Problem> {
    let row = (
        dispute_guests::dispute_id.eq(dispute),
        dispute_guests::guest.eq(&guest.guest),
        dispute_guests::kind.eq(guest.kind),
        dispute_guests::name.eq(&guest.name),
        dispute_guests::reason.eq(&guest.reason),
        dispute_guests::invited_at.eq(guest.invited_at),
    );
    let insert = diesel::insert_into(dispute_guests::table).values(row).on_conflict_do_nothing();
    insert.execute(&mut tx.connection()).await?;
    Ok(())
}

/// Lets the mediator of a case see it.
pub async fn invite_mediator(
    tx: &Tx,
    dispute: Uuid,
    (subject, name): (String, String),
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let (kind, reason) = (GuestKind::Person, "mediator".to_owned());
    invite(tx, dispute, &Guest { kind, guest: subject, name: Some(name), reason, invited_at: now }).await
}

/// Takes the sight of a case back, which somebody has as a guest of this kind.
pub async fn uninvite(tx: &Tx, dispute: Uuid, guest: &str, kind: GuestKind) -> Result<(), Problem> {
    let target = dispute_guests::table.find((guest, dispute));
    diesel::delete(target.filter(dispute_guests::kind.eq(kind))).execute(&mut tx.connection()).await?;
    Ok(())
}
