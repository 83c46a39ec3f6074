//! What the responsibility list says about a place, down to the organizations.

use chrono::NaiveDate;
use futures_util::try_join;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{ResponsibilityDuty, ResponsibilityFields};
use super::{creation, store};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Responsibilities;
use crate::access::scope::Authorized;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationKind};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::parties::property_contracts::store as contracts;
use crate::resources::places::estates::store as estates;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// Whose responsibility a matter is: where and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResolveParams {
    /// The matter.
    #[param(min_length = 1, max_length = 100)]
    pub matter: String,
    /// The place, usually a community.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The estate, which tells the enterprise and the owners' committee.
    pub estate_id: Option<Uuid>,
    /// The day; today when not given.
    pub as_of: Option<NaiveDate>,
}

/// Who is responsible for a matter at a place on a day.
#[derive(Serialize, ToSchema)]
pub struct ResolvedResponsibilities {
    #[schema(max_length = 100)]
    pub matter: String,
    pub jurisdiction: JurisdictionCode,
    pub as_of: NaiveDate,
    /// Issued from the city downward; the first one counts.
    #[schema(max_items = 1000)]
    pub lead: Vec<ResponsibleParty>,
    #[schema(max_items = 1000)]
    pub assist: Vec<ResponsibleParty>,
    #[schema(max_items = 1000)]
    pub supervise: Vec<ResponsibleParty>,
}

/// Who has a duty, and why.
#[derive(Serialize, ToSchema)]
pub struct ResponsibleParty {
    /// The entry that says so.
    pub responsibility_id: Uuid,
    #[schema(max_length = 200)]
    pub title: String,
    #[schema(max_length = 500)]
    pub legal_basis: String,
    pub issued_by: JurisdictionCode,
    pub level: Level,
    pub organization_kind: OrganizationKind,
    /// The jurisdiction of that level; null where the place lies above it.
    #[schema(required)]
    pub place: Option<JurisdictionCode>,
    /// The organizations of that kind there.
    #[schema(max_items = 100)]
    pub organizations: Vec<ResponsibleOrganization>,
    /// True when nobody holds the duty; null where that cannot be told: the place lies above the level, or no estate was
    /// named for an enterprise or an owners' committee.
    #[schema(required)]
    pub vacant: Option<bool>,
}

/// An organization that holds a duty.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponsibleOrganization {
    pub id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    pub jurisdiction: JurisdictionCode,
}

/// Tells who is responsible for a matter, down to the organizations, in one round trip.
pub async fn resolve(
    db: &Db,
    scope: &Authorized<Responsibilities>,
    wanted: ResolveParams,
) -> Result<ResolvedResponsibilities, Problem> {
    let place = wanted.jurisdiction;
    if !scope.area.covers(&place) {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    let day = wanted.as_of.unwrap_or_else(|| scope.today());
    let (here, at_home, entries, holders) = db
        .read(async |connection| {
            let of_estate = wanted.estate_id.map(|id| (contracts::serves(id, day), committees::represents(id, day)));
            let holders = organizations::active_on(connection, place, of_estate);
            try_join!(
                jurisdictions::is_there(connection, place),
                estates::stands_in(connection, wanted.estate_id, place),
                store::in_force(connection, &wanted.matter, place, day),
                holders
            )
        })
        .await?;
    if !here || !at_home {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    let with = |duty| {
        let held = entries.iter().filter(|entry| entry.duty == duty);
        held.map(|entry| responsible(entry, place, wanted.estate_id.is_some(), &holders)).collect()
    };
    Ok(ResolvedResponsibilities {
        lead: with(ResponsibilityDuty::Lead),
        assist: with(ResponsibilityDuty::Assist),
        supervise: with(ResponsibilityDuty::Supervise),
        matter: wanted.matter,
        jurisdiction: place,
        as_of: day,
    })
}

fn responsible(
    entry: &ResponsibilityFields,
    place: JurisdictionCode,
    estate_named: bool,
    holders: &[OrganizationFields],
) -> ResponsibleParty {
    let at = place.at(entry.level);
    let by_estate = entry.organization_kind.is_of_estate();
    let organizations: Vec<_> = creation::holders(entry, place, holders)
        .map(|found| ResponsibleOrganization { id: found.id, name: found.name.clone(), jurisdiction: found.jurisdiction })
        .collect();
    ResponsibleParty {
        responsibility_id: entry.id,
        title: entry.title.clone(),
        legal_basis: entry.legal_basis.clone(),
        issued_by: entry.jurisdiction,
        level: entry.level,
        organization_kind: entry.organization_kind,
        place: at,
        vacant: (at.is_some() && (estate_named || !by_estate)).then_some(organizations.is_empty()),
        organizations,
    }
}
