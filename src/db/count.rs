//! Counting by place.

use diesel::deserialize::Queryable;
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Text;

/// How many of how many records stand at a place or below it.
#[derive(Debug, Queryable)]
pub struct Ratio {
    /// The code of the place.
    pub place: String,
    pub numerator: i64,
    pub denominator: i64,
}

/// A record's code cut to so many digits, to count by.
pub fn place(digits: usize) -> SqlLiteral<Text> {
    dsl::sql(&format!("left(jurisdiction, {digits})"))
}
