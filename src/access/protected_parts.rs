//! What must not be read by everybody, found by its form.

use unicode_normalization::UnicodeNormalization;

use super::protected_names::names_in;
use crate::http::codes;
use crate::http::problem::FieldError;

/// As many parts are named at a time.
const MOST_PARTS: usize = 100;

/// What looks protected in texts that others are to read, unless it was confirmed part by part.
pub fn protected_fault<'a>(
    place: &'static str,
    texts: impl IntoIterator<Item = &'a str>,
    names: &[&str],
    confirmed: &[String],
) -> Option<FieldError> {
    let mut found: Vec<_> = texts.into_iter().flat_map(|text| protected_parts(text, names.iter().copied())).collect();
    found.retain(|part| !confirmed.contains(part));
    found.sort();
    found.dedup();
    found.truncate(MOST_PARTS);
    (!found.is_empty()).then(|| FieldError::at(place, &codes::LOOKS_PROTECTED).with("parts", found))
}

/// True for a flat as people write it, such as `3-2-501`.
fn is_flat(run: &str) -> bool {
    let parts: Vec<&str> = run.split('-').collect();
    let whole = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(whole) && parts[0].len() < 4 && (3..5).contains(&parts[2].len())
}

/// What in a text looks like a number of a phone or an identity card, like a flat or a name, or is the name of somebody who was there.
fn protected_parts<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let text: String = text.nfkc().collect();
    let mut found: Vec<String> = names.filter(|name| text.contains(*name)).map(str::to_owned).collect();
    let runs = text.split(|c: char| !(c.is_ascii_digit() || "-. Xx".contains(c)));
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    let runs = runs.map(|run| run.trim_matches([' ', '-', '.']));
    found.extend(runs.filter(|run| digits(run) >= 7 && !is_date(run) || is_flat(run)).map(str::to_owned));
    found.extend(names_in(&text));
    for unit in ["号楼", "单元", "室", "栋", "幢", "户", "#"] {
        for (at, _) in text.match_indices(unit) {
            let counts = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十百零〇-".contains(*c);
            let number: Vec<char> = text[..at].chars().rev().take_while(counts).collect();
            if !number.is_empty() {
                found.push(format!("{}{unit}", number.iter().rev().collect::<String>()));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// True for days such as `2026-03-09`, which tell nobody's number.
fn is_date(run: &str) -> bool {
    run.len() == 10 && run.parse::<chrono::NaiveDate>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::protected_parts;

    fn parts(text: &str) -> Vec<String> {
        protected_parts(text, ["王小明", "李"].into_iter())
    }

    #[test]
    fn what_looks_like_somebodys_data_is_found() {
        assert_eq!(parts("会议决定2026-03-31前完工，费用30000元。"), [""; 0]);
        assert_eq!(parts("王小明电话138 0000 1234"), ["138 0000 1234", "王小明"]);
        assert_eq!(parts("身份证37020219900101123X，3号楼2单元101室"), ["101室", "2单元", "37020219900101123X", "3号楼"]);
        assert_eq!(parts("固定电话0532-85911234，号楼"), ["0532-85911234"]);
        assert_eq!(parts("１３８１２３４５６７８，三号楼二单元"), ["13812345678", "三号楼", "二单元"]);
        assert_eq!(parts("13800001234 13900001234，138.0000.1234"), ["138.0000.1234", "13800001234 13900001234"]);
        assert_eq!(parts("8-2-501户，3栋，5#"), ["3栋", "5#", "8-2-501", "8-2-501户"]);
        assert_eq!(parts("我是3-2-501的，姓名：张三"), ["3-2-501", "张三"]);
        assert_eq!(parts("我叫赵小刚，请王经理和刘建国先生答复"), ["刘建国先生", "王经理", "赵小刚"]);
        assert_eq!(parts("我是支持的，希望物业经理公开账目，费用10-200元"), [""; 0]);
    }

    proptest! {
        #[test]
        fn a_number_is_found_wherever_it_stands(before in "[一-龥，。]{0,9}", after in "[一-龥，。]{0,9}", number in "1[0-9]{10}") {
            let found = parts(&format!("{before}{number}{after}"));
            prop_assert!(found.contains(&number), "{:?}", found);
        }
    }
}
