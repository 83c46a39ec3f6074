//! Who is responsible for a dispute: from the responsibility list to the organization, level by level upward.

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::try_join;
use uuid::Uuid;

use super::details::{RoutingStep, RoutingTrace};
use crate::access::code::{JurisdictionCode, Level};
use crate::resources::grid::responsibilities::creation as responsibilities;
use crate::resources::grid::responsibilities::model::{ResponsibilityDuty, ResponsibilityFields};
use crate::resources::grid::responsibilities::store as responsibility_store;
use crate::resources::parties::organizations::model::{OrganizationFields, OrganizationKind};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::parties::property_contracts::store as contracts;

/// What the search looks at: the responsibility list of a matter and the organizations of a place.
pub struct ResponsibilityLookup {
    place: JurisdictionCode,
    matter: String,
    day: NaiveDate,
    entries: Vec<ResponsibilityFields>,
    organizations: Vec<OrganizationFields>,
}

impl ResponsibilityLookup {
    /// Loads them in one round trip.
    pub async fn of(
        connection: &AsyncPgConnection,
        place: JurisdictionCode,
        estate: Option<Uuid>,
        matter: &str,
        day: NaiveDate,
    ) -> QueryResult<Self> {
        let of_estate = estate.map(|id| (contracts::serves(id, day), committees::represents(id, day)));
        let (entries, organizations) = try_join!(
            responsibility_store::in_force(connection, matter, place, day),
            organizations::active_on(connection, place, of_estate)
        )?;
        Ok(Self { place, matter: matter.to_owned(), day, entries, organizations })
    }

    /// A place where nobody holds a post.
    #[cfg(test)]
    pub fn nobody(place: JurisdictionCode, day: NaiveDate) -> Self {
        Self { place, matter: String::new(), day, entries: Vec::new(), organizations: Vec::new() }
    }

    /// Searches from the level of the category upward. Where the list names a lead, the search begins at the lowest level
    /// that has one: who leads in a matter counts for more than where its kind usually begins.
    pub fn route_new(&self, category_level: Level) -> (Level, Option<Uuid>, RoutingTrace) {
        let leads = self.entries.iter().filter(|entry| entry.duty == ResponsibilityDuty::Lead).map(|entry| entry.level);
        let first = leads.max().unwrap_or(category_level);
        let (level, organization, mut route) = self.route(first);
        route.category_level = (first != category_level).then_some(category_level);
        (level, organization, route)
    }

    /// Searches from a level upward until somebody holds the post. Where nobody does at any level, the dispute stays
    /// with the level at which the search began.
    pub fn route(&self, first_level: Level) -> (Level, Option<Uuid>, RoutingTrace) {
        let mut steps = Vec::new();
        let upward = self.place.path().into_iter().filter(|code| code.level() <= first_level.min(Level::Community));
        for code in upward {
            let step = self.at(code);
            let found = step.organization_id;
            steps.push(step);
            if found.is_some() {
                break;
            }
        }
        let alarm = steps.iter().any(|step| step.organization_id.is_none());
        let holder = steps.last().filter(|step| step.organization_id.is_some());
        let level = holder.or(steps.first()).map_or(first_level, |step| step.level);
        let organization = holder.and_then(|step| step.organization_id);
        let matter = self.matter.clone();
        (level, organization, RoutingTrace { matter, first_level, as_of: self.day, steps, alarm, category_level: None })
    }

    /// Who holds the post at a level: whoever leads before those who assist or supervise, then the usual office.
    fn at(&self, code: JurisdictionCode) -> RoutingStep {
        let level = code.level();
        let mut entries: Vec<_> = self.entries.iter().filter(|entry| entry.level == level).collect();
        entries.sort_by_key(|entry| (entry.duty, entry.organization_kind.is_of_estate()));
        let held_by = |entry: &&ResponsibilityFields| {
            responsibilities::holders(entry, self.place, &self.organizations).next().map(|found| (found.id, found.name.clone()))
        };
        let found = entries.iter().find_map(|entry| held_by(entry).map(|holder| (*entry, holder)));
        if let Some((entry, (id, name))) = found {
            return step_of(entry, code, Some(id), Some(name));
        }
        let usual = usual_office(level);
        let office = self.organizations.iter().find(|found| found.kind == usual && found.jurisdiction == code);
        match (office, entries.first()) {
            (None, Some(entry)) => step_of(entry, code, None, None),
            (office, _) => RoutingStep {
                level,
                place: code,
                responsibility_id: None,
                duty: None,
                legal_basis: None,
                organization_kind: usual,
                organization_id: office.map(|found| found.id),
                organization_name: office.map(|found| found.name.clone()),
            },
        }
    }
}

fn step_of(entry: &ResponsibilityFields, place: JurisdictionCode, id: Option<Uuid>, name: Option<String>) -> RoutingStep {
    RoutingStep {
        level: entry.level,
        place,
        responsibility_id: Some(entry.id),
        duty: Some(entry.duty),
        legal_basis: Some(entry.legal_basis.clone()),
        organization_kind: entry.organization_kind,
        organization_id: id,
        organization_name: name,
    }
}

/// Who handles a dispute at a level for which the responsibility list names nobody.
fn usual_office(level: Level) -> OrganizationKind {
    match level {
        Level::Province | Level::City | Level::District => OrganizationKind::PropertyOffice,
        Level::Street => OrganizationKind::StreetOffice,
        Level::Community | Level::Grid => OrganizationKind::NeighborhoodCommittee,
    }
}
