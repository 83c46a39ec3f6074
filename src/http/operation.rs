//! An `Operation` is declared once, by its handler; the router, the contract, the permission and the
//! metrics all read that one declaration.

use std::collections::{BTreeMap, HashMap};

use actix_web::dev::{HttpServiceFactory, Payload};
use actix_web::guard::{self, fn_guard};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, HttpRequest, Responder, Route, Scope, web};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, OperationBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{Content, Ref, RefOr, Required, ResponseBuilder, Schema};

use super::answer::Documented;
use super::codes;
use super::limits::rates::RateClass;
use super::limits::{Check, Traffic, limit};
use super::problem::{FieldError, Problem};
use super::query::MOST_PARAMETERS;

/// What a caller needs for an operation, as the permissions name it.
#[derive(Clone, Copy)]
pub struct Permission {
    pub resource: &'static str,
    pub action: &'static str,
    pub app_scope: AppScope,
    /// Role to reach, for the document.
    pub reaches: fn() -> BTreeMap<&'static str, &'static str>,
    /// True when everybody who may call sees every record.
    pub hides_nothing: fn() -> bool,
    pub check: Check,
}

/// The entry of a token's `scope` that an operation needs: what, and `read` or `write`.
pub type AppScope = (&'static str, &'static str);

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

/// Where the contract shows an operation.
#[derive(Clone, Default)]
pub struct Section {
    /// The group of nouns to which it belongs.
    pub area: &'static str,
    /// The noun as it stands in paths.
    pub tag: String,
    /// What people call the record that its path names.
    pub noun: &'static str,
    /// What its noun is for, in a sentence.
    pub about: &'static str,
}

/// One operation of the API.
pub struct Operation {
    /// The handler's name in camelCase.
    pub id: &'static str,
    pub method: Method,
    pub path: String,
    pub permission: Option<Permission>,
    pub(super) section: Section,
    /// The headers of a success and what they mean.
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) described: utoipa::openapi::path::Operation,
    pub(super) schemas: Schemas,
    /// What it is to the limits; `None` when it lies outside of them.
    pub traffic: Option<Traffic>,
    route: Box<dyn Fn() -> Route + Send + Sync>,
}

/// Something of each operation, found by the request that asks for it.
pub struct ByRoute<T>(HashMap<String, HashMap<Method, T>>);

impl<T> ByRoute<T> {
    pub fn of(operations: &[Operation], each: impl Fn(&Operation) -> Option<T>) -> Self {
        let mut routes: HashMap<String, HashMap<Method, T>> = HashMap::new();
        for (operation, found) in operations.iter().filter_map(|operation| Some((operation, each(operation)?))) {
            routes.entry(operation.path.clone()).or_default().insert(operation.method.clone(), found);
        }
        Self(routes)
    }

    /// What is asked for with HEAD is what is read with GET.
    pub fn get(&self, request: &HttpRequest) -> Option<&T> {
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        self.0.get(&request.match_pattern()?)?.get(method)
    }
}

/// What the contract says of one operation.
pub struct Described {
    method: Method,
    path: String,
    operation: utoipa::openapi::path::Operation,
    schemas: Schemas,
}

type Schemas = Vec<(String, RefOr<Schema>)>;

impl Described {
    /// What a handler's own attribute says.
    pub fn of<P: utoipa::Path + utoipa::__dev::SchemaReferences>() -> Self {
        let method = match P::methods().first() {
            Some(HttpMethod::Post) => Method::POST,
            Some(HttpMethod::Patch) => Method::PATCH,
            Some(HttpMethod::Put) => Method::PUT,
            Some(HttpMethod::Delete) => Method::DELETE,
            _ => Method::GET,
        };
        let mut schemas = Vec::new();
        P::schemas(&mut schemas);
        Self { method, path: P::path(), operation: P::operation(), schemas }
    }

    /// An operation on one record.
    pub fn on_record(method: Method, path: String, summary: &str) -> Self {
        let operation = OperationBuilder::new().summary(Some(summary)).build();
        Self { method, path, operation, schemas: Vec::new() }
    }

    /// Adds the body that it takes.
    pub fn takes<B: ToSchema>(mut self) -> Self {
        let body = RequestBodyBuilder::new().content("application/json", self.content::<B>()).required(Some(Required::True));
        self.operation.request_body = Some(body.build().into());
        self
    }

    /// Adds what it answers.
    pub fn answers<V: ToSchema>(mut self, description: &str) -> Self {
        let answer = ResponseBuilder::new().description(description).content("application/json", self.content::<V>());
        self.operation.responses.responses.insert("200".into(), answer.build().into());
        self
    }

    fn content<T: ToSchema>(&mut self) -> Content {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        Content::new(Some(Ref::from_schema_name(T::name())))
    }
}

impl Operation {
    /// The same, shown there.
    pub fn within(self, section: Section) -> Self {
        Self { section, ..self }
    }
}

/// Declares operations by their handlers' names: `operations![list_disputes, get_dispute]`.
macro_rules! operations {
    ($($handler:ident),* $(,)?) => {
        pastey::paste! {
            vec![$($crate::http::operation::operation(
                stringify!([<$handler:lower_camel>]),
                $crate::http::operation::Described::of::<[<__path_ $handler>]>(),
                $handler)),*]
        }
    };
}
pub(crate) use operations;

/// Joins a handler with its description.
pub fn operation<F, Args>(id: &'static str, described: Described, handler: F) -> Operation
where
    F: Handler<Args> + Send + Sync,
    Args: FromRequest + Guarded + 'static,
    F::Output: Responder + Documented + 'static,
{
    // Only this is compiled for each handler.
    let route = Box::new(move |route: Route| route.to(handler.clone()));
    assemble(id, described, Args::PERMISSION, F::Output::HEADERS, route)
}

fn assemble(
    id: &'static str,
    described: Described,
    permission: Option<Permission>,
    headers: &'static [(&'static str, &'static str)],
    to_handler: Box<dyn Fn(Route) -> Route + Send + Sync>,
) -> Operation {
    let Described { method, path, operation: described, schemas } = described;
    assert_eq!(path.starts_with("/v1/"), permission.is_some(), "{id}: tokens are checked below /v1 and nowhere else");
    let traffic = traffic(&method, &path, &described, permission.as_ref());
    let takes_query = described.parameters.iter().flatten().any(|p| json!(p)["in"] == "query");
    let route_method = method.clone();
    let route = move || {
        // What can be read can be asked for with HEAD too.
        let method_guard = match route_method.clone() {
            Method::GET => guard::Any(guard::Get()).or(guard::Head()),
            other => guard::Any(guard::Method(other)),
        };
        let route = web::route().guard(method_guard);
        let route =
            if takes_query { route } else { route.guard(fn_guard(|ctx| ctx.head().uri.query().unwrap_or_default().is_empty())) };
        let route = to_handler(route);
        match traffic {
            Some(traffic) => route.wrap(from_fn(move |request, next| limit(traffic, request, next))),
            None => route,
        }
    };
    Operation {
        id,
        method,
        path,
        permission,
        section: Section::default(),
        headers,
        described,
        schemas,
        traffic,
        route: Box::new(route),
    }
}

/// The largest body of JSON, in bytes.
const LARGEST_BODY: usize = 1 << 20;
/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 16 << 20;
/// What tells how the service is must answer when nothing else does.
const OUTSIDE_LIMITS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

fn traffic(
    method: &Method,
    path: &str,
    described: &utoipa::openapi::path::Operation,
    permission: Option<&Permission>,
) -> Option<Traffic> {
    if OUTSIDE_LIMITS.contains(&path) {
        return None;
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let class = match (method.as_str(), last) {
        // What somebody may do with nothing but a code.
        ("POST", _) if !path.starts_with("/v1/") => RateClass::Code,
        _ if !path.starts_with("/v1/") => RateClass::Public,
        ("GET", "changes") => RateClass::Feed,
        ("GET", "archive.zip") => RateClass::Export,
        // They look at many records to show a few.
        ("GET", "duplicates" | "indicators") => RateClass::Search,
        ("GET", _) => RateClass::Read,
        (_, "import") => RateClass::Import,
        (_, "check-in" | "check-out" | "link") => RateClass::Code,
        _ => RateClass::Write,
    };
    let takes_file = json!(described.request_body)["content"]["text/csv"].is_object();
    let largest_body = match *method {
        _ if takes_file => LARGEST_FILE,
        Method::GET => 0,
        _ => LARGEST_BODY,
    };
    Some(Traffic { class, largest_body, check: permission.map(|permission| permission.check) })
}

/// Adds the operations to a router: one scope per noun, so that not every path of the API is tried, and in it one resource
/// per path, with 405 and `Allow` for other methods.
pub fn register<'a>(operations: impl Iterator<Item = &'a Operation>, config: &mut web::ServiceConfig) {
    let mut by_noun: BTreeMap<&str, BTreeMap<_, Vec<&Operation>>> = BTreeMap::new();
    for operation in operations {
        let (noun, rest) = split_noun(&operation.path);
        // A plain path comes before one with a parameter in its place.
        by_noun.entry(noun).or_default().entry((rest.contains('{'), rest)).or_default().push(operation);
    }
    for (noun, by_path) in by_noun {
        let resources = by_path.into_iter().map(|((_, rest), operations)| resource(rest, &operations));
        config.service(resources.fold(web::scope(noun), Scope::service));
    }
}

/// The noun with what stands before it, and the rest: `/v1/disputes` and `/{id}`.
fn split_noun(path: &str) -> (&str, &str) {
    let before = if path.starts_with("/v1/") { "/v1/".len() } else { 1 };
    path.split_at(path[before..].find('/').map_or(path.len(), |at| before + at))
}

fn resource(path: &str, operations: &[&Operation]) -> impl HttpServiceFactory + use<> {
    let head = operations.iter().find(|o| o.method == Method::GET).map(|_| Method::HEAD);
    let methods: Vec<Method> = operations.iter().map(|o| o.method.clone()).chain(head).collect();
    let resource = operations.iter().fold(web::resource(path), |resource, o| resource.route((o.route)()));
    let refuse = web::to(move |request: HttpRequest| {
        let problem = method_not_allowed(&request, &methods);
        async move { Err::<&str, Problem>(problem) }
    });
    resource.default_service(refuse.wrap(from_fn(|request, next| limit(MISTAKE, request, next))))
}

/// What takes a request that no operation takes.
const MISTAKE: Traffic = Traffic { class: RateClass::Public, largest_body: 0, check: None };

/// No route took the request: its method is not offered, or a query stands where none is known.
fn method_not_allowed(request: &HttpRequest, methods: &[Method]) -> Problem {
    if methods.contains(request.method()) && !request.query_string().is_empty() {
        let names = request.query_string().split('&').filter_map(|pair| pair.split('=').next()).take(MOST_PARAMETERS);
        let errors = names.map(|name| FieldError::parameter(name, &codes::UNKNOWN)).collect();
        return Problem::new(&codes::INVALID_PARAMETER).errors(errors);
    }
    let allow: Vec<&str> = methods.iter().map(Method::as_str).collect();
    Problem::new(&codes::METHOD_NOT_ALLOWED).header(ALLOW, &allow.join(", "))
}
