//! What spreadsheet programs make of values, undone.

use super::normal_form::{normalized, plain};

/// A cell as it was meant: without the mark that makes it text to a spreadsheet program, or the formula that says the same: `'001` and
/// `="001"` are 001.
pub fn meant(cell: &str) -> String {
    let cell = normalized(cell);
    let formula = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let meant = formula.map_or_else(|| cell.strip_prefix('\'').unwrap_or(&cell).to_owned(), |text| text.replace("\"\"", "\""));
    normalized(&meant).into_owned()
}

/// A number or a code: of plain digits, and without the commas between thousands.
pub fn ungrouped(cell: &str) -> String {
    let cell = plain(cell);
    let (number, decimals) = cell.split_once('.').unwrap_or((&cell, ""));
    let mut groups = number.split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    let is_grouped = first && number.contains(',') && groups.all(|group| group.len() == 3);
    let are_digits = [number, decimals].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b','));
    if is_grouped && are_digits { cell.replace(',', "") } else { cell }
}

/// A whole number without what spreadsheet programs add to it: `1,200` and `1200.00` are 1200.
pub fn whole(cell: &str) -> String {
    let plain = ungrouped(cell);
    let digits = plain.split_once('.').filter(|(_, decimals)| decimals.bytes().all(|digit| digit == b'0'));
    digits.map_or_else(|| plain.clone(), |(digits, _)| digits.to_owned())
}

/// True for a long number that a spreadsheet program has rounded, such as `3.70202E+11` for a code.
pub fn is_mangled(cell: &str) -> bool {
    let halves = cell.split_once("E+");
    halves.is_some_and(|(number, power)| number.parse::<f64>().is_ok() && power.bytes().all(|digit| digit.is_ascii_digit()))
}
