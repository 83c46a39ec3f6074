//! Parties who speak for themselves, each with their own token.

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::world::name;
use crate::support::{Answer, Caller, TestApp};

fn actions(answer: &Answer) -> Vec<&str> {
    answer.body["next_actions"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
}

/// The kinds of what waits for somebody.
async fn work(caller: &Caller<'_>) -> Vec<String> {
    let items = caller.get("/v1/work").await.body["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

fn consent(position: i64) -> Value {
    json!({"position": position, "consents": true, "channel": "online", "said_on": "2026-03-02"})
}

/// A mediation of what wang filed against li, who has linked it.
struct Case<'a> {
    officer: Caller<'a>,
    wang: Caller<'a>,
    li: Caller<'a>,
    committee: (String, String),
    dispute: String,
    path: String,
}

async fn proposed(app: &TestApp) -> Case<'_> {
    let (officer, wang, li) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let dispute = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&dispute, action, body_of(action)).await;
    }
    li.acts("/v1/disputes/link", officer.party_code(&dispute, 1).await).await;
    let mediation = officer.mediated(&dispute, &committee, Stage::Proposed).await.mediation;
    Case { officer, wang, li, committee, dispute, path: format!("/v1/mediations/{mediation}") }
}

#[actix_web::test]
async fn two_neighbors_come_to_terms_by_themselves() {
    let app = TestApp::start().await;
    let Case { officer, wang, li, committee, dispute, path } = proposed(&app).await;
    let mediations = li.get("/v1/mediations").await.ids();
    assert_eq!(format!("/v1/mediations/{}", mediations[0]), path, "each finds it through the lists");
    assert_eq!(actions(&li.get(&path).await), ["record_consent"]);
    assert_eq!(
        (work(&li).await, work(&wang).await),
        (vec!["consent_to_mediation".to_owned()], vec!["consent_to_mediation".to_owned()])
    );
    for (party, position) in [(&wang, 0), (&li, 1)] {
        let other = party.post(&format!("{path}/record-consent"), &consent(1 - position)).await;
        assert_eq!(other.errors(), ["#/position not_your_part"]);
        let heard = json!({"position": position, "consents": true, "channel": "phone", "said_on": "2026-03-02"});
        assert_eq!(party.post(&format!("{path}/record-consent"), &heard).await.errors(), ["#/channel said_now"]);
        party.acts(&format!("{path}/record-consent"), consent(position)).await;
    }
    assert_eq!(actions(&li.get(&path).await), ["withdraw_consent", "choose", "offer"]);

    // Both want the second mediator of the committee, whom the directory tells.
    let listed = li.get(&format!("/v1/directory/mediators?organization_id={}", committee.0)).await.ids();
    let wanted = listed.iter().find(|id| **id != committee.1).unwrap();
    app.trained(wanted, 24).await;
    for (party, position) in [(&wang, 0), (&li, 1)] {
        party.acts(&format!("{path}/choose"), json!({"position": position, "mediator_id": wanted})).await;
    }
    let recommended = officer.get(&format!("{path}/recommendations")).await.body["items"].clone();
    let first = recommended.as_array().unwrap().iter().find(|one| one["mediator_id"] == json!(wanted)).unwrap().clone();
    assert_eq!(first["chosen_by"], json!([0, 1]));
    let another = officer.post(&format!("{path}/select"), &json!({"mediator_id": committee.1, "conflicts": []})).await;
    assert_eq!(another.errors(), ["#/mediator_id chosen_by_parties"]);
    officer.acts(&format!("{path}/select"), json!({"mediator_id": wanted, "conflicts": []})).await;
    li.acts(&format!("{path}/exclude"), json!({"kind": "refusal", "reason": "相识"})).await;
    assert_eq!(
        li.post(&format!("{path}/choose"), &json!({"position": 1, "mediator_id": wanted})).await.errors(),
        ["#/mediator_id excluded"]
    );
    officer.acts(&format!("{path}/select"), json!({"mediator_id": committee.1, "conflicts": []})).await;
    assert_eq!(
        li.post(&format!("{path}/exclude"), &json!({"kind": "recusal", "reason": "理由"})).await.errors(),
        ["#/kind not_allowed"]
    );

    // An offer, a counter-offer, and the answer to it.
    li.acts(&format!("{path}/offer"), offer(1)).await;
    assert!(actions(&wang.get(&path).await).contains(&"answer_offer"));
    assert_eq!((work(&li).await, work(&wang).await), (vec![], vec!["answer_offer".to_owned()]));
    assert!(!actions(&li.get(&path).await).contains(&"answer_offer"), "their own offer they need not answer");
    let mut counter = offer(0);
    counter["terms"][0]["amount"] = json!(300_000);
    wang.acts(&format!("{path}/offer"), counter).await;
    let late = wang.post(&format!("{path}/answer-offer"), &json!({"number": 1, "position": 0, "accepts": true})).await;
    assert_eq!(late.errors(), ["#/number not_active"]);
    let agreed = li.acts(&format!("{path}/answer-offer"), json!({"number": 2, "position": 1, "accepts": true})).await;
    let states: Vec<_> = agreed.body["offers"].as_array().unwrap().iter().map(|offer| offer["status"].clone()).collect();
    assert_eq!(states, ["superseded", "accepted"]);

    // A session, and the agreement says what was accepted.
    officer.acts(&format!("{path}/give-notice"), json!({"given_on": "2026-03-02"})).await;
    let mut session = slot(&app);
    session["mediation_id"] = json!(mediations[0]);
    let session = officer.makes("/v1/mediation-sessions", session).await.id();
    assert_eq!(li.get("/v1/mediation-sessions").await.ids(), std::slice::from_ref(&session));
    let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    officer.acts(&format!("/v1/mediation-sessions/{session}/start"), attendance).await;
    let body = |more: Value| {
        let mut body = json!({"mediation_id": mediations[0], "form": "written", "facts": "防水层破损"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, error) in [
        (json!({"offer": 1}), "#/offer not_active"),
        (json!({"offer": 7}), "#/offer unknown_record"),
        (json!({}), "# one_of_two"),
        (json!({"offer": 2, "obligations": obligations("2026-04-01")}), "# one_of_two"),
    ] {
        assert_eq!(officer.post("/v1/agreements", &body(more)).await.errors(), [error]);
    }
    let agreement = officer.makes("/v1/agreements", body(json!({"offer": 2}))).await;
    assert_eq!(agreement.body["obligations"][0]["amount"], 300_000);
    let for_them = json!({"position": 1, "signed_on": "2026-03-02"});
    let signed = officer.post(&format!("/v1/agreements/{}/sign", agreement.id()), &for_them).await;
    assert_eq!(signed.errors(), ["#/position said_by_party"]);
    let agreed = format!("/v1/agreements/{}", agreement.id());
    assert_eq!(li.get("/v1/agreements").await.ids(), [agreement.id()]);
    assert_eq!((actions(&li.get(&agreed).await), actions(&wang.get(&agreed).await)), (vec!["sign"], vec!["sign"]));
    assert!(work(&li).await.contains(&"sign_agreement".to_owned()));
    for (party, position) in [(&wang, 0), (&li, 1)] {
        let other = json!({"position": 1 - position, "signed_on": "2026-03-02"});
        assert_eq!(party.post(&format!("{agreed}/sign"), &other).await.errors(), ["#/position not_your_part"]);
        let mediator = json!({"position": null, "signed_on": "2026-03-02"});
        assert_eq!(party.post(&format!("{agreed}/sign"), &mediator).await.status, 422);
        party.acts(&format!("{agreed}/sign"), json!({"position": position, "signed_on": "2026-03-02"})).await;
    }
    assert!(actions(&li.get(&agreed).await).is_empty());
    assert!(!work(&li).await.contains(&"sign_agreement".to_owned()));
    officer.acts(&format!("{agreed}/sign"), json!({"position": null, "signed_on": "2026-03-02"})).await;
    officer.seals(&agreement.id()).await;
    assert_eq!(li.get(&format!("/v1/disputes/{dispute}")).await.body["status"], "resolved");
    li.post(&format!("{agreed}/seal"), &json!({"sealed_on": "2026-03-02"})).await.is(403, "forbidden");
    // Who owes and who is owed say what became of it; whoever follows it decides.
    assert_eq!(actions(&li.get(&agreed).await), ["report_progress"]);
    assert!(work(&li).await.contains(&"follow_agreement".to_owned()) && work(&wang).await.contains(&"ask_court".to_owned()));
    let says = |position: i64, done: bool| json!({"position": position, "obligation": 1, "done": done, "text": "转账凭证1号"});
    let report = format!("{agreed}/report-progress");
    assert_eq!(li.post(&report, &says(0, true)).await.errors(), ["#/position not_your_part"]);
    li.acts(&report, says(1, true)).await;
    let told = wang.acts(&report, says(0, false)).await.body["obligations"][0].clone();
    assert_eq!((told["reports"].as_array().unwrap().len(), &told["status"]), (2, &json!("pending")));
    let paid = json!({"obligation": 1, "on": "2026-03-02", "amount": 300_000});
    assert_eq!(li.post(&format!("{agreed}/perform"), &paid).await.status, 403);
    officer.acts(&format!("{agreed}/perform"), paid).await;
    assert!(actions(&li.get(&agreed).await).is_empty() && !work(&li).await.contains(&"follow_agreement".to_owned()));
}

#[actix_web::test]
async fn an_enterprise_speaks_by_its_member_and_a_guest_for_nobody() {
    let app = TestApp::start().await;
    let (city, officer) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let committee = city.mediation_committee(COMMUNITY, None).await;
    let (enterprise, guest) =
        (city.organization("property_enterprise", COMMUNITY).await, city.organization("property_enterprise", COMMUNITY).await);
    let member_of = |id: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(id.parse().unwrap());
        app.with_claims(&claims)
    };
    let mut dispute = dispute_in(COMMUNITY);
    dispute["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": enterprise});
    let id = officer.files(&dispute).await.id();
    for action in ["accept", "assign", "start"] {
        officer.does(&id, action, body_of(action)).await;
    }
    officer.does(&id, "invite", json!({"organization_id": guest, "reason": "协助"})).await;
    let case = officer.mediated(&id, &committee, Stage::Proposed).await;
    let path = format!("/v1/mediations/{}", case.mediation);
    let (member, guest) = (member_of(&enterprise), member_of(&guest));
    assert_eq!((actions(&member.get(&path).await), actions(&guest.get(&path).await)), (vec!["record_consent"], vec![]));
    assert_eq!((work(&member).await, work(&guest).await), (vec!["consent_to_mediation".to_owned()], vec![]));
    for position in [0, 1] {
        let refused = guest.post(&format!("{path}/record-consent"), &consent(position)).await;
        assert_eq!(refused.errors(), ["#/position not_your_part"]);
    }
    let proposal = json!({"position": null, "terms": offer(1)["terms"]});
    member.acts(&format!("{path}/record-consent"), consent(1)).await;
    officer.consents(&case.mediation, 0).await;
    assert_eq!(guest.post(&format!("{path}/offer"), &proposal).await.errors(), ["#/position not_your_part"]);
    member.acts(&format!("{path}/offer"), offer(1)).await;
    // What the other side says is recorded for it.
    let accepted = officer.acts(&format!("{path}/answer-offer"), json!({"number": 1, "position": 0, "accepts": true})).await;
    assert_eq!(accepted.body["offers"][0]["status"], "accepted");
    assert!(guest.get(&path).await.body.get("offers").is_none(), "what parties offer is no guest's business");
    assert_eq!(member.post(&format!("{path}/offer"), &json!({"position": null, "terms": offer(1)["terms"]})).await.status, 422);
    let ended = member.acts(&format!("{path}/withdraw-consent"), json!({"position": 1, "reason": "选择起诉"})).await;
    assert_eq!(ended.body["status"], "terminated");
    app.officer_of(OTHER_COMMUNITY).post(&format!("{path}/offer"), &offer(1)).await.is(404, "not_found");
    app.resident("sun", COMMUNITY).post(&format!("{path}/offer"), &offer(1)).await.is(404, "not_found");
    officer.post(&format!("{path}/offer"), &offer(1)).await.is(409, "state_conflict");
}

#[actix_web::test]
async fn nobody_who_is_a_party_mediates_or_decides() {
    let app = TestApp::start().await;
    let Case { officer, li, committee, path, dispute, .. } = proposed(&app).await;
    // The street's officer lives next door, and has linked the case as another party.
    let mut claims = app.claims(&[(Role::StreetOfficer, STREET), (Role::Resident, COMMUNITY), (Role::Mediator, STREET)]);
    claims.sub = "neighbor".into();
    let neighbor = app.with_claims(&claims);
    officer.acts(&format!("{path}/terminate"), json!({"reason": "补充当事人"})).await;
    officer.does(&dispute, "add-party", body_of("add-party")).await;
    neighbor.acts("/v1/disputes/link", officer.party_code(&dispute, 2).await).await;
    let mediation = officer.mediated(&dispute, &committee, Stage::Proposed).await.mediation;
    let path = format!("/v1/mediations/{mediation}");
    assert_eq!(actions(&neighbor.get(&path).await), ["record_consent"]);
    for (action, body) in [("terminate", json!({"reason": "理由"})), ("give-notice", json!({"given_on": "2026-03-02"}))] {
        assert_eq!(neighbor.post(&format!("{path}/{action}"), &body).await.errors(), ["# own_matter"], "{action}");
    }
    let for_li = neighbor.post(&format!("{path}/record-consent"), &consent(1)).await;
    assert_eq!(for_li.errors(), ["#/position not_your_part"]);
    neighbor.acts(&format!("{path}/record-consent"), consent(2)).await;
    li.acts(&format!("{path}/record-consent"), consent(1)).await;
    officer.consents(&mediation, 0).await;
    // A mediator who is a party, by sign-in or by name and phone, is not chosen.
    let register = app.officer_of(CITY);
    let subject = format!("{}|neighbor", app.settings.issuer);
    for (key, body) in [
        ("subject", json!({"subject": subject, "name": name("调解员"), "phone": "13600007777"})),
        ("name", json!({"name": "租户丙", "phone": "+86 138 0000 5678"})),
    ] {
        let mut body = body;
        let more = json!({"organization_id": committee.0, "gender": "male", "qualification": "人民调解员"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let id = register.makes("/v1/mediators", body).await.id();
        app.trained(&id, 24).await;
        let refused = officer.post(&format!("{path}/select"), &json!({"mediator_id": id, "conflicts": []})).await;
        assert_eq!(refused.errors(), ["#/mediator_id is_a_party"], "{key}");
    }
    officer.acts(&format!("{path}/select"), json!({"mediator_id": committee.1, "conflicts": []})).await;
    let mut session = slot(&app);
    session["mediation_id"] = json!(mediation);
    assert_eq!(neighbor.post("/v1/mediation-sessions", &session).await.errors(), ["#/mediation_id own_matter"]);
    let session = officer.makes("/v1/mediation-sessions", session).await.id();
    let cancel = neighbor.post(&format!("/v1/mediation-sessions/{session}/cancel"), &json!({"reason": "理由"})).await;
    assert_eq!(cancel.errors(), ["# own_matter"]);
}

#[actix_web::test]
async fn what_a_party_said_itself_nobody_says_otherwise() {
    let app = TestApp::start().await;
    let Case { officer, li, wang, path, committee, dispute } = proposed(&app).await;
    let mediation = path.rsplit('/').next().unwrap().to_owned();
    li.acts(&format!("{path}/record-consent"), consent(1)).await;
    let mut refusal = consent(1);
    refusal["consents"] = json!(false);
    assert_eq!(officer.post(&format!("{path}/record-consent"), &refusal).await.errors(), ["#/position said_by_party"]);
    for (action, body) in [
        ("choose", json!({"position": 1, "mediator_id": committee.1})),
        ("withdraw-consent", json!({"position": 1, "reason": "理由"})),
        ("record-consent", consent(1)),
    ] {
        let refused = officer.post(&format!("{path}/{action}"), &body).await;
        assert_eq!(refused.errors(), ["#/position said_by_party"], "{action}");
    }
    let wrong = officer.post(&format!("/v1/disputes/{dispute}/unlink-party"), &json!({"position": 1, "reason": "理由"})).await;
    assert_eq!(wrong.errors(), ["# in_mediation"]);
    officer.consents(&mediation, 0).await;
    officer.acts(&format!("{path}/offer"), json!({"position": null, "terms": offer(1)["terms"]})).await;
    let accepted = json!({"number": 1, "position": 1, "accepts": true});
    assert_eq!(officer.post(&format!("{path}/answer-offer"), &accepted).await.errors(), ["#/position said_by_party"]);
    assert_eq!(officer.post(&format!("{path}/offer"), &offer(1)).await.errors(), ["#/position said_by_party"]);
    li.acts(&format!("{path}/answer-offer"), accepted).await;
    let told = officer.acts(&format!("{path}/answer-offer"), json!({"number": 1, "position": 0, "accepts": true})).await;
    let by: Vec<_> = told.body["offers"][0]["answers"].as_array().unwrap().iter().map(|one| one["by_party"].clone()).collect();
    assert_eq!(by, [true, false]);
    assert!(li.get("/v1/mediations").await.body["items"][0].get("offers").is_none(), "lists leave them out");
    assert!(!officer.get("/v1/changes?cursor=begin&types=mediation").await.body.to_string().contains("赔偿顶棚"));
    assert_eq!(actions(&li.get(&path).await), li_in_list(&li).await, "a list offers what the record offers");
    for _ in 0..10 {
        wang.acts(&format!("{path}/offer"), offer(0)).await;
    }
    assert_eq!(wang.post(&format!("{path}/offer"), &offer(0)).await.errors(), ["# max_items"]);

    // Nobody is wanted who cannot mediate, and who becomes a party mediates no more.
    let mut body = mediator(&committee.0);
    (body["name"], body["phone"]) = (json!("业主甲"), json!("13800001234"));
    let party = app.officer_of(CITY).makes("/v1/mediators", body).await.id();
    let wish = wang.post(&format!("{path}/choose"), &json!({"position": 0, "mediator_id": party})).await;
    assert_eq!(wish.errors(), ["#/mediator_id is_a_party"]);
    let recommended = officer.get(&format!("{path}/recommendations")).await.body["items"].clone();
    let told = recommended.as_array().unwrap().iter().find(|one| one["mediator_id"] == json!(party)).unwrap();
    assert_eq!(told["excluded"], "recusal");
    officer.acts(&format!("{path}/select"), json!({"mediator_id": committee.1, "conflicts": []})).await;
    let register = format!("/v1/mediators/{}", committee.1);
    let version = app.officer_of(CITY).get(&register).await.version();
    let subject = json!({"subject": format!("{}|li", app.settings.issuer)});
    assert_eq!(app.officer_of(CITY).patch(&register, version, &subject).await.status, 200);
    app.run_due_jobs().await;
    let after = officer.get(&path).await;
    assert_eq!((&after.body["mediator_id"], &after.body["exclusions"][0]["kind"]), (&Value::Null, &json!("recusal")));
    assert_eq!(li.get(&format!("/v1/disputes/{dispute}")).await.status, 200, "a party goes on seeing the case");
}

async fn li_in_list(li: &Caller<'_>) -> Vec<String> {
    let actions = li.get("/v1/mediations").await.body["items"][0]["next_actions"].clone();
    actions.as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}
