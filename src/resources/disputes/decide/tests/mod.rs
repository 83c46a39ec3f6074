//! Decisions on disputes, without a database.

mod second_persons;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use crate::access::actor::Role;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::ActionTag;
use crate::access::permissions::action as a;
use crate::access::permissions::resource::Disputes;
use crate::access::scope::{Authorized, Scope};
use crate::access::testing::caller;
use crate::calendar::civil_date;
use crate::changes::execute::{Outcome, decide};
use crate::changes::taken_steps::TakenSteps;
use crate::db::document::Document;
use crate::http::bodies::{Reason, Remark};
use crate::http::problem::Problem;
use crate::resources::disputes::command::{Command, Effect};
use crate::resources::disputes::deadline::{Card, DeadlineKind};
use crate::resources::disputes::details::{ApprovalKind, CaseDetails, Satisfaction};
use crate::resources::disputes::effective_rules::EffectiveRules;
use crate::resources::disputes::facts::Facts;
use crate::resources::disputes::inputs::{
    AddedParts, Closing, DisputeMerger, NewApprovalRequest, Resolution, Suspension, SuspensionReason, Transfer, VisitBack,
};
use crate::resources::disputes::model::{DisputeFields, DisputePatch};
use crate::resources::disputes::routing::ResponsibilityLookup;
use crate::resources::disputes::states::Status;
use crate::resources::reference::dispute_categories::model::Risk;
use crate::resources::reference::rules::names::RuleName;

const COMMUNITY: &str = "370202002001";
const STREET: &str = "370202002";
const APPLICANT: &str = "https://login|applicant";

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+08:00").parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-03-02T09:00")
}

fn officer<A: ActionTag>() -> Scope<A, Disputes> {
    caller(Role::CommunityOfficer, COMMUNITY, "https://login|officer", now())
}

fn street<A: ActionTag>() -> Scope<A, Disputes> {
    caller(Role::StreetOfficer, STREET, "https://login|street", now())
}

fn applicant<A: ActionTag>() -> Scope<A, Disputes> {
    caller(Role::Resident, COMMUNITY, APPLICANT, now())
}

fn dispute(status: Status) -> DisputeFields {
    DisputeFields {
        id: Uuid::now_v7(),
        number: "20260301-000001".into(),
        jurisdiction: COMMUNITY.parse().unwrap(),
        level: Level::Community,
        title: "楼上渗水".into(),
        description: None,
        category: "leakage".into(),
        risk: Risk::Yellow,
        confidential: false,
        estate_id: None,
        estate_name: None,
        status,
        organization_id: None,
        assignee: None,
        resolution: None,
        parent_id: None,
        card: Card::None,
        due_at: None,
        approver: None,
        progress: Document::of(&CaseDetails::default()).unwrap(),
        reported_at: now(),
        version: 3,
        created_at: now(),
        updated_at: now(),
        created_by: APPLICANT.into(),
        taken_steps: TakenSteps::default(),
        next_step_at: None,
    }
}

fn with(mut fields: DisputeFields, change: impl FnOnce(&mut DisputeFields, &mut CaseDetails)) -> DisputeFields {
    let mut progress = fields.progress.get().unwrap().clone();
    change(&mut fields, &mut progress);
    fields.progress = Document::of(&progress).unwrap();
    fields
}

fn facts() -> Facts {
    let rules = EffectiveRules::of_days(&[
        (RuleName::DisputeAcceptDays, 3),
        (RuleName::DisputeFirstContactDays, 2),
        (RuleName::DisputeResolveDays, 15),
        (RuleName::DisputeExtensionDays, 10),
        (RuleName::DisputeReturnDays, 2),
        (RuleName::DisputeSuspensionDays, 60),
        (RuleName::DisputeSilenceDays, 15),
        (RuleName::DisputeReopenDays, 30),
    ]);
    let place = COMMUNITY.parse().unwrap();
    Facts {
        holders: Some(ResponsibilityLookup::nobody(place, civil_date(now()))),
        is_there: true,
        ..Facts::of_rules(Arc::new(rules))
    }
}

fn reason() -> Reason {
    Reason { reason: "因故".into() }
}

fn remark() -> Remark {
    Remark { note: Some("已联系".into()) }
}

/// Where it is refused and which rule says so.
fn refusal(outcome: Result<Outcome<DisputeFields>, Problem>) -> (String, &'static str) {
    let problem = outcome.expect_err("it is refused");
    match problem.faults().pop() {
        Some(fault) => fault,
        None => (String::new(), problem.kind.code),
    }
}

fn run<A: ActionTag>(
    before: &DisputeFields,
    command: Command,
    facts: &Facts,
    who: &Scope<A, Disputes>,
) -> Result<Outcome<DisputeFields>, Problem> {
    decide(before, command, facts, who)
}

fn running(fields: &DisputeFields) -> Vec<DeadlineKind> {
    fields.progress.get().unwrap().clocks.iter().filter(|clock| clock.is_running()).map(|clock| clock.kind).collect()
}

/// The other disputes that a decision changes: the step, and what they become.
fn others<'a>(effects: &'a [Effect]) -> Vec<(&'a str, &'a DisputeFields)> {
    let of = |effect: &'a Effect| match effect {
        Effect::Other(change) => Some((change.step.action.as_str(), &*change.change.after)),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

#[test]
fn contact_and_result_are_due_from_the_acceptance_on() {
    let before = dispute(Status::Submitted);
    let Outcome { after, effects } = run(&before, Command::Accept(remark()), &facts(), &officer::<a::Accept>()).unwrap();
    assert_eq!(after.status, Status::Accepted);
    assert_eq!(running(&after), [DeadlineKind::FirstContact, DeadlineKind::Resolve]);
    let [Effect::Step(step)] = &effects[..] else { panic!("one step is told: {effects:?}") };
    assert_eq!((step.version, step.from_status, step.to_status), (4, Some(Status::Submitted), Status::Accepted));
    assert_eq!((step.note.as_deref(), step.role.as_str()), (Some("已联系"), "community_officer"));
}

#[test]
fn a_state_refuses_what_does_not_follow_from_it() {
    let resolution = Command::Resolve(Resolution { resolution: "已修复".into() });
    let (_, code) = refusal(run(&dispute(Status::Submitted), resolution, &facts(), &officer::<a::Resolve>()));
    assert_eq!(code, "state_conflict");
}

#[test]
fn an_officer_closes_only_what_the_applicant_has_spoken_of() {
    let close = |said, who: &Scope<a::Close, Disputes>, before: &DisputeFields| {
        run(before, Command::Close(Closing { note: None, satisfaction: said }), &facts(), who)
    };
    let resolved = dispute(Status::Resolved);
    assert_eq!(refusal(close(None, &officer(), &resolved)), ("/satisfaction".into(), "required"));
    let closed = close(Some(Satisfaction::Satisfied), &officer(), &resolved).unwrap().after;
    assert_eq!(closed.status, Status::Closed);
    assert!(!closed.progress.get().unwrap().rated_by_applicant);
    assert_eq!(close(None, &applicant(), &resolved).unwrap().after.status, Status::Closed);

    let rated = close(Some(Satisfaction::Dissatisfied), &applicant(), &resolved).unwrap().after;
    let said = Command::VisitBack(VisitBack { satisfaction: Satisfaction::Satisfied, note: None });
    let overruled = run(&rated, said, &facts(), &officer::<a::VisitBack>());
    assert_eq!(refusal(overruled), ("/satisfaction".into(), "said_by_applicant"));
}

#[test]
fn suspensions_take_no_longer_together_than_the_rule_allows() {
    let suspend = |suspended_days, until_on: Option<&str>| {
        let before = with(dispute(Status::InHandling), |_, progress| progress.suspended_days = suspended_days);
        let until_on = until_on.map(|day| day.parse().unwrap());
        let body = Suspension { reason: SuspensionReason::PendingInspection, note: None, until_on };
        run(&before, Command::Suspend(body), &facts(), &street::<a::Suspend>())
    };
    // 2 March and 60 days.
    let hold = |outcome: Outcome<DisputeFields>| outcome.after.progress.get().unwrap().hold.clone().unwrap().until_on.unwrap();
    assert_eq!(hold(suspend(0, None).unwrap()).to_string(), "2026-05-01");
    assert_eq!(hold(suspend(50, None).unwrap()).to_string(), "2026-03-12");
    assert_eq!(refusal(suspend(50, Some("2026-03-13"))).0, "/until_on");
    assert_eq!(refusal(suspend(0, Some("2026-03-02"))).0, "/until_on");
    assert_eq!(refusal(suspend(60, None)).1, "suspended_long_enough");
}

#[test]
fn what_is_asked_can_be_granted_and_answered() {
    let ask = |kind| Command::RequestApproval(NewApprovalRequest { kind, reason: "等待检测结果".into() });
    let accepted = run(&dispute(Status::Submitted), Command::Accept(remark()), &facts(), &officer::<a::Accept>()).unwrap().after;
    let asked = run(&accepted, ask(ApprovalKind::Extend), &facts(), &officer::<a::RequestApproval>()).unwrap().after;
    assert_eq!(asked.approver, STREET.parse().ok());
    // The level above does something else first: the question still has its answers.
    let body = Suspension { reason: SuspensionReason::PendingFunds, note: None, until_on: None };
    let still = run(&asked, Command::Suspend(body), &facts(), &street::<a::Suspend>()).unwrap().after;
    let declined = run(&still, Command::Decline(reason()), &facts(), &street::<a::Decline>()).unwrap().after;
    assert_eq!((declined.status, declined.approver), (Status::Suspended, None));
    let extended = run(&still, Command::Extend(reason()), &facts(), &street::<a::Extend>()).unwrap().after;
    assert_eq!((extended.status, extended.approver), (Status::Suspended, None));
    // It is given once, so that nobody asks for it in vain.
    let on = run(&extended, Command::Resume(remark()), &facts(), &street::<a::Resume>()).unwrap().after;
    let again = run(&on, ask(ApprovalKind::Extend), &facts(), &officer::<a::RequestApproval>());
    assert_eq!(refusal(again), ("/kind".into(), "already_done"));
}

#[test]
fn a_transfer_needs_another_handler() {
    let to = |level| Command::Transfer(Transfer { level: Some(level), jurisdiction: None, reason: "因故".into() });
    let before = dispute(Status::Accepted);
    let same = run(&before, to(Level::Community), &facts(), &officer::<a::Transfer>());
    assert_eq!(refusal(same), (String::new(), "same_handler"));
    // From below it goes up one level at a time.
    let far = run(&before, to(Level::City), &facts(), &officer::<a::Transfer>());
    assert_eq!(refusal(far), ("/level".into(), "wrong_level"));
    let sent = run(&before, to(Level::Street), &facts(), &officer::<a::Transfer>()).unwrap().after;
    assert_eq!((sent.status, sent.level), (Status::Transferred, Level::Street));
}

#[test]
fn a_merger_takes_two_different_disputes_that_go_on() {
    let before = dispute(Status::Accepted);
    let merge = |into: &DisputeFields, has_parts| {
        let facts = Facts { others: vec![into.clone()], has_parts, ..facts() };
        let body = DisputeMerger { into_id: into.id, reason: "同一漏水点".into() };
        run(&before, Command::Merge(body), &facts, &officer::<a::Merge>())
    };
    let into = dispute(Status::InHandling);
    assert_eq!(refusal(merge(&before, false)), ("/into_id".into(), "unknown_record"));
    assert_eq!(refusal(merge(&dispute(Status::Closed), false)), ("/into_id".into(), "not_active"));
    assert_eq!(refusal(merge(&into, true)), (String::new(), "belongs_together"));
    let merged = merge(&into, false).unwrap();
    assert_eq!((merged.after.status, merged.after.parent_id), (Status::Merged, Some(into.id)));
    let told = others(&merged.effects);
    assert_eq!(told.iter().map(|(action, other)| (*action, other.id)).collect::<Vec<_>>(), [("merge", into.id)]);
}

#[test]
fn what_is_gathered_is_answered_together_and_released_together() {
    let parts: Vec<_> = [Status::Submitted, Status::InHandling].map(dispute).into();
    let whole = dispute(Status::InHandling);
    let body = AddedParts { dispute_ids: parts.iter().map(|part| part.id).collect(), note: None };
    let full = Facts { others: parts.clone(), part_count: 499, ..facts() };
    let refused = refusal(run(&whole, Command::AddParts(body), &full, &officer::<a::AddParts>()));
    assert_eq!(refused, ("/dispute_ids".into(), "too_many_parts"));
    let merger = DisputeMerger { into_id: parts[0].id, reason: "重复".into() };
    let full = Facts { others: vec![parts[0].clone()], part_count: 500, ..facts() };
    let refused = refusal(run(&whole, Command::Merge(merger), &full, &officer::<a::Merge>()));
    assert_eq!(refused, ("/into_id".into(), "too_many_parts"));

    let facts = Facts { others: parts.clone(), ..facts() };
    let ids = parts.iter().map(|part| part.id).collect();
    let body = AddedParts { dispute_ids: ids, note: None };
    let gathered = run(&whole, Command::AddParts(body), &facts, &officer::<a::AddParts>()).unwrap();
    assert!(others(&gathered.effects).iter().all(|(action, part)| *action == "add_parts" && part.parent_id == Some(whole.id)));

    let over = with(dispute(Status::Withdrawn), |fields, _| fields.parent_id = Some(whole.id));
    let joined = others(&gathered.effects).into_iter().map(|(_, part)| part.clone());
    let facts = Facts { others: joined.chain([over]).collect(), ..facts };
    let answer = Command::Resolve(Resolution { resolution: "统一维修".into() });
    let resolved = run(&whole, answer, &facts, &officer::<a::Resolve>()).unwrap();
    let answered = others(&resolved.effects);
    assert_eq!(answered.len(), 2, "what is over stays as it is");
    assert!(answered.iter().all(|(_, part)| part.resolution.as_deref() == Some("统一维修")));
    let withdrawn = run(&whole, Command::Withdraw(reason()), &facts, &officer::<a::Withdraw>()).unwrap();
    let released = others(&withdrawn.effects);
    assert_eq!(released.len(), 2);
    assert!(released.iter().all(|(action, part)| *action == "detach" && part.parent_id.is_none()));
}

#[test]
fn a_patch_that_changes_nothing_is_no_step() {
    let before = dispute(Status::Submitted);
    let patch = |text: &str| Command::Update(serde_json::from_str::<DisputePatch>(text).unwrap());
    let same = run(&before, patch(r#"{"title": "楼上渗水"}"#), &facts(), &officer::<a::Update>()).unwrap();
    assert!(same.after == before && same.effects.is_empty());
    let renamed = run(&before, patch(r#"{"title": "楼上漏水"}"#), &facts(), &officer::<a::Update>()).unwrap();
    assert_eq!((renamed.after.title.as_str(), renamed.effects.len()), ("楼上漏水", 1));
}

#[test]
fn what_is_not_due_only_plans_the_next_look() {
    let before = with(dispute(Status::Resolved), |_, progress| progress.closes_on = "2026-03-18".parse().ok());
    let service = Authorized::<Disputes>::of_service(now());
    let early = decide(&before, Command::RunDueStep, &facts(), &service).unwrap();
    assert!(early.after == before && matches!(early.effects[..], [Effect::LookAgain(Some(_))]));
    let service = Authorized::<Disputes>::of_service(at("2026-03-18T00:00"));
    let closed = decide(&before, Command::RunDueStep, &facts(), &service).unwrap();
    assert_eq!(closed.after.status, Status::Closed);
}

proptest! {
    #[test]
    fn what_is_given_back_is_as_it_was(
        status in prop::sample::select(vec![Status::Submitted, Status::Accepted, Status::Assigned, Status::InHandling]),
        estate in any::<bool>(),
        held in any::<bool>(),
    ) {
        let before = with(dispute(status), |fields, _| {
            fields.estate_id = estate.then(Uuid::now_v7);
            fields.organization_id = held.then(Uuid::now_v7);
        });
        let up = Command::Transfer(Transfer { level: Some(Level::Street), jurisdiction: None, reason: "因故".into() });
        let sent = run(&before, up, &facts(), &officer::<a::Transfer>()).unwrap().after;
        prop_assert_eq!(sent.status, Status::Transferred);
        let back = run(&sent, Command::Return(reason()), &facts(), &street::<a::Return>()).unwrap().after;
        let is = |fields: &DisputeFields| (fields.status, fields.level, fields.jurisdiction, fields.estate_id, fields.organization_id);
        prop_assert_eq!(is(&back), is(&before));
        // Where it came from was revoked meanwhile.
        let successor: JurisdictionCode = "370202001002".parse().unwrap();
        let moved = Facts { successor: Some(successor), ..facts() };
        let elsewhere = run(&sent, Command::Return(reason()), &moved, &street::<a::Return>()).unwrap().after;
        prop_assert_eq!((elsewhere.jurisdiction, elsewhere.level), (successor, before.level));
        // It is given back once.
        let again = Command::Transfer(Transfer { level: Some(Level::Street), jurisdiction: None, reason: "因故".into() });
        prop_assert_eq!(refusal(run(&back, again, &facts(), &officer::<a::Transfer>())).1, "decided_above");
    }

    #[test]
    fn a_suspension_gives_back_the_state_and_counts_its_days(
        status in prop::sample::select(vec![Status::Accepted, Status::Assigned, Status::InHandling]),
        days in 0_i64..60,
    ) {
        let before = dispute(status);
        let body = Suspension { reason: SuspensionReason::PendingFunds, note: None, until_on: None };
        let still = run(&before, Command::Suspend(body), &facts(), &street::<a::Suspend>()).unwrap().after;
        let later = caller::<a::Resume, _>(Role::StreetOfficer, STREET, "https://login|street", now() + TimeDelta::days(days));
        let on = run(&still, Command::Resume(remark()), &facts(), &later).unwrap().after;
        prop_assert_eq!(on.status, status);
        prop_assert_eq!(on.progress.get().unwrap().suspended_days, days);
    }
}
