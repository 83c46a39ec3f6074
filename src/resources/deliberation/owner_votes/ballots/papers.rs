//! Papers: two persons enter what stands on one, neither of whom sees what the other read.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ballot_box::{Ballot, Origin, put};
use super::casting::permitted;
use super::envelope::{entry_faults, sorted};
use super::inputs::{NewPaper, PaperEntry, PaperRejection};
use super::withdrawing::void;
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::record::FeedRecord;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written};
use crate::db::schema::vote_papers;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::openapi::page;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::deliberation::owner_votes::keys::VoteKeys;
use crate::resources::deliberation::owner_votes::model::OwnerVoteFields;
use crate::resources::deliberation::owner_votes::records::{BallotChannel, Secrecy};
use crate::resources::deliberation::owner_votes::store::{ballots, heads, papers};

/// By so many persons a paper is read.
const MOST_ENTRIES: usize = 5;

/// As often one person reads a paper.
const MOST_READINGS: i16 = 2;

text_enum! {
    /// How a paper was handed in.
    pub enum PaperChannel {
        Paper = "paper",
        /// By a delegate of the building, signed by the owner.
        Delegate = "delegate",
    }
}

impl PaperChannel {
    fn channel(self) -> BallotChannel {
        match self {
            Self::Paper => BallotChannel::Paper,
            Self::Delegate => BallotChannel::Delegate,
        }
    }
}

text_enum! {
    /// Where a paper stands.
    pub enum PaperStatus {
        Received = "received",
        EnteredOnce = "entered_once",
        /// Two persons read it differently; another one decides.
        Disputed = "disputed",
        /// It is in the box.
        Entered = "entered",
        /// It does not count.
        Invalid = "invalid",
        /// It came after the end and was not opened.
        Late = "late",
    }
}

impl PaperStatus {
    /// Papers that are not in the box, and could still be.
    pub const OPEN: [Self; 3] = [Self::Received, Self::EnteredOnce, Self::Disputed];
}

text_enum! {
    /// Why a paper does not count.
    pub enum PaperFault {
        Unsigned = "unsigned",
        WrongForm = "wrong_form",
        Illegible = "illegible",
        /// Whoever signed it is no owner and has no power of one.
        NoPower = "no_power",
        /// It came after the end.
        Late = "late",
        /// Nobody entered it in time.
        NotEntered = "not_entered",
        /// It was taken in for another head, or entered wrongly.
        Mistaken = "mistaken",
    }
}

/// A paper as it is stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = vote_papers, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct PaperRow {
    pub id: Uuid,
    /// What is written on the inner sheet, so that whoever enters it need not know whose it is.
    #[diesel(skip_insertion)]
    pub form: i64,
    pub vote_id: Uuid,
    pub head: i32,
    pub channel: PaperChannel,
    pub delegate: Option<String>,
    pub status: PaperStatus,
    pub reason: Option<PaperFault>,
    pub received_at: DateTime<Utc>,
    /// How many letters had been printed for the head then.
    pub letters: i16,
    pub received_by: String,
    pub in_place_of: Option<Uuid>,
    pub rejected_by: Option<String>,
    pub note: Option<String>,
    pub receipt: Option<String>,
}

/// A paper that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct VotePaper {
    pub id: Uuid,
    /// What is written on the sheet that is entered.
    pub form: i64,
    pub vote_id: Uuid,
    /// In a secret vote only whoever took it in is told.
    #[schema(required)]
    pub head: Option<i64>,
    pub channel: PaperChannel,
    /// Who handed it in for the owner; in a secret vote only whoever took it in is told.
    #[schema(max_length = 100, required)]
    pub delegate: Option<String>,
    pub status: PaperStatus,
    /// How many persons have entered it.
    pub entries: i64,
    /// True where the caller is one of them.
    pub is_entered: bool,
    /// Why it does not count.
    #[schema(required)]
    pub reason: Option<PaperFault>,
    pub received_at: DateTime<Utc>,
    /// The paper in whose place it is, where that was rejected.
    #[schema(required)]
    pub in_place_of: Option<Uuid>,
    /// What was said when it was rejected; in a secret vote only whoever took it in is told.
    #[schema(max_length = 1000, required)]
    pub note: Option<String>,
    /// The receipt of its ballot, once it is in the box; in a secret vote only whoever took it in is told.
    #[schema(max_length = 64, required)]
    pub receipt: Option<String>,
}

page!(VotePaperPage of VotePaper, "A page of papers.");

impl PaperRow {
    /// As a caller sees it. In a secret vote nobody reads both whose it is and what it says.
    pub fn shown(self, who: &Authority, secrecy: Secrecy, (entries, is_entered): (i64, bool)) -> VotePaper {
        let knows = secrecy == Secrecy::Named || self.received_by == who.actor.caller;
        VotePaper {
            entries,
            is_entered,
            id: self.id,
            form: self.form,
            vote_id: self.vote_id,
            head: knows.then(|| self.head.into()),
            channel: self.channel,
            delegate: self.delegate.filter(|_| knows),
            status: self.status,
            reason: self.reason,
            received_at: self.received_at,
            in_place_of: self.in_place_of,
            note: self.note.filter(|_| knows),
            receipt: self.receipt.filter(|_| knows),
        }
    }
}

/// What two persons made of a paper, as marks that tell nothing of it.
pub struct EntryRow {
    pub entered_by: String,
    pub mark: String,
    /// How often they read it.
    pub readings: i16,
}

/// Takes a paper in; what comes after the end is kept unopened.
pub async fn take(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: NewPaper) -> Result<Written, Problem> {
    let vote = permitted(tx, who, target).await?;
    match (body.channel, &body.delegate) {
        (PaperChannel::Delegate, None) => return invalid("/delegate", &codes::REQUIRED),
        (PaperChannel::Paper, Some(_)) => return invalid("/delegate", &codes::NOT_APPLICABLE),
        _ => {}
    }
    let before = match body.in_place_of {
        Some(id) => Some(rejected(tx, who, (&vote, id, body.head)).await?),
        None => None,
    };
    let Some(head) = heads::lock(tx, vote.id, body.head).await? else { return invalid("/head", &codes::UNKNOWN_RECORD) };
    let received_at = before.as_ref().map_or(who.now, |paper| paper.received_at);
    let late = received_at >= vote.ends_at;
    let mut row = PaperRow {
        id: Uuid::now_v7(),
        form: 0,
        vote_id: vote.id,
        head: body.head,
        channel: body.channel,
        delegate: body.delegate,
        status: if late { PaperStatus::Late } else { PaperStatus::Received },
        reason: late.then_some(PaperFault::Late),
        received_at,
        letters: before.filter(|paper| paper.head == body.head).map_or(head.letters, |paper| paper.letters),
        received_by: who.actor.caller.clone(),
        in_place_of: body.in_place_of,
        rejected_by: None,
        note: None,
        receipt: None,
    };
    row.form = papers::insert(tx, &row).await?;
    let audited = audited(&vote, None, &row)?;
    let place = format!("/v1/owner-votes/{}/papers?form={}", vote.id, row.form);
    let reply = Reply::created(place, vote.version(), &row.shown(who, vote.plan.secrecy, (0, false)))?;
    Ok(Written { records: vec![audited], reply, undo: false })
}

/// A paper that was rejected; whoever has said so does not take it in again.
async fn rejected(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    (vote, id, head): (&OwnerVoteFields, Uuid, i32),
) -> Result<PaperRow, Problem> {
    let caller = who.actor.caller.as_str();
    let Some(paper) = papers::lock(tx, vote.id, id).await?.filter(|paper| paper.rejected_by.is_some()) else {
        return invalid("/in_place_of", &codes::UNKNOWN_RECORD);
    };
    let has_read = vote.plan.secrecy == Secrecy::Secret && papers::part_in(tx, id, caller).await?.entered;
    if has_read || paper.rejected_by.as_deref() == Some(caller) {
        return invalid("", &codes::SECOND_PERSON);
    }
    // What was lacking at the end is not made up for after it: that it was not lacking the street says, or whoever stands above.
    if who.now >= vote.ends_at && paper.reason != Some(PaperFault::Mistaken) {
        Problem::fail_if_any(who.left_to(Level::Street, (who.action, &vote.jurisdiction), "/in_place_of"))?;
    }
    if papers::is_replaced(tx, id).await? {
        return invalid("/in_place_of", &codes::TAKEN);
    }
    // It is another head's only where it was taken in for the wrong one. Comes last: nobody guesses whose it is without taking it in.
    if paper.head != head && paper.reason != Some(PaperFault::Mistaken) {
        return invalid("/head", &codes::NOT_APPLICABLE);
    }
    Ok(paper)
}

/// Enters what stands on a paper: two who read the same put it into the box.
pub async fn enter(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    (target, keys): (&Target, &VoteKeys),
    body: PaperEntry,
) -> Result<Written, Problem> {
    let (vote, mut paper) = open(tx, who, target, body.paper_id).await?;
    let before = paper.clone();
    Problem::fail_if_any(entry_faults(&vote.plan, &body.choices))?;
    let choices = sorted(body.choices);
    let entries = papers::entries(tx, paper.id).await?;
    let caller = who.actor.caller.as_str();
    let own = entries.iter().find(|entry| entry.entered_by == caller);
    // Where two differ each may read it once more.
    if own.is_some_and(|own| paper.status != PaperStatus::Disputed || own.readings >= MOST_READINGS) {
        return invalid("", &codes::SECOND_PERSON);
    }
    if own.is_none() && entries.len() >= MOST_ENTRIES {
        return invalid("", &codes::MAX_ITEMS);
    }
    let text = serde_json::to_string(&choices).map_err(Problem::internal)?;
    let mark = keys.entry(vote.id, paper.id, &text);
    // A second reading agrees with a second one alone: otherwise whoever differs tries until they do not.
    let compared = |entry: &&EntryRow| entry.entered_by != caller && (own.is_none() || entry.readings == MOST_READINGS);
    let agrees = entries.iter().filter(compared).any(|entry| entry.mark == mark);
    papers::put_entry(tx, &paper, (entries.len(), caller, &mark)).await?;
    let persons = i64::try_from(entries.len()).unwrap_or(i64::MAX) + i64::from(own.is_none());
    let mut records = Vec::new();
    paper.status = match (agrees, entries.is_empty()) {
        (true, _) => PaperStatus::Entered,
        (false, true) => PaperStatus::EnteredOnce,
        (false, false) => PaperStatus::Disputed,
    };
    if agrees {
        let head = heads::lock(tx, vote.id, paper.head).await?.ok_or_else(|| Problem::internal("a paper's head is gone"))?;
        let ballots = ballots::of_head(tx, vote.id, paper.head).await?;
        let origin = Origin::Paper { at: paper.received_at, letters: paper.letters };
        let new = Ballot { channel: paper.channel.channel(), choices, origin };
        let put = put(tx, who, &vote, (&head, &ballots), new).await?;
        paper.receipt = Some(put.row.receipt);
        records.push(put.audited);
        papers::forget_marks(tx, paper.id).await?;
    }
    papers::save(tx, &paper).await?;
    records.insert(0, audited(&vote, Some(&before), &paper)?);
    Ok(Written { records, reply: Reply::ok(vote.version(), &paper.shown(who, vote.plan.secrecy, (persons, true)))?, undo: false })
}

/// A paper that is not entered yet, locked, for somebody who may read it.
async fn open(
    tx: &Tx,
    who: &Authorized<OwnerVotes>,
    target: &Target,
    paper: Uuid,
) -> Result<(OwnerVoteFields, PaperRow), Problem> {
    let vote = permitted(tx, who, target).await?;
    let Some(paper) = papers::lock(tx, vote.id, paper).await? else { return invalid("/paper_id", &codes::UNKNOWN_RECORD) };
    // Whoever knows whose it is does not read what a secret one says.
    if vote.plan.secrecy == Secrecy::Secret && papers::part_in(tx, paper.id, &who.actor.caller).await?.took {
        return invalid("", &codes::SECOND_PERSON);
    }
    if PaperStatus::OPEN.contains(&paper.status) { Ok((vote, paper)) } else { invalid("/paper_id", &codes::ALREADY_DONE) }
}

/// Keeps why a paper does not count.
pub async fn reject(tx: &Tx, who: &Authorized<OwnerVotes>, target: &Target, body: &PaperRejection) -> Result<Written, Problem> {
    Problem::fail_if_any(rejection_fault(body))?;
    let vote = permitted(tx, who, target).await?;
    let Some(before) = papers::lock(tx, vote.id, body.paper_id).await? else {
        return invalid("/paper_id", &codes::UNKNOWN_RECORD);
    };
    let mut records = Vec::new();
    let entries = papers::entries(tx, before.id).await?;
    let own = entries.iter().any(|entry| entry.entered_by == who.actor.caller);
    // Whoever took it in does not put it aside.
    if before.received_by == who.actor.caller {
        return invalid("", &codes::SECOND_PERSON);
    }
    match before.status {
        PaperStatus::Invalid | PaperStatus::Late => return invalid("/paper_id", &codes::ALREADY_DONE),
        PaperStatus::Entered => {
            // Whoever entered it does not say that it was entered wrongly.
            if own {
                return invalid("", &codes::SECOND_PERSON);
            }
            let receipt = before.receipt.as_deref().unwrap_or_default();
            records.extend(void(tx, who, &vote, (before.head, receipt)).await?);
        }
        PaperStatus::Received | PaperStatus::EnteredOnce | PaperStatus::Disputed => {
            papers::forget_marks(tx, before.id).await?;
        }
    }
    let note = body.note.clone();
    let paper = PaperRow {
        status: PaperStatus::Invalid,
        reason: Some(body.fault),
        rejected_by: Some(who.actor.caller.clone()),
        note,
        ..before.clone()
    };
    papers::save(tx, &paper).await?;
    records.insert(0, audited(&vote, Some(&before), &paper)?);
    let told = (i64::try_from(entries.len()).unwrap_or(i64::MAX), own);
    Ok(Written { records, reply: Reply::ok(vote.version(), &paper.shown(who, vote.plan.secrecy, told))?, undo: false })
}

/// What the service says by itself nobody says, and a mistake is explained.
fn rejection_fault(body: &PaperRejection) -> Option<FieldError> {
    match body.fault {
        PaperFault::Late | PaperFault::NotEntered => Some(FieldError::at("/fault", &codes::NOT_ALLOWED)),
        PaperFault::Mistaken if body.note.is_none() => Some(FieldError::at("/note", &codes::REQUIRED)),
        _ => None,
    }
}

fn audited(vote: &OwnerVoteFields, before: Option<&PaperRow>, after: &PaperRow) -> Result<Record, Problem> {
    let kept = |row: &PaperRow| json!({"paper": row.id, "head": row.head, "status": row.status, "receipt": row.receipt});
    Record::part(vote, "papers", before.map(kept).as_ref(), &kept(after))
}
