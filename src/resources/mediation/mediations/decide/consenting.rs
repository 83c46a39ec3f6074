//! Whether the parties want a mediation, and what they were told.

use super::timed::end;
use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::mediations::command::Effect;
use crate::resources::mediation::mediations::facts::Facts;
use crate::resources::mediation::mediations::inputs::{ConsentWithdrawal, NewConsent, RightsNotice};
use crate::resources::mediation::mediations::model::{Channel, MediationFields};
use crate::resources::mediation::mediations::states::MediationStatus;

/// Records what a party said. A refusal ends the mediation: nobody is mediated against their will.
pub fn record(mediation: &mut MediationFields, said: NewConsent, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let mut faults = who.day_faults("/said_on", said.said_on, facts.reported_on);
    // What somebody says by themselves is said here and now.
    let own = mediation.own_positions(&who.actor.caller, &facts.own_positions);
    if own.contains(&said.position) && (said.said_on, said.channel) != (who.today(), Channel::Online) {
        faults.push(FieldError::at("/channel", &codes::SAID_NOW));
    }
    Problem::fail_if_any(faults)?;
    let Some(party) = mediation.parties.0.iter_mut().find(|party| party.position == said.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    (party.consents, party.channel, party.said_on) = (Some(said.consents), Some(said.channel), Some(said.said_on));
    if said.consents {
        mediation.status = MediationStatus::ConsentPending;
        // Whoever heard it has spoken with them.
        return Ok(facts.dispute()?.contacted(who)?.map(Effect::Dispute).into_iter().collect());
    }
    mediation.status = MediationStatus::Terminated;
    end(mediation, format!("第{}方不同意调解", said.position + 1), facts, who)
}

/// A party no longer wants it, which ends it.
pub fn withdraw(
    mediation: &mut MediationFields,
    body: ConsentWithdrawal,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let Some(party) = mediation.parties.0.iter_mut().find(|party| party.position == body.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    if party.consents != Some(true) {
        return invalid("/position", &codes::NOT_APPLICABLE);
    }
    (party.consents, party.said_on) = (Some(false), Some(who.today()));
    end(mediation, body.reason, facts, who)
}

/// The parties were told of their rights, which comes before the first session.
pub fn give_notice(
    mediation: &mut MediationFields,
    body: RightsNotice,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    Problem::fail_if_any(who.day_faults("/given_on", body.given_on, facts.reported_on))?;
    mediation.rights_notice_on = Some(body.given_on);
    Ok(Vec::new())
}
