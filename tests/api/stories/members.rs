//! A member of a property enterprise that is responsible for a dispute and a party to another.

use serde_json::json;
use sihe::access::actor::Role;

use super::{consent, only, takes, waiting, waits};
use crate::support::TestApp;
use crate::support::data::*;
use crate::support::mediation::Stage;

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
    takes(&member, &asked, "answer", json!({"kind": "report_completion", "text": "已修复", "evidence": ["验收单"]})).await;

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
