//! What clients must know to get a token for this service (RFC 9728).

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::actor::every_app_scope;
use crate::http::operation::{AppScope, ByRoute, Operation};

/// Where the description of the service is.
const METADATA_PATH: &str = "/.well-known/oauth-protected-resource";

/// The service as OAuth 2.0 sees it.
#[derive(Serialize, ToSchema)]
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
    /// What of it each operation needs.
    #[serde(skip)]
    needed: ByRoute<AppScope>,
}

impl ProtectedResource {
    pub fn new(public_url: &str, issuers: Vec<String>, operations: &[Operation]) -> Self {
        let url = public_url.trim_end_matches('/');
        Self {
            resource: url.to_owned(),
            authorization_servers: issuers,
            scopes_supported: every_app_scope().split(' ').collect(),
            bearer_methods_supported: vec!["header"],
            resource_documentation: format!("{url}/docs/"),
            needed: ByRoute::of(operations, |operation| operation.permission.as_ref().map(|permission| permission.app_scope)),
        }
    }

    /// What `WWW-Authenticate` says: the scope that the operation needs, with what went wrong where something did.
    pub fn challenge(&self, request: &HttpRequest, error: &str) -> String {
        let error = if error.is_empty() { String::new() } else { format!(", {error}") };
        let scope = self.needed.get(request).map_or_else(String::new, |(noun, verb)| format!(", scope=\"{noun}:{verb}\""));
        format!("Bearer realm=\"sihe\"{error}{scope}, resource_metadata=\"{}{METADATA_PATH}\"", self.resource)
    }
}
