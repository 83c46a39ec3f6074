//! The only file that names the `policies` table; every query begins with `within` or `readable`.

use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{Citation, PolicyFields, PolicyFilter, PolicyStatus};
use crate::access::area::AccessArea;
use crate::access::code::JurisdictionCode;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, published_below, scope_columns};
use crate::access::permissions::resource::Policies;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::relocation::{Move, next_to_move};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::page::{Keyset, newest_first};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::policies;
use crate::db::tokenize::{Sought, tokenize};
use crate::http::codes;
use crate::http::problem::Problem;

type Base = dsl::Filter<policies::table, Condition<policies::table>>;

/// The policies of an area.
fn within(area: &AccessArea) -> Base {
    policies::table.filter(scope_columns!(policies).within(area.subtrees()))
}

/// The policies that can be read: those of the area, and what was published above it. Drafts are for those who
/// edit them and those above.
fn readable(scope: &Authorized<Policies>) -> Base {
    use policies::dsl as p;
    let published = condition(p::status.ne(PolicyStatus::Draft));
    let drafts = scope_columns!(policies).within(scope.drafts());
    let reached = scope_columns!(policies).within(scope.area.subtrees());
    let above = condition(p::jurisdiction.eq_any(scope.area.above()));
    p::policies.filter(published_below(drafts, published, reached, above))
}

/// What holds on a day.
fn holds_on(day: NaiveDate) -> Condition<policies::table> {
    use policies::dsl as p;
    let still = p::valid_until.is_null().or(p::valid_until.gt(day).assume_not_null());
    condition(p::valid_from.le(day).assume_not_null().and(still))
}

/// All of the words.
fn has_text(text: &str) -> Result<Condition<policies::table>, Problem> {
    let Sought { words, lone } = Sought::of(text)?;
    let words = condition(policies::terms.contains(words.into_iter().map(Some).collect::<Vec<_>>()));
    let texts =
        || dsl::sql::<Text>("concat_ws(' ', policies.title, policies.issuer, policies.document_number, policies.articles)");
    let has = |character: String| condition(name_key(texts()).like(containing(&character)));
    Ok(lone.into_iter().map(has).fold(words, |all, next| Box::new(all.and(next))))
}

pub async fn find(db: &Db, scope: &Authorized<Policies>, id: Uuid) -> Result<PolicyFields, Problem> {
    let found = readable(scope).filter(policies::id.eq(id)).select(PolicyFields::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Policies, the latest change first, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Policies>,
    filter: PolicyFilter,
    keyset: Keyset,
) -> Result<Vec<PolicyFields>, Problem> {
    use policies::dsl as p;
    let mut query = readable(scope).select(PolicyFields::as_select()).into_boxed();
    let within = filter.r#in.map(|code| scope_columns!(policies).within(scope.area.narrowed(&code).subtrees()));
    let wanted = [
        within,
        filter.q.map(|text| has_text(&text)).transpose()?,
        filter.kind.map(|kinds| one_of(p::kind, kinds)),
        filter.status.map(|states| one_of(p::status, states)),
        filter.first_id.map(|id| condition(p::first_id.eq(id))),
        filter.as_of.map(holds_on),
    ];
    for wanted in wanted.into_iter().flatten() {
        query = query.filter(wanted).filter(force_custom_plan());
    }
    let query = newest_first!(query, policies, keyset);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

/// A policy of the scope, locked.
pub async fn named(tx: &Tx, scope: &Authorized<Policies>, id: Uuid) -> Result<Option<PolicyFields>, Problem> {
    let found = within(&scope.area).filter(policies::id.eq(id)).select(PolicyFields::as_select());
    Ok(found.for_update().first(&mut tx.connection()).await.optional()?)
}

/// The policies that a record in `place` can cite, of those that it names: versions that were published there or above,
/// be they in force or not any more.
pub async fn cited(tx: &Tx, place: JurisdictionCode, citations: &[Citation]) -> Result<Vec<PolicyFields>, Problem> {
    if citations.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = citations.iter().map(|one| one.policy_id).collect();
    let published = policies::status.ne(PolicyStatus::Draft).and(policies::jurisdiction.eq_any(place.sources()));
    let found = policies::table.filter(policies::id.eq_any(ids).and(published));
    Ok(found.select(PolicyFields::as_select()).load(&mut tx.connection()).await?)
}

/// The words by which a policy is found.
fn terms(policy: &PolicyFields) -> Vec<Option<String>> {
    let articles = policy.articles.0.iter().flat_map(|article| [article.number.as_str(), article.text.as_str()]);
    let texts = [policy.title.as_str(), policy.issuer.as_str()].into_iter().chain(policy.document_number.as_deref());
    tokenize(texts.chain(articles)).into_iter().map(Some).collect()
}

pub async fn insert(tx: &Tx, new: &PolicyFields) -> Result<(), Problem> {
    let row = (new, policies::terms.eq(terms(new)));
    let done = diesel::insert_into(policies::table).values(row).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("policies_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("policies_version_in_force", "/valid_from", &codes::PERIOD_TAKEN),
];

impl LockInScope for PolicyFields {
    type Resource = Policies;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Policies>, id: Uuid) -> Result<Self, Problem> {
        named(tx, scope, id).await?.ok_or_else(|| Problem::new(&codes::NOT_FOUND))
    }
}

impl Stored for PolicyFields {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        let row = (self, policies::terms.eq(terms(self)));
        let done = diesel::update(policies::table.find(self.id)).set(row).execute(&mut tx.connection()).await;
        done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
    }
}

/// What a jurisdiction has drafted or published and still holds, the next of it, locked.
pub async fn to_move(tx: &Tx, way: &Move<'_>) -> Result<Vec<PolicyFields>, Problem> {
    let open = policies::status.eq_any([PolicyStatus::Draft, PolicyStatus::Published]);
    let found = policies::table.filter(policies::jurisdiction.eq(way.from).and(open)).select(PolicyFields::as_select());
    Ok(next_to_move!(found, policies, way).load(&mut tx.connection()).await?)
}
