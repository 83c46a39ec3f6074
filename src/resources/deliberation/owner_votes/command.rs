//! What can be done to a vote of owners.

use std::sync::Arc;

use futures_util::try_join;

use super::announcing;
use super::ending::{EndingStrike, TopicsEnding};
use super::inputs::{
    NewVoteObjection, OtherPosting, OwnerVotePatch, PostingStrike, RollPublication, VoteAnnouncement, VoteConfirmation,
    VoteExtension, VoteObjectionAnswer,
};
use super::keys::VoteKeys;
use super::model::{EndingKind, OwnerVote, OwnerVoteFields, view};
use super::opening::OpenedBallot;
use super::roll::building::{Roll, RollDifference};
use super::roll::{RollLine, RollSummary};
use super::sealing::BoxKey;
use super::states::OwnerVoteStatus;
use super::store::roll as rolls;
use super::store::{self, checks, counts, effects, papers};
use super::tallying::{self, Tally};
use super::{ending, postings, preparing, verification};
use crate::access::authority::Authority;
use crate::access::keys::Signer;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::bodies::{NoBody, Reason};
use crate::http::problem::Problem;
use crate::resources::places::estate_units::store as units;
use crate::resources::places::estates::store as estates;
use crate::resources::reference::rules::place::PlaceRules;

/// What can be done to a vote.
pub enum Command {
    Update(OwnerVotePatch),
    /// With the secrets that make holders of owners.
    PublishRoll(RollPublication, Arc<VoteKeys>),
    Object(NewVoteObjection),
    AnswerObjection(VoteObjectionAnswer),
    AddPosting(OtherPosting),
    StrikePosting(PostingStrike),
    Confirm(VoteConfirmation),
    /// With the key of a new box.
    Announce(VoteAnnouncement, BoxKey),
    Extend(VoteExtension),
    /// With the secrets that open the box, and the key that signs what was counted.
    Count(NoBody, Arc<VoteKeys>, Arc<Signer>),
    Conclude(NoBody),
    Invalidate(TopicsEnding),
    Annul(TopicsEnding),
    StrikeEnding(EndingStrike),
    Cancel(Reason),
    Discard(Reason),
    /// The service opens and closes it.
    RunDueStep,
}

/// What must be known to decide on a command.
#[derive(Default)]
pub struct Facts {
    pub place: PlaceRules,
    /// The roll that the units make now, and the lines of the one that was published before.
    pub roll: Option<Box<Roll>>,
    pub lines: Vec<RollLine>,
    /// What the stored roll sums up to.
    pub frozen: Option<RollSummary>,
    /// How many units the estate is registered with.
    pub registered_units: Option<i64>,
    /// False where the committee that convenes it is at its end.
    pub serves: bool,
    /// What is in the box, where it is opened.
    pub tally: Tally,
    /// What is not what was published, where that is looked through.
    pub fault: Option<&'static str>,
    /// True where whoever counts has thrown out a paper that was in the box.
    pub threw_out: bool,
}

/// What a decision changes besides the vote.
#[derive(Debug)]
pub enum Effect {
    /// This is the roll from now on.
    Roll { roll: Box<Roll>, changes: Vec<RollDifference>, reason: String },
    /// What was read on papers is forgotten.
    Cancelled,
    /// The box was counted: these ballots are published, and what was not entered in time does not count.
    Counted(Vec<OpenedBallot>),
}

impl OwnerVoteFields {
    /// True unless the committee that convenes it is at its end, or of another estate.
    async fn still_convenes(&self, tx: &Tx) -> Result<bool, Problem> {
        match self.organization_id {
            Some(id) => store::is_committee(tx, id, self.estate_id).await,
            None => Ok(true),
        }
    }
}

impl Aggregate for OwnerVoteFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = OwnerVote;

    const PATH: &'static str = "/v1/owner-votes";
    const NOUN: &'static str = "vote of owners";

    async fn facts(&self, tx: &Tx, who: &Authorized<OwnerVotes>, command: &Command) -> Result<Facts, Problem> {
        let place = async { Ok(PlaceRules::at(tx.connection(), self.jurisdiction, who.today()).await?) };
        match command {
            Command::PublishRoll(_, keys) => {
                let units = units::registered_in(tx, self.estate_id);
                let registered = estates::unit_count(tx, self.estate_id);
                let (place, serves, (lines, _), units, registered_units) =
                    try_join!(place, self.still_convenes(tx), rolls::stored(tx, self.id), units, registered)?;
                let roll = Roll::of(self.id, self.plan.heads_basis, units, keys).map_err(Problem::internal)?;
                Ok(Facts { place, lines, roll: Some(Box::new(roll)), registered_units, serves, ..Facts::default() })
            }
            Command::Announce(..) => {
                let (place, serves, (_, frozen)) = try_join!(place, self.still_convenes(tx), rolls::stored(tx, self.id))?;
                Ok(Facts { place, frozen: Some(frozen), serves, ..Facts::default() })
            }
            Command::Count(_, keys, _) => {
                let threw_out = papers::threw_out(tx, self.id, &who.actor.caller);
                let (place, tally, threw_out) = try_join!(place, counts::tally(tx, self, keys), threw_out)?;
                Ok(Facts { place, tally, threw_out, ..Facts::default() })
            }
            Command::Conclude(_) => Ok(Facts { fault: verification::look_through(tx, self).await?, ..Facts::default() }),
            Command::Object(_) | Command::Update(_) | Command::RunDueStep => {
                Ok(Facts { place: place.await?, ..Facts::default() })
            }
            _ => Ok(Facts::default()),
        }
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        let mut effects = Vec::new();
        match command {
            Command::Update(patch) => preparing::update(after, patch, facts, who)?,
            Command::PublishRoll(body, _) => effects.push(preparing::publish_roll(after, body, facts, who)?),
            Command::Object(body) => preparing::object(after, body, facts, who)?,
            Command::AnswerObjection(body) => preparing::answer(after, body, who)?,
            Command::AddPosting(body) => postings::add(after, body, who)?,
            Command::StrikePosting(body) => postings::strike(after, &body)?,
            Command::Confirm(body) => preparing::confirm(after, &body, self.version, who)?,
            Command::Announce(body, key) => announcing::announce(after, (body, key), facts, who)?,
            Command::Extend(body) => preparing::extend(after, body)?,
            Command::Count(.., signer) => effects.extend(tallying::count_ballots(after, facts, &signer, who)?),
            Command::Conclude(NoBody {}) => tallying::conclude(after, facts, who)?,
            Command::Invalidate(body) => ending::end_topics(after, EndingKind::Invalidated, body, who)?,
            Command::Annul(body) => ending::end_topics(after, EndingKind::Annulled, body, who)?,
            Command::StrikeEnding(body) => ending::strike_ending(after, body)?,
            Command::Cancel(Reason { reason }) => {
                preparing::cancel(after, reason, self.status);
                effects.push(Effect::Cancelled);
            }
            Command::Discard(Reason { reason }) => after.reason = Some(reason),
            Command::RunDueStep => {
                after.status = self.status_at(who.now);
                let is_over = after.status == OwnerVoteStatus::Counting;
                after.preparation.0.papers_until = is_over.then(|| self.papers_due(&facts.place));
            }
        }
        after.next_step_at = match after.status {
            OwnerVoteStatus::Announced => Some(after.starts_at),
            OwnerVoteStatus::Voting => Some(after.ends_at),
            _ => None,
        };
        Ok(effects)
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        for effect in effects {
            match effect {
                Effect::Roll { roll, changes, reason } => {
                    rolls::replace(tx, self.id, &roll).await?;
                    rolls::tell_changes(tx, self.id, &changes, (&reason, who.now)).await?;
                }
                Effect::Cancelled => papers::forget_all_marks(tx, self.id).await?,
                Effect::Counted(opened) => {
                    counts::publish(tx, self.id, &opened).await?;
                    checks::begin(tx, self.id, who.now).await?;
                }
            }
        }
        Ok(Vec::new())
    }

    async fn answer(self, tx: &Tx, who: &Authorized<OwnerVotes>) -> Result<OwnerVote, Problem> {
        let connection = tx.connection();
        let known = try_join!(store::votes(connection, who, self.id), effects::of_vote(connection, self.id))?;
        Ok(view(who, self, known))
    }
}
