use chrono::Duration;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::data::*;

#[actix_web::test]
async fn a_dispute_goes_from_filing_to_closing() {
    let app = TestApp::start().await;
    let (officer, colleague) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    let id = filed.id();
    let path = format!("/v1/disputes/{id}");
    assert_eq!(filed.header("location"), Some(path.as_str()));
    assert_eq!(filed.header("etag"), Some("\"1\""));
    assert_eq!(filed.body["status"], "submitted");
    assert_eq!(filed.body["reported_at"], "2026-03-02T01:00:00Z");
    let possible = [
        "update",
        "accept",
        "reject",
        "withdraw",
        "transfer",
        "request_approval",
        "escalate",
        "merge",
        "add_parts",
        "refer_out",
        "add_party",
        "correct_party",
        "remove_party",
        "invite",
    ];
    assert_eq!(filed.body["next_actions"], json!([&possible[..], &["remark"]].concat()));
    assert_eq!(filed.body["parties"][0]["phone"], "138****1234");

    for (action, status) in [
        ("accept", "accepted"),
        ("assign", "assigned"),
        ("start", "in_handling"),
        ("resolve", "resolved"),
        ("reopen", "assigned"),
        ("start", "in_handling"),
        ("resolve", "resolved"),
        ("close", "closed"),
    ] {
        app.clock.advance(chrono::Duration::minutes(1));
        let by = if action == "close" { &colleague } else { &officer };
        let answer = by.does(&id, action, body_of(action)).await;
        assert_eq!(answer.body["status"], status);
    }
    let closed = officer.get(&path).await;
    assert_eq!(closed.version(), 9);
    assert_eq!(closed.body["updated_at"], "2026-03-02T01:08:00Z");
    assert_eq!(closed.body["assignee"], "社区物业管理办公室");
    assert_eq!(closed.body["next_actions"], json!(["reopen", "remark"]));
    assert_eq!(colleague.get(&path).await.body["next_actions"], json!(["visit_back", "reopen", "remark"]));
    assert_eq!(closed.body["parties"].as_array().unwrap().len(), 2);

    let first = officer.get(&format!("{path}/events?limit=5")).await;
    let rest = officer.get(&format!("{path}/events?limit=5&cursor={}", first.body["next_cursor"].as_str().unwrap())).await;
    let steps = |answer: &Value| -> Vec<String> {
        let step = |e: &Value| format!("{} {} {}", e["version"], e["action"].as_str().unwrap(), e["to_status"].as_str().unwrap());
        answer["items"].as_array().unwrap().iter().map(step).collect()
    };
    insta::assert_snapshot!([steps(&first.body), steps(&rest.body)].concat().join("\n"), @r"
    1 create submitted
    2 accept accepted
    3 assign assigned
    4 start in_handling
    5 resolve resolved
    6 reopen assigned
    7 start in_handling
    8 resolve resolved
    9 close closed
    ");
    assert_eq!(rest.body["next_cursor"], Value::Null);
    assert_eq!(rest.body["items"][0]["note"], "理由");
    assert_eq!(rest.body["items"][0]["role"], "community_officer");
}

#[actix_web::test]
async fn the_state_decides_what_can_be_done() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["assign", "start", "resolve", "close", "reopen"] {
        let refused = officer.post(&format!("/v1/disputes/{id}/{action}"), &body_of(action)).await;
        refused.is(409, "state_conflict");
        assert_eq!(refused.body["current_status"], "submitted");
        let allowed = refused.body["allowed_actions"].as_array().unwrap();
        assert!(allowed.contains(&json!("accept")) && !allowed.contains(&json!(action)));
    }
    officer.does(&id, "reject", body_of("reject")).await;
    let refused = officer.patch(&format!("/v1/disputes/{id}"), 2, &json!({"title": "x"})).await;
    refused.is(409, "state_conflict");
    assert_eq!(refused.body["allowed_actions"], json!(["uninvite", "remark"]));
    assert_eq!(app.count("dispute_events").await, 2);
}

#[actix_web::test]
async fn a_neighbor_sees_nothing() {
    let app = TestApp::start().await;
    let id = app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await.id();
    for neighbor in [
        app.officer_of(OTHER_COMMUNITY),
        app.officer_of(OTHER_STREET),
        app.officer_of(OTHER_DISTRICT),
        app.officer_of(OTHER_CITY),
    ] {
        let path = format!("/v1/disputes/{id}");
        neighbor.get(&path).await.is(404, "not_found");
        neighbor.get(&format!("{path}/events")).await.is(404, "not_found");
        neighbor.patch(&path, 1, &json!({"title": "x"})).await.is(404, "not_found");
        neighbor.post(&format!("{path}/accept"), &json!({})).await.is(404, "not_found");
        assert_eq!(neighbor.get(&format!("/v1/disputes?in={COMMUNITY}")).await.ids(), [""; 0]);
        assert_eq!(neighbor.get("/v1/disputes").await.ids(), [""; 0]);
        let filed = neighbor.post("/v1/disputes", &dispute_in(COMMUNITY)).await;
        filed.is(422, "validation_failed");
        assert_eq!(filed.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    }
    for above in [app.officer_of(STREET), app.officer_of(DISTRICT), app.officer_of(CITY)] {
        assert_eq!(above.get("/v1/disputes").await.ids(), std::slice::from_ref(&id));
        assert_eq!(above.get(&format!("/v1/disputes/{id}")).await.status, 200);
    }
    assert_eq!(app.count("disputes").await, 1);
}

#[actix_web::test]
async fn a_caller_with_several_grants_reaches_each_and_no_more() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let mut ids = Vec::new();
    for code in [COMMUNITY, OTHER_COMMUNITY, "370202002001", "370203001001", DISTRICT, STREET] {
        ids.push(city.files(&dispute_in(code)).await.id());
    }
    let grants = [(Role::CommunityOfficer, COMMUNITY), (Role::StreetOfficer, OTHER_STREET), (Role::Trainer, CITY)];
    let two = app.with_claims(&app.claims(&grants));
    let mut seen = two.get("/v1/disputes").await.ids();
    seen.sort();
    assert_eq!(seen, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(two.get(&format!("/v1/disputes?in={STREET}")).await.ids(), [ids[0].clone()]);
    two.get(&format!("/v1/disputes/{}", ids[1])).await.is(404, "not_found");
}

#[actix_web::test]
async fn a_resident_has_only_what_is_theirs() {
    let app = TestApp::start().await;
    let (wang, li) = (app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let filed = wang.files(&dispute_in(COMMUNITY)).await;
    assert_eq!(
        filed.body["next_actions"],
        json!(["update", "withdraw", "add_party", "correct_party", "remove_party", "answer", "remark"])
    );
    let path = format!("/v1/disputes/{}", filed.id());
    assert_eq!(wang.get("/v1/disputes").await.ids(), [filed.id()]);
    assert_eq!(wang.get(&format!("/v1/disputes?in={OTHER_COMMUNITY}")).await.ids(), [""; 0]);
    assert_eq!(wang.get(&format!("/v1/disputes?in={COMMUNITY}")).await.ids(), [filed.id()]);
    assert_eq!(li.get("/v1/disputes").await.ids(), [""; 0]);
    li.get(&path).await.is(404, "not_found");
    li.post(&format!("{path}/withdraw"), &body_of("withdraw")).await.is(404, "not_found");
    wang.post(&format!("{path}/accept"), &json!({})).await.is(403, "forbidden");
    wang.post("/v1/disputes", &dispute_in(OTHER_COMMUNITY)).await.is(422, "validation_failed");

    assert_eq!(wang.patch(&path, 1, &json!({"title": "楼上又漏水"})).await.status, 200);
    let officer = app.officer_of(COMMUNITY);
    officer.does(&filed.id(), "accept", json!({})).await;
    let refused = wang.patch(&path, 3, &json!({"title": "x"})).await;
    refused.is(409, "state_conflict");
    assert_eq!(refused.body["allowed_actions"], json!(["withdraw", "answer", "remark"]));
    for action in ["assign", "start", "resolve"] {
        officer.does(&filed.id(), action, body_of(action)).await;
    }
    assert_eq!(wang.get(&path).await.body["next_actions"], json!(["rate", "close", "reopen", "remark"]));
    wang.does(&filed.id(), "close", json!({"note": "满意"})).await;
}

#[actix_web::test]
async fn a_patch_changes_what_it_names() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let filed = officer.files(&dispute_in(COMMUNITY)).await;
    let path = format!("/v1/disputes/{}", filed.id());
    let changed = officer.patch(&path, 1, &json!({"title": "新标题", "estate_name": null, "category": "noise"})).await;
    assert_eq!(changed.version(), 2);
    assert_eq!(
        (&changed.body["title"], &changed.body["estate_name"], &changed.body["category"]),
        (&json!("新标题"), &Value::Null, &json!("noise"))
    );
    assert_eq!(changed.body["description"], filed.body["description"]);

    for nothing in [json!({}), json!({"title": "新标题", "estate_name": null, "jurisdiction": COMMUNITY})] {
        let answer = officer.patch(&path, 2, &nothing).await;
        assert_eq!((answer.status, answer.version()), (200, 2));
    }

    officer.patch(&path, 1, &json!({"title": "x"})).await.is(412, "precondition_failed");
    let stale = officer.patch(&path, 1, &json!({"title": "x"})).await;
    assert_eq!(stale.header("etag"), Some("\"2\""));
    officer.request(Method::PATCH, &path).json(&json!({"title": "x"})).send().await.is(428, "precondition_required");
    let null = officer.patch(&path, 2, &json!({"title": null, "status": "closed", "jurisdiction": "3702020"})).await;
    null.is(422, "validation_failed");
    assert_eq!(null.errors(), ["#/jurisdiction pattern", "#/status unknown", "#/title type"]);
    let star = officer.request(Method::PATCH, &path).header("if-match", "*").json(&json!({"description": "d"})).send().await;
    assert_eq!(star.version(), 3);
    let weak = officer.request(Method::PATCH, &path).header("if-match", "W/\"3\"").json(&json!({"title": "x"})).send().await;
    weak.is(412, "precondition_failed");
}

#[actix_web::test]
async fn a_dispute_moves_only_within_reach_and_before_acceptance() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    for outside in ["370202002001", "379902001001", "370202001999"] {
        let refused = officer.patch(&path, 1, &json!({"jurisdiction": outside})).await;
        refused.is(422, "validation_failed");
        assert_eq!(refused.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    }
    let moved = officer.patch(&path, 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await;
    assert_eq!(moved.body["jurisdiction"], OTHER_COMMUNITY);
    app.officer_of(COMMUNITY).get(&path).await.is(404, "not_found");
    officer.does(&id, "accept", json!({})).await;
    let late = officer.patch(&path, 3, &json!({"jurisdiction": COMMUNITY})).await;
    assert_eq!(late.errors(), ["#/jurisdiction only_while_submitted"]);
}

#[actix_web::test]
async fn of_two_writers_one_wins() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    let patches: Vec<_> = (0..8).map(|n| json!({"title": format!("标题{n}")})).collect();
    let answers = join_all(patches.iter().map(|body| officer.patch(&path, 1, body))).await;
    let mut statuses: Vec<_> = answers.iter().map(|a| a.status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);

    let (accept, reject) = (format!("{path}/accept"), format!("{path}/reject"));
    let (no_body, reason) = (json!({}), body_of("reject"));
    let answers = futures_util::join!(officer.post(&accept, &no_body), officer.post(&reject, &reason));
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("dispute_events").await, 3);
}

#[actix_web::test]
async fn actions_honor_if_match() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let accept =
        |tag: &str| officer.request(Method::POST, &format!("/v1/disputes/{id}/accept")).header("if-match", tag).json(&json!({}));
    accept("\"7\"").send().await.is(412, "precondition_failed");
    assert_eq!(accept("\"7\", \"1\"").send().await.status, 200);
}

#[actix_web::test]
async fn a_known_version_is_not_sent_again() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    let get = |tag: &str| officer.request(Method::GET, &format!("/v1/disputes/{id}")).header("if-none-match", tag);
    let first = officer.get(&format!("/v1/disputes/{id}")).await;
    let tag = first.header("etag").unwrap();
    let same = get(tag).send().await;
    assert_eq!((same.status, same.header("etag")), (304, Some(tag)));
    assert_eq!(get(&format!("W/{tag}")).send().await.status, 304);
    assert_eq!(get("\"1\"").send().await.status, 200, "the version alone does not tell what was told");
    // A write goes by the version, however the tag was got.
    let accept = |tag: &str| {
        let request = officer.request(Method::PATCH, &format!("/v1/disputes/{id}")).header("if-match", tag);
        request.json(&json!({"title": "楼上又漏水"})).send()
    };
    accept("\"2.0123456789abcdef\"").await.is(412, "precondition_failed");
    accept(&format!("W/{tag}")).await.is(412, "precondition_failed");
    assert_eq!(accept("\"1.0123456789abcdef\"").await.status, 200);
    assert_eq!(get(tag).send().await.status, 200);
}

#[actix_web::test]
async fn what_is_computed_is_told_anew_when_it_changes() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = format!("/v1/learners/{}", officer.learner(COMMUNITY, None).await);
    let first = officer.get(&path).await;
    let again = async || {
        let request = officer.request(Method::GET, &path).header("if-none-match", first.header("etag").unwrap());
        request.send().await.status
    };
    assert_eq!(again().await, 304);
    let rule = json!({"jurisdiction": CITY, "name": "grid_worker_yearly_hours", "value": 77, "legal_basis": "通知", "valid_from": "2026-03-02"});
    app.caller(Role::Admin, CITY).makes("/v1/rules", rule).await;
    assert_eq!(officer.get(&path).await.version(), first.version());
    assert_eq!(again().await, 200, "the hours that are needed have changed, though not the record");
}

#[actix_web::test]
async fn a_client_may_choose_the_id_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = dispute_in(COMMUNITY);
    body["id"] = Uuid::now_v7().to_string().into();
    let filed = officer.files(&body).await;
    assert_eq!(filed.body["id"], body["id"]);
    officer.post("/v1/disputes", &body).await.is(409, "duplicate");
    app.officer_of(OTHER_DISTRICT).post("/v1/disputes", &body).await.is(422, "validation_failed");
    body["jurisdiction"] = "370203001001".into();
    app.officer_of(OTHER_DISTRICT).post("/v1/disputes", &body).await.is(409, "duplicate");
    assert_eq!(app.count("disputes").await, 1);
}

#[actix_web::test]
async fn lists_are_filtered_sorted_and_paged() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let mut ids = Vec::new();
    for n in 0..7 {
        app.clock.advance(chrono::Duration::hours(1));
        let mut body = dispute_in(if n % 2 == 0 { COMMUNITY } else { "370203001001" });
        body["category"] = if n < 3 { "noise" } else { "pets" }.into();
        body["estate_name"] = format!("小区{n}").into();
        body["reported_at"] = format!("2026-01-0{}T08:00:00+08:00", 7 - n).into();
        ids.push(city.files(&body).await.id());
    }
    city.does(&ids[0], "accept", json!({})).await;
    let list = async |query: &str| city.get(&format!("/v1/disputes?{query}")).await.ids();
    let expect = |order: &[usize]| order.iter().map(|n| ids[*n].clone()).collect::<Vec<_>>();

    assert_eq!(list("status=accepted").await, expect(&[0]));
    assert_eq!(list("status=accepted,rejected").await, expect(&[0]));
    assert_eq!(list("category=noise&sort=updated_at").await, expect(&[1, 2, 0]));
    assert_eq!(list("sort=reported_at&limit=2").await, expect(&[6, 5]));
    assert_eq!(list("sort=-reported_at&limit=2").await, expect(&[0, 1]));
    assert_eq!(list("reported_at.gte=2026-01-06T00:00:00Z&sort=reported_at").await, expect(&[1, 0]));
    assert_eq!(list("reported_at.gt=2026-01-06T00:00:00Z").await, expect(&[0]));
    assert_eq!(list("reported_at.lte=2026-01-02T00:00:00Z&sort=reported_at").await, expect(&[6, 5]));
    assert_eq!(list("reported_at.lt=2026-01-02T00:00:00%2B00:00").await, expect(&[6]));
    assert_eq!(list("updated_at.gt=2026-03-02T07:00:00Z&sort=updated_at").await, expect(&[0, 6]));
    assert_eq!(list("updated_at.lt=2026-03-02T04:00:00Z&updated_at.gte=2026-03-02T03:00:00Z").await, expect(&[1]));
    assert_eq!(list("updated_at.lte=2026-03-02T03:00:00Z").await, expect(&[1]));
    assert_eq!(list("estate_name=%E5%B0%8F%E5%8C%BA3").await, expect(&[3]));
    assert_eq!(list("estate_name=%E5%B0%8F%E5%8C%BA").await, [""; 0], "the name of an estate is no part of another");
    assert_eq!(list("estate_name=%21").await, [""; 0]);
    assert_eq!(list("in=370203").await.len(), 3);
    assert_eq!(list("in=370203000000").await.len(), 3);
    let number = city.get(&format!("/v1/disputes/{}", ids[4])).await.body["number"].as_str().unwrap().to_owned();
    assert_eq!(list(&format!("number={number}")).await, expect(&[4]));

    for sort in ["updated_at", "-updated_at", "reported_at", "-reported_at"] {
        let mut seen = Vec::new();
        let mut path = format!("/v1/disputes?sort={sort}&limit=2");
        loop {
            let page = city.get(&path).await;
            seen.extend(page.ids());
            let Some(link) = page.header("link") else {
                assert_eq!(page.body["next_cursor"], Value::Null);
                break;
            };
            path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
            assert!(path.contains(page.body["next_cursor"].as_str().unwrap()));
        }
        assert_eq!(seen, list(&format!("sort={sort}&limit=200")).await, "{sort}");
        assert_eq!(seen.len(), 7);
    }
}

#[actix_web::test]
async fn every_level_lists_what_lies_there_and_below_however_it_is_read() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let places =
        [COMMUNITY, OTHER_COMMUNITY, "370202002001", GRID, "370203001001", STREET, DISTRICT, CITY, COMMUNITY, OTHER_DISTRICT];
    let mut filed = Vec::new();
    for (n, place) in places.iter().enumerate() {
        let mut body = dispute_in(place);
        body["reported_at"] = format!("2026-02-{:02}T08:00:00Z", 20 - n).into();
        let id = city.files(&body).await.id();
        let status = ["submitted", "accepted", "assigned"][n % 3];
        for action in ["accept", "assign"].iter().take(n % 3) {
            city.does(&id, action, body_of(action)).await;
        }
        filed.push((*place, id, status));
        app.clock.advance(Duration::minutes(1));
    }
    for reader in [CITY, DISTRICT, OTHER_DISTRICT, STREET, COMMUNITY] {
        let officer = app.officer_of(reader);
        for states in [
            &["submitted"][..],
            &["submitted", "accepted"],
            &["submitted", "accepted", "assigned", "closed", "rejected"],
            &["closed"],
        ] {
            let here = filed.iter().filter(|(place, _, status)| place.starts_with(reader) && states.contains(status));
            let oldest: Vec<_> = here.map(|(_, id, _)| id.clone()).collect();
            let newest: Vec<_> = oldest.iter().rev().cloned().collect();
            for (sort, expected) in
                [("updated_at", &oldest), ("-updated_at", &newest), ("reported_at", &newest), ("-reported_at", &oldest)]
            {
                let mut seen = Vec::new();
                let mut cursor = String::new();
                loop {
                    let query = format!("status={}&sort={sort}&limit=2{cursor}", states.join(","));
                    let page = officer.get(&format!("/v1/disputes?{query}")).await;
                    seen.extend(page.ids());
                    let Some(next) = page.body["next_cursor"].as_str() else { break };
                    cursor = format!("&cursor={next}");
                }
                assert_eq!(seen, *expected, "{reader} {states:?} {sort}");
            }
        }
        let all = filed.iter().rev().filter(|(place, ..)| place.starts_with(reader)).map(|(_, id, _)| id.clone());
        assert_eq!(officer.get("/v1/disputes?sort=reported_at").await.ids(), all.collect::<Vec<_>>(), "{reader}");
    }
}

#[actix_web::test]
async fn a_caller_with_several_places_gets_one_list() {
    let app = TestApp::start().await;
    let grants = [(Role::CommunityOfficer, COMMUNITY), (Role::CommunityOfficer, OTHER_COMMUNITY)];
    let both = app.with_claims(&app.claims(&grants));
    let mut filed = Vec::new();
    for (n, place) in
        [COMMUNITY, OTHER_COMMUNITY, OTHER_COMMUNITY, COMMUNITY, GRID, OTHER_COMMUNITY, COMMUNITY].iter().enumerate()
    {
        let mut body = dispute_in(place);
        body["reported_at"] = format!("2026-02-{:02}T08:00:00Z", 20 - n).into();
        filed.push(app.officer_of(place.get(..12).unwrap()).files(&body).await.id());
        app.clock.advance(Duration::minutes(1));
    }
    let backward: Vec<_> = filed.iter().rev().cloned().collect();
    for (sort, expected) in
        [("-updated_at", &backward), ("updated_at", &filed), ("-reported_at", &filed), ("reported_at", &backward)]
    {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for pages in 1.. {
            let page = both.get(&format!("/v1/disputes?sort={sort}&limit=2&status=submitted{cursor}")).await;
            seen.extend(page.ids());
            let Some(next) = page.body["next_cursor"].as_str() else {
                assert_eq!(pages, 4);
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(&seen, expected, "{sort}");
    }
    let narrowed = both.get(&format!("/v1/disputes?in={OTHER_COMMUNITY}")).await;
    assert_eq!(narrowed.ids(), [&filed[5], &filed[2], &filed[1]].map(String::clone));
    assert_eq!(both.get("/v1/disputes?status=accepted,rejected").await.ids(), [""; 0]);
}

#[actix_web::test]
async fn records_that_change_at_the_same_moment_are_paged_without_loss() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for _ in 0..9 {
        officer.files(&dispute_in(COMMUNITY)).await;
    }
    for sort in ["updated_at", "-updated_at", "reported_at", "-reported_at"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = officer.get(&format!("/v1/disputes?sort={sort}&limit=4{cursor}")).await;
            seen.extend(page.ids());
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen.len(), 9);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 9, "{sort}");
    }
}
