//! What can be done to a meeting.

use futures_util::future::try_join_all;
use uuid::Uuid;

use super::agenda::{AgendaItem, Unfinished};
use super::attendance::Attendance;
use super::decide::{agenda, calling, minutes, voting};
use super::inputs::{
    AgendaOrder, ChosenItem, CouncilMeetingPatch, InvitationAnswer, ItemConsent, MeetingAdjournment, MinutesPublication,
    MinutesRemarks, NewAgendaItem, NewAttendance, NewItemVote, NewMeetingObjection, NewMinutesSignature, NewSeatVoice,
    ObjectionAnswer, RecusalDecision, StruckAttendance, StruckSignature,
};
use super::model::{CouncilMeeting, CouncilMeetingFields, view};
use super::record::MeetingRecord;
use super::states::CouncilMeetingStatus;
use super::store;
use super::texts::{MeetingObjection, MeetingTexts, Objection};
use crate::access::authority::Authority;
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::db::document::Document;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::consultations::store as consultations;
use crate::resources::deliberation::councils::delegates::Delegate;
use crate::resources::deliberation::councils::model::CouncilFields;
use crate::resources::deliberation::councils::seats::seat_fault;
use crate::resources::deliberation::councils::store as councils;
use crate::resources::disputes::command::DisputeChange;
use crate::resources::disputes::decide::council::CouncilDisputes;
use crate::resources::disputes::store::parties as dispute_parties;
use crate::resources::reference::rules::place::PlaceRules;

/// What can be done to a meeting.
pub enum Command {
    Update(CouncilMeetingPatch),
    AddItem(NewAgendaItem),
    RemoveItem(ChosenItem),
    ArrangeItems(AgendaOrder),
    Notify,
    AnswerInvitation(InvitationAnswer),
    ConsentToItem(ItemConsent),
    Open,
    RecordAttendance(NewAttendance),
    StrikeAttendance(StruckAttendance),
    DecideRecusal(RecusalDecision),
    OpenVote(NewItemVote),
    GiveVoice(NewSeatVoice),
    CloseVote,
    Adjourn(MeetingAdjournment),
    Conclude,
    Cancel(Reason),
    CorrectMinutes(MinutesRemarks),
    SignMinutes(NewMinutesSignature),
    StrikeSignature(StruckSignature),
    Publish(MinutesPublication),
    Object(NewMeetingObjection),
    AnswerObjection(ObjectionAnswer),
}

/// What must be known to decide on a command.
#[derive(Default)]
pub struct Facts {
    pub place: PlaceRules,
    /// The council as it is now, where its seats are taken over.
    pub council: Option<CouncilFields>,
    /// The names of those who are parties of the disputes on the agenda.
    pub names: Vec<String>,
    /// The council whose requests the meeting may grant, locked.
    pub granted_by: Option<CouncilFields>,
    /// What the council has given to do and is not done.
    pub unfinished: Vec<Unfinished>,
    /// What its meetings have left undecided.
    pub undecided: Vec<AgendaItem>,
    /// The organizations that are parties of a dispute which the meeting may talk about.
    pub parties: Option<Vec<Uuid>>,
    /// Whether a consultation that is named can be talked about.
    pub is_consulted: bool,
    /// The disputes on the agenda that change along with the meeting.
    pub disputes: CouncilDisputes,
}

/// What a decision changes besides what the feed tells of the meeting.
#[derive(Debug)]
pub enum Effect {
    /// An objection, or its answer, which the audit keeps.
    Objection { before: Option<MeetingObjection>, after: MeetingObjection },
    /// A dispute on the agenda waits for the meeting, or has its answer.
    Dispute(DisputeChange),
    /// Requests that the meeting was to grant wait again.
    Council(Related<CouncilFields>),
}

impl Aggregate for CouncilMeetingFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = CouncilMeeting;

    const PATH: &'static str = "/v1/council-meetings";
    const NOUN: &'static str = "meeting";

    async fn facts(&self, tx: &Tx, who: &Authorized<CouncilMeetings>, command: &Command) -> Result<Facts, Problem> {
        let mut facts = Facts { disputes: self.disputes(tx, who, command).await?, ..Facts::default() };
        match command {
            Command::Notify => {
                facts.unfinished = store::unfinished(tx, self.council_id).await?;
                facts.undecided = store::undecided(tx, self.council_id).await?;
                facts = self.called(tx, who, facts).await?;
            }
            Command::Open => facts = self.called(tx, who, facts).await?,
            // Who speaks for a seat may have changed since it was opened.
            Command::RecordAttendance(_) | Command::GiveVoice(_) => {
                facts.council = Some(councils::of_meeting(tx, self.council_id).await?);
            }
            Command::OpenVote(NewItemVote { item_id, .. }) => {
                let item = self.record.get()?.agenda.iter().find(|item| item.id == *item_id);
                if let Some(id) = item.and_then(|item| item.dispute_id) {
                    facts.parties = dispute_parties::organizations_of(tx, who, id, self.jurisdiction).await?;
                }
            }
            Command::Publish(_) => {
                facts.place = self.place(tx, who).await?;
                let disputes: Vec<_> = self.record.get()?.agenda.iter().filter_map(|item| item.dispute_id).collect();
                facts.names = dispute_parties::names_of(tx, &disputes).await?;
            }
            Command::Cancel(_) => facts.granted_by = Some(councils::lock_of_meeting(tx, self.council_id).await?),
            Command::Conclude | Command::SignMinutes(_) | Command::StrikeSignature(_) | Command::Adjourn(_) => {
                facts.place = self.place(tx, who).await?
            }
            Command::AddItem(NewAgendaItem { dispute_id, consultation_id, .. }) => {
                if let Some(id) = dispute_id {
                    facts.parties = dispute_parties::organizations_of(tx, who, *id, self.jurisdiction).await?;
                }
                if let Some(id) = consultation_id {
                    facts.is_consulted = consultations::is_in_reach(tx, self.jurisdiction, *id).await?;
                }
            }
            _ => {}
        }
        Ok(facts)
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let (record, texts) = (self.record.get()?.clone(), self.texts.get()?.clone());
        let mut meeting = Meeting { record, texts, fields: after };
        if let Some(council) = &facts.council {
            meeting.follow_delegates(council);
        }
        match command {
            Command::Update(patch) => calling::update(&mut meeting, patch, who)?,
            Command::AddItem(body) => agenda::add(&mut meeting, body, facts, who)?,
            Command::RemoveItem(body) => agenda::remove(&mut meeting, body.item_id)?,
            Command::ArrangeItems(body) => agenda::arrange(&mut meeting, &body.item_ids)?,
            Command::Notify => calling::notify(&mut meeting, facts, who)?,
            Command::AnswerInvitation(body) => calling::answer(&mut meeting, body, who)?,
            Command::ConsentToItem(body) => agenda::consent(&mut meeting, &body, who)?,
            Command::Open => calling::open(&mut meeting, facts, who),
            Command::RecordAttendance(body) => voting::record(&mut meeting, &body, facts, who)?,
            Command::StrikeAttendance(body) => voting::strike(&mut meeting, body, who)?,
            Command::DecideRecusal(body) => agenda::recuse(&mut meeting, body, who)?,
            Command::OpenVote(body) => voting::open(&mut meeting, body, facts, who)?,
            Command::GiveVoice(body) => voting::say(&mut meeting, &body, who)?,
            Command::CloseVote => voting::close(&mut meeting, who)?,
            Command::Adjourn(body) => calling::adjourn(&mut meeting, body, facts, who)?,
            Command::Conclude => minutes::conclude(&mut meeting, facts, who),
            Command::Cancel(Reason { reason }) => meeting.fields.reason = Some(reason),
            Command::CorrectMinutes(body) => minutes::remark(&mut meeting, body),
            Command::StrikeSignature(body) => minutes::strike_signature(&mut meeting, body, facts, who)?,
            Command::SignMinutes(body) => minutes::sign(&mut meeting, body, facts, who)?,
            Command::Publish(body) => minutes::publish(&mut meeting, body, facts, who)?,
            Command::Object(body) => minutes::object(&mut meeting, body, who)?,
            Command::AnswerObjection(body) => minutes::answer(&mut meeting, body, who)?,
        }
        meeting.fields.next_due_on = meeting.next_due_on();
        let (record, texts) = (Document::of(&meeting.record)?, Document::of(&meeting.texts)?);
        let mut effects = changed_objections(self.texts.get()?, &meeting.texts);
        effects.extend(meeting.changed_disputes(facts, who)?.into_iter().map(Effect::Dispute));
        let reopened = facts.granted_by.as_ref().and_then(|council| council.without_meeting(self.id));
        effects.extend(reopened.map(Effect::Council));
        (after.record, after.texts) = (record, texts);
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let tell = async |effect| match effect {
            Effect::Objection { before, after } => Record::part(self, "council_objections", before.as_ref(), &after),
            Effect::Dispute(change) => change.store(tx, who.now).await,
            Effect::Council(change) => change.store(tx, who.now).await,
        };
        try_join_all(effects.into_iter().map(tell)).await
    }

    async fn answer(self, _: &Tx, who: &Authorized<CouncilMeetings>) -> Result<CouncilMeeting, Problem> {
        Ok(view(who, self))
    }
}

/// What residents said, or were answered, without who they are.
fn changed_objections(before: &MeetingTexts, after: &MeetingTexts) -> Vec<Effect> {
    let told = |at: usize, now: &Objection| {
        let known = before.objections.get(at);
        (known != Some(now)).then(|| Effect::Objection { before: known.map(|one| one.shown("")), after: now.shown("") })
    };
    after.objections.iter().enumerate().filter_map(|(at, now)| told(at, now)).collect()
}

impl CouncilMeetingFields {
    /// The disputes on the agenda, where a command lets them wait for the meeting or answers them.
    async fn disputes(&self, tx: &Tx, who: &Authority, command: &Command) -> Result<CouncilDisputes, Problem> {
        let concluded = self.status == CouncilMeetingStatus::Concluded;
        match command {
            Command::Notify | Command::Open | Command::Conclude | Command::Cancel(_) => {}
            Command::StrikeAttendance(_) | Command::RecordAttendance(_) if concluded => {}
            _ => return Ok(CouncilDisputes::default()),
        }
        let ids: Vec<_> = self.record.get()?.agenda.iter().filter_map(|item| item.dispute_id).collect();
        if ids.is_empty() {
            Ok(CouncilDisputes::default())
        } else {
            CouncilDisputes::lock(tx, who, self.jurisdiction, &ids).await
        }
    }

    /// What is to be known of its council and its place before it is called or begins.
    async fn called(&self, tx: &Tx, who: &Authority, facts: Facts) -> Result<Facts, Problem> {
        let council = Some(councils::of_meeting(tx, self.council_id).await?);
        Ok(Facts { council, place: self.place(tx, who).await?, ..facts })
    }

    async fn place(&self, tx: &Tx, who: &Authority) -> Result<PlaceRules, Problem> {
        Ok(PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?)
    }
}

/// A meeting while something is decided about it.
pub struct Meeting<'a> {
    pub fields: &'a mut CouncilMeetingFields,
    pub record: MeetingRecord,
    pub texts: MeetingTexts,
}

impl Meeting<'_> {
    /// An item of the agenda.
    pub fn item(&mut self, id: Uuid) -> Result<&mut AgendaItem, Problem> {
        let found = self.record.agenda.iter_mut().find(|item| item.id == id);
        found.ok_or_else(|| Problem::invalid(vec![FieldError::at("/item_id", &codes::UNKNOWN_RECORD)]))
    }

    /// Who speaks for the seats now. Whoever has come spoke rightly, whatever the seat says of them since; whoever the council keeps no
    /// longer stays with the meeting in which they spoke.
    fn follow_delegates(&mut self, council: &CouncilFields) {
        let known = std::mem::take(&mut self.fields.delegates.0);
        let came = |one: &Delegate| {
            self.record.attendance.iter().any(|event| event.delegate_id == one.id && event.struck_reason.is_none())
        };
        let of_meeting = |now: &Delegate| known.iter().find(|before| before.id == now.id && came(before)).unwrap_or(now).clone();
        let now: Vec<_> = council.delegates.0.iter().map(of_meeting).collect();
        let is_kept = |one: &Delegate| council.delegates.0.iter().any(|kept| kept.id == one.id);
        let gone: Vec<_> = known.iter().filter(|one| !is_kept(one)).cloned().collect();
        self.fields.delegates.0 = now.into_iter().chain(gone).collect();
    }

    /// Why the caller does not speak for a seat.
    pub fn seat_fault(&self, position: i16, who: &Authority) -> Option<FieldError> {
        seat_fault(&self.fields.seats.0, position, &self.fields.jurisdiction, who)
    }

    /// Who was there, by what is recorded.
    pub fn attendance(&self) -> Attendance<'_> {
        self.fields.attendance(&self.record)
    }

    /// What its calling, its opening and its end make of the disputes on its agenda.
    fn changed_disputes(&self, facts: &Facts, who: &Authority) -> Result<Vec<DisputeChange>, Problem> {
        match self.fields.status {
            CouncilMeetingStatus::Notified | CouncilMeetingStatus::Open => {
                facts.disputes.enter(who, (self.fields.id, &self.fields.title))
            }
            CouncilMeetingStatus::Concluded | CouncilMeetingStatus::Cancelled => {
                let about = |item: &AgendaItem| Some((item.dispute_id?, item.answer(self.fields.id, who.now)));
                let answers: Vec<_> = self.record.agenda.iter().filter_map(about).collect();
                facts.disputes.leave(who, self.fields.id, &answers)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// True for whoever has no other standing than that of a seat.
    pub fn is_member(&self, who: &Authority) -> bool {
        who.acting_level(who.action, &self.fields.jurisdiction).is_none()
    }
}
