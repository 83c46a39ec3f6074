//! Imports of the units of an estate: a line for each owner of each unit, all stored together.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::creation::record;
use super::inputs::NewEstateUnit;
use super::model::{AreaBasis, EstateUnitFields};
use super::owners::{NewUnitOwner, OwnerKey, OwnerKind, owner_faults};
use super::store;
use crate::access::authority::Authority;
use crate::changes::import::{ImportMode, Imported};
use crate::changes::record::FeedRecord;
use crate::changes::write::{Record, Tx};
use crate::http::codes;
use crate::http::csv::Column;
use crate::http::normal_form::label;
use crate::http::problem::{FieldError, Problem};
use crate::resources::places::estates::import::hundredths;
use crate::resources::places::estates::model::EstateFields;

/// As many lines as a file of units has.
pub const MOST_LINES: usize = 40_000;

pub const COLUMNS: &[Column] = &[
    ("building", "楼号"),
    ("entrance", "单元"),
    ("number", "房号"),
    ("square_meters", "建筑面积（平方米）"),
    ("area_basis", "面积依据"),
    ("sold", "已售"),
    ("delivered_on", "交付日期"),
    ("owner_name", "业主"),
    ("owner_kind", "业主类型"),
    ("owner_phone", "联系电话"),
    ("owner_identity_number", "证件号"),
    ("owner_share", "份额"),
];

/// The words of the contract for those that people use.
pub fn translated(member: &str, word: &str) -> Option<&'static str> {
    match (member, word) {
        ("area_basis", "登记") => Some(AreaBasis::Registered.as_str()),
        ("area_basis", "测绘") => Some(AreaBasis::Surveyed.as_str()),
        ("area_basis", "合同") => Some(AreaBasis::Contract.as_str()),
        ("sold", "是") => Some("true"),
        ("sold", "否") => Some("false"),
        ("owner_kind", "个人") => Some(OwnerKind::Person.as_str()),
        ("owner_kind", "单位") => Some(OwnerKind::Organization.as_str()),
        _ => None,
    }
}

/// Of which estate, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnitImportParams {
    /// The estate to which the units belong.
    pub estate_id: Uuid,
    /// Only tell what would happen; nothing is stored.
    pub dry_run: Option<bool>,
    /// What happens when some lines are wrong; `atomic` when not given.
    #[param(inline)]
    pub mode: Option<ImportMode>,
}

/// A line of a spreadsheet of units: a unit, and one of its owners.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitLine {
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub building: String,
    #[schema(max_length = 20)]
    pub entrance: Option<String>,
    #[schema(min_length = 1, max_length = 20, pattern = "\\S")]
    pub number: String,
    /// With at most two decimals; at most a million.
    #[schema(max_length = 9, pattern = "^[0-9]{1,6}([.][0-9]{1,2})?$")]
    pub square_meters: String,
    pub area_basis: AreaBasis,
    pub sold: bool,
    pub delivered_on: Option<NaiveDate>,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub owner_name: Option<String>,
    /// A person when not given.
    pub owner_kind: Option<OwnerKind>,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub owner_phone: Option<String>,
    #[schema(min_length = 5, max_length = 30, pattern = "^[0-9A-Za-z-]+$")]
    pub owner_identity_number: Option<String>,
    #[schema(min_length = 3, max_length = 9, pattern = "^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$")]
    pub owner_share: Option<String>,
}

type Label = (String, String, String);

impl UnitLine {
    fn label(&self) -> Label {
        (label(&self.building), label(self.entrance.as_deref().unwrap_or_default()), label(&self.number))
    }

    fn owner(&self) -> Option<NewUnitOwner> {
        let name = self.owner_name.clone()?;
        Some(NewUnitOwner {
            kind: self.owner_kind.unwrap_or(OwnerKind::Person),
            name,
            phone: self.owner_phone.clone(),
            identity_number: self.owner_identity_number.clone(),
            share: self.owner_share.clone(),
        })
    }

    /// What two lines of one unit must say alike, by column.
    fn differs(&self, first: &Self) -> Option<&'static str> {
        let differs = [
            ("/square_meters", hundredths(&self.square_meters) != hundredths(&first.square_meters)),
            ("/area_basis", self.area_basis != first.area_basis),
            ("/sold", self.sold != first.sold),
            ("/delivered_on", self.delivered_on != first.delivered_on),
        ];
        differs.into_iter().find(|(_, differs)| *differs).map(|(place, _)| place)
    }
}

/// What became of each line, in their order.
pub type Outcomes = Vec<Result<Imported, Problem>>;

/// Registers the units of all lines, or brings the known ones up to date. Of a unit with a wrong line nothing is stored.
pub async fn store_all(
    tx: &Tx,
    who: &Authority,
    (estate, key): (&EstateFields, &OwnerKey),
    lines: Vec<UnitLine>,
) -> Result<Outcomes, Problem> {
    let known = store::of_estate(tx, estate.id).await?;
    let known: HashMap<Label, EstateUnitFields> = known.into_iter().map(|unit| (owned(&unit), unit)).collect();
    let mut units: BTreeMap<Label, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        units.entry(line.label()).or_default().push(at);
    }
    let mut outcomes: Vec<Option<Result<Imported, Problem>>> = lines.iter().map(|_| None).collect();
    let (mut created, mut changed) = (Vec::new(), Vec::new());
    for (label, at) in units {
        let of_unit: Vec<&UnitLine> = at.iter().map(|at| &lines[*at]).collect();
        let made = unit(who, (estate, key), &label, &of_unit);
        let done = match made {
            Err((wrong, fault)) => {
                outcomes[at[wrong]] = Some(Err(Problem::invalid(vec![fault])));
                continue;
            }
            Ok(unit) => compared(known.get(&label), unit, who)?,
        };
        let told = match done {
            Compared::New(unit, record) => {
                created.push(unit);
                Imported::Created(vec![record])
            }
            Compared::Changed(unit, record) => {
                changed.push(unit);
                Imported::Updated(vec![record])
            }
            Compared::Same => Imported::Unchanged,
        };
        // The other lines of the unit did the same, with the same record.
        for other in &at[1..] {
            outcomes[*other] = Some(Ok(told.like()));
        }
        outcomes[at[0]] = Some(Ok(told));
    }
    store::insert(tx, &created).await?;
    store::save_all(tx, &changed).await?;
    let of_wrong_unit = || Err(Problem::invalid(vec![FieldError::at("", &codes::ANOTHER_LINE_IS_WRONG)]));
    Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(of_wrong_unit)).collect())
}

fn owned(unit: &EstateUnitFields) -> Label {
    let (building, entrance, number) = unit.label();
    (building.to_owned(), entrance.to_owned(), number.to_owned())
}

/// The unit that some lines describe, or which of them is wrong.
fn unit(
    who: &Authority,
    (estate, key): (&EstateFields, &OwnerKey),
    (building, entrance, number): &Label,
    lines: &[&UnitLine],
) -> Result<EstateUnitFields, (usize, FieldError)> {
    let first = lines[0];
    let differs = lines.iter().enumerate().find_map(|(at, line)| Some((at, line.differs(first)?)));
    if let Some((at, place)) = differs {
        return Err((at, FieldError::at(place, &codes::OTHER_LINE_DIFFERS)));
    }
    let area = hundredths(&first.square_meters);
    if area == 0 {
        return Err((0, FieldError::at("/square_meters", &codes::MINIMUM).with("limit", "0.01")));
    }
    let unnamed = |line: &UnitLine| {
        line.owner_name.is_none()
            && (line.owner_phone.is_some() || line.owner_identity_number.is_some() || line.owner_share.is_some())
    };
    if let Some(at) = lines.iter().position(|line| unnamed(line) || lines.len() > 1 && line.owner_name.is_none()) {
        return Err((at, FieldError::at("/owner_name", &codes::REQUIRED)));
    }
    let new = NewEstateUnit {
        id: None,
        estate_id: estate.id,
        building: building.clone(),
        entrance: entrance.clone(),
        number: number.clone(),
        area,
        area_basis: first.area_basis,
        sold: first.sold,
        delivered_on: first.delivered_on,
        owners: lines.iter().filter_map(|line| line.owner()).collect(),
    };
    let made = record(who, Uuid::now_v7(), estate, new, key);
    let place = if made.sold && made.owners.0.len() > 1 { "/owner_share" } else { "/owner_name" };
    let fault = made.faults(who).into_iter().next().or_else(|| owner_faults(made.sold, &made.owners.0, place));
    fault.map_or(Ok(made), |fault| Err((0, fault)))
}

/// What lines make of a unit that is known, or not yet.
enum Compared {
    New(EstateUnitFields, Record),
    Changed(EstateUnitFields, Record),
    Same,
}

fn compared(known: Option<&EstateUnitFields>, made: EstateUnitFields, who: &Authority) -> Result<Compared, Problem> {
    let Some(before) = known else {
        let record = Record::of(None, &made)?;
        return Ok(Compared::New(made, record));
    };
    let EstateUnitFields { area, area_basis, sold, delivered_on, owners, .. } = made;
    let mut after = EstateUnitFields { area, area_basis, sold, delivered_on, owners, ..before.clone() };
    if after == *before {
        return Ok(Compared::Same);
    }
    after.advance(who.now);
    let record = Record::of(Some(before), &after)?;
    Ok(Compared::Changed(after, record))
}
