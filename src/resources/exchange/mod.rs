//! `/v1/changes`: the feed from which other systems keep a copy.

use std::time::Duration;

use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::model::{ChangeFilter, ChangePage};
use crate::access::permissions::Resource;
use crate::access::permissions::action::Read;
use crate::access::permissions::resource::Changes;
use crate::access::scope::{Scope, with_challenge};
use crate::changes::feed::{self, Page, Position, View};
use crate::changes::identity::History;
use crate::changes::notifier::FeedNotifier;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::changes::upkeep::FEED_RETENTION;
use crate::db::cursor::CursorKey;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::http::query::Params;

pub mod model;

const DEFAULT_LIMIT: i64 = 500;
/// How long those who wait are held, and asked to wait, once the instance is stopping.
const AFTER_STOPPING: Duration = Duration::from_secs(1);

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Changes),
    record: None,
    noun: "change",
    about: "The feed from which other systems keep a copy.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it tells what was done there"),
};

fn operations() -> Vec<Operation> {
    operations![list_changes]
}

/// List changes, in order and at least once.
///
/// Begin with `cursor=begin`, which tells of every record there is, then go on with `next_cursor`
/// for good. With `wait`, an empty answer is held back until something changes.
#[utoipa::path(get, path = "/v1/changes", params(ChangeFilter),
    responses((status = 200, description = "A page of the feed.", body = ChangePage),
        (status = 410, description = "The cursor is too old, or belongs to other rights or to another history of the database: begin again.",
            body = crate::http::problem_body::ProblemBody, content_type = "application/problem+json")))]
async fn list_changes(
    scope: Scope<Read, Changes>,
    db: Db,
    key: Data<CursorKey>,
    watch: Data<FeedNotifier>,
    params: Params<ChangeFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let filter = params.value;
    let view = View::of(&scope.actor, &scope.area, filter.types.as_deref());
    if filter.types.as_ref().is_some_and(|types| types.iter().any(|kind| !view.kinds.contains(kind))) {
        return Err(with_challenge(&request, Problem::new(&codes::INSUFFICIENT_SCOPE)));
    }
    let bookmarks = Bookmarks { key: &key, list: &params.fingerprint, view: &view, now: scope.now };
    let (start, until, history) = match filter.cursor.as_str() {
        "begin" => (Position::default(), feed::settled_end(&db).await?, None),
        "now" => (feed::settled_end(&db).await?.unwrap_or_default(), None, None),
        sealed => bookmarks.open(sealed).map(|mark| (mark.position, mark.until, Some(mark.history)))?,
    };
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT);
    let patience = Duration::from_secs(filter.wait.unwrap_or(0).unsigned_abs());
    let page = read((&db, &watch), &view, (start, until), limit, (patience, scope.now)).await?;
    let stopping = patience > Duration::ZERO && page.entries.is_empty() && !watch.is_open();
    if history.is_some_and(|history| history != page.history) || !page.goes_on {
        return Err(Problem::new(&codes::CURSOR_HISTORY_CHANGED));
    }
    let mut body = String::with_capacity(page.entries.len() * 1024 + 256);
    body.push_str("{\"changes\":[");
    for (at, entry) in page.entries.iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        entry.write_json(&mut body);
    }
    body.push_str(&format!(
        "],\"next_cursor\":\"{}\",\"caught_up\":{}}}",
        bookmarks.seal(page.position, until.filter(|until| page.position < *until), page.history),
        page.caught_up
    ));
    let mut answer = HttpResponse::Ok();
    if stopping {
        // Whoever asks again at once would find the same instance still stopping.
        answer.insert_header((RETRY_AFTER, AFTER_STOPPING.as_secs())).force_close();
    }
    Ok(answer.content_type("application/json").body(body))
}

/// Reads a page; an empty one only after the client's patience has run out.
async fn read(
    (db, watch): (&Db, &FeedNotifier),
    view: &View,
    (start, until): (Position, Option<Position>),
    limit: i64,
    (patience, now): (Duration, DateTime<Utc>),
) -> Result<Page, Problem> {
    let deadline = tokio::time::Instant::now() + patience;
    let mut news = watch.subscribe();
    let mut start = start;
    loop {
        let page = feed::after(db, view, (start, until), limit, now).await?;
        if !page.entries.is_empty() || !page.caught_up || !page.goes_on || tokio::time::Instant::now() >= deadline {
            return Ok(page);
        }
        if !news.is_open() {
            tokio::time::sleep_until(deadline.min(tokio::time::Instant::now() + AFTER_STOPPING)).await;
            return Ok(page);
        }
        start = page.position;
        let _ = tokio::time::timeout_at(deadline, news.changed()).await;
    }
}

/// Cursors of the feed: sealed positions that know for whom and when they were made.
struct Bookmarks<'a> {
    key: &'a CursorKey,
    /// The types that were asked for.
    list: &'a [u8; 8],
    view: &'a View,
    now: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Bookmark {
    position: Position,
    /// Up to here each record is told once.
    #[serde(default)]
    until: Option<Position>,
    history: History,
    at: i64,
    rights: [u8; 8],
}

impl Bookmarks<'_> {
    fn seal(&self, position: Position, until: Option<Position>, history: History) -> String {
        self.key.seal(self.list, &Bookmark { position, until, history, at: self.now.timestamp(), rights: self.rights() })
    }

    fn open(&self, cursor: &str) -> Result<Bookmark, Problem> {
        let bookmark: Bookmark = self.key.resume(self.list, Some(cursor))?.ok_or_else(|| Problem::new(&codes::CURSOR_INVALID))?;
        if bookmark.rights != self.rights() {
            return Err(Problem::new(&codes::CURSOR_SCOPE_CHANGED));
        }
        if self.now.timestamp() - bookmark.at > FEED_RETENTION.num_seconds() {
            return Err(Problem::new(&codes::CURSOR_EXPIRED));
        }
        Ok(bookmark)
    }

    fn rights(&self) -> [u8; 8] {
        let mut codes = self.view.area.subtrees().to_vec();
        codes.sort_unstable();
        let mut short = [0; 8];
        let mut rights = format!("{:?} {codes:?}", self.view.kinds);
        // Whoever comes to see drafts has not been told of those before.
        if !self.view.published.is_empty() {
            rights.push_str(&format!(" {:?}", self.view.published));
        }
        short.copy_from_slice(&digest::digest(&digest::SHA256, rights.as_bytes()).as_ref()[..8]);
        short
    }
}
