//! What must hold of a mediation.

use std::cmp::Reverse;

use chrono::{Datelike, NaiveDate};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{
    Continuation, Exclusion, Mediation, MediationFields, MediationParty, MediatorChoice, NewConsent, NewExclusion, NewMediation,
    Recommendation, Recommendations,
};
use super::states::MediationStatus;
use super::store;
use crate::access::code::JurisdictionCode;
use crate::access::policy::resource::Mediations;
use crate::access::scope::Authorized;
use crate::calendar::term::last_calendar_day;
use crate::calendar::{last_day_of, midnight};
use crate::changes::lifecycle::next_actions;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_list::JsonList;
use crate::db::number;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, refused};
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::model_parties::Party;
use crate::resources::disputes::rules_mediation as disputes;
use crate::resources::disputes::states::Status;
use crate::resources::disputes::store as dispute_store;
use crate::resources::learners::model_hours::Hours;
use crate::resources::mediators::model::MediatorFields;
use crate::resources::mediators::rules as mediator_rules;
use crate::resources::mediators::store as mediators;
use crate::resources::organizations::model::OrganizationKind;
use crate::resources::organizations::store as organizations;
use crate::resources::rules::model::{RuleInForce, RuleName};
use crate::resources::rules::store as rules;

/// The mediation as the caller sees it.
pub fn view(scope: &Authorized<Mediations>, fields: MediationFields) -> Mediation {
    Mediation { next_actions: next_actions(scope, &fields), fields }
}

/// Opens a mediation of a dispute, which goes into mediation with it.
pub async fn open(tx: &Tx, scope: &Authorized<Mediations>, new: NewMediation) -> Result<(MediationFields, Vec<Record>), Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    Problem::unless_right(errors)?;
    let Some(dispute) = disputes::lock_in(tx, &scope.extent, new.dispute_id).await? else {
        return refused("/dispute_id", &codes::UNKNOWN_RECORD);
    };
    if dispute.status != Status::InHandling {
        return refused("/dispute_id", &codes::NOT_ACTIVE);
    }
    let standing = scope.standing(scope.action, &dispute.jurisdiction);
    if standing.is_none_or(|level| level > dispute.level) {
        return refused("/dispute_id", &codes::HANDLED_ABOVE);
    }
    check_committee(tx, scope, new.organization_id, dispute.jurisdiction).await?;
    let parties = disputes::parties(tx, dispute.id).await?;
    if parties.len() < 2 {
        return refused("/dispute_id", &codes::OTHER_PARTY_MISSING);
    }
    let fields = record(
        scope,
        (id, number::next(tx.connection(), "mediation_numbers", 'M').await?),
        &dispute,
        new.organization_id,
        parties,
    );
    store::insert(tx, &fields).await?;
    let begun = disputes::begin(tx, scope, &dispute, &fields.number).await?;
    Ok((fields, vec![begun]))
}

/// A committee mediates when it is one, and whole.
async fn check_committee(tx: &Tx, scope: &Authorized<Mediations>, id: Uuid, place: JurisdictionCode) -> Result<(), Problem> {
    let committee = organizations::named(tx, scope, &[id], place).await?.pop();
    match committee {
        None => return refused("/organization_id", &codes::UNKNOWN_RECORD),
        Some(committee) if committee.kind != OrganizationKind::MediationCommittee => {
            let error = FieldError::at("/organization_id", &codes::WRONG_KIND).with("kinds", vec!["mediation_committee"]);
            return Err(Problem::invalid(vec![error]));
        }
        Some(_) => {}
    }
    let able = mediators::of_committee(tx, id).await?;
    if !mediator_rules::is_complete(&able) {
        return refused("/organization_id", &codes::COMMITTEE_INCOMPLETE);
    }
    Ok(())
}

/// A mediation as it begins.
fn record(
    scope: &Authorized<Mediations>,
    (id, number): (Uuid, String),
    dispute: &DisputeFields,
    organization_id: Uuid,
    parties: Vec<Party>,
) -> MediationFields {
    let party = |party: Party| MediationParty {
        position: party.position,
        role: party.role,
        consents: None,
        channel: None,
        said_on: None,
    };
    MediationFields {
        id,
        number,
        jurisdiction: dispute.jurisdiction,
        level: dispute.level,
        dispute_id: dispute.id,
        organization_id,
        mediator_id: None,
        status: MediationStatus::Proposed,
        parties: JsonList(parties.into_iter().map(party).collect()),
        exclusions: JsonList(Vec::new()),
        rights_notice_on: None,
        waiver: None,
        began_on: None,
        due_on: None,
        warned: false,
        outcome: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
        mediator_subject: None,
        applicant_subject: dispute.created_by.clone(),
        next_step_at: None,
    }
}

/// Records what a party said. A refusal ends the mediation: nobody is mediated against their will.
pub async fn consent(
    tx: &Tx,
    scope: &Authorized<Mediations>,
    mediation: &mut MediationFields,
    said: NewConsent,
) -> Result<Vec<Record>, Problem> {
    let reported_on = disputes::reported_on(tx, mediation.dispute_id).await?;
    Problem::unless_right(scope.day_faults("/said_on", said.said_on, Some(reported_on)))?;
    let Some(party) = mediation.parties.0.iter_mut().find(|party| party.position == said.position) else {
        return refused("/position", &codes::UNKNOWN_RECORD);
    };
    (party.consents, party.channel, party.said_on) = (Some(said.consents), Some(said.channel), Some(said.said_on));
    if said.consents {
        mediation.status = MediationStatus::ConsentPending;
        return Ok(Vec::new());
    }
    mediation.outcome = Some(format!("第{}方不同意调解", said.position + 1));
    mediation.status = MediationStatus::Terminated;
    end(tx, scope, mediation).await
}

/// The mediation is over without an agreement: the dispute goes back to its handler.
pub async fn end(tx: &Tx, scope: &Authorized<Mediations>, mediation: &mut MediationFields) -> Result<Vec<Record>, Problem> {
    mediation.next_step_at = None;
    if let Some(subject) = &mediation.mediator_subject {
        disputes::leave(tx, mediation.dispute_id, subject).await?;
    }
    let note = mediation.outcome.clone();
    Ok(disputes::end(tx, scope, mediation.dispute_id, note).await?.into_iter().collect())
}

/// Lets a mediator mediate. Without this year's hours of training it takes a reason, which is kept.
pub async fn select(
    tx: &Tx,
    scope: &Authorized<Mediations>,
    mediation: &mut MediationFields,
    choice: MediatorChoice,
) -> Result<Vec<Record>, Problem> {
    if !mediation.all_consent() {
        return refused("", &codes::CONSENT_MISSING);
    }
    let able = mediators::of_committee(tx, mediation.organization_id).await?;
    let Some(mediator) = able.iter().find(|mediator| mediator.id == choice.mediator_id) else {
        return refused("/mediator_id", &codes::UNKNOWN_RECORD);
    };
    if mediation.excludes(mediator).is_some() {
        return refused("/mediator_id", &codes::EXCLUDED);
    }
    let day = scope.today();
    let known = rules::in_force(tx.connection(), mediation.jurisdiction, day).await?;
    let required = rules::value(tx, RuleName::MediatorYearlyHours, mediation.jurisdiction, last_day_of(day.year())).await?;
    let trained = i64::from(mediators::hours(tx, mediator.id).await?.of(day.year())) >= required;
    if !trained && choice.waiver.is_none() {
        return refused("/waiver", &codes::HOURS_MISSING);
    }
    mediation.waiver = choice.waiver.filter(|_| !trained);
    seat(tx, scope, mediation, mediator).await?;
    if mediation.began_on.is_none() {
        mediation.began_on = Some(day);
        set_end(&known, mediation, last_calendar_day(day, RuleInForce::value_of(&known, RuleName::MediationDays)));
    }
    Ok(Vec::new())
}

/// Gives the case to a mediator, and takes it from the one before.
pub async fn seat(
    tx: &Tx,
    scope: &Authorized<Mediations>,
    mediation: &mut MediationFields,
    mediator: &MediatorFields,
) -> Result<(), Problem> {
    if let Some(before) = mediation.mediator_subject.take() {
        disputes::leave(tx, mediation.dispute_id, &before).await?;
    }
    mediation.mediator_id = Some(mediator.id);
    mediation.mediator_subject = mediator.subject.clone();
    if let Some(subject) = &mediator.subject {
        disputes::join(tx, mediation.dispute_id, subject, scope.now).await?;
    }
    Ok(())
}

/// Sets the last day, and when it is announced: as many days before as the rules lie apart.
fn set_end(known: &[RuleInForce], mediation: &mut MediationFields, last: NaiveDate) {
    let length = RuleInForce::value_of(known, RuleName::MediationDays);
    let warning = RuleInForce::value_of(known, RuleName::MediationWarningDays).min(length);
    let announced = last - chrono::Days::new((length - warning).unsigned_abs());
    (mediation.due_on, mediation.warned) = (Some(last), false);
    mediation.next_step_at = Some(midnight(announced));
}

/// The chosen mediator cannot mediate: another one is to be chosen.
pub async fn exclude(
    tx: &Tx,
    scope: &Authorized<Mediations>,
    mediation: &mut MediationFields,
    new: NewExclusion,
) -> Result<Vec<Record>, Problem> {
    let Some(mediator_id) = mediation.mediator_id.take() else { return refused("", &codes::NOT_APPLICABLE) };
    mediation.exclusions.0.push(Exclusion { mediator_id, kind: new.kind, reason: new.reason, at: scope.now });
    if let Some(subject) = mediation.mediator_subject.take() {
        disputes::leave(tx, mediation.dispute_id, &subject).await?;
    }
    Ok(Vec::new())
}

/// Goes on beyond the usual time, when all parties agree: each time for as many days at most as a mediation has.
pub async fn extend(
    tx: &Tx,
    scope: &Authorized<Mediations>,
    mediation: &mut MediationFields,
    new: Continuation,
) -> Result<Vec<Record>, Problem> {
    let known = rules::in_force(tx.connection(), mediation.jurisdiction, scope.today()).await?;
    let mut errors = Vec::new();
    if mediation.parties.0.iter().any(|party| !new.consenting.contains(&party.position)) {
        errors.push(FieldError::at("/consenting", &codes::CONSENT_MISSING));
    }
    let before = mediation.due_on.map_or(scope.today(), |due| due.max(scope.today()));
    let first = last_calendar_day(before, 1);
    let last = last_calendar_day(before, RuleInForce::value_of(&known, RuleName::MediationDays));
    errors.extend(FieldError::before("/until_on", new.until_on, Some(first)));
    errors.extend(FieldError::after("/until_on", new.until_on, Some(last)));
    Problem::unless_right(errors)?;
    set_end(&known, mediation, new.until_on);
    Ok(Vec::new())
}

/// The mediators of the committee, the most suitable first.
pub async fn recommend(db: &Db, scope: &Authorized<Mediations>, id: Uuid) -> Result<Recommendations, Problem> {
    let mediation = store::find(db, scope, id).await?;
    let (committee, place, year) = (mediation.organization_id, mediation.jurisdiction, scope.today().year());
    let (able, category, loads, known) = db
        .read(async |connection| {
            try_join!(
                mediators::able(connection, committee),
                dispute_store::category(connection, mediation.dispute_id),
                store::loads(connection, committee),
                rules::in_force(connection, place, last_day_of(year))
            )
        })
        .await?;
    let hours_required = RuleInForce::value_of(&known, RuleName::MediatorYearlyHours);
    let recommend = |(mediator, hours): (MediatorFields, Option<Hours>)| {
        let (hours, excluded) = (hours.map_or(0, |hours| hours.of(year)), mediation.excludes(&mediator));
        Recommendation {
            suitable: excluded.is_none() && i64::from(hours) >= hours_required,
            specialist: mediator.knows(&category),
            load: loads.iter().find(|(id, _)| *id == mediator.id).map_or(0, |(_, load)| *load),
            hours,
            hours_required,
            excluded,
            mediator_id: mediator.id,
            name: mediator.name,
            qualification: mediator.qualification,
        }
    };
    let mut items: Vec<_> = able.into_iter().map(recommend).collect();
    items.sort_by_key(|one| (Reverse(one.suitable), one.excluded.is_some(), Reverse(one.specialist), one.load));
    Ok(Recommendations { items })
}
