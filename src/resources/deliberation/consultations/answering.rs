//! Opinions are put into groups, and every group is answered.

use uuid::Uuid;

use super::chosen::Chosen;
use super::command::{Effect, Facts};
use super::grouping::Counts;
use super::hearings;
use super::inputs::{
    ChangedOpinionGroup, ChosenOpinionGroup, ConsultationPublication, ConsultationRedaction, GroupAnswer, GroupedOpinions,
    NewOpinionGroup,
};
use super::model::{ConsultationFields, OpinionGroup};
use crate::access::authority::Authority;
use crate::access::protected_parts::protected_fault;
use crate::db::document::Document;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem, invalid};

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
    to.regroup(&facts.counted.by_group, &Counts::new(), None);
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
    to.regroup(&facts.counted.by_group, &facts.moving, None);
    Ok(Effect::Group { chosen: Chosen::of_group(body.group_id), group: None })
}

pub fn group_opinions(to: &mut ConsultationFields, body: GroupedOpinions, facts: &Facts) -> Result<Effect, Problem> {
    to.group(body.group_id)?;
    let unknown = body.opinion_ids.iter().enumerate().filter(|(_, id)| !facts.known.contains(id));
    let mut faults: Vec<_> =
        unknown.map(|(at, _)| FieldError::at(format!("/opinion_ids/{at}"), &codes::UNKNOWN_RECORD)).collect();
    if body.option_id.is_some_and(|id| to.options.0.iter().all(|option| option.id != id)) {
        faults.push(FieldError::at("/option_id", &codes::UNKNOWN_RECORD));
    }
    if body.opinion_ids.is_empty() && body.option_id.is_none() && !body.rest {
        faults.push(FieldError::at("/opinion_ids", &codes::REQUIRED));
    }
    Problem::fail_if_any(faults)?;
    to.regroup(&facts.counted.by_group, &facts.moving, Some(body.group_id));
    let group = Some(body.group_id);
    Ok(Effect::Group { chosen: Chosen::of(body), group })
}

/// Lets everybody read what came of it. What was published before is told anew, as it is now.
pub fn publish(
    to: &mut ConsultationFields,
    body: ConsultationPublication,
    facts: &Facts,
    who: &Authority,
) -> Result<(), Problem> {
    if to.groups.0.iter().any(OpinionGroup::waits) {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::ANSWER_MISSING)]));
    }
    let result = to.result(&facts.counted, body.conclusion);
    let of_groups = result.groups.iter().flat_map(|one| [Some(&one.title), one.summary.as_ref(), Some(&one.answer)]);
    let of_hearings = to.hearings.0.iter().map(|hearing| hearing.summary.as_ref());
    let texts = of_groups.chain(of_hearings).chain([result.conclusion.as_ref()]).flatten().map(String::as_str);
    Problem::fail_if_any(protected_fault("", texts, &[], &body.confirmed))?;
    to.result = Document::of(&Some(result))?;
    to.published_at.get_or_insert(who.now);
    Ok(())
}

/// Takes out what should not have been told.
pub fn redact(to: &mut ConsultationFields, body: ConsultationRedaction) -> Result<(), Problem> {
    let single = [&body.title, &body.background, &body.summary, &body.place].into_iter().flatten();
    if single.clone().next().is_none() && body.options.is_empty() && body.links.is_none() {
        return invalid("/background", &codes::REQUIRED);
    }
    let of_options = body.options.iter().flat_map(|one| [Some(&one.title), one.text.as_ref()]).flatten();
    let of_links = body.links.iter().flatten().map(|link| &link.title);
    let texts = single.chain(of_options).chain(of_links).map(String::as_str);
    Problem::fail_if_any(protected_fault("", texts, &[], &body.confirmed))?;
    for (at, redacted) in body.options.into_iter().enumerate() {
        let Some(known) = to.options.0.iter_mut().find(|option| option.id == redacted.option_id) else {
            return invalid(format!("/options/{at}/option_id"), &codes::UNKNOWN_RECORD);
        };
        (known.title, known.text) = (redacted.title, redacted.text);
    }
    match body.hearing_id {
        Some(id) => hearings::redact(to, id, (body.place, body.summary))?,
        None if body.place.is_some() || body.summary.is_some() => return invalid("/hearing_id", &codes::REQUIRED),
        None => {}
    }
    replace(&mut to.title, body.title);
    replace(&mut to.background, body.background);
    replace(&mut to.links, body.links.map(JsonValue));
    Ok(())
}
