//! Mediators who suit a case.

use std::cmp::Reverse;

use chrono::Datelike;
use futures_util::try_join;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::decide::appointing::is_party;
use super::model::ExclusionKind;
use super::store;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::calendar::last_day_of;
use crate::db::pool::Db;
use crate::http::problem::Problem;
use crate::resources::disputes::store as dispute_store;
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::store as rules;
use crate::resources::training::learners::hours::Hours;

/// A mediator who could mediate a case, and what speaks for and against it.
#[derive(Serialize, ToSchema)]
pub struct Recommendation {
    pub mediator_id: Uuid,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 200)]
    pub qualification: String,
    /// True when the mediator can be chosen without a reason on record.
    pub suitable: bool,
    /// True when the mediator knows the dispute's category well.
    pub specialist: bool,
    /// How many mediations of theirs are open.
    pub load: i64,
    /// Hours of training this year, and how many the rule asks for.
    pub hours: i32,
    pub hours_required: i64,
    /// The positions of the parties who want this mediator.
    #[schema(max_items = 30)]
    pub chosen_by: Vec<i16>,
    /// Why the mediator cannot be chosen.
    #[schema(required)]
    pub excluded: Option<ExclusionKind>,
}

/// The mediators of the committee, the most suitable first.
#[derive(Serialize, ToSchema)]
pub struct Recommendations {
    #[schema(max_items = 500)]
    pub items: Vec<Recommendation>,
}

/// The mediators of the committee, the most suitable first.
pub async fn recommend(db: &Db, scope: &Authorized<Mediations>, id: Uuid) -> Result<Recommendations, Problem> {
    let (mediation, _) = store::find(db, scope, id).await?;
    let (committee, place, year) = (mediation.organization_id, mediation.jurisdiction, scope.today().year());
    let (able, category, loads, known, (parties, _), links) = db
        .read(async |connection| {
            try_join!(
                mediators::able(connection, committee),
                dispute_store::category(connection, mediation.dispute_id),
                store::loads(connection, committee),
                rules::in_force(connection, place, last_day_of(year)),
                dispute_store::parts(connection, mediation.dispute_id),
                dispute_store::parties::links(connection, mediation.dispute_id)
            )
        })
        .await?;
    let hours_required = EffectiveRule::value_of(&known, RuleName::MediatorYearlyHours);
    let recommend = |(mediator, hours): (MediatorFields, Option<Hours>)| {
        let is_party = is_party(&mediator, &parties, &links).then_some(ExclusionKind::Recusal);
        let (hours, excluded) = (hours.map_or(0, |hours| hours.of(year)), mediation.excludes(&mediator).or(is_party));
        Recommendation {
            suitable: excluded.is_none() && i64::from(hours) >= hours_required,
            specialist: mediator.knows(&category),
            load: loads.iter().find(|(id, _)| *id == mediator.id).map_or(0, |(_, load)| *load),
            hours,
            hours_required,
            chosen_by: mediation.chosen_by(mediator.id),
            excluded,
            mediator_id: mediator.id,
            name: mediator.name,
            qualification: mediator.qualification,
        }
    };
    let mut items: Vec<_> = able.into_iter().map(recommend).collect();
    items.sort_by_key(|one| (Reverse(one.suitable), one.excluded.is_some(), Reverse(one.specialist), one.load));
    Ok(Recommendations { items })
}
