//! How a term is shown, and to whom.

use super::model::{OwnersCommittee, OwnersCommitteeFields};
use super::states::Stage;
use super::store::Parts;
use crate::access::permissions::resource::OwnersCommittees;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;

/// The committee as the caller sees it.
pub fn view(scope: &Authorized<OwnersCommittees>, fields: OwnersCommitteeFields, parts: Option<Parts>) -> OwnersCommittee {
    let (members, handover) = parts.unzip();
    OwnersCommittee {
        status: fields.status_on(scope.today()),
        next_actions: next_actions(scope, &fields),
        members,
        handover: handover.filter(|_| matches!(fields.stage, Stage::Handover | Stage::Ended)),
        fields,
    }
}
