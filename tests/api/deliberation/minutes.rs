//! Minutes: drafted, signed, published, objected to.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::council::Held;
use crate::support::data::*;

#[actix_web::test]
async fn seats_sign_what_they_have_read() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let owners = seated.member(&app, 2, COMMUNITY);
    let held = officer.meets(&seated, Held::Concluded).await;
    let path = format!("/v1/council-meetings/{}", held.id());
    let minutes = held.body["record"]["minutes"].clone();
    let text = held.body["minutes"]["text"].as_str().unwrap();
    for part in [
        "车库照明",
        "党组织席位：代表0",
        "有表决权席位4，须3票同意；同意3，反对0，弃权0。结果：通过。",
        "表决事项：三十日内完成改造",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // Five working days.
    assert_eq!((&minutes["sign_due_on"], &held.body["next_due_on"]), (&json!("2026-03-09"), &json!("2026-03-09")));
    assert_eq!(owners.get("/v1/work").await.body["items"][0]["kind"], "sign_minutes");
    let corrected = officer.acts(&format!("{path}/correct-minutes"), json!({"remarks": "各方充分讨论。"})).await;
    let hash = corrected.body["record"]["minutes"]["hash"].clone();
    let signs = |position: i64, hash: &Value, paper: Option<&str>| json!({"position": position, "hash": hash, "paper": paper});
    let sign = format!("{path}/sign-minutes");
    assert_eq!(officer.post(&sign, &signs(0, &minutes["hash"], Some("档案"))).await.errors(), ["#/hash other_text"]);
    assert_eq!(
        officer.post(&sign, &signs(0, &hash, None)).await.errors(),
        ["#/paper required"],
        "nobody signs for a seat by their own token"
    );
    assert_eq!(owners.post(&sign, &signs(2, &hash, None)).await.errors(), ["# not_applicable"], "a member who speaks for nobody");
    assert!(!owners.get(&path).await.body["next_actions"].as_array().unwrap().contains(&json!("sign_minutes")));
    // Whoever reads names masked reads no minutes.
    assert_eq!(app.caller(Role::Auditor, CITY).get(&path).await.body["minutes"], Value::Null);
    let mut dissent = signs(0, &hash, Some("档案柜一"));
    dissent["dissent"] = "不同意第一项".into();
    let first = officer.acts(&sign, dissent).await;
    assert_eq!(first.body["record"]["minutes"]["signatures"][0]["dissent"], "不同意第一项");
    assert_eq!(officer.post(&sign, &signs(0, &hash, Some("档案"))).await.errors(), ["#/position not_applicable"]);
    assert_eq!(officer.post(&format!("{path}/correct-minutes"), &json!({"remarks": "x"})).await.errors(), ["# signed_already"]);
    let publish = json!({"public_text": "决定改造车库照明。"});
    let colleague = app.colleague_of(COMMUNITY);
    assert_eq!(colleague.post(&format!("{path}/publish"), &publish).await.errors(), ["# minutes_unsigned"]);
    for position in 1..4 {
        officer.acts(&sign, signs(position, &hash, Some("档案柜一"))).await;
    }
    let signed = officer.get(&path).await;
    assert_eq!((&signed.body["status"], &signed.body["next_due_on"]), (&json!("minutes_signed"), &json!("2026-03-05")));
}

#[actix_web::test]
async fn a_signature_that_was_recorded_wrongly_does_not_stand() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let signed = officer.meets(&seated, Held::Signed).await;
    let path = format!("/v1/council-meetings/{}", signed.id());
    let strike = |position: i64| json!({"position": position, "reason": "该席位未签"});
    let owners = seated.member(&app, 2, COMMUNITY);
    assert_eq!(owners.post(&format!("{path}/strike-signature"), &strike(1)).await.errors(), ["#/position not_your_part"]);
    let struck = owners.acts(&format!("{path}/strike-signature"), strike(2)).await;
    let minutes = &struck.body["record"]["minutes"];
    assert_eq!((&struck.body["status"], minutes["signatures"].as_array().unwrap().len()), (&json!("concluded"), 3));
    assert_eq!((&minutes["struck"][0]["signature"]["position"], &struck.body["next_actions"]), (&json!(2), &json!([])));
    assert_eq!(officer.post(&format!("{path}/strike-signature"), &strike(2)).await.errors(), ["#/position unknown_record"]);
    let early = app.colleague_of(COMMUNITY).post(&format!("{path}/publish"), &json!({"public_text": "x"})).await;
    assert_eq!(early.errors(), ["# minutes_unsigned"]);
    let again = json!({"position": 2, "hash": minutes["hash"], "paper": "档案柜二"});
    assert_eq!(officer.acts(&format!("{path}/sign-minutes"), again).await.body["status"], "minutes_signed");
}

#[actix_web::test]
async fn who_does_not_sign_in_time_keeps_nothing_from_the_residents() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Concluded).await.id());
    app.clock.advance(Duration::days(8));
    // Nor does whoever concluded it publish it alone.
    let text = json!({"public_text": "决定改造车库照明。"});
    assert_eq!(officer.post(&format!("{path}/publish"), &text).await.errors(), ["# second_person"]);
    let published = app.colleague_of(COMMUNITY).acts(&format!("{path}/publish"), text).await;
    assert_eq!((&published.body["status"], &published.body["objections_until"]), (&json!("published"), &json!("2026-03-17")));
}

#[actix_web::test]
async fn residents_read_a_text_of_its_own_and_object() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let signed = officer.meets(&seated, Held::Signed).await;
    let (path, public) = (format!("/v1/council-meetings/{}", signed.id()), format!("/public/council-meetings/{}", signed.id()));
    let (wang, li) = (app.resident("wang", COMMUNITY), app.resident("li", COMMUNITY));
    let nobody = app.anonymous();
    nobody.get(&public).await.is(404, "not_found");
    wang.get(&path).await.is(404, "not_found");
    let told = "代表2与3号楼2单元业主（电话13800001234）商定，2026-03-31前完工。";
    // Whoever recorded the signatures does not publish what they signed.
    assert_eq!(officer.post(&format!("{path}/publish"), &json!({"public_text": "x"})).await.errors(), ["# second_person"]);
    let officer = app.colleague_of(COMMUNITY);
    let refused = officer.post(&format!("{path}/publish"), &json!({"public_text": told})).await;
    assert_eq!(refused.errors(), ["#/public_text looks_protected"]);
    let parts = refused.body["errors"][0]["params"]["parts"].clone();
    assert_eq!(parts, json!(["13800001234", "2单元", "3号楼", "代表2"]));
    let text = json!({"public_text": "3号楼前完工日期为2026-03-31。", "confirmed": ["3号楼"]});
    officer.acts(&format!("{path}/publish"), text).await;
    let read = wang.get(&path).await;
    assert_eq!((&read.body["public_text"], &read.body["seats"]), (&json!("3号楼前完工日期为2026-03-31。"), &json!([])));
    assert!(read.body.get("record").is_none() && read.body["delegates"] == json!([]), "{}", read.body);
    assert_eq!(read.body["next_actions"], json!(["object"]));
    wang.get(&format!("{path}/quorum")).await.is(404, "not_found");
    app.resident("zhao", OTHER_COMMUNITY).get(&path).await.is(404, "not_found");
    assert_eq!(nobody.get(&public).await.body["objections_until"], "2026-03-09");
    assert_eq!(nobody.get(&format!("{public}/page.html")).await.status, 200);
    // Nobody needs its id to find it, and only what was published is found.
    app.officer_of(COMMUNITY).meets(&seated, Held::Signed).await;
    let listed = nobody.get(&format!("/public/council-meetings?in={STREET}")).await;
    assert_eq!((listed.ids(), &listed.body["items"][0]["held_on"]), (vec![signed.id()], &json!("2026-03-02")));
    assert_eq!(nobody.get(&format!("/public/council-meetings?in={OTHER_COMMUNITY}")).await.ids(), [""; 0]);
    nobody.get("/public/council-meetings").await.is(400, "invalid_parameter");
    let said = wang.acts(&format!("{path}/object"), json!({"text": "请调整施工时间。"})).await;
    let own = said.body["objections"][0].clone();
    assert_eq!(own["is_own"], true);
    assert_eq!(li.get(&path).await.body["objections"], json!([]), "others do not read it");
    let seen = officer.get(&path).await;
    assert!(!seen.body.to_string().contains("wang"), "{}", seen.body);
    officer.post(&format!("{path}/object"), &json!({"text": "x"})).await.is(403, "forbidden");
    assert_eq!(officer.get("/v1/work").await.body["items"][0]["kind"], "follow_meeting");
    let answer = json!({"objection_id": own["id"], "answer": "施工改为九点后。"});
    wang.post(&format!("{path}/answer-objection"), &answer).await.is(403, "forbidden");
    officer.acts(&format!("{path}/answer-objection"), answer.clone()).await;
    assert_eq!(officer.post(&format!("{path}/answer-objection"), &answer).await.errors(), ["# not_applicable"]);
    assert_eq!(wang.get(&path).await.body["objections"][0]["answer"], "施工改为九点后。");
    // What told too much is published anew, and gives no new time; another decision does, and everybody sees that it changed.
    app.clock.advance(Duration::days(1));
    let less = json!({"public_text": "月底前完工。", "redaction": true, "public_title": "三月议事会"});
    let again = officer.acts(&format!("{path}/publish"), less).await;
    assert_eq!((&again.body["public_text"], &again.body["objections_until"]), (&json!("月底前完工。"), &json!("2026-03-09")));
    assert_eq!(again.body["earlier_texts"][0]["public_text"], "3号楼前完工日期为2026-03-31。");
    let read = nobody.get(&public).await.body;
    assert_eq!((&read["title"], &read["changed_at"]), (&json!("三月议事会"), &json!("2026-03-03T01:00:00Z")));
    let listed = officer.get("/v1/council-meetings").await.body["items"][0].clone();
    assert_eq!((&listed["public_title"], &listed["changed_at"]), (&read["title"], &read["changed_at"]));
    assert_eq!((&listed["public_text"], &listed["minutes"], listed.get("record")), (&Value::Null, &Value::Null, None));
    let other = officer.acts(&format!("{path}/publish"), json!({"public_text": "四月底前完工。"})).await;
    assert_eq!(other.body["objections_until"], "2026-03-10");
    app.clock.advance(Duration::days(8));
    assert_eq!(li.post(&format!("{path}/object"), &json!({"text": "x"})).await.errors(), ["# has_ended"]);
    app.caller(Role::Mediator, COMMUNITY).get(&path).await.is(403, "forbidden");
}

#[actix_web::test]
async fn what_a_seat_has_signed_by_itself_only_the_seat_takes_back() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let seated = officer.council(COMMUNITY).await;
    let owners = seated.member(&app, 2, COMMUNITY);
    let named = json!({"position": 2, "name": "业主甲", "starts_on": "2026-03-02", "is_caller": true});
    let own = owners.acts(&format!("{}/name-delegate", seated.path()), named).await.body["delegates"][4]["id"].clone();
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Attended).await.id());
    officer.acts(&format!("{path}/record-attendance"), json!({"position": 2, "delegate_id": own, "passage": "in"})).await;
    let hash = officer.acts(&format!("{path}/conclude"), json!({})).await.body["record"]["minutes"]["hash"].clone();
    let signs = json!({"position": 2, "hash": hash, "dissent": "反对"});
    let signed = owners.acts(&format!("{path}/sign-minutes"), signs).await;
    assert_eq!(signed.body["record"]["minutes"]["signatures"][0]["delegate_id"], own);
    let strike = json!({"position": 2, "reason": "误录"});
    assert_eq!(officer.post(&format!("{path}/strike-signature"), &strike).await.errors(), ["# not_applicable"]);
    let taken_back = owners.acts(&format!("{path}/strike-signature"), strike).await;
    let minutes = &taken_back.body["record"]["minutes"];
    assert_eq!((&minutes["signatures"], &minutes["struck"][0]["signature"]["dissent"]), (&json!([]), &json!("反对")));
}
