//! Who has a part in a dispute, and who else sees it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::write::Tx;
use crate::db::schema::{dispute_guests, dispute_parties};
use crate::http::problem::Problem;
use crate::resources::disputes::parties::{Guest, GuestKind, Party};

/// Adds a party.
pub async fn insert(tx: &Tx, dispute: Uuid, party: &Party) -> QueryResult<()> {
    let row = (dispute_parties::dispute_id.eq(dispute), party);
    diesel::insert_into(dispute_parties::table).values(row).execute(&mut tx.connection()).await.map(drop)
}

/// Stores a party as it is now.
pub async fn save(tx: &Tx, dispute: Uuid, party: &Party) -> Result<(), Problem> {
    let target = dispute_parties::table.find((dispute, party.position));
    diesel::update(target).set(party).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Takes a party out.
pub async fn remove(tx: &Tx, dispute: Uuid, position: i16) -> Result<(), Problem> {
    diesel::delete(dispute_parties::table.find((dispute, position))).execute(&mut tx.connection()).await?;
    Ok(())
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

/// Takes the sight of a case back.
pub async fn uninvite(tx: &Tx, dispute: Uuid, guest: &str) -> Result<(), Problem> {
    let target = dispute_guests::table.find((guest, dispute));
    diesel::delete(target).execute(&mut tx.connection()).await?;
    Ok(())
}
