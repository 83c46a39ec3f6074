//! An opinion: who said it is known to the service, and shown to nobody.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::db::schema::opinions;
use crate::http::openapi::page;

/// What somebody thinks, as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = opinions, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct OpinionRow {
    /// It tells nothing of when it was given.
    pub id: Uuid,
    pub consultation_id: Uuid,
    pub author: String,
    /// The organization for which a member speaks.
    pub organization_id: Option<Uuid>,
    pub option_id: Option<Uuid>,
    pub text: Option<String>,
    pub group_id: Option<Uuid>,
    /// What keeps its hash from telling what it says.
    pub nonce: Uuid,
    pub given_on: NaiveDate,
    /// How often it was changed since then.
    pub edits: i32,
    pub edits_since: DateTime<Utc>,
    /// True for what was taken back; of it only is kept how often it was changed.
    pub withdrawn: bool,
    pub version: i64,
}

impl OpinionRow {
    /// What the audit keeps of it.
    pub fn hash(&self) -> String {
        let option = self.option_id.map(|id| id.to_string()).unwrap_or_default();
        let whole = format!("{}\n{option}\n{}", self.nonce, self.text.as_deref().unwrap_or_default());
        HEXLOWER.encode(digest(&SHA256, whole.as_bytes()).as_ref())
    }

    /// As a caller sees it.
    pub fn shown(self, who: &Authority, whole: bool) -> Opinion {
        let is_own = self.is_of(who);
        Opinion {
            id: self.id,
            consultation_id: self.consultation_id,
            organization_id: self.organization_id,
            option_id: self.option_id,
            text: self.text,
            group_id: self.group_id.filter(|_| whole),
            given_on: self.given_on,
            is_own,
            version: self.version,
        }
    }

    fn is_of(&self, who: &Authority) -> bool {
        match self.organization_id {
            Some(organization) => who.actor.organization == Some(organization),
            None => self.author == who.actor.caller,
        }
    }
}

/// What somebody thinks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Opinion {
    pub id: Uuid,
    pub consultation_id: Uuid,
    /// The organization that says it; null for a person.
    #[schema(required)]
    pub organization_id: Option<Uuid>,
    /// The option that was chosen.
    #[schema(required)]
    pub option_id: Option<Uuid>,
    #[schema(max_length = 2000, required)]
    pub text: Option<String>,
    /// The group in which it is; null for those who do not group.
    #[schema(required)]
    pub group_id: Option<Uuid>,
    pub given_on: NaiveDate,
    /// True for the caller's own, and their organization's.
    pub is_own: bool,
    /// Grows by one with every change.
    pub version: i64,
}

page!(OpinionPage of Opinion, "A page of opinions, in no order that means anything.");

/// Who said something.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpinionAuthor {
    pub opinion_id: Uuid,
    /// As their tokens name them: `<issuer>|<sub>`.
    #[schema(max_length = 500)]
    pub author: String,
}
