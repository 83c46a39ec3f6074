//! What happens to a dispute between its filing and its end: routing, clocks, cards, escalation, transfers, mergers.

use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::name;
use crate::support::{Answer, Caller, TestApp};

const NEIGHBOR: &str = OTHER_COMMUNITY;

/// The steps of a dispute as `action status`.
async fn steps(caller: &Caller<'_>, id: &str) -> Vec<String> {
    let answer = caller.get(&format!("/v1/disputes/{id}/events?limit=200")).await;
    let told = |e: &Value| format!("{} {}", e["action"].as_str().unwrap(), e["to_status"].as_str().unwrap());
    answer.body["items"].as_array().unwrap().iter().map(told).collect()
}

async fn get(caller: &Caller<'_>, id: &str) -> Answer {
    let answer = caller.get(&format!("/v1/disputes/{id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The deadline of a kind that is running or was the last.
async fn deadline(caller: &Caller<'_>, id: &str, kind: &str) -> Value {
    let all = caller.get(&format!("/v1/disputes/{id}/deadlines")).await;
    all.body["items"].as_array().unwrap().iter().rev().find(|item| item["kind"] == kind).unwrap().clone()
}

async fn accepted(officer: &Caller<'_>) -> String {
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&id, "accept", json!({})).await;
    id
}

#[actix_web::test]
async fn the_responsible_organization_is_found_and_the_entry_is_cited() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let committee = city.organization("neighborhood_committee", COMMUNITY).await;
    let office = city.organization("street_office", STREET).await;
    let estate = city.estate(COMMUNITY).await;
    let enterprise = city.contract(&estate, COMMUNITY).await.body["organization_id"].as_str().unwrap().to_owned();
    let entry = json!({"jurisdiction": CITY, "matter": "service_quality", "title": "服务质量", "level": "community",
        "organization_kind": "property_enterprise", "duty": "lead", "legal_basis": "《物业管理条例》"});
    let entry = city.makes("/v1/responsibilities", entry).await.id();
    city.acts(&format!("/v1/responsibilities/{entry}/publish"), json!({"valid_from": "2026-01-01"})).await;

    // Nobody is named for leaks: the usual office of the community.
    let leak = city.files(&dispute_in(COMMUNITY)).await;
    assert_eq!((&leak.body["organization_id"], &leak.body["level"]), (&json!(committee), &json!("community")));
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "service_quality".into();
    body["estate_id"] = estate.clone().into();
    let service = city.files(&body).await;
    assert_eq!(service.body["organization_id"], json!(enterprise));
    let routing = city.get(&format!("/v1/disputes/{}/routing", service.id())).await;
    assert_eq!(routing.body["steps"][0]["responsibility_id"], json!(entry));
    assert_eq!((&routing.body["matter"], &routing.body["alarm"]), (&json!("service_quality"), &json!(false)));

    // Whoever leads in a matter by the list counts for more than the level at which its category begins.
    let lead = json!({"jurisdiction": DISTRICT, "matter": "noise", "title": "噪声纠纷", "level": "street",
        "organization_kind": "street_office", "duty": "lead", "legal_basis": "《噪声污染防治法》"});
    let lead = city.makes("/v1/responsibilities", lead).await.id();
    city.acts(&format!("/v1/responsibilities/{lead}/publish"), json!({"valid_from": "2026-01-01"})).await;
    let mut noise = dispute_in(COMMUNITY);
    noise["category"] = "noise".into();
    let noise = city.files(&noise).await;
    assert_eq!((&noise.body["level"], &noise.body["organization_id"]), (&json!("street"), &json!(office)));
    let routing = city.get(&format!("/v1/disputes/{}/routing", noise.id())).await.body;
    assert_eq!((&routing["first_level"], &routing["category_level"]), (&json!("street"), &json!("community")));

    // In the neighboring community nobody holds the post: the street does, and an alarm tells so.
    let vacant = city.files(&dispute_in(NEIGHBOR)).await;
    assert_eq!((&vacant.body["organization_id"], &vacant.body["level"]), (&json!(office), &json!("street")));
    let routing = city.get(&format!("/v1/disputes/{}/routing", vacant.id())).await;
    let levels: Vec<_> = routing.body["steps"].as_array().unwrap().iter().map(|step| step["level"].clone()).collect();
    assert_eq!((levels, &routing.body["alarm"]), (vec![json!("community"), json!("street")], &json!(true)));
    let community = app.officer_of(NEIGHBOR);
    let refused = community.post(&format!("/v1/disputes/{}/accept", vacant.id()), &json!({})).await;
    refused.is(409, "state_conflict");
    app.officer_of(STREET).does(&vacant.id(), "accept", json!({})).await;

    // Where nobody holds any post it stays where it was filed.
    let nobody = city.files(&dispute_in("370203001001")).await;
    assert_eq!((&nobody.body["organization_id"], &nobody.body["level"]), (&Value::Null, &json!("community")));

    body["estate_id"] = json!("019c0000-0000-7000-8000-000000000000");
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业",
        "organization_id": "019c0000-0000-7000-8000-000000000001"});
    let unknown = city.post("/v1/disputes", &body).await;
    assert_eq!(unknown.errors(), ["#/estate_id unknown_record", "#/parties/1/organization_id unknown_record"]);
}

#[actix_web::test]
async fn what_is_late_gets_cards_and_goes_up_one_level_at_a_time() {
    let app = TestApp::start().await;
    let (community, street, city) = (app.officer_of(COMMUNITY), app.officer_of(STREET), app.officer_of(CITY));
    let filed = community.files(&dispute_in(COMMUNITY)).await;
    let id = filed.id();
    assert_eq!((&filed.body["due_at"], &filed.body["card"]), (&json!("2026-03-04T16:00:00Z"), &json!("none")));
    let accept = deadline(&community, &id, "accept").await;
    let told = ["starts_on", "due_on", "yellow_on", "red_on"].map(|name| accept[name].as_str().unwrap().to_owned());
    assert_eq!(told, ["2026-03-02", "2026-03-04", "2026-03-03", "2026-03-05"]);
    assert_eq!(app.run_due_jobs().await, 0);
    app.clock.advance(Duration::days(1));
    assert_eq!(app.run_due_jobs().await, 1);
    assert_eq!(get(&community, &id).await.body["card"], "yellow");
    // The whole of Wednesday is in time.
    app.clock.advance(Duration::hours(38));
    assert_eq!(app.run_due_jobs().await, 0);
    app.clock.advance(Duration::hours(1));
    assert_eq!(app.run_due_jobs().await, 2);
    let late = get(&street, &id).await;
    assert_eq!(
        (&late.body["card"], &late.body["level"], &late.body["status"]),
        (&json!("red"), &json!("street"), &json!("submitted"))
    );
    assert!(deadline(&community, &id, "accept").await["late"] == false, "the street has a time of its own");
    community.post(&format!("/v1/disputes/{id}/accept"), &json!({})).await.is(409, "state_conflict");

    // Nobody does anything: it climbs, never skipping a level, and stays with the city.
    for _ in 0..30 {
        app.clock.advance(Duration::days(1));
        app.run_due_jobs().await;
    }
    let told = steps(&city, &id).await;
    let climbs = told.iter().filter(|step| step.starts_with("escalate")).count();
    assert_eq!((climbs, told.iter().filter(|step| step.starts_with("red_card")).count()), (3, 4), "{told:?}");
    assert_eq!(get(&city, &id).await.body["level"], "city");
    city.does(&id, "accept", json!({})).await;
    let roles =
        app.connect().await.query("SELECT DISTINCT role FROM dispute_events WHERE action = 'escalate'", &[]).await.unwrap();
    assert_eq!((roles.len(), roles[0].get::<_, &str>(0)), (1, "service"));
}

#[actix_web::test]
async fn many_instances_do_each_step_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(officer.files(&dispute_in(COMMUNITY)).await.id());
    }
    app.clock.advance(Duration::days(3));
    let done: usize = join_all((0..4).map(|_| app.run_due_jobs())).await.into_iter().sum();
    assert_eq!(done, 12 * 3);
    for id in &ids {
        let told = steps(&app.officer_of(CITY), id).await;
        assert_eq!(told, ["create submitted", "yellow_card submitted", "red_card submitted", "escalate submitted"]);
    }
}

#[actix_web::test]
async fn a_suspension_stops_the_clocks_and_ends_by_itself() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = accepted(&community).await;
    community.does(&id, "contact", json!({})).await;
    assert_eq!(deadline(&community, &id, "resolve").await["due_on"], "2026-03-23");
    let path = format!("/v1/disputes/{id}/suspend");
    community.post(&path, &body_of("suspend")).await.is(409, "state_conflict");
    community.does(&id, "request-approval", json!({"kind": "suspend", "reason": "检测"})).await;
    assert_eq!(get(&street, &id).await.body["approver"], STREET);
    let late = street.post(&path, &json!({"reason": "pending_inspection", "until_on": "2026-04-02"})).await;
    assert_eq!(late.errors(), ["#/until_on too_late"]);
    let early = street.post(&path, &json!({"reason": "pending_inspection", "until_on": "2026-03-02"})).await;
    assert_eq!(early.errors(), ["#/until_on not_before"]);
    street.post(&path, &json!({"reason": "no such reason"})).await.is(422, "validation_failed");
    app.clock.advance(Duration::days(2));
    let held = street.does(&id, "suspend", json!({"reason": "pending_inspection", "until_on": "2026-03-11"})).await;
    assert_eq!(
        (&held.body["status"], &held.body["due_at"], &held.body["approver"]),
        (&json!("suspended"), &Value::Null, &Value::Null)
    );
    app.clock.advance(Duration::days(7));
    assert_eq!(app.run_due_jobs().await, 1);
    let going = get(&community, &id).await;
    assert_eq!(going.body["status"], "accepted");
    // From 4 to 10 March five working days did not count.
    let resolve = deadline(&community, &id, "resolve").await;
    assert_eq!(
        (&resolve["due_on"], &resolve["pauses"]),
        (&json!("2026-03-30"), &json!([{"from": "2026-03-04", "until": "2026-03-11"}]))
    );

    // A rule that is set meanwhile counts for clocks that begin later only.
    let rule = json!({"jurisdiction": DISTRICT, "name": "dispute_resolve_days", "value": 5, "legal_basis": "通知", "valid_from": "2026-03-11"});
    app.caller(Role::Admin, DISTRICT).makes("/v1/rules", rule).await;
    street.does(&id, "suspend", json!({"reason": "party_unreachable"})).await;
    street.does(&id, "resume", json!({})).await;
    let same = deadline(&community, &id, "resolve").await;
    assert_eq!((&same["due_on"], &same["days"]), (&json!("2026-03-30"), &json!(15)));
    let other = accepted(&community).await;
    let resolve = deadline(&community, &other, "resolve").await;
    assert_eq!((&resolve["due_on"], &resolve["legal_basis"]), (&json!("2026-03-18"), &json!("通知")));
}

#[actix_web::test]
async fn more_time_is_granted_once_from_above() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = accepted(&community).await;
    community.post(&format!("/v1/disputes/{id}/extend"), &body_of("extend")).await.is(409, "state_conflict");
    street.post(&format!("/v1/disputes/{id}/decline"), &body_of("decline")).await.is(409, "state_conflict");
    community.does(&id, "request-approval", json!({"kind": "extend", "reason": "等待检测"})).await;
    assert_eq!(get(&street, &id).await.body["progress"]["approval"]["kind"], "extend");
    street.does(&id, "decline", body_of("decline")).await;
    assert_eq!(get(&street, &id).await.body["progress"]["approval"], Value::Null);
    street.does(&id, "extend", body_of("extend")).await;
    let resolve = deadline(&community, &id, "resolve").await;
    assert_eq!((&resolve["due_on"], &resolve["extension_days"]), (&json!("2026-04-01"), &json!(7)));
    let again = street.post(&format!("/v1/disputes/{id}/extend"), &body_of("extend")).await;
    assert_eq!(again.errors(), ["# already_done"]);
}

#[actix_web::test]
async fn a_transfer_is_returned_once_and_then_decided_above() {
    let app = TestApp::start().await;
    let (community, street, neighbor) = (app.officer_of(COMMUNITY), app.officer_of(STREET), app.officer_of(NEIGHBOR));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    let transfer = format!("/v1/disputes/{id}/transfer");
    for (body, fault) in [
        (json!({"jurisdiction": "370203001001", "reason": "x"}), "#/jurisdiction unknown_jurisdiction"),
        (json!({"jurisdiction": "370202001999", "reason": "x"}), "#/jurisdiction unknown_jurisdiction"),
        (json!({"level": "grid", "reason": "x"}), "# same_handler"),
        (json!({"reason": "x"}), "# same_handler"),
        (json!({"level": "district", "reason": "x"}), "#/level wrong_level"),
    ] {
        assert_eq!(community.post(&transfer, &body).await.errors(), [fault]);
    }
    let routed = community.get(&format!("/v1/disputes/{id}/routing")).await.body;
    let moved = community.does(&id, "transfer", json!({"jurisdiction": NEIGHBOR, "reason": "属于二社区"})).await;
    assert_eq!((&moved.body["status"], &moved.body["jurisdiction"]), (&json!("transferred"), &json!(NEIGHBOR)));
    community.get(&format!("/v1/disputes/{id}")).await.is(404, "not_found");
    app.clock.advance(Duration::days(1));
    let back = neighbor.does(&id, "return", json!({"reason": "不属于本社区"})).await;
    assert_eq!((&back.body["status"], &back.body["jurisdiction"]), (&json!("submitted"), &json!(COMMUNITY)));
    let returned = community.get(&format!("/v1/disputes/{id}/routing")).await.body;
    assert_eq!(returned["steps"], routed["steps"], "it is again where it was found to belong");
    let earlier: Vec<_> = returned["earlier"].as_array().unwrap().iter().map(|one| one["steps"][0]["place"].clone()).collect();
    assert_eq!(earlier, [COMMUNITY, NEIGHBOR], "and the whole way is told");
    let again = community.post(&transfer, &json!({"jurisdiction": NEIGHBOR, "reason": "x"})).await;
    assert_eq!(again.errors(), ["# decided_above"]);
    street.does(&id, "transfer", json!({"jurisdiction": NEIGHBOR, "reason": "街道决定"})).await;
    let refused = neighbor.post(&format!("/v1/disputes/{id}/return"), &json!({"reason": "x"})).await;
    assert_eq!(refused.errors(), ["# decided_above"]);
    neighbor.does(&id, "accept", json!({})).await;
    // The time to resolve goes on when it goes up; the receiver has its own time to accept.
    let due = deadline(&neighbor, &id, "resolve").await["due_on"].clone();
    app.clock.advance(Duration::days(1));
    let up = street.does(&id, "transfer", json!({"level": "district", "reason": "涉及多个街道"})).await;
    assert_eq!(up.body["level"], "district");
    assert_eq!(deadline(&street, &id, "resolve").await["due_on"], due);
    assert_eq!(deadline(&street, &id, "accept").await["due_on"], "2026-03-06");
    street.post(&format!("/v1/disputes/{id}/accept"), &json!({})).await.is(409, "state_conflict");
    app.officer_of(DISTRICT).does(&id, "accept", json!({})).await;
}

#[actix_web::test]
async fn a_return_comes_in_time_or_not_at_all() {
    let app = TestApp::start().await;
    let (community, neighbor) = (app.officer_of(COMMUNITY), app.officer_of(NEIGHBOR));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    community.does(&id, "transfer", json!({"jurisdiction": NEIGHBOR, "reason": "属于二社区"})).await;
    app.clock.advance(Duration::days(2));
    let late = neighbor.post(&format!("/v1/disputes/{id}/return"), &json!({"reason": "x"})).await;
    assert_eq!(late.errors(), ["# too_late"]);
}

#[actix_web::test]
async fn what_is_the_same_is_merged_and_can_be_taken_apart() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (one, other) = (accepted(&community).await, accepted(&community).await);
    let merge = format!("/v1/disputes/{one}/merge");
    let unknown = community.post(&merge, &json!({"into_id": one, "reason": "x"})).await;
    assert_eq!(unknown.errors(), ["#/into_id unknown_record"]);
    app.clock.advance(Duration::days(1));
    let merged = community.does(&one, "merge", json!({"into_id": other, "reason": "同一漏水点"})).await;
    assert_eq!(
        (&merged.body["status"], &merged.body["parent_id"], &merged.body["due_at"]),
        (&json!("merged"), &json!(other), &Value::Null)
    );
    // Of two that are merged into each other at once, one is, and nobody waits in vain.
    for _ in 0..5 {
        let pair = [accepted(&community).await, accepted(&community).await];
        let merges = [0, 1].map(|at| {
            let (path, body) = (format!("/v1/disputes/{}/merge", pair[at]), json!({"into_id": pair[1 - at], "reason": "x"}));
            let community = &community;
            async move { community.post(&path, &body).await.status }
        });
        let mut statuses = join_all(merges).await;
        statuses.sort();
        assert_eq!(statuses, [200, 422]);
    }
    let twice = community.post(&format!("/v1/disputes/{other}/merge"), &json!({"into_id": one, "reason": "x"})).await;
    assert_eq!(twice.errors(), ["#/into_id not_active"]);
    assert!(steps(&community, &other).await.contains(&"merge accepted".to_owned()));
    app.clock.advance(Duration::days(3));
    community.post(&format!("/v1/disputes/{one}/unmerge"), &body_of("unmerge")).await.is(409, "state_conflict");
    let apart = street.does(&one, "unmerge", body_of("unmerge")).await;
    assert_eq!((&apart.body["status"], &apart.body["parent_id"]), (&json!("accepted"), &Value::Null));
    // Three working days, from 3 to 5 March, did not count.
    assert_eq!(deadline(&street, &one, "resolve").await["due_on"], "2026-03-26");
}

#[actix_web::test]
async fn the_parts_of_a_mass_case_are_answered_together() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mass = officer.files(&dispute_in(COMMUNITY)).await.id();
    let mut parts = Vec::new();
    for _ in 0..3 {
        parts.push(officer.files(&dispute_in(COMMUNITY)).await.id());
    }
    officer.does(&mass, "add-parts", json!({"dispute_ids": parts})).await;
    let wrong = officer.post(&format!("/v1/disputes/{mass}/add-parts"), &json!({"dispute_ids": [parts[0], mass]})).await;
    assert_eq!(wrong.errors(), ["#/dispute_ids/0 belongs_together", "#/dispute_ids/1 belongs_together"]);
    let listed = officer.get(&format!("/v1/disputes?parent_id={mass}")).await.ids();
    assert_eq!(listed.len(), 3);
    officer.does(&parts[0], "detach", body_of("detach")).await;
    officer.does(&parts[1], "reject", body_of("reject")).await;
    for action in ["accept", "assign", "start"] {
        officer.does(&mass, action, body_of(action)).await;
    }
    officer.does(&mass, "resolve", json!({"resolution": "统一整改"})).await;
    let status = async |id: &str| get(&officer, id).await.body["status"].as_str().unwrap().to_owned();
    assert_eq!(
        [status(&parts[0]).await, status(&parts[1]).await, status(&parts[2]).await],
        ["submitted", "rejected", "resolved"]
    );
    assert_eq!(get(&officer, &parts[2]).await.body["resolution"], "统一整改");
    let told: i64 = app.count("changes WHERE kind = 'dispute' AND data LIKE '%统一整改%'").await;
    assert_eq!(told, 2, "the feed tells of both");
}

#[actix_web::test]
async fn a_mass_case_has_five_hundred_parts_at_most_and_all_are_answered() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mass = officer.files(&dispute_in(COMMUNITY)).await.id();
    let copies = format!(
        "INSERT INTO disputes (id, jurisdiction, title, category, status, reported_at, created_by, created_at, updated_at, terms, progress, parent_id)
         SELECT gen_random_uuid(), jurisdiction, title, category, status, reported_at, created_by, created_at, updated_at, terms, progress, id
         FROM disputes, generate_series(1, 499) WHERE id = '{mass}'"
    );
    app.connect().await.batch_execute(&copies).await.unwrap();
    let (last, other) = (officer.files(&dispute_in(COMMUNITY)).await.id(), officer.files(&dispute_in(COMMUNITY)).await.id());
    officer.does(&mass, "add-parts", json!({"dispute_ids": [last]})).await;
    let refused = officer.post(&format!("/v1/disputes/{mass}/add-parts"), &json!({"dispute_ids": [other]})).await;
    assert_eq!(refused.errors(), ["#/dispute_ids too_many_parts"]);
    let refused = officer.post(&format!("/v1/disputes/{other}/merge"), &json!({"into_id": mass, "reason": "重复"})).await;
    assert_eq!(refused.errors(), ["#/into_id too_many_parts"]);
    for action in ["accept", "assign", "start"] {
        officer.does(&mass, action, body_of(action)).await;
    }
    officer.does(&mass, "resolve", json!({"resolution": "统一整改"})).await;
    assert_eq!(app.count("disputes WHERE status = 'resolved'").await, 501);
}

#[actix_web::test]
async fn a_resolved_dispute_closes_in_silence_and_can_be_reopened_for_a_while() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let id = officer.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "contact", "assign", "start", "resolve"] {
        officer.does(&id, action, body_of(action)).await;
    }
    assert_eq!(get(&officer, &id).await.body["due_at"], Value::Null);
    let colleague = app.colleague_of(COMMUNITY);
    let alone = officer.post(&format!("/v1/disputes/{id}/visit-back"), &json!({"satisfaction": "satisfied"})).await;
    assert_eq!(alone.errors(), ["# second_person"]);
    colleague.does(&id, "visit-back", json!({"satisfaction": "basically_satisfied", "note": "尚可"})).await;
    // What applicants have said themselves stands.
    let wang = app.resident("wang", COMMUNITY);
    let own = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign", "start", "resolve"] {
        officer.does(&own, action, body_of(action)).await;
    }
    colleague.does(&own, "visit-back", body_of("visit-back")).await;
    wang.does(&own, "close", json!({"satisfaction": "dissatisfied"})).await;
    let better = colleague.post(&format!("/v1/disputes/{own}/visit-back"), &json!({"satisfaction": "satisfied"})).await;
    assert_eq!(better.errors(), ["#/satisfaction said_by_applicant"]);
    assert!(!get(&officer, &own).await.body["next_actions"].as_array().unwrap().contains(&json!("visit_back")));
    wang.does(&own, "reopen", body_of("reopen")).await;
    wang.does(&own, "withdraw", body_of("withdraw")).await;
    officer.does(&id, "reopen", body_of("reopen")).await;
    assert_eq!(deadline(&officer, &id, "resolve").await["due_on"], "2026-03-23");
    officer.does(&id, "start", json!({})).await;
    officer.does(&id, "resolve", body_of("resolve")).await;
    app.clock.advance(Duration::days(7));
    assert_eq!(app.run_due_jobs().await, 0);
    app.clock.advance(Duration::days(1));
    assert_eq!(app.run_due_jobs().await, 1);
    assert_eq!(get(&officer, &id).await.body["status"], "closed");
    app.clock.advance(Duration::days(8));
    let late = officer.post(&format!("/v1/disputes/{id}/reopen"), &body_of("reopen")).await;
    assert_eq!(late.errors(), ["# too_late"]);
    let court = accepted(&officer).await;
    let out = officer.does(&court, "refer-out", body_of("refer-out")).await;
    assert_eq!((&out.body["status"], &out.body["progress"]["referral"]["kind"]), (&json!("referred_out"), &json!("court")));
}

#[actix_web::test]
async fn a_guest_sees_the_case_and_nothing_else() {
    let app = TestApp::start().await;
    let (community, guest) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_STREET));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    let other = community.files(&dispute_in(COMMUNITY)).await.id();
    let path = format!("/v1/disputes/{id}");
    let both = community.post(&format!("{path}/invite"), &json!({"reason": "x"})).await;
    assert_eq!(both.errors(), ["# one_of_both"]);
    for outside in ["379902", "370299"] {
        let refused = community.post(&format!("{path}/invite"), &json!({"jurisdiction": outside, "reason": "x"})).await;
        assert_eq!(refused.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    }
    community.does(&id, "invite", json!({"jurisdiction": OTHER_STREET, "reason": "协助"})).await;
    let again = community.post(&format!("{path}/invite"), &json!({"jurisdiction": OTHER_STREET, "reason": "x"})).await;
    assert_eq!(again.errors(), ["#/jurisdiction already_done"], "what stands in the audit is what is kept");
    let seen = get(&guest, &id).await;
    assert_eq!(seen.body["guests"][0]["reason"], "协助");
    assert_eq!(seen.body["next_actions"], json!(["remark"]));
    assert_eq!(seen.body["guests"][0]["guest"], OTHER_STREET);
    assert_eq!(guest.get("/v1/disputes?shared=true").await.ids(), std::slice::from_ref(&id));
    assert_eq!(guest.get("/v1/disputes").await.ids(), [""; 0]);
    guest.get(&format!("/v1/disputes/{other}")).await.is(404, "not_found");
    let said = json!({"note": "我街道也有"});
    let first = guest.post_once("a-remark-of-a-guest", &format!("{path}/remark"), &said).await;
    let again = guest.post_once("a-remark-of-a-guest", &format!("{path}/remark"), &said).await;
    assert_eq!((first.status, &again.bytes), (200, &first.bytes), "a retry is answered like the first try");
    guest.post(&format!("{path}/accept"), &json!({})).await.is(404, "not_found");
    guest.get(&format!("{path}/disclosure?purpose=handling")).await.is(404, "not_found");
    community.does(&id, "uninvite", json!({"jurisdiction": OTHER_STREET, "reason": "已办结"})).await;
    guest.get(&path).await.is(404, "not_found");
    let told = "audit_entries WHERE kind = 'dispute_guests' AND before->>'reason' = '协助' AND before->>'invited_at' IS NOT NULL";
    assert_eq!(app.count(told).await, 1, "who was a guest, why and since when");

    // An organization sees what it is a party to, what it is responsible for, and what it was invited to.
    let city = app.officer_of(CITY);
    let organization = city.organization("department", DISTRICT).await;
    let mut claims = app.claims(&[(Role::OrganizationMember, DISTRICT)]);
    claims.organization = Some(organization.parse().unwrap());
    let member = app.with_claims(&claims);
    assert_eq!(member.get("/v1/disputes").await.ids(), [""; 0]);
    community.does(&other, "invite", json!({"organization_id": organization, "reason": "执法"})).await;
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] =
        json!({"role": "respondent", "kind": "organization", "name": "区住建局", "organization_id": organization});
    let twice = json!({"role": "third_party", "kind": "organization", "name": "区住建局", "organization_id": organization});
    body["parties"].as_array_mut().unwrap().push(twice);
    let filed = city.files(&body).await;
    assert_eq!(filed.body["guests"].as_array().unwrap().len(), 1, "who has two parts is one guest");
    assert_eq!(
        filed.body["guests"][0]["guest"],
        organization.as_str(),
        "a registered organization that is a party sees the case"
    );
    let party = filed.id();
    assert_eq!(app.count(&format!("audit_entries WHERE kind = 'dispute_guests' AND record_id = '{party}'")).await, 1);
    let mut seen = member.get("/v1/disputes").await.ids();
    seen.sort();
    let mut expected = vec![other.clone(), party];
    expected.sort();
    assert_eq!(seen, expected);
    member.does(&other, "remark", json!({"note": "已立案"})).await;
    member.get(&path).await.is(404, "not_found");
    claims.organization = None;
    assert_eq!(app.with_claims(&claims).get("/v1/disputes").await.ids(), [""; 0]);
}

#[actix_web::test]
async fn who_the_parties_are_is_told_for_a_purpose_only() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let id = community.files(&dispute_in(COMMUNITY)).await.id();
    let masked = get(&community, &id).await.body["parties"][0].clone();
    assert_eq!((&masked["name"], &masked["phone"]), (&json!("业**"), &json!("138****1234")));
    let path = format!("/v1/disputes/{id}/disclosure");
    community.get(&path).await.is(400, "invalid_parameter");
    let whole = community.get(&format!("{path}?purpose=handling")).await;
    assert_eq!(
        (&whole.body["parties"][0]["name"], &whole.body["parties"][0]["phone"]),
        (&json!("业主甲"), &json!("13800001234"))
    );
    assert_eq!(app.count("audit_entries WHERE action = 'disputes:disclose' AND after->>'purpose' = 'handling'").await, 1);
    assert_eq!(app.count("changes WHERE data LIKE '%13800001234%'").await, 0);

    let version = get(&community, &id).await.version();
    community.patch(&format!("/v1/disputes/{id}"), version, &json!({"confidential": true})).await;
    let hidden = get(&street, &id).await.body["parties"][0].clone();
    assert_eq!((&hidden["name"], &hidden["phone"]), (&json!("***"), &json!("***")));
    street.get(&format!("{path}?purpose=supervision")).await.is(403, "confidential");
    assert_eq!(community.get(&format!("{path}?purpose=handling")).await.status, 200);
    let both = app.with_claims(&app.claims(&[(Role::StreetOfficer, STREET), (Role::CommunityOfficer, COMMUNITY)]));
    assert_eq!(both.get(&format!("{path}?purpose=handling")).await.status, 200, "whoever handles it, whatever else they are");
    assert_eq!(get(&both, &id).await.body["parties"][0]["role"], "applicant");
    let wang = app.resident("wang", COMMUNITY);
    let own = wang.files(&dispute_in(COMMUNITY)).await;
    assert_eq!(own.body["parties"][0]["name"], "业主甲", "whoever filed it knows it");
}

#[actix_web::test]
async fn what_reaches_into_an_unknown_year_is_provisional_until_the_notice_comes() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    app.clock.advance(Duration::days(302));
    let mut claims = app.claims(&[(Role::Admin, CITY)]);
    claims.sub = name("管理员");
    let admin = app.with_claims(&claims);
    let officer = Caller { app: &app, token: officer.token };
    // Tuesday, 29 December 2026.
    let id = accepted(&officer).await;
    let resolve = deadline(&officer, &id, "resolve").await;
    assert_eq!((&resolve["due_on"], &resolve["provisional"]), (&json!("2027-01-19"), &json!(true)));
    assert_eq!(deadline(&officer, &id, "first_contact").await["provisional"], true, "its red card would come in 2027");
    let mut days: Vec<_> = ["2027-01-01", "2027-01-04"].map(|on| json!({"on": on, "kind": "off", "name": "元旦"})).into();
    days.push(json!({"on": "2027-01-09", "kind": "work", "name": "元旦"}));
    let mut year = json!({"jurisdiction": CITY, "year": 2027, "legal_basis": "通知", "days": days});
    let made = admin.makes("/v1/calendars", year.clone()).await;
    assert_eq!(app.run_due_jobs().await, 2, "the notice, and the dispute");
    let resolve = deadline(&officer, &id, "resolve").await;
    assert_eq!((&resolve["due_on"], &resolve["provisional"]), (&json!("2027-01-20"), &json!(false)));
    assert_eq!(resolve["holidays"], json!(["2027-01-01", "2027-01-04"]));
    assert_eq!(resolve["worked_weekends"], json!(["2027-01-09"]));
    assert!(steps(&officer, &id).await.contains(&"recompute accepted".to_owned()));
    assert_eq!(app.run_due_jobs().await, 0);

    let path = format!("/v1/calendars/{}", made.id());
    let corrected = admin.patch(&path, 1, &json!({"days": [{"on": "2027-01-01", "kind": "off", "name": "元旦"}]})).await;
    assert_eq!(corrected.status, 200);
    assert_eq!(app.run_due_jobs().await, 2);
    assert_eq!(deadline(&officer, &id, "resolve").await["due_on"], "2027-01-20");
    admin.post("/v1/calendars", &year).await.is(409, "duplicate");
    year["days"] = json!([{"on": "2028-01-01", "kind": "off", "name": "元旦"}, {"on": "2027-01-01", "kind": "off", "name": "元旦"},
        {"on": "2027-01-01", "kind": "work", "name": "元旦"}]);
    assert_eq!(admin.post("/v1/calendars", &year).await.errors(), ["#/days/0/on other_year", "#/days/2/on duplicate_item"]);
}

#[actix_web::test]
async fn disputes_are_found_by_words_and_by_likeness() {
    let app = TestApp::start().await;
    let (city, community) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let mut ids = Vec::new();
    for (place, title, estate) in [
        (COMMUNITY, "楼上漏水，Kitchen ceiling 受损", "海韵花园"),
        (COMMUNITY, "地下室积水", "海韵花园"),
        (NEIGHBOR, "厨房漏水", "海韵花园"),
        (COMMUNITY, "漏水至三楼厨房", "安居小区"),
    ] {
        let mut body = dispute_in(place);
        body["title"] = title.into();
        body["estate_name"] = estate.into();
        ids.push(city.files(&body).await.id());
    }
    let found = async |caller: &Caller<'_>, q: &str| {
        let mut found = caller.get(&format!("/v1/disputes?q={q}")).await.ids();
        found.sort();
        found
    };
    let of = |places: &[usize]| {
        let mut some: Vec<_> = places.iter().map(|at| ids[*at].clone()).collect();
        some.sort();
        some
    };
    let (leak, kitchen, estate) = ("%E6%BC%8F%E6%B0%B4", "%E5%8E%A8%E6%88%BF", "%E6%B5%B7%E9%9F%B5");
    assert_eq!(found(&city, leak).await, of(&[0, 2, 3]));
    assert_eq!(found(&community, leak).await, of(&[0, 3]));
    assert_eq!(found(&city, &format!("{leak}+{kitchen}")).await, of(&[2, 3]));
    assert_eq!(found(&city, "KITCHEN").await, of(&[0]));
    assert_eq!(found(&city, "kitch").await, [""; 0]);
    assert_eq!(found(&city, estate).await, of(&[0, 1, 2]));
    city.get("/v1/disputes?q=%EF%BC%8C").await.is(400, "invalid_parameter");
    let number = get(&city, &ids[1]).await.body["number"].as_str().unwrap().to_owned();
    assert_eq!(found(&city, &number).await, of(&[1]));

    let likes = async |title: &str| {
        let query = format!(
            "jurisdiction={COMMUNITY}&category=leakage.neighbor&estate_name=%E6%B5%B7%E9%9F%B5%E8%8A%B1%E5%9B%AD&title={title}"
        );
        community.get(&format!("/v1/disputes/duplicates?{query}")).await.ids()
    };
    assert_eq!(likes("%E6%A5%BC%E4%B8%8A%E6%BC%8F%E6%B0%B4").await, [ids[0].clone(), ids[1].clone()]);
    community.does(&ids[0], "withdraw", body_of("withdraw")).await;
    assert_eq!(likes("%E6%BC%8F%E6%B0%B4").await, [ids[1].clone()]);
    app.clock.advance(Duration::days(61));
    assert_eq!(likes("%E6%BC%8F%E6%B0%B4").await, [""; 0]);
}

#[actix_web::test]
async fn what_was_merged_is_not_lost_when_its_target_ends() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (one, other, third) = (accepted(&officer).await, accepted(&officer).await, accepted(&officer).await);
    officer.does(&one, "merge", json!({"into_id": other, "reason": "同一漏水点"})).await;
    officer.does(&other, "withdraw", body_of("withdraw")).await;
    let freed = get(&officer, &one).await;
    assert_eq!((&freed.body["status"], &freed.body["parent_id"]), (&json!("accepted"), &Value::Null));
    assert!(freed.body["due_at"].is_string());
    officer.does(&one, "merge", json!({"into_id": third, "reason": "同一漏水点"})).await;
    for action in ["assign", "start", "resolve"] {
        officer.does(&third, action, body_of(action)).await;
    }
    assert_eq!(get(&officer, &one).await.body["status"], "resolved", "it is answered with what it was merged into");
}

#[actix_web::test]
async fn a_lower_level_takes_nothing_out_of_the_hands_of_a_higher_one() {
    let app = TestApp::start().await;
    let (community, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (above, mine) = (accepted(&community).await, accepted(&community).await);
    street.does(&above, "escalate", body_of("escalate")).await;
    let gathered = community.post(&format!("/v1/disputes/{mine}/add-parts"), &json!({"dispute_ids": [above]})).await;
    assert_eq!(gathered.errors(), ["#/dispute_ids/0 handled_above"]);
    let merged = community.post(&format!("/v1/disputes/{mine}/merge"), &json!({"into_id": above, "reason": "x"})).await;
    assert_eq!(merged.errors(), ["#/into_id handled_above"]);
    let version = get(&community, &above).await.version();
    community.patch(&format!("/v1/disputes/{above}"), version, &json!({"title": "x"})).await.is(409, "state_conflict");
    for action in ["assign", "start"] {
        street.does(&above, action, body_of(action)).await;
    }
    let committee = app.officer_of(CITY).mediation_committee(COMMUNITY, None).await;
    let mediation = json!({"dispute_id": above, "organization_id": committee.0});
    assert_eq!(community.post("/v1/mediations", &mediation).await.errors(), ["#/dispute_id handled_above"]);
}

#[actix_web::test]
async fn what_is_confidential_is_opened_only_by_the_level_above_who_handles_it() {
    let app = TestApp::start().await;
    let (community, street, wang) = (app.officer_of(COMMUNITY), app.officer_of(STREET), app.resident("wang", COMMUNITY));
    let mut body = dispute_in(COMMUNITY);
    body["confidential"] = true.into();
    let id = wang.files(&body).await.id();
    let path = format!("/v1/disputes/{id}");
    let refused = community.patch(&path, 1, &json!({"confidential": false})).await;
    assert_eq!(refused.errors(), ["#/confidential level_above_decides"]);
    let told = street.get(&format!("{path}/events")).await;
    assert_eq!((&told.body["items"][0]["caller"], &told.body["items"][0]["caller_title"]), (&Value::Null, &json!("居民")));
    assert!(community.get(&format!("{path}/events")).await.body["items"][0]["caller"].as_str().unwrap().ends_with("|wang"));
    // Nobody is let in as a party either, whom the level above has not invited.
    let department = app.officer_of(CITY).organization("department", DISTRICT).await;
    let party = json!({"role": "third_party", "kind": "organization", "name": "区住建局", "organization_id": department});
    let adds = json!({"party": party, "reason": "协助"});
    community.does(&id, "accept", json!({})).await;
    let refused = community.post(&format!("{path}/add-party"), &adds).await;
    assert_eq!(refused.errors(), ["#/party/organization_id level_above_decides"]);
    let names = json!({"position": 1, "kind": "organization", "organization_id": department, "reason": "x"});
    let refused = community.post(&format!("{path}/correct-party"), &names).await;
    assert_eq!(refused.errors(), ["#/organization_id level_above_decides"]);
    street.does(&id, "invite", json!({"organization_id": department, "reason": "协助"})).await;
    community.does(&id, "add-party", adds).await;
    let version = community.get(&path).await.version();
    assert_eq!(street.patch(&path, version, &json!({"confidential": false})).await.status, 200);
}
