//! Who speaks for a seat.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::privacy::masked_name;

/// Somebody who speaks for a seat, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delegate {
    pub id: Uuid,
    pub position: i16,
    pub name: String,
    pub deputy: bool,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    /// By which they sign in, if they do.
    pub subject: Option<String>,
    /// Why they speak for it no longer.
    #[serde(default)]
    pub end_reason: Option<String>,
}

impl Delegate {
    pub fn is_entitled_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day <= end)
    }

    /// As others see it, with the name in full for those who sit in the council or prepare it.
    pub fn shown(&self, caller: &str, in_full: bool) -> CouncilDelegate {
        CouncilDelegate {
            id: self.id,
            position: self.position,
            name: if in_full { self.name.clone() } else { masked_name(&self.name) },
            deputy: self.deputy,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            end_reason: self.end_reason.clone(),
            is_caller: self.subject.as_deref() == Some(caller),
        }
    }
}

/// Somebody who speaks for a seat.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CouncilDelegate {
    pub id: Uuid,
    /// The seat.
    pub position: i16,
    /// In full for the seats and those who prepare the council, else masked but for its first character.
    #[schema(max_length = 100)]
    pub name: String,
    /// True for one who speaks only while no delegate is there.
    pub deputy: bool,
    /// The days on which they speak for the seat, the last one included.
    pub starts_on: NaiveDate,
    #[schema(required)]
    pub ends_on: Option<NaiveDate>,
    /// Why they speak for it no longer.
    #[schema(max_length = 1000, required)]
    pub end_reason: Option<String>,
    /// True for the caller.
    pub is_caller: bool,
}
