//! An officer of a community.

use serde_json::json;

use super::{consent, offered, only, takes, waits};
use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn a_community_officer_handles_and_proposes_mediation() {
    let app = TestApp::start().await;
    let (officer, wang) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    app.officer_of(CITY).mediation_committee(STREET, None).await;
    wang.files(&dispute_in(COMMUNITY)).await;
    let case = waits(&officer, "accept_dispute", "/v1/disputes").await;
    takes(&officer, &case, "accept", json!({})).await;
    takes(&officer, &case, "contact", json!({})).await;
    assert_eq!(waits(&officer, "assign_dispute", "/v1/disputes").await, case);
    takes(&officer, &case, "assign", body_of("assign")).await;
    assert_eq!(waits(&officer, "start_dispute", "/v1/disputes").await, case);
    takes(&officer, &case, "start", json!({})).await;
    assert_eq!(waits(&officer, "resolve_dispute", "/v1/disputes").await, case);

    // The street's committee is found in the directory, though the officer does not keep its register.
    assert!(offered(&officer, &case).await.contains(&"propose_mediation".to_owned()));
    let committee = only(&officer, "/v1/directory/organizations?kind=mediation_committee").await;
    let id = case.rsplit('/').next().unwrap();
    let mediation = officer.makes("/v1/mediations", json!({"dispute_id": id, "organization_id": committee})).await.id();
    let linked = officer.get(&case).await.body["progress"]["mediation_ids"].clone();
    assert_eq!(linked, json!([mediation]));
    let path = waits(&officer, "prepare_mediation", "/v1/mediations").await;
    let mut heard = consent(&json!(0));
    heard["channel"] = json!("phone");
    takes(&officer, &path, "record-consent", heard.clone()).await;
    heard["position"] = json!(1);
    takes(&officer, &path, "record-consent", heard).await;
    let mediator = officer.get(&format!("/v1/directory/mediators?organization_id={committee}")).await.ids().remove(0);
    takes(&officer, &path, "select", json!({"mediator_id": mediator, "conflicts": [], "waiver": "年度培训尚未开班"})).await;
}
