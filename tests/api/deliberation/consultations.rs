//! Consultations: what residents are asked, what they think, and what they are told.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::consultation::{Asked, consultation};
use crate::support::data::*;
use crate::support::{Answer, TestApp};

fn path(known: &Answer) -> String {
    format!("/v1/consultations/{}", known.id())
}

#[actix_web::test]
async fn residents_are_asked_for_some_days() {
    let app = TestApp::start().await;
    let (officer, wang) = (app.officer_of(COMMUNITY), app.resident("wang", COMMUNITY));
    let mut body = consultation(&app, COMMUNITY);
    wang.post("/v1/consultations", &body).await.is(403, "forbidden");
    body["jurisdiction"] = OTHER_COMMUNITY.into();
    assert_eq!(officer.post("/v1/consultations", &body).await.errors(), ["#/jurisdiction unknown_jurisdiction"]);
    body["jurisdiction"] = COMMUNITY.into();
    let estate = app.officer_of(OTHER_COMMUNITY).estate(OTHER_COMMUNITY).await;
    (body["estate_ids"], body["closes_on"]) = (json!([estate]), "2026-03-02".into());
    let refused = officer.post("/v1/consultations", &body).await;
    assert_eq!(refused.errors(), ["#/closes_on not_before", "#/estate_ids/0 unknown_record"]);
    (body["estate_ids"], body["closes_on"]) = (json!([officer.estate(COMMUNITY).await]), "2026-03-08".into());
    let drafted = officer.makes("/v1/consultations", body).await;
    let path = path(&drafted);
    // A draft is read by nobody else.
    wang.get(&path).await.is(404, "not_found");
    app.anonymous().get(&format!("/public/consultations/{}", drafted.id())).await.is(404, "not_found");
    assert_eq!(wang.get("/v1/consultations").await.ids(), [""; 0]);
    let early = officer.post(&format!("{path}/open"), &json!({})).await;
    assert_eq!(
        (early.errors(), &early.body["errors"][0]["params"]["rule"]),
        (vec!["#/closes_on not_before".to_owned()], &json!("consultation_days"))
    );
    officer.patch(&path, 1, &json!({"closes_on": "2026-03-09"})).await;
    officer.patch(&path, 1, &json!({"closes_on": "2026-03-10"})).await.is(412, "precondition_failed");
    let opened = officer.acts(&format!("{path}/open"), json!({})).await;
    assert_eq!((&opened.body["status"], &opened.body["opened_at"]), (&json!("open"), &json!("2026-03-02T01:00:00Z")));
    officer.patch(&path, opened.version(), &json!({"title": "x"})).await.is(409, "state_conflict");
    let seen = wang.get(&path).await;
    assert_eq!((&seen.body["next_actions"], &seen.body["groups"]), (&json!(["give_opinion", "withdraw_opinion"]), &json!([])));
    assert_eq!(app.anonymous().get(&format!("/public/consultations?in={STREET}")).await.ids(), [drafted.id()]);
    let later = json!({"closes_on": "2026-03-09", "reason": "公示栏维修"});
    assert_eq!(officer.post(&format!("{path}/extend"), &later).await.errors(), ["#/closes_on not_before"]);
    let extended = officer.acts(&format!("{path}/extend"), json!({"closes_on": "2026-03-11", "reason": "公示栏维修"})).await;
    assert_eq!(extended.body["closes_on"], "2026-03-11");
    // The service closes it after its last day, and nobody before.
    app.clock.advance(Duration::days(9));
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "open");
    app.clock.advance(Duration::days(1));
    let late = wang.post(&format!("{path}/opinions"), &json!({"text": "x"})).await;
    assert_eq!(late.errors(), ["# has_ended"], "also before the service has closed it");
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "answered", "nobody has said anything");
    assert_eq!(officer.get("/v1/work").await.body["items"][0]["kind"], "answer_consultation");
    app.officer_of(OTHER_COMMUNITY).get(&path).await.is(404, "not_found");
}

#[actix_web::test]
async fn everybody_has_one_opinion_and_nobody_learns_whose_it_is() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (wang, li) = (app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let asked = officer.consults(COMMUNITY, Asked::Open).await;
    let (path, option) = (path(&asked), asked.body["options"][0]["id"].clone());
    let opinions = format!("{path}/opinions");
    assert_eq!(wang.post(&opinions, &json!({})).await.errors(), ["#/option_id required"]);
    assert_eq!(wang.post(&opinions, &json!({"option_id": asked.id()})).await.errors(), ["#/option_id unknown_record"]);
    let told = json!({"option_id": option, "text": "我住3号楼2单元，电话13800001234"});
    let refused = wang.post(&opinions, &told).await;
    assert_eq!(refused.errors(), ["#/text looks_protected"]);
    assert_eq!(refused.body["errors"][0]["params"]["parts"], json!(["13800001234", "2单元", "3号楼"]));
    let first = wang.acts(&opinions, json!({"option_id": option, "text": "轮换"})).await;
    let again = wang.acts(&opinions, json!({"option_id": option, "text": "按户轮换"})).await;
    assert_eq!((again.id(), &again.body["version"], &again.body["is_own"]), (first.id(), &json!(2), &json!(true)));
    // Two requests at once are one opinion.
    let opinion = json!({"text": "先到先停"});
    let both = futures_util::join!(li.post(&opinions, &opinion), li.post(&opinions, &opinion));
    assert_eq!((both.0.status, both.1.status, both.0.id()), (200, 200, both.1.id()));
    for _ in 0..4 {
        wang.acts(&opinions, json!({"text": "轮换"})).await;
    }
    assert_eq!(wang.post(&opinions, &json!({"text": "再改"})).await.errors(), ["# changed_too_often"]);
    app.clock.advance(Duration::minutes(61));
    wang.acts(&opinions, json!({"text": "再改"})).await;
    // Each reads their own; those who group them read all, without who said it.
    assert_eq!(wang.get(&opinions).await.ids(), [first.id()]);
    let all = officer.get(&opinions).await;
    assert_eq!(all.ids().len(), 2);
    for word in ["wang", "|li", "author"] {
        assert!(!all.body.to_string().contains(word), "{}", all.body);
    }
    app.officer_of(OTHER_COMMUNITY).get(&opinions).await.is(404, "not_found");
    app.caller(Role::Integration, CITY).get(&opinions).await.is(403, "forbidden");
    let author = format!("{path}/author?opinion_id={}&purpose=supervision", first.id());
    officer.get(&author).await.is(403, "forbidden");
    assert!(street.get(&author).await.body["author"].as_str().unwrap().ends_with("|wang"));
    // The audit keeps that somebody said something, not what.
    let kept = "audit_entries WHERE after::text LIKE '%轮换%' AND NOT after::text LIKE '%车位%'";
    assert_eq!(app.count(kept).await, 0);
    assert!(app.count("audit_entries WHERE kind = 'opinions'").await > 5);
    let feed = app.officer_of(STREET).get("/v1/changes?cursor=begin&types=consultation").await.body.to_string();
    assert!(!feed.contains("再改") && !feed.contains("先到先停\",\"given"), "{feed}");
    // Members speak for their organization, once for all of them.
    let organization = officer.organization("property_enterprise", COMMUNITY).await;
    let member = |name: &str| {
        let mut claims = app.claims(&[(Role::OrganizationMember, COMMUNITY)]);
        (claims.sub, claims.organization) = (name.into(), Some(organization.parse().unwrap()));
        app.with_claims(&claims)
    };
    let (zhao, qian) = (member("zhao"), member("qian"));
    let said = json!({"text": "可以承担划线费用", "for_organization": true});
    assert_eq!(wang.post(&opinions, &said).await.errors(), ["#/for_organization not_allowed"]);
    // A member somewhere else, who lives here, speaks for themselves only.
    let mut elsewhere = app.claims(&[(Role::Resident, COMMUNITY), (Role::OrganizationMember, OTHER_COMMUNITY)]);
    elsewhere.organization = Some(organization.parse().unwrap());
    let elsewhere = app.with_claims(&elsewhere).post(&opinions, &said).await;
    assert_eq!(elsewhere.errors(), ["#/for_organization not_allowed"]);
    let one = zhao.acts(&opinions, said.clone()).await;
    let other = qian.acts(&opinions, said).await;
    assert_eq!((one.id(), &other.body["organization_id"]), (other.id(), &json!(organization)));
    assert_eq!(qian.get(&opinions).await.ids(), [one.id()]);
    // The version is that of the opinion.
    let version = wang.get(&opinions).await.body["items"][0]["version"].as_i64().unwrap();
    let stale = wang.request(Method::POST, &format!("{opinions}/withdraw")).header("if-match", &format!("\"{}\"", version - 1));
    stale.json(&json!({})).send().await.is(412, "precondition_failed");
    let gone = wang.acts(&format!("{opinions}/withdraw"), json!({})).await;
    assert_eq!((gone.id(), gone.version(), wang.get(&opinions).await.ids().len()), (first.id(), version + 1, 0));
    // To take it back and give it again is a change like another.
    for _ in 0..4 {
        wang.acts(&opinions, json!({"text": "轮换"})).await;
        wang.acts(&format!("{opinions}/withdraw"), json!({})).await;
    }
    assert_eq!(wang.post(&opinions, &json!({"text": "轮换"})).await.errors(), ["# changed_too_often"]);
    assert_eq!(wang.post(&format!("{opinions}/withdraw"), &json!({})).await.errors(), ["# not_applicable"]);
}

#[actix_web::test]
async fn every_opinion_is_answered_before_anything_is_published() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let asked = officer.consults(COMMUNITY, Asked::Open).await;
    let (path, option) = (path(&asked), asked.body["options"][0]["id"].clone());
    let (opinions, public) = (format!("{path}/opinions"), format!("/public/consultations/{}", asked.id()));
    for at in 0..9 {
        let opinion = if at < 6 { json!({"option_id": option}) } else { json!({"text": format!("意见{at}")}) };
        app.resident(&format!("resident {at}"), COMMUNITY).acts(&opinions, opinion).await;
    }
    let hearing = json!({"starts_at": "2026-03-03T19:00:00+08:00", "place": "居委会"});
    let added = officer.acts(&format!("{path}/add-hearing"), hearing).await;
    let held = json!({"hearing_id": added.body["hearings"][0]["id"], "attendees": 12, "summary": "多数赞成。"});
    assert_eq!(officer.post(&format!("{path}/record-hearing"), &held).await.errors(), ["# not_yet"]);
    app.clock.advance(Duration::days(8));
    app.run_due_jobs().await;
    officer.acts(&format!("{path}/record-hearing"), held).await;
    assert_eq!(app.anonymous().get(&public).await.body["hearings"][0]["summary"], Value::Null);
    let does = async |action: &str, body: Value| officer.acts(&format!("{path}/{action}"), body).await;
    let refused = officer.post(&format!("{path}/publish"), &json!({})).await;
    assert_eq!((refused.code(), &refused.body["current_status"]), ("state_conflict", &json!("closed")));
    does("add-group", json!({"title": "赞成轮换"})).await;
    let groups = does("add-group", json!({"title": "其他"})).await.body["groups"].clone();
    let (yes, rest) = (groups[0]["id"].clone(), groups[1]["id"].clone());
    assert_eq!(
        officer.post(&format!("{path}/group-opinions"), &json!({"group_id": yes})).await.errors(),
        ["#/opinion_ids required"]
    );
    does("group-opinions", json!({"group_id": yes, "option_id": option})).await;
    let grouped = does("group-opinions", json!({"group_id": rest, "rest": true})).await;
    let counts: Vec<_> = grouped.body["groups"].as_array().unwrap().iter().map(|group| group["opinions"].clone()).collect();
    assert_eq!(counts, [json!(6), json!(3)]);
    let moved = officer.get(&format!("{opinions}?group_id={}", rest.as_str().unwrap())).await.ids().remove(0);
    does("group-opinions", json!({"group_id": yes, "opinion_ids": [moved]})).await;
    officer.post(&format!("{path}/publish"), &json!({})).await.is(409, "state_conflict");
    does("answer-group", json!({"group_id": yes, "answer": "采纳，四月起按户轮换。"})).await;
    let answered = does("answer-group", json!({"group_id": rest, "answer": "另行研究，联系13800001234。"})).await;
    assert_eq!((&answered.body["status"], &answered.body["groups"][1]["opinions"]), (&json!("answered"), &json!(2)));
    // What falls out of its group has no answer.
    let emptied = does("remove-group", json!({"group_id": rest})).await;
    assert_eq!(emptied.body["status"], "closed");
    let again = does("add-group", json!({"title": "其他", "summary": "增设充电桩等"})).await.body["groups"][1]["id"].clone();
    does("group-opinions", json!({"group_id": again, "rest": true})).await;
    does("answer-group", json!({"group_id": again, "answer": "另行研究，联系13800001234。"})).await;
    assert_eq!(officer.post(&format!("{path}/publish"), &json!({})).await.errors(), ["# looks_protected"]);
    does("answer-group", json!({"group_id": again, "answer": "另行研究。"})).await;
    // Nobody else is told of groups and numbers before.
    let wang = app.resident("wang", COMMUNITY);
    assert_eq!((&wang.get(&path).await.body["groups"], &wang.get(&path).await.body["result"]), (&json!([]), &Value::Null));
    let published = does("publish", json!({"conclusion": "提交联席会议。"})).await;
    let mended = json!(["update_group", "answer_group", "publish", "redact"]);
    assert_eq!((&published.body["status"], &published.body["next_actions"]), (&json!("published"), &mended));
    let told = app.anonymous().get(&public).await.body;
    let result = &told["result"];
    // Of nine, two are too few to be told, and seven would betray them.
    assert_eq!((&result["opinions"], &result["conclusion"]), (&json!(9), &json!("提交联席会议。")));
    assert!(result["groups"].as_array().unwrap().iter().all(|group| group["opinions"].is_null()), "{result}");
    let of_options: Vec<_> = result["options"].as_array().unwrap().iter().map(|one| one["opinions"].clone()).collect();
    assert_eq!(of_options, [Value::Null, Value::Null], "from two divisions more would follow than from one");
    assert_eq!(told["hearings"][0]["attendees"], 12);
    let page = app.anonymous().get(&format!("{public}/page.html")).await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("采纳，四月起按户轮换。"));
    assert_eq!(wang.get(&path).await.body["result"]["opinions"], 9);
    // Whoever said something finds the answer to it.
    let own = app.resident("resident 0", COMMUNITY).get(&opinions).await.body["items"][0]["group_id"].clone();
    let answered = result["groups"].as_array().unwrap().iter().find(|group| group["id"] == own).unwrap();
    assert_eq!(answered["answer"], "采纳，四月起按户轮换。");
    // What told too much is mended and published anew, with the numbers of before.
    does("answer-group", json!({"group_id": yes, "answer": "采纳。"})).await;
    let before = app.anonymous().get(&public).await.body["result"].clone();
    assert!(before.to_string().contains("四月起"), "until it is published");
    does("publish", json!({})).await;
    let after = app.anonymous().get(&public).await.body["result"].clone();
    assert!(!after.to_string().contains("四月起") && after["opinions"] == 9, "{after}");
    let less = json!({"background": "地面车位不足。", "reason": "删去数字"});
    assert_eq!(does("redact", less).await.body["background"], "地面车位不足。");
}

#[actix_web::test]
async fn a_street_asks_the_residents_of_its_communities_and_a_council_talks_about_it() {
    let app = TestApp::start().await;
    let (street, officer) = (app.officer_of(STREET), app.officer_of(COMMUNITY));
    let asked = street.consults(STREET, Asked::Open).await;
    let path = path(&asked);
    let wang = app.resident("wang", COMMUNITY);
    assert_eq!(wang.get("/v1/consultations").await.ids(), [asked.id()]);
    wang.acts(&format!("{path}/opinions"), json!({"text": "增设充电桩"})).await;
    app.resident("far", OTHER_STREET).post(&format!("{path}/opinions"), &json!({"text": "x"})).await.is(404, "not_found");
    let offered = wang.get(&path).await.body["next_actions"].clone();
    assert_eq!(offered, json!(["give_opinion", "withdraw_opinion"]));
    assert_eq!(app.anonymous().get(&format!("/public/consultations?in={COMMUNITY}")).await.ids(), [asked.id()]);
    let opinion = street.get(&format!("{path}/opinions")).await.ids().remove(0);
    let author = format!("{path}/author?opinion_id={opinion}&purpose=supervision");
    app.officer_of(COMMUNITY).get(&author).await.is(403, "forbidden");
    // The community reads it, but neither groups nor reads what was said.
    officer.post(&format!("{path}/extend"), &json!({"closes_on": "2026-03-20", "reason": "x"})).await.is(404, "not_found");
    assert_eq!(officer.get(&format!("{path}/opinions")).await.ids(), [""; 0]);
    let seated = officer.council(COMMUNITY).await;
    let meeting = officer.makes("/v1/council-meetings", seated.meeting(&app)).await.id();
    let item = |id: &str| json!({"title": "充电桩", "consultation_id": id});
    let adds = format!("/v1/council-meetings/{meeting}/add-item");
    let added = officer.acts(&adds, item(&asked.id())).await;
    assert_eq!(added.body["record"]["agenda"][0]["consultation_id"], json!(asked.id()));
    let draft = street.consults(STREET, Asked::Draft).await.id();
    assert_eq!(officer.post(&adds, &item(&draft)).await.errors(), ["#/consultation_id unknown_record"]);
    let cancelled = street.acts(&format!("{path}/cancel"), json!({"reason": "改由区里统一组织"})).await;
    assert_eq!(cancelled.body["status"], "cancelled");
    // What was opened is not buried: everybody reads why it ended.
    let told = app.anonymous().get(&format!("/public/consultations/{}", asked.id())).await;
    assert_eq!((&told.body["status"], &told.body["reason"]), (&json!("cancelled"), &json!("改由区里统一组织")));
    // A draft that is discarded was never anybody's but theirs.
    street.acts(&format!("/v1/consultations/{draft}/discard"), json!({"reason": "内部原因"})).await;
    wang.get(&format!("/v1/consultations/{draft}")).await.is(404, "not_found");
    let feed = app.caller(Role::Integration, CITY).get("/v1/changes?cursor=begin&types=consultation").await.body.to_string();
    assert!(!feed.contains("内部原因"), "{feed}");
}

#[actix_web::test]
async fn what_everybody_reads_is_looked_at_before() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = consultation(&app, COMMUNITY);
    body["background"] = "3号楼2单元王小明，电话13800001234。".into();
    let path = path(&officer.makes("/v1/consultations", body).await);
    let refused = officer.post(&format!("{path}/open"), &json!({})).await;
    assert_eq!(refused.errors(), ["# looks_protected"]);
    officer.patch(&path, 1, &json!({"background": "3号楼门前道路。"})).await;
    let opened = officer.acts(&format!("{path}/open"), json!({"confirmed": ["3号楼"]})).await;
    assert_eq!(opened.body["status"], "open");
    let reason = json!({"reason": "联系13800001234"});
    assert_eq!(officer.post(&format!("{path}/cancel"), &reason).await.errors(), ["#/reason looks_protected"]);
    // What was said at a meeting is read by others once it is published, and few who came are not counted.
    let added =
        officer.acts(&format!("{path}/add-hearing"), json!({"starts_at": "2026-03-02T01:00:00Z", "place": "居委会"})).await;
    let held = json!({"hearing_id": added.body["hearings"][0]["id"], "attendees": 3, "summary": "多数赞成。"});
    assert_eq!(officer.acts(&format!("{path}/record-hearing"), held).await.body["hearings"][0]["attendees"], 3);
    let seen = app.resident("wang", COMMUNITY).get(&path).await;
    assert_eq!((&seen.body["hearings"][0]["attendees"], &seen.body["hearings"][0]["summary"]), (&Value::Null, &Value::Null));
    let feed = app.caller(Role::Integration, CITY).get("/v1/changes?cursor=begin&types=consultation").await.body.to_string();
    assert!(!feed.contains("多数赞成"), "{feed}");
    // Nobody has said anything: there is nothing to answer.
    app.clock.advance(Duration::days(8));
    app.run_due_jobs().await;
    assert_eq!(officer.get(&path).await.body["status"], "answered");
    let published = officer.acts(&format!("{path}/publish"), json!({})).await;
    assert_eq!((&published.body["result"]["opinions"], &published.body["result"]["groups"]), (&json!(0), &json!([])));
    let listed = officer.get("/v1/consultations").await.body["items"][0].clone();
    assert!(listed.get("background").is_none() && listed.get("result").is_none(), "{listed}");
    assert_eq!(listed["next_actions"], published.body["next_actions"]);
}

#[actix_web::test]
async fn what_was_told_by_mistake_is_taken_out_and_nobody_comes_in_vain() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let asked = officer.consults(COMMUNITY, Asked::Open).await;
    let (path, public) = (path(&asked), format!("/public/consultations/{}", asked.id()));
    let refuses = async |action: &str, body: Value| officer.post(&format!("{path}/{action}"), &body).await.errors();
    let mut meeting = json!({"starts_at": "2026-03-02T01:00:00Z", "place": "3号楼2单元"});
    assert_eq!(refuses("add-hearing", meeting.clone()).await, ["#/place looks_protected"]);
    meeting["confirmed"] = json!(["3号楼", "2单元"]);
    let added = officer.acts(&format!("{path}/add-hearing"), meeting.clone()).await;
    assert!(added.body["next_actions"].as_array().unwrap().contains(&json!("record_hearing")));
    let held = added.body["hearings"][0]["id"].clone();
    (meeting["starts_at"], meeting["place"]) = (json!("2026-03-05T01:00:00Z"), json!("居委会"));
    let later = officer.acts(&format!("{path}/add-hearing"), meeting).await.body["hearings"][1]["id"].clone();
    // What was recorded wrongly is recorded anew.
    for attendees in [120, 12] {
        let record = json!({"hearing_id": held, "attendees": attendees, "summary": "多数赞成。"});
        let recorded = officer.acts(&format!("{path}/record-hearing"), record).await;
        assert_eq!(recorded.body["hearings"][0]["attendees"], attendees);
    }
    assert_eq!(refuses("redact", json!({"reason": "误录"})).await, ["#/background required"]);
    assert_eq!(refuses("redact", json!({"place": "居委会", "reason": "误录"})).await, ["#/hearing_id required"]);
    let summary = json!({"hearing_id": later, "summary": "赞成", "reason": "误录"});
    assert_eq!(refuses("redact", summary).await, ["#/summary not_applicable"]);
    let option = asked.body["options"][0]["id"].clone();
    let of = |id: &Value| json!({"options": [{"option_id": id, "title": "按户轮换使用"}], "reason": "误录"});
    assert_eq!(refuses("redact", of(&held)).await, ["#/options/0/option_id unknown_record"]);
    officer.acts(&format!("{path}/redact"), of(&option)).await;
    officer.acts(&format!("{path}/redact"), json!({"hearing_id": held, "place": "居委会", "reason": "误录"})).await;
    let told = app.anonymous().get(&public).await.body;
    assert_eq!((&told["options"][0]["title"], &told["hearings"][0]["place"]), (&json!("按户轮换使用"), &json!("居委会")));
    assert_eq!(told["options"][0]["id"], option, "opinions that chose it still do");
    // It is cancelled: everybody reads why, and the meeting to come is called off after all.
    officer.acts(&format!("{path}/cancel"), json!({"reason": "另行安排"})).await;
    let page = app.anonymous().get(&format!("{public}/page.html")).await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("已取消：另行安排"));
    assert_eq!(officer.get(&path).await.body["next_actions"], json!(["call_off_hearing", "redact"]));
    let called_off = json!({"hearing_id": later, "reason": "联系13800001234"});
    assert_eq!(refuses("call-off-hearing", called_off).await, ["#/reason looks_protected"]);
    let known = officer.acts(&format!("{path}/call-off-hearing"), json!({"hearing_id": later, "reason": "另行安排"})).await;
    assert_eq!((&known.body["next_actions"], &known.body["reason"]), (&json!(["redact"]), &json!("另行安排")));
    // The audit keeps what was said of meetings before.
    let kept = "audit_entries WHERE kind = 'texts' AND before->'hearings'->0->>'attendees' = '120'";
    assert_eq!(app.count(kept).await, 1);
}
