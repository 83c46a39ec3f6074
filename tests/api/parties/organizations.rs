use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::world::{contract, credit_code, estate, name, organization};
use sihe::access::actor::Role;

#[actix_web::test]
async fn each_kind_stands_at_its_levels() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let levels = [
        ("property_office", &[CITY, DISTRICT][..]),
        ("street_office", &[STREET]),
        ("street_party_committee", &[STREET]),
        ("community_party_organization", &[COMMUNITY]),
        ("neighborhood_committee", &[COMMUNITY]),
        ("owners_committee", &[COMMUNITY]),
        ("property_enterprise", &[CITY, DISTRICT, STREET, COMMUNITY]),
        ("mediation_committee", &[CITY, DISTRICT, STREET, COMMUNITY]),
        ("department", &[CITY, DISTRICT, STREET]),
        ("utility", &[CITY, DISTRICT, STREET]),
        ("police_station", &[DISTRICT, STREET]),
        ("owners_assembly", &[COMMUNITY]),
    ];
    for (kind, allowed) in levels {
        for code in [CITY, DISTRICT, STREET, COMMUNITY, GRID] {
            let answer = city.post("/v1/organizations", &organization(kind, code)).await;
            if allowed.contains(&code) {
                assert_eq!((answer.status, &answer.body["status"]), (201, &json!("active")), "{kind} {code}");
            } else {
                answer.is(422, "validation_failed");
                assert_eq!(answer.errors(), ["#/jurisdiction wrong_level"], "{kind} {code}");
            }
        }
    }
}

#[actix_web::test]
async fn credit_codes_are_checked_and_unique() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = organization("property_enterprise", COMMUNITY);
    let code = credit_code();
    let wrong = format!("{}{}", &code[..17], if code.ends_with('0') { '1' } else { '0' });
    for (given, error) in [
        (Value::Null, "#/credit_code required"),
        (json!(wrong), "#/credit_code credit_code"),
        (json!("91350100I000100Y43"), "#/credit_code pattern"),
        (json!("9135"), "#/credit_code pattern"),
    ] {
        body["credit_code"] = given;
        let answer = officer.post("/v1/organizations", &body).await;
        answer.is(422, "validation_failed");
        assert_eq!(answer.errors(), [error]);
    }
    body["credit_code"] = code.clone().into();
    let id = officer.makes("/v1/organizations", body.clone()).await.id();
    body["name"] = name("另一家").into();
    officer.post("/v1/organizations", &body).await.is(409, "duplicate");
    assert_eq!(officer.get(&format!("/v1/organizations?credit_code={code}")).await.ids(), [id]);
}

#[actix_web::test]
async fn coverage_by_the_party_is_told_whole() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let party = officer.organization("community_party_organization", COMMUNITY).await;
    let stranger = app.officer_of(OTHER_DISTRICT).organization("community_party_organization", "370203001001").await;
    let other = officer.organization("neighborhood_committee", COMMUNITY).await;
    let above = app.officer_of(STREET).organization("street_party_committee", STREET).await;
    let cases = [
        (json!({"party_mode": "own"}), "#/party_organization_id required"),
        (json!({"party_mode": "joint", "party_organization_id": stranger}), "#/party_organization_id unknown_record"),
        (json!({"party_mode": "own", "party_organization_id": other}), "#/party_organization_id wrong_kind"),
        (json!({"party_mode": "none", "party_reason": "党员不足"}), "#/party_plan required"),
        (json!({"party_reason": "党员不足"}), "#/party_reason not_applicable"),
        (json!({"party_mode": "own", "party_organization_id": party, "party_plan": "计划"}), "#/party_plan not_applicable"),
    ];
    for (members, error) in cases {
        let mut body = organization("owners_committee", COMMUNITY);
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let answer = officer.post("/v1/organizations", &body).await;
        answer.is(422, "validation_failed");
        assert_eq!(answer.errors(), [error]);
    }
    let mut body = organization("community_party_organization", COMMUNITY);
    body["party_mode"] = "none".into();
    assert_eq!(officer.post("/v1/organizations", &body).await.errors(), ["#/party_mode not_applicable"]);

    let mut body = organization("owners_committee", COMMUNITY);
    body["party_mode"] = "joint".into();
    body["party_organization_id"] = above.clone().into();
    body["party_member_count"] = 3.into();
    let made = officer.makes("/v1/organizations", body).await;
    let path = format!("/v1/organizations/{}", made.id());
    let none = json!({"party_mode": "none", "party_organization_id": null, "party_reason": "支部撤销", "party_plan": "年内重建"});
    let changed = officer.patch(&path, 1, &none).await;
    assert_eq!((changed.status, &changed.body["party_organization_id"]), (200, &Value::Null));
    assert_eq!(officer.patch(&path, 2, &json!({"party_mode": null})).await.errors().len(), 2);
    // What was named before is not looked at again when something else changes.
    let party_path = format!("/v1/organizations/{above}");
    let mut other = organization("owners_committee", COMMUNITY);
    (other["party_mode"], other["party_organization_id"]) = ("joint".into(), above.clone().into());
    let other = officer.makes("/v1/organizations", other).await.id();
    let tied = app.officer_of(STREET).post(&format!("{party_path}/dissolve"), &json!({})).await;
    assert_eq!(tied.body["errors"][0]["params"]["kinds"], json!(["organization"]));
    app.connect().await.execute("UPDATE organizations SET status = 'dissolved' WHERE id::text = $1", &[&above]).await.unwrap();
    assert_eq!(officer.patch(&format!("/v1/organizations/{other}"), 1, &json!({"address": "新址"})).await.status, 200);
    // A party body above can be named by those below, but not read.
    officer.get(&format!("/v1/organizations/{above}")).await.is(404, "not_found");
}

#[actix_web::test]
async fn parents_form_no_circle() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let mut ids = Vec::new();
    for at in 0..3 {
        let mut body = organization("department", DISTRICT);
        body["parent_id"] = ids.get(usize::wrapping_sub(at, 1)).cloned().map_or(Value::Null, Value::String);
        ids.push(officer.makes("/v1/organizations", body).await.id());
    }
    for (child, parent) in [(0, 0), (0, 1), (0, 2), (1, 2)] {
        let path = format!("/v1/organizations/{}", ids[child]);
        let answer = officer.patch(&path, 1, &json!({"parent_id": ids[parent]})).await;
        assert_eq!(answer.errors(), ["#/parent_id cycle"]);
    }
    // Two writers who would close a circle together: one is refused.
    let (first, second) =
        (officer.organization("department", DISTRICT).await, officer.organization("department", DISTRICT).await);
    let (path_a, path_b) = (format!("/v1/organizations/{first}"), format!("/v1/organizations/{second}"));
    let (body_a, body_b) = (json!({"parent_id": second}), json!({"parent_id": first}));
    let (a, b) = futures_util::join!(officer.patch(&path_a, 1, &body_a), officer.patch(&path_b, 1, &body_b));
    let refused = [&a, &b].iter().filter(|answer| answer.status != 200).count();
    assert_eq!(refused, 1, "{} {}", a.body, b.body);
}

#[actix_web::test]
async fn contacts_and_people_are_protected() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    // Nothing of it is random: a made-up id, name or code can hold the digits of the phone.
    let body = json!({
        "id": "019c0000-0000-7000-8000-000000000000", "jurisdiction": COMMUNITY, "kind": "property_enterprise", "name": "某物业公司",
        "credit_code": "91350100M000100Y43", "contacts": [{"name": "经理甲", "post": "经理", "phone": "13812345678"}],
    });
    let made = officer.makes("/v1/organizations", body).await;
    let path = format!("/v1/organizations/{}", made.id());
    let shown = json!([{"name": "经理甲", "post": "经理", "phone": "138****5678"}]);
    assert_eq!(officer.get(&path).await.body["contacts"], shown);
    let listed = officer.get("/v1/organizations").await;
    assert!(listed.body["items"].as_array().unwrap().iter().all(|item| item.get("contacts").is_none()));
    // What was shown masked cannot be sent back in the place of the number.
    assert_eq!(officer.patch(&path, 1, &json!({"contacts": shown})).await.errors(), ["#/contacts/0/phone pattern"]);
    let told = app.connect().await.query("SELECT data FROM changes WHERE kind = 'organization'", &[]).await.unwrap();
    assert!(told.iter().all(|row| !row.get::<_, String>(0).contains("138")));

    let people = json!({"items": [{"name": "保安乙", "phone": "13500001111"}, {"name": "保安丙", "phone": "13500002222", "post": "队长"}]});
    let put = |version: &str| {
        let request = officer.request(reqwest::Method::PUT, &format!("{path}/staff")).header("if-match", version);
        request.json(&people).send()
    };
    put("\"9\"").await.is(412, "precondition_failed");
    assert_eq!(put("\"1\"").await.body["version"], 2);
    let staff = officer.get(&format!("{path}/staff")).await;
    assert!(staff.header("etag").unwrap().starts_with("\"2."));
    assert_eq!(staff.body["items"][1], json!({"name": "保安丙", "phone": "135****2222", "post": "队长"}));
    // Whoever belongs to it reads it too, and nobody of another one.
    for (organization, status) in [(made.id(), 200), (officer.organization("property_enterprise", COMMUNITY).await, 404)] {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        claims.organization = Some(organization.parse().unwrap());
        assert_eq!(app.with_claims(&claims).get(&format!("{path}/staff")).await.status, status);
    }
    // The audit tells what became of them, the feed nothing.
    let audited =
        "SELECT kind, coalesce(before::text, '-'), after::text FROM audit_entries WHERE kind LIKE 'organization_%' ORDER BY id";
    let audited = app.connect().await.query(audited, &[]).await.unwrap();
    let kinds: Vec<String> = audited.iter().map(|row| row.get(0)).collect();
    assert_eq!(kinds, ["organization_contacts", "organization_staff"]);
    assert_eq!(audited[1].get::<_, String>(1), "[]");
    assert!(audited[1].get::<_, String>(2).contains(r#""phone":"135****2222""#));
    assert_eq!(app.count("changes WHERE kind LIKE 'organization_%'").await, 0);
    app.officer_of(OTHER_COMMUNITY).get(&format!("{path}/staff")).await.is(404, "not_found");
}

#[actix_web::test]
async fn what_was_dissolved_is_named_no_more() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    let path = format!("/v1/organizations/{enterprise}");
    let dissolved = officer.acts(&format!("{path}/dissolve"), json!({})).await;
    assert_eq!((&dissolved.body["status"], &dissolved.body["next_actions"]), (&json!("dissolved"), &json!(["restore"])));
    let again = officer.post(&format!("{path}/dissolve"), &json!({})).await;
    again.is(409, "state_conflict");
    assert_eq!((&again.body["current_status"], &again.body["allowed_actions"]), (&json!("dissolved"), &json!(["restore"])));
    officer.patch(&path, 2, &json!({"address": "新址"})).await.is(409, "state_conflict");
    let estate = officer.estate(COMMUNITY).await;
    let refused = officer.post("/v1/property-contracts", &contract(&estate, &enterprise)).await;
    assert_eq!(refused.errors(), ["#/organization_id dissolved"]);
    officer.acts(&format!("{path}/restore"), json!({})).await;
    officer.makes("/v1/property-contracts", contract(&estate, &enterprise)).await;
}

#[actix_web::test]
async fn names_are_found_by_a_part() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let mut body = organization("department", DISTRICT);
    body["name"] = "住房_100%保障局".into();
    let id = officer.makes("/v1/organizations", body).await.id();
    officer.organization("department", DISTRICT).await;
    for part in ["%E4%BD%8F%E6%88%BF", "_100%25"] {
        assert_eq!(
            officer.get(&format!("/v1/organizations?q={part}&kind=department&status=active")).await.ids(),
            std::slice::from_ref(&id)
        );
    }
    assert!(officer.get("/v1/organizations?q=%25x%25").await.ids().is_empty());
    officer.get("/v1/organizations?enrolled=maybe").await.is(400, "invalid_parameter");
}

#[actix_web::test]
async fn an_estate_is_served_by_one_enterprise_at_a_time() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let home = officer.estate(COMMUNITY).await;
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    let first = officer.makes("/v1/property-contracts", contract(&home, &enterprise)).await.id();
    let mut next = contract(&home, &officer.organization("property_enterprise", COMMUNITY).await);
    next["starts_on"] = "2028-12-31".into();
    next["ends_on"] = "2030-12-31".into();
    officer.post("/v1/property-contracts", &next).await.is(409, "overlap");
    next["starts_on"] = "2029-01-01".into();
    officer.makes("/v1/property-contracts", next.clone()).await;

    // Ended early, it makes room from the next day on.
    next["starts_on"] = "2026-07-01".into();
    next["ends_on"] = "2028-12-31".into();
    officer.post("/v1/property-contracts", &next).await.is(409, "overlap");
    let path = format!("/v1/property-contracts/{first}");
    let early = json!({"terminated_on": "2025-12-31", "reason": "更换"});
    assert_eq!(officer.post(&format!("{path}/terminate"), &early).await.errors(), ["#/terminated_on not_before"]);
    officer.acts(&format!("{path}/terminate"), json!({"terminated_on": "2026-06-30", "reason": "更换"})).await;
    let third = officer.makes("/v1/property-contracts", next).await.id();
    let on = async |day: &str| officer.get(&format!("/v1/property-contracts?estate_id={home}&in_force_on={day}")).await.ids();
    assert_eq!(on("2026-06-30").await, [first]);
    assert_eq!(on("2026-07-01").await, [third]);
    assert_eq!(on("2025-12-31").await, [""; 0]);

    let (a, b) = (officer.estate(COMMUNITY).await, officer.organization("property_enterprise", COMMUNITY).await);
    let body = contract(&a, &b);
    let both = futures_util::join!(officer.post("/v1/property-contracts", &body), officer.post("/v1/property-contracts", &body));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort();
    assert_eq!(statuses, [201, 409], "two writers");
}

#[actix_web::test]
async fn estates_are_points_with_exact_areas() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = estate(COMMUNITY);
    body["area"] = 9_999_999_999_i64.into();
    body["longitude"] = json!(120.3826);
    assert_eq!(officer.post("/v1/estates", &body).await.errors(), ["#/latitude required"]);
    body["latitude"] = json!(91);
    assert_eq!(officer.post("/v1/estates", &body).await.errors(), ["#/latitude maximum"]);
    body["latitude"] = json!(36.0671);
    let made = officer.makes("/v1/estates", body.clone()).await;
    assert_eq!((&made.body["area"], &made.body["longitude"]), (&json!(9_999_999_999_i64), &json!(120.3826)));
    officer.post("/v1/estates", &body).await.is(409, "duplicate");
    body["area"] = json!(4512.5);
    assert_eq!(officer.post("/v1/estates", &body).await.errors(), ["#/area type"]);
    for code in [STREET, GRID] {
        let answer = app.officer_of(STREET).post("/v1/estates", &estate(code)).await;
        assert_eq!(answer.errors(), ["#/jurisdiction wrong_level"], "{code}");
    }
    let path = format!("/v1/estates/{}", made.id());
    assert_eq!(officer.patch(&path, 1, &json!({"longitude": null})).await.errors(), ["#/longitude required"]);
    let cleared = officer.patch(&path, 1, &json!({"longitude": null, "latitude": null})).await;
    assert_eq!((cleared.status, &cleared.body["latitude"]), (200, &Value::Null));
    assert_eq!(officer.patch(&path, 2, &json!({"latitude": null})).await.version(), 2, "what changes nothing is no version");
}

#[actix_web::test]
async fn rules_are_inherited_downward() {
    use sihe::access::actor::Role;
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin, CITY);
    let set = |code: &str, value: i64, from: &str| {
        let body = json!({"jurisdiction": code, "name": "committee_re_election_notice_days", "value": value, "legal_basis": "通知",
            "valid_from": from});
        admin.makes("/v1/rules", body)
    };
    let holds = async |code: &str, day: &str| {
        let answer = app.resident("wang", COMMUNITY).get(&format!("/v1/rules/resolve?jurisdiction={code}&as_of={day}")).await;
        let rules = answer.body["items"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["name"] == "committee_re_election_notice_days").unwrap();
        (rule["value"].as_i64().unwrap(), rule["jurisdiction"].as_str().unwrap_or("-").to_owned())
    };
    assert_eq!(holds(COMMUNITY, "2026-03-02").await, (60, CITY.into()), "as the city's regulation says");
    set(CITY, 100, "2026-03-02").await;
    set(DISTRICT, 120, "2026-04-01").await;
    set(CITY, 60, "2026-05-01").await;
    for (code, day, value, from) in [
        (COMMUNITY, "2021-04-30", 90, "-"),
        (COMMUNITY, "2026-03-01", 60, CITY),
        (COMMUNITY, "2026-03-02", 100, CITY),
        (COMMUNITY, "2026-04-01", 120, DISTRICT),
        (COMMUNITY, "2026-05-01", 120, DISTRICT),
        (OTHER_DISTRICT, "2026-05-01", 60, CITY),
        (OTHER_CITY, "2026-05-01", 90, "37"),
    ] {
        assert_eq!(holds(code, day).await, (value, from.to_owned()), "{code} {day}");
    }
    let late = json!({"jurisdiction": CITY, "name": "committee_re_election_notice_days", "value": 7, "legal_basis": "通知",
        "valid_from": "2026-03-01"});
    assert_eq!(admin.post("/v1/rules", &late).await.errors(), ["#/valid_from not_before", "#/value out_of_bounds"]);
    let mut twice = late.clone();
    twice["value"] = 90.into();
    twice["valid_from"] = "2026-05-01".into();
    admin.post("/v1/rules", &twice).await.is(409, "duplicate");
    assert_eq!(admin.get(&format!("/v1/rules?jurisdiction={CITY}")).await.ids().len(), 2);
    admin.get("/v1/rules/resolve").await.is(400, "invalid_parameter");
}
