//! The only file that names the tables of rules.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use uuid::Uuid;

use super::model::{EffectiveRule, OverriddenRule, Rule, RuleDefault, RuleFilter};
use super::names::RuleName;
use super::regulations::{self, Regulation};
use crate::access::code::JurisdictionCode;
use crate::access::condition::lies_below;
use crate::access::permissions::resource::Rules;
use crate::access::scope::Authorized;
use crate::changes::record::{LockInScope, Stored};
use crate::changes::write::Tx;
use crate::db::failure::{ConstraintRule, map_constraint};
use crate::db::lock;
use crate::db::page::{self, Keyset};
use crate::db::pool::Db;
use crate::db::schema::{number_series, rule_names, rules};
use crate::http::codes;
use crate::http::problem::Problem;

/// Rules, the newest first, one more than asked for.
pub async fn list(db: &Db, _: &Authorized<Rules>, filter: RuleFilter, keyset: Keyset<Uuid>) -> Result<Vec<Rule>, Problem> {
    let mut query = rules::table.select(Rule::as_select()).order(rules::id.desc()).into_boxed();
    if let Some(jurisdiction) = filter.jurisdiction {
        query = query.filter(rules::jurisdiction.eq(jurisdiction));
    }
    if let Some(name) = filter.name {
        query = query.filter(rules::name.eq(name));
    }
    if let Some(after) = keyset.after {
        query = query.filter(rules::id.lt(after));
    }
    let query = page::first(query, keyset.limit);
    db.read(async |mut connection| query.load(&mut connection).await).await
}

pub async fn find(db: &Db, _: &Authorized<Rules>, id: Uuid) -> Result<Rule, Problem> {
    let found = rules::table.find(id).select(Rule::as_select());
    db.read(async |mut connection| found.first(&mut connection).await).await
}

/// Every rule as it holds at a place on a day.
pub async fn in_force(connection: &AsyncPgConnection, place: JurisdictionCode, on: NaiveDate) -> QueryResult<Vec<EffectiveRule>> {
    let (mut first, mut second) = (connection, connection);
    // A newer program may have named others already.
    let defaults = rule_names::table.filter(rule_names::name.eq_any(RuleName::ALL)).order(rule_names::name);
    let defaults = defaults.select(RuleDefault::as_select());
    let still = rules::voided_on.is_null().or(rules::voided_on.gt(on).assume_not_null());
    let set = rules::table.filter(rules::jurisdiction.eq_any(place.sources()).and(rules::valid_from.le(on)).and(still));
    let set = set.filter(rules::name.eq_any(RuleName::ALL)).select(Rule::as_select());
    let (defaults, set) = try_join!(defaults.load(&mut first), set.load(&mut second))?;
    Ok(defaults.into_iter().map(|default| nearest(default, &set, (place, on))).collect())
}

/// The value set nearest to the place, by an administration before a regulation, and there the latest.
fn nearest(default: RuleDefault, set: &[Rule], (place, on): (JurisdictionCode, NaiveDate)) -> EffectiveRule {
    let of_rule =
        |rule: &Rule| (rule.jurisdiction, true, rule.valid_from, (rule.value, rule.text.clone()), rule.legal_basis.clone());
    let by_law = |one: &Regulation| (one.jurisdiction, false, one.valid_from, (Some(one.value), None), one.legal_basis.clone());
    let named = set.iter().filter(|rule| rule.name == default.name).map(of_rule);
    let mut known: Vec<_> = named.chain(regulations::on(default.name, place, on).map(by_law)).collect();
    known.sort_by_key(|(at, was_set, from, ..)| (at.level(), *was_set, *from));
    let Some((jurisdiction, _, valid_from, (value, text), legal_basis)) = known.pop() else {
        return EffectiveRule {
            name: default.name,
            value: default.default_text.is_none().then_some(default.default_value),
            text: default.default_text,
            legal_basis: default.legal_basis,
            jurisdiction: None,
            valid_from: None,
            overridden: Vec::new(),
        };
    };
    let above = known.into_iter().rev().filter(|(at, ..)| *at != jurisdiction);
    let mut overridden: Vec<_> = above
        .map(|(jurisdiction, _, _, (value, text), legal_basis)| OverriddenRule { jurisdiction, value, text, legal_basis })
        .collect();
    overridden.dedup_by_key(|rule| rule.jurisdiction);
    let (jurisdiction, valid_from) = (Some(jurisdiction), Some(valid_from));
    EffectiveRule { name: default.name, value, text, legal_basis, jurisdiction, valid_from, overridden }
}

/// The value of one rule at a place on a day.
pub async fn value(tx: &Tx, name: RuleName, place: JurisdictionCode, on: NaiveDate) -> Result<i64, Problem> {
    let all = in_force(tx.connection(), place, on).await?;
    let found = all.into_iter().find(|rule| rule.name == name);
    found.and_then(|rule| rule.value).ok_or_else(|| Problem::internal(format!("no rule {}", name.as_str())))
}

/// What holds of a rule where nothing is set, and its bounds.
pub async fn default(tx: &Tx, name: RuleName) -> Result<RuleDefault, Problem> {
    Ok(rule_names::table.find(name).select(RuleDefault::as_select()).first(&mut tx.connection()).await?)
}

/// The patterns of a kind of number that other jurisdictions have set. Whoever sets one waits for the others.
pub async fn patterns_elsewhere(tx: &Tx, rule: &Rule) -> Result<Vec<String>, Problem> {
    lock::hold(tx.connection(), &format!("rules.{}", rule.name.as_str())).await?;
    let others = rules::table.filter(rules::name.eq(rule.name).and(rules::jurisdiction.ne(rule.jurisdiction)));
    let others = others.filter(rules::voided_on.is_null());
    Ok(others.select(rules::text.assume_not_null()).filter(rules::text.is_not_null()).load(&mut tx.connection()).await?)
}

/// Counts a series on. Whoever counts the same one waits until this transaction ends, and one that fails leaves no gap.
pub async fn count_on(tx: &Tx, (counter, kind): (&str, RuleName), pattern: &str, year: i32) -> Result<i64, Problem> {
    use number_series::dsl as n;
    let first = (n::jurisdiction.eq(counter), n::kind.eq(kind), n::pattern.eq(pattern), n::year.eq(year), n::latest.eq(1));
    let counted = diesel::insert_into(n::number_series).values(first);
    let counted = counted.on_conflict((n::jurisdiction, n::kind, n::pattern, n::year));
    let counted = counted.do_update().set(n::latest.eq(n::latest + 1)).returning(n::latest);
    Ok(counted.get_result(&mut tx.connection()).await?)
}

/// Goes on counting a locked series behind a number.
pub async fn count_to(
    tx: &Tx,
    (counter, kind): (&str, RuleName),
    (pattern, year): (&str, i32),
    latest: i64,
) -> Result<(), Problem> {
    use number_series::dsl as n;
    let series = n::jurisdiction.eq(counter).and(n::kind.eq(kind)).and(n::pattern.eq(pattern)).and(n::year.eq(year));
    let counted = diesel::update(n::number_series.filter(series)).set(n::latest.eq(latest));
    counted.execute(&mut tx.connection()).await?;
    Ok(())
}

pub async fn insert(tx: &Tx, rule: &Rule) -> Result<(), Problem> {
    let done = rule.insert_into(rules::table).execute(&mut tx.connection()).await;
    done.map(drop).map_err(|error| map_constraint(error, CONSTRAINTS))
}

const CONSTRAINTS: &[ConstraintRule] = &[
    ("rules_jurisdiction_exists", "/jurisdiction", &codes::UNKNOWN_JURISDICTION),
    ("rules_day_unique", "/valid_from", &codes::TAKEN),
];

impl LockInScope for Rule {
    type Resource = Rules;

    async fn lock_in_scope(tx: &Tx, scope: &Authorized<Rules>, id: Uuid) -> Result<Self, Problem> {
        let reached = lies_below(rules::jurisdiction, scope.area.subtrees());
        let found = rules::table.filter(rules::id.eq(id)).filter(reached).select(Self::as_select());
        Ok(found.for_update().first(&mut tx.connection()).await?)
    }
}

impl Stored for Rule {
    async fn save(&self, tx: &Tx) -> Result<(), Problem> {
        diesel::update(rules::table.find(self.id)).set(self).execute(&mut tx.connection()).await?;
        Ok(())
    }
}
