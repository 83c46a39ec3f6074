//! `/v1/case-files`: everything about a case in one archive.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use serde_json::json;
use uuid::Uuid;

use self::model::{CaseFile, CaseFileArchive};
use crate::access::permissions::action::Disclose;
use crate::access::permissions::resource::Disputes;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::{Authorized, Scope};
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Record, Tx, Written, write};
use crate::db::pool::Db;
use crate::http::idempotency::Retry;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;
use crate::resources::disputes::store as dispute_store;
use crate::resources::disputes::view as disputes;
use crate::resources::mediation::agreements::store as agreements;
use crate::resources::mediation::mediation_sessions::store as sessions;
use crate::resources::mediation::mediations::store as mediations;
use crate::resources::places::jurisdictions::store as jurisdictions;
use crate::resources::reference::dispute_categories::effective as categories;
use crate::resources::reference::dispute_categories::store as category_store;

mod archive;
mod labels;
mod mediation_page;
mod model;
mod page;

pub const SLICE: Slice = Slice {
    resource: None,
    record: None,
    noun: "dispute",
    about: "Everything about a case in one archive.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records of its own"),
};

fn operations() -> Vec<Operation> {
    operations![export_case_file]
}

/// Export everything about a dispute: an index with hashes, every record as JSON, and a page to read. The audit keeps
/// who took it and what for. Notes of caucuses are not in it.
#[utoipa::path(get, path = "/v1/case-files/{id}/archive.zip",
    params(DisclosureParams),
    responses((status = 200, description = "The archive.", content_type = "application/zip", body = CaseFileArchive)))]
async fn export_case_file(
    scope: Scope<Disclose, Disputes>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<HttpResponse, Problem> {
    let purpose = params.value.purpose;
    let mut packed = Vec::new();
    write(&db, &scope, &Retry::none(), async |tx| {
        let case = collect(tx, &scope, id.0).await?;
        packed = archive::pack(&case, &scope.actor.caller, scope.now)?;
        let told = Record::part(&case.dispute, "case_file_export", None::<&()>, &json!({"purpose": purpose}))?;
        Ok(Written { records: vec![told], reply: Reply::ok(case.dispute.version, &json!({}))?, undo: false })
    })
    .await?;
    let name = format!("attachment; filename=\"case-{}.zip\"", id.0);
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header((CONTENT_DISPOSITION, name)).body(packed))
}

async fn collect(tx: &Tx, scope: &Authorized<Disputes>, id: Uuid) -> Result<CaseFile, Problem> {
    let (dispute, parties) = disputes::disclosed(tx, scope, id).await?;
    let events = dispute_store::whole_history(tx, id).await?;
    let events = events.into_iter().map(|event| disputes::shown_event(scope, &dispute, event)).collect();
    let mediations = mediations::of_dispute(tx, id).await?;
    let ids: Vec<_> = mediations.iter().map(|mediation| mediation.id).collect();
    let sessions = sessions::of_mediations(tx, &ids).await?;
    let agreements = agreements::of_dispute(tx, id).await?;
    let place = jurisdictions::full_name(tx, dispute.jurisdiction).await?;
    let set = category_store::set_for(tx.connection(), dispute.jurisdiction).await?;
    let known = categories::in_force(&set, scope.today()).into_iter().find(|known| known.code == dispute.category);
    let category = known.map_or_else(|| dispute.category.clone(), |known| known.title);
    Ok(CaseFile { place, category, dispute, parties, events, mediations, sessions, agreements })
}
