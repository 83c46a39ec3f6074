//! `/v1/organizations`: the organizations of the model and their people.

use uuid::Uuid;

use self::command::Command;
use self::model::{NewOrganization, Organization, OrganizationFields, OrganizationFilter, OrganizationPage, view};
use self::staff::{DisclosedPeople, DisclosedPerson, NewStaff, Staff, StaffMember};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Create, Disclose, Import, Read, Replace};
use crate::access::permissions::resource::Organizations;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::{Aggregate, execute};
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::kinds::RecordType;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::slice::Slice;
use crate::changes::write::{Tx, Written, write};
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::bodies::NoBody;
use crate::http::csv::{self, File};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
pub mod creation;
pub mod credit_code;
pub mod directory;
mod import;
pub mod model;
pub mod staff;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Organizations),
    record: Some(RecordType::Organization),
    noun: OrganizationFields::NOUN,
    about: "The organizations of the model and their people.",
    tables: &["organizations", "organization_staff"],
    operations,
    jobs: &[],
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![
        list_organizations,
        create_organization,
        import_organizations,
        get_organization,
        list_organization_staff,
        replace_organization_staff,
        disclose_organization
    ];
    all.extend(actions());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Update, OrganizationFields, _>(
            "updateOrganization",
            "Update an organization (JSON merge patch).",
            Command::Update,
        ),
        on_record::<action::Dissolve, OrganizationFields, _>("dissolveOrganization", "Dissolve an organization.", |_: NoBody| {
            Command::Dissolve
        }),
        on_record::<action::Restore, OrganizationFields, _>(
            "restoreOrganization",
            "Restore a dissolved organization.",
            |_: NoBody| Command::Restore,
        ),
    ]
}

/// List organizations within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/organizations", params(OrganizationFilter, PageFilter),
    responses((status = 200, description = "A page of organizations, without their contacts.", body = OrganizationPage)))]
async fn list_organizations(
    scope: Scope<Read, Organizations>,
    db: Db,
    list: Listing<OrganizationFilter>,
) -> Result<Listed<OrganizationPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields, false)))
}

/// Register an organization.
#[utoipa::path(post, path = "/v1/organizations", request_body = NewOrganization,
    responses((status = 201, description = "The organization was registered.", body = Organization)))]
async fn create_organization(
    scope: Scope<Create, Organizations>,
    db: Db,
    body: Valid<NewOrganization>,
) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let record = creation::record(&scope, body.value, &mut errors);
    write(&db, &scope, &body.retry, async |tx| {
        creation::register(tx, &scope, &record, errors).await?;
        let created = Written::created("/v1/organizations", &record, &view(&scope, record.clone(), true))?;
        Ok(created.and(creation::told_of_contacts(None, &record)?.into_iter().collect()))
    })
    .await
}

/// Import organizations from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/organizations/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 行政区划代码, 组织类型, 名称, 统一社会信用代码, 地址, 联系人, 联系电话, 党组织设置, 所属党组织, 未建原因, 组建计划, 党员人数; or jurisdiction, kind, name, credit_code, address, contact_name, contact_phone, party_mode, party_organization, party_reason, party_plan, party_member_count."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_organizations(
    scope: Scope<Import, Organizations>,
    db: Db,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(file.bytes.clone(), import::COLUMNS, import::translated).await?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get an organization with its contacts.
#[utoipa::path(get, path = "/v1/organizations/{id}", responses((status = 200, description = "The organization.", body = Organization),
        (status = 304, description = "The client holds this version.")))]
async fn get_organization(
    scope: Scope<Read, Organizations>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Organization>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, true), preconditions })
}

/// List the people of an organization.
#[utoipa::path(get, path = "/v1/organizations/{id}/staff", responses((status = 200, description = "Its people; the entity tag is the organization's.", body = Staff),
        (status = 304, description = "The client holds this version.")))]
async fn list_organization_staff(
    scope: Scope<Read, Organizations>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Staff>, Problem> {
    let (version, items) = store::staff(&db, &scope, id.0).await?;
    Ok(Found { version, record: Staff { items }, preconditions })
}

/// Replace the people of an organization.
#[utoipa::path(put, path = "/v1/organizations/{id}/staff", request_body = NewStaff, responses((status = 200, description = "The organization after the change.", body = Organization)))]
async fn replace_organization_staff(
    scope: Scope<Replace, Organizations>,
    db: Db,
    target: Target,
    body: Valid<NewStaff>,
) -> Result<Reply, Problem> {
    execute::<OrganizationFields>(&db, &scope, &target, &body.retry, Command::ReplaceStaff(body.value)).await
}

/// Disclose the people of an organization in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/organizations/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "Its contacts and its people.", body = DisclosedPeople)))]
async fn disclose_organization(
    scope: Scope<Disclose, Organizations>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let (fields, staff) = store::people(tx, &scope, id.0).await?;
        let contact = |known: &model::NewContact| {
            let model::NewContact { name, phone, post } = known.clone();
            DisclosedPerson { name, phone, post }
        };
        let contacts = fields.contacts.0.iter().map(contact).collect();
        let member = |one: StaffMember| DisclosedPerson { name: one.name, phone: Some(one.phone), post: one.post };
        Ok((fields, DisclosedPeople { contacts, staff: staff.into_iter().map(member).collect() }))
    };
    disclose(&db, &scope, ("organization_disclosure", params.value.purpose), read).await
}

/// What is active goes to the successor, and what holds or held a committee.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut OrganizationFields| known.jurisdiction = way.to).await
}
