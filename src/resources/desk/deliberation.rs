//! What waits of councils, consultations and votes of owners.

use chrono::{Days, TimeDelta};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::future::OptionFuture;
use futures_util::try_join;

use super::items::Items;
use super::model::{WorkItem, WorkKind};
use super::{DAYS_AFTER, DAYS_AHEAD, Worker};
use crate::access::permissions::Action;
use crate::calendar::{civil_date, midnight};
use crate::resources::deliberation::consultations::store as consultations;
use crate::resources::deliberation::council_meetings::store as meetings;
use crate::resources::deliberation::councils::store as councils;
use crate::resources::deliberation::duties::model::DutyFields;
use crate::resources::deliberation::duties::store as duties;
use crate::resources::deliberation::owner_votes::decisions::is_undone;
use crate::resources::deliberation::owner_votes::store::{self as owner_votes, SecondPersons};

/// What waits in a vote for somebody else than whoever began it.
fn for_others(pending: &SecondPersons) -> impl Iterator<Item = WorkKind> {
    let SecondPersons { papers, letters, powers } = *pending;
    let kinds = [(papers, WorkKind::EnterPapers), (letters, WorkKind::CompleteLetters), (powers, WorkKind::ConfirmPowers)];
    kinds.into_iter().filter_map(|(waits, kind)| waits.then_some(kind))
}

pub(super) async fn of_councils(connection: &AsyncPgConnection, worker: &Worker<'_>, items: Items) -> QueryResult<Vec<WorkItem>> {
    let Worker { caller, offices, organization, belongs_to, on_votes, .. } = worker;
    let soon = civil_date(items.now) + Days::new(DAYS_AHEAD);
    let seated = OptionFuture::from(organization.map(|id| meetings::of_seat(connection, id)));
    let own = OptionFuture::from(organization.map(|id| duties::to_do(connection, id)));
    let since = items.now - TimeDelta::days(DAYS_AFTER);
    let (asked, due, coming, opinions, reported, seated, own, votes, decided, open) = try_join!(
        councils::asked_until(connection, offices, soon),
        meetings::due_until(connection, offices, soon),
        meetings::to_hold(connection, offices, midnight(soon)),
        consultations::waiting(connection, offices),
        duties::to_review(connection, offices, *organization),
        async { seated.await.transpose() },
        async { own.await.transpose() },
        owner_votes::waiting(connection, caller, offices, *organization),
        owner_votes::effects::concluded(connection, offices, since),
        owner_votes::to_cast(connection, caller, items.now)
    )?;
    let mut all: Vec<_> = asked.into_iter().map(|one| items.council(one)).collect();
    all.extend(due.into_iter().map(|one| items.meeting(WorkKind::FollowMeeting, one)));
    all.extend(coming.into_iter().map(|one| items.meeting(WorkKind::HoldMeeting, one)));
    all.extend(opinions.into_iter().map(|one| items.consultation(one)));
    for (one, pending) in votes {
        let seconds = for_others(&pending).filter(|_| !offices.is_empty());
        let follows = on_votes.as_ref().is_some_and(|who| one.waits_for(who)).then_some(WorkKind::FollowVote);
        all.extend(seconds.chain(follows).map(|kind| items.vote(kind, one.clone())));
    }
    let undone = decided.into_iter().filter(|(vote, done)| on_votes.is_some() && is_undone(vote, &done.0));
    all.extend(undone.map(|(one, _)| items.vote(WorkKind::CarryOutVote, one)));
    all.extend(open.into_iter().map(|one| items.vote(WorkKind::CastBallot, one)));
    all.extend(seated.into_iter().flatten().filter_map(|one| organization.and_then(|id| items.of_seat(one, id))));
    all.extend(own.into_iter().flatten().map(|one| items.duty(WorkKind::DoDuty, one)));
    // Whose duty it is, and whoever has said that it is done, leaves the review to others.
    let of_others = |one: &DutyFields| Some(one.organization_id) != *belongs_to;
    let reviews = |one: &DutyFields| of_others(one) && !one.taken_steps.has(Action::ReportProgress, caller);
    all.extend(reported.into_iter().filter(reviews).map(|one| items.duty(WorkKind::ReviewDuty, one)));
    Ok(all)
}
