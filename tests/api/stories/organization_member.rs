//! Members of organizations that are responsible, are parties, file and train their people.

use serde_json::json;
use sihe::access::actor::Role;

use super::{consent, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::training::{meeting, training};

#[actix_web::test]
async fn a_member_answers_for_their_organization() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let responsible = city.organization("neighborhood_committee", COMMUNITY).await;
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let member_of = |id: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(id.parse().unwrap());
        app.with_claims(&claims)
    };
    let member = member_of(&responsible);
    let first = officer.handled(COMMUNITY).await;
    let asked = waits(&member, "answer_dispute", "/v1/disputes").await;
    assert!(asked.ends_with(&first));
    takes(&member, &asked, "answer", json!({"kind": "accept_responsibility", "text": "由我方负责维修"})).await;
    assert_eq!(waiting(&member, "answer_dispute").await.len(), 1, "what was promised is still to be done");
    takes(&member, &asked, "answer", json!({"kind": "report_completion", "text": "已修复", "evidence": ["验收单"]})).await;
    assert!(waiting(&member, "answer_dispute").await.is_empty());
    // Taken up again, it waits anew.
    officer.does(&first, "resolve", body_of("resolve")).await;
    officer.does(&first, "reopen", body_of("reopen")).await;
    assert_eq!(waiting(&member, "answer_dispute").await.len(), 1);

    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    let member = member_of(&enterprise);
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise});
    let id = officer.files(&body).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&id, action, body_of(action)).await;
    }
    officer.mediated(&id, &committee, Stage::Proposed).await;
    let mine =
        member.get(&format!("/v1/disputes/{}", only(&member, "/v1/disputes").await)).await.body["own_positions"][0].clone();
    let mediation = waits(&member, "consent_to_mediation", "/v1/mediations").await;
    takes(&member, &mediation, "record-consent", consent(&mine)).await;
    assert!(waiting(&member, "consent_to_mediation").await.is_empty());
}

#[actix_web::test]
async fn a_member_files_for_their_organization() {
    let app = TestApp::start().await;
    let (city, officer, second) = (app.officer_of(CITY), app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    let other = city.organization("property_enterprise", COMMUNITY).await;
    let member_of = |id: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        (claims.sub, claims.organization) = (format!("of {id}"), Some(id.parse().unwrap()));
        app.with_claims(&claims)
    };
    let (member, stranger) = (member_of(&enterprise), member_of(&other));
    let named = only(&member, "/v1/organizations").await;
    assert_eq!(named, enterprise);
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "fee.arrears".into();
    assert_eq!(member.post("/v1/disputes", &body).await.errors(), ["#/parties own_organization_required"]);
    body["parties"] = json!([
        {"role": "applicant", "kind": "organization", "name": "物业", "organization_id": other},
        {"role": "respondent", "kind": "person", "name": "业主乙", "phone": "13800000001"},
    ]);
    assert_eq!(member.post("/v1/disputes", &body).await.errors(), ["#/parties own_organization_required"]);
    body["parties"][0]["organization_id"] = named.into();
    body["channel"] = "hotline".into();
    assert_eq!(member.post("/v1/disputes", &body).await.errors(), ["#/channel not_applicable"]);
    body["channel"] = "direct".into();
    body["jurisdiction"] = OTHER_COMMUNITY.into();
    assert_eq!(member.post("/v1/disputes", &body).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    body["jurisdiction"] = COMMUNITY.into();
    let filed = member.makes("/v1/disputes", body).await;
    let (id, path) = (filed.id(), format!("/v1/disputes/{}", filed.id()));
    assert_eq!(filed.body["own_positions"], json!([0]));
    assert_eq!(filed.body["parties"][1]["phone"], "13800000001", "who filed it reads what they wrote");
    let offered = filed.body["next_actions"].as_array().unwrap();
    for action in ["update", "withdraw", "add_party", "remark"] {
        assert!(offered.contains(&json!(action)), "{action} in {offered:?}");
    }
    member.patch(&path, 1, &json!({"title": "欠缴物业费"})).await;
    // It does not stand on both sides.
    let ours = json!({"party": {"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise},
        "reason": "补充"});
    assert_eq!(member.post(&format!("{path}/add-party"), &ours).await.errors(), ["#/party/organization_id duplicate_item"]);
    let other_side = json!({"position": 1, "kind": "organization", "organization_id": enterprise, "reason": "更正"});
    let corrected = member.post(&format!("{path}/correct-party"), &other_side).await;
    assert_eq!(corrected.errors(), ["#/organization_id duplicate_item"]);
    stranger.get(&path).await.is(404, "not_found");
    stranger.post(&format!("{path}/withdraw"), &json!({"reason": "x"})).await.is(404, "not_found");
    // Whoever handles it does not take it back; who filed it says what they think of the result.
    for action in ["accept", "assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    assert_eq!(second.post(&format!("{path}/withdraw"), &json!({"reason": "x"})).await.status, 409);
    takes(&member, &path, "rate", json!({"satisfaction": "satisfied"})).await;
    // Any member of the organization goes on with it; whoever has left it does not.
    let colleague = {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        (claims.sub, claims.organization) = ("colleague".into(), Some(enterprise.parse().unwrap()));
        app.with_claims(&claims)
    };
    let former = {
        let mut claims = app.claims(&[(Role::Resident, COMMUNITY)]);
        claims.sub = format!("of {enterprise}");
        app.with_claims(&claims)
    };
    assert_eq!(former.post(&format!("{path}/close"), &json!({})).await.errors(), ["# applicant_decides"]);
    takes(&colleague, &path, "close", json!({})).await;
}

#[actix_web::test]
async fn who_belongs_to_an_organization_files_for_it_whatever_office_they_hold() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    let other = city.organization("property_enterprise", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY), (Role::OrganizationMember, COMMUNITY)]);
    claims.organization = Some(enterprise.parse().unwrap());
    let both = app.with_claims(&claims);
    claims.organization = None;
    let in_office = app.with_claims(&claims);
    let mut body = dispute_in(COMMUNITY);
    body["parties"][0] = json!({"role": "applicant", "kind": "organization", "name": "物业", "organization_id": enterprise});
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise});
    assert_eq!(both.post("/v1/disputes", &body).await.errors(), ["#/parties/1/organization_id duplicate_item"]);
    body["parties"][1] = json!({"role": "respondent", "kind": "person", "name": "业主乙"});
    let path = format!("/v1/disputes/{}", both.makes("/v1/disputes", body).await.id());
    // In an office they decide nothing of it, at whatever level it is, and are offered nothing.
    let in_other_office = {
        let mut claims = app.claims(&[(Role::StreetOfficer, STREET)]);
        (claims.sub, claims.organization) = ("street of theirs".into(), Some(enterprise.parse().unwrap()));
        app.with_claims(&claims)
    };
    for caller in [&both, &in_other_office] {
        assert_eq!(caller.post(&format!("{path}/accept"), &json!({})).await.errors(), ["# own_matter"]);
        for shown in [caller.get(&path).await.body, caller.get("/v1/disputes").await.body["items"][0].clone()] {
            let offered = shown["next_actions"].as_array().unwrap();
            assert!(!offered.contains(&json!("accept")) && !offered.contains(&json!("escalate")), "{offered:?}");
        }
        assert!(waiting(caller, "accept_dispute").await.is_empty());
    }
    // Without the claim the same person has no other standing either.
    let refused = in_office.post(&format!("{path}/accept"), &json!({})).await;
    assert!(refused.status >= 400, "{}", refused.body);
    // The organization that files stays the one that files.
    let change = json!({"position": 0, "organization_id": other, "reason": "更换"});
    let refused = both.post(&format!("{path}/correct-party"), &change).await;
    assert_eq!(refused.errors(), ["#/organization_id own_organization_required"]);
}

#[actix_web::test]
async fn who_is_more_than_a_member_files_for_themselves_too() {
    let app = TestApp::start().await;
    let enterprise = app.officer_of(CITY).organization("property_enterprise", COMMUNITY).await;
    for roles in [[Role::OrganizationMember, Role::Resident], [Role::Resident, Role::OrganizationMember]] {
        let mut claims = app.claims(&roles.map(|role| (role, COMMUNITY)));
        (claims.sub, claims.organization) = (format!("{roles:?}"), Some(enterprise.parse().unwrap()));
        let filed = app.with_claims(&claims).makes("/v1/disputes", dispute_in(COMMUNITY)).await;
        assert_eq!(filed.body["own_positions"], json!([0]), "{roles:?}");
    }
}

#[actix_web::test]
async fn a_member_of_the_other_side_does_not_speak_for_the_applicant() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    claims.organization = Some(enterprise.parse().unwrap());
    let member = app.with_claims(&claims);
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise});
    let id = officer.files(&body).await.id();
    for action in ["accept", "assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    let path = format!("/v1/disputes/{id}");
    assert_eq!(member.get(&path).await.body["next_actions"], json!(["remark"]));
    for (action, body) in [
        ("rate", json!({"satisfaction": "satisfied"})),
        ("close", json!({})),
        ("reopen", json!({"reason": "x"})),
        ("withdraw", json!({"reason": "x"})),
    ] {
        let refused = member.post(&format!("{path}/{action}"), &body).await;
        assert!(refused.status == 409 || refused.errors() == ["# applicant_decides"], "{action}: {}", refused.body);
    }
}

#[actix_web::test]
async fn a_member_reads_the_register_of_their_organization_and_enrolls_its_people() {
    let app = TestApp::start().await;
    let (street, community, trainer) = (app.officer_of(STREET), app.officer_of(COMMUNITY), app.caller(Role::Trainer, STREET));
    let committee = app.officer_of(DISTRICT).committee(COMMUNITY, "in_office").await;
    let estate = committee.body["estate_id"].as_str().unwrap().to_owned();
    let contract = community.contract(&estate, COMMUNITY).await;
    let enterprise = contract.body["organization_id"].as_str().unwrap().to_owned();
    let (elsewhere, other) = (community.estate(COMMUNITY).await, community.organization("property_enterprise", COMMUNITY).await);
    let member_of = |id: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(id.parse().unwrap());
        app.with_claims(&claims)
    };
    let member = member_of(&enterprise);
    let owners = member_of(committee.body["organization_id"].as_str().unwrap());
    for caller in [&member, &owners] {
        assert_eq!(only(caller, "/v1/estates").await, estate);
        assert_eq!(only(caller, "/v1/property-contracts").await, contract.id());
        assert_eq!(only(caller, "/v1/owners-committees").await, committee.id());
        assert_eq!(caller.get(&format!("/v1/owners-committees/{}", committee.id())).await.body["next_actions"], json!([]));
        assert_eq!(caller.get(&format!("/v1/estates?in={OTHER_COMMUNITY}")).await.ids(), [""; 0]);
        caller.get(&format!("/v1/estates/{elsewhere}")).await.is(404, "not_found");
        caller.get(&format!("/v1/organizations/{other}")).await.is(404, "not_found");
        caller.get("/v1/grid-units").await.is(403, "forbidden");
    }
    assert_eq!(member_of(&other).get("/v1/estates").await.ids(), [""; 0]);
    // What was registered by mistake is no part.
    let wrong = community.contract(&elsewhere, COMMUNITY).await;
    let its = member_of(wrong.body["organization_id"].as_str().unwrap());
    assert_eq!(only(&its, "/v1/estates").await, elsewhere);
    community.acts(&format!("/v1/property-contracts/{}/void", wrong.id()), json!({"reason": "录入错误"})).await;
    assert_eq!(its.get("/v1/estates").await.ids(), [""; 0]);

    let register = async |organization: &str, name: &str| {
        let body = json!({
            "jurisdiction": COMMUNITY, "name": name, "roles": ["property_manager"], "organization_id": organization
        });
        street.makes("/v1/learners", body).await.id()
    };
    let (one, two) = (register(&enterprise, "甲").await, register(&enterprise, "乙").await);
    let stranger = register(&other, "丙").await;
    let course = trainer.makes("/v1/trainings", training(STREET)).await.id();
    trainer.acts(&format!("/v1/trainings/{course}/publish"), json!({})).await;
    let session = trainer.makes("/v1/training-sessions", meeting(&app, &course, 10)).await.id();
    trainer.acts(&format!("/v1/training-sessions/{session}/open"), json!({})).await;
    let mut people = member.get("/v1/learners").await.ids();
    people.sort();
    let mut expected = [one, two];
    expected.sort();
    assert_eq!(people, expected);
    let found = only(&member, "/v1/training-sessions").await;
    let all = |ids: &[String]| json!({"session_id": found, "learner_ids": ids});
    let refused = member.post("/v1/training-enrollments/bulk", &all(&[people[0].clone(), stranger.clone()])).await;
    assert_eq!(refused.errors(), ["#/learner_ids/1 unknown_record"]);
    let mut obliged = all(&people);
    obliged["mandatory"] = true.into();
    assert_eq!(member.post("/v1/training-enrollments/bulk", &obliged).await.errors()[0], "#/mandatory officers_oblige");
    let enrolled = member.post("/v1/training-enrollments/bulk", &all(&people)).await;
    assert_eq!((enrolled.status, &enrolled.body["confirmed"]), (200, &json!(2)));
    assert_eq!(member.get("/v1/training-enrollments").await.ids().len(), 2);
    member.get(&format!("/v1/learners/{stranger}")).await.is(404, "not_found");
}

#[actix_web::test]
async fn for_an_organization_for_which_an_office_filed_its_members_go_on() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    let member = {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        (claims.sub, claims.organization) = ("member".into(), Some(enterprise.parse().unwrap()));
        app.with_claims(&claims)
    };
    let li = app.resident("li", COMMUNITY);
    let mut body = dispute_in(COMMUNITY);
    body["parties"] = json!([
        {"role": "applicant", "kind": "organization", "name": "物业", "organization_id": enterprise},
        {"role": "respondent", "kind": "person", "name": "业主乙", "phone": "13800000001"},
    ]);
    let id = officer.makes("/v1/disputes", body).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&id, action, body_of(action)).await;
    }
    let handed = officer.party_code(&id, 1).await;
    assert_eq!(li.post("/v1/disputes/link", &handed).await.status, 200);
    officer.does(&id, "resolve", body_of("resolve")).await;
    let path = waits(&member, "confirm_result", "/v1/disputes").await;
    // The other side says nothing in the applicant's place.
    assert_eq!(li.get(&path).await.body["next_actions"], json!(["remark"]));
    for (action, body) in [
        ("close", json!({"satisfaction": "satisfied"})),
        ("rate", json!({"satisfaction": "satisfied"})),
        ("reopen", json!({"reason": "理由"})),
    ] {
        assert_eq!(li.post(&format!("{path}/{action}"), &body).await.errors(), ["# applicant_decides"], "{action}");
    }
    takes(&member, &path, "rate", json!({"satisfaction": "satisfied"})).await;
    takes(&member, &path, "close", json!({})).await;
}
