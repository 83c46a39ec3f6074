use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::organization;
use crate::support::{Caller, TestApp};

/// Name, numerator and denominator of every figure.
async fn figures(reader: &Caller<'_>, query: &str) -> Vec<(String, i64, i64)> {
    let answer = reader.get(&format!("/v1/indicators{query}")).await;
    let line = |i: &Value| {
        (i["name"].as_str().unwrap().to_owned(), i["numerator"].as_i64().unwrap(), i["denominator"].as_i64().unwrap())
    };
    answer.body["items"].as_array().unwrap().iter().map(line).collect()
}

/// How many records a list has.
async fn length(reader: &Caller<'_>, path: &str) -> i64 {
    let mut count = 0;
    let mut path = format!("{path}&limit=2");
    loop {
        let page = reader.get(&path).await;
        count += i64::try_from(page.ids().len()).unwrap();
        match page.header("link") {
            Some(link) => path = link.trim_start_matches('<').split('>').next().unwrap().to_owned(),
            None => return count,
        }
    }
}

#[actix_web::test]
async fn every_figure_is_as_long_as_the_list_behind_it() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let expired = city.committee(COMMUNITY, "in_office").await;
    city.committee(COMMUNITY, "handover").await;
    city.committee(OTHER_COMMUNITY, "in_office").await;
    city.committee("370203001001", "filed").await;
    city.estate(COMMUNITY).await;
    let party = city.organization("community_party_organization", COMMUNITY).await;
    for (mode, kind, code) in [
        ("own", "owners_committee", COMMUNITY),
        ("joint", "property_enterprise", COMMUNITY),
        ("none", "property_enterprise", CITY),
    ] {
        let mut body = organization(kind, code);
        body["party_mode"] = mode.into();
        match mode {
            "none" => (body["party_reason"], body["party_plan"]) = ("党员不足".into(), "联合组建".into()),
            _ => body["party_organization_id"] = party.clone().into(),
        }
        let id = city.makes("/v1/organizations", body).await.id();
        if mode == "own" {
            city.enrolls(GRID, "organization_id", &id).await;
        }
        if mode == "joint" {
            city.acts(&format!("/v1/organizations/{id}/dissolve"), json!({})).await;
            city.acts(&format!("/v1/organizations/{id}/restore"), json!({})).await;
        }
    }
    let gone = city.organization("property_enterprise", COMMUNITY).await;
    city.acts(&format!("/v1/organizations/{gone}/dissolve"), json!({})).await;

    let all = figures(&city, "").await;
    let expected = [
        ("estates_with_committee", 2, 5),
        ("committees_with_party_organization", 1, 5),
        ("enterprises_with_party_organization", 1, 2),
        ("organizations_in_grid", 1, 8),
        ("expired_committees", 0, 2),
        ("learners_trained", 0, 0),
        ("learners_with_yearly_hours", 0, 0),
        ("duties_done_in_time", 0, 0),
    ];
    assert_eq!(all, expected.map(|(name, n, d)| (name.to_owned(), n, d)));
    let days = "2031-03-01".parse::<chrono::NaiveDate>().unwrap() - "2026-03-02".parse::<chrono::NaiveDate>().unwrap();
    let path = format!("/v1/owners-committees/{}", expired.id());
    let left = json!({"member_id": expired.body["members"][0]["id"], "left_on": "2026-03-02", "ground": "no_longer_owner", "reason": "转让"});
    city.acts(&format!("{path}/remove-member"), left).await;
    for moment in [chrono::Duration::zero(), days] {
        app.clock.advance(moment);
        for (role, code) in [
            (Role::CityOfficer, CITY),
            (Role::DistrictOfficer, DISTRICT),
            (Role::StreetOfficer, STREET),
            (Role::CommunityOfficer, COMMUNITY),
        ] {
            let reader = app.caller(role, code);
            let answer = reader.get("/v1/indicators").await;
            assert_eq!(answer.body["jurisdiction"], code);
            for item in answer.body["items"].as_array().unwrap() {
                for part in ["numerator", "denominator"] {
                    let list = item[format!("{part}_list")].as_str().unwrap();
                    assert_eq!(item[part], length(&reader, list).await, "{list}");
                }
                // What stands here and in the children is all there is.
                let children = item["children"].as_array().unwrap();
                for part in ["numerator", "denominator"] {
                    let below: i64 = children.iter().map(|child| child[part].as_i64().unwrap()).sum();
                    assert_eq!(item[part], item["here"][part].as_i64().unwrap() + below);
                }
                // A child's own figures say the same.
                for child in item["children"].as_array().unwrap() {
                    let code = child["jurisdiction"].as_str().unwrap();
                    let own = figures(&reader, &format!("?in={code}")).await;
                    let own = own.iter().find(|(name, ..)| *name == item["name"]).unwrap();
                    assert_eq!((&child["numerator"], &child["denominator"]), (&json!(own.1), &json!(own.2)), "{code}");
                }
            }
        }
    }
    let city = app.officer_of(CITY);
    let late = figures(&city, "").await;
    assert_eq!((late[0].1, late[4].1, late[4].2), (0, 2, 2), "both terms are over");
}

#[actix_web::test]
async fn figures_stay_within_the_callers_jurisdiction() {
    let app = TestApp::start().await;
    let street = app.officer_of(STREET);
    street.get(&format!("/v1/indicators?in={OTHER_STREET}")).await.is(404, "not_found");
    street.get(&format!("/v1/indicators?in={DISTRICT}")).await.is(404, "not_found");
    let children = street.get("/v1/indicators").await.body["items"][0]["children"].clone();
    let codes: Vec<_> = children.as_array().unwrap().iter().map(|child| child["jurisdiction"].as_str().unwrap()).collect();
    assert_eq!(codes, [COMMUNITY, OTHER_COMMUNITY]);
    let two = app.with_claims(&app.claims(&[(Role::StreetOfficer, STREET), (Role::StreetOfficer, OTHER_STREET)]));
    assert_eq!(two.get("/v1/indicators").await.errors(), ["in required"]);
    assert_eq!(two.get(&format!("/v1/indicators?in={OTHER_STREET}")).await.status, 200);
}

#[actix_web::test]
async fn what_is_kept_is_what_a_recount_gives() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let guest = city.organization("neighborhood_committee", OTHER_COMMUNITY).await;
    let unit = city.grid_unit(OTHER_COMMUNITY).await;
    let code = unit.body["jurisdiction"].as_str().unwrap();
    let enrollment = city.enrolls(code, "organization_id", &guest).await.id();
    city.enrolls(code, "estate_id", &city.estate(OTHER_COMMUNITY).await).await;
    let committee = city.committee(OTHER_COMMUNITY, "in_office").await;
    let recounts = [
        "SELECT count(*) FROM organizations o WHERE grid_unit_count <>
            (SELECT count(*) FROM grid_enrollments e WHERE e.organization_id = o.id AND e.status = 'joined')",
        "SELECT count(*) FROM estates s WHERE jurisdiction <> coalesce(
            (SELECT e.jurisdiction FROM grid_enrollments e WHERE e.estate_id = s.id AND e.status = 'joined'), community_code)",
        "SELECT count(*) FROM estates s LEFT JOIN owners_committees c ON c.estate_id = s.id AND c.status = 'in_office'
            WHERE (s.committee_id, s.committee_ends_on) IS DISTINCT FROM (c.id, c.term_ends_on)",
        "SELECT count(*) FROM owners_committees c WHERE member_count <>
            (SELECT count(*) FROM owners_committee_members m WHERE m.committee_id = c.id AND m.left_on IS NULL)",
    ];
    let database = app.connect().await;
    let steps = [
        ("", Value::Null),
        ("grid-enrollments/leave", json!({"left_on": "2026-03-02", "reason": "退出"})),
        ("owners-committees/begin-handover", json!({"done_on": "2026-03-02"})),
    ];
    for (step, body) in steps {
        let id = if step.starts_with("grid") { enrollment.clone() } else { committee.id() };
        if let Some((noun, action)) = step.split_once('/') {
            city.acts(&format!("/v1/{noun}/{id}/{action}"), body).await;
        }
        for recount in recounts {
            assert_eq!(database.query_one(recount, &[]).await.unwrap().get::<_, i64>(0), 0, "after {step:?}: {recount}");
        }
    }
}
