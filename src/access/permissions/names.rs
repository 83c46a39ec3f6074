//! What can be done, and to what: as values and, for the signatures of handlers, as types.

macro_rules! named {
    ($(#[$meta:meta])* $kind:ident, $tag:ident, $module:ident { $($(#[$inner:meta])* $name:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $kind { $($(#[$inner])* $name),+ }

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
        /// To see what is not published yet, where there are drafts.
        ReadDrafts = "read_drafts",
        ReadOpinions = "read_opinions",
        /// To see which heads have taken part in a vote, and the papers.
        ReadHeads = "read_heads",
        Create = "create",
        Update = "update",
        Accept = "accept",
        Reject = "reject",
        RequestReview = "request_review",
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
        /// To go on after the end of a term.
        Continue = "continue",
        /// To end a clue on the spot.
        Settle = "settle",
        /// To make a dispute of a clue.
        File = "file",
        Dismiss = "dismiss",
        /// To take back what was a mistake.
        Void = "void",
        AnnounceCandidates = "announce_candidates",
        Elect = "elect",
        HoldFirstMeeting = "hold_first_meeting",
        FileWithStreet = "file_with_street",
        FileWithDistrict = "file_with_district",
        TakeOffice = "take_office",
        Appoint = "appoint",
        AddMember = "add_member",
        RemoveMember = "remove_member",
        Prolong = "prolong",
        FormGroup = "form_group",
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
        Repeal = "repeal",
        Supersede = "supersede",
        Contact = "contact",
        Transfer = "transfer",
        Return = "return",
        RequestApproval = "request_approval",
        Decline = "decline",
        Suspend = "suspend",
        Resume = "resume",
        Extend = "extend",
        Escalate = "escalate",
        Unmerge = "unmerge",
        AddParts = "add_parts",
        Detach = "detach",
        ReferOut = "refer_out",
        VisitBack = "visit_back",
        Rate = "rate",
        Invite = "invite",
        Uninvite = "uninvite",
        Remark = "remark",
        AddParty = "add_party",
        CorrectParty = "correct_party",
        RemoveParty = "remove_party",
        Link = "link",
        UnlinkParty = "unlink_party",
        Answer = "answer",
        Disclose = "disclose",
        RecordConsent = "record_consent",
        WithdrawConsent = "withdraw_consent",
        GiveNotice = "give_notice",
        Select = "select",
        Choose = "choose",
        Exclude = "exclude",
        Offer = "offer",
        AnswerOffer = "answer_offer",
        InviteHelper = "invite_helper",
        DismissHelper = "dismiss_helper",
        Fail = "fail",
        Adjourn = "adjourn",
        Complete = "complete",
        Cancel = "cancel",
        Miss = "miss",
        TakeNote = "take_note",
        Sign = "sign",
        Seal = "seal",
        Perform = "perform",
        Default = "default",
        Rescind = "rescind",
        ApplyConfirmation = "apply_confirmation",
        AcceptConfirmation = "accept_confirmation",
        ExtendConfirmation = "extend_confirmation",
        DecideConfirmation = "decide_confirmation",
        MakeEnforceable = "make_enforceable",
        ApplyEnforcement = "apply_enforcement",
        Open = "open",
        ShowCode = "show_code",
        CheckIn = "check_in",
        CheckOut = "check_out",
        RecordPresence = "record_presence",
        RecordResult = "record_result",
        Excuse = "excuse",
        Correct = "correct",
        ChangeSeat = "change_seat",
        ChangeOwners = "change_owners",
        PublishRoll = "publish_roll",
        AddPosting = "add_posting",
        StrikePosting = "strike_posting",
        Confirm = "confirm",
        Announce = "announce",
        IssueLetters = "issue_letters",
        DeliverBallots = "deliver_ballots",
        Cast = "cast",
        WithdrawBallot = "withdraw_ballot",
        GivePower = "give_power",
        RevokePower = "revoke_power",
        TakePaper = "take_paper",
        EnterPaper = "enter_paper",
        RejectPaper = "reject_paper",
        Count = "count",
        Invalidate = "invalidate",
        Annul = "annul",
        StrikeEnding = "strike_ending",
        NameDelegate = "name_delegate",
        EndDelegate = "end_delegate",
        RequestMeeting = "request_meeting",
        OrderMeeting = "order_meeting",
        AnswerRequest = "answer_request",
        AddItem = "add_item",
        RemoveItem = "remove_item",
        ArrangeItems = "arrange_items",
        ConsentToItem = "consent_to_item",
        /// To invite to a meeting.
        Notify = "notify",
        AnswerInvitation = "answer_invitation",
        RecordAttendance = "record_attendance",
        StrikeAttendance = "strike_attendance",
        StrikeSignature = "strike_signature",
        DecideRecusal = "decide_recusal",
        OpenVote = "open_vote",
        GiveVoice = "give_voice",
        CloseVote = "close_vote",
        Conclude = "conclude",
        CorrectMinutes = "correct_minutes",
        SignMinutes = "sign_minutes",
        Object = "object",
        AnswerObjection = "answer_objection",
        ReportProgress = "report_progress",
        LeaveCouncil = "leave_council",
        AddHearing = "add_hearing",
        RecordHearing = "record_hearing",
        CallOffHearing = "call_off_hearing",
        GiveOpinion = "give_opinion",
        WithdrawOpinion = "withdraw_opinion",
        AddGroup = "add_group",
        Redact = "redact",
        Discard = "discard",
        UpdateGroup = "update_group",
        RemoveGroup = "remove_group",
        GroupOpinions = "group_opinions",
        AnswerGroup = "answer_group",
        Review = "review",
        Revoke = "revoke",
        Renew = "renew",
        /// What the service does by itself when a time has come; no role has it.
        RunDueStep = "run_due_step",
    }
}

named! {
    /// To what it can be done.
    Resource, ResourceTag, resource {
        Jurisdictions = "jurisdictions",
        Directory = "directory",
        Disputes = "disputes",
        DisputeCategories = "dispute_categories",
        Calendars = "calendars",
        Work = "work",
        Mediators = "mediators",
        Mediations = "mediations",
        MediationSessions = "mediation_sessions",
        Agreements = "agreements",
        Changes = "changes",
        Rules = "rules",
        Organizations = "organizations",
        Estates = "estates",
        EstateUnits = "estate_units",
        PropertyContracts = "property_contracts",
        OwnersCommittees = "owners_committees",
        GridUnits = "grid_units",
        GridEnrollments = "grid_enrollments",
        GridRecords = "grid_records",
        Responsibilities = "responsibilities",
        Policies = "policies",
        Trainings = "trainings",
        TrainingSessions = "training_sessions",
        TrainingEnrollments = "training_enrollments",
        Learners = "learners",
        LearnerMerges = "learner_merges",
        Certificates = "certificates",
        DivisionChanges = "division_changes",
        Indicators = "indicators",
        TokenRevocations = "token_revocations",
        Councils = "councils",
        CouncilMeetings = "council_meetings",
        Duties = "duties",
        Consultations = "consultations",
        VoteMatters = "vote_matters",
        OwnerVotes = "owner_votes",
    }
}
