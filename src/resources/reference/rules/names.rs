//! What administrations can set.

use crate::db::text_enum::text_enum;

text_enum! {
    /// What can be set.
    pub enum RuleName {
        /// The fewest members of an owners' committee.
        CommitteeLeastMembers = "committee_least_members",
        /// The most members of an owners' committee.
        CommitteeMostMembers = "committee_most_members",
        /// Days from the election of an owners' committee to its first meeting.
        CommitteeFirstMeetingDays = "committee_first_meeting_days",
        /// Days from the election of an owners' committee to its filing.
        CommitteeFilingDays = "committee_filing_days",
        /// 1 where the district receives the filing of an owners' committee beside the street, 0 where the street alone does.
        CommitteeDistrictFiling = "committee_district_filing",
        /// Days from the election of the next owners' committee to the handover.
        CommitteeHandoverDays = "committee_handover_days",
        /// The fewest members of the group that prepares an election of owners.
        CommitteeGroupLeastMembers = "committee_group_least_members",
        /// How many days before the end of its term an owners' committee's re-election is due.
        CommitteeReElectionNoticeDays = "committee_re_election_notice_days",
        /// Working days to accept a dispute.
        DisputeAcceptDays = "dispute_accept_days",
        /// Working days after acceptance to speak with the applicant.
        DisputeFirstContactDays = "dispute_first_contact_days",
        /// Working days after acceptance to resolve a dispute.
        DisputeResolveDays = "dispute_resolve_days",
        /// Working days by which the level above may extend this once.
        DisputeExtensionDays = "dispute_extension_days",
        /// Working days within which the hotline's dispute is accepted or sent back.
        DisputeHotlineAcceptDays = "dispute_hotline_accept_days",
        /// Working days after acceptance to resolve the hotline's dispute.
        DisputeHotlineResolveDays = "dispute_hotline_resolve_days",
        /// Working days by which the level above may extend this once.
        DisputeHotlineExtensionDays = "dispute_hotline_extension_days",
        /// Calendar days within which a petition is registered and routed.
        DisputePetitionAcceptDays = "dispute_petition_accept_days",
        /// Calendar days after acceptance to resolve a petition.
        DisputePetitionResolveDays = "dispute_petition_resolve_days",
        /// Calendar days by which the level above may extend this once.
        DisputePetitionExtensionDays = "dispute_petition_extension_days",
        /// Working days to accept a dispute that is graded red; 0 where it has no time of its own. A grade makes no time
        /// longer, and leaves petitions theirs.
        DisputeRedAcceptDays = "dispute_red_accept_days",
        DisputeRedFirstContactDays = "dispute_red_first_contact_days",
        DisputeRedResolveDays = "dispute_red_resolve_days",
        DisputeOrangeAcceptDays = "dispute_orange_accept_days",
        DisputeOrangeFirstContactDays = "dispute_orange_first_contact_days",
        DisputeOrangeResolveDays = "dispute_orange_resolve_days",
        /// 1 where a dispute can be filed without telling who the applicant is.
        DisputeAnonymousFiling = "dispute_anonymous_filing",
        /// Working days of a level to which an overdue dispute was escalated.
        DisputeEscalationDays = "dispute_escalation_days",
        /// The longest suspension in calendar days.
        DisputeSuspensionDays = "dispute_suspension_days",
        /// Working days to return a dispute that was transferred.
        DisputeReturnDays = "dispute_return_days",
        /// Calendar days of silence after which a resolved dispute closes.
        DisputeSilenceDays = "dispute_silence_days",
        /// Calendar days within which a dispute can be reopened.
        DisputeReopenDays = "dispute_reopen_days",
        /// Calendar days within which a mediation comes to an end.
        MediationDays = "mediation_days",
        /// Calendar days after which the end of a mediation is announced.
        MediationWarningDays = "mediation_warning_days",
        /// Hours of training that a mediator needs in a year.
        MediatorYearlyHours = "mediator_yearly_hours",
        /// Calendar days after which the parties of an agreement are visited.
        AgreementVisitDays = "agreement_visit_days",
        /// Days within which a court dockets an application for judicial confirmation.
        ConfirmationDocketingDays = "confirmation_docketing_days",
        /// Calendar days after which the parties are first reminded of judicial confirmation.
        ConfirmationFirstReminderDays = "confirmation_first_reminder_days",
        ConfirmationSecondReminderDays = "confirmation_second_reminder_days",
        ConfirmationLastReminderDays = "confirmation_last_reminder_days",
        /// Hours of training that a party secretary needs in a year.
        PartySecretaryYearlyHours = "party_secretary_yearly_hours",
        PartyMemberYearlyHours = "party_member_yearly_hours",
        OfficerYearlyHours = "officer_yearly_hours",
        GridWorkerYearlyHours = "grid_worker_yearly_hours",
        NeighborhoodWorkerYearlyHours = "neighborhood_worker_yearly_hours",
        CommitteeMemberYearlyHours = "committee_member_yearly_hours",
        PropertyManagerYearlyHours = "property_manager_yearly_hours",
        /// How many hundredths of a session a learner must be there to earn its hours.
        TrainingPresencePercent = "training_presence_percent",
        /// Days from the signature of a property contract to its filing.
        ContractFilingDays = "contract_filing_days",
        /// How many days before the end of its contract an enterprise that does not want to go on tells so.
        ContractEnterpriseNoticeDays = "contract_enterprise_notice_days",
        /// How many days ahead owners tell an enterprise that they dismiss it.
        ContractOwnersNoticeDays = "contract_owners_notice_days",
        /// How many days ahead either side ends a contract that goes on without term.
        ContractOpenNoticeDays = "contract_open_notice_days",
        /// Days from the end of a contract to the handover.
        ContractHandoverDays = "contract_handover_days",
        /// How many months an enterprise serves at most that was named in an emergency.
        ContractEmergencyMonths = "contract_emergency_months",
        /// How many days ahead the seats of a council are invited.
        CouncilNoticeDays = "council_notice_days",
        /// How many days ahead the seats of a joint meeting are invited; 0 where a sudden event can be dealt with at once.
        CouncilJointNoticeDays = "council_joint_notice_days",
        /// How many hundredths of the guests of a joint meeting must be there for it to decide.
        CouncilJointQuorumPercent = "council_joint_quorum_percent",
        /// Working days to answer a request for a meeting of a council.
        CouncilRequestDays = "council_request_days",
        /// Working days within which the minutes of a council are signed.
        CouncilMinutesDays = "council_minutes_days",
        /// Working days within which signed minutes are published.
        CouncilPublicationDays = "council_publication_days",
        /// Days within which residents object to what was published.
        CouncilObjectionDays = "council_objection_days",
        /// Days for which residents are asked at least.
        ConsultationDays = "consultation_days",
        /// Days for which the roll of a vote is posted before the vote is announced.
        VoteRollDays = "vote_roll_days",
        /// The same before the first assembly of an estate.
        VoteFirstRollDays = "vote_first_roll_days",
        /// Whole days from the announcement of a vote to its first day.
        VoteNoticeDays = "vote_notice_days",
        /// Days for which something is posted at least.
        VotePostingDays = "vote_posting_days",
        /// Working days to answer what somebody has against a roll.
        VoteAnswerDays = "vote_answer_days",
        /// Working days after the end of a vote in which papers are entered that were handed in before.
        VotePaperDays = "vote_paper_days",
        /// For how many heads one owner votes at most beside their own.
        VoteProxyPrincipals = "vote_proxy_principals",
        /// Days in which owners object to the result of a vote.
        VoteResultDays = "vote_result_days",
        /// Days for which a dispute is suspended at most while its owners vote.
        OwnerVoteSuspensionDays = "owner_vote_suspension_days",
        /// Days for which the time to resolve a dispute stands still while it is before a council.
        CouncilDisputeDays = "council_dispute_days",
        /// How the numbers of disputes are written, such as `青南纠〔{year}〕{number}号`.
        DisputeNumberPattern = "dispute_number_pattern",
        MediationNumberPattern = "mediation_number_pattern",
        AgreementNumberPattern = "agreement_number_pattern",
        CertificateNumberPattern = "certificate_number_pattern",
    }
}
