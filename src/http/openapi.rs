//! The OpenAPI document: what handlers say of themselves and, added in one pass, what all share.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::operation::{Operation, Section};
use super::problem_body::ProblemBody;

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
        "x-tagGroups": tag_groups(operations),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT of the built-in issuer or of a configured OIDC issuer.",
            }},
        },
    })
}

/// The nouns in the order in which they are declared.
fn tags(operations: &[Operation]) -> Vec<Value> {
    let mut known = BTreeSet::new();
    let sections = operations.iter().map(|operation| &operation.section).filter(|section| known.insert(&section.tag));
    sections.map(|section| json!({"name": section.tag, "description": section.about})).collect()
}

/// The areas with their nouns, as documentation tools group them.
fn tag_groups(operations: &[Operation]) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in operations {
        let Section { area, tag, .. } = &operation.section;
        match groups.iter_mut().find(|(known, _)| known == area) {
            Some((_, tags)) if tags.contains(&tag.as_str()) => {}
            Some((_, tags)) => tags.push(tag),
            None => groups.push((area, vec![tag])),
        }
    }
    groups.into_iter().map(|(area, tags)| json!({"name": area, "tags": tags})).collect()
}

/// Adds to a handler's own description what follows from its method, path and permission.
fn describe(operation: &Operation) -> Value {
    let mut described = json!(operation.described);
    described["operationId"] = operation.id.into();
    described["tags"] = json!([operation.section.tag]);
    described["security"] = json!([]);
    if let Some(permission) = &operation.permission {
        described["security"] = json!([{"bearer": []}]);
        described["x-permission"] = format!("{}:{}", permission.resource, permission.action).into();
        described["x-jurisdiction"] = json!((permission.reaches)());
    }
    if let Some(traffic) = operation.traffic {
        described["x-rate-class"] = traffic.class.as_str().into();
    }
    let mut parameters: Vec<_> = operation.path.contains("{id}").then(|| id_of(operation.section.noun)).into_iter().collect();
    parameters.extend(described["parameters"].as_array().cloned().unwrap_or_default());
    if operation.method == Method::PATCH {
        let content = &mut described["requestBody"]["content"];
        content["application/merge-patch+json"] = content["application/json"].clone();
    }
    parameters.extend(headers_taken(operation, described["responses"]["304"].is_object()));
    described["parameters"] = parameters.into();
    for (status, response) in described["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('4') {
            *response = problem(response["description"].as_str().unwrap_or_default());
        }
    }
    for (status, meaning) in problems(operation) {
        described["responses"][status] = problem(meaning);
    }
    for (status, response) in described["responses"].as_object_mut().into_iter().flatten() {
        match status.as_str() {
            "429" => response["headers"] = with_rate(json!({"Retry-After": header_sent("When to ask again, in seconds.")})),
            status if status.starts_with('2') => response["headers"] = headers_sent(operation, status),
            _ => {}
        }
    }
    described
}

/// The id in a path.
fn id_of(noun: &str) -> Value {
    json!({
        "name": "id", "in": "path", "required": true, "description": format!("Id of the {noun}."),
        "schema": {"type": "string", "format": "uuid"},
    })
}

fn changes_one(operation: &Operation) -> bool {
    operation.method != Method::GET && operation.path.contains('{')
}

/// What is there is overwritten, so the client must have seen it.
fn replaces(operation: &Operation) -> bool {
    matches!(operation.method, Method::PATCH | Method::PUT)
}

/// What can go wrong, by status.
fn problems(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut problems = vec![
        ("400", "The request cannot be read: an unknown parameter, a wrong header, bad JSON or a bad cursor."),
        ("default", "Any other problem, such as 503 with `Retry-After`."),
    ];
    if operation.permission.is_some() {
        problems.push(("401", "The token is missing or bad."));
        problems.push(("403", "No role of the caller, or not the app's scope, allows this."));
        if !operation.path.contains('.') {
            problems.push(("406", "The client accepts no JSON."));
        }
    }
    if operation.traffic.is_some() {
        problems.push(("429", "The caller asks too often, or for too much at a time."));
    }
    let may_be_hidden = operation.permission.is_some_and(|permission| !(permission.hides_nothing)());
    if operation.path.contains('{') || operation.method == Method::POST && may_be_hidden {
        problems.push(("404", "There is no such record, or it lies outside the caller's jurisdiction."));
    }
    if operation.method != Method::GET {
        problems.push(("409", "The record's state or an existing record forbids this, or the same request is still running."));
        problems.push(("413", "The body is too large."));
        problems.push(("408", "The body came too slowly."));
        problems.push(("415", "The body is not JSON, or it is compressed."));
        problems
            .push(("422", "The body was read, but some values are wrong; or the idempotency key belongs to another request."));
    }
    if changes_one(operation) && operation.permission.is_some() {
        problems.push(("412", "`If-Match` names another version than the current one."));
    }
    if replaces(operation) {
        problems.push(("428", "`If-Match` is missing."));
    }
    problems
}

/// The headers that the operation heeds.
fn headers_taken(operation: &Operation, cacheable: bool) -> Vec<Value> {
    let header = |name: &str, required: bool, description: &str, min: u32, max: u32| {
        json!({
            "name": name, "in": "header", "required": required, "description": description,
            "schema": {"type": "string", "minLength": min, "maxLength": max},
        })
    };
    let mut headers = Vec::new();
    if operation.method != Method::GET {
        let meaning = "Makes a retry safe: the same key with the same request is carried out once.";
        headers.push(header("Idempotency-Key", false, meaning, 8, 255));
    }
    if changes_one(operation) {
        headers.push(header("If-Match", replaces(operation), "The entity tag that the client has read.", 1, 200));
    }
    if cacheable {
        headers.push(header("If-None-Match", false, "The entity tag that the client holds.", 1, 200));
    }
    headers
}

/// The headers of a success.
fn headers_sent(operation: &Operation, status: &str) -> Value {
    let mut headers = json!({"Request-Id": header_sent("The request's id, echoed or made.")});
    for (name, meaning) in operation.headers {
        headers[name] = header_sent(meaning);
    }
    if matches!(status, "201" | "202") {
        headers["Location"] = header_sent("The new record's path.");
    }
    if operation.traffic.is_some() { with_rate(headers) } else { headers }
}

/// Adds the headers that tell what is left of the caller's rate.
fn with_rate(mut headers: Value) -> Value {
    headers["RateLimit-Policy"] = header_sent(
        "How many requests of this class are allowed at once (q), and in how many seconds they are earned again (w).",
    );
    headers["RateLimit"] = header_sent("How many of them are left (r), and in how many seconds all will be there again (t).");
    headers
}

fn header_sent(description: &str) -> Value {
    json!({"description": description, "schema": {"type": "string", "maxLength": 2000}})
}

fn problem(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

/// A page of a list, named in the contract: `page!(DisputePage of Dispute, "A page of disputes.")`.
macro_rules! page {
    ($page:ident of $item:ty, $description:tt) => {
        #[doc = $description]
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
            type Item = $item;

            fn of(items: Vec<$item>, next_cursor: Option<String>) -> Self {
                Self { items, next_cursor }
            }

            fn next_cursor(&self) -> Option<&str> {
                self.next_cursor.as_deref()
            }
        }
    };
}
pub(crate) use page;
