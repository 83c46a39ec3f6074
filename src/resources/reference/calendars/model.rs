//! Years of the working calendar.

use std::collections::HashSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::Action;
use crate::calendar::working::Exceptions;
use crate::changes::lifecycle::{Lifecycle, Step};
use crate::changes::record::impl_feed_record;
use crate::changes::voiding::Validity;
use crate::db::json_value::JsonList;
use crate::db::schema::calendar_years;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::json::replace;
use crate::http::openapi::page;
use crate::http::problem::FieldError;

text_enum! {
    /// How a day differs from the plain week.
    pub enum DayKind {
        /// A public holiday.
        Off = "off",
        /// A day of a weekend that is worked to make up for a holiday.
        Work = "work",
    }
}

/// A day that differs from the plain week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarDay {
    pub on: NaiveDate,
    pub kind: DayKind,
    /// The holiday's name.
    #[schema(min_length = 1, max_length = 50, pattern = "\\S")]
    pub name: String,
}

/// A year of the working calendar of a city, or of the cities of a province.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = calendar_years, treat_none_as_default_value = false)]
pub struct CalendarYear {
    pub id: Uuid,
    /// The city or province.
    pub jurisdiction: JurisdictionCode,
    pub year: i32,
    /// The days that differ from the plain week.
    #[schema(value_type = Vec<CalendarDay>, max_items = 100)]
    pub days: JsonList<CalendarDay>,
    /// The notice that says so.
    #[schema(max_length = 500)]
    pub legal_basis: String,
    /// When it was voided as a mistake.
    #[schema(required)]
    pub voided_on: Option<NaiveDate>,
    #[schema(max_length = 1000, required)]
    pub void_reason: Option<String>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(CalendarYear as CalendarYear);
page!(CalendarYearPage of CalendarYear, "A page of years of working calendars.");

impl Lifecycle for CalendarYear {
    type Status = Validity;
    const ACTIONS: &'static [Step<Validity>] =
        &[(Action::Update, &[Validity::Holds], None), (Action::Void, &[Validity::Holds], Some(Validity::Voided))];

    fn status(&self) -> Validity {
        Validity::of(self.voided_on)
    }
}

impl CalendarYear {
    /// The days as the calendar counts with them.
    pub fn exceptions(&self) -> Exceptions {
        self.days.0.iter().map(|day| (day.on, day.kind == DayKind::Work)).collect()
    }

    /// The rules that the schema cannot say.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut seen = HashSet::new();
        let fault = |(at, day): (usize, &CalendarDay)| {
            let place = format!("/days/{at}/on");
            if day.on.year() != self.year {
                return Some(FieldError::at(place, &codes::OTHER_YEAR).with("year", self.year));
            }
            (!seen.insert(day.on)).then(|| FieldError::at(place, &codes::DUPLICATE_ITEM))
        };
        self.days.0.iter().enumerate().filter_map(fault).collect()
    }
}

/// A year to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "jurisdiction": "3702", "year": 2027, "legal_basis": "国务院办公厅关于2027年部分节假日安排的通知",
    "days": [{"on": "2027-01-01", "kind": "off", "name": "元旦"}]
}))]
pub struct NewCalendarYear {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The city or province.
    pub jurisdiction: JurisdictionCode,
    #[schema(minimum = 2000, maximum = 2200)]
    pub year: i32,
    #[schema(min_items = 1, max_items = 100)]
    pub days: Vec<CalendarDay>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S")]
    pub legal_basis: String,
}

/// Corrections of a year (JSON merge patch).
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"days": [{"on": "2027-01-01", "kind": "off", "name": "元旦"}]}))]
pub struct CalendarYearPatch {
    #[schema(min_items = 1, max_items = 100, nullable = false)]
    pub days: Option<Vec<CalendarDay>>,
    #[schema(min_length = 1, max_length = 500, pattern = "\\S", nullable = false)]
    pub legal_basis: Option<String>,
}

impl CalendarYearPatch {
    /// Puts the given members into the record.
    pub fn apply(self, to: &mut CalendarYear) {
        replace(&mut to.days.0, self.days);
        replace(&mut to.legal_basis, self.legal_basis);
    }
}

/// Which years to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarYearFilter {
    /// Only those of this city or province.
    #[param(inline)]
    pub jurisdiction: Option<JurisdictionCode>,
}

/// Where, and which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarPlace {
    /// The place; its city's calendar counts, then its province's.
    #[param(inline)]
    pub jurisdiction: JurisdictionCode,
    /// The year.
    #[param(minimum = 2000, maximum = 2200)]
    pub year: i32,
}

text_enum! {
    /// Where the days of a year come from.
    pub enum CalendarSource {
        /// The province has set them.
        Province = "province",
        /// The city has set them.
        City = "city",
        /// They are built in.
        BuiltIn = "built_in",
        /// The notice is not known yet: only weekends count as days off.
        WeekendsOnly = "weekends_only",
    }
}

/// The days of a year at a place.
#[derive(Serialize, ToSchema)]
pub struct ResolvedCalendar {
    pub year: i32,
    pub source: CalendarSource,
    /// The public holidays.
    #[schema(max_items = 100)]
    pub off: Vec<NaiveDate>,
    /// The days of weekends that are worked.
    #[schema(max_items = 100)]
    pub work: Vec<NaiveDate>,
}
