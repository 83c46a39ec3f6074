//! What can be done to a property contract.

use chrono::NaiveDate;
use uuid::Uuid;

use super::creation::faults;
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
use crate::resources::reference::rules::names::RuleName;
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

impl Aggregate for PropertyContractFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = VoteEffect;
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

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<VoteEffect>, Problem> {
        let place = &facts.place;
        let mut effects = Vec::new();
        match command {
            Command::Update(patch) => correct(after, patch, place, who)?,
            // Called off before it began.
            Command::Terminate(Termination { terminated_on, reason, vote_id: None })
                if terminated_on < after.starts_on && who.today() < after.starts_on =>
            {
                (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason));
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
            Command::Restore(Reason { reason }) => restore(after, reason),
            Command::Void(Reason { reason }) => (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason)),
        }
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, _: &Authority, effects: Vec<VoteEffect>) -> Result<Vec<Record>, Problem> {
        for effect in &effects {
            votes::carry_out(tx, effect).await?;
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
) -> Result<Option<VoteEffect>, Problem> {
    if vote_id.is_none() {
        return Ok(None);
    }
    let (what, record) = ((DISMISSAL, EffectKind::ContractEnded), (contract.id, who.now));
    done_by(facts.vote.as_ref(), what, (place, on), record).map_err(|fault| Problem::invalid(vec![fault]))
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
    contract.filing_due_on = contract.signed_on.map(|day| place.last_day(day, RuleName::ContractFilingDays));
    Ok(())
}

fn terminate(
    contract: &mut PropertyContractFields,
    body: Termination,
    place: &PlaceRules,
    who: &Authority,
) -> Result<(), Problem> {
    let Termination { terminated_on, reason, .. } = body;
    let mut errors = past_fault(contract, terminated_on, "/terminated_on", who);
    errors.extend(FieldError::before("/terminated_on", terminated_on, Some(contract.starts_on)));
    errors.extend(FieldError::after("/terminated_on", terminated_on, contract.last_day()));
    Problem::fail_if_any(errors)?;
    end(contract, terminated_on, reason, place);
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

/// Takes back an end, or that it goes on: it was told by mistake, or taken back in time.
fn restore(contract: &mut PropertyContractFields, reason: String) {
    if contract.terminated_on.is_none() {
        contract.continued_on = None;
    }
    (contract.notice_by, contract.notice_on) = (None, None);
    (contract.notice_agreed, contract.notice_late) = (None, None);
    (contract.terminated_on, contract.termination_reason, contract.handover_due_on) = (None, None, None);
    contract.restoration_reason = Some(reason);
}

/// That it has ended already the district says: cases were decided by it.
fn past_fault(contract: &PropertyContractFields, last: NaiveDate, place: &'static str, who: &Authority) -> Vec<FieldError> {
    let fault = || contract.left_to_district(who.action, who, place);
    (contract.starts_on <= last && last < who.today()).then(fault).flatten().into_iter().collect()
}

/// Ends it on a day, after which it is to be handed over in time.
fn end(contract: &mut PropertyContractFields, last_day: NaiveDate, reason: String, place: &PlaceRules) {
    contract.handover_due_on = Some(place.last_day(last_day, RuleName::ContractHandoverDays));
    (contract.terminated_on, contract.termination_reason) = (Some(last_day), Some(reason));
}

/// One side ends it, not earlier than the other one can prepare for, unless both agree.
fn give_notice(
    contract: &mut PropertyContractFields,
    notice: ContractNotice,
    place: &PlaceRules,
    who: &Authority,
) -> Result<(), Problem> {
    let rule = match (contract.continued_on, notice.by) {
        (Some(_), _) => RuleName::ContractOpenNoticeDays,
        (None, NoticeParty::Owners) => RuleName::ContractOwnersNoticeDays,
        (None, NoticeParty::Enterprise) => RuleName::ContractEnterpriseNoticeDays,
    };
    let mut errors = who.day_faults("/given_on", notice.given_on, Some(contract.signed_on.unwrap_or(contract.starts_on)));
    let by_law = || {
        let told = place.last_day(notice.given_on, rule);
        // At the end of its term it ends, also where that was told late; an enterprise serves until then.
        match (contract.continued_on, notice.by) {
            (Some(_), _) => told,
            (None, NoticeParty::Enterprise) => contract.ends_on,
            (None, NoticeParty::Owners) => told.min(contract.ends_on),
        }
    };
    errors.extend(past_fault(contract, notice.last_day, "/last_day", who));
    let earliest = if notice.agreed { contract.starts_on } else { by_law().max(contract.starts_on) };
    errors.extend(FieldError::before("/last_day", notice.last_day, Some(earliest)));
    errors.extend(FieldError::after("/last_day", notice.last_day, contract.last_day()));
    Problem::fail_if_any(errors)?;
    (contract.notice_by, contract.notice_on) = (Some(notice.by), Some(notice.given_on));
    contract.notice_agreed = Some(notice.agreed);
    let is_late = !notice.agreed && place.last_day(notice.given_on, rule) > notice.last_day;
    contract.notice_late = Some(is_late);
    end(contract, notice.last_day, notice.reason, place);
    Ok(())
}
