//! What must hold of a year of a calendar.

use super::model::{CalendarYear, NewCalendarYear};
use crate::access::code::Level;
use crate::access::permissions::resource::Calendars;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::FieldError;

/// The record that a request describes.
pub fn record(scope: &Authorized<Calendars>, new: NewCalendarYear, errors: &mut Vec<FieldError>) -> CalendarYear {
    let year = CalendarYear {
        id: id_or_new(new.id, errors),
        jurisdiction: new.jurisdiction,
        year: new.year,
        days: JsonValue(new.days),
        legal_basis: new.legal_basis,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    errors.extend(year.faults());
    if !scope.area.covers(&year.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    } else if year.jurisdiction.level() > Level::City {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["province", "city"]));
    }
    year
}
