//! Records as a write leaves them.

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use serde::Serialize;
use uuid::Uuid;

use super::audit::JsonText;
use super::kinds::RecordType;
use super::reply::Reply;
use super::write::{Record, Tx, Written};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::ResourceTag;
use crate::access::scope::Authorized;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// A record that the feed and the audit tell of. What it serializes to is what they tell.
pub trait FeedRecord: Serialize {
    const KIND: RecordType;

    /// Its id, or its code where that is its key.
    fn key(&self) -> String;
    fn jurisdiction(&self) -> JurisdictionCode;
    fn version(&self) -> i64;

    /// Makes it the next version.
    fn advance(&mut self, now: DateTime<Utc>);
}

/// Makes a type with `id`, `jurisdiction` and `version` one that is told of: `impl_feed_record!(DisputeFields as Dispute)`.
macro_rules! impl_feed_record {
    ($record:ty as $kind:ident) => {
        impl $crate::changes::record::FeedRecord for $record {
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

            fn advance(&mut self, now: chrono::DateTime<chrono::Utc>) {
                (self.version, self.updated_at) = (self.version + 1, now);
            }
        }
    };
}
pub(crate) use impl_feed_record;

impl Record {
    /// What happened to a record: it was made, or it was `before`.
    pub fn of<T: FeedRecord>(before: Option<&T>, after: &T) -> Result<Self, Problem> {
        Ok(Self {
            kind: T::KIND.as_str(),
            id: after.key(),
            jurisdiction: after.jurisdiction(),
            moved_from: before.map(FeedRecord::jurisdiction),
            version: after.version(),
            before: before.map(JsonText::of).transpose()?,
            after: JsonText::of(after)?,
            audit_only: false,
        })
    }

    /// A part of a record that the feed leaves out: the audit tells what it was and what it is, as callers see it.
    pub fn part<T: FeedRecord>(
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

impl Written {
    /// One new record below `path`, answered as `view`.
    pub fn created<T: FeedRecord>(path: &str, after: &T, view: &impl Serialize) -> Result<Self, Problem> {
        let reply = Reply::created(format!("{path}/{}", after.key()), after.version(), view)?;
        Ok(Self { records: vec![Record::of(None, after)?], reply, undo: false })
    }

    /// The same change, of which something remains to be done after the answer.
    pub fn to_be_continued(mut self) -> Self {
        self.reply.status = 202;
        self
    }

    /// The same change, which also touched these records.
    pub fn and(mut self, others: Vec<Record>) -> Self {
        self.records.extend(others);
        self
    }
}

/// A record that is changed in memory and stored whole.
#[allow(async_fn_in_trait)]
pub trait Stored: FeedRecord + Clone + PartialEq {
    /// Stores it as it is.
    async fn save(&self, tx: &Tx) -> Result<(), Problem>;
}

/// A record that is reached through a scope.
#[allow(async_fn_in_trait)]
pub trait LockInScope: Sized {
    type Resource: ResourceTag;

    /// Reads it through the scope and locks it until the transaction ends.
    async fn lock_in_scope(tx: &Tx, who: &Authorized<Self::Resource>, id: Uuid) -> Result<Self, Problem>;

    /// The same for everybody who sees it, also those who may only say something about it.
    async fn lock_visible(tx: &Tx, who: &Authorized<Self::Resource>, id: Uuid) -> Result<Self, Problem> {
        Self::lock_in_scope(tx, who, id).await
    }
}

/// A locked record that changes as a part of another one's write.
#[derive(Clone, Debug)]
pub struct Related<T> {
    pub before: Box<T>,
    pub after: Box<T>,
}

impl<T: Stored> Related<T> {
    pub fn new(before: &T, change: impl FnOnce(&mut T)) -> Self {
        let mut after = before.clone();
        change(&mut after);
        Self::becoming(before.clone(), after)
    }

    pub fn becoming(before: T, after: T) -> Self {
        Self { before: Box::new(before), after: Box::new(after) }
    }

    /// Stores it under its next version.
    pub async fn store(self, tx: &Tx, now: DateTime<Utc>) -> Result<Record, Problem> {
        self.stored(tx, now).await.map(|(_, record)| record)
    }

    /// Stores it under its next version and gives it back as it is then.
    pub async fn stored(self, tx: &Tx, now: DateTime<Utc>) -> Result<(T, Record), Problem> {
        let Self { before, mut after } = self;
        after.advance(now);
        after.save(tx).await?;
        let record = Record::of(Some(&*before), &*after)?;
        Ok((*after, record))
    }

    /// Stores many, sent at once.
    pub async fn store_all(all: Vec<Self>, tx: &Tx, now: DateTime<Utc>) -> Result<Vec<Record>, Problem> {
        try_join_all(all.into_iter().map(|one| one.store(tx, now))).await
    }
}

/// Changes a locked record as a part of another one's write.
pub async fn update_related<T: Stored>(
    tx: &Tx,
    now: DateTime<Utc>,
    before: &T,
    change: impl FnOnce(&mut T),
) -> Result<Record, Problem> {
    Related::new(before, change).store(tx, now).await
}

/// The id that the client chose, which must be of version 7, or a new one.
pub fn id_or_new(id: Option<Uuid>, errors: &mut Vec<FieldError>) -> Uuid {
    if id.is_some_and(|id| id.get_version_num() != 7) {
        errors.push(FieldError::at("/id", &codes::UUID_VERSION_7));
    }
    id.unwrap_or_else(Uuid::now_v7)
}
