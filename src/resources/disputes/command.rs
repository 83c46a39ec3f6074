//! What can be done to a dispute, and how it is decided. What each action does stands in `decide`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use futures_util::try_join;
use uuid::Uuid;

use super::decide::{council, editing, guests, handling, linked, parties, timed, transfers};
use super::effective_rules::EffectiveRules;
use super::facts::Facts;
use super::inputs::{
    AddedParts, Assignment, Closing, Comment, DisputeMerger, Invitation, NewApprovalRequest, NewReferral, NewRejection,
    Resolution, Suspension, Transfer, VisitBack,
};
use super::model::{Dispute, DisputeEvent, DisputeFields, DisputePatch};
use super::parties::{Guest, Party};
use super::party_inputs::{AddedParty, NewAnswer, PartyCorrection, PartyRemoval, PartyUnlinking};
use super::store;
use super::transition::DisputeTransition;
use super::view::view;
use crate::access::authority::Authority;
use crate::access::permissions::Action;
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::lifecycle::Lifecycle;
use crate::changes::record::{LockInScope, Related};
use crate::changes::write::{Record, Tx};
use crate::http::bodies::{Reason, Remark};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// What can be done to a dispute.
pub enum Command {
    Update(DisputePatch),
    Accept(Remark),
    Reject(NewRejection),
    RequestReview(Reason),
    Assign(Assignment),
    Start(Remark),
    Contact(Remark),
    Resolve(Resolution),
    VisitBack(VisitBack),
    Rate(VisitBack),
    Close(Closing),
    Withdraw(Reason),
    Reopen(Reason),
    ReferOut(NewReferral),
    Remark(Comment),
    AddParty(AddedParty),
    CorrectParty(PartyCorrection),
    RemoveParty(PartyRemoval),
    UnlinkParty(PartyUnlinking),
    Answer(NewAnswer),
    Transfer(Transfer),
    Return(Reason),
    RequestApproval(NewApprovalRequest),
    Decline(Reason),
    Suspend(Suspension),
    Resume(Remark),
    LeaveCouncil(Reason),
    Extend(Reason),
    Escalate(Reason),
    Merge(DisputeMerger),
    Unmerge(Reason),
    AddParts(AddedParts),
    Detach(Reason),
    Invite(Invitation),
    Uninvite(Invitation),
    /// The service does what has come due.
    RunDueStep,
}

/// What a decision changes besides the dispute.
#[derive(Debug)]
pub enum Effect {
    /// A step in its history.
    Step(DisputeEvent),
    /// Another dispute changes along with it.
    Other(DisputeChange),
    Invite(Guest),
    Uninvite(Guest),
    AddParty(Party),
    CorrectParty {
        before: Party,
        after: Party,
    },
    RemoveParty(Party),
    /// The party at a position is not linked any more.
    Unlink(i16),
    /// Nothing of it changes but when the service looks at it again.
    LookAgain(Option<DateTime<Utc>>),
}

impl LockInScope for DisputeFields {
    type Resource = Disputes;

    async fn lock_in_scope(tx: &Tx, who: &Authorized<Disputes>, id: Uuid) -> Result<Self, Problem> {
        store::lock(tx, who, id).await
    }

    async fn lock_visible(tx: &Tx, who: &Authorized<Disputes>, id: Uuid) -> Result<Self, Problem> {
        store::lock_visible(tx, who, id).await
    }
}

impl Aggregate for DisputeFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Dispute;

    const PATH: &'static str = "/v1/disputes";
    const NOUN: &'static str = "dispute";

    async fn lock(tx: &Tx, who: &Authorized<Disputes>, id: Uuid, command: &Command) -> Result<Self, Problem> {
        match command {
            Command::Remark(_) => Self::lock_visible(tx, who, id).await,
            Command::Merge(body) => store::lock_with(tx, who, id, &[body.into_id]).await,
            Command::AddParts(body) => store::lock_with(tx, who, id, &body.dispute_ids).await,
            Command::Resolve(_) | Command::Reject(_) | Command::Withdraw(_) | Command::ReferOut(_) => {
                store::lock_with_parts(tx, who, id).await
            }
            _ => Self::lock_in_scope(tx, who, id).await,
        }
    }

    async fn facts(&self, tx: &Tx, who: &Authorized<Disputes>, command: &Command) -> Result<Facts, Problem> {
        Facts::gather(self, tx, who, command).await
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        Problem::fail_if_any(self.own_fault(&command, facts, who))?;
        let mut case = DisputeTransition::of(self, &facts.rules)?;
        case.take_step(after.status, who);
        if matches!(command, Command::RunDueStep) {
            return timed::run_due_step(self, after, case, facts, who);
        }
        let decision = carry_out(&mut case, command, facts, who)?;
        if who.action == Action::Update && case.is_as_before(self)? {
            return Ok(Vec::new());
        }
        *after = case.into_fields(who.now)?;
        let mut effects = vec![Effect::Step(event(who, who.action.as_str(), Some(self), after, decision.note))];
        effects.extend(decision.effects);
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let each = effects.into_iter().map(|effect| self.apply_one(tx, who, effect));
        Ok(try_join_all(each).await?.into_iter().flatten().collect())
    }

    async fn answer(self, tx: &Tx, who: &Authorized<Disputes>) -> Result<Dispute, Problem> {
        let parts = store::parts(tx.connection(), self.id).await?;
        Ok(view(who, self, Some(parts)))
    }
}

/// What an action on the usual way of a dispute does.
fn carry_out(case: &mut DisputeTransition, command: Command, facts: &Facts, who: &Authority) -> Result<Decision, Problem> {
    match command {
        Command::Update(body) => editing::update(case, body, facts, who),
        Command::Accept(body) => handling::accept(case, body, who),
        Command::Reject(body) => linked::reject(case, body, facts, who),
        Command::RequestReview(body) => handling::request_review(case, body, who),
        Command::Assign(body) => handling::assign(case, body),
        Command::Start(body) => Ok(Decision::noted(body.note)),
        Command::Contact(body) => handling::contact(case, body, who),
        Command::Resolve(body) => linked::resolve(case, body, facts, who),
        Command::VisitBack(body) | Command::Rate(body) => handling::visit_back(case, body, who),
        Command::Close(body) => handling::close(case, body, who),
        Command::Withdraw(body) => linked::withdraw(case, body, facts, who),
        Command::Reopen(body) => handling::reopen(case, body, facts, who),
        Command::ReferOut(body) => linked::refer_out(case, body, facts, who),
        Command::Remark(body) => Ok(Decision::noted(Some(body.note))),
        Command::RequestApproval(body) => handling::request_approval(case, body, who),
        Command::Decline(body) => handling::decline(case, body),
        Command::Suspend(body) => handling::suspend(case, body, who),
        Command::Resume(body) => handling::resume(case, body, who),
        Command::LeaveCouncil(body) => Ok(council::leave(case, body)),
        Command::Extend(body) => handling::extend(case, body),
        other => carry_out_with_others(case, other, facts, who),
    }
}

/// What an action between levels does, with other disputes, or about who has a part in it.
fn carry_out_with_others(
    case: &mut DisputeTransition,
    command: Command,
    facts: &Facts,
    who: &Authority,
) -> Result<Decision, Problem> {
    match command {
        Command::AddParty(body) => parties::add(case, body, facts, who),
        Command::CorrectParty(body) => parties::correct(case, body, facts, who),
        Command::RemoveParty(body) => parties::remove(case, body, facts, who),
        Command::UnlinkParty(body) => parties::unlink(case, body, facts),
        Command::Answer(body) => parties::answer(case, body, facts, who),
        Command::Transfer(body) => transfers::transfer(case, body, facts, who),
        Command::Return(body) => transfers::give_back(case, body, facts, who),
        Command::Escalate(body) => transfers::escalate(case, body, facts, who),
        Command::Merge(body) => linked::merge(case, body, facts, who),
        Command::Unmerge(body) => linked::unmerge(case, body, who),
        Command::AddParts(body) => linked::add_to_mass_case(case, body, facts, who),
        Command::Detach(body) => linked::detach(case, body),
        Command::Invite(body) => guests::invite(case, body, facts, who),
        Command::Uninvite(body) => guests::uninvite(body, facts),
        _ => Err(Problem::internal("nobody carries out this action")),
    }
}

impl DisputeFields {
    /// Nobody decides for an office about a case to which they or their organization are a party, even as a part of
    /// another one.
    fn own_fault(&self, command: &Command, facts: &Facts, who: &Authority) -> Option<FieldError> {
        let said = matches!(command, Command::Answer(_) | Command::Remark(_));
        let by_applicant = self.is_of_organization(who) && self.standing(who, who.action).is_none();
        if !facts.own_positions.is_empty() && !said && !by_applicant && !self.concerns(&who.actor.caller) {
            return Some(FieldError::at("", &codes::OWN_MATTER));
        }
        facts.own_others.first().map(|own| FieldError::at(command.place_of(*own), &codes::OWN_MATTER))
    }
}

impl Command {
    /// Where another dispute that changes along is named; nowhere where it does so by itself.
    fn place_of(&self, other: Uuid) -> String {
        match self {
            Self::Merge(_) => "/into_id".to_owned(),
            Self::AddParts(body) => {
                let at = body.dispute_ids.iter().position(|id| *id == other);
                at.map_or_else(String::new, |at| format!("/dispute_ids/{at}"))
            }
            _ => String::new(),
        }
    }
}

impl DisputeFields {
    async fn apply_one(&self, tx: &Tx, who: &Authority, effect: Effect) -> Result<Option<Record>, Problem> {
        match effect {
            Effect::Step(event) => store::insert_event(tx, &event).await?,
            Effect::Other(change) => return change.store(tx, who.now).await.map(Some),
            Effect::Invite(guest) => return invite(tx, self, &guest).await.map(Some),
            Effect::Uninvite(guest) => {
                store::parties::uninvite(tx, self.id, &guest.guest, guest.kind).await?;
                return Record::part(self, "dispute_guests", Some(&guest), &None::<()>).map(Some);
            }
            Effect::AddParty(party) => {
                store::parties::insert(tx, self.id, &party).await?;
                return Record::part(self, "dispute_parties", None::<&()>, &party.masked()).map(Some);
            }
            Effect::CorrectParty { before, after } => {
                store::parties::save(tx, self.id, &after).await?;
                return Record::part(self, "dispute_parties", Some(&before.masked()), &after.masked()).map(Some);
            }
            Effect::RemoveParty(party) => {
                store::parties::remove(tx, self.id, party.position).await?;
                return Record::part(self, "dispute_parties", Some(&party.masked()), &None::<()>).map(Some);
            }
            Effect::Unlink(position) => store::parties::unlink(tx, self.id, position).await?,
            Effect::LookAgain(at) => store::due::look_again(tx, self.id, at).await?,
        }
        Ok(None)
    }
}

/// The step that leads from what a dispute was to its next version, or to its first.
pub fn event(
    scope: &Authority,
    action: &str,
    before: Option<&DisputeFields>,
    after: &DisputeFields,
    note: Option<String>,
) -> DisputeEvent {
    DisputeEvent {
        dispute_id: after.id,
        version: before.map_or(1, |before| before.version + 1),
        at: scope.now,
        action: action.to_owned(),
        from_status: before.map(|before| before.status),
        to_status: after.status,
        note,
        role: scope.acting_role(&after.jurisdiction).to_owned(),
        caller: scope.actor.caller.clone(),
    }
}

/// Lets somebody see a case; the audit is told.
pub async fn invite(tx: &Tx, dispute: &DisputeFields, guest: &Guest) -> Result<Record, Problem> {
    store::parties::invite(tx, dispute.id, guest).await?;
    Record::part(dispute, "dispute_guests", None::<&()>, guest)
}

/// A dispute that changes as a part of another record's write, and the step in its history.
#[derive(Debug)]
pub struct DisputeChange {
    pub change: Related<DisputeFields>,
    pub step: DisputeEvent,
}

impl DisputeChange {
    pub fn of(
        before: &DisputeFields,
        rules: &Arc<EffectiveRules>,
        who: &Authority,
        (action, note): (&str, Option<String>),
        change: impl FnOnce(&mut DisputeTransition),
    ) -> Result<Self, Problem> {
        let mut case = DisputeTransition::of(before, rules)?;
        change(&mut case);
        let after = case.into_fields(who.now)?;
        let step = event(who, action, Some(before), &after, note);
        Ok(Self { change: Related::becoming(before.clone(), after), step })
    }

    pub async fn store(self, tx: &Tx, now: DateTime<Utc>) -> Result<Record, Problem> {
        let step = async { Ok(store::insert_event(tx, &self.step).await?) };
        try_join!(self.change.store(tx, now), step).map(|(record, ())| record)
    }
}

/// What a decision says and changes besides the dispute.
#[derive(Default)]
pub struct Decision {
    pub note: Option<String>,
    pub effects: Vec<Effect>,
}

impl Decision {
    /// Nothing else changes.
    pub fn noted(note: Option<String>) -> Self {
        Self { note, effects: Vec::new() }
    }
}
