//! What can be done to an organization.

use super::creation::{Named, change_faults, told_of_contacts};
use super::model::{Organization, OrganizationFields, OrganizationPatch, view};
use super::staff::{NewStaff, NewStaffMember, StaffMember};
use super::store;
use crate::access::authority::Authority;
use crate::access::permissions::resource::Organizations;
use crate::access::scope::Authorized;
use crate::changes::execute::Aggregate;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// What can be done to an organization.
pub enum Command {
    Update(OrganizationPatch),
    Dissolve,
    Restore,
    ReplaceStaff(NewStaff),
}

/// What must be known to decide on an organization; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// The organizations that a patch names.
    pub named: Named,
    /// What still depends on it.
    pub ties: Vec<String>,
    /// The people who are registered.
    pub staff: Vec<StaffMember>,
}

/// What a decision changes besides the record.
pub enum Effect {
    /// The audit tells of contacts.
    Contacts(Record),
    /// People come in the place of those registered.
    Staff { old: Vec<StaffMember>, new: Vec<NewStaffMember> },
}

impl Aggregate for OrganizationFields {
    type Command = Command;
    type Facts = Facts;
    type Effect = Effect;
    type View = Organization;

    const PATH: &'static str = "/v1/organizations";
    const NOUN: &'static str = "organization";

    async fn facts(&self, tx: &Tx, who: &Authorized<Organizations>, command: &Command) -> Result<Facts, Problem> {
        match command {
            Command::Update(patch) => {
                let mut after = self.clone();
                patch.clone().apply(&mut after);
                Ok(Facts { named: Named::find(tx, who, Some(self), &after).await?, ..Facts::default() })
            }
            Command::Dissolve => Ok(Facts { ties: store::ties(tx, self.id, who.today()).await?, ..Facts::default() }),
            Command::Restore => Ok(Facts::default()),
            Command::ReplaceStaff(_) => Ok(Facts { staff: store::registered(tx, self.id).await?, ..Facts::default() }),
        }
    }

    fn decide(&self, after: &mut Self, command: Command, facts: &Facts, who: &Authority) -> Result<Vec<Effect>, Problem> {
        match command {
            Command::Update(patch) => {
                patch.apply(after);
                Problem::fail_if_any(change_faults(who, self, after, &facts.named))?;
                Ok(told_of_contacts(Some(self), after)?.into_iter().map(Effect::Contacts).collect())
            }
            Command::Dissolve if !facts.ties.is_empty() => {
                let error = FieldError::at("", &codes::DEPENDED_ON).with("kinds", facts.ties.clone());
                Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]))
            }
            Command::Dissolve | Command::Restore => Ok(Vec::new()),
            Command::ReplaceStaff(body) => Ok(vec![Effect::Staff { old: facts.staff.clone(), new: body.items }]),
        }
    }

    async fn apply(&self, tx: &Tx, who: &Authority, effects: Vec<Effect>) -> Result<Vec<Record>, Problem> {
        let mut records = Vec::new();
        for effect in effects {
            records.push(match effect {
                Effect::Contacts(record) => record,
                Effect::Staff { old, new } => {
                    let new = store::replace_staff(tx, self.id, &new, who.today()).await?;
                    Record::part(self, "organization_staff", Some(&old), &new)?
                }
            });
        }
        Ok(records)
    }

    async fn answer(self, _: &Tx, who: &Authorized<Organizations>) -> Result<Organization, Problem> {
        Ok(view(who, self, true))
    }
}
