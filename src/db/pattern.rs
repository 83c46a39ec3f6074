//! Names and patterns, compared in one form.

use diesel::sql_types::Text;

use crate::http::normal_form::plain;

diesel::define_sql_function! {
    /// What a name is compared by.
    fn name_key(name: Text) -> Text;
}

/// The pattern of a `name_key` that contains this part.
pub fn containing(part: &str) -> name_key<String> {
    name_key(format!("%{}%", plain(part).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")))
}
