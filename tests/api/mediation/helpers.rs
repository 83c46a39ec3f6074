//! Types of mediations, and who is invited to help in them.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::Stage;

#[actix_web::test]
async fn a_mediation_has_a_type() {
    let app = TestApp::start().await;
    let officer = app.colleague_of(COMMUNITY);
    let (committee, _) = officer.mediation_committee(COMMUNITY, None).await;
    let mut made = Vec::new();
    for kind in [Value::Null, json!("court_invited")] {
        let mut body = json!({"dispute_id": officer.handled(COMMUNITY).await, "organization_id": committee});
        if !kind.is_null() {
            body["mediation_type"] = kind;
        }
        made.push(officer.makes("/v1/mediations", body).await);
    }
    let types: Vec<_> = made.iter().map(|one| one.body["mediation_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["people", "court_invited"]);
    assert_eq!(officer.get("/v1/mediations?mediation_type=court_invited").await.ids(), [made[1].id()]);
}

#[actix_web::test]
async fn helpers_are_invited_with_the_consent_of_all() {
    let app = TestApp::start().await;
    let (officer, wang) = (app.colleague_of(COMMUNITY), app.resident("wang", COMMUNITY));
    let pair = officer.mediation_committee(COMMUNITY, None).await;
    let dispute = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&dispute, action, body_of(action)).await;
    }
    let case = officer.mediated(&dispute, &pair, Stage::Proposed).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    let invitation = |consenting: Value| json!({"name": "邻居丙", "kind": "neighbor", "consenting": consenting});
    officer.post(&format!("{path}/invite-helper"), &invitation(json!([0, 1]))).await.is(409, "state_conflict");
    let other = officer.handled(COMMUNITY).await;
    let path = format!("/v1/mediations/{}", officer.mediated(&other, &pair, Stage::Selected).await.mediation);
    assert!(!officer.get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("dismiss_helper")));
    let invite = format!("{path}/invite-helper");
    assert_eq!(officer.post(&invite, &invitation(json!([0]))).await.errors(), ["#/consenting consent_missing"]);
    app.officer_of(OTHER_COMMUNITY).post(&invite, &invitation(json!([0, 1]))).await.is(404, "not_found");
    wang.post(&invite, &invitation(json!([0, 1]))).await.is(403, "forbidden");
    let invited = officer.acts(&invite, invitation(json!([0, 1]))).await;
    assert_eq!(invited.body["helpers"][0]["name"], "邻居丙");
    let above = app.officer_of(DISTRICT).get(&path).await;
    assert_ne!(above.body["helpers"][0]["name"], "邻居丙", "who does not have the case does not learn who helps");
    // Their names are for those who take part: no list and no feed tells them.
    assert!(!officer.get("/v1/mediations").await.body.to_string().contains("邻居丙"));
    assert!(!officer.get("/v1/changes?cursor=begin&types=mediation").await.body.to_string().contains("邻居丙"));
    let dismissal = json!({"number": 1, "reason": "一方不再同意"});
    let dismissed = officer.acts(&format!("{path}/dismiss-helper"), dismissal.clone()).await;
    assert_eq!(dismissed.body["helpers"][0]["reason"], "一方不再同意");
    assert_eq!(officer.post(&format!("{path}/dismiss-helper"), &dismissal).await.errors(), ["# not_applicable"]);
    for _ in 1..20 {
        officer.acts(&invite, invitation(json!([0, 1]))).await;
    }
    assert_eq!(officer.post(&invite, &invitation(json!([0, 1]))).await.errors(), ["# too_many_helpers"]);
}
