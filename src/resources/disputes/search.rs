//! What disputes are found by besides the words of their texts, and how alike they are.

use crate::access::code::{JurisdictionCode, Level};
use crate::db::tokenize::tokenize;
use crate::resources::reference::dispute_categories::effective::path;

/// How many of a hundred words of two texts they share.
pub fn similarity(one: &str, other: &str) -> u32 {
    let (one, other) = (tokenize([one]), tokenize([other]));
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
