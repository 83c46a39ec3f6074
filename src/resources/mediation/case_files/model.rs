//! What stands in the archive of a case.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::disputes::model::{DisputeFields, ShownEvent};
use crate::resources::disputes::parties::Party;
use crate::resources::mediation::agreements::model::AgreementFields;
use crate::resources::mediation::mediation_sessions::model::MediationSessionFields;
use crate::resources::mediation::mediations::model::MediationFields;

/// A ZIP archive.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct CaseFileArchive(#[allow(dead_code, reason = "only the contract speaks of it")] pub Vec<u8>);

/// Everything about a case.
pub struct CaseFile {
    /// The names of the place and of the category.
    pub place: String,
    pub category: String,
    pub dispute: DisputeFields,
    pub parties: Vec<Party>,
    pub events: Vec<ShownEvent>,
    pub mediations: Vec<MediationFields>,
    pub sessions: Vec<MediationSessionFields>,
    pub agreements: Vec<AgreementFields>,
}

impl CaseFile {
    /// The name of the party at a position.
    pub fn party(&self, position: i16) -> &str {
        self.parties.iter().find(|party| party.position == position).map_or("—", |party| &party.name)
    }
}

/// The first file of the archive.
#[derive(Serialize)]
pub struct Index<'a> {
    pub dispute: &'a str,
    pub exported_at: DateTime<Utc>,
    pub exported_by: &'a str,
    pub files: Vec<IndexEntry>,
}

/// A file of the archive.
#[derive(Serialize)]
pub struct IndexEntry {
    pub name: String,
    pub bytes: usize,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
}
