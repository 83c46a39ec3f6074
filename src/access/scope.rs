//! `Scope<Action, Resource>`: the first argument of every handler and the proof that the permissions were
//! asked. What lies below the handlers takes what it derefs to: stores an `Authorized<Resource>`, with which every
//! query begins, and everything else an `Authority`.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::actor::{Actor, Role, app_scope};
use super::area::AccessArea;
use super::authority::{Authority, Sealed};
use super::permissions::action::RunDueStep;
use super::permissions::{AccessLevel, Action, ActionTag, Resource, ResourceTag, access_level};
use super::resource::ProtectedResource;
use crate::calendar::Clock;
use crate::http::codes;
use crate::http::operation::{Guard, Permission};
use crate::http::problem::{Context, Problem};

/// The proof that the caller may do something to `R`, and how far.
#[derive(Clone, Debug)]
pub struct Authorized<R> {
    authority: Authority,
    marks: PhantomData<fn() -> R>,
}

/// The proof that the caller may do `A` to `R`, and how far.
#[derive(Clone, Debug)]
pub struct Scope<A, R> {
    authorized: Authorized<R>,
    marks: PhantomData<fn() -> A>,
}

impl<R> Deref for Authorized<R> {
    type Target = Authority;

    fn deref(&self) -> &Authority {
        &self.authority
    }
}

impl<A, R> Deref for Scope<A, R> {
    type Target = Authorized<R>;

    fn deref(&self) -> &Authorized<R> {
        &self.authorized
    }
}

impl<R: ResourceTag> Authorized<R> {
    /// For what the service does by itself, such as at a deadline.
    pub fn of_service(now: DateTime<Utc>) -> Self {
        let area = AccessArea { everywhere: true, ..AccessArea::default() };
        Self::of_actor(Actor::service(), RunDueStep::VALUE, area, now)
    }

    /// For whoever has no account and proved by what stands on a letter that they may do one thing to one record. They reach
    /// nothing by a scope.
    pub fn of_letter(bearer: String, action: Action, now: DateTime<Utc>) -> Self {
        Self::of_actor(Actor { caller: bearer, ..Actor::service() }, action, AccessArea::default(), now)
    }

    /// The same caller where they read such records.
    pub fn as_reader(&self) -> Option<Self> {
        let area = self.authority.read_area()?.clone();
        Some(Self { authority: Authority { action: Action::Read, area, ..self.authority.clone() }, marks: PhantomData })
    }

    fn of_actor(actor: Actor, action: Action, area: AccessArea, now: DateTime<Utc>) -> Self {
        let (actor, resource, request_id) = (Arc::new(actor), R::VALUE, Uuid::now_v7());
        Self { authority: Authority { actor, action, resource, area, request_id, now, _sealed: Sealed }, marks: PhantomData }
    }
}

impl<A: ActionTag, R: ResourceTag> Scope<A, R> {
    /// Asks the permissions. The only way to a `Scope`.
    pub fn new(actor: Arc<Actor>, request_id: Uuid, now: DateTime<Utc>) -> Result<Self, Problem> {
        let authority = authorize(actor, A::VALUE, R::VALUE, request_id, now)?;
        Ok(Self { authorized: Authorized { authority, marks: PhantomData }, marks: PhantomData })
    }
}

fn authorize(
    actor: Arc<Actor>,
    action: Action,
    resource: Resource,
    request_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Authority, Problem> {
    let right = actor.right(action, resource);
    if !right.app_may {
        let (noun, verb) = app_scope(action, resource);
        return Err(Problem::new(&codes::INSUFFICIENT_SCOPE).member("required_scope", format!("{noun}:{verb}")));
    }
    let area = right.area.clone().ok_or_else(|| Problem::new(&codes::FORBIDDEN))?;
    Ok(Authority { actor, action, resource, area, request_id, now, _sealed: Sealed })
}

impl<A: ActionTag, R: ResourceTag> Guard for Scope<A, R> {
    const PERMISSION: Option<Permission> = Some(Permission {
        resource: R::VALUE.as_str(),
        action: A::VALUE.as_str(),
        app_scope: app_scope(A::VALUE, R::VALUE),
        reaches: reaches::<A, R>,
        hides_nothing: hides_nothing::<R>,
        check: |request| asked(request, A::VALUE, R::VALUE).map(drop),
    });
}

fn hides_nothing<R: ResourceTag>() -> bool {
    Role::ALL.iter().all(|role| access_level(*role, Action::Read, R::VALUE) == AccessLevel::Everywhere)
}

fn reaches<A: ActionTag, R: ResourceTag>() -> BTreeMap<&'static str, &'static str> {
    let of = |role: &Role| (role.as_str(), access_level(*role, A::VALUE, R::VALUE));
    Role::ALL
        .iter()
        .map(of)
        .filter(|(_, reach)| *reach != AccessLevel::Nothing)
        .map(|(role, reach)| (role, reach.as_str()))
        .collect()
}

impl<A: ActionTag, R: ResourceTag> FromRequest for Scope<A, R> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authority = asked(request, A::VALUE, R::VALUE);
        ready(authority.map(|authority| Self { authorized: Authorized { authority, marks: PhantomData }, marks: PhantomData }))
    }
}

fn asked(request: &HttpRequest, action: Action, resource: Resource) -> Result<Authority, Problem> {
    let extensions = request.extensions();
    let context = extensions.get::<Context>().copied().unwrap_or_default();
    match (extensions.get::<Arc<Actor>>(), request.app_data::<web::Data<Clock>>()) {
        (Some(actor), Some(clock)) => {
            let authority = authorize(actor.clone(), action, resource, context.request_id, clock.now());
            authority.map_err(|problem| with_challenge(request, problem))
        }
        (None, _) => Err(Problem::new(&codes::UNAUTHENTICATED)),
        (_, None) => Err(Problem::internal("the app has no clock")),
    }
}

/// Tells an app which scope it lacks, or that whoever uses it may not.
pub fn with_challenge(request: &HttpRequest, problem: Problem) -> Problem {
    let Some(service) = request.app_data::<web::Data<ProtectedResource>>() else { return problem };
    let why = if problem.kind.code == codes::FORBIDDEN.code { ", error_description=\"the role may not do this\"" } else { "" };
    problem.header(WWW_AUTHENTICATE, &service.challenge(request, &format!("error=\"insufficient_scope\"{why}")))
}
