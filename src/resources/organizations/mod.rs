//! `/v1/organizations`: the organizations of the model and their people.

use actix_web::web::Data;
use uuid::Uuid;

use self::model::{
    DisclosedPeople, DisclosedPerson, NewOrganization, NewStaff, Organization, OrganizationFields, OrganizationFilter,
    OrganizationPage, OrganizationPatch, Staff,
};
use self::rules::view;
use crate::access::policy::action::{Create, Disclose, Dissolve, Import, Read, Replace, Restore, Update};
use crate::access::policy::resource::Organizations;
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::disclosure::disclose;
use crate::changes::import::{self as changes, ImportParams, ImportReport};
use crate::changes::record::act;
use crate::changes::reply::{Reply, Unversioned};
use crate::changes::write::{Change, Record, Tx, write};
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::csv::{self, File};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::{NoBody, Valid};
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;

pub mod credit_code;
mod import;
pub mod model;
pub mod rules;
pub mod store;

pub fn operations() -> Vec<Operation> {
    operations![
        list_organizations,
        create_organization,
        import_organizations,
        get_organization,
        update_organization,
        dissolve_organization,
        restore_organization,
        list_organization_staff,
        replace_organization_staff,
        disclose_organization,
    ]
}

/// List organizations within the caller's jurisdiction.
#[utoipa::path(get, path = "/v1/organizations", params(OrganizationFilter),
    responses((status = 200, description = "A page of organizations, without their contacts.", body = OrganizationPage)))]
async fn list_organizations(
    scope: Scope<Read, Organizations>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<OrganizationFilter>,
) -> Result<Listed<OrganizationPage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    let items = rows.into_iter().map(|fields| view(&scope, fields, false)).collect();
    Ok(Listed(OrganizationPage { items, next_cursor }))
}

/// Register an organization.
#[utoipa::path(post, path = "/v1/organizations", request_body = NewOrganization,
    responses((status = 201, description = "The organization was registered.", body = Organization)))]
async fn create_organization(
    scope: Scope<Create, Organizations>,
    db: Data<Db>,
    body: Valid<NewOrganization>,
) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let record = rules::record(&scope, body.value, &mut errors);
    write(&db, &scope, &body.retry, async |tx| {
        rules::register(tx, &scope, &record, errors).await?;
        let created = Change::created("/v1/organizations", &record, &view(&scope, record.clone(), true))?;
        Ok(created.and(rules::told_of_contacts(None, &record)?))
    })
    .await
}

/// Import organizations from a spreadsheet (CSV in UTF-8 or GBK, at most 5,000 lines).
#[utoipa::path(post, path = "/v1/organizations/import", params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "Columns: 行政区划代码, 组织类型, 名称, 统一社会信用代码, 地址, 联系人, 联系电话, 党组织设置, 所属党组织, 未建原因, 组建计划, 党员人数; or jurisdiction, kind, name, credit_code, address, contact_name, contact_phone, party_mode, party_organization, party_reason, party_plan, party_member_count."),
    responses((status = 200, description = "What was done, line by line.", body = ImportReport)))]
async fn import_organizations(
    scope: Scope<Import, Organizations>,
    db: Data<Db>,
    params: Params<ImportParams>,
    file: File,
) -> Result<Unversioned, Problem> {
    let sheet = csv::read(&file.bytes, import::COLUMNS, import::translated)?;
    changes::import(&db, &scope, params.value, &file, sheet, async |tx: &_, line| import::store_line(tx, &scope, line).await)
        .await
}

/// Get an organization with its contacts.
#[utoipa::path(get, path = "/v1/organizations/{id}", params(("id" = Uuid, Path, description = "Id of the organization.")),
    responses((status = 200, description = "The organization.", body = Organization),
        (status = 304, description = "The client holds this version.")))]
async fn get_organization(
    scope: Scope<Read, Organizations>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Organization>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields, true), preconditions })
}

/// Change an organization (JSON merge patch).
#[utoipa::path(patch, path = "/v1/organizations/{id}", params(("id" = Uuid, Path, description = "Id of the organization.")),
    request_body = OrganizationPatch, responses((status = 200, description = "The changed organization.", body = Organization)))]
async fn update_organization(
    scope: Scope<Update, Organizations>,
    db: Data<Db>,
    target: Target,
    body: Valid<OrganizationPatch>,
) -> Result<Reply, Problem> {
    let change = async |tx: &_, after: &mut OrganizationFields| {
        let before = after.clone();
        body.value.apply(after);
        rules::check_change(tx, &scope, &before, after).await?;
        rules::told_of_contacts(Some(&before), after)
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// Record that an organization was dissolved.
#[utoipa::path(post, path = "/v1/organizations/{id}/dissolve", params(("id" = Uuid, Path, description = "Id of the organization.")),
    request_body = NoBody, responses((status = 200, description = "The organization after the action.", body = Organization)))]
async fn dissolve_organization(
    scope: Scope<Dissolve, Organizations>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |tx: &_, after: &mut OrganizationFields| {
        let ties = store::ties(tx, after.id, scope.today()).await?;
        if ties.is_empty() {
            return Ok(Vec::new());
        }
        let error = FieldError::at("", &codes::DEPENDED_ON).with("kinds", ties);
        Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]))
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// Take back that an organization was dissolved.
#[utoipa::path(post, path = "/v1/organizations/{id}/restore", params(("id" = Uuid, Path, description = "Id of the organization.")),
    request_body = NoBody, responses((status = 200, description = "The organization after the action.", body = Organization)))]
async fn restore_organization(
    scope: Scope<Restore, Organizations>,
    db: Data<Db>,
    target: Target,
    body: Valid<NoBody>,
) -> Result<Reply, Problem> {
    let change = async |_: &_, _: &mut OrganizationFields| Ok(Vec::new());
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// List the people of an organization.
#[utoipa::path(get, path = "/v1/organizations/{id}/staff", params(("id" = Uuid, Path, description = "Id of the organization.")),
    responses((status = 200, description = "Its people; the entity tag is the organization's.", body = Staff),
        (status = 304, description = "The client holds this version.")))]
async fn list_organization_staff(
    scope: Scope<Read, Organizations>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Staff>, Problem> {
    let (version, items) = store::staff(&db, &scope, id.0).await?;
    Ok(Found { version, record: Staff { items }, preconditions })
}

/// Put a list of people in the place of those registered.
#[utoipa::path(put, path = "/v1/organizations/{id}/staff", params(("id" = Uuid, Path, description = "Id of the organization.")),
    request_body = NewStaff, responses((status = 200, description = "The organization after the change.", body = Organization)))]
async fn replace_organization_staff(
    scope: Scope<Replace, Organizations>,
    db: Data<Db>,
    target: Target,
    body: Valid<NewStaff>,
) -> Result<Reply, Problem> {
    let change = async |tx: &_, after: &mut OrganizationFields| {
        let (old, new) = store::replace_staff(tx, &scope, after.id, &body.value.items).await?;
        Ok(vec![Record::part(after, "organization_staff", Some(&old), &new)?])
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after, true))).await
}

/// Read the people of an organization in full. The audit keeps who read them and what for.
#[utoipa::path(get, path = "/v1/organizations/{id}/disclosure",
    params(("id" = Uuid, Path, description = "Id of the organization."), DisclosureParams),
    responses((status = 200, description = "Its contacts and its people.", body = DisclosedPeople)))]
async fn disclose_organization(
    scope: Scope<Disclose, Organizations>,
    db: Data<Db>,
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
        let member = |one: model::StaffMember| DisclosedPerson { name: one.name, phone: Some(one.phone), post: one.post };
        Ok((fields, DisclosedPeople { contacts, staff: staff.into_iter().map(member).collect() }))
    };
    disclose(&db, &scope, ("organization_disclosure", params.value.purpose), read).await
}
