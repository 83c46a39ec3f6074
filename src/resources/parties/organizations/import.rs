//! Imports of organizations: one line for each, known by its credit code or else by place, kind and name.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{NewContact, NewOrganization, OrganizationFields, OrganizationKind, PartyMode};
use super::{creation, store};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Organizations;
use crate::access::scope::Authorized;
use crate::changes::import::Imported;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::csv::Column;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem};

pub const COLUMNS: &[Column] = &[
    ("jurisdiction", "行政区划代码"),
    ("kind", "组织类型"),
    ("name", "名称"),
    ("credit_code", "统一社会信用代码"),
    ("address", "地址"),
    ("contact_name", "联系人"),
    ("contact_phone", "联系电话"),
    ("party_mode", "党组织设置"),
    ("party_organization", "所属党组织"),
    ("party_reason", "未建原因"),
    ("party_plan", "组建计划"),
    ("party_member_count", "党员人数"),
];

/// The words of the contract for those that people use.
pub fn translated(member: &str, word: &str) -> Option<&'static str> {
    match (member, word) {
        ("kind", _) => OrganizationKind::ALL.iter().find(|kind| kind.title() == word).map(|kind| kind.as_str()),
        ("party_mode", "单独组建") => Some(PartyMode::Own.as_str()),
        ("party_mode", "联合组建") => Some(PartyMode::Joint.as_str()),
        ("party_mode", "未组建") => Some(PartyMode::None.as_str()),
        _ => None,
    }
}

/// A line of a spreadsheet of organizations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationLine {
    pub jurisdiction: JurisdictionCode,
    pub kind: OrganizationKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub credit_code: Option<String>,
    #[schema(max_length = 200)]
    pub address: Option<String>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub contact_name: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub contact_phone: Option<String>,
    pub party_mode: Option<PartyMode>,
    /// The credit code or the name of a party organization.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub party_organization: Option<String>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_reason: Option<String>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub party_plan: Option<String>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub party_member_count: Option<i32>,
}

/// Registers the organization of a line, or brings the known one up to date. An empty cell changes nothing.
pub async fn store_line(tx: &Tx, scope: &Authorized<Organizations>, line: OrganizationLine) -> Result<Imported, Problem> {
    Problem::fail_if_any(incomplete(&line))?;
    let party_organization = match &line.party_organization {
        Some(name) => Some(store::party_body(tx, scope, name, line.jurisdiction).await?),
        None => None,
    };
    let known = store::known(tx, scope, line.credit_code.as_deref(), line.jurisdiction, line.kind, &line.name).await?;
    let Some(before) = known else {
        let mut errors = Vec::new();
        let mut new = new_organization(line);
        new.party_organization_id = party_organization;
        let record = creation::record(scope, new, &mut errors);
        creation::register(tx, scope, &record, errors).await?;
        return Ok(Imported::Created(vec![Record::of(None, &record)?]));
    };
    let mut after = before.clone();
    bring_up_to_date(&mut after, line, party_organization);
    if after == before {
        return Ok(Imported::Unchanged);
    }
    let named = creation::Named::find(tx, scope, Some(&before), &after).await?;
    Problem::fail_if_any(creation::change_faults(scope, &before, &after, &named))?;
    Ok(Imported::Updated(vec![Related::becoming(before, after).store(tx, scope.now).await?]))
}

/// A cell that means nothing without another one.
fn incomplete(line: &OrganizationLine) -> Vec<FieldError> {
    let needed = |place: &'static str, needed: bool| needed.then(|| FieldError::at(place, &codes::REQUIRED));
    let told_of_mode = line.party_reason.is_some() || line.party_plan.is_some() || line.party_organization.is_some();
    let contact = needed("/contact_name", line.contact_phone.is_some() && line.contact_name.is_none());
    contact.into_iter().chain(needed("/party_mode", told_of_mode && line.party_mode.is_none())).collect()
}

/// The known contacts with the one of the line: a known name gets the phone, a new one is added.
fn with_contact(mut contacts: Vec<NewContact>, line: &OrganizationLine) -> Vec<NewContact> {
    let Some(name) = &line.contact_name else { return contacts };
    match contacts.iter_mut().find(|contact| contact.name == *name) {
        Some(known) => replace(&mut known.phone, line.contact_phone.clone().map(Some)),
        None => contacts.push(NewContact { name: name.clone(), post: None, phone: line.contact_phone.clone() }),
    }
    contacts
}

fn new_organization(line: OrganizationLine) -> NewOrganization {
    NewOrganization {
        id: None,
        contacts: with_contact(Vec::new(), &line),
        jurisdiction: line.jurisdiction,
        kind: line.kind,
        name: line.name,
        credit_code: line.credit_code,
        parent_id: None,
        address: line.address,
        party_mode: line.party_mode,
        party_organization_id: None,
        party_reason: line.party_reason,
        party_plan: line.party_plan,
        party_member_count: line.party_member_count,
        term_starts_on: None,
        term_ends_on: None,
    }
}

fn bring_up_to_date(known: &mut OrganizationFields, line: OrganizationLine, party_organization: Option<uuid::Uuid>) {
    known.contacts.0 = with_contact(std::mem::take(&mut known.contacts.0), &line);
    known.jurisdiction = line.jurisdiction;
    known.name = line.name;
    let keep = |old: &mut Option<String>, new: Option<String>| replace(old, new.map(Some));
    keep(&mut known.credit_code, line.credit_code);
    keep(&mut known.address, line.address);
    // A way of being covered is told whole: reason, plan and organization belong to it.
    if line.party_mode.is_some() {
        known.party_mode = line.party_mode;
        known.party_organization_id = party_organization;
        known.party_reason = line.party_reason;
        known.party_plan = line.party_plan;
    }
    replace(&mut known.party_member_count, line.party_member_count.map(Some));
}
