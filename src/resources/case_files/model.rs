//! What stands in the archive of a case.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::resources::agreements::model::AgreementFields;
use crate::resources::disputes::model::{DisputeEvent, DisputeFields};
use crate::resources::disputes::model_parties::Party;
use crate::resources::mediation_sessions::model::MediationSessionFields;
use crate::resources::mediations::model::MediationFields;

/// A ZIP archive.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct CaseFileArchive(#[allow(dead_code, reason = "only the contract speaks of it")] pub Vec<u8>);

/// Everything about a case.
pub struct CaseFile {
    pub dispute: DisputeFields,
    pub parties: Vec<Party>,
    pub events: Vec<DisputeEvent>,
    pub mediations: Vec<MediationFields>,
    pub sessions: Vec<MediationSessionFields>,
    pub agreements: Vec<AgreementFields>,
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
