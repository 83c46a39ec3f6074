//! Imports of estates: one line for each, known by its community and name.

use serde::Deserialize;
use utoipa::ToSchema;

use super::creation::record;
use super::model::{EstateFields, NewEstate};
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Estates;
use crate::access::scope::Authorized;
use crate::changes::import::Imported;
use crate::changes::record::Related;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::csv::Column;
use crate::http::json::replace;
use crate::http::problem::{FieldError, Problem};

pub const COLUMNS: &[Column] = &[
    ("jurisdiction", "社区代码"),
    ("name", "小区名称"),
    ("address", "地址"),
    ("units", "套数"),
    ("households", "户数"),
    ("square_meters", "建筑面积（平方米）"),
    ("longitude", "经度"),
    ("latitude", "纬度"),
];

/// A line of a spreadsheet of estates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EstateLine {
    pub jurisdiction: JurisdictionCode,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(max_length = 200)]
    pub address: Option<String>,
    #[schema(minimum = 1, maximum = 100_000)]
    pub units: i32,
    #[schema(minimum = 0, maximum = 100_000)]
    pub households: i32,
    /// With at most two decimals; at most a hundred million.
    #[schema(max_length = 12, pattern = "^[0-9]{1,8}([.][0-9]{1,2})?$")]
    pub square_meters: String,
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: Option<f64>,
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: Option<f64>,
}

/// Square meters as they are written, in 0.01 square meters.
pub fn hundredths(written: &str) -> i64 {
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    format!("{whole}{part:0<2}").parse().unwrap_or_default()
}

/// Registers the estate of a line, or brings the known one up to date. An empty cell changes nothing.
pub async fn store_line(tx: &Tx, scope: &Authorized<Estates>, line: EstateLine) -> Result<Imported, Problem> {
    let area = hundredths(&line.square_meters);
    let mut errors = Vec::new();
    if line.jurisdiction.level() != Level::Community {
        errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", vec!["community"]));
    }
    if area == 0 {
        errors.push(FieldError::at("/square_meters", &codes::MINIMUM).with("limit", "0.01"));
    }
    let Some(before) = store::known(tx, scope, line.jurisdiction, &line.name).await? else {
        let new = NewEstate {
            id: None,
            jurisdiction: line.jurisdiction,
            name: line.name,
            address: line.address,
            units: line.units,
            households: line.households,
            area,
            longitude: line.longitude,
            latitude: line.latitude,
        };
        let record = record(scope, new, &mut errors);
        errors.extend(record.faults());
        Problem::fail_if_any(errors)?;
        store::insert(tx, scope, &record).await?;
        return Ok(Imported::Created(vec![Record::of(None, &record)?]));
    };
    let mut after = EstateFields { units: line.units, households: line.households, area, ..before.clone() };
    replace(&mut after.address, line.address.map(Some));
    replace(&mut after.longitude, line.longitude.map(Some));
    replace(&mut after.latitude, line.latitude.map(Some));
    errors.extend(after.faults());
    Problem::fail_if_any(errors)?;
    if after == before {
        return Ok(Imported::Unchanged);
    }
    Ok(Imported::Updated(vec![Related::becoming(before, after).store(tx, scope.now).await?]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn square_meters_are_read_exactly(area in 0_i64..9_999_999_999) {
            let written = format!("{}.{:02}", area / 100, area % 100);
            prop_assert_eq!(hundredths(&written), area);
            if area % 10 == 0 {
                prop_assert_eq!(hundredths(&written[..written.len() - 1]), area);
            }
            prop_assert_eq!(hundredths(&(area / 100).to_string()), area / 100 * 100);
        }
    }
}
