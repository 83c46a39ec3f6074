//! Who is calling.

use std::sync::{LazyLock, OnceLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::area::AccessArea;
use super::code::{JurisdictionCode, Level};
use super::permissions::{AccessLevel, Action, Resource, access_level, is_officer};
use super::revocation::TokenMark;
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

    /// What people call whoever has it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CityOfficer => "市级工作人员",
            Self::DistrictOfficer => "区（市）级工作人员",
            Self::StreetOfficer => "街道（镇）工作人员",
            Self::CommunityOfficer => "社区工作人员",
            Self::GridWorker => "网格员",
            Self::Mediator => "调解员",
            Self::Trainer => "讲师",
            Self::Auditor => "审计人员",
            Self::Integration => "对接系统",
            Self::Admin => "管理员",
            Self::OrganizationMember => "单位成员",
            Self::Resident => "居民",
        }
    }

    /// True for those who may learn by which subject somebody signs in: it may be a phone number.
    fn sees_subjects(self) -> bool {
        is_officer(self) || matches!(self, Self::Auditor | Self::Integration)
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
    /// The organization to which the caller belongs.
    pub organization: Option<Uuid>,
    /// What the app may do, such as `disputes:read`.
    pub app_scopes: Vec<String>,
    pub expires_at: DateTime<Utc>,
    pub token: TokenMark,
    /// The same roles in revoked jurisdictions that went into those of the grants: their history can be read. Starts empty.
    pub inherited: OnceLock<Vec<Grant>>,
    /// Starts empty.
    pub rights: Rights,
}

/// What an actor may do, worked out once for each resource that it asks for.
#[derive(Clone, Debug)]
pub struct Rights([OnceLock<Box<[Right]>>; Resource::ALL.len()]);

impl Default for Rights {
    fn default() -> Self {
        Self(std::array::from_fn(|_| OnceLock::new()))
    }
}

/// What a token allows with an action on a resource.
#[derive(Clone, Debug)]
pub struct Right {
    /// What the roles reach; `None` when nothing at all.
    pub area: Option<AccessArea>,
    /// True when the token's `scope` lets the app do this.
    pub app_may: bool,
}

impl Actor {
    /// The service itself.
    pub fn service() -> Self {
        Self {
            caller: "sihe".to_owned(),
            client_id: None,
            grants: Vec::new(),
            organization: None,
            app_scopes: Vec::new(),
            expires_at: DateTime::<Utc>::MAX_UTC,
            token: TokenMark::default(),
            inherited: OnceLock::new(),
            rights: Rights::default(),
        }
    }

    /// True where the actor may learn by which subject somebody signs in: their own, and others' where they oversee a place.
    pub fn sees_subject(&self, subject: &str, place: &JurisdictionCode) -> bool {
        let oversees = |grant: &Grant| grant.role.sees_subjects() && grant.jurisdiction.contains(place);
        subject == self.caller || self.grants.iter().any(oversees)
    }

    /// The subject of somebody else, where the actor may learn it.
    pub fn shown_subject(&self, subject: Option<String>, place: &JurisdictionCode) -> Option<String> {
        subject.filter(|subject| self.sees_subject(subject, place))
    }

    /// What the actor and its app may do, worked out once for a token.
    pub fn right(&self, action: Action, resource: Resource) -> &Right {
        let of_resource = || Action::ALL.iter().map(|action| self.work_out(*action, resource)).collect();
        &self.rights.0[resource as usize].get_or_init(of_resource)[action as usize]
    }

    fn work_out(&self, action: Action, resource: Resource) -> Right {
        let wanted = app_scope(action, resource);
        let app_may = self.app_scopes.iter().any(|scope| scope.split_once(':') == Some(wanted));
        let inherited = if action == Action::Read { self.inherited.get() } else { None }.into_iter().flatten();
        Right { area: AccessArea::of(self.grants.iter().chain(inherited), action, resource), app_may }
    }
}

/// The entry of a token's `scope` that an action needs, such as `disputes` and `write`.
pub const fn app_scope(action: Action, resource: Resource) -> (&'static str, &'static str) {
    (
        resource.as_str(),
        if matches!(action, Action::Read | Action::ReadDrafts | Action::ReadOpinions | Action::ReadHeads) {
            "read"
        } else {
            "write"
        },
    )
}

/// Everything that an app can be allowed to do.
pub fn every_app_scope() -> &'static str {
    static SCOPES: LazyLock<String> = LazyLock::new(|| {
        let possible =
            |action, resource| Role::ALL.iter().any(|role| access_level(*role, action, resource) != AccessLevel::Nothing);
        let pairs = Resource::ALL.iter().flat_map(|resource| Action::ALL.iter().map(move |action| (*action, *resource)));
        let mut scopes: Vec<_> =
            pairs.filter(|(action, resource)| possible(*action, *resource)).map(|(a, r)| app_scope(a, r)).collect();
        scopes.dedup();
        scopes.into_iter().map(|(noun, verb)| format!("{noun}:{verb}")).collect::<Vec<_>>().join(" ")
    });
    &SCOPES
}
