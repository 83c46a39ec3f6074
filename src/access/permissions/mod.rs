//! The one table of permissions: what a role may do with a kind of record, and how far it reaches.
//! Nothing else decides; what is not in the table is forbidden.

use super::actor::Role;

pub use names::{Action, ActionTag, Resource, ResourceTag, action, resource};

mod names;

/// How far a role reaches with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLevel {
    /// Not at all.
    Nothing,
    /// Only records that the caller made, or that are about them.
    Own,
    /// Only records in the grant's jurisdiction that were given to the caller to work on.
    Assigned,
    /// Only records in which the caller's organization has a part.
    Involved,
    /// Everything in and below the grant's jurisdiction.
    Subtree,
    /// Every record: reference data.
    Everywhere,
}

impl AccessLevel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Own => "own",
            Self::Assigned => "assigned",
            Self::Involved => "involved",
            Self::Subtree => "subtree",
            Self::Everywhere => "everywhere",
        }
    }
}

/// The permissions.
pub fn access_level(role: Role, action: Action, resource: Resource) -> AccessLevel {
    match resource {
        Resource::Jurisdictions
        | Resource::Rules
        | Resource::DivisionChanges
        | Resource::Calendars
        | Resource::VoteMatters
        | Resource::DisputeCategories => reference(role, action, resource),
        Resource::Councils | Resource::CouncilMeetings => deliberation(role, action, resource),
        Resource::Duties => duties(role, action),
        Resource::Consultations => consultations(role, action),
        Resource::OwnerVotes => owner_votes(role, action),
        Resource::Disputes => disputes(role, action),
        // Everybody has work of their own but those who only look on.
        Resource::Work if action == Action::Read && !matches!(role, Role::Auditor | Role::Integration | Role::Admin) => {
            AccessLevel::Own
        }
        Resource::Work => AccessLevel::Nothing,
        // Whoever may name something can find it.
        Resource::Directory if action == Action::Read => AccessLevel::Subtree,
        Resource::Directory => AccessLevel::Nothing,
        Resource::TokenRevocations => match (action, role) {
            (Action::Read | Action::Create, Role::Admin) | (Action::Read, Role::Auditor) => AccessLevel::Subtree,
            _ => AccessLevel::Nothing,
        },
        Resource::Mediators | Resource::Mediations | Resource::MediationSessions | Resource::Agreements => {
            mediation(role, action, resource)
        }
        Resource::Trainings
        | Resource::TrainingSessions
        | Resource::TrainingEnrollments
        | Resource::Learners
        | Resource::LearnerMerges
        | Resource::Certificates => trainings(role, action, resource),
        Resource::Changes | Resource::Indicators | Resource::Responsibilities | Resource::Policies => {
            oversight(role, action, resource)
        }
        _ => registers(role, action, resource),
    }
}

/// True for the officers of a level.
pub fn is_officer(role: Role) -> bool {
    matches!(role, Role::CityOfficer | Role::DistrictOfficer | Role::StreetOfficer | Role::CommunityOfficer)
}

/// What everybody reads and administrators set.
fn reference(role: Role, action: Action, resource: Resource) -> AccessLevel {
    match (resource, action, role) {
        (_, Action::Read, _) => AccessLevel::Everywhere,
        (Resource::Jurisdictions, Action::Import, Role::Admin) => AccessLevel::Subtree,
        (Resource::Jurisdictions | Resource::VoteMatters, ..) => AccessLevel::Nothing,
        (Resource::DivisionChanges, Action::Void, _) => AccessLevel::Nothing,
        (_, Action::Create | Action::Void, Role::Admin) | (Resource::Calendars, Action::Update, Role::Admin) => {
            AccessLevel::Subtree
        }
        _ => AccessLevel::Nothing,
    }
}

fn disputes(role: Role, action: Action) -> AccessLevel {
    use Action::*;
    match (role, action) {
        (Role::GridWorker | Role::Integration, Read | Create | Update | AddParty | CorrectParty) => AccessLevel::Subtree,
        (Role::GridWorker, Start | Resolve | Contact | Remark | Disclose) => AccessLevel::Subtree,
        (Role::Auditor, Read) => AccessLevel::Subtree,
        (Role::Resident, Read | Update | Withdraw | Rate | Close | Reopen | Remark) => AccessLevel::Own,
        (Role::Resident, Link | Answer) => AccessLevel::Own,
        (Role::Resident, AddParty | CorrectParty | RemoveParty | RequestReview) => AccessLevel::Own,
        // With what was filed in the name of their organization all of its members go on.
        (Role::OrganizationMember, Update | Withdraw | Rate | Close | Reopen) => AccessLevel::Involved,
        (Role::OrganizationMember, AddParty | CorrectParty | RemoveParty | RequestReview) => AccessLevel::Involved,
        (Role::Resident | Role::OrganizationMember, Create) => AccessLevel::Subtree,
        (Role::Mediator, Read | Remark | Disclose) => AccessLevel::Assigned,
        (Role::OrganizationMember, Read | Remark | Answer) => AccessLevel::Involved,
        _ if is_officer(role) && is_case_work(action) => AccessLevel::Subtree,
        _ => AccessLevel::Nothing,
    }
}

/// The register of mediators, and what officers and the mediator of a case do with it.
fn mediation(role: Role, action: Action, resource: Resource) -> AccessLevel {
    use Action::*;
    // What a party says in a case, and others record for them.
    let is_said_by_parties = match resource {
        Resource::Mediations => matches!(action, RecordConsent | WithdrawConsent | Choose | Exclude | Offer | AnswerOffer),
        Resource::Agreements => matches!(action, Sign | ReportProgress),
        _ => false,
    };
    let officers = match resource {
        Resource::Mediators => matches!(action, Read | Create | Update | Leave | Disclose),
        Resource::Mediations => {
            matches!(action, Read | Create | GiveNotice | Select | InviteHelper | DismissHelper | Extend | Fail | Terminate)
                || is_said_by_parties
        }
        Resource::MediationSessions => {
            matches!(action, Read | Create | Update | Start | Adjourn | Complete | Cancel | Miss)
        }
        _ => {
            matches!(action, Read | Create | Update | Sign | Seal | Perform | ReportProgress | Default | Rescind | VisitBack)
                || matches!(action, ApplyConfirmation | AcceptConfirmation | ExtendConfirmation | DecideConfirmation)
                || matches!(action, MakeEnforceable | ApplyEnforcement)
        }
    };
    let is_of_officers_alone =
        matches!((resource, action), (Resource::Mediations, Create | Select) | (Resource::Agreements, Seal));
    match role {
        _ if is_officer(role) && officers => AccessLevel::Subtree,
        Role::Auditor | Role::Integration if action == Read => AccessLevel::Subtree,
        Role::GridWorker if action == Read && resource == Resource::Mediators => AccessLevel::Subtree,
        // Whoever mediates a case does everything in it but open it, choose who mediates, and seal what was agreed.
        Role::Mediator if resource != Resource::Mediators && action == TakeNote => AccessLevel::Assigned,
        Role::Mediator if officers && !is_of_officers_alone => match resource {
            Resource::Mediators if action != Read => AccessLevel::Nothing,
            Resource::Mediators => AccessLevel::Own,
            _ => AccessLevel::Assigned,
        },
        Role::Resident if action == Read && resource != Resource::Mediators => AccessLevel::Own,
        Role::OrganizationMember if action == Read && resource != Resource::Mediators => AccessLevel::Involved,
        Role::Resident if is_said_by_parties => AccessLevel::Own,
        Role::OrganizationMember if is_said_by_parties => AccessLevel::Involved,
        _ => AccessLevel::Nothing,
    }
}

/// What officers do with a case. The level that handles it, and approvals, are the dispute's own rule.
fn is_case_work(action: Action) -> bool {
    use Action::*;
    matches!(
        action,
        Read | Create | Update | Accept | Reject | Assign | Start | Contact | Resolve | VisitBack | Close | Reopen | Withdraw
    ) || matches!(action, Transfer | Return | RequestApproval | Decline | Suspend | Resume | LeaveCouncil | Extend | Escalate)
        || matches!(action, Merge | Unmerge | AddParts | Detach | ReferOut | Invite | Uninvite | Remark | Disclose)
        || matches!(action, AddParty | CorrectParty | RemoveParty | ShowCode | UnlinkParty)
}

/// Courses are for everybody to read; what people do in them is theirs, and for those who teach and those who oversee.
fn trainings(role: Role, action: Action, resource: Resource) -> AccessLevel {
    use Action::*;
    let teaches = is_officer(role) || role == Role::Trainer;
    let oversees = teaches || matches!(role, Role::Auditor | Role::Integration);
    let learns = !matches!(role, Role::Auditor | Role::Integration | Role::Admin);
    match (resource, action) {
        (Resource::LearnerMerges, Create) if is_officer(role) => AccessLevel::Subtree,
        (Resource::LearnerMerges, Read) if is_officer(role) || matches!(role, Role::Auditor | Role::Integration) => {
            AccessLevel::Subtree
        }
        (Resource::LearnerMerges, _) => AccessLevel::Nothing,
        (Resource::Trainings | Resource::TrainingSessions, Read) => AccessLevel::Subtree,
        (Resource::Trainings, ReadDrafts) if teaches || role == Role::Auditor => AccessLevel::Subtree,
        (Resource::Trainings, Create | Update | Publish | Retire) if teaches => AccessLevel::Subtree,
        (Resource::TrainingSessions, Create | Update | Open | ShowCode | Start | Complete | Cancel) if teaches => {
            AccessLevel::Subtree
        }
        (Resource::Learners, Create | Update) if is_officer(role) || role == Role::Integration => AccessLevel::Subtree,
        (Resource::Learners, Leave) | (Resource::Certificates, Revoke) | (Resource::TrainingEnrollments, Correct)
            if is_officer(role) =>
        {
            AccessLevel::Subtree
        }
        (Resource::Learners | Resource::Certificates, Disclose) if teaches => AccessLevel::Subtree,
        (Resource::TrainingEnrollments, CheckIn | CheckOut) if learns => AccessLevel::Own,
        (Resource::TrainingEnrollments, Create | Withdraw | RecordPresence | RecordResult | Excuse)
        | (Resource::Certificates, Renew)
            if teaches =>
        {
            AccessLevel::Subtree
        }
        (Resource::TrainingEnrollments, Create) if role == Role::OrganizationMember => AccessLevel::Involved,
        (Resource::TrainingEnrollments, Create | Withdraw) | (Resource::Certificates, Renew) if learns => AccessLevel::Own,
        (_, Read) if oversees => AccessLevel::Subtree,
        (Resource::TrainingEnrollments | Resource::Learners, Read) if role == Role::OrganizationMember => AccessLevel::Involved,
        (_, Read) if learns => AccessLevel::Own,
        _ => AccessLevel::Nothing,
    }
}

/// Councils and their meetings. Residents read what is published of them and object to it.
fn deliberation(role: Role, action: Action, resource: Resource) -> AccessLevel {
    use Action::*;
    let looks_on = matches!(role, Role::Auditor | Role::Integration);
    let meets = resource == Resource::CouncilMeetings;
    match action {
        Read if is_officer(role) || looks_on => AccessLevel::Subtree,
        ReadDrafts if meets && (is_officer(role) || looks_on) => AccessLevel::Subtree,
        Read | Object if meets && role == Role::Resident => AccessLevel::Subtree,
        // What a seat says, and others record for it.
        Read | NameDelegate | EndDelegate | RequestMeeting | AddItem | AnswerInvitation | ConsentToItem | GiveVoice
        | SignMinutes | StrikeSignature
            if role == Role::OrganizationMember =>
        {
            AccessLevel::Involved
        }
        Create | Update if is_officer(role) => AccessLevel::Subtree,
        _ if !is_officer(role) => AccessLevel::Nothing,
        ChangeSeat | NameDelegate | EndDelegate | RequestMeeting | OrderMeeting | AnswerRequest | Dissolve if !meets => {
            AccessLevel::Subtree
        }
        AddItem | RemoveItem | ArrangeItems | Notify | AnswerInvitation | ConsentToItem | Open | DecideRecusal | OpenVote
        | GiveVoice | CloseVote | RecordAttendance | StrikeAttendance
            if meets =>
        {
            AccessLevel::Subtree
        }
        Adjourn | Conclude | Cancel | CorrectMinutes | SignMinutes | StrikeSignature | Publish | AnswerObjection if meets => {
            AccessLevel::Subtree
        }
        _ => AccessLevel::Nothing,
    }
}

/// What councils have decided to be done. Seats report what is theirs and review what is not.
fn duties(role: Role, action: Action) -> AccessLevel {
    use Action::*;
    match (action, role) {
        (Read, Role::Auditor | Role::Integration) => AccessLevel::Subtree,
        (Read | Create | ReportProgress | Review | Extend | Cancel, _) if is_officer(role) => AccessLevel::Subtree,
        (Read | ReportProgress | Review, Role::OrganizationMember) => AccessLevel::Involved,
        _ => AccessLevel::Nothing,
    }
}

/// What residents are asked. Who said what is told above the communities.
fn consultations(role: Role, action: Action) -> AccessLevel {
    use Action::*;
    match (action, role) {
        (Read, Role::Mediator | Role::Trainer) => AccessLevel::Nothing,
        (Read, _) | (ReadDrafts | ReadOpinions, Role::Auditor) => AccessLevel::Subtree,
        (GiveOpinion | WithdrawOpinion, Role::Resident | Role::OrganizationMember) => AccessLevel::Subtree,
        (ReadOpinions, Role::Resident) => AccessLevel::Own,
        (ReadOpinions, Role::OrganizationMember) => AccessLevel::Involved,
        (Disclose, Role::CommunityOfficer) => AccessLevel::Nothing,
        (ReadDrafts | ReadOpinions | Create | Update | Open | Extend | Cancel | Discard | Redact | Publish | Disclose, _)
        | (AddHearing | RecordHearing | CallOffHearing | AddGroup | UpdateGroup | RemoveGroup | GroupOpinions | AnswerGroup, _)
            if is_officer(role) =>
        {
            AccessLevel::Subtree
        }
        _ => AccessLevel::Nothing,
    }
}

/// What owners decide together. Whoever convenes a vote prepares it; the street confirms it; owners say what they think.
fn owner_votes(role: Role, action: Action) -> AccessLevel {
    use Action::*;
    let prepares =
        matches!(action, Update | PublishRoll | AnswerObjection | AddPosting | StrikePosting | Announce | Cancel | Discard)
            || matches!(action, ReadHeads | IssueLetters | Count | Conclude);
    let in_office =
        matches!(action, Read | ReadDrafts | Create | Object | TakePaper | EnterPaper | DeliverBallots | GivePower | RevokePower);
    // The street guides it, and whoever stands above.
    let guides =
        matches!(action, Confirm | Extend | RejectPaper | Invalidate | Annul | StrikeEnding) && role != Role::CommunityOfficer;
    match role {
        Role::Auditor if matches!(action, Read | ReadDrafts | ReadHeads) => AccessLevel::Subtree,
        Role::Integration if action == Read => AccessLevel::Subtree,
        Role::Resident if matches!(action, Read | Object) => AccessLevel::Subtree,
        // Where they own something, wherever they live.
        Role::Resident if matches!(action, Cast | WithdrawBallot | GivePower | RevokePower | Link) => AccessLevel::Own,
        Role::OrganizationMember if action == Create => AccessLevel::Subtree,
        Role::OrganizationMember if prepares || action == Read => AccessLevel::Involved,
        _ if is_officer(role) && (prepares || in_office || guides) => AccessLevel::Subtree,
        _ => AccessLevel::Nothing,
    }
}

/// The feed, the figures, and who is responsible for what.
fn oversight(role: Role, action: Action, resource: Resource) -> AccessLevel {
    use Action::*;
    match (resource, action, role) {
        (Resource::Responsibilities | Resource::Policies, Read, _) => AccessLevel::Subtree,
        (Resource::Responsibilities | Resource::Policies, ReadDrafts, _) if is_officer(role) || role == Role::Auditor => {
            AccessLevel::Subtree
        }
        (Resource::Responsibilities, Create | Update | Publish | Supersede | Void, _) if is_officer(role) => AccessLevel::Subtree,
        // Of a province nobody is an officer: what it lays down the administrators keep.
        (Resource::Policies, ReadDrafts | Create | Update | Publish | Repeal, Role::Admin) => AccessLevel::Subtree,
        (Resource::Policies, Create | Update | Publish | Repeal, _) if is_officer(role) => AccessLevel::Subtree,
        (Resource::Indicators | Resource::Changes, Read, Role::Auditor | Role::Integration) => AccessLevel::Subtree,
        (Resource::Changes, Read, Role::GridWorker) => AccessLevel::Subtree,
        (Resource::Indicators | Resource::Changes, Read, _) if is_officer(role) => AccessLevel::Subtree,
        _ => AccessLevel::Nothing,
    }
}

/// Organizations, estates, contracts, committees and grid units.
fn registers(role: Role, action: Action, resource: Resource) -> AccessLevel {
    use Action::*;
    use Role::{CityOfficer, DistrictOfficer, StreetOfficer};
    let is_of_organizations =
        !matches!(resource, Resource::GridUnits | Resource::GridEnrollments | Resource::GridRecords | Resource::EstateUnits);
    if action == Read && role == Role::OrganizationMember && is_of_organizations {
        return AccessLevel::Involved;
    }
    let allowed = match (resource, action) {
        // Who owns what concerns no grid worker.
        (Resource::EstateUnits, Read) => is_officer(role) || matches!(role, Role::Integration | Role::Auditor),
        (_, Read) => is_officer(role) || matches!(role, Role::GridWorker | Role::Integration | Role::Auditor),
        (Resource::GridRecords, Create | Update | Settle | File | Dismiss | Reopen) => {
            is_officer(role) || role == Role::GridWorker
        }
        // A street approves what its communities propose.
        (Resource::GridUnits, Approve | Reject | Merge | Retire) | (Resource::OwnersCommittees, FileWithStreet | FormGroup) => {
            matches!(role, CityOfficer | DistrictOfficer | StreetOfficer)
        }
        (Resource::OwnersCommittees, FileWithDistrict) | (Resource::PropertyContracts, File) => {
            matches!(role, CityOfficer | DistrictOfficer)
        }
        (Resource::Organizations, Create | Update | Import | Replace)
        | (Resource::Estates, Create | Update | Import)
        | (Resource::EstateUnits, Create | Update | Import | ChangeOwners | Void)
        | (Resource::PropertyContracts, Create | Update | Continue | GiveNotice | Terminate | Restore | Void) => {
            is_officer(role) || role == Role::Integration
        }
        (Resource::Organizations, Dissolve | Restore)
        | (Resource::Organizations | Resource::OwnersCommittees | Resource::GridUnits | Resource::EstateUnits, Disclose)
        | (Resource::OwnersCommittees, Create | AnnounceCandidates | Elect | HoldFirstMeeting | TakeOffice | AddMember)
        | (Resource::OwnersCommittees, Appoint | RemoveMember | Prolong | BeginHandover | HandOver | End | Dissolve)
        | (Resource::GridUnits, Create | Adjust | Import)
        | (Resource::GridEnrollments, Create | Join | Leave) => is_officer(role),
        _ => false,
    };
    if allowed { AccessLevel::Subtree } else { AccessLevel::Nothing }
}
