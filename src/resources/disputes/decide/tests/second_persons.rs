//! What the applicant and the level above decide, and what takes a second person.

use super::*;
use crate::access::permissions::Action;
use crate::resources::disputes::inputs::{Assignment, Invitation};

#[test]
fn nobody_decides_about_their_own_dispute() {
    let own = |status| with(dispute(status), |_, progress| progress.filed_by_applicant = Some(true));
    let as_officer = caller::<a::Accept, _>(Role::CommunityOfficer, COMMUNITY, APPLICANT, now());
    let accepted = run(&own(Status::Submitted), Command::Accept(remark()), &facts(), &as_officer);
    assert_eq!(refusal(accepted), (String::new(), "own_matter"));
    let rates = caller::<a::VisitBack, _>(Role::CommunityOfficer, COMMUNITY, APPLICANT, now());
    let said = Command::VisitBack(VisitBack { satisfaction: Satisfaction::Satisfied, note: None });
    assert_eq!(refusal(run(&own(Status::Resolved), said, &facts(), &rates)), (String::new(), "own_matter"));
    assert!(run(&own(Status::Submitted), Command::Accept(remark()), &facts(), &officer::<a::Accept>()).is_ok());
}

#[test]
fn whoever_asked_or_handles_it_grants_nothing() {
    let ask = Command::RequestApproval(NewApprovalRequest { kind: ApprovalKind::Extend, reason: "等待检测结果".into() });
    let accepted = run(&dispute(Status::Submitted), Command::Accept(remark()), &facts(), &officer::<a::Accept>()).unwrap().after;
    let asked = run(&accepted, ask, &facts(), &officer::<a::RequestApproval>()).unwrap().after;
    let extend = |before: &DisputeFields, subject| {
        let who = caller::<a::Extend, _>(Role::StreetOfficer, STREET, subject, now());
        run(before, Command::Extend(reason()), &facts(), &who)
    };
    for before in [&accepted, &asked] {
        assert_eq!(refusal(extend(before, "https://login|officer")), (String::new(), "second_person"));
        assert!(extend(before, "https://login|street").is_ok());
    }
    let declines = caller::<a::Decline, _>(Role::StreetOfficer, STREET, "https://login|officer", now());
    assert_eq!(refusal(run(&asked, Command::Decline(reason()), &facts(), &declines)).1, "second_person");
    // Also after somebody else has said no.
    let declined = run(&asked, Command::Decline(reason()), &facts(), &street::<a::Decline>()).unwrap().after;
    assert_eq!(refusal(extend(&declined, "https://login|officer")).1, "second_person");
}

#[test]
fn whoever_had_a_hand_in_it_grants_nothing() {
    let assign = Command::Assign(Assignment { assignee: "张三".into(), note: None });
    let (start, contact) = (Command::Start(remark()), Command::Contact(remark()));
    let touched = [
        run(&dispute(Status::Accepted), assign, &facts(), &officer::<a::Assign>()),
        run(&dispute(Status::Assigned), start, &facts(), &officer::<a::Start>()),
        run(&dispute(Status::InHandling), contact, &facts(), &officer::<a::Contact>()),
    ];
    for after in touched.map(|outcome| outcome.unwrap().after) {
        let extends = caller::<a::Extend, _>(Role::StreetOfficer, STREET, "https://login|officer", now());
        assert_eq!(refusal(run(&after, Command::Extend(reason()), &facts(), &extends)).1, "second_person", "{:?}", after.status);
    }
    let raise = Command::Update(serde_json::from_str::<DisputePatch>(r#"{"risk": "red"}"#).unwrap());
    let raised = run(&dispute(Status::Accepted), raise, &facts(), &officer::<a::Update>()).unwrap().after;
    let lower = Command::Update(serde_json::from_str::<DisputePatch>(r#"{"risk": "yellow"}"#).unwrap());
    let above = caller::<a::Update, _>(Role::StreetOfficer, STREET, "https://login|officer", now());
    assert_eq!(refusal(run(&raised, lower, &facts(), &above)), ("/risk".into(), "second_person"));
}

#[test]
fn at_the_top_whoever_took_the_latest_step_leaves_it_to_the_others() {
    let city = |subject| caller::<a::Extend, _>(Role::CityOfficer, "3702", subject, now());
    let at_city = with(dispute(Status::Assigned), |fields, _| fields.level = Level::City);
    let first = caller::<a::Start, _>(Role::CityOfficer, "3702", "https://login|first", now());
    let started = run(&at_city, Command::Start(remark()), &facts(), &first).unwrap().after;
    assert_eq!(refusal(run(&started, Command::Extend(reason()), &facts(), &city("https://login|first"))).1, "second_person");
    let second = caller::<a::Contact, _>(Role::CityOfficer, "3702", "https://login|second", now());
    let contacted = run(&started, Command::Contact(remark()), &facts(), &second).unwrap().after;
    let bars = |subject| contacted.reserved(Action::Extend, &city(subject), "").is_some();
    assert_eq!(["https://login|first", "https://login|second"].map(bars), [false, true]);
}

#[test]
fn a_graver_dispute_does_not_hide_in_another() {
    let whole = with(dispute(Status::Accepted), |fields, _| fields.id = Uuid::now_v7());
    let red = with(dispute(Status::Accepted), |fields, _| fields.risk = Risk::Red);
    let of_street = with(dispute(Status::Accepted), |fields, _| fields.level = Level::Street);
    for graver in [&red, &of_street] {
        let facts_of = |other: &DisputeFields| Facts { others: vec![other.clone()], ..facts() };
        let merge = Command::Merge(DisputeMerger { into_id: whole.id, reason: "重复".into() });
        assert_eq!(refusal(run(graver, merge, &facts_of(&whole), &street::<a::Merge>())).1, "graver");
        let add = Command::AddParts(AddedParts { dispute_ids: vec![graver.id], note: None });
        assert_eq!(refusal(run(&whole, add, &facts_of(graver), &street::<a::AddParts>())).1, "graver");
        // One that became graver as a part goes on by itself when the whole is answered.
        let part = with(graver.clone(), |fields, _| fields.parent_id = Some(whole.id));
        let handled = with(whole.clone(), |fields, _| fields.status = Status::InHandling);
        let answer = Command::Resolve(Resolution { resolution: "统一维修".into() });
        let resolved = run(&handled, answer, &facts_of(&part), &officer::<a::Resolve>()).unwrap();
        let changed: Vec<_> = others(&resolved.effects).iter().map(|(step, part)| (*step, part.status, part.parent_id)).collect();
        assert_eq!(changed, [("detach", Status::Accepted, None)]);
    }
}

#[test]
fn a_withdrawal_that_waits_is_not_taken_away() {
    let own = with(dispute(Status::InHandling), |fields, progress| {
        (fields.risk, progress.filed_by_applicant) = (Risk::Red, Some(true));
    });
    let asked = run(&own, Command::Withdraw(reason()), &facts(), &applicant::<a::Withdraw>()).unwrap().after;
    let resolve = Command::Resolve(Resolution { resolution: "已修复".into() });
    assert_eq!(refusal(run(&asked, resolve, &facts(), &officer::<a::Resolve>())).1, "withdrawal_waits");
    let up = Command::Transfer(Transfer { level: Some(Level::Street), jurisdiction: None, reason: "因故".into() });
    assert_eq!(refusal(run(&asked, up, &facts(), &officer::<a::Transfer>())).1, "withdrawal_waits");
    let whole = with(dispute(Status::Accepted), |fields, _| (fields.id, fields.risk) = (Uuid::now_v7(), Risk::Red));
    let add = Command::AddParts(AddedParts { dispute_ids: vec![asked.id], note: None });
    let parts = Facts { others: vec![asked.clone()], ..facts() };
    assert_eq!(refusal(run(&whole, add, &parts, &officer::<a::AddParts>())), ("/dispute_ids/0".into(), "withdrawal_waits"));
    // On its way up it is asked of whoever is above then.
    let escalated = run(&asked, Command::Escalate(reason()), &facts(), &officer::<a::Escalate>()).unwrap().after;
    assert_eq!((escalated.level, escalated.approver), (Level::Street, "370202".parse().ok()));
    assert!(escalated.withdrawal_waits("").is_some());
    let declined = run(&asked, Command::Decline(reason()), &facts(), &street::<a::Decline>()).unwrap().after;
    let resolve = Command::Resolve(Resolution { resolution: "已修复".into() });
    assert!(run(&declined, resolve, &facts(), &officer::<a::Resolve>()).is_ok());
}

#[test]
fn an_applicant_takes_back_their_own_dispute_and_the_level_above_lets_a_red_one_go() {
    let own = |risk| {
        with(dispute(Status::InHandling), |fields, progress| {
            (fields.risk, progress.filed_by_applicant) = (risk, Some(true));
        })
    };
    let withdraw =
        |before: &DisputeFields, who: &Scope<a::Withdraw, Disputes>| run(before, Command::Withdraw(reason()), &facts(), who);
    for who in [officer(), street()] {
        assert_eq!(refusal(withdraw(&own(Risk::Yellow), &who)), (String::new(), "applicant_decides"));
        assert_eq!(refusal(withdraw(&own(Risk::Red), &who)), (String::new(), "applicant_decides"));
    }
    assert_eq!(withdraw(&own(Risk::Yellow), &applicant()).unwrap().after.status, Status::Withdrawn);

    let asked = withdraw(&own(Risk::Red), &applicant()).unwrap().after;
    assert_eq!((asked.status, asked.approver), (Status::InHandling, STREET.parse().ok()));
    assert_eq!(refusal(withdraw(&asked, &applicant())), (String::new(), "already_done"));
    assert_eq!(refusal(withdraw(&asked, &officer())), (String::new(), "level_above_decides"));
    assert_eq!(withdraw(&asked, &street()).unwrap().after.status, Status::Withdrawn);
    let declined = run(&asked, Command::Decline(reason()), &facts(), &street::<a::Decline>()).unwrap().after;
    assert_eq!((declined.status, declined.approver), (Status::InHandling, None));

    // Nobody asks for it in the applicant's name.
    let ask = || Command::RequestApproval(NewApprovalRequest { kind: ApprovalKind::Withdraw, reason: "申请人来电".into() });
    let asked_for = run(&own(Risk::Yellow), ask(), &facts(), &officer::<a::RequestApproval>());
    assert_eq!(refusal(asked_for), ("/kind".into(), "applicant_decides"));
    // An office that the applicant holds too does not help.
    let offices = caller::<a::Withdraw, _>(Role::StreetOfficer, STREET, APPLICANT, now());
    assert_eq!(withdraw(&own(Risk::Red), &offices).unwrap().after.status, Status::InHandling);
    let graded = Command::Update(serde_json::from_str::<DisputePatch>(r#"{"risk": "orange"}"#).unwrap());
    let submitted = with(own(Risk::Red), |fields, _| fields.status = Status::Submitted);
    let lowered = run(&submitted, graded, &facts(), &caller::<a::Update, _>(Role::StreetOfficer, STREET, APPLICANT, now()));
    assert_eq!(refusal(lowered).0, "/risk");

    // What an officer has filed for somebody an officer takes back for them.
    let filed_for = |risk| with(own(risk), |_, progress| progress.filed_by_applicant = Some(false));
    assert_eq!(withdraw(&filed_for(Risk::Yellow), &officer()).unwrap().after.status, Status::Withdrawn);
    assert_eq!(refusal(withdraw(&filed_for(Risk::Red), &officer())), (String::new(), "level_above_decides"));
}

#[test]
fn the_handling_level_does_not_change_what_keeps_it_in_check() {
    let patch = |text: &str| Command::Update(serde_json::from_str::<DisputePatch>(text).unwrap());
    let guarded = with(dispute(Status::Accepted), |fields, _| (fields.risk, fields.confidential) = (Risk::Red, true));
    for (text, place) in [(r#"{"risk": "yellow"}"#, "/risk"), (r#"{"confidential": false}"#, "/confidential")] {
        let refused = refusal(run(&guarded, patch(text), &facts(), &officer::<a::Update>()));
        assert_eq!(refused, (place.into(), "level_above_decides"));
        assert!(run(&guarded, patch(text), &facts(), &street::<a::Update>()).is_ok());
    }
    let invite =
        || Command::Invite(Invitation { jurisdiction: STREET.parse().ok(), organization_id: None, reason: "共商".into() });
    assert_eq!(refusal(run(&guarded, invite(), &facts(), &officer::<a::Invite>())).1, "level_above_decides");
    let ask = Command::RequestApproval(NewApprovalRequest { kind: ApprovalKind::Invite, reason: "共商".into() });
    let asked = run(&guarded, ask, &facts(), &officer::<a::RequestApproval>()).unwrap().after;
    assert_eq!(asked.approver, STREET.parse().ok());
    assert_eq!(run(&asked, invite(), &facts(), &street::<a::Invite>()).unwrap().after.approver, None);
    assert!(run(&dispute(Status::Accepted), invite(), &facts(), &officer::<a::Invite>()).is_ok());
    // Whoever asked, with a grant of the level above alone.
    let above = caller::<a::Invite, _>(Role::StreetOfficer, STREET, "https://login|officer", now());
    assert_eq!(refusal(run(&asked, invite(), &facts(), &above)).1, "second_person");

    // Who hands it down does not become the level above by that.
    let of_street = with(guarded, |fields, progress| (fields.level, progress.filed_by_applicant) = (Level::Street, Some(false)));
    let down = Command::Transfer(Transfer { level: Some(Level::Community), jurisdiction: None, reason: "因故".into() });
    let sent = run(&of_street, down, &facts(), &street::<a::Transfer>()).unwrap().after;
    assert_eq!(refusal(run(&sent, invite(), &facts(), &street::<a::Invite>())).1, "level_above_decides");
    let withdrawn = run(&sent, Command::Withdraw(reason()), &facts(), &street::<a::Withdraw>());
    assert_eq!(refusal(withdrawn).1, "level_above_decides");
    let taken = run(&sent, Command::Accept(remark()), &facts(), &officer::<a::Accept>()).unwrap().after;
    assert_eq!(refusal(run(&taken, invite(), &facts(), &street::<a::Invite>())).1, "second_person");
}

#[test]
fn nobody_answers_their_own_dispute_by_way_of_another() {
    let own = with(dispute(Status::Submitted), |_, progress| progress.filed_by_applicant = Some(true));
    let whole = dispute(Status::InHandling);
    let foreign = with(whole, |fields, _| fields.created_by = "https://login|other".into());
    let facts = Facts { others: vec![own.clone()], ..facts() };
    let adds = caller::<a::AddParts, _>(Role::CommunityOfficer, COMMUNITY, APPLICANT, now());
    let body = AddedParts { dispute_ids: vec![own.id], note: None };
    assert_eq!(refusal(run(&foreign, Command::AddParts(body), &facts, &adds)), ("/dispute_ids/0".into(), "own_matter"));
    let resolves = caller::<a::Resolve, _>(Role::CommunityOfficer, COMMUNITY, APPLICANT, now());
    let answer = Command::Resolve(Resolution { resolution: "统一维修".into() });
    assert_eq!(refusal(run(&foreign, answer, &facts, &resolves)).1, "own_matter");
    let merges = caller::<a::Merge, _>(Role::CommunityOfficer, COMMUNITY, APPLICANT, now());
    let body = DisputeMerger { into_id: own.id, reason: "重复".into() };
    assert_eq!(refusal(run(&foreign, Command::Merge(body), &facts, &merges)).1, "own_matter");
}
