//! The parties of a dispute, and its guests.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::privacy::{masked, masked_name, null_if_empty};
use crate::db::schema::{dispute_guests, dispute_parties};
use crate::db::text_enum::text_enum;

text_enum! {
    /// The part that a party has in a dispute.
    pub enum PartyRole {
        Applicant = "applicant",
        Respondent = "respondent",
        ThirdParty = "third_party",
    }
}

text_enum! {
    /// What a party is.
    pub enum PartyKind {
        Person = "person",
        Organization = "organization",
    }
}

/// A party of a dispute. Who it is and how to reach it is masked; `/disclosure` tells it in full.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = dispute_parties, primary_key(position), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Party {
    /// Counted from 0.
    pub position: i16,
    pub role: PartyRole,
    pub kind: PartyKind,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// Who acts for it.
    #[schema(max_length = 100, required)]
    pub representative: Option<String>,
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
    #[schema(max_length = 200, required)]
    pub address: Option<String>,
    /// Since when the person sees the case by their own sign-in; null where they do not.
    #[schema(required)]
    pub linked_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub subject: Option<String>,
}

impl Party {
    /// A party as it comes in.
    pub fn new(position: i16, new: NewParty) -> Self {
        let NewParty { role, kind, name, representative, phone, address, organization_id } = new;
        Self { position, role, kind, name, organization_id, representative, phone, address, linked_at: None, subject: None }
    }

    /// The registered organization, which sees the case.
    pub fn guest(&self, now: DateTime<Utc>) -> Option<Guest> {
        let guest = self.organization_id?.to_string();
        Some(Guest { kind: GuestKind::Organization, guest, name: None, reason: self.role.as_str().to_owned(), invited_at: now })
    }

    /// What callers see of it who need not know more.
    pub fn masked(self) -> Self {
        Self {
            name: if self.kind == PartyKind::Person { masked_name(&self.name) } else { self.name },
            representative: self.representative.as_deref().map(masked_name),
            phone: self.phone.as_deref().map(masked),
            address: self.address.as_deref().map(|_| "***".to_owned()),
            ..self
        }
    }

    /// What callers see of it who must not know who it is.
    pub fn hidden(self) -> Self {
        let hidden = |text: Option<String>| text.map(|_| "***".to_owned());
        let Self { representative, phone, address, .. } = self;
        Self {
            name: "***".to_owned(),
            organization_id: None,
            representative: hidden(representative),
            phone: hidden(phone),
            address: hidden(address),
            ..self
        }
    }
}

text_enum! {
    /// Who sees a case besides those within whose jurisdiction it lies.
    pub enum GuestKind {
        Jurisdiction = "jurisdiction",
        Organization = "organization",
        Person = "person",
        /// A person who is a party and has linked the case to their own sign-in.
        Party = "party",
    }
}

/// Somebody who sees a case besides those within whose jurisdiction it lies.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = dispute_guests)]
pub struct Guest {
    pub kind: GuestKind,
    /// A code, the id of an organization, or issuer and subject of a person: these for themselves and for those who
    /// oversee the place, null for others.
    #[schema(value_type = Option<String>, max_length = 1000, required)]
    #[serde(serialize_with = "null_if_empty")]
    pub guest: String,
    /// The name of a person.
    #[schema(max_length = 100, required)]
    pub name: Option<String>,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub invited_at: DateTime<Utc>,
}

/// A party of a dispute to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParty {
    pub role: PartyRole,
    pub kind: PartyKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    /// Who acts for it.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub representative: Option<String>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = "\\S")]
    pub address: Option<String>,
    /// The organization, where it is registered.
    pub organization_id: Option<Uuid>,
}

impl NewParty {
    /// Keeps nothing that tells who it is.
    pub fn forget_who(&mut self) {
        let Self { role, kind, .. } = *self;
        let name = "匿名".to_owned();
        *self = Self { role, kind, name, representative: None, phone: None, address: None, organization_id: None };
    }
}
