//! `Scope<Action, Resource>`: the first argument of every handler and the proof that the policy was
//! asked. Stores take it and begin every query with what it reaches.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::BoolExpressionMethods;
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use uuid::Uuid;

use super::actor::{Actor, Grant, Role, app_scope};
use super::code::{JurisdictionCode, Level};
use super::policy::{Action, ActionTag, Reach, Resource, ResourceTag, reach};
use crate::calendar::{Clock, civil_date};
use crate::http::codes;
use crate::http::operation::{Guard, Permission};
use crate::http::problem::{Context, FieldError, Problem};

/// What a caller reaches: subtrees, own records, or everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    everywhere: bool,
    own: bool,
    involved: bool,
    /// Where the caller reaches what was given to them.
    assigned: Vec<JurisdictionCode>,
    subtrees: Vec<JurisdictionCode>,
}

impl Extent {
    /// What grants reach with an action on a resource; `None` when nothing at all.
    pub fn of<'a>(grants: impl IntoIterator<Item = &'a Grant>, action: Action, resource: Resource) -> Option<Self> {
        let mut extent = Self::default();
        for grant in grants {
            match reach(grant.role, action, resource) {
                Reach::Nothing => {}
                Reach::Own => extent.own = true,
                Reach::Assigned => extent.assigned.push(grant.jurisdiction),
                Reach::Involved => extent.involved = true,
                Reach::Subtree => extent.add(grant.jurisdiction),
                Reach::Everywhere => extent.everywhere = true,
            }
        }
        (extent != Self::default()).then_some(extent)
    }

    fn add(&mut self, code: JurisdictionCode) {
        if !self.subtrees.iter().any(|known| known.contains(&code)) {
            self.subtrees.retain(|known| !code.contains(known));
            self.subtrees.push(code);
        }
    }

    /// True when a record in this jurisdiction lies in a subtree of the extent.
    pub fn covers(&self, code: &JurisdictionCode) -> bool {
        self.everywhere || self.subtrees.iter().any(|tree| tree.contains(code))
    }

    /// The part of the extent within a jurisdiction; the caller's own records, those of their organization and those
    /// given to them stay.
    pub fn narrowed(&self, within: &JurisdictionCode) -> Self {
        let mut narrowed = Self { everywhere: false, subtrees: Vec::new(), ..self.clone() };
        if self.covers(within) {
            narrowed.subtrees.push(*within);
        } else {
            narrowed.subtrees = self.subtrees.iter().filter(|tree| within.contains(tree)).copied().collect();
        }
        narrowed
    }

    pub fn subtrees(&self) -> &[JurisdictionCode] {
        &self.subtrees
    }

    /// True where a list shows the caller's own records: beside those of a jurisdiction they would keep its index from
    /// being read in order.
    pub fn lists_own(&self) -> bool {
        self.subtrees.is_empty()
    }

    /// What lies above the subtrees: from there things are published to those below.
    pub fn above(&self) -> Vec<JurisdictionCode> {
        self.subtrees.iter().flat_map(|tree| tree.path().into_iter().skip(1)).collect()
    }
}

/// A condition of a query over the table `T`.
pub type Condition<T> = Box<dyn BoxableExpression<T, Pg, SqlType = Bool>>;

/// A condition of any kind, boxed.
pub fn condition<T, E>(condition: E) -> Condition<T>
where
    E: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    Box::new(condition)
}

/// What is published to those below: it is read where it stands and, once it is published, there. Drafts are only for
/// those of the extent to whom they are told.
pub fn published_below<T: 'static>(
    drafts_told: bool,
    published: Condition<T>,
    reached: Condition<T>,
    above: Condition<T>,
) -> Condition<T> {
    match drafts_told {
        true => Box::new(reached.or(published.and(above))),
        false => Box::new(published.and(reached.or(above))),
    }
}

/// Always true. A statement that holds it is not kept prepared: a plan for any value of an optional filter
/// would be a bad one for most.
pub fn planned_anew<T: 'static>() -> Condition<T> {
    Box::new(diesel::dsl::sql::<Bool>("TRUE"))
}

/// The code of the jurisdiction that works on a record, as the indexes spell it: its place cut to its level.
pub const HANDLER: &str =
    "left(jurisdiction, CASE level WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END)";

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
        $crate::access::scope::ScopeColumns {
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
        City: ScopeColumn<T>,
        District: ScopeColumn<T>,
        Street: ScopeColumn<T>,
        Community: ScopeColumn<T>,
        Exact: ScopeColumn<T>,
    {
        let one = |code: &JurisdictionCode| match code.level() {
            Level::City => self.city.is(*code),
            Level::District => self.district.is(*code),
            Level::Street => self.street.is(*code),
            Level::Community => self.community.is(*code),
            Level::Grid => self.exact.is(*code),
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

impl<T, C> ScopeColumn<T> for C
where
    C: Column<SqlType = Text> + Copy + 'static,
    diesel::dsl::Eq<C, JurisdictionCode>: BoxableExpression<T, Pg, SqlType = Bool> + 'static,
{
    fn is(&self, code: JurisdictionCode) -> Condition<T> {
        Box::new((*self).eq(code))
    }
}

/// The proof that the caller may do `A` to `R`, and how far.
pub struct Scope<A, R> {
    pub actor: Arc<Actor>,
    pub extent: Extent,
    pub request_id: Uuid,
    pub now: DateTime<Utc>,
    marks: PhantomData<fn() -> (A, R)>,
}

impl<A: ActionTag, R: ResourceTag> Scope<A, R> {
    /// Asks the policy. The only way to a `Scope`.
    pub fn new(actor: Arc<Actor>, request_id: Uuid, now: DateTime<Utc>) -> Result<Self, Problem> {
        let right = actor.right(A::VALUE, R::VALUE);
        if !right.app_may {
            let (noun, verb) = app_scope(A::VALUE, R::VALUE);
            return Err(Problem::new(&codes::INSUFFICIENT_SCOPE).member("required_scope", format!("{noun}:{verb}")));
        }
        let extent = right.extent.clone().ok_or_else(|| Problem::new(&codes::FORBIDDEN))?;
        Ok(Self { actor, extent, request_id, now, marks: PhantomData })
    }

    /// For what the service does by itself, such as at a deadline.
    pub fn of_service(now: DateTime<Utc>) -> Self {
        let extent = Extent { everywhere: true, ..Extent::default() };
        Self { actor: Arc::new(Actor::service()), extent, request_id: Uuid::now_v7(), now, marks: PhantomData }
    }

    pub fn action(&self) -> Action {
        A::VALUE
    }

    pub fn resource(&self) -> Resource {
        R::VALUE
    }

    /// The role in which the caller acts on a record in this jurisdiction.
    pub fn acting_role(&self, code: &JurisdictionCode) -> &'static str {
        let acts = |grant: &&Grant| reach(grant.role, A::VALUE, R::VALUE) != Reach::Nothing;
        let nearest = |grant: &&Grant| acts(grant) && grant.jurisdiction.contains(code);
        let grants = &self.actor.grants;
        let grant = grants.iter().find(nearest).or_else(|| grants.iter().find(acts));
        grant.map_or("service", |grant| grant.role.as_str())
    }

    /// The highest level from which the caller reaches a record in this jurisdiction with an action; none where they
    /// reach it only because it is their own.
    pub fn standing(&self, action: Action, code: &JurisdictionCode) -> Option<Level> {
        self.standings(action, code).min()
    }

    /// Every level from which the caller reaches a record in this jurisdiction with an action.
    pub fn standings(&self, action: Action, code: &JurisdictionCode) -> impl Iterator<Item = Level> {
        let reaching = move |grant: &&Grant| match reach(grant.role, action, R::VALUE) {
            Reach::Subtree => grant.jurisdiction.contains(code),
            Reach::Everywhere => true,
            Reach::Nothing | Reach::Own | Reach::Assigned | Reach::Involved => false,
        };
        self.actor.grants.iter().filter(reaching).map(|grant| grant.jurisdiction.level())
    }

    fn extent_of(&self, action: Action) -> Option<&Extent> {
        let right = self.actor.right(action, R::VALUE);
        right.extent.as_ref().filter(|_| right.app_may)
    }

    /// True when the caller reads records because they are their own.
    pub fn reads_own(&self) -> bool {
        self.extent_of(Action::Read).is_some_and(|extent| extent.own)
    }

    /// True when the caller may do another action to some records at least.
    pub fn may_at_all(&self, action: Action) -> bool {
        self.extent_of(action).is_some()
    }

    /// True when the caller may still read a record that they have written to.
    pub fn may_still_read(&self, code: &JurisdictionCode) -> bool {
        let extent = self.actor.right(Action::Read, R::VALUE).extent.as_ref();
        extent.is_some_and(|extent| extent.own || extent.involved || !extent.assigned.is_empty() || extent.covers(code))
    }

    /// True when the caller may also do another action to the same record.
    pub fn may(&self, action: Action, code: &JurisdictionCode, owner: Option<&str>, assignee: Option<&str>) -> bool {
        let is_caller = |person: Option<&str>| person == Some(self.actor.caller.as_str());
        self.extent_of(action).is_some_and(|extent| {
            let assigned = is_caller(assignee) && extent.assigned.iter().any(|tree| tree.contains(code));
            extent.covers(code) || extent.own && is_caller(owner) || assigned
        })
    }
}

impl<A, R> Scope<A, R> {
    /// The extent, cut to a jurisdiction when one is asked for.
    pub fn narrowed(&self, within: Option<JurisdictionCode>) -> Extent {
        within.map_or_else(|| self.extent.clone(), |code| self.extent.narrowed(&code))
    }

    /// What is wrong with a day on which something was done: it lies in the future, or before what came first.
    pub fn day_faults(&self, place: &'static str, day: NaiveDate, not_before: Option<NaiveDate>) -> Vec<FieldError> {
        let late = FieldError::after(place, day, Some(self.today()));
        late.or_else(|| FieldError::before(place, day, not_before)).into_iter().collect()
    }

    /// True for those whom the feed tells of changes.
    pub fn reads_feed(&self) -> bool {
        self.actor.right(Action::Read, Resource::Changes).extent.is_some()
    }

    /// The day in Qingdao.
    pub fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }

    /// The subject to whom own records belong, when the caller reaches them.
    pub fn own(&self) -> Option<&str> {
        self.extent.own.then_some(self.actor.caller.as_str())
    }

    /// The subject to whom records were given to work on, and where, when the caller reaches such.
    pub fn assigned(&self) -> Option<(&str, &[JurisdictionCode])> {
        let places = Some(self.extent.assigned.as_slice()).filter(|places| !places.is_empty());
        places.map(|places| (self.actor.caller.as_str(), places))
    }

    /// The caller's organization, when they reach what it has a part in.
    pub fn organization(&self) -> Option<Uuid> {
        self.actor.organization.filter(|_| self.extent.involved)
    }
}

impl<A: ActionTag, R: ResourceTag> Guard for Scope<A, R> {
    const PERMISSION: Option<Permission> = Some(Permission {
        resource: R::VALUE.as_str(),
        action: A::VALUE.as_str(),
        reaches: reaches::<A, R>,
        hides_nothing: hides_nothing::<R>,
    });
}

fn hides_nothing<R: ResourceTag>() -> bool {
    Role::ALL.iter().all(|role| reach(*role, Action::Read, R::VALUE) == Reach::Everywhere)
}

fn reaches<A: ActionTag, R: ResourceTag>() -> BTreeMap<&'static str, &'static str> {
    let of = |role: &Role| (role.as_str(), reach(*role, A::VALUE, R::VALUE));
    Role::ALL.iter().map(of).filter(|(_, reach)| *reach != Reach::Nothing).map(|(role, reach)| (role, reach.as_str())).collect()
}

impl<A: ActionTag, R: ResourceTag> FromRequest for Scope<A, R> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let context = extensions.get::<Context>().copied().unwrap_or_default();
        ready(match (extensions.get::<Arc<Actor>>(), request.app_data::<web::Data<Clock>>()) {
            (Some(actor), Some(clock)) => Self::new(actor.clone(), context.request_id, clock.now()),
            (None, _) => Err(Problem::new(&codes::UNAUTHENTICATED)),
            (_, None) => Err(Problem::internal("the app has no clock")),
        })
    }
}
