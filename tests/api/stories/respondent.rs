//! The neighbor from whom the water comes.

use serde_json::json;

use super::{consent, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::Stage;

#[actix_web::test]
async fn a_respondent_gets_a_letter_and_has_a_say() {
    let app = TestApp::start().await;
    let (officer, li) = (app.officer_of(COMMUNITY), app.resident("li", COMMUNITY));
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let id = officer.handled(COMMUNITY).await;
    let letter = officer.party_code(&id, 1).await;
    assert!(li.get("/v1/disputes").await.ids().is_empty());
    li.acts("/v1/disputes/link", letter).await;
    let case = format!("/v1/disputes/{}", only(&li, "/v1/disputes").await);
    let mine = li.get(&case).await.body["own_positions"][0].clone();
    takes(&li, &case, "answer", json!({"kind": "propose_solution", "text": "愿意维修"})).await;

    officer.mediated(&id, &committee, Stage::Proposed).await;
    let mediation = waits(&li, "consent_to_mediation", "/v1/mediations").await;
    takes(&li, &mediation, "record-consent", consent(&mine)).await;
    assert!(waiting(&li, "consent_to_mediation").await.is_empty());
    officer.consents(mediation.rsplit('/').next().unwrap(), 0).await;
    let office = li.get(&mediation).await.body["organization_id"].as_str().unwrap().to_owned();
    let mediators = li.get(&format!("/v1/directory/mediators?organization_id={office}")).await.ids();
    takes(&li, &mediation, "choose", json!({"position": mine, "mediator_id": mediators[0]})).await;
    let terms = json!([{"debtor": mine, "deed": "修复防水层", "due_on": "2026-04-01"}]);
    takes(&li, &mediation, "offer", json!({"position": mine, "terms": terms})).await;
    assert!(waiting(&li, "answer_offer").await.is_empty(), "what they offered themselves they need not answer");
    let counter =
        json!({"position": 0, "terms": [{"debtor": mine, "deed": "修复防水层并赔偿", "amount": 50_000, "due_on": "2026-04-01"}]});
    officer.acts(&format!("{mediation}/offer"), counter).await;
    assert_eq!(waits(&li, "answer_offer", "/v1/mediations").await, mediation);
    let open = li.get(&mediation).await.body["offers"].as_array().unwrap().last().unwrap()["number"].clone();
    let agreed = takes(&li, &mediation, "answer-offer", json!({"number": open, "position": mine, "accepts": true})).await;
    assert_eq!(agreed.body["offers"][1]["status"], "accepted");
    takes(&li, &mediation, "withdraw-consent", json!({"position": mine, "reason": "双方自行和解"})).await;
}
