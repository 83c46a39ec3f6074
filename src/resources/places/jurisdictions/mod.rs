//! `/v1/jurisdictions`: the administrative tree, readable by everybody with a token.

use actix_web::web::Json;

use self::model::{Ancestors, Jurisdiction, JurisdictionFilter, JurisdictionPage};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::Resource;
use crate::access::permissions::action::Read;
use crate::access::permissions::resource::Jurisdictions;
use crate::access::scope::Scope;
use crate::changes::kinds::RecordType;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::listing::{Everything, Listing};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::Preconditions;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::PageFilter;

pub mod import;
pub mod model;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Jurisdictions),
    record: Some(RecordType::Jurisdiction),
    noun: "jurisdiction",
    about: "The administrative tree, readable by everybody with a token.",
    tables: &["jurisdictions"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("a division change revokes it itself"),
};

fn operations() -> Vec<Operation> {
    operations![list_jurisdictions, get_jurisdiction, list_jurisdiction_children, list_jurisdiction_ancestors]
}

/// List jurisdictions in the order of their codes.
#[utoipa::path(get, path = "/v1/jurisdictions", params(JurisdictionFilter, PageFilter),
    responses((status = 200, description = "A page of jurisdictions.", body = JurisdictionPage)))]
async fn list_jurisdictions(
    scope: Scope<Read, Jurisdictions>,
    db: Db,
    list: Listing<JurisdictionFilter, JurisdictionCode>,
) -> Result<Listed<JurisdictionPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.code, |record| record))
}

/// Get a jurisdiction by its code.
#[utoipa::path(get, path = "/v1/jurisdictions/{code}",
    params(("code" = inline(JurisdictionCode), Path, description = "Code of the jurisdiction.")),
    responses((status = 200, description = "The jurisdiction.", body = Jurisdiction),
        (status = 304, description = "The client holds this version.")))]
async fn get_jurisdiction(
    scope: Scope<Read, Jurisdictions>,
    db: Db,
    code: Id<JurisdictionCode>,
    preconditions: Preconditions,
) -> Result<Found<Jurisdiction>, Problem> {
    let record = store::find(&db, &scope, code.0).await?;
    Ok(Found { version: record.version, record, preconditions })
}

/// List the jurisdictions directly below one.
#[utoipa::path(get, path = "/v1/jurisdictions/{code}/children",
    params(("code" = inline(JurisdictionCode), Path, description = "Code of the jurisdiction."), PageFilter),
    responses((status = 200, description = "A page of its children.", body = JurisdictionPage)))]
async fn list_jurisdiction_children(
    scope: Scope<Read, Jurisdictions>,
    db: Db,
    code: Id<JurisdictionCode>,
    list: Listing<Everything, JurisdictionCode>,
) -> Result<Listed<JurisdictionPage>, Problem> {
    let rows = store::children(&db, &scope, code.0, list.keyset).await?;
    if rows.is_empty() {
        store::find(&db, &scope, code.0).await?;
    }
    Ok(list.pager.page(rows, |last| last.code, |record| record))
}

/// List the jurisdictions above one, from the city downward.
#[utoipa::path(get, path = "/v1/jurisdictions/{code}/ancestors",
    params(("code" = inline(JurisdictionCode), Path, description = "Code of the jurisdiction.")),
    responses((status = 200, description = "Everything above it.", body = Ancestors)))]
async fn list_jurisdiction_ancestors(
    scope: Scope<Read, Jurisdictions>,
    db: Db,
    code: Id<JurisdictionCode>,
) -> Result<Json<Ancestors>, Problem> {
    let mut items = store::path(&db, &scope, code.0).await?;
    match items.pop() {
        Some(own) if own.code == code.0 => Ok(Json(Ancestors { items })),
        _ => Err(Problem::new(&codes::NOT_FOUND)),
    }
}
