//! Who has which part in a case, and that no part gives the rights of another.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::{Caller, TestApp};

/// Somebody under a name in a role, and the subject by which the register knows them.
fn named<'a>(app: &'a TestApp, name: &str, role: Role, code: &str) -> (Caller<'a>, String) {
    let mut claims = app.claims(&[(role, code)]);
    claims.sub = name.into();
    (app.with_claims(&claims), format!("{}|{name}", app.settings.issuer))
}

async fn started(officer: &Caller<'_>, id: &str) {
    for action in ["accept", "assign", "start"] {
        officer.does(id, action, body_of(action)).await;
    }
}

async fn status(caller: &Caller<'_>, path: &str) -> String {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body["status"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn whoever_filed_it_does_not_mediate_it_and_whoever_mediates_it_did_not_file_it() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (zhang, subject) = named(&app, "zhang", Role::Mediator, STREET);
    let (wang, wangs) = named(&app, "wang", Role::Resident, COMMUNITY);
    let committee = city.mediation_committee(COMMUNITY, Some(&subject)).await;
    let own = wang.files(&dispute_in(COMMUNITY)).await.id();
    started(&officer, &own).await;
    let case = officer.mediated(&own, &committee, Stage::Drafted).await;
    let (as_mediator, _) = named(&app, "wang", Role::Mediator, COMMUNITY);
    let reason = json!({"reason": "x"});
    for (path, body) in [
        (format!("/v1/mediations/{}/terminate", case.mediation), reason.clone()),
        (format!("/v1/mediations/{}/exclude", case.mediation), json!({"kind": "refusal", "reason": "x"})),
        (format!("/v1/mediation-sessions/{}/complete", case.session), json!({"minutes": "x"})),
        (format!("/v1/mediation-sessions/{}/caucus-notes", case.session), json!({"note": "x"})),
        (format!("/v1/agreements/{}/sign", case.agreement), json!({"position": 1, "signed_on": "2026-03-02"})),
    ] {
        as_mediator.post(&path, &body).await.is(404, "not_found");
    }
    let (as_resident, _) = named(&app, "zhang", Role::Resident, COMMUNITY);
    as_resident.post(&format!("/v1/disputes/{own}/withdraw"), &reason).await.is(404, "not_found");
    as_resident.get(&format!("/v1/disputes/{own}")).await.is(404, "not_found");
    let (elsewhere, _) = named(&app, "zhang", Role::Mediator, OTHER_DISTRICT);
    elsewhere.get(&format!("/v1/mediations/{}", case.mediation)).await.is(404, "not_found");
    assert_eq!(zhang.get(&format!("/v1/mediations?in={OTHER_DISTRICT}")).await.ids(), [""; 0]);
    assert_eq!(zhang.get(&format!("/v1/agreements?in={STREET}")).await.ids(), std::slice::from_ref(&case.agreement));

    // A mediator is no judge of their own dispute.
    let mut register = mediator(&committee.0);
    register["subject"] = json!(wangs);
    let partial = city.makes("/v1/mediators", register).await.id();
    app.trained(&partial, 24).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    officer.acts(&format!("{path}/exclude"), json!({"kind": "refusal", "reason": "x"})).await;
    let chosen = officer.post(&format!("{path}/select"), &json!({"mediator_id": partial, "conflicts": []})).await;
    assert_eq!(chosen.errors(), ["#/mediator_id excluded"]);
}

#[actix_web::test]
async fn a_mediator_who_leaves_leaves_the_case() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (zhang, subject) = named(&app, "zhang", Role::Mediator, COMMUNITY);
    let committee = city.mediation_committee(COMMUNITY, Some(&subject)).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Signed).await;
    let (mediation, agreement) = (format!("/v1/mediations/{}", case.mediation), format!("/v1/agreements/{}", case.agreement));

    // Another subject: whoever signs in so from now on.
    let register = format!("/v1/mediators/{}", committee.1);
    let version = city.get(&register).await.version();
    let (li, other) = named(&app, "li", Role::Mediator, COMMUNITY);
    city.patch(&register, version, &json!({"subject": other})).await;
    app.run_due_jobs().await;
    assert_eq!((zhang.get(&mediation).await.status, li.get(&mediation).await.status), (404, 200));
    assert_eq!(li.get(&format!("/v1/disputes/{dispute}/disclosure?purpose=mediation")).await.status, 200);
    assert_eq!((zhang.get(&agreement).await.status, li.get(&agreement).await.status), (404, 200));

    city.acts(&format!("{register}/leave"), json!({"left_on": "2026-03-02"})).await;
    app.run_due_jobs().await;
    assert_eq!(status(&officer, &mediation).await, "consent_pending");
    assert_eq!(status(&officer, &format!("/v1/mediation-sessions/{}", case.session)).await, "completed");
    for path in [&mediation, &agreement, &format!("/v1/disputes/{dispute}"), &format!("/v1/mediation-sessions/{}", case.session)]
    {
        li.get(path).await.is(404, "not_found");
    }

    // What the first one has signed does not count for the next.
    let members = city.get(&format!("/v1/mediators?organization_id={}&status=active", committee.0)).await;
    let next = members.body["items"][0]["id"].clone();
    officer.acts(&format!("{mediation}/select"), json!({"mediator_id": next, "conflicts": [], "waiver": "人手不足"})).await;
    let mut session = slot(&app);
    session["mediation_id"] = json!(case.mediation);
    let session = officer.makes("/v1/mediation-sessions", session).await.id();
    let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    for (twice, fault) in [(0, "#/attendance/2/position duplicate_item"), (9, "#/attendance/2/position unknown_record")] {
        let mut wrong = attendance.clone();
        wrong["attendance"].as_array_mut().unwrap().push(json!({"position": twice, "present": true}));
        assert_eq!(officer.post(&format!("/v1/mediation-sessions/{session}/start"), &wrong).await.errors(), [fault]);
    }
    officer.acts(&format!("/v1/mediation-sessions/{session}/start"), attendance).await;
    let sealing = json!({"sealed_on": "2026-03-02"});
    let colleague = app.colleague_of(COMMUNITY);
    assert_eq!(colleague.post(&format!("{agreement}/seal"), &sealing).await.errors(), ["# signature_missing"]);
    officer.acts(&format!("{agreement}/sign"), json!({"position": null, "signed_on": "2026-03-02"})).await;
    assert_eq!(officer.post(&format!("{agreement}/seal"), &sealing).await.errors(), ["# second_person"]);
    officer.seals(&case.agreement).await;
}

#[actix_web::test]
async fn an_agreement_answers_everything_that_belongs_to_its_dispute() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let wang = app.resident("wang", COMMUNITY);
    let whole = officer.handled(COMMUNITY).await;
    let same = officer.files(&dispute_in(COMMUNITY)).await.id();
    let part = wang.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&same, "merge", json!({"into_id": whole, "reason": "同一漏水点"})).await;
    officer.does(&whole, "add-parts", json!({"dispute_ids": [part]})).await;
    let first = officer.mediated(&whole, &committee, Stage::Effective).await;
    for id in [&whole, &same, &part] {
        assert_eq!(status(&officer, &format!("/v1/disputes/{id}")).await, "resolved");
    }
    // A part that nobody was assigned to is taken up again like any other.
    wang.does(&part, "reopen", json!({"reason": "仍漏"})).await;
    assert_eq!(status(&wang, &format!("/v1/disputes/{part}")).await, "accepted");
    let late = officer.files(&dispute_in(COMMUNITY)).await.id();
    let over = officer.post(&format!("/v1/disputes/{late}/merge"), &json!({"into_id": whole, "reason": "x"})).await;
    assert_eq!(over.errors(), ["#/into_id not_active"]);

    // What a later agreement has settled is not opened by the end of an earlier one.
    officer.does(&whole, "reopen", json!({"reason": "仍漏"})).await;
    officer.does(&whole, "start", json!({})).await;
    app.clock.advance(Duration::hours(1));
    officer.mediated(&whole, &committee, Stage::Effective).await;
    officer.acts(&format!("/v1/agreements/{}/rescind", first.agreement), json!({"reason": "双方同意"})).await;
    assert_eq!(status(&officer, &format!("/v1/disputes/{whole}")).await, "resolved");

    // A mediation that fails takes its draft along.
    let again = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&again, &committee, Stage::Drafted).await;
    let failure = json!({"reason": "分歧较大", "told_of_other_ways": true});
    officer.acts(&format!("/v1/mediations/{}/fail", case.mediation), failure).await;
    let sign = format!("/v1/agreements/{}/sign", case.agreement);
    let signed = officer.post(&sign, &json!({"position": 0, "signed_on": "2026-03-02"})).await;
    assert_eq!(signed.errors(), ["# not_active"]);
    app.run_due_jobs().await;
    assert_eq!(status(&officer, &format!("/v1/agreements/{}", case.agreement)).await, "rescinded");
}

#[actix_web::test]
async fn an_officer_who_files_for_somebody_is_not_the_applicant() {
    let app = TestApp::start().await;
    let (officer, _) = named(&app, "zhao", Role::CommunityOfficer, COMMUNITY);
    let (at_home, _) = named(&app, "zhao", Role::Resident, COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(at_home.get(&path).await.body["parties"][0]["name"], "业**");
    started(&officer, &id).await;
    officer.does(&id, "resolve", body_of("resolve")).await;
    for (step, body) in [("close", json!({"satisfaction": "satisfied"})), ("visit-back", json!({"satisfaction": "satisfied"}))] {
        assert_eq!(officer.post(&format!("{path}/{step}"), &body).await.errors(), ["# second_person"]);
    }
    let colleague = app.colleague_of(COMMUNITY);
    assert_eq!(colleague.post(&format!("{path}/close"), &json!({})).await.errors(), ["#/satisfaction required"]);
    colleague.does(&id, "visit-back", json!({"satisfaction": "satisfied"})).await;
    let closed = colleague.does(&id, "close", json!({})).await;
    assert_eq!(closed.body["progress"]["rated_by_applicant"], false);
}

#[actix_web::test]
async fn what_is_asked_of_the_level_above_is_neither_lost_nor_left_behind() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    officer.does(&id, "request-approval", json!({"kind": "suspend", "reason": "等待检测"})).await;
    let second = officer.post(&format!("/v1/disputes/{id}/request-approval"), &json!({"kind": "extend", "reason": "x"})).await;
    assert_eq!(second.errors(), ["# already_done"]);
    let extended = street.does(&id, "extend", body_of("extend")).await;
    assert_eq!(extended.body["approver"], STREET, "what was asked for goes on waiting");
    let other = officer.files(&dispute_in(COMMUNITY)).await.id();
    let merged = officer.does(&id, "merge", json!({"into_id": other, "reason": "同一漏水点"})).await;
    assert_eq!(merged.body["approver"], Value::Null);
}

#[actix_web::test]
async fn a_dispute_tells_what_its_category_asks_for_and_lies_where_its_estate_is() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "elevator.accident".into();
    body["description"] = "困人".into();
    let accident = city.files(&body).await.id();
    let silent = city.patch(&format!("/v1/disputes/{accident}"), 1, &json!({"description": null})).await;
    assert_eq!(silent.errors(), ["#/description required_by_category"]);

    let estate = city.estate(COMMUNITY).await;
    let mut body = dispute_in(COMMUNITY);
    body["estate_id"] = estate.clone().into();
    let id = officer.files(&body).await.id();
    let moved = officer.does(&id, "transfer", json!({"jurisdiction": OTHER_COMMUNITY, "reason": "属于二社区"})).await;
    assert_eq!(moved.body["estate_id"], Value::Null);
    let back = app.officer_of(OTHER_COMMUNITY).does(&id, "return", json!({"reason": "不属于本社区"})).await;
    assert_eq!(back.body["estate_id"], json!(estate));

    // Guests find what they were invited to by words and categories too; a party sees its case for good.
    officer.does(&id, "invite", json!({"jurisdiction": OTHER_STREET, "reason": "协助"})).await;
    let guest = app.officer_of(OTHER_STREET);
    for filter in ["", "&q=漏水", "&category=leakage"] {
        assert_eq!(guest.get(&format!("/v1/disputes?shared=true{filter}")).await.ids(), std::slice::from_ref(&id), "{filter}");
    }
    let department = city.organization("department", DISTRICT).await;
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "区住建局", "organization_id": department});
    let party = officer.files(&body).await.id();
    let uninvite = json!({"organization_id": department, "reason": "x"});
    let refused = officer.post(&format!("/v1/disputes/{party}/uninvite"), &uninvite).await;
    assert_eq!(refused.errors(), ["#/organization_id is_party"]);
    // To take an invitation back is offered where there is one, and never to whom the guests are hidden.
    let offered = async |caller: &Caller<'_>, id: &str| {
        let seen = caller.get(&format!("/v1/disputes/{id}")).await;
        seen.body["next_actions"].as_array().unwrap().contains(&json!("uninvite"))
    };
    assert!(offered(&officer, &id).await && !offered(&officer, &party).await);
    let mut body = dispute_in(COMMUNITY);
    body["confidential"] = true.into();
    let hidden = officer.files(&body).await.id();
    assert!(!offered(&officer, &hidden).await && !offered(&city, &hidden).await);
    started(&officer, &party).await;
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let case = officer.mediated(&party, &committee, Stage::Drafted).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, DISTRICT)]);
    claims.organization = Some(department.parse().unwrap());
    let member = app.with_claims(&claims);
    assert_eq!(member.get("/v1/mediations").await.ids(), [case.mediation]);
    assert_eq!(member.get("/v1/mediation-sessions").await.ids(), [case.session]);
    assert_eq!(member.get("/v1/agreements").await.ids(), [case.agreement]);
}
