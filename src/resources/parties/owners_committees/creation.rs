//! How a term of an owners' committee begins.

use uuid::Uuid;

use super::inputs::NewOwnersCommittee;
use super::model::OwnersCommitteeFields;
use super::states::Stage;
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::model::{OrganizationKind, OrganizationStatus};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// Begins a term. The estate is locked, so that its terms are numbered one after the other.
pub async fn prepare(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    new: NewOwnersCommittee,
) -> Result<OwnersCommitteeFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    if new.seats % 2 == 0 {
        errors.push(FieldError::at("/seats", &codes::ODD));
    }
    let Some(estate) = estates::named(tx, scope, new.estate_id).await? else {
        errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        return Err(Problem::invalid(errors));
    };
    let community = estate.jurisdiction.at(Level::Community).unwrap_or(estate.jurisdiction);
    errors.extend(wrong_body(tx, scope, new.organization_id, estate.id, community).await?);
    errors.extend(wrong_size(&PlaceRules::at(tx.connection(), community, scope.today()).await?, new.seats));
    Problem::fail_if_any(errors)?;
    let term = store::next_term(tx, estate.id).await?;
    let record = begun(scope, id, &new, community, term);
    store::insert(tx, &record).await?;
    Ok(record)
}

/// A term of which nothing is known yet.
pub(super) fn begun(
    scope: &Authorized<OwnersCommittees>,
    id: Uuid,
    new: &NewOwnersCommittee,
    community: JurisdictionCode,
    term: i16,
) -> OwnersCommitteeFields {
    OwnersCommitteeFields {
        id,
        jurisdiction: community,
        estate_id: new.estate_id,
        organization_id: new.organization_id,
        term,
        stage: Stage::Preparing,
        seats: new.seats,
        member_count: 0,
        candidates_announced_on: None,
        elected_on: None,
        first_meeting_on: None,
        street_filed_on: None,
        street_filing_number: None,
        district_filed_on: None,
        district_filing_number: None,
        term_starts_on: None,
        term_ends_on: None,
        re_election_due_on: None,
        handover_on: None,
        ended_on: None,
        end_reason: None,
        measures: JsonList::default(),
        next_due_on: None,
        duties: JsonList::default(),
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    }
}

/// A committee that is smaller or larger than the rules of its place say.
fn wrong_size(place: &PlaceRules, seats: i16) -> Option<FieldError> {
    let (least, basis) = EffectiveRule::named(&place.rules, RuleName::CommitteeLeastMembers);
    let most = place.value(RuleName::CommitteeMostMembers);
    let fault = FieldError::at("/seats", &codes::COMMITTEE_SIZE).with("lowest", least).with("highest", most);
    (!(least..=most).contains(&i64::from(seats))).then(|| fault.with("legal_basis", basis))
}

/// The organization of the committee: an owners' committee that stands in the estate's community.
async fn wrong_body(
    tx: &Tx,
    scope: &Authorized<OwnersCommittees>,
    id: Uuid,
    estate: Uuid,
    community: JurisdictionCode,
) -> Result<Option<FieldError>, Problem> {
    let wrong = |rule| FieldError::at("/organization_id", rule);
    Ok(match organizations::named(tx, scope, &[id], community).await?.pop() {
        None => Some(wrong(&codes::UNKNOWN_RECORD)),
        Some(found) if found.kind != OrganizationKind::OwnersCommittee => {
            Some(wrong(&codes::WRONG_KIND).with("kinds", vec![OrganizationKind::OwnersCommittee.as_str()]))
        }
        Some(found) if found.status == OrganizationStatus::Dissolved => Some(wrong(&codes::DISSOLVED)),
        Some(found) if found.jurisdiction != community => {
            Some(wrong(&codes::WRONG_PLACE).with("jurisdiction", community.to_string()))
        }
        Some(found) if store::serves_another(tx, found.id, estate).await? => Some(wrong(&codes::OTHER_ESTATE)),
        Some(_) => None,
    })
}
