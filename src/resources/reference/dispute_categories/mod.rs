//! `/v1/dispute-categories`: what disputes are about, readable by everybody with a token.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::model::{
    CategoryPlace, DisputeCategory, DisputeCategoryFilter, DisputeCategoryPage, EffectiveCategoryList, NewDisputeCategory,
};
use crate::access::code::Level;
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::DisputeCategories;
use crate::access::permissions::{Resource, action};
use crate::access::scope::{Authorized, Scope};
use crate::changes::command::command as on_record;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::id_or_new;
use crate::changes::relocation::Relocation;
use crate::changes::reply::Reply;
use crate::changes::slice::Slice;
use crate::changes::write::{Written, write};
use crate::db::json_value::JsonValue;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::codes;
use crate::http::etag::Preconditions;
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::{FieldError, Problem};
use crate::http::query::{PageFilter, Params};

mod command;
pub mod effective;
pub mod model;
mod sources;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::DisputeCategories),
    record: Some(RecordType::DisputeCategory),
    noun: DisputeCategory::NOUN,
    about: "What disputes are about, readable by everybody with a token.",
    tables: &["dispute_categories"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it held there and tells what held"),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_dispute_categories, create_dispute_category, resolve_dispute_categories, get_dispute_category];
    all.push(on_record::<action::Void, DisputeCategory, _>(
        "voidDisputeCategory",
        "Void what was set for a category by mistake.",
        Command::Void,
    ));
    all
}

/// List the categories that administrations have set, the newest first.
#[utoipa::path(get, path = "/v1/dispute-categories", params(DisputeCategoryFilter, PageFilter),
    responses((status = 200, description = "A page of settings.", body = DisputeCategoryPage)))]
async fn list_dispute_categories(
    scope: Scope<Read, DisputeCategories>,
    db: Db,
    list: Listing<DisputeCategoryFilter, Uuid>,
) -> Result<Listed<DisputeCategoryPage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.id, |record| record))
}

/// Create a category for a jurisdiction and what lies below it: a new one, or what differs there.
#[utoipa::path(post, path = "/v1/dispute-categories", request_body = NewDisputeCategory,
    responses((status = 201, description = "The category was set.", body = DisputeCategory)))]
async fn create_dispute_category(
    scope: Scope<Create, DisputeCategories>,
    db: Db,
    body: Valid<NewDisputeCategory>,
) -> Result<Reply, Problem> {
    let mut errors = Vec::new();
    let record = record(&scope, body.value, &mut errors);
    write(&db, &scope, &body.retry, async |tx| {
        let known = effective::in_force(&store::set_for(tx.connection(), record.jurisdiction).await?, record.valid_from);
        let is_known = |code: &str| known.iter().any(|category| category.code == code);
        if effective::parent(&record.code).is_some_and(|above| !is_known(above)) {
            errors.push(FieldError::at("/code", &codes::NO_PARENT));
        }
        if record.title.is_none() && !is_known(&record.code) {
            errors.push(FieldError::at("/title", &codes::REQUIRED));
        }
        Problem::fail_if_any(errors)?;
        store::insert(tx, &record).await?;
        Written::created("/v1/dispute-categories", &record, &record)
    })
    .await
}

fn record(scope: &Authorized<DisputeCategories>, new: NewDisputeCategory, errors: &mut Vec<FieldError>) -> DisputeCategory {
    if !scope.area.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    errors.extend(FieldError::before("/valid_from", new.valid_from, Some(scope.today())));
    if new.first_level.is_some_and(|level| matches!(level, Level::Province | Level::Grid)) {
        let levels = vec!["city", "district", "street", "community"];
        errors.push(FieldError::at("/first_level", &codes::WRONG_LEVEL).with("levels", levels));
    }
    DisputeCategory {
        id: id_or_new(new.id, errors),
        jurisdiction: new.jurisdiction,
        code: new.code,
        title: new.title,
        active: new.active,
        matter: new.matter,
        first_level: new.first_level,
        risk: new.risk,
        required_fields: new.required_fields.map(JsonValue),
        accept_days: new.accept_days,
        first_contact_days: new.first_contact_days,
        resolve_days: new.resolve_days,
        extension_days: new.extension_days,
        legal_basis: new.legal_basis,
        valid_from: new.valid_from,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    }
}

/// Get what an administration has set for a category.
#[utoipa::path(get, path = "/v1/dispute-categories/{id}", responses((status = 200, description = "The setting.", body = DisputeCategory),
        (status = 304, description = "The client holds this version.")))]
async fn get_dispute_category(
    scope: Scope<Read, DisputeCategories>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<DisputeCategory>, Problem> {
    let record = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: record.version, record, preconditions })
}

/// Get the categories in effect at a place on a day: the tree from which a dispute's category is chosen.
#[utoipa::path(get, path = "/v1/dispute-categories/resolve", params(CategoryPlace),
    responses((status = 200, description = "Every category, each after the one above it.", body = EffectiveCategoryList)))]
async fn resolve_dispute_categories(
    scope: Scope<Read, DisputeCategories>,
    db: Db,
    params: Params<CategoryPlace>,
) -> Result<Json<EffectiveCategoryList>, Problem> {
    let on = params.value.as_of.unwrap_or_else(|| scope.today());
    let set = db.read(async |connection| store::set_for(connection, params.value.jurisdiction).await).await?;
    Ok(Json(EffectiveCategoryList { items: effective::in_force(&set, on) }))
}
