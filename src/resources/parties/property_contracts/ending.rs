//! How a property contract ends, and goes on after that was told by mistake.

use chrono::NaiveDate;

use super::inputs::{ContractNotice, Termination};
use super::model::{NoticeParty, PropertyContractFields};
use crate::access::authority::Authority;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// Ends it before its last day.
pub fn terminate(
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

/// Takes back an end, or that it goes on: it was told by mistake, or taken back in time.
pub fn restore(contract: &mut PropertyContractFields, reason: String) {
    if contract.terminated_on.is_none() {
        contract.continued_on = None;
    }
    (contract.notice_by, contract.notice_on) = (None, None);
    (contract.notice_agreed, contract.notice_late) = (None, None);
    (contract.terminated_on, contract.termination_reason) = (None, None);
    (contract.handover_due_on, contract.rolled_from.0.handover_due_on) = (None, None);
    contract.restoration_reason = Some(reason);
}

/// That it has ended already the district says: cases were decided by it.
fn past_fault(contract: &PropertyContractFields, last: NaiveDate, place: &'static str, who: &Authority) -> Vec<FieldError> {
    let fault = || contract.left_to_district(who.action, who, place);
    (contract.starts_on <= last && last < who.today()).then(fault).flatten().into_iter().collect()
}

/// Ends it on a day, after which it is to be handed over in time.
pub fn end(contract: &mut PropertyContractFields, last_day: NaiveDate, reason: String, place: &PlaceRules) {
    let handover = place.last_day(last_day, RuleName::ContractHandoverDays);
    contract.handover_due_on = Some(handover.due_on);
    contract.rolled_from.0.handover_due_on = handover.rolled_from;
    (contract.terminated_on, contract.termination_reason) = (Some(last_day), Some(reason));
}

/// One side ends it, not earlier than the other one can prepare for, unless both agree.
pub fn give_notice(
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
        let told = place.last_day(notice.given_on, rule).due_on;
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
    let is_late = !notice.agreed && place.last_day(notice.given_on, rule).due_on > notice.last_day;
    contract.notice_late = Some(is_late);
    end(contract, notice.last_day, notice.reason, place);
    Ok(())
}
