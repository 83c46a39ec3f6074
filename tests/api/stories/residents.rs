//! A resident who has water coming through the ceiling, and the neighbor from whom it comes.

use serde_json::json;

use super::{changes, consent, offered, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::Stage;
use crate::support::world::contract;

#[actix_web::test]
async fn a_resident_files_follows_and_rates() {
    let app = TestApp::start().await;
    let (city, officer, wang) = (app.officer_of(CITY), app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    let home = city
        .makes(
            "/v1/estates",
            json!({"jurisdiction": COMMUNITY, "name": "海景花园", "units": 10, "households": 10, "area": 100_000}),
        )
        .await
        .id();
    let enterprise = city.organization("property_enterprise", COMMUNITY).await;
    city.makes("/v1/property-contracts", contract(&home, &enterprise)).await;

    // The estate by a part of its name, and who serves it.
    let estate = only(&wang, "/v1/directory/estates?q=海景").await;
    let serving = only(&wang, &format!("/v1/directory/organizations?estate_id={estate}&kind=property_enterprise")).await;
    let categories = wang.get(&format!("/v1/dispute-categories/resolve?jurisdiction={COMMUNITY}")).await.body.to_string();
    assert!(categories.contains("\"leakage\""));
    let mut body = dispute_in(COMMUNITY);
    body["estate_id"] = json!(estate);
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": serving});
    assert_eq!(wang.files(&body).await.status, 201);
    let mine = format!("/v1/disputes/{}", only(&wang, "/v1/disputes").await);
    changes(&wang, &mine, json!({"title": "楼上漏水，厨房也受损"})).await;
    takes(&wang, &mine, "correct-party", json!({"position": 0, "phone": "13800005555", "reason": "换号"})).await;

    // The office works on it; the resident follows and says something.
    let id = mine.rsplit('/').next().unwrap();
    for action in ["accept", "assign", "start"] {
        officer.does(id, action, body_of(action)).await;
    }
    assert!(!offered(&wang, &mine).await.contains(&"update".to_owned()));
    takes(&wang, &mine, "remark", json!({"note": "今天又漏了"})).await;
    let deadlines = wang.get(&format!("{mine}/deadlines")).await.body.to_string();
    assert!(deadlines.contains("\"resolve\"") && deadlines.contains("legal_basis"), "{deadlines}");
    officer.does(id, "resolve", body_of("resolve")).await;
    assert_eq!(waits(&wang, "confirm_result", "/v1/disputes").await, mine);
    takes(&wang, &mine, "rate", json!({"satisfaction": "dissatisfied", "note": "仍漏水"})).await;
    app.officer_of(STREET).does(id, "reopen", json!({"reason": "重新处理"})).await;
    for action in ["assign", "start", "resolve"] {
        app.officer_of(STREET).does(id, action, body_of(action)).await;
    }
    takes(&wang, &mine, "close", json!({"satisfaction": "satisfied"})).await;
    assert!(waiting(&wang, "confirm_result").await.is_empty());
}

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
