//! What can be done to a property contract.

use chrono::NaiveDate;
use uuid::Uuid;

use super::creation::faults;
use super::ending::{end, give_notice, restore, terminate};
use super::inputs::{ContractFiling, ContractNotice, PropertyContractPatch, Termination};
use super::model::{ContractBasis, NoticeParty, PropertyContract, PropertyContractFields, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::decisions::{EffectKind, VoteEffect, done_by};
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::store::effects as votes;
use crate::resources::deliberation::vote_matters::DISMISSAL;
use crate::resources::reference::rules::place::PlaceRules;

/// What must be known to do something to a contract.
pub struct Facts {
    place: PlaceRules,
    /// When the next contract of the estate begins.
    next_starts_on: Option<NaiveDate>,
    /// The vote of owners that is named.
    vote: Option<OwnerVoteFields>,
}

/// What can be done to a contract.
pub enum Command {
    Update(PropertyContractPatch),
    File(ContractFiling),
    Continue,
    GiveNotice(ContractNotice),
    Terminate(Termination),
    Restore(Reason),
    Void(Reason),
}

/// What becomes of a decision of owners.
pub enum Effect {
    CarriedOut(VoteEffect),
    /// It was carried out by mistake, or not in the end.
    TakenBack(EffectKind),
}

impl Aggregate for PropertyContractFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = PropertyContract;

    const PATH: &'static str = "/v1/property-contracts";
    const NOUN: &'static str = "contract";

    async fn facts(&self, tx: &Tx, who: &Authorized<PropertyContracts>, command: &Command) -> Result<Facts, Problem> {
        let place = match command {
            Command::Update(_) | Command::GiveNotice(_) | Command::Terminate(_) | Command::Continue => {
                PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?
            }
            _ => PlaceRules::default(),
        };
        let next_starts_on = match command {
            Command::Continue => store::next_start(tx, self.estate_id, self.ends_on).await?,
            _ => None,
        };
        let named = match command {
            Command::GiveNotice(body) => body.vote_id,
            Command::Terminate(body) => body.vote_id,
            _ => None,
        };
        let vote = votes::deciding(tx, named, self.estate_id).await?;
        Ok(Facts { place, next_starts_on, vote })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let place = &facts.place;
        let mut effects = Vec::new();
        match command {
            Command::Update(patch) => correct(after, patch, place, who)?,
            // Called off before it began.
            Command::Terminate(Termination { terminated_on, reason, vote_id })
                if terminated_on < after.starts_on && who.today() < after.starts_on =>
            {
                let dismissed = dismissed(self, (vote_id, "/terminated_on", terminated_on), facts, who)?;
                (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason));
                // Whom the owners hired and dismissed again was hired.
                effects.push(dismissed.unwrap_or(Effect::TakenBack(EffectKind::ContractMade)));
            }
            Command::Terminate(body) => {
                effects.extend(dismissed(self, (body.vote_id, "/terminated_on", body.terminated_on), facts, who)?);
                terminate(after, body, place, who)?;
            }
            Command::File(ContractFiling { filed_on, number }) => {
                Problem::fail_if_any(who.day_faults("/filed_on", filed_on, after.signed_on))?;
                (after.filed_on, after.filing_number) = (Some(filed_on), Some(number));
            }
            Command::Continue => go_on(after, facts)?,
            Command::GiveNotice(body) => {
                if body.vote_id.is_some() && body.by != NoticeParty::Owners {
                    return invalid("/vote_id", &codes::NOT_APPLICABLE);
                }
                effects.extend(dismissed(self, (body.vote_id, "/given_on", body.given_on), facts, who)?);
                give_notice(after, body, place, who)?;
            }
            Command::Restore(Reason { reason }) => {
                restore(after, reason);
                effects.push(Effect::TakenBack(EffectKind::ContractEnded));
            }
            Command::Void(Reason { reason }) => {
                (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason));
                effects.extend([EffectKind::ContractMade, EffectKind::ContractEnded].map(Effect::TakenBack));
            }
        }
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, _: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        for effect in effects {
            match effect {
                Effect::CarriedOut(effect) => votes::carry_out(tx, &effect).await?,
                Effect::TakenBack(kind) => votes::take_back(tx, self.id, kind).await?,
            }
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<PropertyContracts>) -> Result<PropertyContract, Problem> {
        Ok(view(who, self))
    }
}

/// What is done by the vote of owners that is named: it dismissed the enterprise.
fn dismissed(
    contract: &PropertyContractFields,
    (vote_id, place, on): (Option<Uuid>, &'static str, NaiveDate),
    facts: &Facts,
    who: &Authority,
) -> Result<Option<Effect>, Problem> {
    if vote_id.is_none() {
        return Ok(None);
    }
    let done = done_by(facts.vote.as_ref(), DISMISSAL, (place, on), (contract.id, who.now))
        .map_err(|fault| Problem::invalid(vec![fault]))?;
    Ok(done.map(Effect::CarriedOut))
}

/// Corrects what was typed wrong.
fn correct(
    contract: &mut PropertyContractFields,
    patch: PropertyContractPatch,
    place: &PlaceRules,
    who: &Authority,
) -> Result<(), Problem> {
    let days = (contract.starts_on, contract.ends_on);
    patch.apply(contract);
    let mut errors = faults(contract, who, place);
    // Emergencies count together: another one is registered anew.
    if contract.basis == ContractBasis::Emergency && days != (contract.starts_on, contract.ends_on) {
        errors.push(FieldError::at("/ends_on", &codes::NOT_APPLICABLE));
    }
    Problem::fail_if_any(errors)?;
    contract.file_in_time(place);
    Ok(())
}

/// It goes on without term, or until the next one begins, if that is known already.
fn go_on(contract: &mut PropertyContractFields, facts: &Facts) -> Result<(), Problem> {
    let last_day = facts.next_starts_on.and_then(|day| day.pred_opt());
    if last_day == Some(contract.ends_on) {
        return invalid("", &codes::SERVED_BY_ANOTHER);
    }
    contract.continued_on = contract.ends_on.succ_opt();
    if let Some(last_day) = last_day {
        end(contract, last_day, "后续物业服务合同开始履行".into(), &facts.place);
    }
    Ok(())
}
