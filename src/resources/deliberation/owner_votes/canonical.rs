//! The one form in which a line of a vote is written, so that everybody computes the same hash: JSON with sorted keys, no
//! spaces, whole numbers, composed text, nothing escaped but quote, backslash, line break and tab (RFC 8785 for such data).

use serde::Serialize;
use serde_json::Value;
use unicode_normalization::is_nfc;

/// Numbers beyond this are not the same in all languages.
const LARGEST: i64 = 1 << 53;

/// A value in this form; an error says what has none.
pub fn canonical(value: &Value) -> Result<String, &'static str> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

/// The same of something that is serialized.
pub fn canonical_of(value: &impl Serialize) -> Result<String, &'static str> {
    canonical(&serde_json::to_value(value).map_err(|_| "value")?)
}

fn write(value: &Value, out: &mut String) -> Result<(), &'static str> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
        Value::Number(number) => {
            let whole = number.as_i64().filter(|whole| (1 - LARGEST..LARGEST).contains(whole)).ok_or("number")?;
            out.push_str(&whole.to_string());
        }
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort_unstable_by(|one, other| one.encode_utf16().cmp(other.encode_utf16()));
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(key, out)?;
                out.push(':');
                write(&members[key], out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> Result<(), &'static str> {
    if !is_nfc(text) {
        return Err("string");
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // No other control character comes in.
            c if c < ' ' => return Err("string"),
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

#[cfg(test)]
mod tests;
