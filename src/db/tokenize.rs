//! Words by which texts are found: every two neighboring characters of Chinese, whole words of what has letters and
//! digits. Two characters of a row find what any dictionary would cut into words, and what none knows.

use std::collections::BTreeSet;

/// The words of texts.
pub fn tokenize<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
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
        tokenize([text]).into_iter().collect()
    }

    #[test]
    fn chinese_by_pairs_and_words_whole() {
        assert_eq!(of("楼上漏水"), ["上漏", "楼上", "漏水"]);
        assert_eq!(of("３号楼Lift broken,楼"), ["3", "broken", "lift", "号楼", "楼"].map(String::from).to_vec());
        assert!(of(" ，。").is_empty());
    }
}
