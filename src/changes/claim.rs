//! Idempotency keys: claimed by the first request, answered from what it saved afterwards.

use aws_lc_rs::digest;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::feed::ChangeOp;
use super::reply::Reply;
use super::write::{Record, Tx};
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::db::schema::{changes, idempotency_keys};
use crate::http::codes;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::http::seal::Seal;

/// A key as a caller sent it with a certain request.
pub(super) struct Claim<'a> {
    pub(super) caller: &'a str,
    pub(super) key: &'a str,
    fingerprint: &'a [u8],
    pub(super) seal: &'a Seal,
    /// The number of its advisory lock.
    pub(super) lock: i64,
}

impl<'a> Claim<'a> {
    pub(super) fn new(caller: &'a str, key: &'a str, retry: &'a Retry) -> Self {
        let hash = digest::digest(&digest::SHA256, format!("{}:{caller}{key}", caller.len()).as_bytes());
        let mut lock = [0; 8];
        lock.copy_from_slice(&hash.as_ref()[..8]);
        Self { caller, key, fingerprint: &retry.fingerprint, seal: &retry.seal, lock: i64::from_be_bytes(lock) }
    }
}

/// The reply that was saved with a key.
#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
pub(super) struct Saved {
    fingerprint: Vec<u8>,
    status: i16,
    body: String,
    location: Option<String>,
    version: i64,
    kind: String,
    record_id: String,
    /// Where the record was; not kept by earlier versions.
    jurisdiction: Option<JurisdictionCode>,
    /// False for a caller who had another part in the record than that it lay in their jurisdiction, such as a guest.
    within_reach: bool,
}

/// What an earlier request was answered.
pub(super) struct Replayed {
    pub(super) reply: Reply,
    pub(super) record_id: String,
    /// Whether the record has changed since.
    pub(super) has_changed: bool,
    /// True where the caller reads everything there, whoever has a part in it.
    pub(super) is_in_area: bool,
}

impl Saved {
    /// The saved reply, if this is the same request and the caller may still read such a record there.
    pub(super) async fn replay(self, tx: &Tx, authority: &Authority, claim: Option<&Claim<'_>>) -> Result<Replayed, Problem> {
        let claim = claim.filter(|claim| claim.fingerprint == self.fingerprint);
        let claim = claim.ok_or_else(|| Problem::new(&codes::IDEMPOTENCY_KEY_REUSED))?;
        let told = changes::table
            .filter(changes::record_id.eq(&self.record_id).and(changes::kind.eq(&self.kind)))
            .filter(changes::op.eq(ChangeOp::Upsert))
            .order((changes::tx.desc(), changes::seq.desc()))
            .select((changes::jurisdiction, changes::version))
            .first::<(JurisdictionCode, i64)>(&mut tx.connection())
            .await
            .optional()?;
        // Of what only the audit tells the feed knows nothing: it stays where it was.
        let now_in = told.map(|(now_in, _)| now_in).or(self.jurisdiction).ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
        if self.within_reach && !authority.may_still_read(&now_in) {
            return Err(Problem::new(&codes::NOT_FOUND));
        }
        let has_changed = told.is_none_or(|(_, version)| version != self.version);
        let reply = Reply {
            status: self.status.unsigned_abs(),
            // As it is, where it was saved before replies were sealed.
            body: if self.body.starts_with('{') { self.body } else { claim.seal.open(&self.body)? },
            location: self.location,
            version: self.version,
            replayed: true,
        };
        let is_in_area = authority.read_area().is_some_and(|area| area.covers(&now_in));
        Ok(Replayed { reply, record_id: self.record_id, has_changed, is_in_area })
    }
}

/// Saves a reply with its key.
pub(super) async fn save(
    tx: &Tx,
    authority: &Authority,
    claim: &Claim<'_>,
    record: &Record,
    (reply, sealed): (&Reply, &str),
) -> QueryResult<()> {
    use idempotency_keys::dsl;
    let row = (
        dsl::caller.eq(claim.caller),
        dsl::key.eq(claim.key),
        dsl::fingerprint.eq(claim.fingerprint),
        dsl::status.eq(reply.status.cast_signed()),
        dsl::body.eq(sealed),
        dsl::location.eq(reply.location.as_deref()),
        dsl::version.eq(reply.version),
        dsl::kind.eq(record.kind),
        dsl::record_id.eq(&record.id),
        dsl::jurisdiction.eq(record.jurisdiction),
        dsl::within_reach.eq(authority.may_still_read(&record.jurisdiction)),
        dsl::created_at.eq(authority.now),
    );
    diesel::insert_into(dsl::idempotency_keys).values(row).execute(&mut tx.connection()).await.map(drop)
}
