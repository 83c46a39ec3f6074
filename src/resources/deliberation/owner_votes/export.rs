//! The files of a counted vote, from which everybody who has them counts again (`sihe recount`).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::canonical::canonical_of;
use super::model::OwnerVoteFields;
use super::records::{Participation, Secrecy, SetAside};
use crate::changes::packing;
use crate::http::codes;
use crate::http::problem::Problem;

/// The files of a vote: `manifest.json`, `plan.json`, `roll.jsonl`, `participation.jsonl`, `set_aside.jsonl`, `result.json`, of a named vote
/// `ballots.jsonl`, and `signature.jws`, what was signed when it was counted.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct OwnerVoteArchive(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// What is read for it.
pub struct Files {
    /// The lines of the roll.
    pub roll: Vec<String>,
    pub cast: Vec<Participation>,
    pub aside: Vec<SetAside>,
    /// The ballots of a named vote, as they were opened.
    pub ballots: Vec<String>,
    /// The heads to whom the ballot was delivered.
    pub delivered: Vec<i64>,
}

/// Packs the files of a vote; nothing can be packed before it is counted.
pub fn pack(vote: &OwnerVoteFields, files: &Files, now: DateTime<Utc>) -> Result<Vec<u8>, Problem> {
    let Some(result) = vote.result.get()? else { return Err(Problem::new(&codes::NOT_FOUND)) };
    let roll = vote.roll.get()?.clone().ok_or_else(|| Problem::internal("a counted vote has no roll"))?;
    let manifest = vote.manifest(roll, result.box_root.clone(), files.delivered.clone())?;
    let mut packed = vec![
        ("manifest.json", lines(&[manifest])?),
        ("plan.json", joined(&[vote.plan_line()?])),
        ("roll.jsonl", joined(&files.roll)),
        ("participation.jsonl", lines(&files.cast)?),
        ("set_aside.jsonl", lines(&files.aside)?),
        ("result.json", lines(&[result.plain(vote.id)])?),
        ("signature.jws", result.signature.clone().into_bytes()),
    ];
    if vote.plan.secrecy == Secrecy::Named {
        packed.push(("ballots.jsonl", joined(&files.ballots)));
    }
    packing::pack(packed, now)
}

fn lines(values: &[impl Serialize]) -> Result<Vec<u8>, Problem> {
    let lines: Vec<String> = values.iter().map(canonical_of).collect::<Result<_, _>>().map_err(Problem::internal)?;
    Ok(joined(&lines))
}

fn joined(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.bytes().chain([b'\n'])).collect()
}
