//! Patterns of LIKE.

/// The pattern of a text that contains this part.
pub fn containing(part: &str) -> String {
    format!("%{}%", part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
