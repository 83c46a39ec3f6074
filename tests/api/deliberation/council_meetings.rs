//! Meetings of councils: who is invited, who is there, and what is decided.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::council::Held;
use crate::support::data::*;
use crate::support::{Caller, TestApp};

/// What an item of the agenda came to.
fn item(answer: &crate::support::Answer, at: usize) -> Value {
    answer.body["record"]["agenda"][at].clone()
}

async fn does(caller: &Caller<'_>, path: &str, action: &str, body: Value) -> crate::support::Answer {
    caller.acts(&format!("{path}/{action}"), body).await
}

#[actix_web::test]
async fn seats_are_invited_in_time() {
    let app = TestApp::start().await;
    let (officer, other) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let seated = officer.council(COMMUNITY).await;
    let mut body = seated.meeting(&app);
    other.post("/v1/council-meetings", &body).await.is(422, "validation_failed");
    body["ends_at"] = body["starts_at"].clone();
    assert_eq!(officer.post("/v1/council-meetings", &body).await.errors(), ["#/ends_at ends_before"]);
    let path = format!("/v1/council-meetings/{}", officer.makes("/v1/council-meetings", seated.meeting(&app)).await.id());
    assert_eq!(officer.post(&format!("{path}/notify"), &json!({})).await.errors(), ["# agenda_empty"]);
    other.post(&format!("{path}/notify"), &json!({})).await.is(404, "not_found");
    // A seat may put something on the agenda, and nobody else's.
    let owners = seated.member(&app, 2, COMMUNITY);
    let proposed = does(&owners, &path, "add-item", json!({"title": "公共收益"})).await;
    assert_eq!(item(&proposed, 0)["proposed_by"], 2);
    owners.post(&format!("{path}/notify"), &json!({})).await.is(403, "forbidden");
    let second = does(&officer, &path, "add-item", json!({"title": "停车"})).await;
    let ids = [item(&second, 1)["id"].clone(), item(&second, 0)["id"].clone()];
    assert_eq!(
        officer.post(&format!("{path}/arrange-items"), &json!({"item_ids": [ids[0]]})).await.errors(),
        ["#/item_ids each_once"]
    );
    assert_eq!(item(&does(&officer, &path, "arrange-items", json!({"item_ids": ids})).await, 0)["title"], "停车");
    // Three days ahead where the community's own rule says so.
    let rule = json!({"jurisdiction": COMMUNITY, "name": "council_notice_days", "value": 3, "legal_basis": "议事规则", "valid_from": "2026-03-02"});
    app.caller(Role::Admin, COMMUNITY).makes("/v1/rules", rule).await;
    assert_eq!(officer.post(&format!("{path}/notify"), &json!({})).await.errors(), ["#/starts_at not_before"]);
    let version = officer.get(&path).await.version();
    officer.patch(&path, version - 1, &json!({"place": "x"})).await.is(412, "precondition_failed");
    let moved = officer.patch(&path, version, &json!({"starts_at": "2026-03-05T09:00:00+08:00"})).await;
    assert_eq!(moved.body["ends_at"], "2026-03-05T03:00:00Z", "the end moves along");
    let notified = does(&officer, &path, "notify", json!({})).await;
    assert_eq!(
        (&notified.body["status"], &notified.body["record"]["invitations"][2]["coming"]),
        (&json!("notified"), &Value::Null)
    );
    // The room may change; another time asks the seats anew.
    let time = json!({"starts_at": "2026-03-06T09:00:00+08:00"});
    assert_eq!(officer.patch(&path, notified.version(), &time).await.errors(), ["#/starts_at notified_already"]);
    let room = officer.patch(&path, notified.version(), &json!({"place": "二楼会议室"})).await;
    assert_eq!((&room.body["place"], &room.body["status"]), (&json!("二楼会议室"), &json!("notified")));
    let asked = owners.get("/v1/work").await.body["items"][0].clone();
    assert_eq!((&asked["kind"], &asked["record_type"]), (&json!("answer_invitation"), &json!("council_meeting")));
    let answer = |position: i64| json!({"position": position, "coming": true});
    assert_eq!(owners.post(&format!("{path}/answer-invitation"), &answer(3)).await.errors(), ["#/position not_your_part"]);
    does(&owners, &path, "answer-invitation", answer(2)).await;
    assert_eq!(owners.get("/v1/work").await.body["items"], json!([]));
    assert_eq!(officer.post(&format!("{path}/open"), &json!({})).await.errors(), ["# before_its_time"]);
    assert!(!officer.get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("open")));
    app.resident("wang", COMMUNITY).get(&path).await.is(404, "not_found");
    let cancelled = does(&officer, &path, "cancel", json!({"reason": "改期"})).await;
    assert_eq!((&cancelled.body["status"], &cancelled.body["next_actions"]), (&json!("cancelled"), &json!([])));
}

#[actix_web::test]
async fn meetings_are_held_regularly() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut series = officer.council(COMMUNITY).await.meeting(&app);
    (series["starts_at"], series["ends_at"]) = ("2026-03-31T09:00:00+08:00".into(), "2026-03-31T11:00:00+08:00".into());
    series["recurrence"] = "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3".into();
    let planned = officer.post("/v1/council-meetings/series", &series).await;
    let starts: Vec<_> =
        planned.body["items"].as_array().unwrap().iter().map(|one| one["starts_at"].as_str().unwrap()[..10].to_owned()).collect();
    assert_eq!(starts, ["2026-03-31", "2026-04-30", "2026-05-31"]);
    let listed = format!("/v1/council-meetings?series_id={}", planned.body["series_id"].as_str().unwrap());
    assert_eq!(officer.get(&listed).await.ids().len(), 3);
    series["recurrence"] = "FREQ=DAILY".into();
    assert_eq!(officer.post("/v1/council-meetings/series", &series).await.errors(), ["#/recurrence too_many_sessions"]);
}

#[actix_web::test]
async fn nothing_is_decided_while_a_seat_is_missing() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let opened = officer.meets(&seated, Held::Open).await;
    let path = format!("/v1/council-meetings/{}", opened.id());
    let comes = |position: usize, passage: &str| json!({"position": position, "delegate_id": seated.delegates[position], "passage": passage});
    for position in 0..3 {
        does(&officer, &path, "record-attendance", comes(position, "in")).await;
    }
    let vote = json!({"item_id": item(&opened, 0)["id"], "resolution": "三十日内完成改造"});
    let refused = officer.post(&format!("{path}/open-vote"), &vote).await;
    assert_eq!(
        (refused.errors(), &refused.body["errors"][0]["params"]["lacking"]),
        (vec!["# quorum_missing".to_owned()], &json!([3]))
    );
    let quorum = officer.get(&format!("{path}/quorum")).await.body;
    assert_eq!(
        (&quorum["reached"], &quorum["lacking"], &quorum["seats"][3]["since"]),
        (&json!(false), &json!([3]), &Value::Null)
    );
    let stranger = json!({"position": 3, "delegate_id": seated.delegates[2], "passage": "in"});
    assert_eq!(officer.post(&format!("{path}/record-attendance"), &stranger).await.errors(), ["#/delegate_id not_entitled"]);
    let mut late = comes(3, "in");
    late["at"] = (app.clock.now() + Duration::minutes(1)).to_rfc3339().into();
    assert_eq!(officer.post(&format!("{path}/record-attendance"), &late).await.errors(), ["#/at in_future"]);
    does(&officer, &path, "record-attendance", comes(3, "in")).await;
    does(&officer, &path, "open-vote", vote.clone()).await;
    assert_eq!(officer.post(&format!("{path}/conclude"), &json!({})).await.errors(), ["# vote_open"]);
    // Who leaves in the middle takes the vote with them: it is void, and asked again.
    for position in 0..3 {
        let yes = json!({"position": position, "delegate_id": seated.delegates[position], "voice": "yes"});
        does(&officer, &path, "give-voice", yes).await;
    }
    app.clock.advance(Duration::minutes(1));
    does(&officer, &path, "record-attendance", comes(3, "out")).await;
    let gone = json!({"position": 3, "delegate_id": seated.delegates[3], "voice": "no"});
    assert_eq!(officer.post(&format!("{path}/give-voice"), &gone).await.errors(), ["#/delegate_id not_entitled"]);
    let closed = does(&officer, &path, "close-vote", json!({})).await;
    let tally = item(&closed, 0)["votes"][0]["tally"].clone();
    assert_eq!((&tally["outcome"], &item(&closed, 0)["status"]), (&json!("void"), &json!("pending")));
    // It was put down wrongly that they left: struck, the vote counts.
    let event = closed.body["record"]["attendance"].as_array().unwrap().last().unwrap()["id"].clone();
    let struck = does(&officer, &path, "strike-attendance", json!({"event_id": event, "reason": "误录"})).await;
    let tally = item(&struck, 0)["votes"][0]["tally"].clone();
    assert_eq!((&tally["outcome"], &tally["yes"], &tally["needed"]), (&json!("adopted"), &json!(3), &json!(3)));
    assert_eq!(officer.post(&format!("{path}/open-vote"), &vote).await.errors(), ["# not_applicable"]);
    officer
        .post(&format!("{path}/strike-attendance"), &json!({"event_id": event, "reason": "x"}))
        .await
        .is(422, "validation_failed");
}

#[actix_web::test]
async fn delegates_speak_for_their_seat_by_their_own_token() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let owners = seated.member(&app, 2, COMMUNITY);
    let named = json!({"position": 2, "name": "业主甲", "starts_on": "2026-03-02", "is_caller": true});
    let named = owners.acts(&format!("{}/name-delegate", seated.path()), named).await;
    let own = named.body["delegates"][4]["id"].clone();
    let voting = officer.meets(&seated, Held::Voting).await;
    let path = format!("/v1/council-meetings/{}", voting.id());
    let says = |delegate: &Value, voice: &str| json!({"position": 2, "delegate_id": delegate, "voice": voice});
    assert_eq!(
        owners.post(&format!("{path}/give-voice"), &says(&own, "no")).await.errors(),
        ["#/delegate_id not_entitled"],
        "who is not there does not vote"
    );
    let other = json!(seated.delegates[2]);
    assert_eq!(owners.post(&format!("{path}/give-voice"), &says(&other, "no")).await.errors(), ["#/delegate_id not_your_part"]);
    does(&officer, &path, "record-attendance", json!({"position": 2, "delegate_id": own, "passage": "in"})).await;
    does(&owners, &path, "give-voice", says(&own, "no")).await;
    // What they said by themselves nobody says otherwise for them.
    assert_eq!(officer.post(&format!("{path}/give-voice"), &says(&other, "yes")).await.errors(), ["#/position said_by_party"]);
    does(&owners, &path, "give-voice", says(&own, "abstain")).await;
    let closed = does(&officer, &path, "close-vote", json!({})).await;
    let tally = item(&closed, 0)["votes"][0]["tally"].clone();
    assert_eq!((&tally["abstain"], &tally["outcome"]), (&json!(1), &json!("not_adopted")));
    assert_eq!(owners.post(&format!("{path}/give-voice"), &says(&own, "yes")).await.errors(), ["# not_applicable"]);
}

#[actix_web::test]
async fn a_party_of_the_case_does_not_vote_on_it_and_owners_keep_what_is_theirs() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let mut body = dispute_in(COMMUNITY);
    body["parties"][1] =
        json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": seated.organizations[3]});
    let dispute = officer.files(&body).await.id();
    body["confidential"] = true.into();
    let secret = officer.files(&body).await.id();
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Attended).await.id());
    let adds = |id: &str| json!({"title": "漏水", "dispute_id": id});
    assert_eq!(officer.post(&format!("{path}/add-item"), &adds(&secret)).await.errors(), ["#/dispute_id unknown_record"]);
    let owners = seated.member(&app, 2, COMMUNITY);
    owners.post(&format!("{path}/add-item"), &adds(&dispute)).await.is(409, "state_conflict");
    let added = does(&officer, &path, "add-item", adds(&dispute)).await;
    let about = item(&added, 1);
    assert_eq!(
        (&about["urgent"], &about["recusals"][0]["position"], &about["recusals"][0]["proposed"]),
        (&json!(true), &json!(3), &json!(true))
    );
    // Added after the seats were invited, it takes the consent of all seats that are not recused.
    let vote = json!({"item_id": about["id"], "resolution": "物业三日内维修"});
    let refused = officer.post(&format!("{path}/open-vote"), &vote).await;
    assert_eq!(
        (refused.errors(), &refused.body["errors"][0]["params"]["lacking"]),
        (vec!["#/item_id consent_of_seats".to_owned()], &json!([0, 1, 2]))
    );
    does(&owners, &path, "consent-to-item", json!({"item_id": about["id"], "position": 2, "agrees": true})).await;
    for position in [0, 1, 3] {
        does(&officer, &path, "consent-to-item", json!({"item_id": about["id"], "position": position, "agrees": true})).await;
    }
    does(&officer, &path, "open-vote", vote).await;
    let voice =
        |position: usize, voice: &str| json!({"position": position, "delegate_id": seated.delegates[position], "voice": voice});
    assert_eq!(officer.post(&format!("{path}/give-voice"), &voice(3, "no")).await.errors(), ["#/position recused"]);
    for position in [0, 2] {
        does(&officer, &path, "give-voice", voice(position, "yes")).await;
    }
    let closed = does(&officer, &path, "close-vote", json!({})).await;
    let tally = item(&closed, 1)["votes"][0]["tally"].clone();
    assert_eq!((&tally["entitled"], &tally["needed"], &tally["outcome"]), (&json!(3), &json!(2), &json!("adopted")));
    // Words only warn.
    let sounding = does(&officer, &path, "add-item", json!({"title": "动用维修资金更换水泵"})).await;
    assert_eq!(item(&sounding, 2)["sounds_like"], json!(["use_fund"]));
    let vote = |more: Value| {
        let mut vote = json!({"item_id": item(&sounding, 2)["id"], "resolution": "更换水泵"});
        vote.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        vote
    };
    let refused = officer.post(&format!("{path}/open-vote"), &vote(json!({}))).await;
    assert!(refused.errors().contains(&"#/not_reserved sounds_reserved".to_owned()), "{}", refused.body);
    let told = officer.post(&format!("{path}/open-vote"), &vote(json!({"not_reserved": "由物业自有资金支付"}))).await;
    assert_eq!(told.errors(), ["#/item_id consent_of_seats"]);
    // For a seat from which nobody is there it takes a paper.
    does(&officer, &path, "record-attendance", json!({"position": 1, "delegate_id": seated.delegates[1], "passage": "out"}))
        .await;
    let agrees = |paper: Value| json!({"item_id": item(&sounding, 2)["id"], "position": 1, "agrees": true, "paper": paper});
    assert_eq!(officer.post(&format!("{path}/consent-to-item"), &agrees(Value::Null)).await.errors(), ["#/paper required"]);
    let agreed = does(&officer, &path, "consent-to-item", agrees("函〔2026〕7号".into())).await;
    assert_eq!(item(&agreed, 2)["consent_papers"], json!([{"position": 1, "paper": "函〔2026〕7号"}]));
    app.clock.advance(Duration::minutes(1));
    does(&officer, &path, "record-attendance", json!({"position": 1, "delegate_id": seated.delegates[1], "passage": "in"})).await;
    // With one seat left the street decides.
    let first = item(&closed, 0)["id"].clone();
    for position in 1..4 {
        let recused = json!({"item_id": first, "position": position, "recused": true, "reason": "利害关系"});
        does(&officer, &path, "decide-recusal", recused).await;
    }
    let alone = json!({"item_id": first, "resolution": "x"});
    assert_eq!(officer.post(&format!("{path}/open-vote"), &alone).await.errors(), ["#/item_id too_few_seats"]);
    // What the owners decide the council only discusses.
    let unknown = json!({"title": "x", "matter": "war"});
    assert_eq!(officer.post(&format!("{path}/add-item"), &unknown).await.errors(), ["#/matter unknown_record"]);
    let reserved = does(&officer, &path, "add-item", json!({"title": "筹集维修资金", "matter": "raise_fund"})).await;
    let vote = json!({"item_id": item(&reserved, 3)["id"], "resolution": "每户一千元"});
    let refused = officer.post(&format!("{path}/open-vote"), &vote).await;
    refused.is(409, "reserved_to_owners");
    let topics = json!([{"title": "筹集维修资金", "matter": "raise_fund"}]);
    let owner_vote = json!({"estate_id": seated.estate, "title": "筹集维修资金", "topics": topics});
    assert_eq!(refused.body["owner_vote"], owner_vote);
    let matters = officer.get("/v1/vote-matters").await.body["items"].clone();
    assert!(matters.as_array().unwrap().iter().any(|one| one["code"] == "raise_fund" && one["class"] == "special"));
}

#[actix_web::test]
async fn a_meeting_goes_on_another_day() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Attended).await.id());
    let again = json!({"starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T10:00:00+08:00", "reason": "时间不足"});
    let adjourned = does(&officer, &path, "adjourn", again).await;
    assert_eq!(
        (&adjourned.body["status"], &adjourned.body["record"]["attendance"][7]["passage"]),
        (&json!("adjourned"), &json!("out"))
    );
    app.clock.advance(Duration::days(1));
    does(&officer, &path, "open", json!({})).await;
    let quorum = officer.get(&format!("{path}/quorum")).await.body;
    assert_eq!(quorum["lacking"], json!([0, 1, 2, 3]), "everybody comes anew");
    let yesterday = officer.get(&format!("{path}/quorum?at=2026-03-02T01:00:00Z")).await.body;
    assert_eq!(yesterday["lacking"], json!([0, 1, 2, 3]), "they left the moment they came");
}

#[actix_web::test]
async fn two_who_keep_the_minutes_at_once_lose_nothing() {
    let app = TestApp::start().await;
    let (officer, second) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Open).await.id());
    let comes = |position: usize| json!({"position": position, "delegate_id": seated.delegates[position], "passage": "in"});
    let record = format!("{path}/record-attendance");
    let bodies: Vec<_> = (0..4).map(comes).collect();
    let all = futures_util::join!(
        officer.post(&record, &bodies[0]),
        second.post(&record, &bodies[1]),
        officer.post(&record, &bodies[2]),
        second.post(&record, &bodies[3])
    );
    assert_eq!([all.0.status, all.1.status, all.2.status, all.3.status], [200; 4]);
    assert_eq!(officer.get(&format!("{path}/quorum")).await.body["reached"], true);
    let vote = json!({"item_id": item(&officer.get(&path).await, 0)["id"], "resolution": "x"});
    let open = format!("{path}/open-vote");
    let (one, other) = futures_util::join!(officer.post(&open, &vote), second.post(&open, &vote));
    let mut states = [one.status, other.status];
    states.sort_unstable();
    assert_eq!(states, [200, 422], "there is one vote at a time");
}

#[actix_web::test]
async fn what_was_recorded_is_minuted_and_not_called_off() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Voted).await.id());
    let dissolve = json!({"reason": "撤并"});
    assert_eq!(officer.post(&format!("{}/dissolve", seated.path()), &dissolve).await.errors(), ["# still_meets"]);
    let again = json!({"starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T10:00:00+08:00", "reason": "时间不足"});
    does(&officer, &path, "adjourn", again.clone()).await;
    assert_eq!(officer.post(&format!("{path}/cancel"), &json!({"reason": "x"})).await.errors(), ["# has_decided"]);
    let mut later = again;
    later["starts_at"] = "2026-03-03T08:00:00+08:00".into();
    assert_eq!(does(&officer, &path, "adjourn", later).await.body["starts_at"], "2026-03-03T00:00:00Z");
    let held = does(&officer, &path, "conclude", json!({})).await;
    assert_eq!((&held.body["status"], &item(&held, 0)["status"]), (&json!("concluded"), &json!("adopted")));
    // What was never opened is put off as it was called.
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Notified).await.id());
    let rule = json!({"jurisdiction": COMMUNITY, "name": "council_notice_days", "value": 3, "legal_basis": "议事规则", "valid_from": "2026-03-02"});
    app.caller(Role::Admin, COMMUNITY).makes("/v1/rules", rule).await;
    let soon = json!({"starts_at": "2026-03-04T09:00:00+08:00", "ends_at": "2026-03-04T10:00:00+08:00", "reason": "改期"});
    assert_eq!(officer.post(&format!("{path}/adjourn"), &soon).await.errors(), ["#/starts_at not_before"]);
    does(&officer, &path, "cancel", json!({"reason": "改期"})).await;
}

#[actix_web::test]
async fn seats_and_those_who_speak_for_them_are_those_of_today() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Attended).await.id());
    // Somebody who is named while it is held.
    let late = json!({"position": 2, "name": "业主乙", "starts_on": "2026-03-02", "deputy": true});
    let named = does(&officer, &seated.path(), "name-delegate", late).await;
    let comes = |position: i64, id: &Value| json!({"position": position, "delegate_id": id, "passage": "in"});
    does(&officer, &path, "record-attendance", comes(2, &named.body["delegates"][4]["id"])).await;
    // Whose last day was yesterday speaks no longer.
    let gone = json!({"delegate_id": seated.delegates[3], "ends_on": "2026-03-01", "reason": "离职"});
    let ended = does(&officer, &seated.path(), "end-delegate", gone.clone()).await;
    assert_eq!(ended.body["delegates"][3]["end_reason"], "离职");
    assert_eq!(officer.post(&format!("{}/end-delegate", seated.path()), &gone).await.errors(), ["#/delegate_id has_ended"]);
    let again = comes(3, &json!(seated.delegates[3]));
    assert_eq!(officer.post(&format!("{path}/record-attendance"), &again).await.errors(), ["#/delegate_id not_entitled"]);
    // The enterprise that serves next sits in it when it goes on.
    let next = officer.organization("property_enterprise", COMMUNITY).await;
    let change = json!({"position": 3, "organization_id": next, "reason": "物业更换"});
    does(&officer, &seated.path(), "change-seat", change).await;
    let another = json!({"starts_at": "2026-03-03T09:00:00+08:00", "ends_at": "2026-03-03T10:00:00+08:00", "reason": "物业更换"});
    does(&officer, &path, "adjourn", another).await;
    app.clock.advance(Duration::days(1));
    let opened = does(&officer, &path, "open", json!({})).await;
    assert_eq!(opened.body["seats"][3]["organization_id"], json!(next));
    seated.member(&app, 3, COMMUNITY).get(&path).await.is(404, "not_found");
}

#[actix_web::test]
async fn whoever_has_an_interest_decides_nothing_of_the_item() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let mut body = dispute_in(COMMUNITY);
    let next = officer.organization("property_enterprise", COMMUNITY).await;
    body["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": next});
    let dispute = officer.files(&body).await.id();
    let planned = officer.meets(&seated, Held::Planned).await;
    let path = format!("/v1/council-meetings/{}", planned.id());
    let added = does(&officer, &path, "add-item", json!({"title": "漏水", "dispute_id": dispute})).await;
    assert_eq!(item(&added, 1)["recusals"], json!([]), "the party has no seat yet");
    let change = json!({"position": 3, "organization_id": next, "reason": "物业更换"});
    does(&officer, &seated.path(), "change-seat", change).await;
    let named = json!({"position": 3, "name": "经理", "starts_on": "2026-03-02"});
    let named = does(&officer, &seated.path(), "name-delegate", named).await;
    for action in ["notify", "open"] {
        does(&officer, &path, action, json!({})).await;
    }
    let manager = named.body["delegates"][4]["id"].clone();
    let everybody = seated.delegates[..3].iter().map(|id| json!(id)).chain([manager]);
    for (position, delegate) in everybody.enumerate() {
        does(&officer, &path, "record-attendance", json!({"position": position, "delegate_id": delegate, "passage": "in"})).await;
    }
    let vote = json!({"item_id": item(&added, 1)["id"], "resolution": "三日内维修"});
    let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
    (claims.sub, claims.organization) = ("of the enterprise".into(), Some(next.parse().unwrap()));
    let interested = app.with_claims(&claims);
    assert_eq!(interested.post(&format!("{path}/open-vote"), &vote).await.errors(), ["# own_matter"]);
    let lifted = json!({"item_id": item(&added, 1)["id"], "position": 3, "recused": false, "reason": "无利害关系"});
    assert_eq!(interested.post(&format!("{path}/decide-recusal"), &lifted).await.errors(), ["# own_matter"]);
    let opened = does(&officer, &path, "open-vote", vote).await;
    assert_eq!(item(&opened, 1)["votes"][0]["entitled"], json!([0, 1, 2]));
    assert_eq!(interested.post(&format!("{path}/close-vote"), &json!({})).await.errors(), ["# own_matter"]);
    // A seat that speaks again and again keeps nobody else from it.
    for _ in 0..7 {
        let voice = json!({"position": 0, "delegate_id": seated.delegates[0], "voice": "no"});
        does(&officer, &path, "give-voice", voice).await;
    }
    let voices = officer.get(&path).await.body["record"]["agenda"][1]["votes"][0]["voices"].as_array().unwrap().len();
    assert_eq!(voices, 5);
    // What somebody writes does not look like what was counted.
    let closed = does(&officer, &path, "close-vote", json!({})).await;
    let forged = json!({"item_id": item(&closed, 0)["id"], "resolution": "上调物业费\n表决规则：过半数。结果：通过。",
        "not_reserved": "仅为建议"});
    does(&officer, &path, "open-vote", forged).await;
    does(&officer, &path, "close-vote", json!({})).await;
    let minutes = does(&officer, &path, "conclude", json!({})).await.body["minutes"]["text"].as_str().unwrap().to_owned();
    assert!(minutes.lines().all(|line| !line.starts_with("表决规则：过半数。结果")), "{minutes}");
}

#[actix_web::test]
async fn what_was_not_decided_comes_again() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = |id: &str| format!("/v1/council-meetings/{id}");
    let held = officer.meets(&seated, Held::Attended).await;
    let path_of_first = path(&held.id());
    does(&officer, &path_of_first, "add-item", json!({"title": "电梯", "text": "三号楼"})).await;
    does(&officer, &path_of_first, "conclude", json!({})).await;
    let first = officer.get(&path_of_first).await;
    let carried = |answer: &crate::support::Answer| {
        let of = |item: &Value| (item["title"].clone(), item["text"].clone(), item["carried_from"].clone());
        answer.body["record"]["agenda"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let left = |at: usize, title: &str, text: Value| (json!(title), text, item(&first, at)["id"].clone());
    let light = left(0, "车库照明", Value::Null);
    // Nothing is taken over before the seats are invited, and then once.
    let planned = officer.meets(&seated, Held::Planned).await;
    assert_eq!(carried(&planned), [(json!("车库照明"), light.1.clone(), Value::Null)]);
    does(&officer, &path(&planned.id()), "cancel", json!({"reason": "改期"})).await;
    let second = officer.meets(&seated, Held::Voted).await;
    let all = carried(&second);
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all[..2], [light.clone(), left(1, "电梯", json!("三号楼"))]);
    assert_eq!((item(&second, 2)["status"].clone(), item(&second, 0)["status"].clone()), (json!("adopted"), json!("pending")));
    // What was decided stays decided; what was left over twice comes again as it stood in the last meeting.
    let again = item(&second, 0)["id"].clone();
    does(&officer, &path(&second.id()), "conclude", json!({})).await;
    let third = carried(&officer.meets(&seated, Held::Notified).await);
    let lift = (json!("电梯"), json!("三号楼"), item(&second, 1)["id"].clone());
    assert_eq!(third, [(light.0, light.1.clone(), again), lift, (json!("车库照明"), light.1, Value::Null)]);
}
