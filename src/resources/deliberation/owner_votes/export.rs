//! The files of a counted vote, from which everybody who has them counts again (`sihe recount`).

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::canonical::canonical_of;
use super::counting::model::VoteResult;
use super::model::OwnerVoteFields;
use super::records::{Participation, Secrecy, SetAside};
use crate::access::keys::Signer;
use crate::changes::packing;
use crate::http::codes;
use crate::http::problem::Problem;

/// The files of a vote: `manifest.json`, `plan.json`, `roll.jsonl`, `participation.jsonl`, `set_aside.jsonl`, `result.json`, of a named vote
/// `ballots.jsonl`, and `signature.jws` over the first and the last of them.
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
pub fn pack(
    vote: &OwnerVoteFields,
    files: &Files,
    signer: &Signer,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<u8>, Problem> {
    let Some(result) = vote.result.get()? else { return Err(Problem::new(&codes::NOT_FOUND)) };
    let roll = vote.roll.get()?.clone().ok_or_else(|| Problem::internal("a counted vote has no roll"))?;
    let manifest = vote.manifest(roll, result.box_root.clone(), files.delivered.clone())?;
    let counted = VoteResult {
        t: "result".to_owned(),
        topics: result.topics.iter().map(|topic| topic.plain()).collect(),
        total: result.total,
        v: 1,
        vote: vote.id,
    };
    let signed =
        signer.sign(&json!({"manifest": manifest, "result": counted, "iat": now.timestamp()})).map_err(Problem::internal)?;
    let mut packed = vec![
        ("manifest.json", lines(&[manifest])?),
        ("plan.json", joined(&[vote.plan_line()?])),
        ("roll.jsonl", joined(&files.roll)),
        ("participation.jsonl", lines(&files.cast)?),
        ("set_aside.jsonl", lines(&files.aside)?),
        ("result.json", lines(&[counted])?),
        ("signature.jws", signed.into_bytes()),
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
