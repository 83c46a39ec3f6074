//! `/v1/rules`: what administrations set for their area, readable by everybody with a token.

use actix_web::web::Json;
use uuid::Uuid;

use self::command::Command;
use self::model::{EffectiveRuleList, NewRule, Rule, RuleFilter, RulePage, RulePlace};
use crate::access::permissions::action::{Create, Read};
use crate::access::permissions::resource::Rules;
use crate::access::permissions::{Resource, action};
use crate::access::scope::Scope;
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
use crate::resources::reference::policies::creation::citation_faults;
use crate::resources::reference::policies::store as policies;

mod command;
mod creation;
pub mod model;
pub mod names;
pub mod numbering;
pub mod place;
mod regulations;
pub mod store;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Rules),
    record: Some(RecordType::Rule),
    noun: Rule::NOUN,
    about: "What administrations set for their area, readable by everybody with a token.",
    tables: &["rules", "rule_names", "number_series"],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it held there and tells what held"),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_rules, create_rule, resolve_rules, get_rule];
    all.push(on_record::<action::Void, Rule, _>("voidRule", "Void a rule that was set by mistake.", Command::Void));
    all
}

/// List rules, the newest first.
#[utoipa::path(get, path = "/v1/rules", params(RuleFilter, PageFilter),
    responses((status = 200, description = "A page of rules.", body = RulePage)))]
async fn list_rules(scope: Scope<Read, Rules>, db: Db, list: Listing<RuleFilter, Uuid>) -> Result<Listed<RulePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| last.id, |record| record))
}

/// Create a rule for a jurisdiction and what lies below it.
#[utoipa::path(post, path = "/v1/rules", request_body = NewRule,
    responses((status = 201, description = "The rule was set.", body = Rule)))]
async fn create_rule(scope: Scope<Create, Rules>, db: Db, body: Valid<NewRule>) -> Result<Reply, Problem> {
    let new = body.value;
    let mut errors = Vec::new();
    let rule = Rule {
        id: id_or_new(new.id, &mut errors),
        jurisdiction: new.jurisdiction,
        name: new.name,
        value: new.value,
        text: new.text,
        legal_basis: new.legal_basis,
        citations: JsonValue(new.citations),
        valid_from: new.valid_from,
        voided_on: None,
        void_reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    };
    if !scope.area.covers(&rule.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    errors.extend(FieldError::before("/valid_from", rule.valid_from, Some(scope.today())));
    write(&db, &scope, &body.retry, async |tx| {
        let bounds = store::default(tx, rule.name).await?;
        let elsewhere = if rule.text.is_some() { store::patterns_elsewhere(tx, &rule).await? } else { Vec::new() };
        errors.extend(creation::faults(&rule, &bounds, &elsewhere));
        let citable = policies::cited(tx, rule.jurisdiction, &rule.citations.0).await?;
        errors.extend(citation_faults(&citable, &rule.citations.0));
        Problem::fail_if_any(errors)?;
        store::insert(tx, &rule).await?;
        Written::created("/v1/rules", &rule, &rule)
    })
    .await
}

/// Get a rule.
#[utoipa::path(get, path = "/v1/rules/{id}", responses((status = 200, description = "The rule.", body = Rule),
        (status = 304, description = "The client holds this version.")))]
async fn get_rule(scope: Scope<Read, Rules>, db: Db, id: Id<Uuid>, preconditions: Preconditions) -> Result<Found<Rule>, Problem> {
    let record = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: record.version, record, preconditions })
}

/// Get the rules in effect at a place on a day.
#[utoipa::path(get, path = "/v1/rules/resolve", params(RulePlace),
    responses((status = 200, description = "Every rule with its value there.", body = EffectiveRuleList)))]
async fn resolve_rules(scope: Scope<Read, Rules>, db: Db, params: Params<RulePlace>) -> Result<Json<EffectiveRuleList>, Problem> {
    let on = params.value.as_of.unwrap_or_else(|| scope.today());
    let items = db.read(async |connection| store::in_force(connection, params.value.jurisdiction, on).await).await?;
    Ok(Json(EffectiveRuleList { items }))
}
