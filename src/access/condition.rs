//! Conditions with which the queries of scoped tables begin.

use diesel::BoolExpressionMethods;
use diesel::expression::array_comparison::AsInExpression;
use diesel::expression::{AsExpression, BoxableExpression};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::code::{JurisdictionCode, Level};

/// A condition of a query over the table `T`.
pub type Condition<T> = Box<dyn BoxableExpression<T, Pg, SqlType = Bool>>;

/// A condition of any kind, boxed.
pub fn condition<T, E>(condition: E) -> Condition<T>
where
    E: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    Box::new(condition)
}

/// One of the values. A single one is compared with `=`: an index is not read in order for `= ANY`.
pub fn one_of<T, C, V>(column: C, mut values: Vec<V>) -> Condition<T>
where
    C: Expression<SqlType = Text> + 'static,
    V: AsExpression<Text> + 'static,
    Vec<V>: AsInExpression<Text>,
    diesel::dsl::Eq<C, V>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
    diesel::dsl::EqAny<C, Vec<V>>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    match values.len() {
        1 => Box::new(column.eq(values.remove(0))),
        _ => Box::new(column.eq_any(values)),
    }
}

/// What lies in an area and, for members of an organization, what it has a part in.
pub fn or_involved<T: 'static>(reached: Condition<T>, involved: Option<Condition<T>>) -> Condition<T> {
    match involved {
        Some(involved) => Box::new(reached.or(involved)),
        None => reached,
    }
}

/// What is published to those below: it is read where it stands and, once it is published, there. Drafts are only for
/// those of the area to whom they are told.
pub fn published_below<T: 'static>(
    drafts: Condition<T>,
    published: Condition<T>,
    reached: Condition<T>,
    above: Condition<T>,
) -> Condition<T> {
    Box::new(drafts.or(published.and(reached.or(above))))
}

/// Always true. A statement that holds it is not kept prepared: a plan for any value of an optional filter
/// would be a bad one for most.
pub fn force_custom_plan<T: 'static>() -> Condition<T> {
    Box::new(diesel::dsl::sql::<Bool>("TRUE"))
}

/// The code of the jurisdiction that works on a record, as the indexes spell it: its place cut to its level.
pub const HANDLER: &str =
    "left(jurisdiction, CASE level WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END)";

/// The condition that a code lies in one of the subtrees, for small tables that are not scoped by columns of their own.
pub fn lies_below<T: 'static>(column: impl CityColumn<T>, subtrees: &[JurisdictionCode]) -> Condition<T> {
    let all = subtrees.iter().map(|tree| column.lies_in(*tree)).reduce(|all, next| Box::new(all.or(next)));
    all.unwrap_or_else(|| Box::new(diesel::dsl::sql::<Bool>("FALSE")))
}

/// The columns by which a table is scoped: the record's code cut to each level.
pub struct ScopeColumns<City, District, Street, Community, Exact> {
    pub city: City,
    pub district: District,
    pub street: Street,
    pub community: Community,
    pub exact: Exact,
}

/// The scope columns of a table, which are named alike everywhere: `scope_columns!(disputes)`.
macro_rules! scope_columns {
    ($table:ident) => {
        $crate::access::condition::ScopeColumns {
            city: $table::city_code,
            district: $table::district_code,
            street: $table::street_code,
            community: $table::community_code,
            exact: $table::jurisdiction,
        }
    };
}
pub(crate) use scope_columns;

impl<City, District, Street, Community, Exact> ScopeColumns<City, District, Street, Community, Exact>
where
    City: Expression<SqlType = Text>,
{
    /// The condition that a record lies in one of the subtrees. With no subtree, nothing does.
    pub fn within<T>(&self, subtrees: &[JurisdictionCode]) -> Condition<T>
    where
        T: 'static,
        City: CityColumn<T>,
        District: ScopeColumn<T>,
        Street: ScopeColumn<T>,
        Community: ScopeColumn<T>,
        Exact: ScopeColumn<T>,
    {
        let one = |code: &JurisdictionCode| match code.level() {
            Level::Province => self.city.lies_in(*code),
            Level::City => self.city.is(*code),
            Level::District => self.district.is(*code),
            Level::Street => self.street.is(*code),
            Level::Community => self.community.is(*code),
            // By the index of its community, where it lies in one.
            Level::Grid => match code.at(Level::Community) {
                Some(community) => Box::new(self.exact.is(*code).and(self.community.is(community))),
                None => self.exact.is(*code),
            },
        };
        subtrees
            .iter()
            .map(one)
            .reduce(|all, next| Box::new(all.or(next)))
            .unwrap_or_else(|| Box::new(diesel::dsl::sql::<Bool>("FALSE")))
    }
}

/// A text column of the table `T` that can be compared with a code.
pub trait ScopeColumn<T> {
    fn is(&self, code: JurisdictionCode) -> Condition<T>;
}

/// The column of the table `T` that holds the codes of cities.
pub trait CityColumn<T>: ScopeColumn<T> {
    fn lies_in(&self, tree: JurisdictionCode) -> Condition<T>;
}

impl<T, C> ScopeColumn<T> for C
where
    C: Column<SqlType = Text> + Copy + 'static,
    diesel::dsl::Eq<C, JurisdictionCode>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    fn is(&self, code: JurisdictionCode) -> Condition<T> {
        Box::new((*self).eq(code))
    }
}

impl<T, C> CityColumn<T> for C
where
    T: 'static,
    C: Column<SqlType = Text> + Copy + ScopeColumn<T> + 'static,
    diesel::dsl::GtEq<C, JurisdictionCode>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
    diesel::dsl::Lt<C, String>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    fn lies_in(&self, tree: JurisdictionCode) -> Condition<T> {
        let from: Condition<T> = Box::new((*self).ge(tree));
        let before: Condition<T> = Box::new((*self).lt(tree.end()));
        Box::new(from.and(before))
    }
}
