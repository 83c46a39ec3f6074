//! What the opinions come to: how many are in which group, and which numbers can be told.

use uuid::Uuid;

use super::model::{ConsultationFields, ConsultationResult, GroupResult, LEAST_TOLD, OpinionGroup, OptionResult};
use super::states::ConsultationStatus;

/// How many opinions have something in common.
pub type Counts = Vec<(Option<Uuid>, i64)>;

/// How many opinions chose which option, and are in which group.
#[derive(Default)]
pub struct Counted {
    pub by_option: Counts,
    pub by_group: Counts,
}

fn of(counts: &Counts, id: Option<Uuid>) -> i64 {
    counts.iter().filter(|(known, _)| *known == id).map(|(_, count)| *count).sum()
}

/// A number, and what it is hidden by where others follow from it: not its size, which would tell something of the rest.
type Part = (i64, u64);

/// The parts of a whole as far as they can be told, and the whole: none under five. With such a part others are hidden too, so
/// that it may be any number from one to four for whoever knows the rest.
fn told(parts: &[Part]) -> (Option<i64>, Vec<Option<i64>>) {
    let least = i64::from(LEAST_TOLD);
    let is_small = |count: i64| (1..least).contains(&count);
    let mut hidden: Vec<bool> = parts.iter().map(|(count, _)| is_small(*count)).collect();
    loop {
        let of_hidden = || parts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|((count, _), _)| *count);
        let count_of =
            |is: &dyn Fn(i64) -> bool| i64::try_from(of_hidden().filter(|count| is(*count)).count()).unwrap_or(i64::MAX);
        let (small, large, sum) = (count_of(&is_small), count_of(&|count| !is_small(count)), of_hidden().sum::<i64>());
        let may_be_four = sum - least * large - (small - 1) >= least - 1;
        let may_be_one = large > 0 || sum - 1 <= (least - 1) * (small - 1);
        if small == 0 || may_be_four && may_be_one {
            break;
        }
        let rest = parts.iter().enumerate().filter(|(at, (count, _))| !hidden[*at] && *count > 0);
        let Some((next, _)) = rest.min_by_key(|(_, (_, key))| *key) else {
            return (None, vec![None; parts.len()]);
        };
        hidden[next] = true;
    }
    let shown = parts.iter().zip(hidden).map(|((count, _), hidden)| (!hidden).then_some(*count));
    (Some(parts.iter().map(|(count, _)| count).sum()), shown.collect())
}

/// The random end of an id, which says nothing of what it names.
fn key(id: Uuid) -> u64 {
    id.as_u64_pair().1
}

impl ConsultationFields {
    /// Counts the groups anew, of which some opinions go into another, or out of any.
    pub fn regroup(&mut self, counted: &Counts, moving: &Counts, to: Option<Uuid>) {
        let moved: i64 = moving.iter().map(|(_, count)| count).sum();
        let after = |id: Option<Uuid>| of(counted, id) - of(moving, id) + if id == to { moved } else { 0 };
        for known in &mut self.groups.0 {
            known.opinions = after(Some(known.id));
        }
        self.follow_groups(after(None));
    }

    /// Answered is what is all in groups with answers, and what nobody has said anything to. What is published stays so.
    pub fn follow_groups(&mut self, ungrouped: i64) {
        if self.status != ConsultationStatus::Published {
            let answered = ungrouped == 0 && !self.groups.0.iter().any(OpinionGroup::waits);
            self.status = if answered { ConsultationStatus::Answered } else { ConsultationStatus::Closed };
        }
    }

    /// What everybody reads of it. Where a number is hidden only the groups are counted: from two divisions of the same
    /// opinions more would follow than from one.
    pub fn result(&self, counted: &Counted, conclusion: Option<String>) -> ConsultationResult {
        let ids = self.options.0.iter().map(|option| option.id);
        let of_option = |id: Option<Uuid>| (of(&counted.by_option, id), id.map_or(0, key));
        let (_, by_option) = told(&ids.clone().map(Some).chain([None]).map(of_option).collect::<Vec<_>>());
        let mut groups: Vec<_> = self.groups.0.iter().filter(|group| group.opinions > 0).collect();
        groups.sort_by_key(|group| key(group.id));
        let (opinions, by_group) = told(&groups.iter().map(|group| (group.opinions, key(group.id))).collect::<Vec<_>>());
        let is_whole = by_option.iter().chain(&by_group).all(Option::is_some);
        let options =
            ids.zip(by_option).map(|(option_id, count)| OptionResult { option_id, opinions: count.filter(|_| is_whole) });
        let groups = groups.into_iter().zip(by_group).map(|(group, opinions)| GroupResult {
            id: group.id,
            title: group.title.clone(),
            summary: group.summary.clone(),
            opinions,
            answer: group.answer.clone().unwrap_or_default(),
        });
        ConsultationResult { opinions, options: options.collect(), groups: groups.collect(), conclusion }
    }
}

#[cfg(test)]
mod tests;
