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
use crate::resources::reference::dispute_categories::model::{EffectiveCategory, RequiredField, Risk};
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

/// What a dispute tells of what categories may require.
pub struct ProvidedFields {
    described: bool,
    placed: bool,
    /// Roles, and whether a phone is known.
    parties: Vec<(PartyRole, bool)>,
}

impl ProvidedFields {
    fn of_new(new: &NewDispute) -> Self {
        Self {
            described: is_told(new.description.as_deref()),
            placed: new.estate_id.is_some() || new.estate_name.is_some(),
            parties: new.parties.iter().map(|party| (party.role, party.phone.is_some())).collect(),
        }
    }

    pub fn of(dispute: &DisputeFields, parties: &[Party]) -> Self {
        Self {
            described: is_told(dispute.description.as_deref()),
            placed: dispute.estate_name.is_some(),
            parties: parties.iter().map(|party| (party.role, party.phone.is_some())).collect(),
        }
    }

    /// What a category requires and the dispute does not tell.
    pub fn missing(&self, category: &EffectiveCategory) -> Vec<FieldError> {
        let wanting = |field: &RequiredField| match field {
            RequiredField::Description => (!self.described).then(|| "/description".into()),
            RequiredField::Estate => (!self.placed).then(|| "/estate_name".into()),
            RequiredField::Respondent => {
                self.parties.iter().all(|(role, _)| *role != PartyRole::Respondent).then(|| "/parties".into())
            }
            RequiredField::ApplicantPhone => {
                let silent = self.parties.iter().position(|(role, phone)| *role == PartyRole::Applicant && !phone);
                silent.map(|at| format!("/parties/{at}/phone"))
            }
        };
        let places = category.required_fields.iter().filter_map(wanting);
        places.map(|place: String| FieldError::at(place, &codes::REQUIRED_BY_CATEGORY)).collect()
    }
}

fn is_told(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
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
    Problem::fail_if_any(place_fault(scope, new.jurisdiction).into_iter().collect())?;
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
    let filed_by = filed_by(scope, &fields, &parties)?;
    if filed_by.is_some() && channel != DisputeChannel::Direct {
        return invalid("/channel", &codes::NOT_APPLICABLE);
    }
    let (route, filed_by_applicant) = (Some(route), Some(filed_by.is_some()));
    let progress = CaseDetails { channel, route, filed_by_applicant, filed_by, anonymous, ..CaseDetails::default() };
    let mut case = DisputeTransition { previous_status: Status::Submitted, fields, progress, rules: known.rules };
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

/// The position of the applicant who files it by themselves: the first one that a resident names, or the organization of a
/// member; none where an office files it for somebody.
fn filed_by(who: &Authority, fields: &DisputeFields, parties: &[NewParty]) -> Result<Option<i16>, Problem> {
    let role = who.acting_role(&fields.jurisdiction);
    let by_member = role == Role::OrganizationMember.as_str();
    if !by_member && role != Role::Resident.as_str() {
        return Ok(None);
    }
    let organization = who.actor.organization;
    let ours = |party: &NewParty| !by_member || organization.is_some() && party.organization_id == organization;
    let mut applicants = (0..).zip(parties).filter(|(_, party)| party.role == PartyRole::Applicant);
    match applicants.find(|(_, party)| ours(party)) {
        Some((position, _)) => Ok(Some(position)),
        None => invalid("/parties", &codes::OWN_ORGANIZATION_REQUIRED),
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
