//! What the opinions come to: who is in which group, and which numbers can be told.

use uuid::Uuid;

use super::model::{ConsultationFields, ConsultationResult, GroupResult, OpinionGroup, OptionResult};
use super::states::ConsultationStatus;

/// Smaller numbers tell too much of those who are counted.
const LEAST_TOLD: i64 = 5;

/// Numbers of those who chose one of several things, and their sum, as far as they can be told: none under five, nor one
/// from which such a number would follow.
fn told(counts: &[i64]) -> (Option<i64>, Vec<Option<i64>>) {
    let total: i64 = counts.iter().sum();
    let mut hidden: Vec<bool> = counts.iter().map(|count| (1..LEAST_TOLD).contains(count)).collect();
    loop {
        let of_hidden = || counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| *count);
        let (number, sum) = (of_hidden().count(), of_hidden().sum::<i64>());
        if number == 0 || number > 1 && sum >= LEAST_TOLD {
            break;
        }
        let rest = counts.iter().enumerate().filter(|(at, count)| !hidden[*at] && **count > 0);
        let Some((next, _)) = rest.min_by_key(|(_, count)| **count) else {
            return (None, vec![None; counts.len()]);
        };
        hidden[next] = true;
    }
    let shown = counts.iter().zip(hidden).map(|(count, hidden)| (!hidden).then_some(*count));
    (Some(total), shown.collect())
}

/// An opinion as it is grouped and counted.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub id: Uuid,
    pub option_id: Option<Uuid>,
    pub group_id: Option<Uuid>,
}

impl ConsultationFields {
    /// Puts opinions into a group, or out of any, and counts.
    pub fn regroup(&mut self, all: &[Placed], chosen: impl Fn(&Placed) -> bool, group: Option<Uuid>) {
        let place = |one: &Placed| if chosen(one) { group } else { one.group_id };
        for known in &mut self.groups.0 {
            let count = all.iter().filter(|one| place(one) == Some(known.id)).count();
            known.opinions = i64::try_from(count).unwrap_or(i64::MAX);
        }
        self.follow_groups(all.iter().filter(|one| place(one).is_none()).count());
    }

    /// Answered is what is all in groups with answers.
    pub fn follow_groups(&mut self, ungrouped: usize) {
        let some = self.groups.0.iter().any(|group| group.opinions > 0);
        let answered = some && ungrouped == 0 && !self.groups.0.iter().any(OpinionGroup::waits);
        self.status = if answered { ConsultationStatus::Answered } else { ConsultationStatus::Closed };
    }

    /// What everybody reads of it.
    pub fn result(&self, all: &[Placed], conclusion: Option<String>) -> ConsultationResult {
        let of_option = |id: Option<Uuid>| {
            let chosen = all.iter().filter(|one| one.option_id == id).count();
            i64::try_from(chosen).unwrap_or(i64::MAX)
        };
        let ids = self.options.0.iter().map(|option| option.id);
        // Who chose none of them is one of the parts of the whole.
        let counts: Vec<_> = ids.clone().map(Some).chain([None]).map(of_option).collect();
        let (of_options, by_option) = told(&counts);
        let options = ids.zip(by_option).map(|(option_id, opinions)| OptionResult { option_id, opinions }).collect();
        let mut groups: Vec<_> = self.groups.0.iter().filter(|group| group.opinions > 0).collect();
        // The ids of groups begin with when they were made; the rest of them is random.
        groups.sort_by_key(|group| group.id.as_bytes()[8..].to_vec());
        let (of_groups, by_group) = told(&groups.iter().map(|group| group.opinions).collect::<Vec<_>>());
        let groups = groups.into_iter().zip(by_group).map(|(group, opinions)| GroupResult {
            title: group.title.clone(),
            summary: group.summary.clone(),
            opinions,
            answer: group.answer.clone().unwrap_or_default(),
        });
        // The sum of one division would tell what the other hides.
        let opinions = of_options.and(of_groups);
        ConsultationResult { opinions, options, groups: groups.collect(), conclusion }
    }
}

#[cfg(test)]
mod tests;
