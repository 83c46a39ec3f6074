//! What everybody may know of an organization, so that it can be named.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::OrganizationKind;
use crate::access::code::JurisdictionCode;
use crate::db::schema::organizations;
use crate::http::openapi::page;

/// What the directory tells of an organization.
#[derive(Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = organizations)]
pub struct DirectoryOrganization {
    pub id: Uuid,
    /// Where it stands.
    pub jurisdiction: JurisdictionCode,
    pub kind: OrganizationKind,
    #[schema(max_length = 100)]
    pub name: String,
    /// Unified social credit code (GB 32100).
    #[schema(max_length = 18, required)]
    pub credit_code: Option<String>,
    #[serde(skip)]
    pub updated_at: DateTime<Utc>,
}

page!(DirectoryOrganizationPage of DirectoryOrganization, "A page of organizations that can be named.");

/// Which organizations to look for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryOrganizationFilter {
    /// Only what a record of this jurisdiction can name: what stands there, above, or has something to do there.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// Kinds, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 13)]
    pub kind: Option<Vec<OrganizationKind>>,
    /// Part of the name.
    #[param(min_length = 1, max_length = 100)]
    pub q: Option<String>,
    /// The exact code.
    #[param(min_length = 18, max_length = 18)]
    pub credit_code: Option<String>,
    /// Only the enterprise that serves this estate today, and its owners' committee.
    pub estate_id: Option<Uuid>,
}
