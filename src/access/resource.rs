//! What clients must know to get a token for this service (RFC 9728).

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use super::actor::every_app_scope;
use crate::http::operation::Operation;

/// Where the description of the service is.
const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The service as OAuth 2.0 sees it.
#[derive(Clone, Serialize, ToSchema)]
pub struct ProtectedResource {
    /// Where everybody reaches the service.
    #[schema(max_length = 500)]
    pub resource: String,
    /// The issuers whose tokens it takes.
    #[schema(max_items = 100, max_length = 500)]
    pub authorization_servers: Vec<String>,
    /// What a token's `scope` can let an app do.
    #[schema(max_items = 1000, max_length = 100)]
    pub scopes_supported: Vec<&'static str>,
    /// How a token is sent.
    #[schema(max_items = 1, max_length = 20)]
    pub bearer_methods_supported: Vec<&'static str>,
    /// Where the service is explained.
    #[schema(max_length = 500)]
    pub resource_documentation: String,
    /// What of it each operation needs, by its path and method.
    #[serde(skip)]
    needed: HashMap<String, HashMap<Method, String>>,
}

impl ProtectedResource {
    pub fn new(public_url: &str, issuers: Vec<String>, operations: &[Operation]) -> Self {
        let mut needed: HashMap<String, HashMap<Method, String>> = HashMap::new();
        for (operation, permission) in operations.iter().filter_map(|one| Some((one, one.permission.as_ref()?))) {
            let verb = if permission.action.starts_with("read") { "read" } else { "write" };
            let scope = format!("{}:{verb}", permission.resource);
            needed.entry(operation.path.clone()).or_default().insert(operation.method.clone(), scope);
        }
        let url = public_url.trim_end_matches('/');
        Self {
            resource: url.to_owned(),
            authorization_servers: issuers,
            scopes_supported: every_app_scope().split(' ').collect(),
            bearer_methods_supported: vec!["header"],
            resource_documentation: format!("{url}/docs/"),
            needed,
        }
    }

    /// What `WWW-Authenticate` says: the scope that the operation needs, with what went wrong where something did.
    pub fn challenge(&self, request: &HttpRequest, error: &str) -> String {
        let error = if error.is_empty() { String::new() } else { format!(", {error}") };
        let pattern = request.match_pattern();
        let needed = pattern.and_then(|pattern| self.needed.get(&pattern)?.get(request.method()));
        let scope = needed.map_or_else(String::new, |scope| format!(", scope=\"{scope}\""));
        format!("Bearer realm=\"sihe\"{error}{scope}, resource_metadata=\"{}{METADATA_PATH}\"", self.resource)
    }
}
