//! What can be done to a meeting.

use std::convert::Infallible;

use uuid::Uuid;

use super::agenda::AgendaItem;
use super::decide::{agenda, calling, minutes, voting};
use super::inputs::{
    AgendaOrder, ChosenItem, CouncilMeetingPatch, InvitationAnswer, ItemConsent, MeetingAdjournment, MinutesPublication,
    MinutesRemarks, NewAgendaItem, NewAttendance, NewItemVote, NewMeetingObjection, NewMinutesSignature, NewSeatVoice,
    ObjectionAnswer, RecusalDecision, StruckAttendance,
};
use super::model::{CouncilMeeting, CouncilMeetingFields, MeetingRecord, view};
use crate::access::authority::Authority;
use crate::access::permissions::resource::CouncilMeetings;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::Tx;
use crate::db::document::Document;
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::deliberation::councils::model::CouncilFields;
use crate::resources::deliberation::councils::store as councils;
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
    /// The organizations that are parties of a dispute which the meeting may talk about.
    pub parties: Option<Vec<Uuid>>,
}

impl Aggregate for CouncilMeetingFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Infallible;
    type View = CouncilMeeting;

    const PATH: &'static str = "/v1/council-meetings";
    const NOUN: &'static str = "meeting";

    async fn facts(&self, tx: &Tx, who: &Authorized<CouncilMeetings>, command: &Command) -> Result<Facts, Problem> {
        let mut facts = Facts::default();
        match command {
            Command::Notify | Command::Open => {
                facts.council = Some(councils::of_meeting(tx, self.council_id).await?);
                facts.place = self.place(tx, who).await?;
            }
            Command::Conclude | Command::Publish(_) | Command::SignMinutes(_) => facts.place = self.place(tx, who).await?,
            Command::AddItem(NewAgendaItem { dispute_id: Some(id), .. }) => {
                facts.parties = dispute_parties::organizations_of(tx, who, *id, self.jurisdiction).await?;
            }
            _ => {}
        }
        Ok(facts)
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Infallible>, Problem> {
        let mut meeting = Meeting { record: self.record.get()?.clone(), fields: after };
        match command {
            Command::Update(patch) => calling::update(&mut meeting, patch, who)?,
            Command::AddItem(body) => agenda::add(&mut meeting, body, facts, who)?,
            Command::RemoveItem(body) => agenda::remove(&mut meeting, body.item_id)?,
            Command::ArrangeItems(body) => agenda::arrange(&mut meeting, &body.item_ids)?,
            Command::Notify => calling::notify(&mut meeting, facts, who)?,
            Command::AnswerInvitation(body) => calling::answer(&mut meeting, body, who)?,
            Command::ConsentToItem(body) => agenda::consent(&mut meeting, &body, who)?,
            Command::Open => calling::open(&mut meeting, facts, who),
            Command::RecordAttendance(body) => voting::record(&mut meeting, &body, who)?,
            Command::StrikeAttendance(body) => voting::strike(&mut meeting, body, who)?,
            Command::DecideRecusal(body) => agenda::recuse(&mut meeting, body)?,
            Command::OpenVote(body) => voting::open(&mut meeting, body, who)?,
            Command::GiveVoice(body) => voting::say(&mut meeting, &body, who)?,
            Command::CloseVote => voting::close(&mut meeting, who)?,
            Command::Adjourn(body) => calling::adjourn(&mut meeting, body, who)?,
            Command::Conclude => minutes::conclude(&mut meeting, facts, who),
            Command::Cancel(Reason { reason }) => meeting.fields.reason = Some(reason),
            Command::CorrectMinutes(body) => minutes::remark(&mut meeting, body),
            Command::SignMinutes(body) => minutes::sign(&mut meeting, body, facts, who)?,
            Command::Publish(body) => minutes::publish(&mut meeting, body, facts, who)?,
            Command::Object(body) => minutes::object(&mut meeting, body, who)?,
            Command::AnswerObjection(body) => minutes::answer(&mut meeting, body, who)?,
        }
        meeting.fields.next_due_on = meeting.next_due_on();
        let record = Document::of(&meeting.record)?;
        after.record = record;
        Ok(Vec::new())
    }

    async fn answer(self, _: &Tx, who: &Authorized<CouncilMeetings>) -> Result<CouncilMeeting, Problem> {
        Ok(view(who, self))
    }
}

impl CouncilMeetingFields {
    async fn place(&self, tx: &Tx, who: &Authority) -> Result<PlaceRules, Problem> {
        Ok(PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?)
    }
}

/// A meeting while something is decided about it.
pub struct Meeting<'a> {
    pub fields: &'a mut CouncilMeetingFields,
    pub record: MeetingRecord,
}

impl Meeting<'_> {
    /// An item of the agenda.
    pub fn item(&mut self, id: Uuid) -> Result<&mut AgendaItem, Problem> {
        let found = self.record.agenda.iter_mut().find(|item| item.id == id);
        found.ok_or_else(|| Problem::invalid(vec![FieldError::at("/item_id", &codes::UNKNOWN_RECORD)]))
    }

    /// Why the caller does not speak for a seat: there is none, or a member speaks for their own alone.
    pub fn seat_fault(&self, position: i16, who: &Authority) -> Option<FieldError> {
        let seat = self.fields.seats.0.iter().find(|seat| seat.position == position);
        let by_member = self.is_member(who);
        match seat {
            None => Some(FieldError::at("/position", &codes::UNKNOWN_RECORD)),
            Some(seat) if by_member && who.actor.organization != Some(seat.organization_id) => {
                Some(FieldError::at("/position", &codes::NOT_YOUR_PART))
            }
            Some(_) => None,
        }
    }

    /// True for whoever has no other standing than that of a seat.
    pub fn is_member(&self, who: &Authority) -> bool {
        who.acting_level(who.action, &self.fields.jurisdiction).is_none()
    }
}
