//! What can be done to a mediation.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use futures_util::try_join;
use uuid::Uuid;

use super::decide::{appointing, consenting, offering, timed};
use super::model::{
    ConsentWithdrawal, Continuation, ExclusionKind, Failure, Mediation, MediationFields, MediatorChoice, NewConsent,
    NewExclusion, PartyChoice, RightsNotice, view,
};
use super::offers::{NewOffer, Offer, OfferReply};
use crate::access::authority::Authority;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::calendar::last_day_of;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::decide::mediation::MediatedDispute;
use crate::resources::disputes::parties::{GuestKind, Party};
use crate::resources::disputes::store as disputes;
use crate::resources::disputes::store::parties::Link;
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::reference::rules::model::{EffectiveRule, RuleName};
use crate::resources::reference::rules::store as rules;

/// What can be done to a mediation.
pub enum Command {
    RecordConsent(NewConsent),
    WithdrawConsent(ConsentWithdrawal),
    GiveNotice(RightsNotice),
    Choose(PartyChoice),
    Select(MediatorChoice),
    Exclude(NewExclusion),
    Offer(NewOffer),
    AnswerOffer(OfferReply),
    Extend(Continuation),
    Fail(Failure),
    Terminate(Reason),
    /// The service announces the end.
    RunDueStep,
    /// The service ends it, since its dispute has gone another way.
    EndOrphaned,
    /// The service brings it up to date, since its mediator has left or signs in otherwise by now.
    FollowMediator,
}

/// What must be known to decide on a mediation; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// When the dispute was raised.
    pub reported_on: Option<NaiveDate>,
    /// The dispute, locked, where the command may change it.
    pub dispute: Option<MediatedDispute>,
    /// The rules of the place.
    pub rules: Vec<EffectiveRule>,
    /// The mediators who can be chosen, or the one who was.
    pub mediators: Vec<MediatorFields>,
    /// Whether the mediator has this year's hours of training.
    pub trained: bool,
    /// The parties of the dispute, and how they are linked to sign-ins.
    pub parties: Vec<Party>,
    pub links: Vec<Link>,
    /// The positions of those parties that the caller or their organization is.
    pub own_positions: Vec<i16>,
}

/// What a decision changes besides the mediation.
#[derive(Debug)]
pub enum Effect {
    Dispute(DisputeChange),
    /// Somebody sees the dispute from now on.
    Join {
        subject: String,
        name: String,
    },
    /// And no longer.
    Leave(String),
    /// An offer was made or answered, of which the feed does not tell.
    Offer {
        before: Option<Offer>,
        after: Offer,
    },
}

impl Aggregate for MediationFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Mediation;

    const PATH: &'static str = "/v1/mediations";
    const NOUN: &'static str = "mediation";

    async fn facts(&self, tx: &Tx, who: &Authorized<Mediations>, command: &Command) -> Result<Facts, Problem> {
        let own = async { Ok(disputes::parties::positions_of(tx.connection(), self.dispute_id, who).await?) };
        let (own_positions, facts) = try_join!(own, self.facts_of(tx, who, command))?;
        Ok(Facts { own_positions, ..facts })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let own = self.own_positions(&who.actor.caller, &facts.own_positions);
        Problem::fail_if_any(self.part_fault(who, &own, command.spoken_for(&own)).into_iter().collect())?;
        match command {
            Command::RecordConsent(said) => consenting::record(after, said, facts, who),
            Command::WithdrawConsent(body) => consenting::withdraw(after, body, facts, who),
            Command::GiveNotice(body) => consenting::give_notice(after, body, facts, who),
            Command::Choose(body) => appointing::choose(after, &body, facts),
            Command::Select(choice) => appointing::select(after, choice, facts, who),
            Command::Exclude(body) => {
                if body.kind == ExclusionKind::Recusal && !own.is_empty() {
                    return invalid("/kind", &codes::NOT_ALLOWED);
                }
                appointing::exclude(after, body.kind, body.reason, who.now)
            }
            Command::Offer(body) => offering::offer(after, body, &own, who),
            Command::AnswerOffer(body) => offering::answer(after, body, &own, who),
            Command::Extend(body) => timed::extend(after, body, facts, who),
            Command::Fail(body) => timed::fail(after, body, facts, who),
            Command::Terminate(body) => timed::end(after, body.reason, facts, who),
            Command::RunDueStep => {
                timed::announce(after, who.now);
                Ok(Vec::new())
            }
            Command::EndOrphaned => timed::end_orphaned(after, facts, who),
            Command::FollowMediator => appointing::follow(after, facts, who.now),
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let (offers, others): (Vec<_>, Vec<_>) = effects.into_iter().partition(|effect| matches!(effect, Effect::Offer { .. }));
        let mut records = apply(tx, who.now, self.dispute_id, others).await?;
        for offer in offers {
            if let Effect::Offer { before, after } = offer {
                records.push(Record::part(self, "mediation_offers", before.as_ref(), &after)?);
            }
        }
        Ok(records)
    }

    async fn answer(self, tx: &Tx, who: &Authorized<Mediations>) -> Result<Mediation, Problem> {
        let own = disputes::parties::positions_of(tx.connection(), self.dispute_id, who).await?;
        Ok(view(who, self, &own))
    }
}

impl Command {
    /// The position of the party who says this; none where no party does. Whoever is a party refuses the mediator for
    /// themselves.
    fn spoken_for(&self, own: &[i16]) -> Option<i16> {
        match self {
            Self::RecordConsent(said) => Some(said.position),
            Self::WithdrawConsent(said) => Some(said.position),
            Self::Choose(choice) => Some(choice.position),
            // A proposal of the mediator is made by whoever handles the case.
            Self::Offer(offer) => Some(offer.position.unwrap_or(NOBODY)),
            Self::AnswerOffer(reply) => Some(reply.position),
            Self::Exclude(_) => Some(own.first().copied().unwrap_or(NOBODY)),
            _ => None,
        }
    }
}

/// No party stands here.
const NOBODY: i16 = -1;

impl MediationFields {
    async fn facts_of(&self, tx: &Tx, who: &Authorized<Mediations>, command: &Command) -> Result<Facts, Problem> {
        let connection = tx.connection();
        let (place, today) = (self.jurisdiction, who.today());
        let dispute = async || MediatedDispute::lock(tx, who, self.dispute_id).await.map(Some);
        Ok(match command {
            Command::RecordConsent(_) => Facts {
                reported_on: Some(disputes::reported_on(tx, self.dispute_id).await?),
                dispute: dispute().await?,
                ..Facts::default()
            },
            Command::GiveNotice(_) => {
                Facts { reported_on: Some(disputes::reported_on(tx, self.dispute_id).await?), ..Facts::default() }
            }
            Command::Select(choice) => Facts { dispute: dispute().await?, ..self.choice_facts(tx, choice, today).await? },
            Command::Extend(_) => {
                let rules = rules::in_force(connection, place, today).await?;
                Facts { dispute: dispute().await?, rules, ..Facts::default() }
            }
            Command::WithdrawConsent(_) | Command::Fail(_) | Command::Terminate(_) | Command::EndOrphaned => {
                Facts { dispute: dispute().await?, ..Facts::default() }
            }
            Command::FollowMediator => {
                let mediators = match self.mediator_id {
                    Some(id) => vec![mediators::known(tx, id).await?],
                    None => Vec::new(),
                };
                Facts { mediators, ..self.party_facts(tx).await? }
            }
            Command::Choose(_) => {
                let mediators = mediators::of_committee(tx, self.organization_id).await?;
                Facts { mediators, ..self.party_facts(tx).await? }
            }
            Command::Exclude(_) | Command::Offer(_) | Command::AnswerOffer(_) | Command::RunDueStep => Facts::default(),
        })
    }

    /// Who the parties are, among whom nobody mediates.
    async fn party_facts(&self, tx: &Tx) -> Result<Facts, Problem> {
        let (connection, dispute) = (tx.connection(), self.dispute_id);
        let ((parties, _), links) =
            try_join!(disputes::parts(connection, dispute), disputes::parties::links(connection, dispute))?;
        Ok(Facts { parties, links, ..Facts::default() })
    }

    /// Who can be chosen, and what a choice needs.
    async fn choice_facts(&self, tx: &Tx, choice: &MediatorChoice, today: NaiveDate) -> Result<Facts, Problem> {
        let (connection, place) = (tx.connection(), self.jurisdiction);
        let able = mediators::of_committee(tx, self.organization_id).await?;
        let (rules, required, hours) = try_join!(
            rules::in_force(connection, place, today),
            rules::in_force(connection, place, last_day_of(today.year())),
            mediators::hours(connection, choice.mediator_id)
        )?;
        let required = EffectiveRule::value_of(&required, RuleName::MediatorYearlyHours);
        let trained = i64::from(hours.of(today.year())) >= required;
        Ok(Facts { rules, mediators: able, trained, ..self.party_facts(tx).await? })
    }
}

/// Carries out what a mediation or its agreement changes at their dispute.
pub async fn apply(tx: &Tx, now: DateTime<Utc>, dispute: Uuid, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
    let mut records = Vec::new();
    for effect in effects {
        match effect {
            Effect::Dispute(change) => records.push(change.store(tx, now).await?),
            Effect::Join { subject, name } => disputes::parties::invite_mediator(tx, dispute, (subject, name), now).await?,
            Effect::Offer { .. } => return Err(Problem::internal("an offer is told by its mediation")),
            Effect::Leave(subject) => disputes::parties::uninvite(tx, dispute, &subject, GuestKind::Person).await?,
        }
    }
    Ok(records)
}

impl Facts {
    /// The dispute, which is locked where the mediation may end.
    pub fn dispute(&self) -> Result<&MediatedDispute, Problem> {
        self.dispute.as_ref().ok_or_else(|| Problem::internal("nobody locked the dispute"))
    }
}
