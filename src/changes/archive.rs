//! Months of the audit: each lies in a table of its own, which can go to a file and come back. The file has an entry a
//! line, as JSON, and a last line that tells how many there are and seals them with a hash.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;

use aws_lc_rs::digest::{self, Context};
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::upkeep::PATIENT;
use super::write::Tx;
use crate::calendar::midnight;
use crate::db::pool::Db;
use crate::http::problem::Problem;

/// Entries that are read or stored at once.
const BATCH: usize = 2000;

/// A month of the audit, in Shanghai's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(NaiveDate);

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d");
        first.map(Self).map_err(|_| format!("{text:?} is no month: write it as 2026-03"))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.format("%Y-%m").fmt(f)
    }
}

impl Month {
    fn table(self) -> String {
        self.0.format("audit_entries_%Y_%m").to_string()
    }

    /// True a day after its end: nothing is written into it any more.
    fn is_over(self, now: DateTime<Utc>) -> bool {
        now >= midnight(self.0 + Months::new(1)) + TimeDelta::days(1)
    }
}

/// The last line of a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Seal {
    pub month: String,
    pub entries: usize,
    pub sha256: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    line: String,
}

/// Makes the tables of the months to come, and those of entries that lie in none.
pub async fn keep_months(db: &Db, now: DateTime<Utc>) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    tx.connection().batch_execute(PATIENT).await?;
    let made = diesel::sql_query("SELECT keep_audit_months($1)").bind::<Timestamptz, _>(now);
    made.execute(&mut tx.connection()).await?;
    tx.end("COMMIT").await
}

/// Writes a month that is over into a new file, reads that once more, and takes the month out of the database; gives the
/// seal of the file.
pub async fn archive(db: &Db, month: Month, path: &Path, now: DateTime<Utc>) -> Result<Seal, String> {
    if !month.is_over(now) {
        return Err(format!("{month} is not over"));
    }
    if is_part(db, month).await.map_err(Problem::told_to_operator)? != Some(true) {
        return Err(format!("the audit has no month {month}"));
    }
    if path.exists() {
        return Err(format!("{} is there already", path.display()));
    }
    // Under another name until it is whole.
    let part = path.with_added_extension("part");
    write_file(db, month, &part).await?;
    let seal = verify(&part)?;
    put_in_place(&part, path).map_err(|error| format!("{}: {error}", path.display()))?;
    let done = take_out(db, month, seal.entries).await;
    done.map_err(|problem| format!("{month} stays in the database: {}", problem.told_to_operator()))?;
    Ok(seal)
}

/// Gives a file its name, for good even if the power fails.
fn put_in_place(part: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::rename(part, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Whether the table of a month is a part of the audit; none where there is no table.
async fn is_part(db: &Db, month: Month) -> Result<Option<bool>, Problem> {
    let part = "(SELECT relispartition FROM pg_class WHERE oid = to_regclass(";
    let part = diesel::dsl::sql::<Nullable<Bool>>(part).bind::<Text, _>(month.table()).sql("))");
    db.read(async |mut connection| diesel::select(part).get_result(&mut connection).await).await
}

/// Only its owner reads the file: entries tell of people.
async fn write_file(db: &Db, month: Month, path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file =
        BufWriter::new(OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?);
    let (mut hash, mut entries, mut after) = (Context::new(&digest::SHA256), 0, Uuid::nil());
    loop {
        let lines = lines(db, month, after).await.map_err(Problem::told_to_operator)?;
        let Some(last) = lines.last() else { break };
        (after, entries) = (last.id, entries + lines.len());
        for Line { line, .. } in &lines {
            hash.update(line.as_bytes());
            hash.update(b"\n");
            writeln!(file, "{line}").map_err(failed)?;
        }
    }
    let seal = Seal { month: month.to_string(), entries, sha256: HEXLOWER.encode(hash.finish().as_ref()) };
    writeln!(file, "{}", serde_json::to_string(&seal).map_err(|error| error.to_string())?).map_err(failed)?;
    file.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)
}

async fn lines(db: &Db, month: Month, after: Uuid) -> Result<Vec<Line>, Problem> {
    let table = month.table();
    let next = format!("SELECT id, row_to_json(e)::text AS line FROM {table} e WHERE id > $1 ORDER BY id LIMIT {BATCH}");
    let next = diesel::sql_query(next).bind::<SqlUuid, _>(after);
    db.read(async |mut connection| next.load(&mut connection).await).await
}

/// Drops a month, if it still has as many entries as were written.
async fn take_out(db: &Db, month: Month, entries: usize) -> Result<(), Problem> {
    let (tx, table) = (Tx::begin(db).await?, month.table());
    // Only writers into this month wait while it is counted; detaching takes a moment.
    must_have(&tx, month, entries).await?;
    let gone = format!("SET LOCAL lock_timeout = '5s'; ALTER TABLE audit_entries DETACH PARTITION {table}; DROP TABLE {table}");
    tx.connection().batch_execute(&gone).await?;
    tx.end("COMMIT").await
}

/// Reads a month back from its file; says how many entries that were.
pub async fn restore(db: &Db, path: &Path) -> Result<(String, usize), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let Seal { month: name, entries, .. } = verify(path)?;
    let month: Month = name.parse()?;
    // A month that is there already, because of an entry that came late, takes the others in.
    let is_part = is_part(db, month).await.map_err(Problem::told_to_operator)?;
    if is_part == Some(false) {
        // Left behind when reading it back was interrupted.
        drop_table(db, month).await.map_err(Problem::told_to_operator)?;
    }
    if is_part != Some(true) {
        make(db, month).await.map_err(Problem::told_to_operator)?;
    }
    let mut lines = BufReader::new(File::open(path).map_err(failed)?).lines();
    let mut left = entries;
    while left > 0 {
        let batch: Vec<String> = lines.by_ref().take(left.min(BATCH)).collect::<Result<_, _>>().map_err(failed)?;
        left -= batch.len().max(1);
        store(db, month, &batch).await.map_err(Problem::told_to_operator)?;
    }
    if is_part != Some(true) {
        attach(db, month, entries).await.map_err(Problem::told_to_operator)?;
    }
    Ok((name, entries))
}

/// Reads a file once: every entry must be there as it was written.
fn verify(path: &Path) -> Result<Seal, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let broken = || format!("{} is not as it was written", path.display());
    let (mut hash, mut entries, mut before) = (Context::new(&digest::SHA256), 0, None::<String>);
    for line in BufReader::new(File::open(path).map_err(failed)?).lines() {
        if let Some(entry) = before.replace(line.map_err(failed)?) {
            hash.update(entry.as_bytes());
            hash.update(b"\n");
            entries += 1;
        }
    }
    let seal: Seal = before.and_then(|line| serde_json::from_str(&line).ok()).ok_or_else(broken)?;
    if seal.entries != entries || seal.sha256 != HEXLOWER.encode(hash.finish().as_ref()) {
        return Err(broken());
    }
    Ok(seal)
}

/// A table for a month that is no part of the audit yet.
async fn make(db: &Db, month: Month) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    let made = diesel::sql_query("SELECT create_audit_month($1)").bind::<Date, _>(month.0);
    made.execute(&mut tx.connection()).await?;
    tx.end("COMMIT").await
}

async fn drop_table(db: &Db, month: Month) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    tx.connection().batch_execute(&format!("DROP TABLE {}", month.table())).await?;
    tx.end("COMMIT").await
}

/// Makes a month that was filled a part of the audit, if all entries are in it.
async fn attach(db: &Db, month: Month, entries: usize) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    must_have(&tx, month, entries).await?;
    let attached = diesel::sql_query("SELECT attach_audit_month($1)").bind::<Date, _>(month.0);
    attached.execute(&mut tx.connection()).await?;
    tx.end("COMMIT").await
}

/// Fails where a month has not as many entries as it should; nobody adds any until the transaction ends.
async fn must_have(tx: &Tx, month: Month, entries: usize) -> Result<(), Problem> {
    let table = month.table();
    tx.connection().batch_execute(&format!("LOCK TABLE {table} IN SHARE MODE")).await?;
    let counted = diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {table})"));
    let counted: i64 = diesel::select(counted).get_result(&mut tx.connection()).await?;
    if usize::try_from(counted) != Ok(entries) {
        return Err(Problem::internal(format!("{counted} entries are in {month}, {entries} in the file")));
    }
    Ok(())
}

async fn store(db: &Db, month: Month, lines: &[String]) -> Result<(), Problem> {
    let tx = Tx::begin(db).await?;
    let rows = format!(
        "INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::audit_entries, $1::json) ON CONFLICT DO NOTHING",
        month.table()
    );
    diesel::sql_query(rows).bind::<Text, _>(format!("[{}]", lines.join(","))).execute(&mut tx.connection()).await?;
    tx.end("COMMIT").await
}
