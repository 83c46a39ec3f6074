//! The contract. An `Operation` is declared once, by its handler; the router, the document, the
//! permission and the metrics all read that one declaration. `document` adds what all share.

use std::collections::BTreeMap;

use actix_web::dev::Payload;
use actix_web::guard::fn_guard;
use actix_web::http::header::ALLOW;
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpRequest, Responder, Route, web};
use serde_json::{Value, json};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::codes;
use super::problem::{FieldError, Problem, ProblemBody};

/// What a caller needs for an operation, as the policy names it.
#[derive(Clone, Copy)]
pub struct Permission {
    pub resource: &'static str,
    pub action: &'static str,
    /// Role to reach, for the document.
    pub reaches: fn() -> BTreeMap<&'static str, &'static str>,
}

/// The first argument of every handler: who may call it. `None` means everybody.
pub trait Guard {
    const PERMISSION: Option<Permission>;
}

/// For the few operations outside `/v1` that need no token.
pub struct Public;

impl Guard for Public {
    const PERMISSION: Option<Permission> = None;
}

impl FromRequest for Public {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self))
    }
}

/// Handler arguments that begin with a guard; without one an operation does not compile.
pub trait Guarded {
    const PERMISSION: Option<Permission>;
}

macro_rules! guarded {
    ($($rest:ident)*) => {
        impl<G: Guard, $($rest),*> Guarded for (G, $($rest,)*) {
            const PERMISSION: Option<Permission> = G::PERMISSION;
        }
    };
}
guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C D);
guarded!(A B C D E);
guarded!(A B C D E F);
guarded!(A B C D E F H);

/// One operation of the API.
pub struct Operation {
    /// The handler's name in camelCase.
    pub id: &'static str,
    pub method: Method,
    pub path: String,
    pub permission: Option<Permission>,
    described: utoipa::openapi::path::Operation,
    schemas: Vec<(String, RefOr<Schema>)>,
    route: Box<dyn Fn() -> Route + Send + Sync>,
}

/// Declares operations by their handlers' names: `operations![list_disputes, get_dispute]`.
macro_rules! operations {
    ($($handler:ident),+ $(,)?) => {
        pastey::paste! {
            vec![$($crate::http::openapi::operation::<[<__path_ $handler>], _, _>(
                stringify!([<$handler:lower_camel>]), $handler)),+]
        }
    };
}
pub(crate) use operations;

/// Joins a handler with its description.
pub fn operation<P, F, Args>(id: &'static str, handler: F) -> Operation
where
    P: utoipa::Path + utoipa::__dev::SchemaReferences,
    F: Handler<Args> + Send + Sync,
    Args: FromRequest + Guarded + 'static,
    F::Output: Responder + 'static,
{
    let method = match P::methods().first() {
        Some(HttpMethod::Post) => Method::POST,
        Some(HttpMethod::Patch) => Method::PATCH,
        Some(HttpMethod::Put) => Method::PUT,
        Some(HttpMethod::Delete) => Method::DELETE,
        _ => Method::GET,
    };
    let path = P::path();
    assert_eq!(path.starts_with("/v1/"), Args::PERMISSION.is_some(), "{id}: tokens are checked below /v1 and nowhere else");
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    let described = P::operation();
    let takes_query = described.parameters.iter().flatten().any(|p| json!(p)["in"] == "query");
    let route_method = method.clone();
    let route = move || {
        let route = web::method(route_method.clone());
        let route = if takes_query { route } else { route.guard(fn_guard(|ctx| ctx.head().uri.query().is_none())) };
        route.to(handler.clone())
    };
    Operation { id, method, path, permission: Args::PERMISSION, described, schemas, route: Box::new(route) }
}

/// Adds the operations to a router: one resource per path, with 405 and `Allow` for other methods.
pub fn register(operations: &[Operation], config: &mut web::ServiceConfig) {
    let mut by_path: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        by_path.entry(&operation.path).or_default().push(operation);
    }
    for (path, operations) in by_path {
        let methods: Vec<Method> = operations.iter().map(|o| o.method.clone()).collect();
        let resource = operations.iter().fold(web::resource(path), |resource, o| resource.route((o.route)()));
        config.service(resource.default_service(web::to(move |request: HttpRequest| {
            let problem = refused(&request, &methods);
            async move { Err::<&str, Problem>(problem) }
        })));
    }
}

/// No route took the request: its method is not offered, or a query stands where none is known.
fn refused(request: &HttpRequest, methods: &[Method]) -> Problem {
    if methods.contains(request.method()) {
        let names = request.query_string().split('&').filter_map(|pair| pair.split('=').next());
        let errors = names.map(|name| FieldError::parameter(name, &codes::UNKNOWN)).collect();
        return Problem::new(&codes::INVALID_PARAMETER).errors(errors);
    }
    let allow: Vec<&str> = methods.iter().map(Method::as_str).collect();
    Problem::new(&codes::METHOD_NOT_ALLOWED).header(ALLOW, &allow.join(", "))
}

/// The OpenAPI 3.1 document of the operations.
pub fn document(operations: &[Operation]) -> Value {
    let mut schemas = BTreeMap::from([(ProblemBody::name().into_owned(), json!(ProblemBody::schema()))]);
    let mut references = Vec::new();
    <ProblemBody as ToSchema>::schemas(&mut references);
    let mut paths: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
    for operation in operations {
        references.extend(operation.schemas.iter().cloned());
        let described = describe(operation);
        paths.entry(&operation.path).or_default().insert(operation.method.as_str().to_lowercase(), described);
    }
    for (name, schema) in references {
        let schema = json!(schema);
        let known = schemas.entry(name.clone()).or_insert_with(|| schema.clone());
        assert_eq!(*known, schema, "two types share the schema name {name}");
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sihe",
            "version": env!("CARGO_PKG_VERSION"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This service."}],
        "tags": tags(operations),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": {
                "description": "A problem (RFC 9457).",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT of the built-in issuer or of a configured OIDC issuer.",
            }},
        },
    })
}

fn tags(operations: &[Operation]) -> Vec<Value> {
    let mut names: Vec<&str> = operations.iter().flat_map(|o| o.described.tags.iter().flatten()).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({"name": name, "description": format!("Everything below `{name}`.")})).collect()
}

/// Adds to a handler's own description what follows from its method, path and permission.
fn describe(operation: &Operation) -> Value {
    let mut described = json!(operation.described);
    described["operationId"] = operation.id.into();
    let method = operation.method.as_str();
    let of_one = operation.path.contains('{');
    let writes = method != "GET";
    let paged = described["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["name"] == "cursor"));

    let mut problems = vec![(400, "The request cannot be read: an unknown parameter, a wrong header, bad JSON or a bad cursor.")];
    match &operation.permission {
        None => described["security"] = json!([]),
        Some(permission) => {
            described["security"] = json!([{"bearer": []}]);
            described["x-permission"] = format!("{}:{}", permission.resource, permission.action).into();
            described["x-jurisdiction"] = json!((permission.reaches)());
            problems.push((401, "The token is missing or bad."));
            problems.push((403, "No role of the caller, or not the app's scope, allows this."));
            problems.push((406, "The client accepts no JSON."));
        }
    }
    if of_one || method == "POST" {
        problems.push((404, "There is no such record, or it lies outside the caller's jurisdiction."));
    }
    let mut headers = Vec::new();
    if writes {
        problems.push((409, "The record's state or an existing record forbids this, or the same request is still running."));
        problems.push((413, "The body is too large."));
        problems.push((415, "The body is not JSON."));
        problems.push((422, "The body was read, but some values are wrong; or the idempotency key belongs to another request."));
    }
    if method == "POST" {
        headers.push(header("Idempotency-Key", false, "Makes a retry safe: the same key with the same request is carried out once.", 8, 255));
    }
    if writes && of_one {
        problems.push((412, "`If-Match` names another version than the current one."));
        headers.push(header("If-Match", method != "POST", "The entity tag that the client has read.", 1, 200));
    }
    if method == "PATCH" {
        problems.push((428, "`If-Match` is missing."));
    }
    if described["responses"]["304"].is_object() {
        headers.push(header("If-None-Match", false, "The entity tag that the client holds.", 1, 200));
    }
    for (status, meaning) in problems {
        described["responses"][status.to_string()] = problem(meaning);
    }
    described["responses"]["default"] = problem("Any other problem, such as 503 with `Retry-After`.");
    if let Some(parameters) = described.as_object_mut().and_then(|d| {
        d.entry("parameters").or_insert_with(|| json!([])).as_array_mut()
    }) {
        parameters.extend(headers);
    }
    let Some(responses) = described["responses"].as_object_mut() else { return described };
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        let mut headers = json!({"Request-Id": sent("The request's id, echoed or made.")});
        if paged {
            headers["Link"] = sent("The next page, `rel=\"next\"`, while there is one.");
        } else if operation.permission.is_some() {
            headers["ETag"] = sent("The record's version.");
        }
        if status == "201" {
            headers["Location"] = sent("The new record's path.");
        }
        if method == "POST" {
            headers["Idempotency-Replayed"] = sent("`true` when this is the saved answer to an earlier request.");
        }
        response["headers"] = headers;
    }
    described
}

fn problem(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn header(name: &str, required: bool, description: &str, min: u32, max: u32) -> Value {
    json!({
        "name": name, "in": "header", "required": required, "description": description,
        "schema": {"type": "string", "minLength": min, "maxLength": max},
    })
}

fn sent(description: &str) -> Value {
    json!({"description": description, "schema": {"type": "string", "maxLength": 2000}})
}

/// A page of a list, named in the contract: `page!(DisputePage of Dispute)`.
macro_rules! page {
    ($page:ident of $item:ty) => {
        #[doc = concat!("One page of a list of `", stringify!($item), "`.")]
        #[derive(serde::Serialize, utoipa::ToSchema)]
        pub struct $page {
            /// The records of this page, in the order asked for.
            #[schema(max_items = 1000)]
            pub items: Vec<$item>,
            /// Send it as `cursor` for the next page; null at the end.
            #[schema(max_length = 2000, required)]
            pub next_cursor: Option<String>,
        }

        impl $crate::http::answer::Paged for $page {
            fn next_cursor(&self) -> Option<&str> {
                self.next_cursor.as_deref()
            }
        }
    };
}
pub(crate) use page;
