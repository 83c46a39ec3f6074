//! Actions as data: one line declares an operation that carries out a command.

use actix_web::http::Method;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::execute::{Aggregate, execute};
use crate::access::permissions::{Action, ActionTag};
use crate::access::scope::Scope;
use crate::db::pool::Db;
use crate::http::etag::Target;
use crate::http::json::Valid;
use crate::http::operation::{Described, Operation, operation};

/// Declares the action `A` on records of type `T`: what the request says becomes a command.
pub fn command<A, T, B>(id: &'static str, summary: &'static str, make: fn(B) -> T::Command) -> Operation
where
    A: ActionTag,
    T: Aggregate + 'static,
    B: DeserializeOwned + ToSchema + 'static,
{
    let handler = move |who: Scope<A, T::Resource>, db: Db, target: Target, body: Valid<B>| async move {
        execute::<T>(&db, &who, &target, &body.retry, make(body.value)).await
    };
    let patches = A::VALUE == Action::Update;
    let (method, path, answer) = if patches {
        (Method::PATCH, format!("{}/{{id}}", T::PATH), format!("The changed {}.", T::NOUN))
    } else {
        let action = A::VALUE.as_str().replace('_', "-");
        (Method::POST, format!("{}/{{id}}/{action}", T::PATH), format!("The {} after the action.", T::NOUN))
    };
    let described = Described::on_record(method, path, summary).takes::<B>().answers::<T::View>(&answer);
    operation(id, described, handler)
}
