//! What the audit keeps of meetings and groups, which the feed does not tell.

use serde::Serialize;

use super::model::{ConsultationFields, Hearing, OpinionGroup};

/// Meetings and groups before and after a change.
#[derive(Debug)]
pub struct Parts {
    pub before: Texts,
    pub after: Texts,
}

/// Those that the other side does not have.
#[derive(Debug, PartialEq, Serialize)]
pub struct Texts {
    hearings: Vec<Hearing>,
    groups: Vec<OpinionGroup>,
    /// Why something was taken out.
    reason: Option<String>,
}

impl Parts {
    /// What a change makes of them; nothing where it leaves them as they are.
    pub fn changed(before: &ConsultationFields, after: &ConsultationFields, reason: Option<String>) -> Option<Self> {
        let parts = Self { before: Texts::only_in(before, after, None), after: Texts::only_in(after, before, reason) };
        (parts.before != parts.after).then_some(parts)
    }
}

impl Texts {
    fn only_in(this: &ConsultationFields, other: &ConsultationFields, reason: Option<String>) -> Self {
        let hearings = this.hearings.0.iter().filter(|one| !other.hearings.0.contains(one)).cloned().collect();
        let groups = this.groups.0.iter().filter(|one| !other.groups.0.contains(one)).cloned().collect();
        Self { hearings, groups, reason }
    }
}
