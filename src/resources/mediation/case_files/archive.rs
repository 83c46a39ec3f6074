//! The archive: an index with hashes, every record as JSON, and the whole case to be read by people.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use serde::Serialize;

use super::model::{CaseFile, Index, IndexEntry};
use super::page;
use crate::changes::packing;
use crate::http::problem::Problem;

/// Packs a case.
pub fn pack(case: &CaseFile, caller: &str, now: DateTime<Utc>) -> Result<Vec<u8>, Problem> {
    let offers: BTreeMap<_, _> = case.mediations.iter().map(|mediation| (&mediation.number, &mediation.offers.0)).collect();
    let helpers: BTreeMap<_, _> = case.mediations.iter().map(|mediation| (&mediation.number, &mediation.helpers.0)).collect();
    let files = [
        ("dispute.json", json(&case.dispute)?),
        ("parties.json", json(&case.parties)?),
        ("events.json", json(&case.events)?),
        ("mediations.json", json(&case.mediations)?),
        ("offers.json", json(&offers)?),
        ("helpers.json", json(&helpers)?),
        ("sessions.json", json(&case.sessions)?),
        ("agreements.json", json(&case.agreements)?),
        ("case.html", page::page(case, now).into_bytes()),
    ];
    let entry = |(name, bytes): &(&str, Vec<u8>)| IndexEntry {
        name: (*name).to_owned(),
        bytes: bytes.len(),
        sha256: HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref()),
    };
    let index =
        Index { dispute: &case.dispute.number, exported_at: now, exported_by: caller, files: files.iter().map(entry).collect() };
    packing::pack([("index.json", json(&index)?)].into_iter().chain(files), now)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec_pretty(value).map_err(Problem::internal)
}
