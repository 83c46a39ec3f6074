//! Looks counted votes through, every night and before they end: their roll, their box and their ballots must be what was published.

use std::collections::HashMap;

use super::counting::count;
use super::counting::model::VoteResult;
use super::export::Files;
use super::merkle::{hex, leaf, sha256};
use super::model::OwnerVoteFields;
use super::records::{Ballot, Secrecy, delivered_hash};
use super::roll::{RollSummary, areas};
use super::store::counts;
use super::tallying::root_of;
use crate::changes::write::Tx;
use crate::http::problem::Problem;

/// What is not what was published; nothing where all is.
pub async fn look_through(tx: &Tx, vote: &OwnerVoteFields) -> Result<Option<&'static str>, Problem> {
    let (files, counted) = (counts::files(tx, vote.id, vote.plan.secrecy).await?, vote.clone());
    // Other work of this thread does not wait for it.
    tokio::task::spawn_blocking(move || fault(&counted, &files)).await.map_err(Problem::internal)?
}

fn fault(vote: &OwnerVoteFields, files: &Files) -> Result<Option<&'static str>, Problem> {
    let (lines, summary) = RollSummary::read(vote.id, &files.roll).map_err(Problem::internal)?;
    let hash = summary.line().map(|line| sha256(&line)).map_err(Problem::internal)?;
    if vote.roll_hash.as_ref() != Some(&hash) {
        return Ok(Some("the roll"));
    }
    let manifest = vote.manifest(summary, String::new(), Vec::new())?.hash().map_err(Problem::internal)?;
    if vote.manifest_hash.as_ref() != Some(&manifest) {
        return Ok(Some("what is voted on"));
    }
    let Some(result) = vote.result.get()? else { return Ok(Some("the result")) };
    let hash = result.plain(vote.id).hash().map_err(Problem::internal)?;
    if hash != result.result_hash {
        return Ok(Some("the result"));
    }
    if result.delivered_hash != vote.plan.silence.as_ref().map(|_| delivered_hash(&files.delivered)) {
        return Ok(Some("whom the ballot reached"));
    }
    if root_of(files.cast.iter().map(|cast| cast.receipt.as_str()))? != result.box_root {
        return Ok(Some("the box"));
    }
    if vote.plan.secrecy == Secrecy::Secret {
        return Ok(None);
    }
    let kept: HashMap<i64, &str> = files.cast.iter().map(|cast| (cast.head, cast.receipt.as_str())).collect();
    let mut said = Vec::with_capacity(files.ballots.len());
    for line in &files.ballots {
        let ballot: Ballot = serde_json::from_str(line).map_err(Problem::internal)?;
        let receipt = hex(&leaf(line));
        if kept.get(&ballot.head) != Some(&receipt.as_str()) {
            return Ok(Some("a ballot"));
        }
        said.push((ballot.head, ballot.choices));
    }
    let silence = vote.plan.silence.as_ref().map(|silence| silence.counted(files.delivered.clone()));
    let said: Vec<_> = said.iter().map(|(head, choices)| (*head, choices)).collect();
    let again: VoteResult =
        count(vote.id, (&vote.plan.counted(), silence.as_ref()), &areas(&lines), &said).map_err(Problem::internal)?;
    Ok((files.ballots.len() != files.cast.len() || again != result.plain(vote.id)).then_some("the result"))
}
