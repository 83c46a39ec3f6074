//! Papers and what was entered of them.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{below, involved};
use crate::access::condition::{condition, force_custom_plan, one_of};
use crate::access::permissions::resource::OwnerVotes;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::db::failure::map_constraint;
use crate::db::page::{Keyset, first};
use crate::db::pool::Db;
use crate::db::schema::{vote_paper_entries, vote_papers};
use crate::http::codes;
use crate::http::problem::Problem;
use crate::resources::deliberation::owner_votes::ballots::inputs::PaperFilter;
use crate::resources::deliberation::owner_votes::ballots::papers::{EntryRow, PaperRow, PaperStatus};
use crate::resources::deliberation::owner_votes::records::Secrecy;

/// The papers of a vote, in the order in which they came, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<OwnerVotes>,
    id: Uuid,
    filter: PaperFilter,
    keyset: Keyset<Uuid>,
) -> Result<Vec<(PaperRow, Secrecy, i64, bool)>, Problem> {
    use vote_papers::dsl as p;
    let by_caller =
        dsl::sql::<Bool>("EXISTS (SELECT FROM vote_paper_entries e WHERE e.paper_id = vote_papers.id AND e.entered_by = ");
    let by_caller = by_caller.bind::<Text, _>(scope.actor.caller.clone()).sql(")");
    let entries = dsl::sql::<BigInt>("(SELECT count(*) FROM vote_paper_entries e WHERE e.paper_id = vote_papers.id)");
    let papers = p::vote_papers.filter(p::vote_id.eq(id));
    let secrecy = dsl::sql::<Text>("(SELECT v.plan->>'secrecy' FROM owner_votes v WHERE v.id = vote_papers.vote_id)");
    let mut query = papers.select((PaperRow::as_select(), secrecy, entries, by_caller)).into_boxed();
    let known = || {
        let named = dsl::sql::<Bool>(
            "EXISTS (SELECT FROM owner_votes v WHERE v.id = vote_papers.vote_id AND v.plan->>'secrecy' = 'named')",
        );
        named.or(p::received_by.eq(scope.actor.caller.clone()))
    };
    let wanted = [
        filter.status.map(|states| one_of(p::status, states)),
        filter.head.map(|head| condition(p::head.eq(head).and(known()))),
        filter.form.map(|form| condition(p::form.eq(form))),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    if let Some(after) = keyset.after {
        query = query.filter(p::id.gt(after));
    }
    let query = first(query.order(p::id), keyset.limit);
    below(db, involved(scope, id), query).await
}

/// Keeps a paper; says what is written on its sheet.
pub async fn insert(tx: &Tx, new: &PaperRow) -> Result<i64, Problem> {
    let done = new.insert_into(vote_papers::table).returning(vote_papers::form).get_result(&mut tx.connection()).await;
    done.map_err(|error| map_constraint(error, &[("vote_papers_replaced_once", "/in_place_of", &codes::TAKEN)]))
}

/// A paper of a vote, locked.
pub async fn lock(tx: &Tx, vote: Uuid, id: Uuid) -> Result<Option<PaperRow>, Problem> {
    let found = vote_papers::table.find(id).filter(vote_papers::vote_id.eq(vote)).select(PaperRow::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// What somebody had to do with a paper, with those in whose place it is, and with those in its place.
#[derive(QueryableByName)]
pub struct Part {
    /// They took one of them in.
    #[diesel(sql_type = Bool)]
    pub took: bool,
    /// They entered one of them.
    #[diesel(sql_type = Bool)]
    pub entered: bool,
}

/// What somebody had to do with a paper, with those in whose place it is, and with those in its place.
pub async fn part_in(tx: &Tx, paper: Uuid, caller: &str) -> Result<Part, Problem> {
    let text = "WITH RECURSIVE chain AS (SELECT id, in_place_of, received_by FROM vote_papers WHERE id = $1 \
        UNION SELECT p.id, p.in_place_of, p.received_by FROM vote_papers p JOIN chain c ON p.id = c.in_place_of OR p.in_place_of = c.id) \
        SELECT EXISTS (SELECT FROM chain WHERE received_by = $2) AS took, \
        EXISTS (SELECT FROM chain c JOIN vote_paper_entries e ON e.paper_id = c.id WHERE e.entered_by = $2) AS entered";
    let part = diesel::sql_query(text).bind::<SqlUuid, _>(paper).bind::<Text, _>(caller);
    Ok(part.get_result(&mut tx.connection()).await?)
}

/// True where another paper was taken in in its place.
pub async fn is_replaced(tx: &Tx, id: Uuid) -> Result<bool, Problem> {
    let others = vote_papers::table.filter(vote_papers::in_place_of.eq(id));
    Ok(diesel::select(dsl::exists(others)).get_result(&mut tx.connection()).await?)
}

/// True where a head has handed a paper in that was not rejected.
pub async fn has_one(tx: &Tx, vote: Uuid, head: i32) -> Result<bool, Problem> {
    use vote_papers::dsl as p;
    let some = p::vote_papers.filter(p::vote_id.eq(vote).and(p::head.eq(head)));
    let some = some.filter(p::status.ne_all([PaperStatus::Invalid, PaperStatus::Late]));
    Ok(diesel::select(dsl::exists(some)).get_result(&mut tx.connection()).await?)
}

/// True where somebody has rejected a paper that was in the box.
pub async fn threw_out(tx: &Tx, vote: Uuid, caller: &str) -> Result<bool, Problem> {
    use vote_papers::dsl as p;
    let some = p::vote_papers.filter(p::vote_id.eq(vote)).filter(p::receipt.is_not_null());
    let some = some.filter(p::rejected_by.eq(caller.to_owned()).assume_not_null());
    Ok(diesel::select(dsl::exists(some)).get_result(&mut tx.connection()).await?)
}

pub async fn save(tx: &Tx, paper: &PaperRow) -> Result<(), Problem> {
    diesel::update(vote_papers::table.find(paper.id)).set(paper).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Who entered a paper, each with a mark of what they read.
pub async fn entries(tx: &Tx, paper: Uuid) -> Result<Vec<EntryRow>, Problem> {
    use vote_paper_entries::dsl as e;
    let found = e::vote_paper_entries.filter(e::paper_id.eq(paper)).order(e::no).select((e::entered_by, e::mark, e::readings));
    let rows: Vec<(String, String, i16)> = found.load(&mut tx.connection()).await?;
    Ok(rows.into_iter().map(|(entered_by, mark, readings)| EntryRow { entered_by, mark, readings }).collect())
}

/// Forgets what was read on a paper, once that is decided.
pub async fn forget_marks(tx: &Tx, paper: Uuid) -> Result<(), Problem> {
    use vote_paper_entries::dsl as e;
    diesel::update(e::vote_paper_entries.filter(e::paper_id.eq(paper))).set(e::mark.eq("")).execute(&mut tx.connection()).await?;
    Ok(())
}

/// Forgets what was read on the papers of a vote.
pub async fn forget_all_marks(tx: &Tx, vote: Uuid) -> Result<(), Problem> {
    use vote_paper_entries::dsl as e;
    let papers = vote_papers::table.filter(vote_papers::vote_id.eq(vote)).select(vote_papers::id);
    let marks = diesel::update(e::vote_paper_entries.filter(e::paper_id.eq_any(papers))).set(e::mark.eq(""));
    marks.execute(&mut tx.connection()).await?;
    Ok(())
}

/// Keeps what somebody read on a paper, in place of what they read before.
pub async fn put_entry(tx: &Tx, paper: &PaperRow, (before, by, mark): (usize, &str, &str)) -> Result<(), Problem> {
    use vote_paper_entries::dsl as e;
    let no = i16::try_from(before + 1).map_err(Problem::internal)?;
    let values = (e::paper_id.eq(paper.id), e::no.eq(no), e::entered_by.eq(by), e::mark.eq(mark));
    let put = diesel::insert_into(e::vote_paper_entries).values(values).on_conflict((e::paper_id, e::entered_by));
    put.do_update().set((e::mark.eq(mark), e::readings.eq(e::readings + 1))).execute(&mut tx.connection()).await?;
    Ok(())
}
