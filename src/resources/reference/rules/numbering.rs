//! The numbers that people write on paper: by jurisdiction, year and kind of record, after a pattern that is a rule.

use chrono::{Datelike, NaiveDate};

use super::model::EffectiveRule;
use super::names::RuleName;
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::normal_form::folded;
use crate::http::problem::{FieldError, Problem};

/// Where each district counts by itself.
const CODE: &str = "{code}";
const YEAR: &str = "{year}";

/// The next number of a kind at a place. It is counted in the transaction: what is refused leaves no gap. What another
/// series happens to have written the same is passed over, so that no pattern stands in the way of another for long.
pub async fn next(
    tx: &Tx,
    rules: &[EffectiveRule],
    kind: RuleName,
    (place, day): (JurisdictionCode, NaiveDate),
    is_written: impl AsyncFn(&str) -> Result<bool, Problem>,
) -> Result<String, Problem> {
    let rule = rules.iter().find(|rule| rule.name == kind);
    let Some((rule, text)) = rule.and_then(|rule| Some((rule, rule.text.as_deref()?))) else {
        return Err(Problem::internal(format!("no pattern {}", kind.as_str())));
    };
    let series = series_of(text, rule.jurisdiction, place);
    let (counter, pattern) = (counter_of(text, &series), around(text));
    let of = |number| written(text, series, day.year(), number);
    let first = store::count_on(tx, (counter, kind), &pattern, day.year()).await?;
    if !is_written(&of(first)).await? {
        return Ok(of(first));
    }
    // In long steps to one that is free, then back to the first behind those that are written.
    let (mut behind, mut free) = (first, first + 1);
    while is_written(&of(free)).await? {
        (behind, free) = (free, free + 2 * (free - first));
    }
    while free - behind > 1 {
        let between = behind + (free - behind) / 2;
        *(if is_written(&of(between)).await? { &mut behind } else { &mut free }) = between;
    }
    store::count_to(tx, (counter, kind), (&pattern, day.year()), free).await?;
    Ok(of(free))
}

/// Where a pattern is counted: in each place that its code names, else once for all who ever set it, so that whoever sets
/// it anew goes on.
fn counter_of<'a>(text: &str, series: &'a JurisdictionCode) -> &'a str {
    if text.contains(CODE) { series.as_str() } else { "" }
}

/// A pattern whatever zeros it fills up with.
fn around(text: &str) -> String {
    parts(text).map_or_else(|| text.to_owned(), |(before, _, after)| format!("{before}{{number}}{after}"))
}

/// Who counts: the district of a place where the pattern names its code, else who has set the pattern.
fn series_of(text: &str, set_by: Option<JurisdictionCode>, place: JurisdictionCode) -> JurisdictionCode {
    let district = place.at(Level::District).or(place.at(Level::City)).unwrap_or(place);
    match set_by {
        Some(setter) if !text.contains(CODE) || setter.level() >= Level::District => setter,
        _ => district,
    }
}

/// The parts of a pattern around its number, and how many digits that has at least.
fn parts(text: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = text.split_once("{number")?;
    let (width, after) = rest.split_once('}')?;
    let width = match width {
        "" => 1,
        given => given.strip_prefix(':')?.parse().ok().filter(|digits| (1..=9).contains(digits))?,
    };
    Some((before, width, after))
}

fn written(text: &str, series: JurisdictionCode, year: i32, number: i64) -> String {
    let (before, width, after) = parts(text).unwrap_or((text, 1, ""));
    format!("{before}{number:0width$}{after}").replace(YEAR, &year.to_string()).replace(CODE, series.as_str())
}

/// What is wrong with a pattern: it names year and number once each, the code at most once, and nothing else.
pub fn pattern_fault(text: &str) -> Option<FieldError> {
    let fits = parts(text).is_some_and(|(before, _, after)| {
        let rest = format!("{before}{after}");
        let plain = rest.replacen(YEAR, "", 1).replacen(CODE, "", 1);
        rest.contains(YEAR) && !plain.contains(['{', '}']) && !plain.contains(char::is_control)
    });
    // A spreadsheet must not take it for a formula.
    let fits = fits && !text.starts_with(['=', '+', '-', '@']);
    (!fits).then(|| FieldError::at("/text", &codes::NO_PATTERN))
}

/// True for two patterns whose numbers look the same, wherever they are counted.
pub fn is_same(one: &str, other: &str) -> bool {
    let looks = |text| parts(text).map(|(before, _, after)| (folded(before), folded(after)));
    looks(one) == looks(other) && !one.contains(CODE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> JurisdictionCode {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_written_after_their_pattern() {
        assert_eq!(written("青南调〔{year}〕{number}号", code("370202"), 2026, 15), "青南调〔2026〕15号");
        assert_eq!(written("D{code}-{year}-{number:6}", code("370202"), 2026, 15), "D370202-2026-000015");
        assert_eq!(written("{year}{number:2}", code("3702"), 2026, 1234), "20261234");
    }

    #[test]
    fn a_pattern_names_year_and_number_once() {
        for good in ["{year}{number}", "鲁〔{year}〕{number:9}号", "{code}/{number}/{year}"] {
            assert!(pattern_fault(good).is_none(), "{good}");
        }
        for bad in [
            "",
            "青南调",
            "{year}",
            "{number}",
            "{year}{number}{number}",
            "{year}{year}{number}",
            "{year}{number:}",
            "{year}{number:0}",
            "{year}{number:10}",
            "{year}{number:x}",
            "{year}{number",
            "{year}{number}{name}",
            "{code}{code}{year}{number}",
            "=1+{year}{number}",
            "a\n{year}{number}",
            "{{year}}{number}",
        ] {
            assert!(pattern_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn districts_count_by_themselves_where_the_pattern_names_them() {
        let place = code("370202001001");
        let by = |text: &str, setter: Option<&str>| series_of(text, setter.map(code), place).to_string();
        assert_eq!(by("{code}", None), "370202");
        assert_eq!(by("{code}", Some("3702")), "370202");
        assert_eq!(by("", Some("3702")), "3702");
        assert_eq!(by("{code}", Some("370202001")), "370202001");
        assert_eq!(series_of("{code}", None, code("441900003")).to_string(), "4419");
    }

    #[test]
    fn the_same_pattern_elsewhere_is_noticed() {
        assert!(is_same("调〔{year}〕{number}号", "调〔{year}〕{number:4}号"));
        assert!(is_same("ＱＤ{year}-{number}", "qd{year}-{number}"));
        assert!(!is_same("调〔{year}〕{number}号", "解〔{year}〕{number}号"));
        assert!(!is_same("{code}{year}-{number}", "{code}{year}-{number}"));
    }

    proptest! {
        #[test]
        fn no_two_of_a_series_are_the_same(width in 1_usize..9, one in 1_i64..100_000, other in 1_i64..100_000, years in 2000..2100) {
            let text = format!("调〔{{year}}〕{{number:{width}}}号");
            let write = |year, number| written(&text, code("370202"), year, number);
            prop_assert_eq!(write(years, one) == write(years, other), one == other);
            prop_assert_ne!(write(years, one), write(years + 1, one));
        }
    }
}
