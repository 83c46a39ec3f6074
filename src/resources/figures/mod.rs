//! `/v1/indicators`: coverage figures, with the lists behind them.

use actix_web::web::Json;
use chrono::Datelike;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::try_join;
use uuid::Uuid;

use self::model::{EstateShare, Indicator, IndicatorCount, IndicatorName, IndicatorParams, IndicatorShare, Indicators};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::action::Read;
use crate::access::permissions::{Resource, resource};
use crate::access::scope::Scope;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::count::Ratio;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::operation::{Operation, operations};
use crate::http::problem::{FieldError, Problem};
use crate::http::query::Params;
use crate::resources::deliberation::duties::store as duties;
use crate::resources::parties::organizations::model::OrganizationKind;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::parties::owners_committees::store as committees;
use crate::resources::places::estates::store as estates;
use crate::resources::places::jurisdictions::model::Jurisdiction;
use crate::resources::places::jurisdictions::store as jurisdictions;
use crate::resources::training::learners::store as learners;

pub mod model;

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Indicators),
    record: None,
    noun: "figure",
    about: "Coverage figures, with the lists behind them.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records of its own"),
};

fn operations() -> Vec<Operation> {
    operations![list_indicators]
}

/// Count coverage in a jurisdiction and each of its children, as it stands today.
#[utoipa::path(get, path = "/v1/indicators", params(IndicatorParams),
    responses((status = 200, description = "Every figure with the lists behind it.", body = Indicators),
        (status = 404, description = "The jurisdiction lies outside the caller's.")))]
async fn list_indicators(
    scope: Scope<Read, resource::Indicators>,
    db: Db,
    params: Params<IndicatorParams>,
) -> Result<Json<Indicators>, Problem> {
    let place = match (params.value.r#in, scope.area.subtrees()) {
        (Some(place), _) if scope.area.covers(&place) => place,
        (Some(_), _) => return Err(Problem::new(&codes::NOT_FOUND)),
        (None, [own]) => *own,
        (None, _) => {
            let missing = FieldError::parameter("in", &codes::REQUIRED);
            return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![missing]));
        }
    };
    let children = jurisdictions::below(&db, place).await?;
    if children.is_empty() && !db.read(async |connection| jurisdictions::is_there(connection, place).await).await? {
        return Err(Problem::new(&codes::NOT_FOUND));
    }
    // Counted by the codes of the children, of which each is as long as the next.
    let digits = children.first().map_or(place.as_str().len(), |child| child.code.as_str().len());
    let today = scope.today();
    let work = async |connection: &AsyncPgConnection| {
        try_join!(count(connection, &scope, place, digits), of_estates(connection, &scope, place))
    };
    let (figures, mut shares_of_estates) = db.read(work).await?;
    let of = |(name, shares): (_, Vec<Ratio>)| {
        let estates = if name == IndicatorName::DutiesDoneInTime { std::mem::take(&mut shares_of_estates) } else { Vec::new() };
        indicator(lists(name, place, today.year()), name, (&children, estates), (place, &shares))
    };
    let items = figures.into_iter().map(of).collect();
    Ok(Json(Indicators { jurisdiction: place, as_of: today, items }))
}

/// How many duties were done in time, by the estates of a community.
async fn of_estates(
    connection: &AsyncPgConnection,
    scope: &Scope<Read, resource::Indicators>,
    place: JurisdictionCode,
) -> QueryResult<Vec<EstateShare>> {
    if place.level() != Level::Community {
        return Ok(Vec::new());
    }
    let (names, counted) =
        try_join!(estates::names_in(connection, place), duties::done_in_time_by_estate(connection, scope, place))?;
    let share = |(estate_id, name): (Uuid, String)| {
        let of = counted.iter().find(|(id, ..)| *id == Some(estate_id));
        let (numerator, denominator) = of.map_or((0, 0), |(_, numerator, denominator)| (*numerator, *denominator));
        EstateShare { estate_id, name, numerator, denominator }
    };
    Ok(names.into_iter().map(share).collect())
}

/// Every figure by the places with so many digits.
async fn count(
    connection: &AsyncPgConnection,
    scope: &Scope<Read, resource::Indicators>,
    place: JurisdictionCode,
    digits: usize,
) -> QueryResult<[(IndicatorName, Vec<Ratio>); 8]> {
    use IndicatorName as N;
    let year = scope.today().year();
    let covered = |kind| organizations::party_covered(connection, scope, place, digits, kind);
    let (with_committee, committees, enterprises, in_grid, expired, trained, complete, in_time) = try_join!(
        estates::with_committee(connection, scope, place, digits),
        covered(OrganizationKind::OwnersCommittee),
        covered(OrganizationKind::PropertyEnterprise),
        organizations::in_grid(connection, scope, place, digits),
        committees::expired(connection, scope, place, digits),
        learners::trained(connection, scope, (place, digits), year),
        learners::complete(connection, scope, (place, digits), year),
        duties::done_in_time(connection, scope, place, digits),
    )?;
    Ok([
        (N::EstatesWithCommittee, with_committee),
        (N::CommitteesWithPartyOrganization, committees),
        (N::EnterprisesWithPartyOrganization, enterprises),
        (N::OrganizationsInGrid, in_grid),
        (N::ExpiredCommittees, expired),
        (N::LearnersTrained, trained),
        (N::LearnersWithYearlyHours, complete),
        (N::DutiesDoneInTime, in_time),
    ])
}

/// The lists whose lengths are the numerator and the denominator.
fn lists(name: IndicatorName, place: JurisdictionCode, year: i32) -> (String, String) {
    let (trained, complete) = (format!("trained_in={year}"), format!("complete_in={year}"));
    let (path, all, counted) = match name {
        IndicatorName::EstatesWithCommittee => ("estates", "", "committee_in_office=true"),
        IndicatorName::CommitteesWithPartyOrganization => {
            ("organizations", "status=active&kind=owners_committee", "party_covered=true")
        }
        IndicatorName::EnterprisesWithPartyOrganization => {
            ("organizations", "status=active&kind=property_enterprise", "party_covered=true")
        }
        IndicatorName::OrganizationsInGrid => ("organizations", "status=active", "enrolled=true"),
        IndicatorName::LearnersTrained => ("learners", "status=active", trained.as_str()),
        IndicatorName::LearnersWithYearlyHours => ("learners", "status=active", complete.as_str()),
        IndicatorName::DutiesDoneInTime => ("duties", "fallen_due=true", "in_time=true"),
        IndicatorName::ExpiredCommittees => {
            let list = |states| format!("/v1/owners-committees?in={place}&status={states}");
            return (list("expired"), list("in_office,re_election_due,incomplete,expired"));
        }
    };
    let all = if all.is_empty() { format!("/v1/{path}?in={place}") } else { format!("/v1/{path}?in={place}&{all}") };
    (format!("{all}&{counted}"), all)
}

fn indicator(
    (numerator_list, denominator_list): (String, String),
    name: IndicatorName,
    (children, estates): (&[Jurisdiction], Vec<EstateShare>),
    (place, shares): (JurisdictionCode, &[Ratio]),
) -> Indicator {
    let sum = |part: fn(&Ratio) -> i64| shares.iter().map(part).sum();
    let own = shares.iter().find(|share| share.place == place.as_str());
    let child = |child: &Jurisdiction| {
        let share = shares.iter().find(|share| share.place == child.code.as_str());
        IndicatorShare {
            jurisdiction: child.code,
            name: child.name.clone(),
            numerator: share.map_or(0, |share| share.numerator),
            denominator: share.map_or(0, |share| share.denominator),
        }
    };
    Indicator {
        name,
        numerator: sum(|share| share.numerator),
        denominator: sum(|share| share.denominator),
        numerator_list,
        denominator_list,
        here: IndicatorCount {
            numerator: own.map_or(0, |share| share.numerator),
            denominator: own.map_or(0, |share| share.denominator),
        },
        children: children.iter().map(child).collect(),
        estates,
    }
}
