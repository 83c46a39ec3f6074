//! Votes of owners: who prepares one, what is on its roll, and when it is announced.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::consultation::Asked;
use crate::support::data::*;
use crate::support::owner_vote::{Called, announcement, owner, owner_vote, posting};
use crate::support::{Answer, Caller, TestApp};

fn path(known: &Answer) -> String {
    format!("/v1/owner-votes/{}", known.id())
}

/// A member of an organization.
fn member<'a>(app: &'a TestApp, organization: &str, name: &str) -> Caller<'a> {
    let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
    (claims.sub, claims.organization) = (name.into(), Some(organization.parse().unwrap()));
    app.with_claims(&claims)
}

#[actix_web::test]
async fn whoever_may_convenes_a_vote_for_a_reason() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = community.estate(COMMUNITY).await;
    let committee = community.organization("owners_committee", COMMUNITY).await;
    app.officer_of(DISTRICT).committee_of(&estate, &committee, "elected").await;
    let stranger = community.organization("owners_committee", COMMUNITY).await;
    let enterprise = community.organization("property_enterprise", COMMUNITY).await;
    let good = owner_vote(&app, &estate);
    let with = |changes: Value| {
        let mut body = good.clone();
        changes.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
        body
    };
    let refused = async |caller: &Caller<'_>, changes: Value| caller.post("/v1/owner-votes", &with(changes)).await.errors();
    app.resident("wang", COMMUNITY).post("/v1/owner-votes", &good).await.is(403, "forbidden");
    assert_eq!(app.officer_of(OTHER_COMMUNITY).post("/v1/owner-votes", &good).await.errors(), ["#/estate_id unknown_record"]);
    assert_eq!(refused(&community, json!({"convener": "owners_committee"})).await, ["#/organization_id required"]);
    let by = |organization: &str| json!({"convener": "owners_committee", "organization_id": organization});
    assert_eq!(refused(&community, by(&enterprise)).await, ["#/organization_id wrong_kind"]);
    assert_eq!(refused(&community, by(&stranger)).await, ["#/organization_id no_committee"]);
    assert_eq!(refused(&member(&app, &enterprise, "li"), by(&committee)).await, ["#/convener not_your_part"]);
    // The street convenes only after its order was not followed.
    let street_convenes =
        json!({"convener": "street", "cause": "street_order", "cause_on": "2026-02-01", "ordered_until": "2026-03-01"});
    assert_eq!(refused(&community, street_convenes.clone()).await, ["#/convener street_convenes"]);
    assert_eq!(refused(&street, json!({"convener": "street"})).await, ["#/cause street_order_first"]);
    let early = json!({"convener": "street", "cause": "street_order", "cause_on": "2026-02-01", "ordered_until": "2026-03-02"});
    assert_eq!(refused(&street, early).await, ["#/ordered_until too_late"]);
    assert_eq!(refused(&street, json!({"cause": "street_order"})).await, ["#/ordered_until required"]);
    assert_eq!(refused(&street, json!({"cause": "owners_request"})).await, ["#/request required"]);
    assert_eq!(refused(&street, json!({"request": {"heads": 3, "paper": "联名书"}})).await, ["#/request not_applicable"]);
    assert_eq!(refused(&street, json!({"heads_basis": "by_unit"})).await, ["#/heads_decision required"]);
    let silent = json!({"silence": {"clause": "第十二条", "topics": [1, 2]}});
    assert_eq!(refused(&street, silent).await, ["#/silence/topics/1 ordinary_only"], "raising the fund takes three quarters");
    let late = json!({"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"});
    assert_eq!(refused(&street, late).await, ["#/ends_at ends_before", "#/starts_at too_early"]);
    let election = json!({"topics": [{"title": "x", "matter": "committee_election", "candidates": ["甲", "乙"], "seats": 2}]});
    assert_eq!(refused(&street, election).await, ["#/topics/0/seats odd"]);
    let few = json!({"topics": [{"title": "x", "matter": "committee_election", "candidates": ["甲", "乙"], "seats": 1}]});
    assert_eq!(refused(&street, few).await, ["#/topics/0/seats minimum"]);
    let broken = json!({"silence": {"clause": "第十二条\n送达", "topics": [1]}});
    assert_eq!(refused(&street, broken).await, ["#/silence/clause control_character"]);
    let first = street.makes("/v1/owner-votes", with(json!({"convener": "preparatory_group"}))).await;
    assert_eq!(first.body["plan"]["first_assembly"], true, "whoever is called first");
    street.makes("/v1/owner-votes", with(street_convenes)).await;
    // What residents were asked leads to a vote, once everybody may read it.
    let (asked, draft) = (community.consults(COMMUNITY, Asked::Closed).await, community.consults(COMMUNITY, Asked::Draft).await);
    let from = |consultation: &Answer| json!({"consultation_id": consultation.id()});
    assert_eq!(refused(&street, from(&draft)).await, ["#/consultation_id unknown_record"]);
    let led = street.makes("/v1/owner-votes", with(from(&asked))).await;
    assert_eq!(led.body["preparation"]["consultation_id"], json!(asked.id()));
    assert_eq!(community.get(&format!("/v1/owner-votes?consultation_id={}", asked.id())).await.ids(), [led.id()]);
    assert!(
        app.resident("zhao", COMMUNITY).get(&format!("/v1/owner-votes?consultation_id={}", asked.id())).await.ids().is_empty()
    );
    // A member of the committee prepares what it convenes, and sees no other draft.
    let wang = member(&app, &committee, "wang");
    let own = wang.makes("/v1/owner-votes", with(by(&committee))).await;
    assert_eq!(wang.get("/v1/owner-votes").await.ids(), [own.id()]);
    assert_eq!(
        own.body["plan"]["topics"][1],
        json!({"no": 2, "title": "筹集维修资金", "text": null, "matter": "raise_fund", "kind": "decision", "class": "special",
            "options": ["no", "yes"], "seats": 0, "by_election": false})
    );
    member(&app, &enterprise, "li").get(&path(&own)).await.is(404, "not_found");
    app.resident("zhao", COMMUNITY).get(&path(&own)).await.is(404, "not_found");
    wang.patch(&path(&own), 1, &json!({"title": "换届"})).await;
    wang.patch(&path(&own), 1, &json!({"title": "换届"})).await.is(412, "precondition_failed");
    wang.post(&format!("{}/confirm", path(&own)), &json!({"version": 2})).await.is(403, "forbidden");
    assert_eq!(wang.acts(&format!("{}/discard", path(&own)), json!({"reason": "另行安排"})).await.body["status"], "discarded");
}

#[actix_web::test]
async fn the_roll_is_that_of_the_register_and_is_corrected_in_the_open() {
    let app = TestApp::start().await;
    let (officer, wang, li) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let estate = officer.estate(COMMUNITY).await;
    let drafted = officer.makes("/v1/owner-votes", owner_vote(&app, &estate)).await;
    let path = path(&drafted);
    let publish = format!("{path}/publish-roll");
    let body = json!({"posting": posting(&app)});
    assert_eq!(officer.post(&publish, &body).await.errors(), ["# roll_empty"]);
    officer.units(&estate, &[1, 2, 3, 3, 0, 0]).await;
    let short = json!({"posting": {"place": "公告栏", "until_on": "2026-03-03"}, "reason": "更正"});
    assert_eq!(officer.post(&publish, &short).await.errors(), ["#/posting/until_on not_before", "#/reason not_applicable"]);
    let published = officer.acts(&publish, body.clone()).await;
    let roll = &published.body["roll"];
    assert_eq!((&roll["units"], &roll["heads"], &roll["area"]), (&json!(6), &json!(4), &json!(60_000)));
    // Owners read it with masked names, and nothing that tells who they are elsewhere.
    let listed = wang.get(&format!("{path}/roll")).await;
    let units = listed.body["items"].as_array().unwrap();
    let heads: Vec<_> = units.iter().map(|unit| unit["head"].as_i64().unwrap()).collect();
    assert_eq!(heads, [1, 2, 3, 3, 4, 4], "two units of one owner are a head, and all of the developer's are one");
    assert_eq!((&units[0]["owners"][0]["name"], &units[4]["owners"]), (&json!("业**"), &json!([])));
    assert!(!listed.body.to_string().contains("holder"));
    assert_eq!(wang.get(&format!("{path}/roll?limit=4")).await.body["items"].as_array().unwrap().len(), 4);
    assert_eq!(wang.get(&format!("{path}/roll?head=3")).await.body["items"].as_array().unwrap().len(), 2);
    app.officer_of(OTHER_COMMUNITY).get(&format!("{path}/roll")).await.is(404, "not_found");
    // Each reads what they object to themselves; those who answer read all.
    let objected = wang.acts(&format!("{path}/object"), json!({"text": "面积应为120平方米。"})).await;
    let id = objected.body["objections"][0]["id"].clone();
    assert_eq!(
        (&objected.body["objections"][0]["due_on"], &objected.body["next_actions"]),
        (&json!("2026-03-09"), &json!(["object"]))
    );
    assert_eq!(li.get(&path).await.body["objections"], json!([]));
    // Who lives elsewhere tells an office, which keeps how; somebody else answers.
    let (object, told) = (format!("{path}/object"), json!({"text": "产权人已变更。", "paper": "来信3号"}));
    assert_eq!(officer.post(&object, &json!({"text": "x"})).await.errors(), ["#/paper required"]);
    assert_eq!(wang.post(&object, &told).await.errors(), ["#/paper not_applicable"]);
    let recorded = officer.acts(&object, told).await.body["objections"][1].clone();
    assert_eq!(recorded["paper"], "来信3号");
    let answer = json!({"objection_id": recorded["id"], "answer": "已核对登记簿。"});
    assert_eq!(officer.post(&format!("{path}/answer-objection"), &answer).await.errors(), ["#/objection_id own_matter"]);
    app.colleague_of(COMMUNITY).acts(&format!("{path}/answer-objection"), answer).await;
    assert!(!officer.get(&path).await.body.to_string().contains("|wang"));
    // A unit is corrected in the register; the roll is made anew, and everybody reads what differs.
    let unit = units[0]["unit_id"].as_str().unwrap();
    officer.patch(&format!("/v1/estate-units/{unit}"), 1, &json!({"area": 12_000})).await;
    let sold = json!({"sold": true, "owners": [owner(9)], "reason": "首次出售"});
    let fifth = units[4]["unit_id"].as_str().unwrap();
    officer.acts(&format!("/v1/estate-units/{fifth}/change-owners"), sold).await;
    officer
        .acts(&format!("/v1/estate-units/{}/void", units[1]["unit_id"].as_str().unwrap()), json!({"reason": "录入错误"}))
        .await;
    assert_eq!(officer.post(&publish, &body).await.errors(), ["#/reason required"]);
    let corrected = officer.acts(&publish, json!({"posting": posting(&app), "reason": "按异议更正"})).await;
    assert_eq!((&corrected.body["roll"]["area"], &corrected.body["preparation"]["corrections"]), (&json!(52_000), &json!(1)));
    let changes = li.get(&format!("{path}/roll-changes")).await;
    let told: Vec<_> = changes.body["items"].as_array().unwrap().iter().map(|one| (&one["number"], &one["kind"])).collect();
    let [one, two, five] = ["001", "002", "005"].map(Value::from);
    let [area, removed, delivery] = ["area", "removed", "delivery"].map(Value::from);
    assert_eq!(told, [(&one, &area), (&five, &delivery), (&two, &removed)]);
    let answer = json!({"objection_id": id, "answer": "已更正。"});
    wang.post(&format!("{path}/answer-objection"), &answer).await.is(403, "forbidden");
    officer.acts(&format!("{path}/answer-objection"), answer.clone()).await;
    assert_eq!(officer.post(&format!("{path}/answer-objection"), &answer).await.errors(), ["# not_applicable"]);
    assert_eq!(wang.get(&path).await.body["objections"][0]["answer"], "已更正。");
    for _ in 0..4 {
        wang.acts(&format!("{path}/object"), json!({"text": "x"})).await;
    }
    assert_eq!(wang.post(&format!("{path}/object"), &json!({"text": "x"})).await.errors(), ["# max_items"]);
}

#[actix_web::test]
async fn a_vote_is_announced_once_the_street_confirms_it_and_is_fixed_from_then_on() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let published = officer.calls_vote(COMMUNITY, Called::RollPublished).await;
    let path = path(&published);
    let (confirm, announce) = (format!("{path}/confirm"), format!("{path}/announce"));
    let confirms = async |caller: &Caller<'_>| {
        let version = caller.get(&path).await.version();
        caller.post(&confirm, &json!({"version": version, "despite_missing_units": true})).await
    };
    // The estate has 480 units, and the roll five.
    let unknowing = json!({"version": officer.get(&path).await.version()});
    let told = app.officer_of(DISTRICT).post(&confirm, &unknowing).await;
    assert_eq!(told.errors(), ["#/despite_missing_units vote_units_missing"]);
    assert_eq!(told.body["errors"][0]["params"]["units"], 5);
    confirms(&officer).await.is(403, "forbidden");
    assert_eq!(officer.post(&announce, &announcement(&app)).await.errors(), ["# not_confirmed"]);
    // Whoever published the roll, or changed what is voted on, does not confirm it.
    street.acts(&format!("{path}/publish-roll"), json!({"posting": posting(&app), "reason": "更正"})).await;
    assert_eq!(confirms(&street).await.errors(), ["# second_person"]);
    let (colleague, district) = (app.colleague_of(STREET), app.officer_of(DISTRICT));
    let version = officer.get(&path).await.version();
    district.patch(&path, version, &json!({"background": "电梯已使用二十五年。"})).await;
    assert_eq!(confirms(&district).await.errors(), ["# second_person"]);
    assert_eq!(colleague.post(&confirm, &json!({"version": version})).await.errors(), ["#/version other_version"]);
    let confirmed = confirms(&colleague).await;
    assert_eq!(confirmed.body["preparation"]["confirmed_at"], "2026-03-02T01:00:00Z");
    // What changes is confirmed again.
    let patched = officer.patch(&path, confirmed.version(), &json!({"title": "业主大会第一次会议"})).await;
    assert_eq!(patched.body["preparation"]["confirmed_at"], Value::Null);
    confirms(&colleague).await;
    let early = officer.post(&announce, &announcement(&app)).await;
    assert_eq!(early.errors(), ["# roll_not_posted"]);
    assert_eq!(early.body["errors"][0]["params"]["limit"], 7, "it hangs for seven days, and three since it was corrected");
    app.clock.advance(Duration::days(7));
    // What was torn off has not hung.
    let postings = officer.get(&path).await.body["postings"].clone();
    for posting in postings.as_array().unwrap() {
        officer.acts(&format!("{path}/strike-posting"), json!({"posting_id": posting["id"], "reason": "被撕毁"})).await;
    }
    confirms(&colleague).await;
    assert_eq!(officer.post(&announce, &announcement(&app)).await.errors(), ["# roll_not_posted"]);
    let other = json!({"kind": "roll", "place": "北门", "from_on": "2026-03-02", "until_on": "2026-03-30",
        "evidence": "https://example.org/photo/1"});
    officer.acts(&format!("{path}/add-posting"), other).await;
    let wang = app.resident("wang", COMMUNITY);
    wang.acts(&format!("{path}/object"), json!({"text": "少了一套。"})).await;
    assert_eq!(officer.post(&announce, &announcement(&app)).await.errors(), ["# objection_open"]);
    for caller in [&officer, &street] {
        let work = caller.get("/v1/work").await.body["items"].clone();
        assert!(work.as_array().unwrap().iter().any(|one| one["kind"] == "follow_vote" && one["due_at"].is_string()), "{work}");
    }
    let id = officer.get(&path).await.body["objections"][0]["id"].clone();
    officer.acts(&format!("{path}/answer-objection"), json!({"objection_id": id, "answer": "该套已注销。"})).await;
    // From the announcement to the first day there are fifteen whole days.
    let version = officer.get(&path).await.version();
    officer.patch(&path, version, &json!({"starts_at": "2026-03-24T10:00:00Z"})).await;
    confirms(&colleague).await;
    let refused = officer.post(&announce, &announcement(&app)).await;
    assert_eq!(
        (refused.errors(), &refused.body["errors"][0]["params"]["limit"]),
        (vec!["#/starts_at not_before".to_owned()], &json!("2026-03-25"))
    );
    let version = officer.get(&path).await.version();
    officer.patch(&path, version, &json!({"starts_at": "2026-03-25T01:00:00Z"})).await;
    confirms(&colleague).await;
    let announced = officer.acts(&announce, announcement(&app)).await;
    assert_eq!(announced.body["status"], "announced");
    assert_eq!(announced.body["roll_hash"].as_str().unwrap().len(), 64);
    officer.patch(&path, announced.version(), &json!({"title": "x"})).await.is(409, "state_conflict");
    officer
        .post(&format!("{path}/publish-roll"), &json!({"posting": posting(&app), "reason": "x"}))
        .await
        .is(409, "state_conflict");
    // Not even the database changes it.
    let database = app.connect().await;
    let id = announced.id();
    for statement in [
        format!("UPDATE vote_roll SET head = 1 WHERE vote_id = '{id}'"),
        format!("DELETE FROM vote_roll WHERE vote_id = '{id}'"),
        format!(
            "INSERT INTO vote_roll SELECT vote_id, 99, unit_id, building, entrance, '999', head, line, owners FROM vote_roll WHERE vote_id = '{id}' LIMIT 1"
        ),
        "TRUNCATE vote_roll".to_owned(),
        format!("UPDATE owner_votes SET plan = jsonb_set(plan, '{{secrecy}}', '\"secret\"') WHERE id = '{id}'"),
        format!("UPDATE owner_votes SET starts_at = starts_at + interval '1 day' WHERE id = '{id}'"),
    ] {
        let refused = database.batch_execute(&statement).await.expect_err(&statement);
        assert!(refused.as_db_error().unwrap().message().contains("does not change"), "{statement}: {refused:?}");
    }
    // The service opens and closes it; no interim result is told to anybody.
    app.clock.advance(Duration::days(16));
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "voting");
    officer
        .post(&format!("{path}/extend"), &json!({"ends_at": "2026-05-01T00:00:00Z", "reason": "x"}))
        .await
        .is(403, "forbidden");
}

#[actix_web::test]
async fn a_vote_goes_on_for_longer_once_and_is_cancelled_before_its_end() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let voting = officer.calls_vote(COMMUNITY, Called::Voting).await;
    let path = path(&voting);
    let extension = |at: &str| json!({"ends_at": at, "reason": "系统故障一天"});
    assert_eq!(
        street.post(&format!("{path}/extend"), &extension("2026-04-10T00:00:00Z")).await.errors(),
        ["#/ends_at too_early"]
    );
    let extended = street.acts(&format!("{path}/extend"), extension("2026-04-17T10:00:00Z")).await;
    assert_eq!(extended.body["preparation"]["extended_from"], voting.body["ends_at"]);
    assert_eq!(street.post(&format!("{path}/extend"), &extension("2026-04-18T10:00:00Z")).await.errors(), ["# already_done"]);
    let today = "2026-03-02";
    let other = json!({"kind": "announcement", "place": "北门", "from_on": today, "until_on": today});
    let posted = officer.acts(&format!("{path}/add-posting"), other).await;
    let last = posted.body["postings"].as_array().unwrap().last().unwrap()["id"].clone();
    let strike = json!({"posting_id": last, "reason": "被撕毁"});
    let first =
        posted.body["postings"].as_array().unwrap().iter().find(|one| one["kind"] == "announcement").unwrap()["id"].clone();
    let struck = officer.acts(&format!("{path}/strike-posting"), strike.clone()).await;
    assert_eq!(struck.body["postings"].as_array().unwrap().last().unwrap()["struck"], "被撕毁");
    assert_eq!(officer.post(&format!("{path}/strike-posting"), &strike).await.errors(), ["#/posting_id already_done"]);
    let only = json!({"posting_id": first, "reason": "被撕毁"});
    assert_eq!(officer.post(&format!("{path}/strike-posting"), &only).await.errors(), ["#/posting_id last_posting"]);
    let result = json!({"kind": "result", "place": "北门", "from_on": today, "until_on": today});
    assert_eq!(officer.post(&format!("{path}/add-posting"), &result).await.errors(), ["#/kind not_yet"]);
    // What owners have said already is not for whoever convenes it to throw away.
    officer.post(&format!("{path}/cancel"), &json!({"reason": "会议取消"})).await.is(409, "state_conflict");
    assert_eq!(street.acts(&format!("{path}/cancel"), json!({"reason": "会议取消"})).await.body["status"], "cancelled");
    app.clock.advance(Duration::days(60));
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "cancelled", "what was cancelled is not counted");
}

#[actix_web::test]
async fn a_fifth_of_the_owners_calls_for_a_vote() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4, 5, 6]).await;
    for (heads, faults) in [(1, &["# too_few_ask"][..]), (2, &[])] {
        let mut body = owner_vote(&app, &estate);
        (body["cause"], body["request"]) = ("owners_request".into(), json!({"heads": heads, "paper": "联名书，存社区"}));
        let known = officer.votes_on(body, COMMUNITY, Called::Confirmed).await;
        assert_eq!(known.body["preparation"]["request"]["heads"], heads);
        app.has_hung(&known.id()).await;
        let announced = officer.post(&format!("{}/announce", path(&known)), &announcement(&app)).await;
        assert_eq!(
            (announced.errors(), announced.status == 200),
            (faults.iter().map(|fault| (*fault).to_owned()).collect(), faults.is_empty())
        );
    }
}
