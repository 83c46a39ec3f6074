//! The words of minutes, and what in a text looks like somebody's data.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::calendar::civil_time;
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ItemStatus};
use crate::resources::deliberation::council_meetings::command::Meeting;
use crate::resources::deliberation::council_meetings::voting::{Voice, VoteOutcome, VoteTally};
use crate::resources::deliberation::councils::model::DecisionRule;

fn time(at: DateTime<Utc>) -> String {
    civil_time(at).format("%Y-%m-%d %H:%M").to_string()
}

/// The minutes, from what was recorded and nothing else.
pub fn draft(meeting: &Meeting<'_>) -> String {
    let (fields, record) = (&*meeting.fields, &meeting.record);
    let mut text = String::new();
    let mut line = |said: &str| writeln!(text, "{said}").unwrap_or_default();
    line(&format!("会议名称：{}", one_line(&fields.title)));
    line(&format!("地点：{}", one_line(&fields.place)));
    let (opened, ended) = (fields.opened_at.map(time), fields.concluded_at.map(time));
    line(&format!("时间：{} 至 {}", opened.unwrap_or_default(), ended.unwrap_or_default()));
    let attendance = meeting.attendance();
    for seat in &fields.seats.0 {
        let there: Vec<_> = fields
            .delegates
            .0
            .iter()
            .filter(|known| known.position == seat.position)
            .filter_map(|known| attendance.told(seat.position, known.id, time).map(|when| format!("{}（{when}）", known.name)))
            .collect();
        let there = if there.is_empty() { "未到会".to_owned() } else { there.join("、") };
        line(&format!("{}席位：{there}", seat.kind.title()));
    }
    for (at, item) in record.agenda.iter().enumerate() {
        line(&format!("议题{}：{}", at + 1, one_line(&item.title)));
        for told in of_item(meeting, item) {
            line(&told);
        }
    }
    text
}

fn of_item(meeting: &Meeting<'_>, item: &AgendaItem) -> Vec<String> {
    let title = |position: i16| {
        let seat = meeting.fields.seats.0.iter().find(|seat| seat.position == position);
        seat.map_or("", |seat| seat.kind.title())
    };
    let mut told = Vec::new();
    let recused: Vec<_> = item.recusals.iter().filter(|one| one.recused).map(|one| title(one.position)).collect();
    if !recused.is_empty() {
        told.push(format!("回避席位：{}", recused.join("、")));
    }
    for vote in &item.votes {
        told.push(format!("表决事项：{}", one_line(&vote.resolution)));
        told.extend(vote.tally.as_ref().map(result));
        let voices = vote.tally.iter().flat_map(|tally| &tally.counted);
        let voices: Vec<_> = voices.map(|said| format!("{}{}", title(said.position), word(said.voice))).collect();
        told.push(format!("各席位意见：{}", voices.join("、")));
    }
    if item.status == ItemStatus::Deferred {
        told.push("本次会议未形成决议。".into());
    }
    told
}

/// What somebody wrote must not look like what was counted.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn word(voice: Voice) -> &'static str {
    match voice {
        Voice::Yes => "同意",
        Voice::No => "反对",
        Voice::Abstain => "弃权",
    }
}

fn result(tally: &VoteTally) -> String {
    let rule = match tally.rule {
        DecisionRule::Consensus => "全体一致",
        DecisionRule::Majority => "过半数",
    };
    let outcome = match tally.outcome {
        VoteOutcome::Adopted => "通过",
        VoteOutcome::NotAdopted => "未通过",
        VoteOutcome::Void => "表决期间到会席位不足，表决无效",
    };
    format!(
        "表决规则：{rule}；有表决权席位{}，须{}票同意；同意{}，反对{}，弃权{}。结果：{outcome}。",
        tally.entitled, tally.needed, tally.yes, tally.no, tally.abstain
    )
}

/// What in a text looks like a number of a phone or an identity card, like a flat, or is the name of somebody who was there.
pub fn protected_parts<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let text: String = text.nfkc().collect();
    let mut found: Vec<String> = names.filter(|name| text.contains(*name)).map(str::to_owned).collect();
    let runs = text.split(|c: char| !(c.is_ascii_digit() || "-. Xx".contains(c)));
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    let runs = runs.map(|run| run.trim_matches([' ', '-', '.']));
    found.extend(runs.filter(|run| digits(run) >= 7 && !is_date(run)).map(str::to_owned));
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
        assert_eq!(parts("8-2-501户，3栋，5#"), ["3栋", "5#", "8-2-501户"]);
    }

    proptest! {
        #[test]
        fn a_number_is_found_wherever_it_stands(before in "[一-龥，。]{0,9}", after in "[一-龥，。]{0,9}", number in "1[0-9]{10}") {
            let found = parts(&format!("{before}{number}{after}"));
            prop_assert!(found.contains(&number), "{:?}", found);
        }
    }
}
