//! Who sits in a council.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::CouncilKind;
use crate::access::authority::Authority;
use crate::access::code::JurisdictionCode;
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::problem::FieldError;
use crate::resources::parties::organizations::model::OrganizationKind;

text_enum! {
    /// Whom a seat is for.
    pub enum SeatKind {
        PartyOrganization = "party_organization",
        NeighborhoodCommittee = "neighborhood_committee",
        /// The owners' committee, or the owners' assembly where there is none.
        Owners = "owners",
        PropertyEnterprise = "property_enterprise",
        Street = "street",
        PoliceStation = "police_station",
        /// A supplier of water, power, gas, heat or the like.
        Utility = "utility",
        /// A department of housing, urban management, enforcement or the like.
        Department = "department",
    }
}

impl SeatKind {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::PartyOrganization => "党组织",
            Self::NeighborhoodCommittee => "居民委员会",
            Self::Owners => "业主委员会",
            Self::PropertyEnterprise => "物业服务企业",
            Self::Street => "街道",
            Self::PoliceStation => "派出所",
            Self::Utility => "专业经营单位",
            Self::Department => "部门",
        }
    }
}

/// What a kind of council says of a kind of seat.
pub struct SeatRule {
    pub kind: SeatKind,
    /// Who can hold it.
    pub holders: &'static [OrganizationKind],
    /// How many such seats there are at least and at most.
    pub least: usize,
    pub most: usize,
    /// Whether nothing is decided while it is empty.
    pub required: bool,
}

const fn seat(kind: SeatKind, holders: &'static [OrganizationKind], least: usize, most: usize, required: bool) -> SeatRule {
    SeatRule { kind, holders, least, most, required }
}

/// The four in one: each of them, and without one of them nothing is decided.
const FOUR: &[SeatRule] = {
    use OrganizationKind as Kind;
    &[
        seat(SeatKind::PartyOrganization, &[Kind::CommunityPartyOrganization], 1, 1, true),
        seat(SeatKind::NeighborhoodCommittee, &[Kind::NeighborhoodCommittee], 1, 1, true),
        seat(SeatKind::Owners, &[Kind::OwnersCommittee, Kind::OwnersAssembly], 1, 1, true),
        seat(SeatKind::PropertyEnterprise, &[Kind::PropertyEnterprise], 1, 1, true),
    ]
};

/// Who takes part in the joint meeting (Qingdao's regulation, article 82).
const JOINT: &[SeatRule] = {
    use OrganizationKind as Kind;
    &[
        seat(SeatKind::Street, &[Kind::StreetOffice, Kind::StreetPartyCommittee], 1, 1, true),
        seat(SeatKind::NeighborhoodCommittee, &[Kind::NeighborhoodCommittee], 1, 1, true),
        seat(SeatKind::PoliceStation, &[Kind::PoliceStation], 0, 1, false),
        seat(SeatKind::Owners, &[Kind::OwnersCommittee, Kind::OwnersAssembly], 0, 1, false),
        seat(SeatKind::PropertyEnterprise, &[Kind::PropertyEnterprise], 0, 2, false),
        seat(SeatKind::PartyOrganization, &[Kind::CommunityPartyOrganization], 0, 1, false),
        seat(SeatKind::Utility, &[Kind::Utility], 0, 10, false),
        seat(SeatKind::Department, &[Kind::Department, Kind::PropertyOffice], 0, 10, false),
    ]
};

impl CouncilKind {
    /// The seats that such a council has.
    pub fn seat_rules(self) -> &'static [SeatRule] {
        match self {
            Self::FourInOne => FOUR,
            Self::PropertyJointMeeting => JOINT,
        }
    }

    pub fn seat_rule(self, kind: SeatKind) -> Option<&'static SeatRule> {
        self.seat_rules().iter().find(|rule| rule.kind == kind)
    }
}

/// Why the caller does nothing for a seat of a body in this jurisdiction: there is none, or a member acts for their own alone.
pub fn seat_fault(seats: &[CouncilSeat], position: i16, place: &JurisdictionCode, who: &Authority) -> Option<FieldError> {
    let seat = seats.iter().find(|seat| seat.position == position);
    let by_member = who.acting_level(who.action, place).is_none();
    match seat {
        None => Some(FieldError::at("/position", &codes::UNKNOWN_RECORD)),
        Some(seat) if by_member && who.actor.organization != Some(seat.organization_id) => {
            Some(FieldError::at("/position", &codes::NOT_YOUR_PART))
        }
        Some(_) => None,
    }
}

/// What is wrong with the kinds of seats that a council would have, in their order.
pub fn seat_faults(council: CouncilKind, seats: &[SeatKind]) -> Vec<FieldError> {
    let count = |kind: SeatKind| seats.iter().filter(|seat| **seat == kind).count();
    let missing = council.seat_rules().iter().filter(|rule| count(rule.kind) < rule.least);
    let mut errors: Vec<_> =
        missing.map(|rule| FieldError::at("/seats", &codes::SEAT_MISSING).with("kind", rule.kind.as_str())).collect();
    for (at, kind) in seats.iter().enumerate() {
        let pointer = format!("/seats/{at}/kind");
        match council.seat_rule(*kind) {
            None => errors.push(FieldError::at(pointer, &codes::NOT_APPLICABLE)),
            Some(rule) if seats[..at].iter().filter(|before| *before == kind).count() >= rule.most => {
                errors.push(FieldError::at(pointer, &codes::MAX_ITEMS).with("limit", rule.most));
            }
            Some(_) => {}
        }
    }
    errors
}

/// A seat of a council.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CouncilSeat {
    /// Counted from 0; it stays whoever holds the seat.
    pub position: i16,
    pub kind: SeatKind,
    /// Who holds it.
    pub organization_id: Uuid,
    /// Whether nothing is decided while it is empty.
    pub required: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Problem;

    #[test]
    fn a_council_has_the_seats_of_its_kind() {
        use SeatKind::*;
        let faults = |kind: CouncilKind, seats: &[SeatKind]| {
            let faults = Problem::invalid(seat_faults(kind, seats)).faults();
            faults.into_iter().map(|(place, code)| format!("{place} {code}")).collect::<Vec<_>>()
        };
        let four = [PartyOrganization, NeighborhoodCommittee, Owners, PropertyEnterprise];
        assert!(faults(CouncilKind::FourInOne, &four).is_empty());
        assert_eq!(faults(CouncilKind::FourInOne, &four[..3]), ["/seats seat_missing"]);
        let five = [four.as_slice(), &[Owners, Street]].concat();
        assert_eq!(faults(CouncilKind::FourInOne, &five), ["/seats/4/kind max_items", "/seats/5/kind not_applicable"]);
        let joint = [Street, NeighborhoodCommittee, Utility, Utility];
        assert!(faults(CouncilKind::PropertyJointMeeting, &joint).is_empty());
        assert_eq!(faults(CouncilKind::PropertyJointMeeting, &[Street]), ["/seats seat_missing"]);
    }
}
