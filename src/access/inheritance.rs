//! Who reads the history of a jurisdiction that is no more: those who hold the same role where it went.

use actix_web::dev::ServiceRequest;
use actix_web::web;
use futures_util::future::LocalBoxFuture;

use super::actor::{Actor, Grant};
use super::code::JurisdictionCode;
use crate::db::pool::Db;
use crate::http::limits::caller::CallerKey;
use crate::http::problem::Problem;

/// Finds revoked jurisdictions that went into given ones or what lies below them, directly or through others.
pub struct Predecessors(pub fn(Db, Vec<JurisdictionCode>) -> Found);

/// The revoked jurisdictions, when they are found.
pub type Found = LocalBoxFuture<'static, Result<Vec<Predecessor>, Problem>>;

/// A revoked jurisdiction, and the given one into which it went.
pub type Predecessor = (JurisdictionCode, JurisdictionCode);

/// Gives an actor, when it is first seen, what it inherits from revoked jurisdictions.
pub async fn inherit(request: &ServiceRequest, actor: &Actor) -> Result<(), Problem> {
    if actor.inherited.get().is_some() {
        return Ok(());
    }
    let (Some(db), Some(find)) = (request.app_data::<web::Data<Db>>(), request.app_data::<web::Data<Predecessors>>()) else {
        return Err(Problem::internal("the app knows no predecessors"));
    };
    let codes = actor.grants.iter().map(|grant| grant.jurisdiction).collect();
    let found = find.0(db.shared_with(&CallerKey::new(&actor.caller)), codes).await?;
    let mut inherited = Vec::new();
    for grant in &actor.grants {
        let predecessors = found.iter().filter(|(_, successor)| *successor == grant.jurisdiction);
        inherited.extend(predecessors.map(|(code, _)| Grant { role: grant.role, jurisdiction: *code }));
    }
    let _ = actor.inherited.set(inherited);
    Ok(())
}
