//! Disputes that wait for the meeting of a council, and its answer.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::council::Held;
use crate::support::data::*;
use crate::support::{Answer, Caller, TestApp};

async fn case(caller: &Caller<'_>, id: &str) -> Value {
    caller.get(&format!("/v1/disputes/{id}")).await.body
}

/// The clock to resolve it.
fn resolve_clock(case: &Value) -> Value {
    let clocks = case["progress"]["clocks"].as_array().unwrap();
    clocks.iter().find(|clock| clock["kind"] == "resolve").unwrap().clone()
}

fn item(answer: &Answer, at: usize) -> Value {
    answer.body["record"]["agenda"][at]["id"].clone()
}

#[actix_web::test]
async fn a_dispute_waits_for_the_meeting_and_has_its_answer() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let (adopted, untouched) = (officer.handled(COMMUNITY).await, officer.handled(COMMUNITY).await);
    let above = app.officer_of(STREET).files(&dispute_in(STREET)).await.id();
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Planned).await.id());
    let acts = async |action: &str, body: Value| officer.acts(&format!("{path}/{action}"), body).await;
    let due = resolve_clock(&case(&officer, &adopted).await)["due_on"].clone();
    for dispute in [&adopted, &untouched] {
        acts("add-item", json!({"title": "车位", "dispute_id": dispute})).await;
    }
    // What another place handles is not on it.
    let twice = json!({"title": "车位", "dispute_id": adopted});
    assert_eq!(officer.post(&format!("{path}/add-item"), &twice).await.errors(), ["#/dispute_id duplicate_item"]);
    let foreign = json!({"title": "车位", "dispute_id": above});
    assert_eq!(officer.post(&format!("{path}/add-item"), &foreign).await.errors(), ["#/dispute_id unknown_record"]);
    assert_eq!(case(&officer, &adopted).await["status"], "in_handling", "nobody is invited yet");
    acts("notify", json!({})).await;
    let waiting = case(&officer, &adopted).await;
    assert_eq!((&waiting["status"], &waiting["progress"]["council_until"]), (&json!("in_council"), &json!("2026-04-01")));
    assert_eq!(resolve_clock(&waiting)["pauses"][0]["until"], "2026-04-02");
    assert!(resolve_clock(&waiting)["due_on"].as_str().unwrap() > due.as_str().unwrap());
    let actions = waiting["next_actions"].as_array().unwrap();
    assert!(!actions.contains(&json!("resolve")) && !actions.contains(&json!("transfer")), "{actions:?}");
    let work = officer.get("/v1/work").await.body["items"].clone();
    assert!(work.as_array().unwrap().iter().any(|one| one["kind"] == "discuss_dispute" && one["id"] == *adopted), "{work}");
    let opened = acts("open", json!({})).await;
    for (position, delegate) in seated.delegates.iter().enumerate() {
        acts("record-attendance", json!({"position": position, "delegate_id": delegate, "passage": "in"})).await;
    }
    acts("open-vote", json!({"item_id": item(&opened, 1), "resolution": "三十日内划线"})).await;
    for (position, delegate) in seated.delegates.iter().enumerate() {
        acts("give-voice", json!({"position": position, "delegate_id": delegate, "voice": "yes"})).await;
    }
    acts("close-vote", json!({})).await;
    assert_eq!(case(&officer, &adopted).await["status"], "in_council", "the meeting is not over");
    app.clock.advance(Duration::days(1));
    acts("conclude", json!({})).await;
    let answered = case(&officer, &adopted).await;
    let answer = &answered["progress"]["council_answers"][0];
    assert_eq!((&answered["status"], &answer["outcome"]), (&json!("in_handling"), &json!("adopted")));
    assert_eq!((&answer["resolution"], &answer["item_id"]), (&json!("三十日内划线"), &item(&opened, 1)));
    assert_eq!(resolve_clock(&answered)["pauses"][0]["until"], "2026-03-03");
    assert_eq!(case(&officer, &untouched).await["progress"]["council_answers"][0]["outcome"], "not_decided");
    let steps = officer.get(&format!("/v1/disputes/{adopted}/events")).await.body["items"].clone();
    let last = steps.as_array().unwrap().iter().find(|step| step["action"] == "leave_council").unwrap();
    assert_eq!(last["note"], "会议议定");
    // Who was not there after all takes the decision with them, and the dispute is told so.
    let came = officer.get(&path).await.body["record"]["attendance"][0]["id"].clone();
    acts("strike-attendance", json!({"event_id": came, "reason": "误记"})).await;
    assert_eq!(case(&officer, &adopted).await["progress"]["council_answers"][0]["outcome"], "not_decided");
    officer.does(&adopted, "resolve", json!({"resolution": "已划线"})).await;
}

#[actix_web::test]
async fn a_dispute_waits_for_a_council_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let dispute = officer.handled(COMMUNITY).await;
    let seated = officer.council(COMMUNITY).await;
    let calls = async || {
        let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Planned).await.id());
        officer.acts(&format!("{path}/add-item"), json!({"title": "车位", "dispute_id": dispute})).await;
        officer.acts(&format!("{path}/notify"), json!({})).await;
        path
    };
    let first = calls().await;
    officer.acts(&format!("{first}/cancel"), json!({"reason": "改期"})).await;
    let back = case(&officer, &dispute).await;
    assert_eq!((&back["status"], back["progress"]["council_answers"].as_array().unwrap().len()), (&json!("in_handling"), 1));
    app.clock.advance(Duration::days(40));
    let second = calls().await;
    let waiting = case(&officer, &dispute).await;
    assert_eq!((&waiting["status"], &waiting["progress"]["council_until"]), (&json!("in_council"), &json!("2026-04-01")));
    assert_eq!(resolve_clock(&waiting)["pauses"].as_array().unwrap().len(), 1, "its time stood still before");
    // Who handles it by then takes it up again.
    app.officer_of(STREET).does(&dispute, "escalate", json!({"reason": "久拖未决"})).await;
    officer.acts(&format!("{second}/cancel"), json!({"reason": "改期"})).await;
    let back = case(&officer, &dispute).await;
    assert_eq!((&back["status"], &back["level"]), (&json!("accepted"), &json!("street")));
}

#[actix_web::test]
async fn only_the_meeting_for_which_it_waits_lets_it_go() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let wang = app.resident("wang", COMMUNITY);
    let dispute = wang.files(&dispute_in(COMMUNITY)).await.id();
    for action in ["accept", "assign"] {
        officer.does(&dispute, action, body_of(action)).await;
    }
    let seated = officer.council(COMMUNITY).await;
    let mut meetings = Vec::new();
    for _ in 0..2 {
        let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Planned).await.id());
        officer.acts(&format!("{path}/add-item"), json!({"title": "车位", "dispute_id": dispute})).await;
        officer.acts(&format!("{path}/notify"), json!({})).await;
        meetings.push(path);
    }
    let waiting = case(&officer, &dispute).await;
    assert!(meetings[0].ends_with(waiting["progress"]["council"]["meeting_id"].as_str().unwrap()));
    officer.acts(&format!("{}/cancel", meetings[1]), json!({"reason": "改期"})).await;
    assert_eq!(case(&officer, &dispute).await["status"], "in_council", "the other one is still to come");
    // Whoever handles it takes it back as it was; nobody else does.
    wang.post(&format!("/v1/disputes/{dispute}/leave-council"), &json!({"reason": "x"})).await.is(403, "forbidden");
    let back = officer.does(&dispute, "leave-council", json!({"reason": "会议推迟"})).await;
    assert_eq!((&back.body["status"], &back.body["progress"]["council"]), (&json!("assigned"), &Value::Null));
    let opened = officer.acts(&format!("{}/open", meetings[0]), json!({})).await;
    assert_eq!(case(&officer, &dispute).await["status"], "in_council", "it enters when the meeting is opened");
    for (position, delegate) in seated.delegates.iter().enumerate() {
        let comes = json!({"position": position, "delegate_id": delegate, "passage": "in"});
        officer.acts(&format!("{}/record-attendance", meetings[0]), comes).await;
    }
    officer
        .acts(&format!("{}/open-vote", meetings[0]), json!({"item_id": item(&opened, 1), "resolution": "王小明三日内搬走"}))
        .await;
    for (position, delegate) in seated.delegates.iter().enumerate() {
        let yes = json!({"position": position, "delegate_id": delegate, "voice": "yes"});
        officer.acts(&format!("{}/give-voice", meetings[0]), yes).await;
    }
    officer.acts(&format!("{}/close-vote", meetings[0]), json!({})).await;
    officer.acts(&format!("{}/conclude", meetings[0]), json!({})).await;
    assert_eq!(case(&officer, &dispute).await["progress"]["council_answers"][0]["resolution"], "王小明三日内搬走");
    // Parties are told that something was decided; its words they read once they are published.
    let told = case(&wang, &dispute).await;
    assert_eq!(told["progress"]["council_answers"][0]["outcome"], "adopted");
    let events = wang.get(&format!("/v1/disputes/{dispute}/events")).await.body.to_string();
    assert!(!told.to_string().contains("搬走") && !events.contains("搬走"), "{events}");
}

#[actix_web::test]
async fn a_meeting_does_not_reach_what_has_left_its_place() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let dispute = officer.files(&dispute_in(COMMUNITY)).await.id();
    officer.does(&dispute, "accept", json!({})).await;
    let seated = officer.council(COMMUNITY).await;
    let path = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Planned).await.id());
    officer.acts(&format!("{path}/add-item"), json!({"title": "车位", "dispute_id": dispute})).await;
    officer.does(&dispute, "transfer", json!({"jurisdiction": OTHER_COMMUNITY, "reason": "属于二社区"})).await;
    let other = app.officer_of(OTHER_COMMUNITY);
    let accepted = other.does(&dispute, "accept", json!({})).await;
    for action in ["notify", "open", "conclude"] {
        if action == "conclude" {
            let comes = json!({"position": 0, "delegate_id": seated.delegates[0], "passage": "in"});
            officer.acts(&format!("{path}/record-attendance"), comes).await;
        }
        officer.acts(&format!("{path}/{action}"), json!({})).await;
    }
    assert_eq!(other.get(&format!("/v1/disputes/{dispute}")).await.version(), accepted.version());
}
