//! One long story: a leak between two households, from the first call to the last installment.

use std::io::{Cursor, Read};

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::*;
use crate::support::{Caller, TestApp};

/// Everybody who looks at the case.
struct Watchers<'a> {
    above: Vec<Caller<'a>>,
    neighbors: Vec<Caller<'a>>,
    dispute: String,
    cursor: String,
}

impl Watchers<'_> {
    /// Every officer above sees the dispute in this state, no neighbor sees it at all, and the feed tells of it.
    async fn see(&mut self, status: &str) -> Value {
        let path = format!("/v1/disputes/{}", self.dispute);
        let mut shown = Value::Null;
        for officer in &self.above {
            let seen = officer.get(&path).await;
            assert_eq!((seen.status, seen.body["status"].as_str()), (200, Some(status)), "{}", seen.body);
            let listed = officer.get(&format!("/v1/disputes?status={status}")).await.ids();
            assert!(listed.contains(&self.dispute));
            shown = seen.body;
        }
        for neighbor in &self.neighbors {
            neighbor.get(&path).await.is(404, "not_found");
        }
        // Other tests may hold the feed back for a moment.
        let last = loop {
            let told = self.above[0].get(&format!("/v1/changes?types=dispute&cursor={}&limit=200&wait=20", self.cursor)).await;
            self.cursor = told.body["next_cursor"].as_str().unwrap().to_owned();
            let mut changes = told.body["changes"].as_array().unwrap().clone();
            changes.retain(|change| change["id"] == json!(self.dispute));
            if let Some(last) = changes.pop().filter(|last| last["version"] == shown["version"]) {
                break last;
            }
        };
        assert_eq!(last["data"]["status"], json!(status));
        assert!(!last.to_string().contains("13800001234"));
        shown
    }
}

#[actix_web::test]
async fn a_leak_is_settled_after_all() {
    let app = TestApp::start().await;
    let (city, district, street, community) =
        (app.officer_of(CITY), app.officer_of(DISTRICT), app.officer_of(STREET), app.officer_of(COMMUNITY));
    let wang = app.resident("wang", COMMUNITY);
    let mut claims = app.claims(&[(Role::Mediator, STREET)]);
    claims.sub = "zhang".into();
    let zhang = app.with_claims(&claims);

    // The house stands: offices, a committee of mediators, the responsibility list.
    city.organization("neighborhood_committee", COMMUNITY).await;
    let office = city.organization("street_office", STREET).await;
    let committee = city.mediation_committee(STREET, Some(&format!("{}|zhang", app.settings.issuer))).await;
    let entry = json!({"jurisdiction": DISTRICT, "matter": "leakage", "title": "渗漏纠纷", "level": "street",
        "organization_kind": "street_office", "duty": "assist", "legal_basis": "《山东省物业管理条例》"});
    let entry = city.makes("/v1/responsibilities", entry).await.id();
    city.acts(&format!("/v1/responsibilities/{entry}/publish"), json!({"valid_from": "2026-01-01"})).await;

    // Monday: the resident files, by way of an app that does not know whether the first try arrived.
    let begin = city.get("/v1/changes?types=dispute&cursor=now").await.body["next_cursor"].as_str().unwrap().to_owned();
    let mut body = dispute_in(COMMUNITY);
    body["category"] = "leakage.neighbor".into();
    let filed = wang.post_once("a-leak-in-the-kitchen", "/v1/disputes", &body).await;
    let again = wang.post_once("a-leak-in-the-kitchen", "/v1/disputes", &body).await;
    assert_eq!((filed.status, &again.bytes), (201, &filed.bytes));
    let id = filed.id();
    let path = format!("/v1/disputes/{id}");
    let mut watchers = Watchers {
        above: vec![city.clone(), district.clone(), street.clone(), community.clone()],
        neighbors: vec![
            app.officer_of(OTHER_COMMUNITY),
            app.officer_of(OTHER_STREET),
            app.officer_of(OTHER_DISTRICT),
            app.resident("li", COMMUNITY),
        ],
        dispute: id.clone(),
        cursor: begin,
    };
    watchers.see("submitted").await;

    // Tuesday: the community accepts and speaks with the applicant, and then nothing happens for weeks.
    app.clock.advance(Duration::days(1));
    community.does(&id, "accept", json!({"note": "已受理"})).await;
    community.does(&id, "contact", json!({"note": "已电话联系"})).await;
    assert_eq!(watchers.see("accepted").await["level"], "community");
    community.does(&id, "assign", body_of("assign")).await;
    community.does(&id, "start", json!({})).await;
    watchers.see("in_handling").await;
    for _ in 0..21 {
        app.clock.advance(Duration::days(1));
        app.run_due_jobs().await;
    }
    let yellow = watchers.see("in_handling").await;
    assert_eq!((&yellow["card"], &yellow["due_at"]), (&json!("yellow"), &json!("2026-03-24T16:00:00Z")));
    app.clock.advance(Duration::days(2));
    app.run_due_jobs().await;
    let red = watchers.see("accepted").await;
    assert_eq!((&red["card"], &red["level"], &red["organization_id"]), (&json!("red"), &json!("street"), &json!(office)));
    let routing = street.get(&format!("{path}/routing")).await;
    assert_eq!(routing.body["steps"][0]["responsibility_id"], json!(entry), "the street's entry is cited");
    community.post(&format!("{path}/assign"), &body_of("assign")).await.is(409, "state_conflict");

    // The street takes it up and proposes mediation; both want it.
    street.does(&id, "assign", json!({"assignee": "街道物业办"})).await;
    street.does(&id, "start", json!({})).await;
    let mediation = street.makes("/v1/mediations", json!({"dispute_id": id, "organization_id": committee.0})).await.id();
    watchers.see("in_mediation").await;
    for position in 0..2 {
        street.consents(&mediation, position).await;
    }
    street.acts(&format!("/v1/mediations/{mediation}/select"), json!({"mediator_id": committee.1, "conflicts": []})).await;
    assert_eq!(wang.get(&format!("/v1/mediations/{mediation}")).await.body["status"], "mediator_selected");
    zhang.acts(&format!("/v1/mediations/{mediation}/give-notice"), json!({"given_on": "2026-03-26"})).await;
    assert_eq!(zhang.get(&path).await.status, 200);

    // Two sessions: the first is adjourned for a look at the pipes, the second brings an agreement.
    let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
    for ending in ["adjourn", "complete"] {
        let mut session = slot(&app);
        session["mediation_id"] = json!(mediation);
        let session = zhang.makes("/v1/mediation-sessions", session).await.id();
        zhang.acts(&format!("/v1/mediation-sessions/{session}/start"), attendance.clone()).await;
        zhang.acts(&format!("/v1/mediation-sessions/{session}/{ending}"), json!({"minutes": "详见记录"})).await;
    }
    let agreement = json!({"mediation_id": mediation, "form": "written", "facts": "楼上防水层破损", "responsibilities": "楼上负责修复",
    "obligations": [
        {"debtor": 1, "deed": "首期赔偿", "amount": 100_000, "due_on": "2026-04-10"},
        {"debtor": 1, "deed": "二期赔偿", "amount": 200_000, "due_on": "2026-05-10"},
    ]});
    let agreement = zhang.makes("/v1/agreements", agreement).await.id();
    let agreed = format!("/v1/agreements/{agreement}");
    for position in [json!(0), json!(1), Value::Null] {
        zhang.acts(&format!("{agreed}/sign"), json!({"position": position, "signed_on": "2026-03-26"})).await;
    }
    zhang.post(&format!("{agreed}/seal"), &json!({"sealed_on": "2026-03-26"})).await.is(403, "forbidden");
    let waiting = street.get("/v1/agreements?status=signing").await;
    assert!(waiting.body["items"][0]["next_actions"].as_array().unwrap().contains(&json!("seal")));
    street.acts(&format!("{agreed}/seal"), json!({"sealed_on": "2026-03-26"})).await;
    let resolved = watchers.see("resolved").await;
    assert!(resolved["resolution"].as_str().unwrap().contains("调解协议"));

    // The court dismisses the application; the dispute closes in silence.
    app.clock.advance(Duration::days(4));
    let apply = json!({"applied_on": "2026-03-30", "court": "区人民法院", "applicants": [0, 1]});
    let applied = street.acts(&format!("{agreed}/apply-confirmation"), apply).await;
    // Seven days end on the holiday of 6 April.
    let court = &applied.body["confirmation"];
    assert_eq!((&court["accept_due_on"], &court["accept_due_rolled_from"]), (&json!("2026-04-07"), &json!("2026-04-06")));
    app.clock.advance(Duration::days(4));
    street.acts(&format!("{agreed}/accept-confirmation"), json!({"accepted_on": "2026-04-01"})).await;
    let longer = json!({"decide_due_on": "2026-05-29", "reason": "经院长批准"});
    let extended = street.acts(&format!("{agreed}/extend-confirmation"), longer.clone()).await;
    assert_eq!(extended.body["confirmation"]["decide_due_on"], "2026-05-29");
    let twice = street.post(&format!("{agreed}/extend-confirmation"), &longer).await;
    assert_eq!(twice.errors(), ["# already_done"]);
    let decision = json!({"decided_on": "2026-04-03", "ruling": "dismissed", "decision_number": "（2026）民特1号"});
    assert_eq!(street.acts(&format!("{agreed}/decide-confirmation"), decision).await.body["confirmation"]["status"], "dismissed");
    app.run_due_jobs().await;
    watchers.see("closed").await;

    // The first installment is paid, the second is not: the dispute is taken up again and mediated anew.
    app.clock.advance(Duration::days(7));
    zhang.acts(&format!("{agreed}/perform"), json!({"obligation": 1, "on": "2026-04-10", "amount": 100_000})).await;
    let early = street.post(&format!("{agreed}/default"), &json!({"obligation": 2, "reason": "未付"})).await;
    assert_eq!(early.errors(), ["#/obligation not_overdue"]);
    app.clock.advance(Duration::days(31));
    app.run_due_jobs().await;
    street.acts(&format!("{agreed}/default"), json!({"obligation": 2, "reason": "逾期未付"})).await;
    watchers.see("in_handling").await;
    let case = street.mediated(&id, &committee, Stage::InSession).await;
    let oral = json!({"mediation_id": case.mediation, "form": "oral", "facts": "展期一个月",
        "obligations": [{"debtor": 1, "deed": "二期赔偿", "amount": 200_000, "due_on": "2026-06-10"}]});
    let second = zhang.makes("/v1/agreements", oral).await.id();
    watchers.see("resolved").await;
    let paid = zhang
        .acts(&format!("/v1/agreements/{second}/perform"), json!({"obligation": 1, "on": "2026-05-11", "amount": 200_000}))
        .await;
    assert_eq!(paid.body["status"], "performed");
    zhang.acts(&format!("/v1/agreements/{second}/visit-back"), json!({"note": "双方满意"})).await;
    assert_eq!(zhang.get(&path).await.status, 200, "the mediator who follows the agreement up goes on seeing the case");
    wang.does(&id, "close", json!({"satisfaction": "satisfied"})).await;
    assert_eq!(watchers.see("closed").await["progress"]["satisfaction"], "satisfied");

    // The whole case in one archive, whose index tells the truth.
    let archive = street.get(&format!("/v1/case-files/{id}/archive.zip?purpose=supervision")).await;
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    let mut archive = zip::ZipArchive::new(Cursor::new(archive.bytes)).unwrap();
    let packed = archive.by_index(0).unwrap().last_modified().unwrap();
    assert_eq!(packed.year(), 2026);
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    let index: Value = serde_json::from_slice(&read("index.json")).unwrap();
    for file in index["files"].as_array().unwrap() {
        let bytes = read(file["name"].as_str().unwrap());
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((&file["sha256"], &file["bytes"]), (&json!(hash), &json!(bytes.len())));
    }
    let page = String::from_utf8(read("case.html")).unwrap();
    for text in
        ["业主甲", "2000.00", "二期赔偿", "甲市南区一街道一社区", "邻里之间渗漏", "红牌", "升级", "法院已受理", "（2026）民特1号"]
    {
        assert_eq!(page.contains(text), text != "法院已受理", "{text}");
    }
    let body = page.split("<h1>").nth(1).unwrap();
    for code in ["in_handling", "escalate", "agreed", "dismissed"] {
        assert!(!body.contains(code), "{code} is no word of the page");
    }
    let agreements: Value = serde_json::from_slice(&read("agreements.json")).unwrap();
    assert_eq!(agreements.as_array().unwrap().len(), 2);
    assert_eq!(app.count("audit_entries WHERE kind = 'case_file_export' AND after->>'purpose' = 'supervision'").await, 1);
    app.officer_of(OTHER_STREET).get(&format!("/v1/case-files/{id}/archive.zip?purpose=handling")).await.is(404, "not_found");
}
