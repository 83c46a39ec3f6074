//! What is said of a category, by the built-in tree or an administration.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::model::{DisputeCategory, RequiredField, Risk};
use crate::access::code::Level;
use crate::db::json_value::JsonValue;

pub const DEFAULTS: &str = include_str!("defaults.csv");

/// What one source says of a category.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub title: Option<String>,
    pub active: Option<bool>,
    pub matter: Option<String>,
    pub first_level: Option<Level>,
    pub risk: Option<Risk>,
    pub required_fields: Option<Vec<RequiredField>>,
    pub accept_days: Option<i32>,
    pub first_contact_days: Option<i32>,
    pub resolve_days: Option<i32>,
    pub extension_days: Option<i32>,
    pub legal_basis: Option<String>,
}

pub static BUILT_IN: LazyLock<BTreeMap<String, Said>> = LazyLock::new(|| {
    let known = |line: &str| {
        let mut cells = line.split(',').map(|cell| (!cell.is_empty()).then_some(cell));
        let mut next = || cells.next().flatten();
        let (code, title, level, risk, required) = (next()?, next(), next(), next(), next());
        let required = required.map(|names| names.split(' ').filter_map(|name| named(RequiredField::ALL, name)).collect());
        let said = Said {
            title: title.map(str::to_owned),
            first_level: level.and_then(|name| named(Level::ALL, name)),
            risk: risk.and_then(|name| named(Risk::ALL, name)),
            required_fields: required,
            ..Said::default()
        };
        Some((code.to_owned(), said))
    };
    DEFAULTS.lines().skip(1).filter_map(known).collect()
});

fn named<T: Copy + serde::Serialize>(all: &[T], name: &str) -> Option<T> {
    all.iter().copied().find(|one| serde_json::to_value(one).is_ok_and(|text| text == name))
}

impl Said {
    pub fn of(row: &DisputeCategory) -> Self {
        let times = [row.accept_days, row.first_contact_days, row.resolve_days, row.extension_days];
        Self {
            title: row.title.clone(),
            active: row.active,
            matter: row.matter.clone(),
            first_level: row.first_level,
            risk: row.risk,
            required_fields: row.required_fields.clone().map(|JsonValue(fields)| fields),
            accept_days: row.accept_days,
            first_contact_days: row.first_contact_days,
            resolve_days: row.resolve_days,
            extension_days: row.extension_days,
            legal_basis: times.iter().any(Option::is_some).then(|| row.legal_basis.clone()),
        }
    }

    /// What is said here, and the rest from farther away.
    pub fn or(self, farther: &Self) -> Self {
        let other = farther.clone();
        Self {
            title: self.title.or(other.title),
            active: self.active.or(other.active),
            matter: self.matter.or(other.matter),
            first_level: self.first_level.or(other.first_level),
            risk: self.risk.or(other.risk),
            required_fields: self.required_fields.or(other.required_fields),
            accept_days: self.accept_days.or(other.accept_days),
            first_contact_days: self.first_contact_days.or(other.first_contact_days),
            resolve_days: self.resolve_days.or(other.resolve_days),
            extension_days: self.extension_days.or(other.extension_days),
            legal_basis: self.legal_basis.or(other.legal_basis),
        }
    }
}
