//! The lists of disputes.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{self, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{invited_below, lies_in, within};
use crate::access::area::AccessArea;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::condition::{Condition, condition, force_custom_plan, one_of};
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::db::page::{self, Keyset, MOST_WALKS};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::disputes;
use crate::db::tokenize::{Sought, tokenize};
use crate::http::normal_form::plain;
use crate::http::problem::Problem;
use crate::resources::disputes::filter::{CategoryCode, DisputeFilter, Sort};
use crate::resources::disputes::model::DisputeFields;
use crate::resources::disputes::search;
use crate::resources::disputes::states::Status;
use crate::resources::places::jurisdictions::store::district_codes;

/// Disputes in the wanted order, one more than asked for.
pub async fn list(
    db: &Db,
    scope: &Authorized<Disputes>,
    filter: DisputeFilter,
    keyset: Keyset,
) -> Result<Vec<DisputeFields>, Problem> {
    use disputes::dsl as d;
    let area = scope.narrowed(filter.r#in);
    let sort = filter.sort.unwrap_or(Sort::NewestUpdate);
    // What the caller reaches otherwise may lie in several subtrees, and would be told twice.
    let apart = filter.shared != Some(true) && !reaches_otherwise(scope);
    let sought = filter.q.as_deref().map(Sought::of).transpose()?;
    let walk = |area: &AccessArea, filter: &DisputeFilter| {
        let way = if apart { Way::of(area, filter, sort) } else { Way::Whole };
        let base = match way {
            Way::Whole if filter.shared == Some(true) => d::disputes.filter(shared_with(area)),
            Way::Whole => within(scope, area),
            Way::Districts(_) => d::disputes.filter(condition(sql::<Bool>("disputes.district_code = place.code"))),
            Way::InDistrict(street) => d::disputes.filter(lies_in(street)),
        };
        let mut query = base.select(without_document()).into_boxed();
        for wanted in conditions(filter.clone(), sought.as_ref(), scope, area) {
            query = query.filter(wanted);
            query = query.filter(force_custom_plan());
        }
        let places = if let Way::Districts(city) = way { Some(district_codes(city)) } else { None };
        page::Walk { first: page::first(in_order(query, sort, keyset.after), keyset.limit), places }
    };
    let trees = area.by_subtree(if apart { MOST_WALKS } else { 0 });
    // A city goes through its districts for each status.
    let in_city = trees.iter().any(|area| area.subtrees().iter().any(|tree| tree.level() == Level::City));
    let most = MOST_WALKS / trees.len();
    let filters = by_status(filter, if in_city { most.min(MOST_STATES_OF_CITY) } else { most });
    let walks = filters.iter().flat_map(|filter| trees.iter().map(|area| walk(area, filter))).collect();
    let query = page::merged(walks, sort.order());
    db.read(async |mut connection| query.load(&mut connection).await).await
}

diesel::define_sql_function! {
    /// An empty document.
    #[sql_name = "json_build_object"]
    fn empty_document() -> Json;
}

/// The columns of `DisputeFields` with an empty document in place of the real one, the longest of them, which lists leave
/// out.
#[dsl::auto_type]
fn without_document() -> _ {
    (
        disputes::id,
        disputes::number,
        disputes::jurisdiction,
        disputes::level,
        disputes::title,
        disputes::description,
        disputes::category,
        disputes::risk,
        disputes::confidential,
        disputes::estate_id,
        disputes::estate_name,
        disputes::status,
        disputes::organization_id,
        disputes::assignee,
        disputes::resolution,
        disputes::parent_id,
        disputes::card,
        disputes::due_at,
        disputes::approver,
        empty_document(),
        disputes::reported_at,
        disputes::version,
        disputes::created_at,
        disputes::updated_at,
        disputes::created_by,
        disputes::taken_steps,
        disputes::next_step_at,
    )
}

/// So many states are looked for apart in a city.
const MOST_STATES_OF_CITY: usize = 4;

/// How a walk reads its area. Since each action writes into every index there are few: what is not closed is found by
/// status in a district, and what was reported first or last in a district or street.
#[derive(Clone, Copy)]
enum Way {
    Whole,
    /// A city, district by district.
    Districts(JurisdictionCode),
    /// A street, as a part of its district.
    InDistrict(JurisdictionCode),
}

impl Way {
    fn of(area: &AccessArea, filter: &DisputeFilter, sort: Sort) -> Self {
        let of_status = matches!(filter.status.as_deref(), Some([only]) if *only != Status::Closed);
        let by_report = matches!(sort, Sort::NewestReport | Sort::OldestReport);
        match *area.subtrees() {
            [tree] if tree.level() == Level::City && (of_status || by_report) => Self::Districts(tree),
            [tree] if tree.level() == Level::Street && of_status => Self::InDistrict(tree),
            _ => Self::Whole,
        }
    }
}

/// The filter once for each status, where there are several but not too many: each reads an index in order.
fn by_status(filter: DisputeFilter, most: usize) -> Vec<DisputeFilter> {
    match &filter.status {
        Some(states) if (2..=most).contains(&states.len()) => {
            let states: BTreeSet<_> = states.iter().copied().collect();
            states.into_iter().map(|status| DisputeFilter { status: Some(vec![status]), ..filter.clone() }).collect()
        }
        _ => vec![filter],
    }
}

/// A boxed query of disputes.
type Rows<'a> = disputes::BoxedQuery<'a, diesel::pg::Pg, dsl::SqlTypeOf<without_document>>;

/// The query in the wanted order, from a position on.
fn in_order(mut query: Rows<'_>, sort: Sort, after: Option<(DateTime<Utc>, Uuid)>) -> Rows<'_> {
    use disputes::dsl as d;
    // The keyset stands as `a <= x AND (a < x OR id < y)`: the usual OR form cannot use the index.
    if let Some((at, id)) = after {
        query = match sort {
            Sort::NewestUpdate => query.filter(d::updated_at.le(at).and(d::updated_at.lt(at).or(d::id.lt(id)))),
            Sort::OldestUpdate => query.filter(d::updated_at.ge(at).and(d::updated_at.gt(at).or(d::id.gt(id)))),
            Sort::NewestReport => query.filter(d::reported_at.le(at).and(d::reported_at.lt(at).or(d::id.lt(id)))),
            Sort::OldestReport => query.filter(d::reported_at.ge(at).and(d::reported_at.gt(at).or(d::id.gt(id)))),
        };
    }
    match sort {
        Sort::NewestUpdate => query.order((d::updated_at.desc(), d::id.desc())),
        Sort::OldestUpdate => query.order((d::updated_at.asc(), d::id.asc())),
        Sort::NewestReport => query.order((d::reported_at.desc(), d::id.desc())),
        Sort::OldestReport => query.order((d::reported_at.asc(), d::id.asc())),
    }
}

/// True for a caller who reaches disputes not only by where they lie.
fn reaches_otherwise(scope: &Authorized<Disputes>) -> bool {
    scope.own().is_some() || scope.assigned().is_some() || scope.organization().is_some()
}

/// What others have invited the area's jurisdictions to.
fn shared_with(area: &AccessArea) -> Condition<disputes::table> {
    let any = area.subtrees().iter().map(|tree| invited_below(*tree)).reduce(|all, next| Box::new(all.or(next)));
    any.unwrap_or_else(|| condition(sql("FALSE")))
}

/// What the filter asks for. The caller's own records may lie anywhere, so for them `in` is a condition too.
fn conditions(
    filter: DisputeFilter,
    sought: Option<&Sought>,
    scope: &Authorized<Disputes>,
    area: &AccessArea,
) -> impl Iterator<Item = Condition<disputes::table>> {
    use disputes::dsl as d;
    let anywhere = reaches_otherwise(scope);
    let within = if anywhere { filter.r#in } else { None };
    let elsewhere = anywhere || filter.shared == Some(true);
    let place = if elsewhere { Vec::new() } else { area.subtrees().to_vec() };
    [
        within.map(|code| condition(d::jurisdiction.ge(code).and(d::jurisdiction.lt(code.end())))),
        sought.map(|sought| has_text(sought, &place)),
        filter.status.map(|states| one_of(d::status, states)),
        filter.category.map(|codes| has_category(codes, &place)),
        filter.risk.map(|risks| one_of(d::risk, risks)),
        filter.card.map(|cards| one_of(d::card, cards)),
        filter.level.map(|levels| one_of(d::level, levels)),
        filter.organization_id.map(|id| condition(d::organization_id.eq(id).assume_not_null())),
        filter.parent_id.map(|id| condition(d::parent_id.eq(id).assume_not_null())),
        filter.number.map(|number| condition(d::number.eq_any([plain(&number), plain(&number).to_uppercase()]))),
        filter.estate_name.map(|name| named(name, &place)),
        filter.due_before.map(|at| condition(d::due_at.lt(at).assume_not_null())),
        filter.reported_from.map(|at| condition(d::reported_at.ge(at))),
        filter.reported_after.map(|at| condition(d::reported_at.gt(at))),
        filter.reported_until.map(|at| condition(d::reported_at.le(at))),
        filter.reported_before.map(|at| condition(d::reported_at.lt(at))),
        filter.updated_from.map(|at| condition(d::updated_at.ge(at))),
        filter.updated_after.map(|at| condition(d::updated_at.gt(at))),
        filter.updated_until.map(|at| condition(d::updated_at.le(at))),
        filter.updated_before.map(|at| condition(d::updated_at.lt(at))),
    ]
    .into_iter()
    .flatten()
}

/// The estate of that very name, found by its words where it has some.
fn named(estate: String, place: &[JurisdictionCode]) -> Condition<disputes::table> {
    let words = tokenize([estate.as_str()]);
    let named = name_key(disputes::estate_name.assume_not_null()).eq(name_key(estate));
    if words.is_empty() { condition(named) } else { Box::new(has_words(words, place).and(named)) }
}

/// All words of a text; characters that stand alone in it anywhere.
fn has_text(sought: &Sought, place: &[JurisdictionCode]) -> Condition<disputes::table> {
    let texts = || sql::<Text>("concat_ws(' ', disputes.title, disputes.description, disputes.estate_name, disputes.resolution)");
    let has = |character: &String| condition(name_key(texts()).like(containing(character)));
    sought.lone.iter().map(has).fold(has_words(sought.words.clone(), place), |all, next| Box::new(all.and(next)))
}

/// One of the categories or what lies below it.
fn has_category(codes: Vec<CategoryCode>, place: &[JurisdictionCode]) -> Condition<disputes::table> {
    let any = codes.into_iter().map(|code| has_words(BTreeSet::from([format!("#{}", code.0)]), place));
    any.reduce(|all, next| Box::new(all.or(next))).unwrap_or_else(|| condition(sql("FALSE")))
}

/// All of the words. Where the caller reaches one district or street, that is looked for in the same index, so that
/// what lies elsewhere is never fetched.
fn has_words(mut words: BTreeSet<String>, place: &[JurisdictionCode]) -> Condition<disputes::table> {
    if words.is_empty() {
        return condition(sql("FALSE"));
    }
    if let [only] = place
        && only.level() != Level::City
    {
        words.extend(search::place_words(only).last());
    }
    condition(disputes::terms.contains(words.into_iter().map(Some).collect::<Vec<_>>()))
}

/// What a new dispute may be the same as: the same estate and category, reported within so many days, not over.
pub async fn possible_duplicates(
    db: &Db,
    scope: &Authorized<Disputes>,
    place: JurisdictionCode,
    estate_name: String,
    category: &str,
    around: (DateTime<Utc>, TimeDelta),
) -> Result<Vec<DisputeFields>, Problem> {
    use disputes::dsl as d;
    let community = place.at(Level::Community).unwrap_or(place);
    let (at, span) = around;
    let over: Vec<_> = Status::ALL.iter().copied().filter(|status| status.is_over()).collect();
    let root = category.split('.').next().unwrap_or(category);
    let query = within(scope, &scope.area.narrowed(&community))
        .filter(name_key(d::estate_name.assume_not_null()).eq(name_key(estate_name)))
        .filter(d::community_code.eq(community))
        .filter(d::terms.contains(vec![Some(format!("#{root}"))]))
        .filter(d::reported_at.between(at - span, at + span))
        .filter(d::status.ne_all(over))
        .order((d::reported_at.desc(), d::id.desc()))
        .select(DisputeFields::as_select())
        .limit(200);
    db.read(async |mut connection| query.load(&mut connection).await).await
}
