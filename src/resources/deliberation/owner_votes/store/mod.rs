//! The tables of votes of owners; every query of votes begins with `readable` or `visible`.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::decisions::VoteEffect;
use super::inputs::OwnerVoteFilter;
use super::model::{OwnerVoteFields, OwnerVoteSummary};
use super::public::PublicVoteFilter;
use super::states::OwnerVoteStatus;
use crate::access::area::AccessArea;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, or_involved, scope_columns};
use crate::access::permissions::Action;
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::jobs::Due;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pool::Db;
use crate::db::schema::{owner_votes, vote_heads, vote_roll};
use crate::http::codes;
use crate::http::problem::Problem;

pub mod ballots;
pub mod checks;
pub mod counts;
pub mod effects;
pub mod heads;
pub mod papers;
pub mod powers;
pub mod roll;

type Base = dsl::Filter<owner_votes::table, Condition<owner_votes::table>>;
type Found = dsl::Filter<Base, dsl::Eq<owner_votes::id, Uuid>>;
/// A vote that a caller reaches.
type Reached = dsl::Select<Found, owner_votes::id>;

/// The votes of an area, of which some see only what is published, and those that the caller's organization convenes.
fn readable(scope: &Authority, area: &AccessArea) -> Base {
    owner_votes::table.filter(condition_of(scope, area))
}

fn condition_of(scope: &Authority, area: &AccessArea) -> Condition<owner_votes::table> {
    let columns = || scope_columns!(owner_votes);
    let published = owner_votes::status.ne_all(OwnerVoteStatus::UNPUBLISHED);
    let seen: Condition<owner_votes::table> =
        Box::new(columns().within(area.subtrees()).and(columns().within(scope.drafts()).or(published)));
    or_involved(seen, scope.organization().map(convened_by))
}

/// The same, and those of which the caller votes for a head, wherever they live.
fn visible(scope: &Authority) -> Base {
    let base = condition_of(scope, &scope.area);
    // With whatever other roles they have, they do there what owners do.
    let as_owner =
        matches!(scope.action, Action::Read | Action::Object) || OwnerVoteFields::OWNER_ACTIONS.contains(&scope.action);
    if !as_owner || !scope.may_at_all(Action::Cast) {
        return owner_votes::table.filter(base);
    }
    owner_votes::table.filter(condition(base.or(voted_in(scope))))
}

/// The condition that the caller votes for a head of it.
fn voted_in(scope: &Authority) -> Condition<owner_votes::table> {
    let agent = vote_heads::agent.eq(scope.actor.caller.clone()).assume_not_null();
    condition(owner_votes::id.eq_any(vote_heads::table.filter(agent).select(vote_heads::vote_id)))
}

/// A vote that a caller sees: of others nothing below it is told.
fn seen(scope: &Authority, id: Uuid) -> Reached {
    visible(scope).filter(owner_votes::id.eq(id)).select(owner_votes::id)
}

/// A vote that a caller prepares or oversees: of others it is not told who has taken part.
fn involved(scope: &Authority, id: Uuid) -> Reached {
    readable(scope, &scope.area).filter(owner_votes::id.eq(id)).select(owner_votes::id)
}

/// Rows below a vote: nothing where the caller does not reach that.
async fn below<T: Send, Q>(db: &Db, vote: Reached, rows: Q) -> Result<Vec<T>, Problem>
where
    Q: for<'c> LoadQuery<'static, &'c AsyncPgConnection, T> + 'static,
{
    let work = async |connection: &AsyncPgConnection| {
        let (mut first, mut second) = (connection, connection);
        try_join!(vote.first::<Uuid>(&mut first), rows.load(&mut second))
    };
    db.read(work).await.map(|(_, rows)| rows)
}

/// The condition that a column of `T` names a vote that an organization convened.
pub fn convened<T: 'static>(column: &'static str, organization: Uuid) -> Condition<T> {
    let convened = dsl::sql::<Bool>(column).sql(" = ANY(ARRAY(SELECT id FROM owner_votes WHERE organization_id = ");
    condition(convened.bind::<diesel::sql_types::Uuid, _>(organization).sql("))"))
}

fn convened_by(organization: Uuid) -> Condition<owner_votes::table> {
    condition(owner_votes::organization_id.eq(organization).assume_not_null())
}

/// A vote, whether the caller votes for a head of it, and what was done by it.
pub async fn find(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    id: Uuid,
) -> Result<(OwnerVoteFields, bool, Vec<VoteEffect>), Problem> {
    let found = visible(scope).filter(owner_votes::id.eq(id)).select(OwnerVoteFields::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let mut first = connection;
        try_join!(found.first(&mut first), votes(connection, scope, id), effects::of_vote(connection, id))
    };
    db.read(work).await
}

/// True where the caller votes for a head of a vote.
pub async fn votes(connection: &AsyncPgConnection, who: &Authority, id: Uuid) -> QueryResult<bool> {
    if !who.may_at_all(Action::Cast) {
        return Ok(false);
    }
    let own = vote_heads::vote_id.eq(id).and(vote_heads::agent.eq(who.actor.caller.clone()).assume_not_null());
    let mut connection = connection;
    diesel::select(dsl::exists(vote_heads::table.filter(own))).get_result(&mut connection).await
}

diesel::define_sql_function! {
    /// True for an organization that is the owners' committee of an estate.
    fn is_committee_of(organization: diesel::sql_types::Uuid, estate: diesel::sql_types::Uuid) -> diesel::sql_types::Bool;
}

/// True for an organization that is the owners' committee of an estate: elected, and not at its end.
pub async fn is_committee(tx: &Tx, organization: Uuid, estate: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(is_committee_of(organization, estate)).get_result(&mut tx.connection()).await?)
}

diesel::define_sql_function! {
    /// True for a consultation of a place or above that everybody may read.
    fn is_consultation_for(consultation: diesel::sql_types::Uuid, place: Text) -> Bool;
}

diesel::define_sql_function! {
    /// True for a dispute of a place that is neither confidential nor over.
    fn is_dispute_for(dispute: diesel::sql_types::Uuid, place: Text) -> Bool;
}

/// True for a dispute of a place that is neither confidential nor over.
pub async fn is_dispute(tx: &Tx, id: Uuid, place: JurisdictionCode) -> Result<bool, Problem> {
    Ok(diesel::select(is_dispute_for(id, place.as_str())).get_result(&mut tx.connection()).await?)
}

/// True for a consultation of a place or above that everybody may read.
pub async fn is_consultation(tx: &Tx, id: Uuid, place: JurisdictionCode) -> Result<bool, Problem> {
    Ok(diesel::select(is_consultation_for(id, place.as_str())).get_result(&mut tx.connection()).await?)
}

/// A vote as it is now; whoever may not do this anyway keeps nobody waiting.
pub async fn look_at(tx: &Tx, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<OwnerVoteFields, Problem> {
    let found = visible(scope).filter(owner_votes::id.eq(id)).select(OwnerVoteFields::as_select());
    Ok(found.first(&mut tx.connection()).await?)
}

/// A vote as it is until the transaction ends; others put their ballots in meanwhile.
pub async fn lock_shared(tx: &Tx, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<OwnerVoteFields, Problem> {
    let found = visible(scope).filter(owner_votes::id.eq(id)).select(OwnerVoteFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await?)
}

/// A vote for whoever has a letter of it, as it is until the transaction ends.
pub async fn lock_of_letter(tx: &Tx, id: Uuid) -> Result<OwnerVoteFields, Problem> {
    let found = owner_votes::table.find(id).filter(owner_votes::announced_at.is_not_null());
    Ok(found.select(OwnerVoteFields::as_select()).for_share().first(&mut tx.connection()).await?)
}

/// The vote with a unit on its roll and the head of that, for whoever has its letter: as it is until the transaction ends.
pub async fn lock_of_unit(
    tx: &Tx,
    id: Uuid,
    [building, entrance, number]: &[String; 3],
) -> Result<Option<(OwnerVoteFields, i32)>, Problem> {
    use vote_roll::dsl as r;
    let found = owner_votes::table.find(id).select(OwnerVoteFields::as_select()).for_share();
    let Some(vote) = found.first(&mut tx.connection()).await.optional()? else { return Ok(None) };
    let unit = r::vote_roll
        .filter(r::vote_id.eq(id))
        .filter(r::building.eq(building).and(r::entrance.eq(entrance)).and(r::number.eq(number)));
    let head = unit.select(r::head).first(&mut tx.connection()).await.optional()?;
    Ok(head.map(|head| (vote, head)))
}

/// Votes, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    filter: OwnerVoteFilter,
    keyset: Keyset,
) -> Result<Vec<OwnerVoteSummary>, Problem> {
    use owner_votes::dsl as v;
    let place = filter.r#in.map(|code| scope_columns!(owner_votes).within(&[code]));
    // Beside those of a jurisdiction one's own would keep its index from being read in order.
    let own = filter.own == Some(true) && scope.may_at_all(Action::Cast);
    let base = if own { owner_votes::table.filter(voted_in(scope)) } else { readable(scope, &scope.narrowed(filter.r#in)) };
    let mut query = base.select(OwnerVoteSummary::as_select()).into_boxed();
    let wanted = [
        place,
        filter.status.map(|states| one_of(v::status, states)),
        filter.estate_id.map(|id| condition(v::estate_id.eq(id))),
        filter.consultation_id.map(|id| comes_from("owner_votes.preparation->>'consultation_id' = ", id)),
        filter.dispute_id.map(|id| comes_from("owner_votes.preparation->>'dispute_id' = ", id)),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, owner_votes, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// The condition that a vote names what it comes from.
fn comes_from(names: &str, id: Uuid) -> Condition<owner_votes::table> {
    condition(dsl::sql::<Bool>(names).bind::<Text, _>(id.to_string()))
}

/// A vote in the area of somebody who names it in another record, kept as it is until the transaction ends.
pub async fn within_reach(tx: &Tx, scope: &Authority, id: Uuid) -> Result<Option<OwnerVoteFields>, Problem> {
    let here = scope_columns!(owner_votes).within(scope.area.subtrees());
    let found = owner_votes::table.filter(here).filter(owner_votes::id.eq(id)).filter(owner_votes::announced_at.is_not_null());
    Ok(found.select(OwnerVoteFields::as_select()).for_share().first(&mut tx.connection()).await.optional()?)
}

/// A vote that everybody may read.
pub async fn announced(db: &Db, id: Uuid) -> Result<OwnerVoteFields, Problem> {
    let found = owner_votes::table.find(id).filter(owner_votes::announced_at.is_not_null());
    let found = found.select(OwnerVoteFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Votes of a place that everybody may read, the latest change first, one more than asked for.
pub async fn list_announced(db: &Db, filter: &PublicVoteFilter, keyset: Keyset) -> Result<Vec<OwnerVoteSummary>, Problem> {
    let here = scope_columns!(owner_votes).within(&[filter.r#in]);
    let announced = owner_votes::table.filter(here).filter(owner_votes::announced_at.is_not_null());
    let mut query = announced.select(OwnerVoteSummary::as_select()).into_boxed();
    if let Some(id) = filter.estate_id {
        query = query.filter(owner_votes::estate_id.eq(id)).filter(force_custom_plan());
    }
    let query = newest_first!(query, owner_votes, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// A vote that a caller prepares or oversees, as it is until the transaction ends.
pub async fn lock_involved(tx: &Tx, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<OwnerVoteFields, Problem> {
    let found = readable(scope, &scope.area).filter(owner_votes::id.eq(id)).select(OwnerVoteFields::as_select());
    Ok(found.for_share().first(&mut tx.connection()).await?)
}

/// What of a vote waits for another person in an office than the caller.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct SecondPersons {
    /// Papers that two have not entered alike.
    pub papers: bool,
    /// Letters of which one half was printed.
    pub letters: bool,
    /// Powers that one has recorded, or recorded as taken back.
    pub powers: bool,
}

/// The votes that may wait for these offices or for the committee that convenes them: to be confirmed or announced, counted,
/// posted or concluded, or for a second person. The first one first.
pub async fn waiting(
    connection: &AsyncPgConnection,
    caller: &str,
    offices: &[JurisdictionCode],
    organization: Option<Uuid>,
) -> QueryResult<Vec<(OwnerVoteFields, SecondPersons)>> {
    use owner_votes::dsl as v;
    let here: Condition<v::owner_votes> =
        condition(v::community_code.eq_any(offices.to_vec()).or(v::street_code.eq_any(offices.to_vec())));
    let over = OwnerVoteStatus::GONE.into_iter().chain([OwnerVoteStatus::Draft, OwnerVoteStatus::Concluded]);
    let found = v::owner_votes.filter(or_involved(here, organization.map(convened_by)));
    let found = found.filter(v::status.ne_all(over.collect::<Vec<_>>()));
    let others = |text: &str, rest: &str| {
        let begin = dsl::sql::<Bool>("EXISTS (SELECT FROM (SELECT ").bind::<Text, _>(caller.to_owned());
        begin.sql(&format!(" AS caller) me, {text} WHERE w.vote_id = owner_votes.id AND ({rest}))"))
    };
    let papers = "w.status = 'received' OR w.status IN ('entered_once', 'disputed') AND (w.status = 'disputed' \
        OR NOT EXISTS (SELECT FROM vote_paper_entries e WHERE e.paper_id = w.id AND e.entered_by = me.caller))";
    let papers = format!("({papers}) AND (owner_votes.plan->>'secrecy' = 'named' OR w.received_by <> me.caller)");
    let open = "owner_votes.status IN ('announced', 'voting')";
    let pending = (
        others("vote_papers w", &papers),
        others("vote_heads w", &format!("{open} AND w.begun > w.letters AND w.begun_by <> me.caller")),
        others(
            "vote_powers w",
            &format!(
                "{open} AND w.ended_at IS NULL AND (NOT w.holds AND w.recorded_by <> me.caller OR w.ending_by <> me.caller)"
            ),
        ),
    );
    let mut connection = connection;
    found.order((v::starts_at, v::id)).limit(201).select((OwnerVoteFields::as_select(), pending)).load(&mut connection).await
}

/// The votes that are open in which somebody votes for a head that has said nothing yet, their own or by a power.
pub async fn to_cast(connection: &AsyncPgConnection, caller: &str, now: DateTime<Utc>) -> QueryResult<Vec<OwnerVoteFields>> {
    use owner_votes::dsl as v;
    let silent = "NOT EXISTS (SELECT FROM vote_ballots b WHERE b.vote_id = h.vote_id AND b.head = h.head AND b.counts)";
    let own = format!("owner_votes.id = ANY(ARRAY(SELECT h.vote_id FROM vote_heads h WHERE {silent} AND h.agent = ");
    let of_others = format!(
        ") || ARRAY(SELECT h.vote_id FROM vote_heads a JOIN vote_powers h ON h.vote_id = a.vote_id AND h.proxy = a.head \
         WHERE h.ended_at IS NULL AND h.holds AND {} AND a.agent = ",
        silent.replace("h.head", "h.principal")
    );
    let votes = dsl::sql::<Bool>(&own).bind::<Text, _>(caller.to_owned()).sql(&of_others).bind::<Text, _>(caller.to_owned());
    let open = v::status.eq(OwnerVoteStatus::Voting).and(v::ends_at.gt(now)).and(votes.sql("))"));
    let found = v::owner_votes.filter(open).order((v::ends_at, v::id)).limit(201);
    let mut connection = connection;
    found.select(OwnerVoteFields::as_select()).load(&mut connection).await
}

pub async fn insert(tx: &Tx, new: &OwnerVoteFields) -> Result<(), Problem> {
    let done = new.insert_into(owner_votes::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[("owner_votes_jurisdiction_exists", "/estate_id", &codes::UNKNOWN_RECORD)];

impl LockInScope for OwnerVoteFields {
    type Resource = OwnerVotes;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<OwnerVotes>, id: Uuid) -> Result<Self, Problem> {
        let found = visible(scope).filter(owner_votes::id.eq(id)).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for OwnerVoteFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let done = diesel::update(owner_votes::table.find(self.id)).set(self).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// The votes that are to be opened or closed, locked; what another instance works on is passed over.
pub async fn claim(tx: &Tx, due: &Due) -> Result<Vec<OwnerVoteFields>, Problem> {
    use owner_votes::dsl as v;
    let found = v::owner_votes.filter(v::next_step_at.le(due.now).assume_not_null());
    let found = found.filter(due.may_try("owner_votes.id")).order((v::next_step_at, v::id)).limit(due.limit);
    Ok(found.select(OwnerVoteFields::as_select()).for_update().skip_locked().load(&mut tx.connection()).await?)
}

/// The next votes of a jurisdiction or of estates by which something is decided, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<OwnerVoteFields>, Problem> {
    let place = way.part(scope_columns!(owner_votes).within(&[way.from]), |ids| condition(owner_votes::estate_id.eq_any(ids)));
    let found = owner_votes::table.filter(place).filter(owner_votes::status.ne_all(OwnerVoteStatus::GONE));
    let found = found.select(OwnerVoteFields::as_select());
    Ok(next_to_move!(found, owner_votes, way).load(&mut tx.connection()).await?)
}
