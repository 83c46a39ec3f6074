//! Files of divisions: `code,level,name,parent_code`. A file is taken whole or not at all.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{self, Division};
use crate::access::actor::{Actor, Grant, Rights, Role};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::action::Import;
use crate::access::permissions::resource::Jurisdictions;
use crate::access::revocation::TokenMark;
use crate::access::scope::Scope;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Tx, Written, write};
use crate::db::pool::Db;
use crate::http::csv::line_of;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::http::schema::is_forbidden;

const HEADER: [&str; 4] = ["code", "level", "name", "parent_code"];
const MOST_MISTAKES_SHOWN: usize = 20;
/// The provinces by their codes (GB/T 2260): files of a city need not tell in which one it lies.
const PROVINCES: &str = include_str!("provinces.csv");

/// What an import did.
#[derive(Debug, PartialEq, Eq)]
pub struct Imported {
    pub rows: usize,
    pub changed: usize,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    level: String,
    name: String,
    parent_code: String,
}

/// Reads a file. Every mistake is told with its line number.
pub fn parse(bytes: &[u8], now: DateTime<Utc>) -> Result<Vec<Division>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        format!("line {line}: not UTF-8")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    if reader.headers().map_err(|e| e.to_string())?.iter().ne(HEADER) {
        return Err(format!("line 1: the header must be {}", HEADER.join(",")));
    }
    let mut rows = Vec::new();
    let mut mistakes = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut counted = (0, 1);
    loop {
        let read = reader.read_record(&mut record);
        let line = line_of(text, record.position(), &mut counted);
        match read.and_then(|more| if more { record.deserialize::<Line>(None).map(Some) } else { Ok(None) }) {
            Ok(None) => break,
            Ok(Some(read)) => match division(read, now) {
                Ok(Some(row)) => rows.push((line, row)),
                Ok(None) => {}
                Err(mistake) => mistakes.push((line, mistake)),
            },
            Err(error) => mistakes.push((line, error.to_string())),
        }
    }
    mistakes.extend(wrong_places(&rows));
    if rows.is_empty() && mistakes.is_empty() {
        return Err("the file holds no divisions".into());
    }
    if mistakes.is_empty() {
        return Ok(rows.into_iter().map(|(_, row)| row).collect());
    }
    mistakes.sort();
    let shown = mistakes.iter().take(MOST_MISTAKES_SHOWN).map(|(line, mistake)| format!("line {line}: {mistake}"));
    let more = mistakes.len().saturating_sub(MOST_MISTAKES_SHOWN);
    let rest = (more > 0).then(|| format!("and {more} more"));
    Err(shown.chain(rest).collect::<Vec<_>>().join("\n"))
}

/// A row as a division; `None` for the place holder that stands for a level which a city lacks, such
/// as 441900 between 4419 and 441900003.
fn division(line: Line, now: DateTime<Utc>) -> Result<Option<Division>, String> {
    let level = Level::ALL.iter().copied().find(|level| level.as_str() == line.level);
    let level = level.ok_or_else(|| format!("unknown level {:?}", line.level))?;
    let code: JurisdictionCode = line.code.parse().map_err(|e| format!("{:?}: {e}", line.code))?;
    if code.as_str() != line.code {
        let stands_for_nothing = level > code.level() && line.code.len() == level.digits();
        let padded = || format!("{:?} must stand without padding: {code}", line.code);
        return if stands_for_nothing { Ok(None) } else { Err(padded()) };
    }
    if code.level() != level {
        return Err(format!("{code} is a {}, not a {}", code.level().as_str(), line.level));
    }
    let named = Some(line.parent_code.as_str()).filter(|text| !text.is_empty()).map(str::parse::<JurisdictionCode>).transpose();
    let possible = if level == Level::City { vec![None, code.province()] } else { vec![code.parent()] };
    let Some(parent) = named.ok().filter(|named| possible.contains(named)) else {
        return Err(format!("{:?} is not the parent of {code}", line.parent_code));
    };
    let name = line.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 || name.contains(|c: char| c.is_control() || is_forbidden(c)) {
        return Err("the name must have 1 to 100 characters and no control characters".into());
    }
    Ok(Some(Division { code, level, name, parent_code: parent, created_at: now, updated_at: now }))
}

fn wrong_places(rows: &[(usize, Division)]) -> Vec<(usize, String)> {
    let mut first: HashMap<JurisdictionCode, usize> = HashMap::new();
    let mut wrong = Vec::new();
    for (line, row) in rows {
        match first.entry(row.code) {
            std::collections::hash_map::Entry::Vacant(place) => drop(place.insert(*line)),
            std::collections::hash_map::Entry::Occupied(place) => {
                wrong.push((*line, format!("{} stands on line {} already", row.code, place.get())));
            }
        }
    }
    let orphan = |(line, row): &(usize, Division)| {
        let parent = row.parent_code.filter(|parent| !first.contains_key(parent))?;
        Some((*line, format!("{} has no parent {parent} in the file", row.code)))
    };
    wrong.extend(rows.iter().filter_map(orphan));
    wrong
}

/// Imports a file in one transaction. A second run of the same file changes nothing.
pub async fn import(db: &Db, bytes: &[u8], now: DateTime<Utc>) -> Result<Imported, String> {
    store_divisions(db, parse(bytes, now)?, now).await
}

/// Imports what is not there yet; what is keeps its name.
pub async fn import_missing(db: &Db, bytes: &[u8], now: DateTime<Utc>) -> Result<Imported, String> {
    let mut divisions = parse(bytes, now)?;
    let known = store::known(db, &divisions).await.map_err(Problem::told_to_operator)?;
    divisions.retain(|division| !known.contains(&division.code));
    if divisions.is_empty() {
        return Ok(Imported { rows: known.len(), changed: 0 });
    }
    let done = store_divisions(db, divisions, now).await?;
    Ok(Imported { rows: known.len() + done.rows, ..done })
}

async fn store_divisions(db: &Db, divisions: Vec<Division>, now: DateTime<Utc>) -> Result<Imported, String> {
    let rows = divisions.len();
    let divisions = with_provinces(db, divisions, now).await.map_err(Problem::told_to_operator)?;
    let scope = operator(&divisions, now)?;
    let mut changed = 0;
    let work = async |tx: &Tx| {
        let rows = store::upsert(tx, &scope, &divisions).await?;
        changed = rows.len();
        let records = rows.iter().map(|row| Record::of(None, row));
        Ok(Written { records: records.collect::<Result<_, _>>()?, reply: Reply::ok(1, &())?, undo: false })
    };
    write(db, &scope, &Retry::none(), work).await.map_err(Problem::told_to_operator)?;
    Ok(Imported { rows, changed })
}

/// The same with the provinces of its cities, where neither the file nor the database has them.
async fn with_provinces(db: &Db, divisions: Vec<Division>, now: DateTime<Utc>) -> Result<Vec<Division>, Problem> {
    let lies_in_one = |division: &&Division| division.level == Level::City;
    let codes: BTreeSet<_> = divisions.iter().filter(lies_in_one).filter_map(|city| city.code.province()).collect();
    let named = |line: &str| line.split_once(',').and_then(|(code, name)| Some((code.parse().ok()?, name.to_owned())));
    let names: HashMap<JurisdictionCode, String> = PROVINCES.lines().skip(1).filter_map(named).collect();
    let province = |code: &JurisdictionCode| {
        let name = names.get(code)?.clone();
        Some(Division { code: *code, level: Level::Province, name, parent_code: None, created_at: now, updated_at: now })
    };
    let mut added: Vec<_> = codes.iter().filter_map(province).collect();
    let mut known = store::known(db, &added).await?;
    known.extend(divisions.iter().map(|division| division.code));
    added.retain(|province| !known.contains(&province.code));
    known.extend(added.iter().map(|province| province.code));
    let placed = divisions.into_iter().map(|division| {
        let above = division.code.province().filter(|province| division.level == Level::City && known.contains(province));
        Division { parent_code: above.or(division.parent_code), ..division }
    });
    Ok(added.into_iter().chain(placed).collect())
}

/// The operator at the command line, who administers the provinces and cities of the file.
fn operator(divisions: &[Division], now: DateTime<Utc>) -> Result<Scope<Import, Jurisdictions>, String> {
    let at_top = |code: JurisdictionCode| code.at(Level::City).unwrap_or(code);
    let tops: BTreeSet<_> = divisions.iter().map(|division| at_top(division.code)).collect();
    let actor = Actor {
        caller: "command-line".into(),
        client_id: None,
        organization: None,
        grants: tops.into_iter().map(|top| Grant { role: Role::Admin, jurisdiction: top }).collect(),
        app_scopes: vec!["jurisdictions:write".into()],
        expires_at: now + TimeDelta::hours(1),
        token: TokenMark::default(),
        inherited: OnceLock::new(),
        rights: Rights::default(),
    };
    Scope::new(Arc::new(actor), Uuid::now_v7(), now).map_err(|problem| problem.to_string())
}
