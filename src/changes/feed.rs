//! The change feed: what happened, in an order that loses nothing.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use serde::{Deserialize, Serialize};

use super::identity::History;
use super::kinds::RecordType;
use super::upkeep::FEED_RETENTION;
use super::write::Record;
use crate::access::actor::Actor;
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, ScopeColumn, ScopeColumns, condition, force_custom_plan};
use crate::access::permissions::Action;
use crate::db::pool::Db;
use crate::db::schema::changes;
use crate::db::text_enum::text_enum;
use crate::http::problem::Problem;

text_enum! {
    /// What happened to a record, as the reader of the feed sees it.
    pub enum ChangeOp {
        Upsert = "upsert",
        Removed = "removed",
    }
}

/// One row of the feed as it is written.
#[derive(Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
pub struct FeedRow<'a> {
    kind: &'a str,
    record_id: &'a str,
    op: ChangeOp,
    reason: Option<&'static str>,
    version: i64,
    jurisdiction: JurisdictionCode,
    moved_to: Option<JurisdictionCode>,
    changed_at: DateTime<Utc>,
    data: Option<&'a str>,
}

impl<'a> FeedRow<'a> {
    /// The rows that tell of a record: where it moved, its old place hears that it left.
    pub fn of(record: &'a Record, now: DateTime<Utc>) -> impl Iterator<Item = Self> {
        let upsert = Self {
            kind: record.kind,
            record_id: &record.id,
            op: ChangeOp::Upsert,
            reason: None,
            version: record.version,
            jurisdiction: record.jurisdiction,
            moved_to: None,
            changed_at: now,
            data: Some(&record.after.0),
        };
        let left = record.moved_from.filter(|from| *from != record.jurisdiction).map(|from| Self {
            op: ChangeOp::Removed,
            reason: Some("out_of_scope"),
            jurisdiction: from,
            moved_to: Some(record.jurisdiction),
            data: None,
            ..upsert
        });
        left.into_iter().chain([upsert])
    }
}

/// A place in the feed: that of a row, or its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    tx: i64,
    seq: i64,
    /// When the row was written, in microseconds; 0 where that was not kept.
    #[serde(default)]
    at: i64,
}

impl Position {
    fn of((tx, seq, at): (i64, i64, DateTime<Utc>)) -> Self {
        Self { tx, seq, at: at.timestamp_micros() }
    }

    /// False where another row, or none, stands where a row was told: the database was taken back to what it was before.
    /// Only rows that are old and replaced go.
    fn is_in_history(self, found: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let known = |at: DateTime<Utc>| at.timestamp_micros() == self.at;
        let may_be_gone = || now.timestamp_micros() - self.at >= FEED_RETENTION.num_microseconds().unwrap_or(i64::MAX);
        self.at == 0 || found.map_or_else(may_be_gone, known)
    }
}

/// One row of the feed as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = changes)]
pub struct Entry {
    tx: i64,
    seq: i64,
    kind: String,
    record_id: String,
    op: String,
    reason: Option<String>,
    version: i64,
    changed_at: DateTime<Utc>,
    data: Option<String>,
    moved_to: Option<JurisdictionCode>,
}

impl Entry {
    /// Bytes of its record.
    fn size(&self) -> usize {
        self.data.as_ref().map_or(0, String::len)
    }

    /// Appends the entry as JSON. The record is stored as JSON text and passes through unread.
    pub fn write_json(&self, out: &mut String) {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let _ = write!(
            out,
            r#"{{"type":"{}","id":{},"op":"{}","reason":{},"version":{},"changed_at":"{}","data":{}}}"#,
            self.kind,
            text(&self.record_id),
            self.op,
            self.reason.as_deref().map_or_else(|| "null".into(), text),
            self.version,
            self.changed_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            self.data.as_deref().unwrap_or("null"),
        );
    }
}

/// What a reader of the feed may see.
pub struct View {
    pub area: AccessArea,
    pub kinds: Vec<RecordType>,
    /// Those of them whose drafts the reader does not see.
    pub published: Vec<RecordType>,
}

impl View {
    /// The wanted types (all when none is named) that the actor and its app may read wherever they
    /// read the feed.
    pub fn of(actor: &Actor, area: &AccessArea, wanted: Option<&[RecordType]>) -> Self {
        let mut kinds = wanted.unwrap_or(RecordType::ALL).to_vec();
        kinds.retain(|kind| {
            let right = actor.right(Action::Read, kind.resource());
            let readable = |code| right.area.as_ref().is_some_and(|readable| readable.covers(code));
            right.app_may && area.subtrees().iter().all(readable)
        });
        kinds.sort_unstable();
        let sees_drafts = |kind: &RecordType| {
            let right = actor.right(Action::ReadDrafts, kind.resource());
            right.area.as_ref().is_some_and(|drafts| area.subtrees().iter().all(|code| drafts.covers(code)))
        };
        let published = kinds.iter().filter(|kind| kind.has_drafts() && !sees_drafts(kind)).copied().collect();
        Self { area: area.clone(), kinds, published }
    }

    /// True for a draft, where the reader sees only what is published.
    fn hides(&self, entry: &Entry) -> bool {
        let published = self.published.iter().any(|kind| kind.as_str() == entry.kind);
        published && entry.data.as_deref().is_some_and(is_draft)
    }

    fn condition(&self) -> Condition<changes::table> {
        let columns = ScopeColumns {
            city: changes::city_code,
            district: changes::district_code,
            street: changes::street_code,
            community: WithinStreet(changes::community_code),
            exact: WithinStreet(changes::jurisdiction),
        };
        columns.within(self.area.subtrees())
    }
}

fn is_draft(record: &str) -> bool {
    #[derive(Deserialize)]
    struct Status<'a> {
        status: &'a str,
    }
    serde_json::from_str::<Status>(record).is_ok_and(|record| matches!(record.status, "draft" | "discarded"))
}

/// A column below the street: the street's index serves it, so that the feed needs no index of its own.
struct WithinStreet<C>(C);

impl<C: ScopeColumn<changes::table>> ScopeColumn<changes::table> for WithinStreet<C> {
    fn is(&self, code: JurisdictionCode) -> Condition<changes::table> {
        Box::new(changes::street_code.eq(code.as_str()[..9].to_owned()).and(self.0.is(code)))
    }
}

diesel::define_sql_function! {
    /// Transactions below this have ended, so no row can appear below it any more.
    fn feed_horizon() -> diesel::sql_types::BigInt;
}

/// Bytes of records that a page holds at most: whoever asks for many and does not read them keeps them in memory.
const LARGEST_PAGE: usize = 2 << 20;

/// Some entries of the feed and where reading goes on.
pub struct Page {
    pub entries: Vec<Entry>,
    pub position: Position,
    /// The history in which the position is a place.
    pub history: History,
    /// False where the position from which it goes on is none in that history.
    pub goes_on: bool,
    /// False when there may be more to read at once.
    pub caught_up: bool,
}

/// Up to a position only the newest row of each record: what it was before, whoever begins need not know.
fn newest_until(until: Position) -> Condition<changes::table> {
    let later = dsl::sql::<Bool>("((changes.tx, changes.seq) > (").bind::<BigInt, _>(until.tx);
    let later = later.sql(", ").bind::<BigInt, _>(until.seq);
    condition(later.sql(
        ") OR NOT EXISTS (SELECT FROM changes newer WHERE newer.record_id = changes.record_id AND newer.kind = changes.kind \
         AND (newer.tx, newer.seq) > (changes.tx, changes.seq)))",
    ))
}

/// The settled entries after a position, in order; up to `until` each record once, in its newest version.
pub async fn after(
    db: &Db,
    view: &View,
    (position, until): (Position, Option<Position>),
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Page, Problem> {
    let once = until.map_or_else(|| condition(dsl::sql::<Bool>("TRUE")), newest_until);
    let entries = changes::table
        .filter(view.condition())
        .filter(changes::kind.eq_any(&view.kinds))
        .filter(changes::tx.ge(position.tx).and(changes::tx.gt(position.tx).or(changes::seq.gt(position.seq))))
        .filter(changes::tx.lt(feed_horizon()))
        .filter(once)
        // Not kept as a prepared statement: its plan depends on how far the reader is.
        .filter(force_custom_plan())
        .order((changes::tx.asc(), changes::seq.asc()))
        .limit(limit)
        .select(Entry::as_select());
    let work = async |connection: &AsyncPgConnection| {
        let mut third = connection;
        // Asked in this order: what is settled by now is among the entries, so the position may move there.
        let asked = try_join!(
            History::current(connection),
            newest(connection),
            written_at(connection, position),
            entries.load(&mut third)
        );
        asked.map(|(history, newest, found, entries): (_, _, _, Vec<Entry>)| (history, newest, found, entries))
    };
    let (history, newest, found, mut entries) = db.read(work).await?;
    let goes_on = position.is_in_history(found, now);
    let fits = fitting(entries.iter().map(Entry::size)).min(entries.len());
    let caught_up = fits == entries.len() && fits < usize::try_from(limit).unwrap_or(usize::MAX);
    entries.truncate(fits);
    let read = entries.last().map_or(position, |last| Position::of((last.tx, last.seq, last.changed_at)));
    let position = if caught_up { read.max(newest.unwrap_or_default()) } else { read };
    // A record that only moved within the reader's view did not leave it.
    entries.retain(|entry| !entry.moved_to.is_some_and(|to| view.area.covers(&to)) && !view.hides(entry));
    Ok(Page { entries, position, history, goes_on, caught_up })
}

/// How many of the entries fit into one page: at least one.
fn fitting(sizes: impl Iterator<Item = usize>) -> usize {
    let sum = |sum: &mut usize, size: usize| {
        *sum += size;
        Some(*sum)
    };
    sizes.scan(0, sum).take_while(|sum| *sum <= LARGEST_PAGE).count().max(1)
}

/// The newest row that readers can see. It is on disk, so no later row comes before it, not even after a crash of
/// PostgreSQL; ids of transactions above it may be handed out again then.
async fn newest(mut connection: &AsyncPgConnection) -> QueryResult<Option<Position>> {
    let newest = changes::table.filter(changes::tx.lt(feed_horizon())).order((changes::tx.desc(), changes::seq.desc())).select((
        changes::tx,
        changes::seq,
        changes::changed_at,
    ));
    Ok(newest.first(&mut connection).await.optional()?.map(Position::of))
}

/// When the row at a position was written; none where there is no such row.
async fn written_at(
    mut connection: &AsyncPgConnection,
    Position { tx, seq, .. }: Position,
) -> QueryResult<Option<DateTime<Utc>>> {
    let row = changes::table.filter(changes::tx.eq(tx).and(changes::seq.eq(seq))).select(changes::changed_at);
    row.first(&mut connection).await.optional()
}

/// The end of the settled feed: everything up to it has been told.
pub async fn settled_end(db: &Db) -> Result<Option<Position>, Problem> {
    db.read(newest).await
}

/// When the oldest row was written that readers cannot see yet, because a transaction is running.
pub async fn oldest_unsettled(db: &Db) -> Result<Option<DateTime<Utc>>, Problem> {
    let oldest = changes::table
        .filter(changes::tx.ge(feed_horizon()))
        .order((changes::tx.asc(), changes::seq.asc()))
        .select(changes::changed_at);
    db.read(async |mut connection| oldest.first(&mut connection).await.optional()).await
}
