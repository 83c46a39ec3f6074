//! The OpenAPI document: what handlers say of themselves and, added in one pass, what all share.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::operation::Operation;
use super::problem::ProblemBody;

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
            "securitySchemes": {"bearer": {
                "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "A JWT of the built-in issuer or of a configured OIDC issuer.",
            }},
        },
    })
}

/// The folder of the operation: the noun below `/v1`, or what surrounds the API.
fn tag(operation: &Operation) -> &str {
    operation.path.strip_prefix("/v1/").and_then(|path| path.split('/').next()).unwrap_or("service")
}

fn tags(operations: &[Operation]) -> Vec<Value> {
    let mut names: Vec<&str> = operations.iter().map(tag).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({"name": name, "description": format!("Everything below `{name}`.")})).collect()
}

/// Adds to a handler's own description what follows from its method, path and permission.
fn describe(operation: &Operation) -> Value {
    let mut described = json!(operation.described);
    described["operationId"] = operation.id.into();
    described["tags"] = json!([tag(operation)]);
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
        headers.push(header(
            "Idempotency-Key",
            false,
            "Makes a retry safe: the same key with the same request is carried out once.",
            8,
            255,
        ));
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
    if let Some(parameters) =
        described.as_object_mut().and_then(|d| d.entry("parameters").or_insert_with(|| json!([])).as_array_mut())
    {
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
            fn next_cursor(&self) -> Option<&str> {
                self.next_cursor.as_deref()
            }
        }
    };
}
pub(crate) use page;
