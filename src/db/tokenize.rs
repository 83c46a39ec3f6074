//! Words by which texts are found: every two neighboring characters of Chinese, whole words of what has letters and
//! digits. Two characters of a row find what any dictionary would cut into words, and what none knows.

use std::collections::BTreeSet;

use crate::http::codes;
use crate::http::normal_form::folded;
use crate::http::problem::{FieldError, Problem};

/// The words of texts.
pub fn tokenize<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let folded: Vec<char> = folded(text).chars().collect();
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

/// What a text looks for among the words.
pub struct Sought {
    pub words: BTreeSet<String>,
    /// Characters that stand alone: among the words they are only where they stood alone, too.
    pub lone: Vec<String>,
}

impl Sought {
    /// Refused where only characters that stand alone are looked for, or nothing.
    pub fn of(text: &str) -> Result<Self, Problem> {
        let stands_alone = |word: &String| word.chars().count() == 1 && word.chars().all(|c| kind(c) == Kind::Sign);
        let (lone, words): (Vec<_>, Vec<_>) = tokenize([text]).into_iter().partition(stands_alone);
        if words.is_empty() {
            let fault = FieldError::parameter("q", &codes::TWO_CHARACTERS);
            return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![fault]));
        }
        Ok(Self { words: words.into_iter().collect(), lone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        tokenize([text]).into_iter().collect()
    }

    #[test]
    fn chinese_by_pairs_and_words_whole() {
        assert_eq!(of("楼上漏水"), ["上漏", "楼上", "漏水"]);
        assert_eq!(of("３号楼Lift broken,楼"), ["3", "broken", "lift", "号楼", "楼"].map(String::from).to_vec());
        assert!(of(" ，。").is_empty());
    }
}
