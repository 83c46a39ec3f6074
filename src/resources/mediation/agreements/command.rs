//! What can be done to an agreement.

use futures_util::try_join;

use super::court::{
    ConfirmationAcceptance, ConfirmationApplication, ConfirmationDecision, ConfirmationExtension, EnforcementApplication,
    NewEnforceability,
};
use super::decide::{confirmation, enforcement, performing, signing, timed};
use super::model::{Agreement, AgreementFields, AgreementPatch, view};
use super::parts::{AgreementVisit, NewDefault, NewPerformance, NewPerformanceReport, NewSignature, Sealing};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Agreements;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::decide::mediation::MediatedDispute;
use crate::resources::disputes::store as disputes;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::reference::calendars::store as calendars;
use crate::resources::reference::rules::place::PlaceRules;

/// What can be done to an agreement.
pub enum Command {
    Update(AgreementPatch),
    Sign(NewSignature),
    Seal(Sealing),
    Perform(NewPerformance),
    /// A party tells what became of an obligation.
    ReportProgress(NewPerformanceReport),
    Default(NewDefault),
    Rescind(Reason),
    VisitBack(AgreementVisit),
    ApplyConfirmation(ConfirmationApplication),
    AcceptConfirmation(ConfirmationAcceptance),
    ExtendConfirmation(ConfirmationExtension),
    DecideConfirmation(ConfirmationDecision),
    MakeEnforceable(NewEnforceability),
    ApplyEnforcement(EnforcementApplication),
    /// The service does what has come due.
    RunDueStep,
    /// The service gives a draft up, since the mediation has ended without it.
    GiveUp,
}

/// What must be known to decide on an agreement; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// The mediation, locked.
    pub mediation: Option<MediationFields>,
    /// Whoever mediates.
    pub mediator: Option<MediatorFields>,
    /// The dispute, locked.
    pub dispute: Option<MediatedDispute>,
    /// The rules and the working days of the place; of what only the days matter to, no rules.
    pub place: PlaceRules,
    /// Whether a later agreement about the same dispute is in force.
    pub is_outdated: bool,
    /// The positions of those parties that the caller or their organization is.
    pub own_positions: Vec<i16>,
}

/// What a decision changes besides the agreement.
#[derive(Debug)]
pub enum Effect {
    Mediation(Related<MediationFields>),
    Dispute(DisputeChange),
}

impl Aggregate for AgreementFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Agreement;

    const PATH: &'static str = "/v1/agreements";
    const NOUN: &'static str = "agreement";

    async fn facts(&self, tx: &Tx, who: &Authorized<Agreements>, command: &Command) -> Result<Facts, Problem> {
        let own = async { Ok(disputes::parties::positions_of(tx.connection(), self.dispute_id, who).await?) };
        let (own_positions, facts) = try_join!(own, self.facts_of(tx, who, command))?;
        Ok(Facts { own_positions, ..facts })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        // Nobody decides about their own agreement; parties sign it.
        if !facts.own_positions.is_empty() && !matches!(command, Command::Sign(_) | Command::ReportProgress(_)) {
            return invalid("", &codes::OWN_MATTER);
        }
        match command {
            Command::Update(patch) => signing::update(after, patch, facts, who),
            Command::Sign(body) => signing::sign(after, body, facts, who),
            Command::Seal(body) => signing::seal(after, body.sealed_on, facts, who),
            Command::Perform(body) => performing::perform(after, body, who),
            Command::ReportProgress(body) => performing::report(after, body, facts, who),
            Command::Default(body) => performing::default(after, body, facts, who),
            Command::Rescind(body) => performing::rescind(after, body.reason, facts, who),
            Command::VisitBack(body) => {
                after.visit_note = Some(body.note);
                Ok(Vec::new())
            }
            Command::ApplyConfirmation(body) => confirmation::apply(after, body, facts, who),
            Command::AcceptConfirmation(body) => confirmation::accept(after, &body, facts, who),
            Command::ExtendConfirmation(body) => confirmation::extend(after, body),
            Command::DecideConfirmation(body) => confirmation::decide(after, body, who),
            Command::MakeEnforceable(body) => enforcement::make_enforceable(after, body, who),
            Command::ApplyEnforcement(body) => enforcement::apply(after, body, who),
            Command::RunDueStep => timed::run_due_step(after, &facts.place.calendar, who.now),
            Command::GiveUp => {
                timed::give_up(after);
                Ok(Vec::new())
            }
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            records.push(match effect {
                Effect::Mediation(mediation) => mediation.store(tx, who.now).await?,
                Effect::Dispute(dispute) => dispute.store(tx, who.now).await?,
            });
        }
        Ok(records)
    }

    async fn answer(self, tx: &Tx, who: &Authorized<Agreements>) -> Result<Agreement, Problem> {
        let own = disputes::parties::positions_of(tx.connection(), self.dispute_id, who).await?;
        Ok(view(who, self, &own))
    }
}

impl AgreementFields {
    async fn facts_of(&self, tx: &Tx, who: &Authorized<Agreements>, command: &Command) -> Result<Facts, Problem> {
        let mut facts = Facts::default();
        match command {
            Command::Update(_) | Command::Sign(_) | Command::ReportProgress(_) => {
                facts.mediation = Some(mediations::locked(tx, self.mediation_id).await?);
            }
            Command::ApplyConfirmation(body) => {
                facts.mediation = Some(mediations::locked(tx, self.mediation_id).await?);
                facts.place = PlaceRules::at(tx.connection(), self.jurisdiction, body.applied_on).await?;
            }
            Command::AcceptConfirmation(_) | Command::RunDueStep => {
                facts.place.calendar = calendars::working_days(tx.connection(), self.jurisdiction).await?;
            }
            Command::Seal(body) => {
                let mediation = mediations::locked(tx, self.mediation_id).await?;
                if let Some(id) = mediation.mediator_id {
                    facts.mediator = Some(mediators::known(tx, id).await?);
                }
                facts.mediation = Some(mediation);
                facts.dispute = Some(MediatedDispute::lock(tx, who, self.dispute_id).await?);
                facts.place = PlaceRules::at(tx.connection(), self.jurisdiction, body.sealed_on).await?;
            }
            Command::Default(_) | Command::Rescind(_) => {
                facts.is_outdated = store::is_outdated(tx, self).await?;
                facts.dispute = Some(MediatedDispute::lock(tx, who, self.dispute_id).await?);
            }
            _ => {}
        }
        Ok(facts)
    }
}

impl Facts {
    pub fn mediation(&self) -> Result<&MediationFields, Problem> {
        self.mediation.as_ref().ok_or_else(|| Problem::internal("nobody looked for the mediation"))
    }

    pub fn dispute(&self) -> Result<&MediatedDispute, Problem> {
        self.dispute.as_ref().ok_or_else(|| Problem::internal("nobody looked for the dispute"))
    }
}
