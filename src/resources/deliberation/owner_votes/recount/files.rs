//! The files of a published vote, read.

use super::bundle::{Bundle, Line};
use crate::resources::deliberation::owner_votes::counting::model::VoteResult;
use crate::resources::deliberation::owner_votes::records::{Ballot, Manifest, Participation, SetAside};
use crate::resources::deliberation::owner_votes::roll::RollLine;

/// The files of a vote.
pub struct Files {
    pub manifest: Manifest,
    pub rows: Vec<Line<RollLine>>,
    pub cast: Vec<Participation>,
    pub aside: Vec<SetAside>,
    pub ballots: Option<Vec<Line<Ballot>>>,
    pub result: VoteResult,
    /// The one line of `plan.json`, where there is one.
    pub plan: Option<String>,
}

fn values<T>(lines: Vec<Line<T>>) -> Vec<T> {
    lines.into_iter().map(|line| line.value).collect()
}

impl Files {
    /// Reads all of them; an error tells everything that cannot be read.
    pub fn read(bundle: &mut Bundle) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let manifest = bundle.line("manifest.json", &mut faults);
        let rows = bundle.lines("roll.jsonl", &mut faults);
        let cast = bundle.lines("participation.jsonl", &mut faults);
        let ballots = bundle.lines("ballots.jsonl", &mut faults);
        let aside = bundle.lines("set_aside.jsonl", &mut faults).unwrap_or_default();
        let result = bundle.line("result.json", &mut faults);
        let plan = bundle.lines::<serde_json::Value>("plan.json", &mut faults);
        if plan.as_ref().is_some_and(|lines| lines.len() != 1) {
            faults.push("FORMAT plan.json has more or less than one line".to_owned());
        }
        let plan = plan.and_then(|lines| lines.into_iter().next());
        match (manifest, rows.filter(|rows: &Vec<_>| !rows.is_empty()), cast, result) {
            (Some(manifest), Some(rows), Some(cast), Some(result)) if faults.is_empty() => Ok(Self {
                manifest,
                rows,
                cast: values(cast),
                aside: values(aside),
                ballots,
                result,
                plan: plan.map(|line| line.text),
            }),
            _ if faults.is_empty() => Err(vec!["FORMAT roll.jsonl or participation.jsonl is missing".to_owned()]),
            _ => Err(faults),
        }
    }
}
