//! Who is calling.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::code::{JurisdictionCode, Level};
use super::policy::{Action, Resource};
use crate::db::text_enum::text_enum;

text_enum! {
    /// What a caller is, within the jurisdiction of a grant.
    pub enum Role {
        CityOfficer = "city_officer",
        DistrictOfficer = "district_officer",
        StreetOfficer = "street_officer",
        CommunityOfficer = "community_officer",
        GridWorker = "grid_worker",
        Mediator = "mediator",
        Trainer = "trainer",
        Auditor = "auditor",
        Integration = "integration",
        Admin = "admin",
        OrganizationMember = "organization_member",
        Resident = "resident",
    }
}

impl Role {
    /// The level that a grant of this role must have, where the role is tied to one.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::CityOfficer => Some(Level::City),
            Self::DistrictOfficer => Some(Level::District),
            Self::StreetOfficer => Some(Level::Street),
            Self::CommunityOfficer => Some(Level::Community),
            Self::GridWorker => Some(Level::Grid),
            _ => None,
        }
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|r| r.as_str() == text).ok_or_else(|| format!("unknown role {text}"))
    }
}

/// A role held in a jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub role: Role,
    pub jurisdiction: JurisdictionCode,
}

impl Grant {
    /// False when the role is tied to another level than the code's.
    pub fn is_consistent(&self) -> bool {
        self.role.level().is_none_or(|level| level == self.jurisdiction.level())
    }
}

/// The caller, as the token tells.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The issuer and the subject: a subject alone is not unique.
    pub caller: String,
    pub client_id: Option<String>,
    pub grants: Vec<Grant>,
    /// What the app may do, such as `disputes:read`.
    pub app_scopes: Vec<String>,
    pub expires_at: DateTime<Utc>,
}

impl Actor {
    /// True when the token's `scope` lets the app do this.
    pub fn app_may(&self, action: Action, resource: Resource) -> bool {
        self.app_scopes.contains(&app_scope(action, resource))
    }
}

/// The entry of a token's `scope` that an action needs, such as `disputes:write`.
pub fn app_scope(action: Action, resource: Resource) -> String {
    let kind = if action == Action::Read { "read" } else { "write" };
    format!("{}:{kind}", resource.as_str())
}
