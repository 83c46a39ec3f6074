//! What can be done to a consultation.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use futures_util::try_join;
use uuid::Uuid;

use super::answering;
use super::chosen::Chosen;
use super::creation::{place_faults, time_faults};
use super::grouping::{Counted, Counts};
use super::hearings;
use super::inputs::{
    ChangedOpinionGroup, ChosenOpinionGroup, ConsultationExtension, ConsultationOpening, ConsultationPatch,
    ConsultationPublication, ConsultationRedaction, GroupAnswer, GroupedOpinions, HearingCancellation, HearingRecord, NewHearing,
    NewOpinionGroup,
};
use super::model::{Consultation, ConsultationFields, view};
use super::parts::Parts;
use super::states::ConsultationStatus;
use super::store::opinions;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Consultations;
use crate::access::protected_parts::protected_fault;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::problem::{FieldError, Problem};
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// What can be done to a consultation.
pub enum Command {
    Update(ConsultationPatch),
    Open(ConsultationOpening),
    Extend(ConsultationExtension),
    AddHearing(NewHearing),
    RecordHearing(HearingRecord),
    CallOffHearing(HearingCancellation),
    AddGroup(NewOpinionGroup),
    UpdateGroup(ChangedOpinionGroup),
    RemoveGroup(ChosenOpinionGroup),
    GroupOpinions(GroupedOpinions),
    AnswerGroup(GroupAnswer),
    Publish(ConsultationPublication),
    Redact(ConsultationRedaction),
    Discard(Reason),
    Cancel(Reason),
    /// The service closes it when its time is over.
    RunDueStep,
}

/// What must be known to decide on a command.
#[derive(Default)]
pub struct Facts {
    place: PlaceRules,
    /// Where estates and grid units lie elsewhere.
    faults: Vec<FieldError>,
    /// How many opinions there are, where they are grouped or counted.
    pub counted: Counted,
    /// How many of each group go into another, or out of any.
    pub moving: Counts,
    /// Those of the opinions that are named and there.
    pub known: HashSet<Uuid>,
}

/// What a decision changes besides the consultation.
#[derive(Debug)]
pub enum Effect {
    /// Opinions are in this group from now on, or in none.
    Group { chosen: Chosen, group: Option<Uuid> },
    /// The audit keeps hearings and groups as they were and as they are, and why a text was taken out.
    Audit(Parts),
}

impl Aggregate for ConsultationFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Consultation;

    const PATH: &'static str = "/v1/consultations";
    const NOUN: &'static str = "consultation";

    async fn facts(&self, tx: &Tx, who: &Authorized<Consultations>, command: &Command) -> Result<Facts, Problem> {
        let mut facts = Facts::default();
        match command {
            Command::Update(patch) => {
                let (estates, units) = (patch.estate_ids.as_deref(), patch.grid_unit_ids.as_deref());
                let named = (estates.unwrap_or_default(), units.unwrap_or_default());
                facts.faults = place_faults(tx, who, self.jurisdiction, named).await?;
            }
            Command::Open(_) => facts.place = PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?,
            Command::RemoveGroup(ChosenOpinionGroup { group_id }) => {
                let chosen = Chosen::of_group(*group_id);
                (facts.counted, facts.moving) =
                    try_join!(opinions::counted(tx, self.id), opinions::count_chosen(tx, self.id, &chosen))?;
            }
            Command::GroupOpinions(body) => {
                let chosen = Chosen::of(body.clone());
                (facts.counted, facts.moving, facts.known) = try_join!(
                    opinions::counted(tx, self.id),
                    opinions::count_chosen(tx, self.id, &chosen),
                    opinions::known(tx, self.id, &chosen.ids)
                )?;
            }
            Command::AnswerGroup(_) | Command::Publish(_) | Command::RunDueStep => {
                facts.counted = opinions::counted(tx, self.id).await?;
            }
            _ => {}
        }
        Ok(facts)
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let mut effects = Vec::new();
        let why = if let Command::Redact(body) = &command { Some(body.reason.clone()) } else { None };
        match command {
            Command::Update(patch) => update(after, patch, facts, who)?,
            Command::Open(body) => open(after, &body, facts, who)?,
            Command::Extend(body) => extend(after, body, who)?,
            Command::AddHearing(body) => hearings::add(after, body, who)?,
            Command::RecordHearing(body) => hearings::record(after, body, who)?,
            Command::CallOffHearing(body) => hearings::call_off(after, body)?,
            Command::AddGroup(body) => answering::add_group(after, body)?,
            Command::UpdateGroup(body) => answering::update_group(after, body)?,
            Command::RemoveGroup(body) => effects.push(answering::remove_group(after, &body, facts)?),
            Command::GroupOpinions(body) => effects.push(answering::group_opinions(after, body, facts)?),
            Command::AnswerGroup(body) => answering::answer_group(after, body, facts, who)?,
            Command::Publish(body) => answering::publish(after, body, facts, who)?,
            Command::Redact(body) => answering::redact(after, body)?,
            Command::Discard(Reason { reason }) | Command::Cancel(Reason { reason }) => {
                Problem::fail_if_any(protected_fault("/reason", [reason.as_str()], &[], &[]))?;
                after.reason = Some(reason);
            }
            Command::RunDueStep if self.status == ConsultationStatus::Open && who.today() > self.closes_on => {
                after.regroup(&facts.counted.by_group, &Counts::new(), None);
            }
            Command::RunDueStep => {}
        }
        let open = after.status == ConsultationStatus::Open;
        after.next_step_on = after.closes_on.succ_opt().filter(|_| open);
        effects.extend(Parts::changed(self, after, why).map(Effect::Audit));
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, _: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            match effect {
                Effect::Group { chosen, group } => opinions::assign(tx, self.id, &chosen, group).await?,
                Effect::Audit(parts) => records.push(Record::part(self, "texts", Some(&parts.before), &parts.after)?),
            }
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Consultations>) -> Result<Consultation, Problem> {
        Ok(view(who, self))
    }
}

fn update(to: &mut ConsultationFields, patch: ConsultationPatch, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let mut faults = facts.faults.clone();
    faults.extend(patch.closes_on.and_then(|day| time_faults(day, who.today())));
    Problem::fail_if_any(faults)?;
    patch.apply(to);
    Ok(())
}

/// Opens it for as many days as the place's rule wants.
fn open(to: &mut ConsultationFields, body: &ConsultationOpening, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let rule = RuleName::ConsultationDays;
    let first = who.today().checked_add_days(Days::new(facts.place.value(rule).unsigned_abs()));
    let early = FieldError::before("/closes_on", to.closes_on, first).map(|fault| fault.with("rule", rule.as_str()));
    let of_options = to.options.0.iter().flat_map(|option| [Some(&option.title), option.text.as_ref()]);
    let of_hearings = to.hearings.0.iter().map(|hearing| Some(&hearing.place));
    let of_links = to.links.0.iter().map(|link| Some(&link.title));
    let texts = of_options.chain(of_hearings).chain(of_links).flatten().chain([&to.title, &to.background]).map(String::as_str);
    let told = protected_fault("", texts, &[], &body.confirmed);
    Problem::fail_if_any(early.into_iter().chain(told))?;
    to.opened_at = Some(who.now);
    Ok(())
}

fn extend(to: &mut ConsultationFields, body: ConsultationExtension, who: &Authority) -> Result<(), Problem> {
    let next = to.closes_on.succ_opt().unwrap_or(NaiveDate::MAX);
    let faults =
        FieldError::before("/closes_on", body.closes_on, Some(next)).or_else(|| time_faults(body.closes_on, who.today()));
    let told = protected_fault("/reason", [body.reason.as_str()], &[], &[]);
    Problem::fail_if_any(faults.into_iter().chain(told))?;
    (to.closes_on, to.reason) = (body.closes_on, Some(body.reason));
    Ok(())
}
