//! A resident who has water coming through the ceiling.

use serde_json::json;

use super::{changes, offered, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
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
