use chrono::Days;
use proptest::prelude::*;
use serde_json::{Value, json};
use sihe::resources::parties::owners_committees::states::CommitteeStatus;

use crate::support::data::*;
use crate::support::world::{contract, election, organization};
use crate::support::{Answer, TestApp};

fn deadlines(answer: &Answer) -> Vec<String> {
    let line = |item: &Value| {
        let late = if item["late"].as_bool().unwrap() { " late" } else { "" };
        let done = item["done_on"].as_str().map(|day| format!(" done {day}")).unwrap_or_default();
        let rolled = item["rolled_from"].as_str().map(|day| format!(" from {day}")).unwrap_or_default();
        format!("{} {}{rolled}{done}{late}", item["duty"].as_str().unwrap(), item["due_on"].as_str().unwrap())
    };
    answer.body["items"].as_array().unwrap().iter().map(line).collect()
}

#[actix_web::test]
async fn a_committee_from_preparation_to_handover() {
    let app = TestApp::start().await;
    let (community, street, district) = (app.officer_of(COMMUNITY), app.officer_of(STREET), app.officer_of(DISTRICT));
    let estate = community.estate(COMMUNITY).await;
    let body = organization("owners_committee", COMMUNITY);
    let organization = community.makes("/v1/organizations", body).await.id();
    let new = json!({"estate_id": estate, "organization_id": organization, "seats": 5});
    let first = community.makes("/v1/owners-committees", new.clone()).await;
    assert_eq!((&first.body["term"], &first.body["next_actions"]), (&json!(1), &json!(["announce_candidates", "dissolve"])));
    community.post("/v1/owners-committees", &new).await.is(409, "duplicate");
    let path = format!("/v1/owners-committees/{}", first.id());
    community.post(&format!("{path}/elect"), &election()).await.is(409, "state_conflict");
    community.acts(&format!("{path}/announce-candidates"), json!({"done_on": "2026-02-10"})).await;
    let elected = community.acts(&format!("{path}/elect"), election()).await;
    assert_eq!((&elected.body["stage"], &elected.body["member_count"]), (&json!("elected"), &json!(5)));
    assert_eq!(elected.body["members"][0]["phone"], "139****0001");
    assert_eq!(elected.body["re_election_due_on"], "2030-12-30", "60 days before 2031-02-28");
    let due = community.get(&format!("{path}/deadlines")).await;
    // Elected on a Sunday: three days in Qingdao, and the street alone receives the filing.
    assert_eq!(
        deadlines(&due),
        ["first_meeting 2026-03-04", "street_filing 2026-03-31", "re_election 2030-12-30", "end_of_term 2031-02-28"]
    );
    assert!(due.body["items"][0]["legal_basis"].as_str().unwrap().contains("青岛市物业管理条例"));
    let due_by = async |day: &str| community.get(&format!("/v1/owners-committees?due_by={day}")).await.ids().len();
    assert_eq!((due_by("2026-03-03").await, due_by("2026-03-04").await), (0, 1));

    app.clock.advance(chrono::Duration::days(8));
    let member = |n: usize| elected.body["members"][n]["id"].clone();
    let meeting = json!({"held_on": "2026-03-10", "posts": {"chair_id": member(0), "deputy_chair_ids": [member(1)]}});
    let met = community.acts(&format!("{path}/hold-first-meeting"), meeting).await;
    assert_eq!((&met.body["members"][0]["post"], &met.body["members"][1]["post"]), (&json!("chair"), &json!("deputy_chair")));
    assert_eq!(deadlines(&community.get(&format!("{path}/deadlines")).await)[0], "first_meeting 2026-03-04 done 2026-03-10 late");

    let filing = |number: &str| json!({"filed_on": "2026-03-10", "number": number});
    community.post(&format!("{path}/file-with-street"), &filing("街1")).await.is(403, "forbidden");
    street.post(&format!("{path}/file-with-district"), &filing("区1")).await.is(403, "forbidden");
    let passed_on = district.post(&format!("{path}/file-with-district"), &filing("区1")).await;
    assert_eq!(passed_on.errors(), ["# not_applicable"]);
    assert_eq!(street.acts(&format!("{path}/file-with-street"), filing("街1")).await.body["stage"], "filed");
    let known = community.get(&format!("/v1/estates/{estate}")).await;
    assert_eq!(known.body["committee_id"], Value::Null);
    community.acts(&format!("{path}/take-office"), json!({})).await;
    let known = community.get(&format!("/v1/estates/{estate}")).await;
    assert_eq!((&known.body["committee_id"], &known.body["committee_ends_on"]), (&first.body["id"], &json!("2031-02-28")));

    // The posts go on when the chair leaves.
    let left = json!({"member_id": member(0), "left_on": "2026-03-10", "ground": "no_longer_owner", "reason": "房屋已转让"});
    let after = community.acts(&format!("{path}/remove-member"), left).await;
    assert_eq!(
        (after.body["members"].as_array().unwrap().len(), &after.body["members"][4]["leave_reason"]),
        (5, &json!("房屋已转让"))
    );
    let posts = json!({"chair_id": member(0)});
    assert_eq!(community.post(&format!("{path}/appoint"), &posts).await.errors(), ["#/chair_id unknown_record"]);
    let appointed = community.acts(&format!("{path}/appoint"), json!({"chair_id": member(1)})).await;
    assert_eq!((&appointed.body["members"][0]["id"], &appointed.body["members"][0]["post"]), (&member(1), &json!("chair")));

    // The next committee cannot take office before this one hands over.
    let second = district.committee_of(&estate, &organization, "filed").await;
    assert_eq!(second.body["term"], 2);
    let second_path = format!("/v1/owners-committees/{}", second.id());
    community.post(&format!("{second_path}/take-office"), &json!({})).await.is(409, "duplicate");
    let handing = community.acts(&format!("{path}/begin-handover"), json!({"done_on": "2026-03-10"})).await;
    assert_eq!(handing.body["handover"].as_array().unwrap().len(), 7);
    community.acts(&format!("{second_path}/take-office"), json!({})).await;
    let end = json!({"done_on": "2026-03-10"});
    let early = community.post(&format!("{path}/end"), &end).await;
    early.is(409, "still_needed");
    assert_eq!(early.body["errors"][0]["params"]["items"].as_array().unwrap().len(), 7);
    assert_eq!(community.get(&path).await.body["next_actions"], json!(["hand_over"]));
    for item in handing.body["handover"].as_array().unwrap() {
        let handed = json!({"item": item["item"], "done_on": "2026-03-10", "note": "已清点"});
        community.acts(&format!("{path}/hand-over"), handed).await;
    }
    assert_eq!(community.get(&path).await.body["next_actions"], json!(["hand_over", "end"]));
    let ended = community.acts(&format!("{path}/end"), end).await;
    assert_eq!((&ended.body["status"], &ended.body["next_actions"]), (&json!("ended"), &json!([])));
    assert_eq!(community.get(&format!("/v1/estates/{estate}")).await.body["committee_id"], second.body["id"]);
}

#[actix_web::test]
async fn the_legal_numbers_hold() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (estate, body) = (officer.estate(COMMUNITY).await, officer.organization("owners_committee", COMMUNITY).await);
    let elsewhere = app.officer_of(OTHER_COMMUNITY).organization("owners_committee", OTHER_COMMUNITY).await;
    let office = officer.organization("neighborhood_committee", COMMUNITY).await;
    let new = |organization: &str, seats: i64| json!({"estate_id": estate, "organization_id": organization, "seats": seats});
    for (seats, rule) in [(1, "committee_size"), (6, "odd"), (13, "committee_size"), (101, "maximum")] {
        let answer = officer.post("/v1/owners-committees", &new(&body, seats)).await;
        assert_eq!(answer.errors(), [format!("#/seats {rule}")]);
    }
    for (organization, rule) in [(&elsewhere, "unknown_record"), (&office, "wrong_kind")] {
        let answer = officer.post("/v1/owners-committees", &new(organization, 5)).await;
        assert_eq!(answer.errors(), [format!("#/organization_id {rule}")]);
    }
    let committee = officer.makes("/v1/owners-committees", new(&body, 5)).await;
    let path = format!("/v1/owners-committees/{}", committee.id());
    officer.acts(&format!("{path}/announce-candidates"), json!({"done_on": "2026-02-10"})).await;
    let elect = async |change: &dyn Fn(&mut Value)| {
        let mut body = election();
        change(&mut body);
        officer.post(&format!("{path}/elect"), &body).await.errors()
    };
    assert_eq!(elect(&|e| e["term_ends_on"] = "2031-03-01".into()).await, ["#/term_ends_on too_late"]);
    assert_eq!(elect(&|e| e["elected_on"] = "2026-03-03".into()).await, ["#/elected_on too_late", "#/term_starts_on not_before"]);
    assert_eq!(elect(&|e| e["elected_on"] = "2026-02-09".into()).await, ["#/elected_on not_before"]);
    assert_eq!(elect(&|e| e["term_ends_on"] = "2026-02-01".into()).await, ["#/term_ends_on not_before"]);
    assert_eq!(elect(&|e| e["members"].as_array_mut().unwrap().truncate(4)).await, ["#/members all_seats"]);
    let twice = &|e: &mut Value| e["members"][1] = json!({"name": "委员1", "phone": "+86 139-0000-0001", "owned_unit": "x"});
    assert_eq!(elect(twice).await, ["#/members duplicate_item"], "the same person written differently");
    assert_eq!(app.count("owners_committee_members").await, 0, "nothing is half done");
}

#[actix_web::test]
async fn a_committee_takes_office_when_it_is_ready() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let committee = officer.committee(COMMUNITY, "candidates_announced").await;
    let path = format!("/v1/owners-committees/{}", committee.id());
    let mut later = election();
    (later["term_starts_on"], later["term_ends_on"]) = ("2026-04-01".into(), "2031-03-31".into());
    let elected = officer.acts(&format!("{path}/elect"), later).await;
    // It exists once it is elected: the filing may follow.
    let take_office = async || app.officer_of(DISTRICT).post(&format!("{path}/take-office"), &json!({})).await;
    let early = take_office().await;
    early.is(409, "still_needed");
    assert_eq!(early.errors(), ["#/first_meeting_on not_yet", "#/term_starts_on not_yet"]);
    let meeting = json!({"held_on": "2026-03-02", "posts": {"chair_id": elected.body["members"][0]["id"]}});
    officer.acts(&format!("{path}/hold-first-meeting"), meeting.clone()).await;
    assert_eq!(officer.post(&format!("{path}/hold-first-meeting"), &meeting).await.errors(), ["#/held_on already_done"]);
    let offered = officer.get(&path).await.body["next_actions"].clone();
    for recorded in ["hold_first_meeting", "file_with_district"] {
        assert!(!offered.as_array().unwrap().contains(&json!(recorded)), "{offered}");
    }
    for member in &elected.body["members"].as_array().unwrap()[..3] {
        let left = json!({"member_id": member["id"], "left_on": "2026-03-02", "ground": "resigned", "reason": "辞职"});
        officer.acts(&format!("{path}/remove-member"), left).await;
    }
    app.clock.advance(chrono::Duration::days(30));
    assert_eq!(take_office().await.errors(), ["#/member_count not_yet"]);
    let new = json!({"member": {"name": "新委员", "phone": "13700000009", "owned_unit": "9号楼"}, "starts_on": "2026-04-01"});
    officer.acts(&format!("{path}/add-member"), new).await;
    assert_eq!(take_office().await.status, 200);
    let filing = json!({"filed_on": "2026-04-01", "number": "备1号"});
    assert_eq!(officer.post(&format!("{path}/file-with-street"), &filing).await.errors(), ["# second_person"]);
    let filed = app.colleague_of(STREET).acts(&format!("{path}/file-with-street"), filing).await;
    assert_eq!((&filed.body["stage"], &filed.body["street_filed_on"]), (&json!("in_office"), &json!("2026-04-01")));
}

#[actix_web::test]
async fn numbers_are_those_of_the_place() {
    let app = TestApp::start().await;
    // Elsewhere in the province: five members, seven days, the street and the district.
    let (community, street, district) = ("379902001001", "379902001", "379902");
    let officer = app.officer_of(community);
    let (estate, body) = (officer.estate(community).await, officer.organization("owners_committee", community).await);
    let new = |seats: i64| json!({"estate_id": estate, "organization_id": body, "seats": seats});
    let small = officer.post("/v1/owners-committees", &new(3)).await;
    assert_eq!(small.errors(), ["#/seats committee_size"]);
    assert_eq!(small.body["errors"][0]["params"]["legal_basis"], "山东省物业管理条例（2021年修正）第三十条");
    let path = format!("/v1/owners-committees/{}", officer.makes("/v1/owners-committees", new(5)).await.id());
    officer.acts(&format!("{path}/announce-candidates"), json!({"done_on": "2026-02-10"})).await;
    let elected = officer.acts(&format!("{path}/elect"), election()).await;
    assert_eq!(elected.body["next_due_on"], "2026-03-09");
    assert_eq!(
        deadlines(&officer.get(&format!("{path}/deadlines")).await),
        [
            "first_meeting 2026-03-09 from 2026-03-08",
            "street_filing 2026-03-31",
            "district_filing 2026-03-31",
            "re_election 2030-11-30",
            "end_of_term 2031-02-28"
        ]
    );
    let filing = json!({"filed_on": "2026-03-02", "number": "备1号"});
    let filed = app.officer_of(street).acts(&format!("{path}/file-with-street"), filing.clone()).await;
    assert_eq!(filed.body["stage"], "elected", "filed is what both have received");
    let again = app.officer_of(street).post(&format!("{path}/file-with-street"), &filing).await;
    assert_eq!(again.errors(), ["#/filed_on already_done"]);
    assert_eq!(app.officer_of(district).acts(&format!("{path}/file-with-district"), filing).await.body["stage"], "filed");

    // Qingdao takes three; what holds above is told.
    let officer = app.officer_of(COMMUNITY);
    let (estate, body) = (officer.estate(COMMUNITY).await, officer.organization("owners_committee", COMMUNITY).await);
    let three = json!({"estate_id": estate, "organization_id": body, "seats": 3});
    assert_eq!(officer.post("/v1/owners-committees", &three).await.status, 201);
    let rules = officer.get(&format!("/v1/rules/resolve?jurisdiction={COMMUNITY}")).await;
    let least = rules.body["items"].as_array().unwrap().iter().find(|rule| rule["name"] == "committee_least_members").unwrap();
    assert_eq!((&least["value"], &least["jurisdiction"], &least["valid_from"]), (&json!(3), &json!(CITY), &json!("2021-05-01")));
    assert_eq!((&least["overridden"][0]["value"], &least["overridden"][0]["jurisdiction"]), (&json!(5), &json!("37")));

    // An administration sets another number, for its area.
    let rule = json!({"jurisdiction": "3799", "name": "committee_least_members", "value": 7, "legal_basis": "市通知", "valid_from": "2026-03-02"});
    app.caller(sihe::access::actor::Role::Admin, OTHER_CITY).makes("/v1/rules", rule).await;
    let officer = app.officer_of(community);
    let (estate, body) = (officer.estate(community).await, officer.organization("owners_committee", community).await);
    let five = json!({"estate_id": estate, "organization_id": body, "seats": 5});
    assert_eq!(officer.post("/v1/owners-committees", &five).await.errors(), ["#/seats committee_size"]);
}

#[actix_web::test]
async fn a_term_is_prolonged_or_a_group_elects() {
    let app = TestApp::start().await;
    let street = || app.officer_of(STREET);
    let committee = street().committee(COMMUNITY, "in_office").await;
    let path = format!("/v1/owners-committees/{}", committee.id());
    let group = |owners: i64, others: i64| json!({"formed_on": "2031-01-10", "owners": owners, "others": others});
    assert_eq!(street().post(&format!("{path}/form-group"), &group(4, 3)).await.errors(), ["# not_yet"]);
    assert!(!street().get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("form_group")));
    let prolonged = |until: &str| json!({"decided_on": "2026-03-02", "term_ends_on": until, "decision": "业主大会决议1号"});
    for (until, rule) in [("2031-02-28", "not_before"), ("2036-03-01", "too_late")] {
        let refused = street().post(&format!("{path}/prolong"), &prolonged(until)).await;
        assert_eq!(refused.errors(), [format!("#/term_ends_on {rule}")]);
    }
    let longer = street().acts(&format!("{path}/prolong"), prolonged("2036-02-29")).await;
    assert_eq!((&longer.body["term_ends_on"], &longer.body["re_election_due_on"]), (&json!("2036-02-29"), &json!("2035-12-31")));
    assert_eq!(longer.body["measures"][0]["decision"], "业主大会决议1号");
    let estate = street().get(&format!("/v1/estates/{}", committee.body["estate_id"].as_str().unwrap())).await;
    assert_eq!(estate.body["committee_ends_on"], "2036-02-29");
    assert_eq!(street().post(&format!("{path}/prolong"), &prolonged("2040-01-01")).await.errors(), ["#/decided_on already_done"]);

    let second = street().committee(COMMUNITY, "in_office").await;
    let third = street().committee(COMMUNITY, "in_office").await;
    let path = format!("/v1/owners-committees/{}", second.id());
    app.clock.advance("2031-01-15".parse::<chrono::NaiveDate>().unwrap() - "2026-03-02".parse::<chrono::NaiveDate>().unwrap());
    app.officer_of(COMMUNITY).post(&format!("{path}/form-group"), &group(4, 3)).await.is(403, "forbidden");
    for (owners, others, told) in [(3, 2, "#/others group_size"), (5, 3, "#/others odd"), (3, 4, "#/owners owners_missing")] {
        assert_eq!(street().post(&format!("{path}/form-group"), &group(owners, others)).await.errors(), [told]);
    }
    let formed = street().acts(&format!("{path}/form-group"), group(4, 3)).await;
    assert_eq!((&formed.body["measures"][0]["owners"], &formed.body["measures"][0]["others"]), (&json!(4), &json!(3)));
    assert_eq!(street().post(&format!("{path}/form-group"), &group(4, 3)).await.errors(), ["#/formed_on already_done"]);
    // A term that the assembly prolongs after all is not handed over, and may need a group at its new end.
    let third = format!("/v1/owners-committees/{}", third.id());
    street().acts(&format!("{third}/form-group"), group(4, 3)).await;
    let prolonged = json!({"decided_on": "2031-01-15", "term_ends_on": "2033-02-28", "decision": "业主大会决议2号"});
    let longer = street().acts(&format!("{third}/prolong"), prolonged).await;
    assert_eq!((longer.body["measures"].as_array().unwrap().len(), &longer.body["next_due_on"]), (1, &json!("2032-12-30")));
    street().acts(&format!("{path}/begin-handover"), json!({"done_on": "2031-01-15"})).await;
    let due = street().get(&format!("{path}/deadlines")).await;
    // Ten days from when the group was formed; the notice of that year's holidays is not known yet.
    let last = due.body["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["duty"], &last["due_on"], &last["provisional"]), (&json!("handover"), &json!("2031-01-20"), &json!(true)));
}

#[actix_web::test]
async fn a_committee_belongs_to_one_estate() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let committee = officer.committee(COMMUNITY, "preparing").await;
    let body = committee.body["organization_id"].as_str().unwrap().to_owned();
    let other = json!({"estate_id": officer.estate(COMMUNITY).await, "organization_id": body, "seats": 5});
    assert_eq!(officer.post("/v1/owners-committees", &other).await.errors(), ["#/organization_id other_estate"]);
    let path = format!("/v1/organizations/{body}");
    let moved = officer.patch(&path, 1, &json!({"jurisdiction": OTHER_COMMUNITY})).await;
    assert_eq!(moved.errors(), ["#/jurisdiction not_applicable"]);
    let tied = officer.post(&format!("{path}/dissolve"), &json!({})).await;
    tied.is(409, "still_needed");
    assert_eq!(tied.body["errors"][0]["params"]["kinds"], json!(["owners_committee"]));
}

#[actix_web::test]
async fn no_member_works_for_the_serving_enterprise() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    let body = officer.organization("owners_committee", COMMUNITY).await;
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    let other = officer.organization("property_enterprise", COMMUNITY).await;
    let staff = json!({"items": [{"name": "委员3", "phone": "+86 139 0000 0003"}, {"name": "委员1", "phone": "13911111111"}]});
    let employ = async |enterprise: &str, staff: &Value| {
        let path = format!("/v1/organizations/{enterprise}/staff");
        officer.request(reqwest::Method::PUT, &path).header("if-match", "*").json(staff).send().await
    };
    assert_eq!(employ(&enterprise, &staff).await.status, 200);
    officer.makes("/v1/property-contracts", contract(&estate, &enterprise)).await;
    let committee = officer.committee_of(&estate, &body, "candidates_announced").await;
    let path = format!("/v1/owners-committees/{}", committee.id());

    // Not when elected, ...
    let refused = officer.post(&format!("{path}/elect"), &election()).await;
    assert_eq!(refused.errors(), ["#/members cross_appointment"]);
    for written in ["139 0000 0003 01", "0086-139-0000-0003", "+86 13900000003"] {
        let mut other = election();
        other["members"][2] = json!({"name": "另名", "phone": written, "owned_unit": "x"});
        let refused = officer.post(&format!("{path}/elect"), &other).await;
        assert_eq!(refused.errors(), ["#/members cross_appointment"], "{written}");
    }
    // ... but a namesake with another number may be.
    assert_eq!(employ(&enterprise, &json!({"items": [{"name": "委员1", "phone": "13911111111"}]})).await.status, 200);
    officer.acts(&format!("{path}/elect"), election()).await;
    // Not when the enterprise takes them on, ...
    assert_eq!(employ(&enterprise, &staff).await.errors(), ["#/items cross_appointment"]);
    assert_eq!(officer.get(&format!("/v1/organizations/{enterprise}/staff")).await.body["items"].as_array().unwrap().len(), 1);
    // ... not when their employer gets the contract.
    assert_eq!(employ(&other, &staff).await.status, 200);
    let contracts = officer.get(&format!("/v1/property-contracts?estate_id={estate}")).await.ids();
    let end = json!({"terminated_on": "2026-06-30", "reason": "更换"});
    officer.acts(&format!("/v1/property-contracts/{}/terminate", contracts[0]), end).await;
    let mut next = contract(&estate, &other);
    next["starts_on"] = "2026-07-01".into();
    assert_eq!(officer.post("/v1/property-contracts", &next).await.errors(), ["#/organization_id cross_appointment"]);
}

#[actix_web::test]
async fn two_writers_do_not_miss_a_cross_appointment() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for _ in 0..4 {
        let (estate, body) = (officer.estate(COMMUNITY).await, officer.organization("owners_committee", COMMUNITY).await);
        let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
        let staff = json!({"items": [{"name": "委员3", "phone": "13900000003"}]});
        let hire = async |enterprise: &str| {
            let path = format!("/v1/organizations/{enterprise}/staff");
            officer.request(reqwest::Method::PUT, &path).header("if-match", "*").json(&staff).send().await
        };
        let committee = officer.committee_of(&estate, &body, "candidates_announced").await;
        let path = format!("/v1/owners-committees/{}/elect", committee.id());
        let (election, contract) = (election(), contract(&estate, &enterprise));
        let done = futures_util::join!(
            officer.post(&path, &election),
            hire(&enterprise),
            officer.post("/v1/property-contracts", &contract)
        );
        let refused = [&done.0, &done.1, &done.2].iter().filter(|answer| answer.status >= 400).count();
        assert!(refused >= 1, "all three together break the rule");
        let found = "SELECT count(*) FROM cross_appointments";
        assert_eq!(app.connect().await.query_one(found, &[]).await.unwrap().get::<_, i64>(0), 0);
    }
}

#[actix_web::test]
async fn days_and_members_make_the_status() {
    let app = TestApp::start().await;
    let officer = app.officer_of(DISTRICT);
    let committee = officer.committee(COMMUNITY, "in_office").await;
    let path = format!("/v1/owners-committees/{}", committee.id());
    let status = async || {
        // Tokens live for a year, the test for five.
        let officer = app.officer_of(DISTRICT);
        let own = officer.get(&path).await.body["status"].as_str().unwrap().to_owned();
        // The list agrees with the record, in every state.
        for other in CommitteeStatus::ALL {
            let listed = officer.get(&format!("/v1/owners-committees?status={}", other.as_str())).await.ids();
            assert_eq!(listed.len(), usize::from(other.as_str() == own), "{} / {own}", other.as_str());
        }
        own
    };
    assert_eq!(status().await, "in_office");
    for at in 0..2 {
        let left = json!({"member_id": committee.body["members"][at]["id"], "left_on": "2026-03-02", "ground": "no_longer_owner", "reason": "房屋转让"});
        officer.acts(&format!("{path}/remove-member"), left).await;
    }
    assert_eq!(status().await, "in_office", "three of five are more than half");
    let left =
        json!({"member_id": committee.body["members"][2]["id"], "left_on": "2026-03-02", "ground": "resigned", "reason": "辞职"});
    officer.acts(&format!("{path}/remove-member"), left.clone()).await;
    assert_eq!(officer.post(&format!("{path}/remove-member"), &left).await.errors(), ["#/member_id unknown_record"]);
    assert_eq!(status().await, "incomplete");
    let new = |n: usize| json!({"member": {"name": format!("新委员{n}"), "phone": format!("1370000000{n}"), "owned_unit": "9号楼"}, "starts_on": "2026-03-02"});
    for n in 0..3 {
        officer.acts(&format!("{path}/add-member"), new(n)).await;
    }
    assert_eq!(officer.post(&format!("{path}/add-member"), &new(4)).await.errors(), ["#/member all_seats"]);
    let days_to = |day: &str| day.parse::<chrono::NaiveDate>().unwrap() - "2026-03-02".parse::<chrono::NaiveDate>().unwrap();
    app.clock.advance(days_to("2030-12-29"));
    assert_eq!(status().await, "in_office");
    app.clock.advance(chrono::Duration::days(1));
    assert_eq!(status().await, "re_election_due");
    app.clock.advance(chrono::Duration::days(60));
    assert_eq!((status().await.as_str(), app.clock.now().date_naive().to_string().as_str()), ("re_election_due", "2031-02-28"));
    // The day ends in Qingdao, not in UTC.
    app.clock.advance(chrono::Duration::hours(15));
    assert_eq!(status().await, "expired");
    let dissolved = json!({"done_on": "2031-03-01", "reason": "任期届满未换届"});
    app.officer_of(DISTRICT).acts(&format!("{path}/dissolve"), dissolved).await;
    assert_eq!(status().await, "dissolved");
}

proptest! {
    /// The longest term ends the day before the fifth anniversary, whatever the first day is.
    #[test]
    fn five_years_are_five_years(day in 0_u64..20_000) {
        let first = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(day);
        let last = sihe::resources::parties::owners_committees::states::last_day_of_term(first);
        let anniversary = last.succ_opt().unwrap();
        let plain = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        prop_assert!(last > first && anniversary > plain);
        use chrono::Datelike;
        prop_assert_eq!(anniversary.year() - first.year(), 5);
        let same_day = anniversary.day() == first.day() && anniversary.month() == first.month();
        // 29 February has no anniversary in a common year: the term ends with the month.
        prop_assert!(same_day || first.day() == 29 && (anniversary.month(), anniversary.day()) == (3, 1));
    }
}
