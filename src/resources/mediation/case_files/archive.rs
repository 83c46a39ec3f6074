//! The archive: an index with hashes, every record as JSON, and the whole case to be read by people.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use aws_lc_rs::digest;
use chrono::{DateTime, Datelike, Timelike, Utc};
use data_encoding::HEXLOWER;
use serde::Serialize;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::model::{CaseFile, Index, IndexEntry};
use super::page;
use crate::calendar::civil_time;
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
    let options = SimpleFileOptions::default().last_modified_time(by_the_clock(now)?);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("index.json", json(&index)?)].into_iter().chain(files) {
        archive.start_file(name, options).map_err(Problem::internal)?;
        archive.write_all(&bytes).map_err(Problem::internal)?;
    }
    Ok(archive.finish().map_err(Problem::internal)?.into_inner())
}

/// A moment by the clock of Qingdao, as archives tell times.
fn by_the_clock(now: DateTime<Utc>) -> Result<zip::DateTime, Problem> {
    let at = civil_time(now);
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minute(), at.second()].map(|part| u8::try_from(part).unwrap_or(0));
    let year = u16::try_from(at.year()).map_err(Problem::internal)?;
    zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).map_err(Problem::internal)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec_pretty(value).map_err(Problem::internal)
}
