//! What can be done to a mediation.

use futures_util::try_join;

use super::decide::{appointing, consenting, helping, offering, timed};
use super::facts::Facts;
use super::helpers::{Helper, HelperDismissal, HelperInvitation};
use super::inputs::{
    ConsentWithdrawal, Continuation, Failure, MediatorChoice, NewConsent, NewExclusion, PartyChoice, RightsNotice,
};
use super::model::{ExclusionKind, Mediation, MediationFields, view};
use super::offers::{NewOffer, Offer, OfferReply};
use super::states::NOBODY;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{Problem, invalid};
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::parties::GuestKind;
use crate::resources::disputes::store as disputes;

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
    InviteHelper(HelperInvitation),
    DismissHelper(HelperDismissal),
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
    /// Somebody helps from now on, or no longer, of which the feed does not tell.
    Helper {
        before: Option<Helper>,
        after: Helper,
    },
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
        let spoken = command.spoken_for(&own);
        Problem::fail_if_any(self.part_fault(who, &own, spoken))?;
        let by_themselves = spoken.filter(|position| own.contains(position));
        for party in after.parties.0.iter_mut().filter(|party| Some(party.position) == by_themselves) {
            party.said_it = true;
        }
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
            Command::InviteHelper(body) => helping::invite(after, body, who),
            Command::DismissHelper(body) => helping::dismiss(after, body, who),
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
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Dispute(change) => records.push(change.store(tx, who.now).await?),
                Effect::Join { subject, name } => {
                    disputes::parties::invite_mediator(tx, self.dispute_id, (subject, name), who.now).await?;
                }
                Effect::Leave(subject) => disputes::parties::uninvite(tx, self.dispute_id, &subject, GuestKind::Person).await?,
                Effect::Helper { before, after } => {
                    records.push(Record::part(self, "mediation_helpers", before.as_ref(), &after)?);
                }
                Effect::Offer { before, after } => {
                    records.push(Record::part(self, "mediation_offers", before.as_ref(), &after)?);
                }
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
