//! Opinions are put into groups, and every group is answered.

use uuid::Uuid;

use super::command::{Effect, Facts};
use super::grouping::Placed;
use super::inputs::{
    ChangedOpinionGroup, ChosenOpinionGroup, ConsultationPublication, GroupAnswer, GroupedOpinions, NewOpinionGroup,
};
use super::model::{ConsultationFields, OpinionGroup};
use crate::access::authority::Authority;
use crate::access::protected_parts::protected_fault;
use crate::db::document::Document;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// As many groups as a consultation has.
const MOST_GROUPS: usize = 200;

impl ConsultationFields {
    fn group(&mut self, id: Uuid) -> Result<&mut OpinionGroup, Problem> {
        let found = self.groups.0.iter_mut().find(|group| group.id == id);
        found.ok_or_else(|| Problem::invalid(vec![FieldError::at("/group_id", &codes::UNKNOWN_RECORD)]))
    }
}

pub fn update_group(to: &mut ConsultationFields, body: ChangedOpinionGroup) -> Result<(), Problem> {
    let group = to.group(body.group_id)?;
    (group.title, group.summary) = (body.title, body.summary);
    Ok(())
}

pub fn answer_group(to: &mut ConsultationFields, body: GroupAnswer, facts: &Facts, who: &Authority) -> Result<(), Problem> {
    let group = to.group(body.group_id)?;
    (group.answer, group.answered_at) = (Some(body.answer), Some(who.now));
    to.follow_groups(facts.opinions.iter().filter(|one| one.group_id.is_none()).count());
    Ok(())
}

pub fn add_group(to: &mut ConsultationFields, body: NewOpinionGroup) -> Result<(), Problem> {
    if to.groups.0.len() >= MOST_GROUPS {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_GROUPS)]));
    }
    let NewOpinionGroup { title, summary } = body;
    to.groups.0.push(OpinionGroup { id: Uuid::now_v7(), title, summary, opinions: 0, answer: None, answered_at: None });
    Ok(())
}

/// Takes a group out; its opinions are in none.
pub fn remove_group(to: &mut ConsultationFields, body: &ChosenOpinionGroup, facts: &Facts) -> Result<Effect, Problem> {
    to.group(body.group_id)?;
    to.groups.0.retain(|group| group.id != body.group_id);
    let of_group = |one: &Placed| one.group_id == Some(body.group_id);
    to.regroup(&facts.opinions, of_group, None);
    let opinions = facts.opinions.iter().filter(|one| of_group(one)).map(|one| one.id).collect();
    Ok(Effect::Group { opinions, group: None })
}

pub fn group_opinions(to: &mut ConsultationFields, body: &GroupedOpinions, facts: &Facts) -> Result<Effect, Problem> {
    to.group(body.group_id)?;
    let unknown = |id: &Uuid| !facts.opinions.iter().any(|one| one.id == *id);
    let unknown = body.opinion_ids.iter().enumerate().filter(|(_, id)| unknown(id));
    let mut faults: Vec<_> =
        unknown.map(|(at, _)| FieldError::at(format!("/opinion_ids/{at}"), &codes::UNKNOWN_RECORD)).collect();
    if body.option_id.is_some_and(|id| to.options.0.iter().all(|option| option.id != id)) {
        faults.push(FieldError::at("/option_id", &codes::UNKNOWN_RECORD));
    }
    if body.opinion_ids.is_empty() && body.option_id.is_none() && !body.rest {
        faults.push(FieldError::at("/opinion_ids", &codes::REQUIRED));
    }
    Problem::fail_if_any(faults)?;
    let chosen = |one: &Placed| {
        let free = one.group_id.is_none();
        let of_option = body.option_id.is_some() && one.option_id == body.option_id;
        body.opinion_ids.contains(&one.id) || free && (body.rest || of_option)
    };
    to.regroup(&facts.opinions, chosen, Some(body.group_id));
    let opinions = facts.opinions.iter().filter(|one| chosen(one)).map(|one| one.id).collect();
    Ok(Effect::Group { opinions, group: Some(body.group_id) })
}

/// Lets everybody read what came of it, once every opinion has an answer.
pub fn publish(
    to: &mut ConsultationFields,
    body: ConsultationPublication,
    facts: &Facts,
    who: &Authority,
) -> Result<(), Problem> {
    let ungrouped = facts.opinions.iter().filter(|one| one.group_id.is_none()).count();
    if ungrouped > 0 {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::ANSWER_MISSING).with("ungrouped", ungrouped)]));
    }
    let result = to.result(&facts.opinions, body.conclusion);
    let of_groups = result.groups.iter().flat_map(|one| [Some(&one.title), one.summary.as_ref(), Some(&one.answer)]);
    let of_hearings = to.hearings.0.iter().map(|hearing| hearing.summary.as_ref());
    let texts = of_groups.chain(of_hearings).chain([result.conclusion.as_ref()]).flatten().map(String::as_str);
    Problem::fail_if_any(protected_fault("", texts, &[], &body.confirmed).into_iter().collect())?;
    to.result = Document::of(&Some(result))?;
    to.published_at = Some(who.now);
    Ok(())
}
