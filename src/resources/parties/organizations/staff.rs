//! The people of an organization.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::privacy::masked_phone;
use crate::db::schema::organization_staff;

/// One of an organization's people.
#[derive(Clone, Debug, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = organization_staff)]
pub struct StaffMember {
    #[schema(max_length = 100)]
    pub name: String,
    /// Masked but for the first three and the last four digits.
    #[schema(max_length = 20)]
    #[serde(serialize_with = "masked_phone")]
    pub phone: String,
    #[schema(max_length = 100, required)]
    pub post: Option<String>,
}

/// All of an organization's people.
#[derive(Serialize, ToSchema)]
pub struct Staff {
    #[schema(max_items = 500)]
    pub items: Vec<StaffMember>,
}

/// One of an organization's people, in full.
#[derive(Serialize, ToSchema)]
pub struct DisclosedPerson {
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
    #[schema(max_length = 100, required)]
    pub post: Option<String>,
}

/// An organization's people in full.
#[derive(Serialize, ToSchema)]
pub struct DisclosedPeople {
    #[schema(max_items = 10)]
    pub contacts: Vec<DisclosedPerson>,
    #[schema(max_items = 500)]
    pub staff: Vec<DisclosedPerson>,
}

/// One of an organization's people, to be registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaffMember {
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Tells people of the same name apart.
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: String,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub post: Option<String>,
}

/// All of an organization's people, to take the place of those registered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"name": "项目经理甲", "phone": "13800000000", "post": "项目经理"}]}))]
pub struct NewStaff {
    #[schema(max_items = 500)]
    pub items: Vec<NewStaffMember>,
}
