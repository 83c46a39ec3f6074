//! A demo city: the real divisions of Qingdao with a few grids, organizations, a training, and disputes in every state.

use chrono::{DateTime, Utc};

use crate::access::code::{JurisdictionCode, Level};
use crate::config::Settings;
use crate::db::pool::Db;
use crate::resources::places::jurisdictions::import;

mod disputes;
mod organizations;
mod trainings;

const DIVISIONS: &str = include_str!("../resources/places/jurisdictions/qingdao.csv");
/// The demo districts: Shinan, Shibei and Laoshan.
const DISTRICTS: [&str; 3] = ["370202", "370203", "370212"];
const COMMUNITIES_PER_DISTRICT: usize = 10;
const GRIDS_PER_COMMUNITY: u8 = 2;

/// Fills the demo city; says what was done. A second run changes nothing.
pub async fn seed(settings: &Settings, now: DateTime<Utc>) -> Result<String, String> {
    let db = Db::new(&settings.database)?;
    let communities = communities();
    let done = import::import_missing(&db, divisions_with_grids(&communities).as_bytes(), now).await?;
    let made = organizations::seed(settings, &communities, now).await?;
    let filed = disputes::seed(&db, &communities, now).await?;
    Ok(format!("{} divisions, {made} new demo records of organizations, {filed} new demo disputes\n", done.rows))
}

/// The name of a real division.
fn name_of(code: &str) -> &'static str {
    let names = DIVISIONS.lines().filter_map(|line| line.strip_prefix(code)?.strip_prefix(',')?.split(',').nth(1));
    names.into_iter().next().unwrap_or_default()
}

fn communities() -> Vec<JurisdictionCode> {
    let codes = DIVISIONS.lines().filter_map(|line| line.split(',').next()?.parse::<JurisdictionCode>().ok());
    let communities: Vec<_> = codes.filter(|code| code.level() == Level::Community).collect();
    let of = |district: &&str| {
        let district = district.to_string();
        communities.iter().filter(move |code| code.as_str().starts_with(&district)).take(COMMUNITIES_PER_DISTRICT).copied()
    };
    DISTRICTS.iter().flat_map(of).collect()
}

fn divisions_with_grids(communities: &[JurisdictionCode]) -> String {
    let grid = |code: &JurisdictionCode, n: u8| format!("{code}{n:03},grid,第{n}网格,{code}\n");
    let grids = communities.iter().flat_map(|code| (1..=GRIDS_PER_COMMUNITY).map(move |n| grid(code, n)));
    let mut text = DIVISIONS.trim_end().to_owned();
    text.push('\n');
    text.extend(grids);
    text
}
