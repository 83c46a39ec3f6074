//! The words of minutes.

use std::fmt::Write;

use crate::http::problem::time_of_day;
use crate::resources::deliberation::council_meetings::agenda::{AgendaItem, ItemStatus};
use crate::resources::deliberation::council_meetings::command::Meeting;
use crate::resources::deliberation::council_meetings::voting::{Voice, VoteOutcome, VoteTally};
use crate::resources::deliberation::councils::model::DecisionRule;

/// The minutes, from what was recorded and nothing else.
pub fn draft(meeting: &Meeting<'_>) -> String {
    let (fields, record) = (&*meeting.fields, &meeting.record);
    let mut text = String::new();
    let mut line = |said: &str| writeln!(text, "{said}").unwrap_or_default();
    line(&format!("会议名称：{}", one_line(&fields.title)));
    line(&format!("地点：{}", one_line(&fields.place)));
    let (opened, ended) = (fields.opened_at.map(time_of_day), fields.concluded_at.map(time_of_day));
    line(&format!("时间：{} 至 {}", opened.unwrap_or_default(), ended.unwrap_or_default()));
    let attendance = meeting.attendance();
    for seat in &fields.seats.0 {
        let there: Vec<_> = fields
            .delegates
            .0
            .iter()
            .filter(|known| known.position == seat.position)
            .filter_map(|known| {
                attendance.told(seat.position, known.id, time_of_day).map(|when| format!("{}（{when}）", known.name))
            })
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
