//! What must hold of a mediation.

use uuid::Uuid;

use super::inputs::NewMediation;
use super::model::{MediationFields, MediationParty, MediationType};
use super::states::MediationStatus;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::disputes::decide::mediation::MediatedDispute;
use crate::resources::disputes::details::CaseDetails;
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::parties::Party;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store as dispute_store;
use crate::resources::disputes::view::is_member_of_party;
use crate::resources::mediation::mediators::creation as mediator_rules;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::numbering;
use crate::resources::reference::rules::store as rules;

/// Opens a mediation of a dispute, which goes into mediation with it.
pub async fn open(tx: &Tx, scope: &Authorized<Mediations>, new: NewMediation) -> Result<(MediationFields, Vec<Record>), Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    Problem::fail_if_any(errors)?;
    let Some(mediated) = MediatedDispute::lock_in_reach(tx, scope, new.dispute_id).await? else {
        return invalid("/dispute_id", &codes::UNKNOWN_RECORD);
    };
    let dispute = &mediated.dispute;
    if dispute.status != Status::InHandling {
        return invalid("/dispute_id", &codes::NOT_ACTIVE);
    }
    if dispute.concerns(&scope.actor.caller) {
        return invalid("/dispute_id", &codes::OWN_MATTER);
    }
    let standing = scope.acting_level(scope.action, &dispute.jurisdiction);
    if standing.is_none_or(|level| level > dispute.level) {
        return invalid("/dispute_id", &codes::HANDLED_ABOVE);
    }
    check_committee(tx, scope, new.organization_id, dispute.jurisdiction).await?;
    let (parties, _) = dispute_store::parts(tx.connection(), dispute.id).await?;
    if is_member_of_party(scope, &parties) {
        return invalid("/dispute_id", &codes::OWN_MATTER);
    }
    if parties.len() < 2 {
        return invalid("/dispute_id", &codes::OTHER_PARTY_MISSING);
    }
    let rules = rules::in_force(tx.connection(), dispute.jurisdiction, scope.today()).await?;
    let kind = RuleName::MediationNumberPattern;
    let is_written = async |number: &str| store::is_numbered(tx, number).await;
    let number = numbering::next(tx, &rules, kind, (dispute.jurisdiction, scope.today()), is_written).await?;
    let fields = record(scope, (id, number), dispute, (new.organization_id, new.mediation_type), parties);
    store::insert(tx, &fields).await?;
    let begun = mediated.begin(scope, (fields.id, &fields.number))?.store(tx, scope.now).await?;
    Ok((fields, vec![begun]))
}

/// A committee mediates when it is one, and whole.
async fn check_committee(tx: &Tx, scope: &Authorized<Mediations>, id: Uuid, place: JurisdictionCode) -> Result<(), Problem> {
    let committee = organizations::named(tx, scope, &[id], place).await?.pop();
    match committee {
        None => return invalid("/organization_id", &codes::UNKNOWN_RECORD),
        Some(committee) if committee.kind != OrganizationKind::MediationCommittee => {
            let error = FieldError::at("/organization_id", &codes::WRONG_KIND).with("kinds", vec!["mediation_committee"]);
            return Err(Problem::invalid(vec![error]));
        }
        Some(_) => {}
    }
    let able = mediators::of_committee(tx, id).await?;
    if !mediator_rules::is_complete(&able) {
        return invalid("/organization_id", &codes::COMMITTEE_INCOMPLETE);
    }
    Ok(())
}

/// A mediation as it begins.
fn record(
    scope: &Authorized<Mediations>,
    (id, number): (Uuid, String),
    dispute: &DisputeFields,
    (organization_id, mediation_type): (Uuid, MediationType),
    parties: Vec<Party>,
) -> MediationFields {
    let filer = dispute.progress.get().ok().and_then(CaseDetails::filer_position);
    MediationFields {
        id,
        number,
        jurisdiction: dispute.jurisdiction,
        level: dispute.level,
        dispute_id: dispute.id,
        organization_id,
        mediator_id: None,
        status: MediationStatus::Proposed,
        parties: JsonValue(parties.into_iter().map(|party| not_asked(party, filer)).collect()),
        exclusions: JsonValue(Vec::new()),
        conflicts: JsonValue(Vec::new()),
        mediation_type,
        offers: JsonValue(Vec::new()),
        helpers: JsonValue(Vec::new()),
        rights_notice_on: None,
        waiver: None,
        began_on: None,
        due_on: None,
        warned: false,
        outcome: None,
        undisputed_facts: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        mediator_subject: None,
        applicant_subject: dispute.applicant_subject(),
        next_step_at: None,
    }
}

/// A party who has said nothing about the mediation yet.
fn not_asked(party: Party, filer: Option<i16>) -> MediationParty {
    MediationParty {
        position: party.position,
        role: party.role,
        consents: None,
        channel: None,
        said_on: None,
        chosen_mediator_id: None,
        filed_it: filer == Some(party.position),
        said_it: false,
    }
}
