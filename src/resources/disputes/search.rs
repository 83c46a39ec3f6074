//! Words by which disputes are found: every two neighboring characters of Chinese, whole words of what has letters and
//! digits. Two characters of a row find what any dictionary would cut into words, and what none knows.

use std::collections::BTreeSet;

use crate::access::code::{JurisdictionCode, Level};
use crate::resources::dispute_categories::rules::path;

/// The words of texts.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let folded: Vec<char> = text.chars().map(folded).flat_map(char::to_lowercase).collect();
        let same_kind = |a: &char, b: &char| kind(*a) == kind(*b);
        for run in folded.chunk_by(same_kind) {
            match kind(run[0]) {
                Kind::Gap => {}
                Kind::Letter => drop(found.insert(run.iter().collect())),
                Kind::Sign if run.len() == 1 => drop(found.insert(run[0].to_string())),
                Kind::Sign => found.extend(run.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
        }
    }
    found
}

/// How many of a hundred words of two texts they share.
pub fn likeness(one: &str, other: &str) -> u32 {
    let (one, other) = (words([one]), words([other]));
    let shared = one.intersection(&other).count() * 100;
    u32::try_from(shared / one.union(&other).count().max(1)).unwrap_or(0)
}

/// What a search in a place looks for among the words of a record: the district and the street stand among them too.
pub fn place_words(place: &JurisdictionCode) -> impl Iterator<Item = String> {
    [Level::District, Level::Street].into_iter().filter_map(|level| place.at(level)).map(|code| format!("@{code}"))
}

/// A category and those above it, as they stand among the words.
pub fn category_words(code: &str) -> impl Iterator<Item = String> {
    path(code).into_iter().map(|code| format!("#{code}"))
}

#[derive(PartialEq)]
enum Kind {
    Gap,
    Letter,
    Sign,
}

fn kind(c: char) -> Kind {
    match c {
        _ if !c.is_alphanumeric() => Kind::Gap,
        _ if c < '\u{2e80}' => Kind::Letter,
        _ => Kind::Sign,
    }
}

/// Full-width letters and digits are the same as plain ones.
fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words([text]).into_iter().collect()
    }

    #[test]
    fn chinese_by_pairs_and_words_whole() {
        assert_eq!(of("楼上漏水"), ["上漏", "楼上", "漏水"]);
        assert_eq!(of("３号楼Lift broken,楼"), ["3", "broken", "lift", "号楼", "楼"].map(String::from).to_vec());
        assert!(of(" ，。").is_empty());
    }
}
