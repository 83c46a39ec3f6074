//! How a term is shown, and to whom.

use super::election;
use super::handover::open_items;
use super::model::{OwnersCommittee, OwnersCommitteeFields};
use super::states::Stage;
use super::store::Parts;
use crate::access::permissions::Action;
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions_if;

/// The committee as the caller sees it.
pub fn view(scope: &Authorized<OwnersCommittees>, fields: OwnersCommitteeFields, parts: Option<Parts>) -> OwnersCommittee {
    let (members, handover) = parts.unzip();
    let possible = |action| match action {
        Action::TakeOffice => election::not_ready(scope, &fields).is_ok(),
        Action::End => handover.as_deref().is_none_or(|handover| open_items(handover).is_empty()),
        _ => true,
    };
    OwnersCommittee {
        status: fields.status_on(scope.today()),
        next_actions: next_actions_if(scope, &fields, possible),
        members,
        handover: if matches!(fields.stage, Stage::Handover | Stage::Ended) { handover } else { None },
        fields,
    }
}
