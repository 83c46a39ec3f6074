//! What can be done to a council.

use chrono::NaiveDate;
use uuid::Uuid;

use super::creation::holder_fault;
use super::delegates::{CouncilDelegate, Delegate};
use super::inputs::{
    CouncilPatch, CouncilSeatChange, DelegateEnd, MeetingOrder, NewCouncilDelegate, NewMeetingRequest, RequestAnswer,
};
use super::model::{Council, CouncilFields, MeetingRequest, RequestStatus, view};
use super::seats::seat_fault;
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Councils;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::Reason;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::parties::organizations::model::OrganizationFields;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;

/// So many speak for one seat at a time, and so many more it keeps who did.
const MOST_SPEAKING: usize = 10;
const MOST_KEPT: usize = 30;
const MOST_REQUESTS: usize = 200;
/// So many requests of one seat, or orders, wait at a time.
const MOST_WAITING: usize = 3;

/// What can be done to a council.
pub enum Command {
    Update(CouncilPatch),
    ChangeSeat(CouncilSeatChange),
    NameDelegate(NewCouncilDelegate),
    EndDelegate(DelegateEnd),
    RequestMeeting(NewMeetingRequest),
    OrderMeeting(MeetingOrder),
    AnswerRequest(RequestAnswer),
    Dissolve(Reason),
}

/// What must be known to decide on a command.
#[derive(Default)]
pub struct Facts {
    place: PlaceRules,
    /// Who is to hold a seat, if the caller may name them.
    organization: Option<OrganizationFields>,
    /// Whether a meeting is to come, or is not over.
    meets: bool,
    /// Whether a meeting that is named is one of this council and to come.
    has_meeting: bool,
}

/// What a decision changes besides the council.
#[derive(Debug)]
pub enum Effect {
    /// Somebody speaks for a seat from now on, or no longer, of which the feed does not tell.
    Delegate { before: Option<CouncilDelegate>, after: CouncilDelegate },
}

impl Aggregate for CouncilFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Council;

    const PATH: &'static str = "/v1/councils";
    const NOUN: &'static str = "council";

    async fn facts(&self, tx: &Tx, who: &Authorized<Councils>, command: &Command) -> Result<Facts, Problem> {
        Ok(match command {
            Command::RequestMeeting(_) | Command::OrderMeeting(_) => {
                let place = PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?;
                Facts { place, ..Facts::default() }
            }
            Command::ChangeSeat(body) => {
                let organization = organizations::named(tx, who, &[body.organization_id], self.jurisdiction).await?.pop();
                Facts { organization, ..Facts::default() }
            }
            Command::AnswerRequest(RequestAnswer { meeting_id: Some(id), .. }) => {
                Facts { has_meeting: store::has_meeting(tx, self.id, *id).await?, ..Facts::default() }
            }
            Command::Dissolve(_) => Facts { meets: store::meets(tx, self.id).await?, ..Facts::default() },
            _ => Facts::default(),
        })
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Update(patch) => patch.apply(after),
            Command::ChangeSeat(body) => return change_seat(after, &body, facts, who),
            Command::NameDelegate(body) => return name_delegate(after, body, who),
            Command::EndDelegate(body) => return end_delegate(after, &body, who),
            Command::RequestMeeting(body) => request_meeting(after, body, facts, who)?,
            Command::OrderMeeting(body) => order_meeting(after, body, facts, who)?,
            Command::AnswerRequest(body) => answer_request(after, body, facts, who)?,
            Command::Dissolve(_) if facts.meets => return invalid("", &codes::STILL_MEETS),
            Command::Dissolve(Reason { reason }) => after.dissolution_reason = Some(reason),
        }
        Ok(Vec::new())
    }

    async fn apply(&self, _: &Tx, _: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let tell = |Effect::Delegate { before, after }| Record::part(self, "council_delegates", before.as_ref(), &after);
        effects.into_iter().map(tell).collect()
    }

    async fn answer(self, _: &Tx, who: &Authorized<Councils>) -> Result<Council, Problem> {
        Ok(view(who, self))
    }
}

fn change_seat(
    council: &mut CouncilFields,
    body: &CouncilSeatChange,
    facts: &Facts,
    who: &Authority,
) -> Result<Vec<Effect>, Problem> {
    let kind = council.kind;
    let taken = council.seats.0.iter().any(|seat| seat.organization_id == body.organization_id);
    let Some(seat) = council.seats.0.iter_mut().find(|seat| seat.position == body.position) else {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    };
    if taken {
        return invalid("/organization_id", &codes::DUPLICATE_ITEM);
    }
    let holders = kind.seat_rule(seat.kind).map_or(&[][..], |rule| rule.holders);
    let fault = holder_fault(facts.organization.as_ref(), holders, "/organization_id".into());
    Problem::fail_if_any(fault)?;
    seat.organization_id = body.organization_id;
    let last = who.today().pred_opt().unwrap_or_default();
    let leaving = |known: &&mut Delegate| known.position == body.position && known.ends_on.is_none_or(|end| end > last);
    Ok(council.delegates.0.iter_mut().filter(leaving).map(|known| ends(known, last, &body.reason)).collect())
}

fn name_delegate(council: &mut CouncilFields, body: NewCouncilDelegate, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let mut errors: Vec<_> = seat_fault(&council.seats.0, body.position, &council.jurisdiction, who).into_iter().collect();
    if let Some(last) = body.ends_on {
        errors.extend(FieldError::before("/ends_on", last, Some(body.starts_on.max(who.today()))));
    }
    // Who spoke for a seat on past days is in the minutes.
    errors.extend(FieldError::before("/starts_on", body.starts_on, Some(who.today())));
    let of_position = |known: &&Delegate| known.position == body.position;
    let is_speaking = |known: &&Delegate| known.ends_on.is_none_or(|end| end >= who.today());
    if council.delegates.0.iter().filter(of_position).filter(is_speaking).count() >= MOST_SPEAKING {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_SPEAKING));
    }
    let of_seat = council.seat(body.position).is_some_and(|seat| who.actor.organization == Some(seat.organization_id));
    if body.is_caller && !of_seat {
        errors.push(FieldError::at("/is_caller", &codes::NOT_ALLOWED));
    }
    let subject = body.is_caller.then(|| who.actor.caller.clone());
    let speaks = |known: &Delegate| known.ends_on.is_none_or(|end| end >= body.starts_on);
    if subject.is_some() && council.delegates.0.iter().any(|known| known.subject == subject && speaks(known)) {
        errors.push(FieldError::at("/is_caller", &codes::ALREADY_THERE));
    }
    Problem::fail_if_any(errors)?;
    let NewCouncilDelegate { position, name, deputy, starts_on, ends_on, .. } = body;
    let delegate = Delegate { id: Uuid::now_v7(), position, name, deputy, starts_on, ends_on, subject, end_reason: None };
    let told = delegate.shown("", false);
    // Whoever spoke for the seat longest ago makes room; meetings keep who spoke in them.
    let kept = |known: &&Delegate| known.position == position;
    if council.delegates.0.iter().filter(kept).count() >= MOST_KEPT
        && let Some(at) = council.delegates.0.iter().position(|known| known.position == position && !is_speaking(&known))
    {
        council.delegates.0.remove(at);
    }
    council.delegates.0.push(delegate);
    Ok(vec![Effect::Delegate { before: None, after: told }])
}

fn end_delegate(council: &mut CouncilFields, body: &DelegateEnd, who: &Authority) -> Result<Vec<Effect>, Problem> {
    let Some(position) = council.delegates.0.iter().find(|known| known.id == body.delegate_id).map(|known| known.position) else {
        return invalid("/delegate_id", &codes::UNKNOWN_RECORD);
    };
    let mut errors: Vec<_> = seat_fault(&council.seats.0, position, &council.jurisdiction, who)
        .map(|_| FieldError::at("/delegate_id", &codes::NOT_YOUR_PART))
        .into_iter()
        .collect();
    let yesterday = who.today().pred_opt();
    errors.extend(FieldError::before("/ends_on", body.ends_on, yesterday));
    let has_ended = |known: &Delegate| known.id == body.delegate_id && known.ends_on.is_some_and(|end| end < who.today());
    if council.delegates.0.iter().any(has_ended) {
        errors.push(FieldError::at("/delegate_id", &codes::HAS_ENDED));
    }
    Problem::fail_if_any(errors)?;
    let leaving = |known: &&mut Delegate| known.id == body.delegate_id;
    Ok(council.delegates.0.iter_mut().filter(leaving).map(|known| ends(known, body.ends_on, &body.reason)).collect())
}

/// Ends it on a day; whoever has not begun by then never speaks.
fn ends(delegate: &mut Delegate, last: NaiveDate, reason: &str) -> Effect {
    let before = delegate.shown("", false);
    (delegate.ends_on, delegate.end_reason) = (Some(last), Some(reason.to_owned()));
    Effect::Delegate { before: Some(before), after: delegate.shown("", false) }
}

fn request_meeting(council: &mut CouncilFields, body: NewMeetingRequest, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let mut errors: Vec<_> = seat_fault(&council.seats.0, body.position, &council.jurisdiction, who).into_iter().collect();
    if council.waiting().filter(|request| request.position == Some(body.position)).count() >= MOST_WAITING {
        errors.push(FieldError::at("/position", &codes::MAX_ITEMS).with("limit", MOST_WAITING));
    }
    Problem::fail_if_any(errors)?;
    ask(council, Some(body.position), body.topics, facts, who)
}

fn order_meeting(council: &mut CouncilFields, body: MeetingOrder, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    if council.waiting().filter(|request| request.position.is_none()).count() >= MOST_WAITING {
        return invalid("", &codes::REQUEST_WAITS);
    }
    ask(council, None, body.topics, facts, who)
}

/// Keeps a request, which is answered within some working days. The oldest that was answered makes room.
fn ask(
    council: &mut CouncilFields,
    position: Option<i16>,
    topics: String,
    facts: &Facts,
    who: &Authority,
) -> Result<(), Problem> {
    if council.requests.0.len() >= MOST_REQUESTS {
        match council.requests.0.iter().position(|request| request.status != RequestStatus::Waiting) {
            Some(at) => drop(council.requests.0.remove(at)),
            None => return invalid("", &codes::REQUEST_WAITS),
        }
    }
    council.requests.0.push(MeetingRequest {
        id: Uuid::now_v7(),
        position,
        topics,
        asked_at: who.now,
        answer_due_on: facts.place.last_working_day(who.today(), RuleName::CouncilRequestDays),
        status: RequestStatus::Waiting,
        meeting_id: None,
        answer: None,
        answered_at: None,
    });
    council.answer_due_on = council.waiting().map(|request| request.answer_due_on).min();
    Ok(())
}

impl CouncilFields {
    /// The council as it is once a meeting is cancelled that was to grant requests: they wait again, where there are some.
    pub fn without_meeting(&self, meeting: Uuid) -> Option<Related<Self>> {
        let granted = |request: &MeetingRequest| request.status == RequestStatus::Accepted && request.meeting_id == Some(meeting);
        self.requests.0.iter().any(granted).then(|| {
            Related::new(self, |council| {
                for request in council.requests.0.iter_mut().filter(|request| granted(request)) {
                    (request.status, request.meeting_id) = (RequestStatus::Waiting, None);
                    (request.answer, request.answered_at) = (None, None);
                }
                council.answer_due_on = council.waiting().map(|request| request.answer_due_on).min();
            })
        })
    }
}

fn answer_request(council: &mut CouncilFields, body: RequestAnswer, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let waiting = |request: &&mut MeetingRequest| request.id == body.request_id && request.status == RequestStatus::Waiting;
    let Some(request) = council.requests.0.iter_mut().find(waiting) else {
        return invalid("/request_id", &codes::UNKNOWN_RECORD);
    };
    // What the street orders is held.
    if request.position.is_none() && !body.accepted {
        return invalid("/accepted", &codes::ORDERED);
    }
    match (body.accepted, body.meeting_id) {
        (true, None) => return invalid("/meeting_id", &codes::REQUIRED),
        (true, Some(_)) if !facts.has_meeting => return invalid("/meeting_id", &codes::UNKNOWN_RECORD),
        (false, Some(_)) => return invalid("/meeting_id", &codes::NOT_APPLICABLE),
        (true, Some(_)) | (false, None) => request.meeting_id = body.meeting_id,
    }
    request.status = if body.accepted { RequestStatus::Accepted } else { RequestStatus::Declined };
    (request.answer, request.answered_at) = (Some(body.answer), Some(who.now));
    council.answer_due_on = council.waiting().map(|request| request.answer_due_on).min();
    Ok(())
}
