//! What is said about ballots, powers, letters and papers.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::papers::{PaperChannel, PaperFault, PaperStatus};
use crate::db::text_enum::text_enum;
use crate::resources::deliberation::owner_votes::counting::Choices;

/// What is marked in a topic.
#[derive(ToSchema)]
#[schema(value_type = Vec<String>, max_items = 51, max_length = 100)]
pub struct TopicMarks(#[expect(dead_code, reason = "only the contract speaks of it")] Vec<String>);

/// What a head says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"head": 12, "choices": [["yes"], ["abstain"]]}))]
pub struct NewBallot {
    /// The head, as the roll counts them: an own one, or one that gave the caller's own a power.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub head: i32,
    /// For each topic in order what is chosen of its options, or `abstain`; nothing for a blank one.
    #[schema(value_type = Vec<TopicMarks>, max_items = 20)]
    pub choices: Choices,
}

/// Whose ballot is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"head": 12}))]
pub struct ChosenHead {
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub head: i32,
}

/// Whose power is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"head": 12}))]
pub struct PowerRevocation {
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub head: i32,
    /// The number of the paper, where one that two persons have recorded was taken back in writing: it ends once another person has
    /// recorded the same.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub paper: Option<String>,
}

/// Who votes for a head from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"head": 12, "proxy": 30}))]
pub struct NewPower {
    /// The head that gives it.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub head: i32,
    /// The head whose owner votes for it.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub proxy: i32,
    /// The number of the paper, where it is recorded for somebody who gave it in writing: it holds once another person has recorded
    /// the same.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub paper: Option<String>,
}

text_enum! {
    /// Which half of the codes somebody prints: nobody but whoever gets the letter has both.
    pub enum LetterHalf {
        /// With it another letter begins, and the one before holds no more.
        First = "first",
        /// Printed by another person.
        Second = "second",
    }
}

/// For which heads letters are printed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"heads": [12], "half": "first"}))]
pub struct LetterOrder {
    #[schema(min_items = 1, max_items = 500, minimum = 1, maximum = 1_000_000)]
    pub heads: Vec<i32>,
    pub half: LetterHalf,
    /// True where another letter is begun though somebody else has begun one whose second half is not printed.
    #[serde(default)]
    pub restart: bool,
}

/// To which heads the ballot was delivered, each with a letter that two persons have printed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"heads": [12], "on": "2026-04-01"}))]
pub struct BallotDelivery {
    #[schema(min_items = 1, max_items = 5000, minimum = 1, maximum = 1_000_000)]
    pub heads: Vec<i32>,
    /// When; null where it was recorded by mistake.
    #[schema(required)]
    pub on: Option<NaiveDate>,
}

/// What stands on a letter: who has it votes for the head of that unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"vote_id": "019c0000-0000-7000-8000-000000000001", "building": "3", "entrance": "2", "number": "501", "code": "7K2M-9QXF-3T8B-VW4D"}))]
pub struct LetterCode {
    pub vote_id: Uuid,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub building: String,
    #[serde(default)]
    #[schema(max_length = 20)]
    pub entrance: String,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub number: String,
    #[schema(min_length = 1, max_length = 40, pattern = "\\S")]
    pub code: String,
}

/// A paper that was handed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"head": 12, "channel": "paper"}))]
pub struct NewPaper {
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub head: i32,
    pub channel: PaperChannel,
    /// The delegate of the building who handed it in, signed by the owner.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub delegate: Option<String>,
    /// A paper that was rejected by somebody else: this one was handed in when that was.
    pub in_place_of: Option<Uuid>,
}

/// What stands on a paper, as somebody reads it who does not know how another one read it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"paper_id": "019c0000-0000-7000-8000-000000000001", "choices": [["yes"], []]}))]
pub struct PaperEntry {
    pub paper_id: Uuid,
    /// For each topic in order everything that is marked; nothing for a blank one.
    #[schema(value_type = Vec<TopicMarks>, max_items = 20)]
    pub choices: Choices,
}

/// Why a paper does not count.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"paper_id": "019c0000-0000-7000-8000-000000000001", "fault": "unsigned"}))]
pub struct PaperRejection {
    pub paper_id: Uuid,
    pub fault: PaperFault,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub note: Option<String>,
}

/// Which papers to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaperFilter {
    /// States, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 6)]
    pub status: Option<Vec<PaperStatus>>,
    /// Only those of this head; nobody asks so of a secret vote but whoever took them in.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub head: Option<i32>,
    /// Only the one with this on its sheet.
    #[param(minimum = 1)]
    pub form: Option<i64>,
}

/// Which heads to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HeadFilter {
    /// Only those that had taken part at the last full hour, or only those that had not.
    pub took_part: Option<bool>,
    /// Only those of which somebody has used the letter, or only the others.
    pub has_agent: Option<bool>,
}
