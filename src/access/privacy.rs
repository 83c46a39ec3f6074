//! What is shown of protected data.

/// A phone number but for its middle: the first three and the last four digits are shown.
pub fn masked(phone: &str) -> String {
    let length = phone.chars().count();
    let shown = |at: usize| length >= 10 && (at < 3 || at + 4 >= length);
    phone.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// Shows a phone number masked, for `#[serde(serialize_with)]`.
pub fn masked_phone<S: serde::Serializer>(phone: &str, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&masked(phone))
}

/// The same for one that may be missing.
pub fn masked_optional_phone<S: serde::Serializer>(phone: &Option<String>, out: S) -> Result<S::Ok, S::Error> {
    match phone {
        Some(phone) => masked_phone(phone, out),
        None => out.serialize_none(),
    }
}
