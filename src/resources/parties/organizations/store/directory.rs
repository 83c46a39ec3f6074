//! The organizations that a caller can name: those of their jurisdictions and of the levels above, and those that have
//! something to do there.

use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use super::OrganizationCondition;
use crate::access::area::AccessArea;
use crate::access::code::Level;
use crate::access::condition::{Condition, condition, force_custom_plan, one_of, scope_columns};
use crate::db::page::{self, Keyset, MOST_WALKS, newest_first};
use crate::db::pattern::{containing, name_key};
use crate::db::pool::Db;
use crate::db::schema::organizations;
use crate::http::normal_form::label;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::directory::{DirectoryOrganization, DirectoryOrganizationFilter};
use crate::resources::parties::organizations::model::OrganizationStatus;

diesel::table! {
    /// A view: where organizations have something to do.
    organizations_at_work (organization_id) {
        organization_id -> Uuid,
        jurisdiction -> Text,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
    }
}
diesel::allow_tables_to_appear_in_same_query!(organizations, organizations_at_work);

/// Organizations that records of an area can name, the latest change first, one more than asked for.
pub async fn directory(
    db: &Db,
    area: &AccessArea,
    filter: &DirectoryOrganizationFilter,
    of_estate: impl Fn() -> Option<OrganizationCondition>,
    keyset: Keyset,
) -> Result<Vec<DirectoryOrganization>, Problem> {
    let trees = area.by_subtree(MOST_WALKS);
    let here = trees.iter().map(|tree| scope_columns!(organizations).within(tree.subtrees()));
    let walk = |place: OrganizationCondition| {
        let mut query = organizations::table.filter(place).select(DirectoryOrganization::as_select()).into_boxed();
        for wanted in conditions(filter.clone()).chain(of_estate()) {
            query = query.filter(wanted).filter(force_custom_plan());
        }
        page::Walk { first: newest_first!(query, organizations, keyset), places: None::<organizations_at_work::table> }
    };
    let walks = here.chain([condition(organizations::jurisdiction.eq_any(area.above())), from_elsewhere(area)]).map(walk);
    let query = page::merged(walks.collect(), "updated_at DESC, id DESC");
    db.read(async |mut connection| query.load(&mut connection).await).await
}

fn conditions(filter: DirectoryOrganizationFilter) -> impl Iterator<Item = OrganizationCondition> {
    use organizations::dsl as o;
    [
        Some(condition(o::status.eq(OrganizationStatus::Active))),
        filter.kind.map(|kinds| one_of(o::kind, kinds)),
        filter.q.map(|part| condition(name_key(o::name).like(containing(&part)))),
        filter.credit_code.map(|code| condition(o::credit_code.eq(label(&code)).assume_not_null())),
    ]
    .into_iter()
    .flatten()
}

/// What has something to do in the area but stands neither there nor above. A whole city works with its own.
fn from_elsewhere(area: &AccessArea) -> OrganizationCondition {
    let below_city: Vec<_> = area.subtrees().iter().filter(|tree| tree.level() > Level::City).copied().collect();
    let places = below_city.iter().map(|tree| {
        let here: Condition<organizations_at_work::table> = scope_columns!(organizations_at_work).within(&[*tree]);
        // By the index of the district, since open disputes have none by street.
        match tree.at(Level::District) {
            Some(district) if tree.level() == Level::Street => {
                Box::new(here.and(organizations_at_work::district_code.eq(district)))
            }
            _ => here,
        }
    });
    let Some(there) = places.reduce(|all, next| Box::new(all.or(next))) else { return condition(sql::<Bool>("FALSE")) };
    let at_work = organizations_at_work::table.into_boxed().filter(there).select(organizations_at_work::organization_id);
    let known: OrganizationCondition = scope_columns!(organizations).within(area.subtrees());
    let known = known.or(organizations::jurisdiction.eq_any(area.above()));
    Box::new(organizations::id.eq_any(at_work).and(not(known)))
}
