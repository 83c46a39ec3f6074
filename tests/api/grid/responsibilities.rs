use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::world::{contract, matter, name, responsibility};

#[actix_web::test]
async fn the_list_names_the_organizations_of_a_place() {
    let app = TestApp::start().await;
    let (city, district, street, community) =
        (app.officer_of(CITY), app.officer_of(DISTRICT), app.officer_of(STREET), app.officer_of(COMMUNITY));
    let matter = matter();
    let publish = async |code: &str, level: &str, kind: &str, duty: &str| {
        let mut body = responsibility(code, &matter);
        body["level"] = level.into();
        body["organization_kind"] = kind.into();
        body["duty"] = duty.into();
        let id = city.makes("/v1/responsibilities", body).await.id();
        city.acts(&format!("/v1/responsibilities/{id}/publish"), json!({"valid_from": "2026-01-01"})).await.id()
    };
    let lead = publish(CITY, "street", "street_office", "lead").await;
    publish(CITY, "district", "property_office", "supervise").await;
    publish(DISTRICT, "community", "neighborhood_committee", "assist").await;
    publish(STREET, "community", "property_enterprise", "assist").await;
    publish(COMMUNITY, "community", "owners_committee", "assist").await;
    publish(OTHER_DISTRICT, "community", "community_party_organization", "assist").await;
    let office = street.organization("street_office", STREET).await;
    let above = district.organization("property_office", DISTRICT).await;
    street.organization("street_office", STREET).await;
    let committee = district.committee(COMMUNITY, "in_office").await;
    let estate = committee.body["estate_id"].as_str().unwrap();
    let enterprise = community.organization("property_enterprise", COMMUNITY).await;
    community.makes("/v1/property-contracts", contract(estate, &enterprise)).await;

    let resolve = async |query: &str| {
        let path = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction={COMMUNITY}{query}");
        community.get(&path).await
    };
    let plain = resolve("").await;
    assert_eq!(plain.body["lead"][0]["responsibility_id"], lead.as_str());
    assert_eq!((&plain.body["lead"][0]["place"], &plain.body["lead"][0]["issued_by"]), (&json!(STREET), &json!(CITY)));
    let ids = |party: &Value| {
        let all = party["organizations"].as_array().unwrap();
        all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(ids(&plain.body["lead"][0]).contains(&office) && ids(&plain.body["lead"][0]).len() == 2);
    assert_eq!(ids(&plain.body["supervise"][0]), [above]);
    let assist = plain.body["assist"].as_array().unwrap();
    let kinds: Vec<_> = assist.iter().map(|party| party["organization_kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["neighborhood_committee", "property_enterprise", "owners_committee"], "from the city downward");
    let vacant: Vec<_> = assist.iter().map(|party| party["vacant"].clone()).collect();
    assert_eq!(vacant, [json!(true), Value::Null, Value::Null], "without the estate nobody can tell");
    let at_home = resolve(&format!("&estate_id={estate}")).await;
    assert_eq!(ids(&at_home.body["assist"][1]), [enterprise]);
    assert_eq!(ids(&at_home.body["assist"][2]), [committee.body["organization_id"].as_str().unwrap()]);
    assert_eq!(resolve("&as_of=2025-12-31").await.body["lead"], json!([]));
    let elsewhere = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction={OTHER_COMMUNITY}");
    community.get(&elsewhere).await.is(404, "not_found");
    let above = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction={DISTRICT}");
    let above = district.get(&above).await;
    assert_eq!((&above.body["lead"][0]["place"], &above.body["lead"][0]["vacant"]), (&Value::Null, &Value::Null));
    // Nobody learns of another place's estate, or of a place that is not there.
    let strange = city.estate("370203001001").await;
    resolve(&format!("&estate_id={strange}")).await.is(404, "not_found");
    let nowhere = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction=370202001009");
    district.get(&nowhere).await.is(404, "not_found");
    district.get("/v1/indicators?in=370202001009").await.is(404, "not_found");
}

#[actix_web::test]
async fn entries_supersede_each_other_and_stay_readable() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let matter = matter();
    let first = officer.makes("/v1/responsibilities", responsibility(DISTRICT, &matter)).await.id();
    let path = format!("/v1/responsibilities/{first}");
    officer.patch(&path, 1, &json!({"title": name("标题")})).await;
    officer.acts(&format!("{path}/publish"), json!({"valid_from": "2026-01-01"})).await;
    officer.patch(&path, 3, &json!({"title": "新"})).await.is(409, "state_conflict");

    let mut next = responsibility(DISTRICT, &matter);
    next["organization_kind"] = "department".into();
    let rival = officer.makes("/v1/responsibilities", next.clone()).await.id();
    let publish = |id: &str| format!("/v1/responsibilities/{id}/publish");
    let from = |day: &str| json!({"valid_from": day});
    officer.post(&publish(&rival), &from("2026-06-01")).await.is(409, "overlap");
    next["supersedes_id"] = first.clone().into();
    let second = officer.makes("/v1/responsibilities", next.clone()).await.id();
    assert_eq!(officer.post(&publish(&second), &from("2025-12-31")).await.errors(), ["#/valid_from not_before"]);
    officer.acts(&publish(&second), from("2026-04-01")).await;
    let old = officer.get(&path).await;
    assert_eq!((&old.body["status"], &old.body["valid_until"]), (&json!("superseded"), &json!("2026-04-01")));
    let leads = async |day: &str| {
        let query = format!("/v1/responsibilities/resolve?matter={matter}&jurisdiction={COMMUNITY}&as_of={day}");
        let answer = officer.get(&query).await;
        answer.body["lead"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["responsibility_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(leads("2026-03-31").await, std::slice::from_ref(&first));
    assert_eq!(leads("2026-04-01").await, std::slice::from_ref(&second));
    assert_eq!(
        officer.get(&format!("/v1/responsibilities?matter={matter}&as_of=2026-02-01")).await.ids(),
        std::slice::from_ref(&first)
    );
    assert_eq!(officer.post("/v1/responsibilities", &next).await.errors(), ["#/supersedes_id not_active"]);
    officer.acts(&format!("/v1/responsibilities/{second}/supersede"), json!({"valid_until": "2026-05-01"})).await;
    assert_eq!(leads("2026-05-01").await, [""; 0]);
}

#[actix_web::test]
async fn a_lower_level_adds_but_takes_nothing_away() {
    let app = TestApp::start().await;
    let (city, street) = (app.officer_of(CITY), app.officer_of(STREET));
    let matter = matter();
    let mut body = responsibility(CITY, &matter);
    (body["level"], body["organization_kind"]) = ("street".into(), "street_office".into());
    let above = city.makes("/v1/responsibilities", body.clone()).await.id();
    street.get(&format!("/v1/responsibilities/{above}")).await.is(404, "not_found");
    city.acts(&format!("/v1/responsibilities/{above}/publish"), json!({"valid_from": "2026-01-01"})).await;
    // What is published above is seen below, but not changed there.
    let seen = street.get(&format!("/v1/responsibilities/{above}")).await;
    assert_eq!((seen.status, &seen.body["next_actions"]), (200, &json!([])));
    assert_eq!(street.get(&format!("/v1/responsibilities?matter={matter}")).await.ids(), std::slice::from_ref(&above));
    assert_eq!(app.officer_of(OTHER_CITY).get(&format!("/v1/responsibilities?matter={matter}")).await.ids(), [""; 0]);
    let end = json!({"valid_until": "2026-03-02"});
    street.post(&format!("/v1/responsibilities/{above}/supersede"), &end).await.is(404, "not_found");

    body["jurisdiction"] = STREET.into();
    body["organization_kind"] = "department".into();
    let rival = street.makes("/v1/responsibilities", body.clone()).await.id();
    let publish = json!({"valid_from": "2026-03-02"});
    let refused = street.post(&format!("/v1/responsibilities/{rival}/publish"), &publish).await;
    assert_eq!(refused.errors(), ["#/duty stands_above"]);
    body["duty"] = "assist".into();
    let added = street.makes("/v1/responsibilities", body.clone()).await.id();
    street.acts(&format!("/v1/responsibilities/{added}/publish"), publish).await;
    body["supersedes_id"] = above.into();
    assert_eq!(street.post("/v1/responsibilities", &body).await.errors(), ["#/supersedes_id unknown_record"]);

    body["supersedes_id"] = Value::Null;
    for (level, kind) in [("district", "property_office"), ("street", "neighborhood_committee"), ("grid", "department")] {
        (body["level"], body["organization_kind"]) = (level.into(), kind.into());
        assert_eq!(street.post("/v1/responsibilities", &body).await.errors(), ["#/level wrong_level"], "{level} {kind}");
    }
}

#[actix_web::test]
async fn two_leads_at_the_same_time_are_one_too_many() {
    let app = TestApp::start().await;
    let (city, district) = (app.officer_of(CITY), app.officer_of(DISTRICT));
    for _ in 0..4 {
        let matter = matter();
        let lead = |code: &str| {
            let mut body = responsibility(code, &matter);
            (body["level"], body["organization_kind"]) = ("district".into(), "property_office".into());
            body
        };
        let above = city.makes("/v1/responsibilities", lead(CITY)).await.id();
        let below = district.makes("/v1/responsibilities", lead(DISTRICT)).await.id();
        let twin = city.makes("/v1/responsibilities", lead(CITY)).await.id();
        let publish = json!({"valid_from": "2026-03-02"});
        let path = |id: &str| format!("/v1/responsibilities/{id}/publish");
        let (above, below, twin) = (path(&above), path(&below), path(&twin));
        let done = futures_util::join!(city.post(&above, &publish), district.post(&below, &publish), city.post(&twin, &publish));
        // Whoever comes later below is refused; of the two above, one is.
        assert_eq!([&done.0, &done.2].iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(matches!(done.1.status, 200 | 422));
    }
}
