//! What must hold of a new rule.

use super::model::{Rule, RuleDefault};
use super::numbering::{is_same, pattern_fault};
use crate::http::codes;
use crate::http::problem::FieldError;

/// What is wrong with what a rule says: a number within bounds, or a pattern that nobody else has.
pub fn faults(rule: &Rule, bounds: &RuleDefault, elsewhere: &[String]) -> Option<FieldError> {
    let is_pattern = bounds.default_text.is_some();
    match (rule.value, &rule.text) {
        (Some(_), _) if is_pattern => Some(FieldError::at("/value", &codes::NOT_APPLICABLE)),
        (_, Some(_)) if !is_pattern => Some(FieldError::at("/text", &codes::NOT_APPLICABLE)),
        (_, Some(text)) => {
            let taken = elsewhere.iter().any(|other| is_same(other, text));
            pattern_fault(text).or_else(|| taken.then(|| FieldError::at("/text", &codes::TAKEN)))
        }
        (None, None) if is_pattern => Some(FieldError::at("/text", &codes::REQUIRED)),
        (None, None) => Some(FieldError::at("/value", &codes::REQUIRED)),
        (Some(value), None) => (!(bounds.lowest..=bounds.highest).contains(&value)).then(|| {
            let error = FieldError::at("/value", &codes::OUT_OF_BOUNDS);
            error.with("lowest", bounds.lowest).with("highest", bounds.highest)
        }),
    }
}
