//! Codes of jurisdictions. A child's code begins with its parent's.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::db::text_enum::text_enum;

text_enum! {
    /// A level of the hierarchy.
    pub enum Level {
        /// Holds what applies in its cities; nobody handles anything there.
        Province = "province",
        City = "city",
        District = "district",
        Street = "street",
        Community = "community",
        Grid = "grid",
    }
}

const LENGTHS: [usize; 6] = [2, 4, 6, 9, 12, 15];

impl Level {
    /// How many digits the codes of this level have.
    pub fn digits(self) -> usize {
        LENGTHS[self as usize]
    }
}

/// The code of a jurisdiction: 2 digits for a province, 4 city, 6 district, 9 street, 12 community, 15 grid.
/// Zero-padded forms such as `370202000000` are read and shortened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct JurisdictionCode {
    digits: [u8; 15],
    length: u8,
}

impl JurisdictionCode {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length.into()]).unwrap_or_default()
    }

    pub fn level(&self) -> Level {
        match self.length {
            2 => Level::Province,
            4 => Level::City,
            6 => Level::District,
            9 => Level::Street,
            12 => Level::Community,
            _ => Level::Grid,
        }
    }

    /// True for the jurisdiction itself and everything below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.digits[..other.length.into()].starts_with(&self.digits[..self.length.into()])
    }

    /// The first text after all codes within: codes are digits, and ':' is the character after '9'.
    pub fn end(&self) -> String {
        format!("{self}:")
    }

    /// The code of the jurisdiction above whose office stands over its own; none above a city. Where a level is left out,
    /// as in cities without districts (441900003 below 4419), it is the next one that there is.
    pub fn parent(&self) -> Option<Self> {
        let length = *LENGTHS.iter().rev().find(|l| **l < usize::from(self.length))?;
        self.as_str()[..length].parse().ok().filter(|code: &Self| code.level() >= Level::City)
    }

    /// Itself and the offices above it, from below upward.
    pub fn path(self) -> Vec<Self> {
        std::iter::successors(Some(self), Self::parent).collect()
    }

    /// The province in which it lies.
    pub fn province(&self) -> Option<Self> {
        self.at(Level::Province)
    }

    /// Where what applies to it may have been set: itself and everything above it with the province, from below upward.
    pub fn sources(self) -> Vec<Self> {
        let above = self.province().filter(|province| *province != self);
        self.path().into_iter().chain(above).collect()
    }

    /// The code cut to a level; none where it lies above that level or the level is left out.
    pub fn at(&self, level: Level) -> Option<Self> {
        self.as_str().get(..level.digits())?.parse().ok().filter(|code: &Self| code.level() == level)
    }

    fn from_digits(text: &str) -> Option<Self> {
        let mut digits = [0; 15];
        digits.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { digits, length: u8::try_from(text.len()).ok()? })
    }
}

/// The text is not a code: wrong length or not digits.
#[derive(Debug)]
pub struct NotACode;

impl fmt::Display for NotACode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a jurisdiction code has 2, 4, 6, 9, 12 or 15 digits")
    }
}

impl std::error::Error for NotACode {}

impl FromStr for JurisdictionCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        if !LENGTHS.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACode);
        }
        let mut significant = text;
        while let Some(above) = LENGTHS.iter().rev().find(|l| **l < significant.len()) {
            if significant[*above..].bytes().any(|b| b != b'0') {
                break;
            }
            significant = &significant[..*above];
        }
        Self::from_digits(significant).ok_or(NotACode)
    }
}

impl fmt::Display for JurisdictionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for JurisdictionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for JurisdictionCode {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for JurisdictionCode {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(input)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl ToSql<Text, Pg> for JurisdictionCode {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

impl FromSql<Text, Pg> for JurisdictionCode {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(std::str::from_utf8(value.as_bytes())?.parse::<Self>()?)
    }
}

impl PartialSchema for JurisdictionCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Code of a jurisdiction: 2 digits for a province, 4 city, 6 district, 9 street, 12 community, 15 grid; zero-padded forms are accepted."))
            .pattern(Some("^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"))
            .min_length(Some(2))
            .max_length(Some(15))
            .examples(["370202001001"])
            .into()
    }
}

impl ToSchema for JurisdictionCode {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> JurisdictionCode {
        text.parse().unwrap()
    }

    #[test]
    fn padded_forms_are_shortened() {
        for (padded, short, level) in [
            ("37", "37", Level::Province),
            ("370000", "37", Level::Province),
            ("370200000000", "3702", Level::City),
            ("370200", "3702", Level::City),
            ("370202000000", "370202", Level::District),
            ("370202001000", "370202001", Level::Street),
            ("370202001001", "370202001001", Level::Community),
            ("370202001001000", "370202001001", Level::Community),
            ("370202001001007", "370202001001007", Level::Grid),
        ] {
            assert_eq!(code(padded).as_str(), short);
            assert_eq!(code(padded).level(), level);
        }
        for wrong in ["", "3", "37020", "3702020010012", "3702o2", "３７０２", "370202001001 "] {
            assert!(wrong.parse::<JurisdictionCode>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_parent_contains_its_child(text in "[1-9][0-9]{2}[1-9]([0-9][1-9]([0-9]{2}[1-9]([0-9]{2}[1-9]([0-9]{2}[1-9])?)?)?)?") {
            let child = code(&text);
            prop_assert_eq!(child.as_str(), &text);
            prop_assert!(child.path().iter().all(|code| code.level() >= Level::City));
            prop_assert_eq!(child.sources().pop(), child.province());
            if let Some(parent) = child.parent() {
                prop_assert!(parent.contains(&child));
                prop_assert!(!child.contains(&parent));
                let padded = format!("{:0<12}", parent.as_str());
                prop_assert_eq!(code(&padded), parent);
            }
        }
    }
}
