//! Files packed into an archive.

use std::io::{Cursor, Write};

use chrono::{DateTime, Datelike, Timelike, Utc};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::calendar::civil_time;
use crate::http::problem::Problem;

/// Packs files in their order.
pub fn pack(files: impl IntoIterator<Item = (&'static str, Vec<u8>)>, now: DateTime<Utc>) -> Result<Vec<u8>, Problem> {
    let options = SimpleFileOptions::default().last_modified_time(by_the_clock(now)?);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
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
