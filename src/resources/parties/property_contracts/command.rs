//! What can be done to a property contract.

use std::convert::Infallible;

use chrono::NaiveDate;

use super::creation::faults;
use super::inputs::{ContractFiling, ContractNotice, PropertyContractPatch, Termination};
use super::model::{ContractBasis, NoticeParty, PropertyContract, PropertyContractFields, view};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::PropertyContracts;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// What must be known to do something to a contract.
pub struct Facts {
    place: PlaceRules,
    /// When the next contract of the estate begins.
    next_starts_on: Option<NaiveDate>,
}

/// What can be done to a contract.
pub enum Command {
    Update(PropertyContractPatch),
    File(ContractFiling),
    Continue,
    GiveNotice(ContractNotice),
    Terminate(Termination),
    Restore,
    Void(Reason),
}

impl Aggregate for PropertyContractFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Infallible;
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
        Ok(Facts { place, next_starts_on })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Infallible>, Problem> {
        let place = &facts.place;
        match command {
            Command::Update(patch) => {
                let days = (after.starts_on, after.ends_on);
                patch.apply(after);
                let mut errors = faults(after, who, place);
                // Emergencies count together: another one is registered anew.
                if after.basis == ContractBasis::Emergency && days != (after.starts_on, after.ends_on) {
                    errors.push(FieldError::at("/ends_on", &codes::NOT_APPLICABLE));
                }
                Problem::fail_if_any(errors)?;
                after.filing_due_on = after.signed_on.map(|day| place.last_day(day, RuleName::ContractFilingDays));
            }
            // Called off before it began.
            Command::Terminate(Termination { terminated_on, reason })
                if terminated_on < after.starts_on && who.today() < after.starts_on =>
            {
                (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason));
            }
            Command::Terminate(Termination { terminated_on, reason }) => {
                let mut errors = Vec::new();
                errors.extend(FieldError::before("/terminated_on", terminated_on, Some(after.starts_on)));
                errors.extend(FieldError::after("/terminated_on", terminated_on, after.last_day()));
                Problem::fail_if_any(errors)?;
                end(after, terminated_on, reason, place);
            }
            Command::File(ContractFiling { filed_on, number }) => {
                Problem::fail_if_any(who.day_faults("/filed_on", filed_on, after.signed_on))?;
                (after.filed_on, after.filing_number) = (Some(filed_on), Some(number));
            }
            Command::Continue => {
                let next = facts.next_starts_on.and_then(|day| day.pred_opt());
                if next == Some(after.ends_on) {
                    return invalid("", &codes::SERVED_BY_ANOTHER);
                }
                after.continued_on = after.ends_on.succ_opt();
                // Whoever comes next is known already.
                if let Some(last_day) = next {
                    end(after, last_day, "后续物业服务合同开始履行".into(), place);
                }
            }
            Command::GiveNotice(body) => give_notice(after, body, place, who)?,
            // It was told by mistake, or taken back in time: the audit keeps it.
            Command::Restore => {
                (after.notice_by, after.notice_on, after.notice_agreed) = (None, None, None);
                (after.terminated_on, after.termination_reason, after.handover_due_on) = (None, None, None);
            }
            Command::Void(Reason { reason }) => (after.voided_on, after.void_reason) = (Some(who.today()), Some(reason)),
        }
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<PropertyContracts>) -> Result<PropertyContract, Problem> {
        Ok(view(who, self))
    }
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
    let earliest = if notice.agreed { contract.starts_on } else { by_law().max(contract.starts_on) };
    errors.extend(FieldError::before("/last_day", notice.last_day, Some(earliest)));
    errors.extend(FieldError::after("/last_day", notice.last_day, contract.last_day()));
    Problem::fail_if_any(errors)?;
    (contract.notice_by, contract.notice_on) = (Some(notice.by), Some(notice.given_on));
    contract.notice_agreed = Some(notice.agreed);
    end(contract, notice.last_day, notice.reason, place);
    Ok(())
}
