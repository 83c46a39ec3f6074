//! Records as a write leaves them, and how an action is carried out on one.

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use serde::Serialize;
use uuid::Uuid;

use super::audit::JsonText;
use super::kinds::RecordType;
use super::lifecycle::{Lifecycle, step};
use super::reply::Reply;
use super::write::{Change, Record, Tx, write};
use crate::access::code::JurisdictionCode;
use crate::access::policy::Action;
use crate::access::scope::Authorized;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::{FieldError, Problem};

/// A record that the feed and the audit tell of. What it serializes to is what they tell.
pub trait Told: Serialize {
    const KIND: RecordType;

    /// Its id, or its code where that is its key.
    fn key(&self) -> String;
    fn jurisdiction(&self) -> JurisdictionCode;
    fn version(&self) -> i64;
}

/// Makes a type with `id`, `jurisdiction` and `version` one that is told of: `told!(DisputeFields as Dispute)`.
macro_rules! told {
    ($record:ty as $kind:ident) => {
        impl $crate::changes::record::Told for $record {
            const KIND: $crate::changes::kinds::RecordType = $crate::changes::kinds::RecordType::$kind;

            fn key(&self) -> String {
                self.id.to_string()
            }

            fn jurisdiction(&self) -> $crate::access::code::JurisdictionCode {
                self.jurisdiction
            }

            fn version(&self) -> i64 {
                self.version
            }
        }
    };
}
pub(crate) use told;

impl Record {
    /// What happened to a record: it was made, or it was `before`.
    pub fn of<T: Told>(before: Option<&T>, after: &T) -> Result<Self, Problem> {
        Ok(Self {
            kind: T::KIND.as_str(),
            id: after.key(),
            jurisdiction: after.jurisdiction(),
            moved_from: before.map(Told::jurisdiction),
            version: after.version(),
            before: before.map(JsonText::of).transpose()?,
            after: JsonText::of(after)?,
            audit_only: false,
        })
    }

    /// A part of a record that the feed leaves out: the audit tells what it was and what it is, as callers see it.
    pub fn part<T: Told>(
        of: &T,
        kind: &'static str,
        before: Option<&impl Serialize>,
        after: &impl Serialize,
    ) -> Result<Self, Problem> {
        Ok(Self {
            kind,
            id: of.key(),
            jurisdiction: of.jurisdiction(),
            moved_from: None,
            version: of.version(),
            before: before.map(JsonText::of).transpose()?,
            after: JsonText::of(after)?,
            audit_only: true,
        })
    }
}

impl Change {
    /// One new record below `path`, answered as `view`.
    pub fn created<T: Told>(path: &str, after: &T, view: &impl Serialize) -> Result<Self, Problem> {
        let reply = Reply::created(format!("{path}/{}", after.key()), after.version(), view)?;
        Ok(Self { records: vec![Record::of(None, after)?], reply, undo: false })
    }

    /// One changed record, answered as `view`.
    pub fn updated<T: Told>(before: &T, after: &T, view: &impl Serialize) -> Result<Self, Problem> {
        let reply = Reply::ok(after.version(), view)?;
        Ok(Self { records: vec![Record::of(Some(before), after)?], reply, undo: false })
    }

    /// Nothing was to be changed.
    pub fn none<T: Told>(record: &T, view: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { records: Vec::new(), reply: Reply::ok(record.version(), view)?, undo: false })
    }

    /// The same change, which also touched these records.
    pub fn and(mut self, others: Vec<Record>) -> Self {
        self.records.extend(others);
        self
    }
}

/// A record that is changed in memory and stored whole.
#[allow(async_fn_in_trait)]
pub trait Stored: Lifecycle + Clone + PartialEq {
    /// Stores it under its next version.
    async fn save(&mut self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Problem>;

    /// Nothing to do where the status follows from other members.
    fn set_status(&mut self, _: Self::Status) {}
}

/// A record that actions on a resource work on.
#[allow(async_fn_in_trait)]
pub trait Reached<R>: Stored {
    /// Reads it through the scope and locks it until the transaction ends.
    async fn lock(tx: &Tx, scope: &Authorized<R>, id: Uuid) -> Result<Self, Problem>;
}

/// Changes a locked record as a part of another one's write.
pub async fn also<T: Stored>(tx: &Tx, now: DateTime<Utc>, before: &T, change: impl FnOnce(&mut T)) -> Result<Record, Problem> {
    let mut after = before.clone();
    change(&mut after);
    after.save(tx, now).await?;
    Record::of(Some(before), &after)
}

/// The same for many, sent at once.
pub async fn also_all<T: Stored>(
    tx: &Tx,
    now: DateTime<Utc>,
    records: &[T],
    change: impl Fn(&mut T) + Copy,
) -> Result<Vec<Record>, Problem> {
    try_join_all(records.iter().map(|before| also(tx, now, before, change))).await
}

/// Carries out the scope's action on one record: version and state are checked, `change` works on a copy and
/// names what else it changed, the state follows the action, and what the caller sees comes from `view`.
pub async fn act<R, T: Reached<R>, V: Serialize>(
    db: &Db,
    scope: &Authorized<R>,
    target: &Target,
    retry: &Retry,
    change: impl AsyncFnOnce(&Tx, &mut T) -> Result<Vec<Record>, Problem>,
    view: impl AsyncFnOnce(&Tx, T) -> Result<V, Problem>,
) -> Result<Reply, Problem> {
    write(db, scope, retry, async |tx| act_in(tx, scope, target, change, view).await).await
}

/// The same as a part of a write that has more to do.
pub async fn act_in<R, T: Reached<R>, V: Serialize>(
    tx: &Tx,
    scope: &Authorized<R>,
    target: &Target,
    change: impl AsyncFnOnce(&Tx, &mut T) -> Result<Vec<Record>, Problem>,
    view: impl AsyncFnOnce(&Tx, T) -> Result<V, Problem>,
) -> Result<Change, Problem> {
    let before = T::lock(tx, scope, target.id).await?;
    match scope.action {
        Action::Update | Action::Replace => target.preconditions.require(before.version())?,
        _ => target.preconditions.honor(before.version())?,
    }
    let next = step(scope, &before)?;
    let mut after = before.clone();
    let others = change(tx, &mut after).await?;
    if next != before.status() {
        after.set_status(next);
    } else if scope.action == Action::Update && after == before {
        return Change::none(&before, &view(tx, before.clone()).await?);
    }
    after.save(tx, scope.now).await?;
    Ok(Change::updated(&before, &after, &view(tx, after.clone()).await?)?.and(others))
}

/// The id that the client chose, which must be of version 7, or a new one.
pub fn id_or_new(id: Option<Uuid>, errors: &mut Vec<FieldError>) -> Uuid {
    if id.is_some_and(|id| id.get_version_num() != 7) {
        errors.push(FieldError::at("/id", &codes::UUID_VERSION_7));
    }
    id.unwrap_or_else(Uuid::now_v7)
}
