//! What is shown of protected data.

use crate::db::text_enum::text_enum;

text_enum! {
    /// What protected data is read for.
    pub enum Purpose {
        /// To handle the case: to call, visit or invite a party.
        Handling = "handling",
        Mediation = "mediation",
        /// To answer a complaint or an inspection.
        Supervision = "supervision",
        /// A court, an arbitration body or the police asks.
        LegalRequest = "legal_request",
        /// To invite to a training, call the roll or hand out a certificate.
        Training = "training",
    }
}

/// Why protected data is read.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DisclosureParams {
    /// What it is needed for; the audit keeps it.
    #[param(inline)]
    pub purpose: Purpose,
}

/// A phone number as numbers are compared: its digits; of a mobile one the eleven after the country code, however it is
/// written.
pub fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("00").unwrap_or(&digits);
    let national = national.strip_prefix("86").unwrap_or(national);
    if national.starts_with('1') && national.len() >= 11 { national[..11].to_owned() } else { digits }
}

/// A phone number but for its middle: the first three and the last four digits are shown.
pub fn masked(phone: &str) -> String {
    let length = phone.chars().count();
    let shown = |at: usize| length >= 10 && (at < 3 || at + 4 >= length);
    phone.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// A name but for its first character.
pub fn masked_name(name: &str) -> String {
    name.chars().enumerate().map(|(at, c)| if at == 0 { c } else { '*' }).take(4).collect()
}

/// Shows what was taken out as null, for `#[serde(serialize_with)]`.
pub fn null_if_empty<S: serde::Serializer>(text: &str, out: S) -> Result<S::Ok, S::Error> {
    if text.is_empty() { out.serialize_none() } else { out.serialize_str(text) }
}

/// Shows a name masked, for `#[serde(serialize_with)]`.
pub fn hidden_name<S: serde::Serializer>(name: &str, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&masked_name(name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for phone in ["13800005678", "+86 138 0000 5678", "0086-138-0000-5678", "86 13800005678"] {
            assert_eq!(phone_digits(phone), "13800005678");
        }
        assert_eq!(phone_digits("0532-8591 1234"), "053285911234");
    }
}
