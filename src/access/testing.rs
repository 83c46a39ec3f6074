//! Callers for tests of rules.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::actor::{Actor, Grant, Rights, Role};
use super::permissions::{ActionTag, ResourceTag};
use super::revocation::TokenMark;
use super::scope::Scope;

/// Somebody with one role in one place, whose app may do everything with the resource.
pub fn caller<A: ActionTag, R: ResourceTag>(role: Role, place: &str, subject: &str, now: DateTime<Utc>) -> Scope<A, R> {
    let noun = R::VALUE.as_str();
    let actor = Actor {
        caller: subject.into(),
        client_id: None,
        organization: None,
        grants: vec![Grant { role, jurisdiction: place.parse().expect("a jurisdiction's code") }],
        app_scopes: vec![format!("{noun}:read"), format!("{noun}:write")],
        expires_at: now + TimeDelta::hours(1),
        token: TokenMark::default(),
        inherited: OnceLock::new(),
        rights: Rights::default(),
    };
    Scope::new(Arc::new(actor), Uuid::now_v7(), now).expect("the policy allows it")
}
