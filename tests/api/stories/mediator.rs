//! A mediator, from the first session to the visit after the agreement.

use serde_json::{Value, json};

use super::{only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::*;

#[actix_web::test]
async fn a_mediator_brings_a_case_to_its_end_and_keeps_it() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (zhang, subject) = mediator_named(&app, "zhang");
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, Some(&subject)).await;
    let id = officer.handled(COMMUNITY).await;
    officer.mediated(&id, &committee, Stage::Selected).await;
    let path = waits(&zhang, "finish_mediation", "/v1/mediations").await;
    let case = format!("/v1/disputes/{}", zhang.get(&path).await.body["dispute_id"].as_str().unwrap());
    let parties = zhang.get(&format!("{case}/disclosure?purpose=mediation")).await;
    assert_eq!(parties.body["parties"][0]["phone"], "13800001234", "a mediator calls the parties");
    takes(&zhang, &path, "give-notice", json!({"given_on": "2026-03-02"})).await;
    let mut session = slot(&app);
    session["mediation_id"] = json!(path.rsplit('/').next().unwrap());
    zhang.makes("/v1/mediation-sessions", session).await;
    let session = waits(&zhang, "hold_session", "/v1/mediation-sessions").await;
    let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    takes(&zhang, &session, "start", attendance).await;
    zhang.acts(&format!("{session}/caucus-notes"), json!({"note": "可分期"})).await;
    takes(&zhang, &session, "complete", json!({"minutes": "双方达成一致"})).await;
    let draft = json!({"mediation_id": path.rsplit('/').next().unwrap(), "form": "written", "facts": "防水层破损",
        "obligations": obligations("2026-04-01")});
    zhang.makes("/v1/agreements", draft).await;
    let agreement = waits(&zhang, "sign_agreement", "/v1/agreements").await;
    for position in [json!(0), json!(1), Value::Null] {
        takes(&zhang, &agreement, "sign", json!({"position": position, "signed_on": "2026-03-02"})).await;
    }
    assert!(waiting(&zhang, "sign_agreement").await.is_empty());
    assert_eq!(waits(&officer, "seal_agreement", "/v1/agreements").await, agreement);
    officer.seals(agreement.rsplit('/').next().unwrap()).await;

    // The case is resolved, and the mediator keeps it: contacts, file, visit, follow-up.
    assert_eq!(zhang.get(&case).await.body["status"], "resolved");
    for kind in ["follow_agreement", "visit_parties", "ask_court"] {
        assert_eq!(waits(&zhang, kind, "/v1/agreements").await, agreement);
    }
    assert_eq!(zhang.get(&format!("{case}/disclosure?purpose=mediation")).await.status, 200);
    takes(&zhang, &agreement, "visit-back", json!({"note": "双方满意"})).await;
    takes(&zhang, &agreement, "perform", json!({"obligation": 1, "on": "2026-03-02", "amount": 300_000})).await;
    assert!(waiting(&zhang, "visit_parties").await.is_empty() && waiting(&zhang, "follow_agreement").await.is_empty());
    assert_eq!(only(&zhang, "/v1/mediations?status=agreed").await, path.rsplit('/').next().unwrap());
    for read in [case.clone(), path.clone(), format!("{case}/events"), agreement] {
        assert_eq!(zhang.get(&read).await.status, 200, "{read}");
    }
    zhang.post(&format!("{case}/resolve"), &body_of("resolve")).await.is(403, "forbidden");
    takes(&zhang, &case, "remark", json!({"note": "已回访"})).await;
    officer.does(case.rsplit('/').next().unwrap(), "close", json!({"satisfaction": "satisfied"})).await;
    assert_eq!(zhang.get(&case).await.body["next_actions"], json!([]), "what is over is read only");
    assert_eq!(zhang.post(&format!("{case}/remark"), &json!({"note": "补充"})).await.errors(), ["# not_active"]);
}
