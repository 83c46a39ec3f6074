//! Mediators, mediations, sessions and agreements.

use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::{Answer, Caller, TestApp};

async fn get(caller: &Caller<'_>, path: &str) -> Answer {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer
}

#[actix_web::test]
async fn nobody_is_mediated_against_their_will() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Proposed).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "in_mediation");
    let again = json!({"dispute_id": dispute, "organization_id": committee.0});
    assert_eq!(officer.post("/v1/mediations", &again).await.errors(), ["#/dispute_id not_active"]);
    officer
        .post(&format!("{path}/select"), &json!({"mediator_id": committee.1, "conflicts": []}))
        .await
        .is(409, "state_conflict");
    officer.consents(&case.mediation, 0).await;
    let early = officer.post(&format!("{path}/select"), &json!({"mediator_id": committee.1, "conflicts": []})).await;
    assert_eq!(early.errors(), ["# consent_missing"]);
    let stranger = json!({"position": 7, "consents": true, "channel": "phone", "said_on": "2026-03-02"});
    assert_eq!(officer.post(&format!("{path}/record-consent"), &stranger).await.errors(), ["#/position unknown_record"]);
    let before = json!({"position": 1, "consents": true, "channel": "phone", "said_on": "2026-03-01"});
    assert_eq!(officer.post(&format!("{path}/record-consent"), &before).await.errors(), ["#/said_on not_before"]);
    let future = json!({"position": 1, "consents": true, "channel": "phone", "said_on": "2026-03-03"});
    assert_eq!(officer.post(&format!("{path}/record-consent"), &future).await.errors(), ["#/said_on too_late"]);
    let refusal = json!({"position": 1, "consents": false, "channel": "phone", "said_on": "2026-03-02"});
    let ended = officer.acts(&format!("{path}/record-consent"), refusal).await;
    assert_eq!((&ended.body["status"], &ended.body["next_actions"]), (&json!("terminated"), &json!([])));
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "in_handling");

    // A consent that is taken back ends it too, even in a session.
    let second = officer.mediated(&dispute, &committee, Stage::InSession).await;
    let path = format!("/v1/mediations/{}/withdraw-consent", second.mediation);
    officer.acts(&path, json!({"position": 0, "reason": "起诉"})).await;
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "in_handling");
    for neighbor in [app.officer_of(OTHER_COMMUNITY), app.officer_of(OTHER_DISTRICT)] {
        neighbor.get(&format!("/v1/mediations/{}", case.mediation)).await.is(404, "not_found");
        assert_eq!(neighbor.get("/v1/mediations").await.ids(), [""; 0]);
        let foreign = json!({"dispute_id": dispute, "organization_id": committee.0});
        assert_eq!(neighbor.post("/v1/mediations", &foreign).await.errors(), ["#/dispute_id unknown_record"]);
    }
}

#[actix_web::test]
async fn a_mediator_is_able_trained_and_free_of_bias() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let lone = city.organization("mediation_committee", COMMUNITY).await;
    city.makes("/v1/mediators", mediator(&lone)).await;
    let dispute = officer.handled(COMMUNITY).await;
    let few = officer.post("/v1/mediations", &json!({"dispute_id": dispute, "organization_id": lone})).await;
    assert_eq!(few.errors(), ["#/organization_id committee_incomplete"]);
    let mut men = mediator(&lone);
    men["gender"] = "male".into();
    let office = city.organization("neighborhood_committee", COMMUNITY).await;
    men["organization_id"] = office.into();
    assert_eq!(city.post("/v1/mediators", &men).await.errors(), ["#/organization_id wrong_kind"]);

    let committee = city.mediation_committee(COMMUNITY, None).await;
    let mut novice = mediator(&committee.0);
    novice["specialties"] = json!(["noise"]);
    let novice = city.makes("/v1/mediators", novice).await.id();
    for _ in 0..5 {
        city.makes("/v1/mediators", mediator(&committee.0)).await;
    }
    let tenth = city.post("/v1/mediators", &mediator(&committee.0)).await;
    assert_eq!(tenth.errors(), ["#/committee_member max_items"]);

    let case = officer.mediated(&dispute, &committee, Stage::Consented).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    let advice = get(&officer, &format!("{path}/recommendations")).await;
    let first = &advice.body["items"][0];
    assert_eq!((&first["suitable"], &first["specialist"], &first["hours"]), (&json!(true), &json!(true), &json!(24)));
    let last = advice.body["items"].as_array().unwrap().iter().find(|one| one["mediator_id"] == json!(novice)).unwrap();
    assert_eq!((&last["suitable"], &last["specialist"]), (&json!(false), &json!(false)));
    let refused = officer.post(&format!("{path}/select"), &json!({"mediator_id": novice, "conflicts": []})).await;
    assert_eq!(refused.errors(), ["#/waiver hours_missing"]);
    let chosen = officer
        .acts(&format!("{path}/select"), json!({"mediator_id": novice, "conflicts": [], "waiver": "其他调解员均在外地"}))
        .await;
    assert_eq!((&chosen.body["waiver"], &chosen.body["due_on"]), (&json!("其他调解员均在外地"), &json!("2026-04-01")));
    officer.acts(&format!("{path}/exclude"), json!({"kind": "recusal", "reason": "系被申请人亲属"})).await;
    let again = officer.post(&format!("{path}/select"), &json!({"mediator_id": novice, "conflicts": [], "waiver": "x"})).await;
    assert_eq!(again.errors(), ["#/mediator_id excluded"]);
    officer.acts(&format!("{path}/select"), json!({"mediator_id": committee.1, "conflicts": []})).await;
    let advice = get(&officer, &format!("{path}/recommendations")).await;
    let loaded = advice.body["items"].as_array().unwrap().iter().find(|one| one["mediator_id"] == json!(committee.1)).unwrap();
    assert_eq!(loaded["load"], 1);
    // How they stand to the case is asked of every mediator.
    let told = |kind: &str, accepted: Value| json!({"mediator_id": committee.1, "conflicts": [{"kind": kind, "detail": "同住一栋楼", "accepted_by": accepted}]});
    let select = format!("{path}/select");
    assert_eq!(officer.post(&select, &json!({"mediator_id": committee.1})).await.errors(), ["#/conflicts required"]);
    for (choice, fault) in [
        (told("near_relative", json!([0, 1])), "#/conflicts/0/kind must_recuse"),
        (told("interest", json!([0, 1])), "#/conflicts/0/kind must_recuse"),
        (told("other_relation", json!([0])), "#/conflicts/0/accepted_by consent_missing"),
    ] {
        assert_eq!(officer.post(&select, &choice).await.errors(), [fault]);
    }
    let known = officer.acts(&select, told("other_relation", json!([0, 1]))).await;
    assert_eq!(known.body["conflicts"][0]["detail"], "同住一栋楼");
    officer.acts(&format!("{path}/exclude"), json!({"kind": "recusal", "reason": "另有安排"})).await;
    assert_eq!(get(&officer, &path).await.body["conflicts"], json!([]));
    let left = format!("/v1/mediators/{novice}/leave");
    city.acts(&left, json!({"left_on": "2026-03-02"})).await;
    city.post(&left, &json!({"left_on": "2026-03-02"})).await.is(409, "state_conflict");
}

#[actix_web::test]
async fn sessions_come_after_the_notice_and_what_is_said_alone_stays_alone() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (zhang, subject) = mediator_named(&app, "zhang");
    let (li, _) = mediator_named(&app, "li");
    let committee = city.mediation_committee(COMMUNITY, Some(&subject)).await;
    let dispute = officer.handled(COMMUNITY).await;
    zhang.get(&format!("/v1/disputes/{dispute}")).await.is(404, "not_found");
    let case = officer.mediated(&dispute, &committee, Stage::Selected).await;
    assert_eq!(get(&zhang, &format!("/v1/disputes/{dispute}")).await.body["id"], json!(dispute), "the mediator sees the case");
    let told = get(&zhang, &format!("/v1/disputes/{dispute}/disclosure?purpose=mediation")).await;
    assert_eq!(told.body["parties"][0]["phone"], "13800001234");
    assert_eq!(li.get("/v1/mediations").await.ids(), [""; 0]);
    assert_eq!(zhang.get("/v1/mediations").await.ids(), std::slice::from_ref(&case.mediation));

    let mut body = slot(&app);
    body["mediation_id"] = json!(case.mediation);
    body["invitations"] = json!([{"position": 9, "channel": "phone"}]);
    assert_eq!(zhang.post("/v1/mediation-sessions", &body).await.errors(), ["#/invitations/0/position unknown_record"]);
    body["invitations"] = json!([]);
    let mut backward = body.clone();
    backward["ends_at"] = backward["starts_at"].clone();
    assert_eq!(zhang.post("/v1/mediation-sessions", &backward).await.errors(), ["#/ends_at ends_before"]);
    let session = zhang.makes("/v1/mediation-sessions", body.clone()).await.id();
    let twice = officer.post("/v1/mediation-sessions", &body).await;
    twice.is(409, "overlap");
    let path = format!("/v1/mediation-sessions/{session}");
    let attendance = json!({"attendance": [{"position": 0, "present": true}]});
    let early = zhang.post(&format!("{path}/start"), &attendance).await;
    assert_eq!(early.errors(), ["# notice_missing", "#/attendance not_told"]);
    zhang.acts(&format!("/v1/mediations/{}/give-notice", case.mediation), json!({"given_on": "2026-03-02"})).await;
    let attendance =
        json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true, "represented": true}]});
    zhang.acts(&format!("{path}/start"), attendance).await;
    let note = zhang.acts(&format!("{path}/caucus-notes"), json!({"party_position": 0, "note": "可接受分期"})).await;
    assert_eq!(note.body["status"], "in_progress");
    let nobody = zhang.post(&format!("{path}/caucus-notes"), &json!({"party_position": 7, "note": "x"})).await;
    assert_eq!(nobody.errors(), ["#/party_position unknown_record"]);
    assert_eq!(get(&zhang, &format!("{path}/caucus-notes")).await.body["items"][0]["note"], "可接受分期");
    officer.get(&format!("{path}/caucus-notes")).await.is(403, "forbidden");
    li.get(&format!("{path}/caucus-notes")).await.is(404, "not_found");
    assert_eq!(app.count("changes WHERE data LIKE '%可接受分期%'").await, 0);
    assert_eq!(app.count("audit_entries WHERE after::text LIKE '%可接受分期%'").await, 0);

    let calendar = app.http.get(format!("{}/v1/mediation-sessions/calendar.ics", app.url));
    let calendar = calendar.bearer_auth(zhang.token.as_ref().unwrap()).header("accept", "text/calendar").send().await.unwrap();
    assert_eq!(calendar.headers()["content-type"], "text/calendar; charset=utf-8");
    let text = calendar.text().await.unwrap();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.contains(&format!("UID:{session}")), "{text}");
    zhang.acts(&format!("{path}/adjourn"), json!({"minutes": "双方陈述", "cited_policies": ["《民法典》第二百九十六条"]})).await;
    zhang.post(&format!("{path}/complete"), &json!({"minutes": "x"})).await.is(409, "state_conflict");
    let listed =
        get(&officer, &format!("/v1/mediation-sessions?mediator_id={}&starts_at.gte=2026-03-01T00:00:00Z", committee.1)).await;
    assert_eq!(listed.ids(), [session]);
}

#[actix_web::test]
async fn an_agreement_takes_effect_when_all_have_signed_and_it_is_sealed() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::InSession).await;
    let mut body = json!({"mediation_id": case.mediation, "form": "written", "facts": "防水层破损", "obligations": obligations("2026-04-01")});
    body["obligations"][0]["debtor"] = 5.into();
    assert_eq!(officer.post("/v1/agreements", &body).await.errors(), ["#/obligations/0/debtor unknown_record"]);
    body["obligations"][0]["debtor"] = 1.into();
    body["obligations"].as_array_mut().unwrap().push(json!({"debtor": 0, "deed": "配合施工", "due_on": "2026-03-10"}));
    let agreement = officer.makes("/v1/agreements", body.clone()).await.id();
    officer.post("/v1/agreements", &body).await.is(409, "duplicate");
    let path = format!("/v1/agreements/{agreement}");
    officer.post(&format!("{path}/seal"), &json!({"sealed_on": "2026-03-02"})).await.is(409, "state_conflict");
    let sign = |position: Value| json!({"position": position, "signed_on": "2026-03-02"});
    officer.acts(&format!("{path}/sign"), sign(json!(0))).await;
    assert_eq!(officer.post(&format!("{path}/sign"), &sign(json!(0))).await.errors(), ["#/position already_done"]);
    assert_eq!(officer.post(&format!("{path}/sign"), &sign(json!(4))).await.errors(), ["#/position unknown_record"]);
    let nobody = officer.post(&format!("{path}/sign"), &json!({"signed_on": "2026-03-02"})).await;
    assert_eq!(nobody.errors(), ["#/position required"], "null stands for the mediator, nothing for nobody");
    officer.patch(&path, 2, &json!({"facts": "x"})).await.is(409, "state_conflict");
    officer.acts(&format!("{path}/sign"), sign(json!(1))).await;
    let colleague = app.colleague_of(COMMUNITY);
    let unsigned = colleague.post(&format!("{path}/seal"), &json!({"sealed_on": "2026-03-02"})).await;
    assert_eq!(unsigned.errors(), ["# signature_missing"]);
    officer.acts(&format!("{path}/sign"), sign(Value::Null)).await;
    // Of many who seal it at once, one does.
    let sealing = json!({"sealed_on": "2026-03-02"});
    let seal = format!("{path}/seal");
    assert_eq!(officer.post(&seal, &sealing).await.errors(), ["# second_person"]);
    let answers = join_all((0..4).map(|_| colleague.post(&seal, &sealing))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 409, 409, 409]);
    let effective = get(&officer, &path).await;
    assert_eq!((&effective.body["status"], &effective.body["effective_on"]), (&json!("effective"), &json!("2026-03-02")));
    assert_eq!(effective.body["confirmation"]["until_on"], "2026-04-01");
    assert_eq!(get(&officer, &format!("/v1/mediations/{}", case.mediation)).await.body["status"], "agreed");
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "resolved");

    let perform = |body: Value| {
        let mut whole = json!({"on": "2026-03-02"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        whole
    };
    let performing = format!("{path}/perform");
    for (body, fault) in [
        (json!({"obligation": 1}), "#/amount required"),
        (json!({"obligation": 2, "amount": 1}), "#/amount not_applicable"),
        (json!({"obligation": 1, "amount": 300_001}), "#/amount maximum"),
        (json!({"obligation": 3, "amount": 1}), "#/obligation unknown_record"),
    ] {
        assert_eq!(officer.post(&performing, &perform(body)).await.errors(), [fault]);
    }
    let part = officer.acts(&performing, perform(json!({"obligation": 1, "amount": 100_000}))).await;
    assert_eq!((&part.body["status"], &part.body["obligations"][0]["status"]), (&json!("performing"), &json!("pending")));
    officer.acts(&performing, perform(json!({"obligation": 2, "note": "已配合"}))).await;
    let whole = officer.acts(&performing, perform(json!({"obligation": 1, "amount": 200_000}))).await;
    assert_eq!((&whole.body["status"], &whole.body["obligations"][0]["status"]), (&json!("performed"), &json!("performed")));
    officer.post(&performing, &perform(json!({"obligation": 2}))).await.is(409, "state_conflict");
}

#[actix_web::test]
async fn the_court_is_asked_within_thirty_days_or_not_at_all() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Effective).await;
    let path = format!("/v1/agreements/{}", case.agreement);
    let apply = json!({"applied_on": "2026-03-02", "court": "区人民法院", "applicants": [0]});
    assert_eq!(officer.post(&format!("{path}/apply-confirmation"), &apply).await.errors(), ["#/applicants consent_missing"]);
    let early = officer.post(&format!("{path}/accept-confirmation"), &json!({"accepted_on": "2026-03-02"})).await;
    assert_eq!(early.errors(), ["# confirmation_stands"]);
    let reminded = async || get(&officer, &path).await.body["confirmation"]["reminded"].clone();
    for (days, expected) in [(9, 0), (1, 1), (10, 2), (7, 3)] {
        app.clock.advance(Duration::days(days));
        app.run_due_jobs().await;
        assert_eq!(reminded().await, expected, "after {days} more days");
    }
    app.clock.advance(Duration::days(4));
    app.run_due_jobs().await;
    let late = get(&officer, &path).await;
    assert_eq!(late.body["confirmation"]["status"], "lapsed");
    assert_eq!(late.body["obligations"][0]["status"], "overdue");
    assert_eq!(app.run_due_jobs().await, 0);
    let late = json!({"applied_on": "2026-04-02", "court": "区人民法院", "applicants": [0, 1]});
    let late = officer.post(&format!("{path}/apply-confirmation"), &late).await;
    assert_eq!(late.errors(), ["#/applied_on too_late"]);
    // What was made in time and is recorded late still counts.
    let in_time = json!({"applied_on": "2026-04-01", "court": "区人民法院", "applicants": [0, 1]});
    let applied = officer.acts(&format!("{path}/apply-confirmation"), in_time).await;
    assert_eq!(applied.body["confirmation"]["status"], "applied");
}

#[actix_web::test]
async fn a_term_that_ends_in_the_holidays_ends_after_them() {
    let app = TestApp::start().await;
    app.clock.advance(Duration::days(183));
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let case = officer.mediated(&officer.handled(COMMUNITY).await, &committee, Stage::InSession).await;
    let body = json!({"mediation_id": case.mediation, "form": "oral", "facts": "事实", "obligations": obligations("2026-12-01"),
        "confirmation_barrier": "property_rights"});
    let made = officer.makes("/v1/agreements", body).await;
    let court = &made.body["confirmation"];
    assert_eq!(made.body["effective_on"], "2026-09-01");
    assert_eq!((&court["until_on"], &court["until_rolled_from"]), (&json!("2026-10-08"), &json!("2026-10-01")));
    assert_eq!((&court["provisional"], &court["barrier"]), (&json!(false), &json!("property_rights")));
    let path = format!("/v1/agreements/{}", made.id());
    app.clock.advance(Duration::days(37));
    app.run_due_jobs().await;
    let open = app.officer_of(COMMUNITY).get(&path).await;
    assert_eq!(open.body["confirmation"]["status"], "open", "the last day is not over");
    app.clock.advance(Duration::days(1));
    app.run_due_jobs().await;
    assert_eq!(app.officer_of(COMMUNITY).get(&path).await.body["confirmation"]["status"], "lapsed");
}

/// Both parties ask a court to confirm an agreement, which dockets the case.
async fn docketed(officer: &Caller<'_>, path: &str) -> Answer {
    let asked = json!({"applied_on": "2026-03-02", "court": "区人民法院", "applicants": [0, 1]});
    officer.acts(&format!("{path}/apply-confirmation"), asked).await;
    officer.acts(&format!("{path}/accept-confirmation"), json!({"accepted_on": "2026-03-02"})).await
}

#[actix_web::test]
async fn what_can_be_enforced_is_enforced() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Effective).await;
    let path = format!("/v1/agreements/{}", case.agreement);
    let asked = docketed(&officer, &path).await;
    assert_eq!(asked.body["confirmation"]["decide_due_on"], "2026-04-01");
    let shorter = json!({"decide_due_on": "2026-04-01", "reason": "x"});
    assert_eq!(officer.post(&format!("{path}/extend-confirmation"), &shorter).await.errors(), ["#/decide_due_on not_before"]);
    let enforce = json!({"applied_on": "2026-03-02", "court": "区人民法院", "case_number": "执1号"});
    assert_eq!(officer.post(&format!("{path}/apply-enforcement"), &enforce).await.errors(), ["# not_enforceable"]);
    let ruling = json!({"decided_on": "2026-03-02", "ruling": "ruled_valid", "decision_number": "民特1号"});
    let ruled = officer.acts(&format!("{path}/decide-confirmation"), ruling).await;
    assert_eq!(
        (&ruled.body["enforcement"]["route"], &ruled.body["enforcement"]["document_number"]),
        (&json!("judicial_confirmation"), &json!("民特1号"))
    );
    let deed = json!({"route": "notarized_deed", "enforceable_on": "2026-03-02", "body": "公证处", "document_number": "1"});
    assert_eq!(officer.post(&format!("{path}/make-enforceable"), &deed).await.errors(), ["# already_done"]);
    assert_eq!(officer.post(&format!("{path}/apply-enforcement"), &enforce).await.errors(), ["# not_overdue"]);
    assert_eq!(officer.post(&format!("{path}/rescind"), &json!({"reason": "x"})).await.errors(), ["# confirmed"]);

    // An award binds the parties; what makes an agreement enforceable first goes on doing so.
    let other = officer.handled(COMMUNITY).await;
    let awarded = officer.mediated(&other, &committee, Stage::Effective).await;
    let awarded = format!("/v1/agreements/{}", awarded.agreement);
    docketed(&officer, &awarded).await;
    let award =
        json!({"route": "arbitration", "enforceable_on": "2026-03-02", "body": "青岛仲裁委员会", "document_number": "裁1号"});
    officer.acts(&format!("{awarded}/make-enforceable"), award).await;
    assert_eq!(officer.post(&format!("{awarded}/rescind"), &json!({"reason": "x"})).await.errors(), ["# confirmed"]);
    let ruling = json!({"decided_on": "2026-03-02", "ruling": "ruled_valid", "decision_number": "民特2号"});
    let both = officer.acts(&format!("{awarded}/decide-confirmation"), ruling).await;
    assert_eq!(both.body["enforcement"]["document_number"], "裁1号");

    // What was not performed is enforced: the dispute stays as it was resolved.
    app.clock.advance(Duration::days(31));
    app.run_due_jobs().await;
    let officer = app.officer_of(COMMUNITY);
    let missed = officer.acts(&format!("{path}/default"), json!({"obligation": 1, "reason": "未付"})).await;
    assert!(missed.body["next_actions"].as_array().unwrap().contains(&json!("apply_enforcement")), "{}", missed.body);
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "closed");
    let enforced = officer.acts(&format!("{path}/apply-enforcement"), enforce.clone()).await;
    assert_eq!(
        (&enforced.body["enforcement"]["court"], &enforced.body["enforcement"]["applied_on"]),
        (&json!("区人民法院"), &json!("2026-03-02"))
    );
    assert_eq!(officer.post(&format!("{path}/apply-enforcement"), &enforce).await.errors(), ["# already_done"]);
}

#[actix_web::test]
async fn a_mediation_that_takes_long_is_announced_and_goes_on_only_with_all() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Selected).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    app.clock.advance(Duration::days(22));
    app.run_due_jobs().await;
    assert_eq!(get(&officer, &path).await.body["warned"], false);
    app.clock.advance(Duration::days(1));
    app.run_due_jobs().await;
    assert_eq!(get(&officer, &path).await.body["warned"], true);
    let some = json!({"until_on": "2026-04-20", "consenting": [0]});
    assert_eq!(officer.post(&format!("{path}/extend"), &some).await.errors(), ["#/consenting consent_missing"]);
    let back = json!({"until_on": "2026-04-01", "consenting": [0, 1]});
    assert_eq!(officer.post(&format!("{path}/extend"), &back).await.errors(), ["#/until_on not_before"]);
    let endless = json!({"until_on": "2026-05-02", "consenting": [0, 1]});
    assert_eq!(officer.post(&format!("{path}/extend"), &endless).await.errors(), ["#/until_on too_late"]);
    let all = officer.acts(&format!("{path}/extend"), json!({"until_on": "2026-04-20", "consenting": [0, 1]})).await;
    assert_eq!((&all.body["due_on"], &all.body["warned"]), (&json!("2026-04-20"), &json!(false)));
    let refused = officer.post(&format!("{path}/fail"), &json!({"reason": "x", "told_of_other_ways": false})).await;
    refused.is(409, "state_conflict");
}

#[actix_web::test]
async fn what_a_street_mediates_is_not_the_communitys() {
    let app = TestApp::start().await;
    let (city, community, street) = (app.officer_of(CITY), app.officer_of(COMMUNITY), app.officer_of(STREET));
    let committee = city.mediation_committee(STREET, None).await;
    let dispute = community.handled(COMMUNITY).await;
    community.does(&dispute, "escalate", json!({"reason": "疑难"})).await;
    street.does(&dispute, "assign", body_of("assign")).await;
    street.does(&dispute, "start", json!({})).await;
    let above = community.post("/v1/mediations", &json!({"dispute_id": dispute, "organization_id": committee.0})).await;
    assert_eq!(above.errors(), ["#/dispute_id handled_above"]);
    let case = street.mediated(&dispute, &committee, Stage::InSession).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    let seen = get(&community, &path).await;
    assert_eq!((&seen.body["level"], &seen.body["next_actions"]), (&json!("street"), &json!([])));
    let reason = json!({"reason": "x"});
    community.post(&format!("{path}/terminate"), &reason).await.is(409, "state_conflict");
    let minutes = json!({"minutes": "x"});
    let session = format!("/v1/mediation-sessions/{}", case.session);
    community.post(&format!("{session}/complete"), &minutes).await.is(409, "state_conflict");
    let mut next = slot(&app);
    next["mediation_id"] = json!(case.mediation);
    assert_eq!(community.post("/v1/mediation-sessions", &next).await.errors(), ["#/mediation_id handled_above"]);
    let draft = json!({"mediation_id": case.mediation, "form": "oral", "facts": "x", "obligations": obligations("2026-04-01")});
    assert_eq!(community.post("/v1/agreements", &draft).await.errors(), ["#/mediation_id handled_above"]);
    let agreement = street.makes("/v1/agreements", draft).await;
    assert_eq!(agreement.body["level"], "street");
    let rescind = format!("/v1/agreements/{}/rescind", agreement.id());
    community.post(&rescind, &reason).await.is(409, "state_conflict");
    app.officer_of(DISTRICT).acts(&rescind, reason).await;
}

#[actix_web::test]
async fn a_dispute_that_goes_another_way_ends_its_mediation() {
    let app = TestApp::start().await;
    let (city, community) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let wang = app.resident("wang", COMMUNITY);
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let own = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start"] {
        community.does(&own, action, body_of(action)).await;
    }
    let case = community.mediated(&own, &committee, Stage::Signed).await;
    wang.does(&own, "withdraw", json!({"reason": "已私下和解"})).await;
    // Before the service has looked at it, nothing can take effect any more.
    let seal = format!("/v1/agreements/{}/seal", case.agreement);
    let sealed = app.colleague_of(COMMUNITY).post(&seal, &json!({"sealed_on": "2026-03-02"})).await;
    assert_eq!(sealed.errors(), ["# not_active"]);
    app.run_due_jobs().await;
    let ended = get(&community, &format!("/v1/mediations/{}", case.mediation)).await;
    assert_eq!(ended.body["status"], "terminated");
    community.post(&seal, &json!({"sealed_on": "2026-03-02"})).await.is(409, "state_conflict");
    assert_eq!(get(&wang, &format!("/v1/disputes/{own}")).await.body["status"], "withdrawn");
    let sued = community.handled(COMMUNITY).await;
    let case = community.mediated(&sued, &committee, Stage::Proposed).await;
    community.does(&sued, "refer-out", body_of("refer-out")).await;
    app.run_due_jobs().await;
    assert_eq!(get(&community, &format!("/v1/mediations/{}", case.mediation)).await.body["status"], "terminated");
}

#[actix_web::test]
async fn a_merged_community_takes_its_mediations_along() {
    let app = TestApp::start().await;
    let (city, neighbor) = (app.officer_of(CITY), app.officer_of(OTHER_COMMUNITY));
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let dispute = city.handled(COMMUNITY).await;
    let case = city.mediated(&dispute, &committee, Stage::Scheduled).await;
    let merge = json!({"kind": "merge", "codes": [COMMUNITY], "successor": {"code": OTHER_COMMUNITY}, "effective_on": "2026-03-02", "legal_basis": "批复"});
    app.caller(Role::Admin, CITY).divides(merge).await;
    for path in [
        format!("/v1/disputes/{dispute}"),
        format!("/v1/mediations/{}", case.mediation),
        format!("/v1/mediation-sessions/{}", case.session),
        format!("/v1/mediators/{}", committee.1),
    ] {
        assert_eq!(get(&neighbor, &path).await.body["jurisdiction"], OTHER_COMMUNITY, "{path}");
    }
}

#[actix_web::test]
async fn whoever_no_longer_mediates_has_no_part_in_the_case() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (zhang, subject) = mediator_named(&app, "zhang");
    let committee = city.mediation_committee(COMMUNITY, Some(&subject)).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Drafted).await;
    let mut later = slot(&app);
    later["mediation_id"] = json!(case.mediation);
    let later = officer.makes("/v1/mediation-sessions", later).await.id();
    let path = format!("/v1/mediations/{}", case.mediation);
    officer.acts(&format!("{path}/exclude"), json!({"kind": "recusal", "reason": "系亲属"})).await;
    zhang.get(&format!("/v1/disputes/{dispute}")).await.is(404, "not_found");
    app.run_due_jobs().await;
    let off = get(&officer, &format!("/v1/mediation-sessions/{later}")).await;
    assert_eq!(off.body["status"], "cancelled");
    let sign = format!("/v1/agreements/{}/sign", case.agreement);
    let signed = zhang.post(&sign, &json!({"position": null, "signed_on": "2026-03-02"})).await;
    signed.is(404, "not_found");
    officer.acts(&format!("{path}/terminate"), json!({"reason": "无合适调解员"})).await;

    let lone = json!({"jurisdiction": COMMUNITY, "title": "楼道堆物", "category": "noise",
        "parties": [{"role": "applicant", "kind": "person", "name": "业主甲"}]});
    let lone = officer.files(&lone).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&lone, action, body_of(action)).await;
    }
    let alone = officer.post("/v1/mediations", &json!({"dispute_id": lone, "organization_id": committee.0})).await;
    assert_eq!(alone.errors(), ["#/dispute_id other_party_missing"]);
}

#[actix_web::test]
async fn days_are_not_made_up_and_nothing_goes_on_beyond_its_time() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::Drafted).await;
    let early = json!({"position": 0, "signed_on": "2026-03-01"});
    let sign = format!("/v1/agreements/{}/sign", case.agreement);
    assert_eq!(officer.post(&sign, &early).await.errors(), ["#/signed_on not_before"]);
    // The day of a session has come before it begins, and its hour before it is missed.
    let tomorrow = json!({"mediation_id": case.mediation, "starts_at": "2026-03-03T01:00:00Z", "ends_at": "2026-03-03T02:00:00Z", "place": "x"});
    let tomorrow = officer.makes("/v1/mediation-sessions", tomorrow).await.id();
    let all = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    let hasty = officer.post(&format!("/v1/mediation-sessions/{tomorrow}/start"), &all).await;
    assert_eq!(hasty.errors(), ["# before_its_time"]);
    let hasty = officer.post(&format!("/v1/mediation-sessions/{tomorrow}/miss"), &json!({"reason": "x"})).await;
    assert_eq!(hasty.errors(), ["# before_its_time"]);
    let past = json!({"mediation_id": case.mediation, "starts_at": "2026-03-01T01:00:00Z", "ends_at": "2026-03-01T02:00:00Z", "place": "x"});
    assert_eq!(officer.post("/v1/mediation-sessions", &past).await.errors(), ["#/starts_at not_before"]);
    let moved = json!({"starts_at": "2026-04-02T01:00:00Z", "ends_at": "2026-04-02T02:00:00Z"});
    let moved = officer.patch(&format!("/v1/mediation-sessions/{tomorrow}"), 1, &moved).await;
    assert_eq!(moved.errors(), ["#/starts_at mediation_overdue"]);
    let due = json!({"obligations": obligations("2026-03-01")});
    let due = officer.patch(&format!("/v1/agreements/{}", case.agreement), 1, &due).await;
    assert_eq!(due.errors(), ["#/obligations/0/due_on not_before"]);
    let far = json!({"mediation_id": case.mediation, "starts_at": "2026-04-02T01:00:00Z", "ends_at": "2026-04-02T02:00:00Z", "place": "x"});
    assert_eq!(officer.post("/v1/mediation-sessions", &far).await.errors(), ["#/starts_at mediation_overdue"]);
    let absent = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": false}]});
    let mut session = slot(&app);
    session["mediation_id"] = json!(case.mediation);
    let session = officer.makes("/v1/mediation-sessions", session).await.id();
    let start = officer.post(&format!("/v1/mediation-sessions/{session}/start"), &absent).await;
    assert_eq!(start.errors(), ["#/attendance absent"]);

    // What was in force had resolved the dispute: taken back, it is handled again.
    for position in [json!(0), json!(1), Value::Null] {
        officer.acts(&sign, json!({"position": position, "signed_on": "2026-03-02"})).await;
    }
    officer.seals(&case.agreement).await;
    let rescinded = officer.acts(&format!("/v1/agreements/{}/rescind", case.agreement), json!({"reason": "双方同意"})).await;
    assert_eq!((&rescinded.body["status"], &rescinded.body["confirmation"]["status"]), (&json!("rescinded"), &json!("none")));
    assert_eq!(get(&officer, &format!("/v1/disputes/{dispute}")).await.body["status"], "in_handling");

    let second = officer.mediated(&dispute, &committee, Stage::Effective).await;
    let path = format!("/v1/agreements/{}", second.agreement);
    let apply = json!({"applied_on": "2026-03-02", "court": "区人民法院", "applicants": [0, 1]});
    officer.acts(&format!("{path}/apply-confirmation"), apply).await;
    let decision = json!({"decided_on": "2026-03-02", "ruling": "dismissed", "decision_number": "不予受理1号"});
    let refused = officer.acts(&format!("{path}/decide-confirmation"), decision).await;
    assert_eq!(refused.body["confirmation"]["status"], "dismissed", "a court that does not take the case dismisses it");
    assert!(!refused.body["next_actions"].to_string().contains("confirmation"), "a court has spoken");
}

#[actix_web::test]
async fn nobody_mediates_for_two_committees_at_a_time() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let mut cases = Vec::new();
    for _ in 0..2 {
        let committee = city.mediation_committee(COMMUNITY, None).await;
        let mut body = mediator(&committee.0);
        (body["name"], body["phone"]) =
            (json!("调解员壬"), json!(if cases.is_empty() { "13611112222" } else { "+86 136-1111-2222" }));
        let both = city.makes("/v1/mediators", body).await.id();
        app.trained(&both, 24).await;
        let dispute = officer.handled(COMMUNITY).await;
        cases.push(officer.mediated(&dispute, &(committee.0, both), Stage::Selected).await.mediation);
    }
    let at = |mediation: &str, from: &str, to: &str| {
        json!({"mediation_id": mediation, "place": "社区调解室", "starts_at": format!("2026-03-03T{from}:00+08:00"),
            "ends_at": format!("2026-03-03T{to}:00+08:00")})
    };
    let first = at(&cases[0], "09:00", "10:00");
    let second = at(&cases[1], "09:30", "10:30");
    // Both at once: one of them is told.
    let path = "/v1/mediation-sessions";
    let both = futures_util::future::join(officer.post(path, &first), officer.post(path, &second)).await;
    let mut states = [both.0.status, both.1.status];
    states.sort();
    assert_eq!(states, [201, 409]);
    let refused = if both.0.status == 409 { both.0 } else { both.1 };
    assert_eq!((refused.code(), refused.errors()), ("overlap", vec!["#/starts_at mediates_elsewhere".to_owned()]));
    let later = officer.makes(path, at(&cases[1], "14:00", "15:00")).await;
    officer.makes(path, at(&cases[0], "16:00", "17:00")).await;
    let moved = json!({"starts_at": "2026-03-03T16:30:00+08:00", "ends_at": "2026-03-03T17:30:00+08:00"});
    let refused = officer.patch(&format!("{path}/{}", later.id()), later.version(), &moved).await;
    assert_eq!(refused.errors(), ["#/starts_at mediates_elsewhere"]);
}

#[actix_web::test]
async fn what_nobody_disputes_is_noted_where_all_have_signed_it() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = officer.handled(COMMUNITY).await;
    let case = officer.mediated(&dispute, &committee, Stage::InSession).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    let failure = |signed: Value| json!({"reason": "分歧较大", "told_of_other_ways": true, "undisputed": {"facts": "顶棚确有渗水", "signed_by": signed}});
    let refused = officer.post(&format!("{path}/fail"), &failure(json!([0]))).await;
    assert_eq!(refused.errors(), ["#/undisputed/signed_by consent_missing"]);
    assert_eq!(get(&officer, &path).await.body["undisputed_facts"], Value::Null);
    let failed = officer.acts(&format!("{path}/fail"), failure(json!([0, 1]))).await;
    assert_eq!((&failed.body["status"], &failed.body["undisputed_facts"]), (&json!("failed"), &json!("顶棚确有渗水")));
}
