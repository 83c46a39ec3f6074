//! How a dispute comes in: what must be told, which category it falls under, and who is responsible.

use std::sync::Arc;

use futures_util::future::{OptionFuture, try_join_all};
use futures_util::try_join;
use uuid::Uuid;

use super::command::{event, invite};
use super::deadline::{Card, DeadlineKind};
use super::details::{CaseDetails, DisputeChannel, RoutingStep};
use super::effective_rules::EffectiveRules;
use super::model::{DisputeFields, NewDispute};
use super::parties::{NewParty, Party, PartyRole};
use super::provided::ProvidedFields;
use super::routing::ResponsibilityLookup;
use super::states::Status;
use super::store;
use super::transition::DisputeTransition;
use super::view::view;
use crate::access::actor::Role;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::taken_steps::TakenSteps;
use crate::changes::write::{Tx, Written};
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::dispute_categories::effective::path;
use crate::resources::reference::dispute_categories::model::Risk;
use crate::resources::reference::rules::names::RuleName;

/// What is there already and counts for a new dispute, read in one round trip.
struct FilingContext {
    rules: Arc<EffectiveRules>,
    holders: ResponsibilityLookup,
    estate_name: Option<String>,
    organizations: Vec<Uuid>,
}

impl FilingContext {
    async fn read(tx: &Tx, scope: &Authorized<Disputes>, new: &NewDispute) -> Result<Self, Problem> {
        let (connection, place, today) = (tx.connection(), new.jurisdiction, scope.today());
        let named: Vec<_> = new.parties.iter().filter_map(|party| party.organization_id).collect();
        // Nearly always a matter is called like the category at the top of the tree.
        let usual = path(&new.category).pop().unwrap_or_default().to_owned();
        let estate = OptionFuture::from(new.estate_id.map(|id| estates::name_in(connection, id, place)));
        let (rules, holders, estate_name, organizations) = try_join!(
            EffectiveRules::at(connection, place, &new.category, today),
            ResponsibilityLookup::of(connection, place, new.estate_id, &usual, today),
            async { estate.await.transpose().map(Option::flatten) },
            async {
                match named[..] {
                    [] => Ok(Vec::new()),
                    _ => organizations::nameable_of(connection, scope, &named, place).await,
                }
            }
        )?;
        let matter = rules.category.as_ref().map_or(usual.as_str(), |category| category.matter.as_str());
        let holders = if matter == usual {
            holders
        } else {
            ResponsibilityLookup::of(connection, place, new.estate_id, matter, today).await?
        };
        Ok(Self { rules: Arc::new(rules), holders, estate_name, organizations })
    }

    /// What is wrong with a new dispute in view of it.
    fn faults(&self, new: &NewDispute) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match &self.rules.category {
            Some(category) if category.code == new.category => {
                if !category.active {
                    errors.push(FieldError::at("/category", &codes::NOT_ACTIVE));
                }
                errors.extend(ProvidedFields::of_new(new).missing(category));
            }
            _ => errors.push(FieldError::at("/category", &codes::UNKNOWN_CATEGORY)),
        }
        if new.anonymous && self.rules.days(RuleName::DisputeAnonymousFiling) == 0 {
            errors.push(FieldError::at("/anonymous", &codes::NOT_ALLOWED));
        }
        if new.estate_id.is_some() && self.estate_name.is_none() {
            errors.push(FieldError::at("/estate_id", &codes::UNKNOWN_RECORD));
        }
        for (at, party) in new.parties.iter().enumerate() {
            if party.organization_id.is_some_and(|id| !self.organizations.contains(&id)) {
                errors.push(FieldError::at(format!("/parties/{at}/organization_id"), &codes::UNKNOWN_RECORD));
            }
        }
        errors
    }
}

/// A place within reach that handles disputes.
fn place_fault(who: &Authority, place: JurisdictionCode) -> Option<FieldError> {
    match () {
        () if !who.area.covers(&place) => Some(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION)),
        () if place.level() == Level::Province => {
            let handling: Vec<_> = Level::ALL[1..].iter().map(|level| level.as_str()).collect();
            Some(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", handling))
        }
        () => None,
    }
}

/// Files a dispute: it gets a number, a level and an organization that are responsible, and the time to accept it begins.
pub async fn file(tx: &Tx, scope: &Authorized<Disputes>, mut new: NewDispute) -> Result<Written, Problem> {
    Problem::fail_if_any(place_fault(scope, new.jurisdiction))?;
    new.forget_applicants();
    let known = FilingContext::read(tx, scope, &new).await?;
    Problem::fail_if_any(known.faults(&new))?;
    let category = known.rules.category.as_ref();
    let first_level = category.map_or(Level::Community, |category| category.first_level);
    let (level, organization_id, route) = known.holders.route_new(first_level);
    let note = route.alarm.then(|| vacant(&route.steps));
    let risk = category.map_or(Risk::Yellow, |category| category.risk);
    let (parties, channel, anonymous) = (std::mem::take(&mut new.parties), new.channel, new.anonymous);
    let number = known.rules.next_number(tx, new.jurisdiction, scope.today()).await?;
    let mut fields = record(scope, new, number)?;
    (fields.level, fields.organization_id, fields.risk) = (level, organization_id, risk);
    fields.estate_name = known.estate_name.or(fields.estate_name);
    let Filer { position: filed_by, organization: filed_for } = filer(scope, &fields, &parties, anonymous)?;
    if filed_by.is_some() && channel != DisputeChannel::Direct {
        return invalid("/channel", &codes::NOT_APPLICABLE);
    }
    if let Some(organization) = filed_for {
        fields.taken_steps.speak_for(organization);
    }
    let (route, filed_by_applicant) = (Some(route), Some(filed_by.is_some()));
    let progress = CaseDetails { channel, route, filed_by_applicant, filed_by, filed_for, anonymous, ..CaseDetails::default() };
    let previous_organization = fields.organization_id;
    let mut case =
        DisputeTransition { previous_status: Status::Submitted, previous_organization, fields, progress, rules: known.rules };
    case.start(DeadlineKind::Accept, scope.now);
    let fields = case.into_fields(scope.now)?;
    let filed = event(scope, scope.action.as_str(), None, &fields, note);
    let parties: Vec<_> = (0..).zip(parties).map(|(position, party)| Party::new(position, party)).collect();
    store::insert(tx, &fields, &parties, &filed).await?;
    let mut guests: Vec<_> = parties.iter().filter_map(|party| party.guest(scope.now)).collect();
    guests.sort_by(|one, other| one.guest.cmp(&other.guest));
    guests.dedup_by(|other, one| one.guest == other.guest);
    let audited = try_join_all(guests.iter().map(|guest| invite(tx, &fields, guest))).await?;
    Ok(Written::created("/v1/disputes", &fields, &view(scope, fields.clone(), Some((parties, guests))))?.and(audited))
}

/// Who files it by themselves.
#[derive(Default)]
struct Filer {
    /// The position of the applicant: the first one that a resident names, or the caller's organization.
    position: Option<i16>,
    organization: Option<Uuid>,
}

/// The applicant who files it by themselves; nobody where an office files it for somebody. Whose organization is an applicant
/// files for that, whatever offices they hold besides.
fn filer(who: &Authority, fields: &DisputeFields, parties: &[NewParty], anonymous: bool) -> Result<Filer, Problem> {
    // Whoever is somebody else besides files as that, unless it is for their organization.
    let mut roles = who.acting_roles(&fields.jurisdiction);
    let role = roles.find(|role| *role != Role::OrganizationMember).unwrap_or(Role::OrganizationMember);
    let organization = who.actor.organization;
    let applicants = || (0..).zip(parties).filter(|(_, party)| party.role == PartyRole::Applicant);
    let ours = |party: &NewParty| organization.is_some() && party.organization_id == organization;
    let by_member = role == Role::OrganizationMember;
    if by_member && anonymous {
        return invalid("/anonymous", &codes::NOT_APPLICABLE);
    }
    if let Some((position, _)) = applicants().find(|(_, party)| ours(party)) {
        let both = (0..).zip(parties).find(|(_, party)| party.role == PartyRole::Respondent && ours(party));
        return match both {
            Some((at, _)) => invalid(format!("/parties/{at}/organization_id"), &codes::DUPLICATE_ITEM),
            None => Ok(Filer { position: Some(position), organization }),
        };
    }
    match role {
        _ if by_member => invalid("/parties", &codes::OWN_ORGANIZATION_REQUIRED),
        Role::Resident => Ok(Filer { position: applicants().next().map(|(position, _)| position), organization: None }),
        // What an office files for an organization its members go on with.
        _ => Ok(Filer { position: None, organization: applicants().find_map(|(_, party)| party.organization_id) }),
    }
}

/// What is told of a new dispute, before it is known who handles it.
fn record(scope: &Authorized<Disputes>, new: NewDispute, number: String) -> Result<DisputeFields, Problem> {
    Ok(DisputeFields {
        id: new.id.unwrap_or_else(Uuid::now_v7),
        number,
        jurisdiction: new.jurisdiction,
        level: Level::Community,
        title: new.title,
        description: new.description,
        risk: Risk::Yellow,
        category: new.category,
        confidential: new.confidential,
        estate_id: new.estate_id,
        estate_name: new.estate_name,
        status: Status::Submitted,
        organization_id: None,
        assignee: None,
        resolution: None,
        parent_id: None,
        card: Card::None,
        due_at: None,
        approver: None,
        progress: Document::of(&CaseDetails::default())?,
        reported_at: new.reported_at.unwrap_or(scope.now),
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        taken_steps: TakenSteps::default(),
        next_step_at: None,
    })
}

/// Tells which posts are vacant.
pub fn vacant(steps: &[RoutingStep]) -> String {
    let empty = steps.iter().filter(|step| step.organization_id.is_none());
    let named: Vec<_> = empty.map(|step| format!("{} {}", step.place, step.organization_kind.title())).collect();
    format!("责任岗位空缺：{}", named.join("；"))
}
