//! Which opinions go into a group together.

use uuid::Uuid;

use super::inputs::GroupedOpinions;

/// Opinions that are named, that are in a group, or that are in none yet, all of them or those that chose an option.
#[derive(Debug, Default)]
pub struct Chosen {
    pub ids: Vec<Uuid>,
    pub group_id: Option<Uuid>,
    pub option_id: Option<Uuid>,
    pub rest: bool,
}

impl Chosen {
    pub fn of(body: GroupedOpinions) -> Self {
        Self { ids: body.opinion_ids, group_id: None, option_id: body.option_id, rest: body.rest }
    }

    pub fn of_group(group_id: Uuid) -> Self {
        Self { group_id: Some(group_id), ..Self::default() }
    }
}
