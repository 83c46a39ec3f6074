//! `/v1/directory`: what a caller can name in a request, with nothing of it that is protected. Registers are read by those
//! who keep them; the directory by everybody.

use diesel::BoolExpressionMethods;

use crate::access::permissions::action::Read;
use crate::access::permissions::{Resource, resource};
use crate::access::scope::Scope;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::Listed;
use crate::http::operation::{Operation, operations};
use crate::http::problem::Problem;
use crate::http::query::PageFilter;
use crate::resources::mediation::mediators::model::{DirectoryMediatorFilter, DirectoryMediatorPage};
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::parties::organizations::directory::{DirectoryOrganizationFilter, DirectoryOrganizationPage};
use crate::resources::parties::organizations::store::{self as organizations, OrganizationCondition};
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::parties::property_contracts::store as contracts;
use crate::resources::places::estates::model::{DirectoryEstateFilter, DirectoryEstatePage};
use crate::resources::places::estates::store as estates;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Directory),
    record: None,
    noun: "directory entry",
    about: "What a caller can name in a request, with nothing of it that is protected.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records of its own"),
};

fn operations() -> Vec<Operation> {
    operations![list_directory_organizations, list_directory_estates, list_directory_mediators]
}

/// List the organizations that can be named: those of the caller's jurisdictions, those of the levels above, and those that
/// serve an estate, mediate or are a party there.
#[utoipa::path(get, path = "/v1/directory/organizations", params(DirectoryOrganizationFilter, PageFilter),
    responses((status = 200, description = "A page of active organizations, the latest change first.", body = DirectoryOrganizationPage)))]
async fn list_directory_organizations(
    scope: Scope<Read, resource::Directory>,
    db: Db,
    list: Listing<DirectoryOrganizationFilter>,
) -> Result<Listed<DirectoryOrganizationPage>, Problem> {
    let (area, today) = (scope.narrowed(list.filter.r#in), scope.today());
    let of_estate = || {
        let estate = list.filter.estate_id?;
        let serving: OrganizationCondition = contracts::serves(estate, today);
        Some(Box::new(serving.or(committees::represents(estate, today))) as OrganizationCondition)
    };
    let rows = organizations::directory(&db, &area, &list.filter, of_estate, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |entry| entry))
}

/// List the estates of the caller's jurisdictions.
#[utoipa::path(get, path = "/v1/directory/estates", params(DirectoryEstateFilter, PageFilter),
    responses((status = 200, description = "A page of estates, the latest change first.", body = DirectoryEstatePage)))]
async fn list_directory_estates(
    scope: Scope<Read, resource::Directory>,
    db: Db,
    list: Listing<DirectoryEstateFilter>,
) -> Result<Listed<DirectoryEstatePage>, Problem> {
    let rows = estates::directory(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |entry| entry))
}

/// List the mediators who can be chosen: of committees in the caller's jurisdictions and of the levels above.
#[utoipa::path(get, path = "/v1/directory/mediators", params(DirectoryMediatorFilter, PageFilter),
    responses((status = 200, description = "A page of active mediators, the latest change first.", body = DirectoryMediatorPage)))]
async fn list_directory_mediators(
    scope: Scope<Read, resource::Directory>,
    db: Db,
    list: Listing<DirectoryMediatorFilter>,
) -> Result<Listed<DirectoryMediatorPage>, Problem> {
    let rows = mediators::directory(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |entry| entry))
}
