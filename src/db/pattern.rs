//! Names and patterns, compared in one form.

use diesel::sql_types::Text;

use crate::http::normal_form::plain;

diesel::define_sql_function! {
    /// What a name is compared by.
    fn name_key(name: Text) -> Text;
}

/// The pattern of a text that contains this part, to be compared by its `name_key`.
pub fn containing(part: &str) -> String {
    format!("%{}%", plain(part).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
