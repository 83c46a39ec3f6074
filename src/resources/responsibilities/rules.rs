//! What must hold of the responsibility list, and what it says about a place.

use chrono::NaiveDate;
use futures_util::try_join;

use super::model::{
    NewResponsibility, ResolveParams, ResolvedResponsibilities, Responsibility, ResponsibilityDuty, ResponsibilityFields,
    ResponsibilityStatus, ResponsibleOrganization, ResponsibleParty,
};
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::ActionTag;
use crate::access::policy::action::Read;
use crate::access::policy::resource::Responsibilities;
use crate::access::scope::Scope;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::{also, id_or_new};
use crate::changes::write::{Record, Tx};
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::organizations::model::{OrganizationFields, OrganizationKind};
use crate::resources::organizations::store as organizations;
use crate::resources::owners_committees::store as committees;
use crate::resources::property_contracts::store as contracts;

/// The entry as the caller sees it.
pub fn view<A: ActionTag>(scope: &Scope<A, Responsibilities>, fields: ResponsibilityFields) -> Responsibility {
    Responsibility { next_actions: next_actions(scope, &fields), fields }
}

/// Drafts an entry.
pub async fn draft<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Responsibilities>,
    new: NewResponsibility,
) -> Result<ResponsibilityFields, Problem> {
    let mut errors = Vec::new();
    let record = ResponsibilityFields {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        matter: new.matter,
        title: new.title,
        level: new.level,
        organization_kind: new.organization_kind,
        duty: new.duty,
        legal_basis: new.legal_basis,
        status: ResponsibilityStatus::Draft,
        valid_from: None,
        valid_until: None,
        supersedes_id: new.supersedes_id,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    errors.extend(faults(&record));
    if let Some(id) = record.supersedes_id {
        let old = store::named(tx, scope, id).await?;
        let takes_place = |old: &ResponsibilityFields| old.jurisdiction == record.jurisdiction && old.matter == record.matter;
        match old {
            Some(old) if takes_place(&old) && old.status == ResponsibilityStatus::Published => {}
            Some(old) if takes_place(&old) => errors.push(FieldError::at("/supersedes_id", &codes::NOT_ACTIVE)),
            _ => errors.push(FieldError::at("/supersedes_id", &codes::UNKNOWN_RECORD)),
        }
    }
    Problem::unless_right(errors)?;
    store::insert(tx, scope, &record).await?;
    Ok(record)
}

/// The organization stands at a level that its kind has, and not above the issuer.
pub fn faults(record: &ResponsibilityFields) -> Vec<FieldError> {
    let kind = record.organization_kind;
    let fits = |level: &&Level| **level >= record.jurisdiction.level();
    let levels: Vec<_> = kind.levels().iter().filter(fits).collect();
    if levels.contains(&&record.level) {
        return Vec::new();
    }
    let levels: Vec<_> = levels.into_iter().map(|level| level.as_str()).collect();
    vec![FieldError::at("/level", &codes::WRONG_LEVEL).with("levels", levels)]
}

/// Publishes a draft: nobody above leads already, and the entry whose place it takes ends the same day.
pub async fn publish<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Responsibilities>,
    entry: &mut ResponsibilityFields,
    from: NaiveDate,
) -> Result<Vec<Record>, Problem> {
    if entry.duty == ResponsibilityDuty::Lead && store::is_led_from_above(tx, entry, from).await? {
        return Err(Problem::invalid(vec![FieldError::at("/duty", &codes::STANDS_ABOVE)]));
    }
    entry.valid_from = Some(from);
    let Some(id) = entry.supersedes_id else { return Ok(Vec::new()) };
    let old = store::named(tx, scope, id).await?.filter(|old| old.status == ResponsibilityStatus::Published);
    let Some(old) = old else {
        return Err(Problem::invalid(vec![FieldError::at("/supersedes_id", &codes::NOT_ACTIVE)]));
    };
    Ok(vec![end(tx, scope, &old, from).await?])
}

/// An entry no longer holds from a day on.
async fn end<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, Responsibilities>,
    entry: &ResponsibilityFields,
    day: NaiveDate,
) -> Result<Record, Problem> {
    end_faults(entry, "/valid_from", day)?;
    also(tx, scope.now, entry, |entry| {
        (entry.status, entry.valid_until) = (ResponsibilityStatus::Superseded, Some(day));
    })
    .await
}

/// Nothing ends before it began.
pub fn end_faults(entry: &ResponsibilityFields, place: &'static str, day: NaiveDate) -> Result<(), Problem> {
    let early = entry.valid_from.filter(|first| day < *first);
    let fault = |first: NaiveDate| FieldError::at(place, &codes::NOT_BEFORE).with("limit", first.to_string());
    Problem::unless_right(early.map(fault).into_iter().collect())
}

/// Tells who is responsible for a matter, down to the organizations, in one round trip.
pub async fn resolve(
    db: &Db,
    scope: &Scope<Read, Responsibilities>,
    wanted: ResolveParams,
) -> Result<ResolvedResponsibilities, Problem> {
    let place = wanted.jurisdiction;
    if !scope.extent.covers(&place) {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    let day = wanted.as_of.unwrap_or_else(|| scope.today());
    let (entries, holders) = db
        .read(async |connection| {
            let of_estate = wanted.estate_id.map(|id| (contracts::serves(id, day), committees::represents(id, day)));
            let holders = organizations::standing_on(connection, place, of_estate);
            try_join!(store::in_force(connection, &wanted.matter, place, day), holders)
        })
        .await?;
    let with = |duty| {
        let held = entries.iter().filter(|entry| entry.duty == duty);
        held.map(|entry| responsible(entry, place, &holders)).collect()
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

fn responsible(entry: &ResponsibilityFields, place: JurisdictionCode, holders: &[OrganizationFields]) -> ResponsibleParty {
    let at = place.at(entry.level);
    // Enterprises and committees are found by their estate, wherever they are registered.
    let by_estate = matches!(entry.organization_kind, OrganizationKind::PropertyEnterprise | OrganizationKind::OwnersCommittee);
    let holds = |organization: &&OrganizationFields| {
        organization.kind == entry.organization_kind && (by_estate || Some(organization.jurisdiction) == at)
    };
    let organizations: Vec<_> = holders
        .iter()
        .filter(holds)
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
        vacant: organizations.is_empty(),
        organizations,
    }
}
