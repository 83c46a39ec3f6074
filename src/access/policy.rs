//! The one policy table: what a role may do with a kind of record, and how far it reaches.
//! Nothing else decides; what is not in the table is forbidden.

use super::actor::Role;

macro_rules! named {
    ($(#[$meta:meta])* $kind:ident, $tag:ident, $module:ident { $($name:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $kind { $($name),+ }

        impl $kind {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }

        /// The same names as types, for the signatures of handlers.
        pub mod $module {
            $(pub struct $name; impl super::$tag for $name { const VALUE: super::$kind = super::$kind::$name; })+
        }
    };
}

/// An action as a type.
pub trait ActionTag: 'static {
    const VALUE: Action;
}

/// A resource as a type.
pub trait ResourceTag: 'static {
    const VALUE: Resource;
}

named! {
    /// What can be done.
    Action, ActionTag, action {
        Read = "read",
        Create = "create",
        Update = "update",
        Accept = "accept",
        Reject = "reject",
        Assign = "assign",
        Start = "start",
        Resolve = "resolve",
        Close = "close",
        Withdraw = "withdraw",
        Reopen = "reopen",
        Import = "import",
        Dissolve = "dissolve",
        Restore = "restore",
        Replace = "replace",
        Terminate = "terminate",
        AnnounceCandidates = "announce_candidates",
        Elect = "elect",
        HoldFirstMeeting = "hold_first_meeting",
        FileWithStreet = "file_with_street",
        FileWithDistrict = "file_with_district",
        TakeOffice = "take_office",
        AddMember = "add_member",
        RemoveMember = "remove_member",
        BeginHandover = "begin_handover",
        HandOver = "hand_over",
        End = "end",
        Approve = "approve",
        Adjust = "adjust",
        Merge = "merge",
        Retire = "retire",
        Join = "join",
        Leave = "leave",
        Publish = "publish",
        Supersede = "supersede",
    }
}

named! {
    /// To what it can be done.
    Resource, ResourceTag, resource {
        Jurisdictions = "jurisdictions",
        Disputes = "disputes",
        Changes = "changes",
        Rules = "rules",
        Organizations = "organizations",
        Estates = "estates",
        PropertyContracts = "property_contracts",
        OwnersCommittees = "owners_committees",
        GridUnits = "grid_units",
        GridEnrollments = "grid_enrollments",
        Responsibilities = "responsibilities",
        DivisionChanges = "division_changes",
        Indicators = "indicators",
    }
}

/// How far a role reaches with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// Only records that the caller made.
    Own,
    /// Everything in and below the grant's jurisdiction.
    Subtree,
    /// Every record: reference data.
    Everywhere,
}

impl Reach {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Own => "own",
            Self::Subtree => "subtree",
            Self::Everywhere => "everywhere",
        }
    }
}

/// The policy.
pub fn reach(role: Role, action: Action, resource: Resource) -> Reach {
    use Action::*;
    use Role::*;
    let officer = matches!(role, CityOfficer | DistrictOfficer | StreetOfficer | CommunityOfficer);
    match (resource, action, role) {
        (Resource::Jurisdictions, Read, _) => Reach::Everywhere,
        (Resource::Jurisdictions, Import, Admin) => Reach::Subtree,

        (Resource::Disputes, Read | Create | Update, GridWorker | Integration) => Reach::Subtree,
        (Resource::Disputes, Start | Resolve, GridWorker) => Reach::Subtree,
        (Resource::Disputes, Read, Auditor) => Reach::Subtree,
        (Resource::Disputes, Read | Update | Withdraw | Close | Reopen, Resident) => Reach::Own,
        (Resource::Disputes, Create, Resident) => Reach::Subtree,
        (
            Resource::Disputes,
            Read | Create | Update | Accept | Reject | Assign | Start | Resolve | Close | Withdraw | Reopen,
            _,
        ) if officer => Reach::Subtree,

        (Resource::Rules | Resource::DivisionChanges, Read, _) => Reach::Everywhere,
        (Resource::Rules | Resource::DivisionChanges, Create, Admin) => Reach::Subtree,

        (
            Resource::Organizations
            | Resource::Estates
            | Resource::PropertyContracts
            | Resource::OwnersCommittees
            | Resource::GridUnits
            | Resource::GridEnrollments,
            Read,
            GridWorker | Integration | Auditor,
        ) => Reach::Subtree,
        (
            Resource::Organizations
            | Resource::Estates
            | Resource::PropertyContracts
            | Resource::OwnersCommittees
            | Resource::GridUnits
            | Resource::GridEnrollments,
            Read,
            _,
        ) if officer => Reach::Subtree,
        (Resource::Organizations | Resource::Estates, Create | Update | Import, Integration) => Reach::Subtree,
        (Resource::Organizations, Replace, Integration) => Reach::Subtree,
        (Resource::PropertyContracts, Create | Terminate, Integration) => Reach::Subtree,
        (Resource::Organizations, Create | Update | Import | Dissolve | Restore | Replace, _) if officer => Reach::Subtree,
        (Resource::Estates, Create | Update | Import, _) if officer => Reach::Subtree,
        (Resource::PropertyContracts, Create | Terminate, _) if officer => Reach::Subtree,
        (Resource::OwnersCommittees, FileWithDistrict, CityOfficer | DistrictOfficer) => Reach::Subtree,
        (Resource::OwnersCommittees, FileWithStreet, CityOfficer | DistrictOfficer | StreetOfficer) => Reach::Subtree,
        (
            Resource::OwnersCommittees,
            Create | AnnounceCandidates | Elect | HoldFirstMeeting | TakeOffice | AddMember | RemoveMember | BeginHandover
            | HandOver | End | Dissolve,
            _,
        ) if officer => Reach::Subtree,
        (Resource::GridUnits, Create | Adjust | Import, _) if officer => Reach::Subtree,
        // A street approves what its communities propose.
        (Resource::GridUnits, Approve | Reject | Merge | Retire, CityOfficer | DistrictOfficer | StreetOfficer) => Reach::Subtree,
        (Resource::GridEnrollments, Create | Join | Leave, _) if officer => Reach::Subtree,

        (Resource::Responsibilities, Read, _) => Reach::Subtree,
        (Resource::Responsibilities, Create | Update | Publish | Supersede, _) if officer => Reach::Subtree,

        (Resource::Indicators, Read, Auditor | Integration) => Reach::Subtree,
        (Resource::Indicators, Read, _) if officer => Reach::Subtree,

        (Resource::Changes, Read, GridWorker | Integration | Auditor) => Reach::Subtree,
        (Resource::Changes, Read, _) if officer => Reach::Subtree,

        _ => Reach::Nothing,
    }
}
