//! Names and patterns, compared in one form.

use diesel::sql_types::Text;

use crate::http::normal_form::folded;

diesel::define_sql_function! {
    /// What a name is compared by.
    fn name_key(name: Text) -> Text;
}

/// The pattern of a `name_key` that contains this part.
pub fn containing(part: &str) -> String {
    format!("%{}%", folded(part).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
