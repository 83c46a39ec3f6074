//! Consultations, taken as far as a stage.

use chrono::Duration;
use serde_json::{Value, json};

use super::samples::{Sample, get, master, patch, post};
use super::world::name;
use super::{Answer, Caller, TestApp};

/// How far a consultation has come.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Asked {
    Draft,
    Open,
    /// Two residents have said what they think.
    Told,
    Closed,
    Grouped,
    Answered,
    Published,
}

/// A good draft that can be closed after a week.
pub fn consultation(app: &TestApp, code: &str) -> Value {
    let closes_on = (app.clock.now() + Duration::hours(8)).date_naive() + Duration::days(7);
    json!({"jurisdiction": code, "title": "车位如何分配", "background": "地面车位120个。",
        "options": [{"title": "按户轮换"}, {"title": "先到先停"}], "closes_on": closes_on.to_string()})
}

impl TestApp {
    /// Lets the time of a consultation be over, without moving everybody's clock.
    pub async fn closes(&self, id: &str) {
        let today = (self.clock.now() + Duration::hours(8)).date_naive();
        let over =
            format!("UPDATE consultations SET closes_on = '{today}'::date - 1, next_step_on = '{today}' WHERE id = '{id}'");
        self.connect().await.batch_execute(&over).await.unwrap();
        self.run_due_jobs().await;
    }
}

impl Caller<'_> {
    /// What residents of a community are asked; the answer to the last step.
    pub async fn consults(&self, community: &str, until: Asked) -> Answer {
        let mut known = self.makes("/v1/consultations", consultation(self.app, community)).await;
        let path = format!("/v1/consultations/{}", known.id());
        let does = async |action: &str, body: Value| self.acts(&format!("{path}/{action}"), body).await;
        if until >= Asked::Open {
            known = does("open", json!({})).await;
        }
        if until >= Asked::Told {
            let option = known.body["options"][0]["id"].clone();
            for resident in ["first resident", "second resident"] {
                let opinion = json!({"option_id": option, "text": "轮换最公平。"});
                self.app.resident(resident, community).acts(&format!("{path}/opinions"), opinion).await;
            }
        }
        if until >= Asked::Closed {
            self.app.closes(&known.id()).await;
            known = self.get(&path).await;
        }
        if until >= Asked::Grouped {
            known = does("add-group", json!({"title": "赞成轮换"})).await;
            let all = json!({"group_id": known.body["groups"][0]["id"], "rest": true});
            known = does("group-opinions", all).await;
        }
        if until >= Asked::Answered {
            let answer = json!({"group_id": known.body["groups"][0]["id"], "answer": "采纳。"});
            known = does("answer-group", answer).await;
        }
        if until >= Asked::Published {
            known = does("publish", json!({})).await;
        }
        known
    }
}

/// A good request of an operation about consultations.
pub async fn sample(app: &TestApp, maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let stage = match operation {
        "createConsultation" => return post("/v1/consultations", consultation(app, community)),
        "updateConsultation" | "openConsultation" | "addHearing" | "discardConsultation" => Asked::Draft,
        "extendConsultation" | "callOffHearing" | "giveOpinion" | "getConsultation" | "listConsultations"
        | "cancelConsultation" | "redactConsultation" => Asked::Open,
        "withdrawOpinion" | "listOpinions" | "discloseOpinionAuthor" => Asked::Told,
        "addOpinionGroup" | "recordHearing" => Asked::Closed,
        "publishConsultation" => Asked::Answered,
        _ => Asked::Grouped,
    };
    let make = async { vec![maker.consults(community, stage).await.id()] };
    let id = app.cases.get(community, &format!("consultation {stage:?}"), make).await.remove(0);
    let path = format!("/v1/consultations/{id}");
    let known = maker.get(&path).await;
    let group = known.body["groups"][0]["id"].clone();
    let (action, body) = match operation {
        "listConsultations" => return get(format!("/v1/consultations?in={community}&limit=1")),
        "getConsultation" => return get(path),
        "listOpinions" => return get(format!("{path}/opinions")),
        "discloseOpinionAuthor" => {
            let opinion = maker.get(&format!("{path}/opinions")).await.ids().remove(0);
            return get(format!("{path}/author?opinion_id={opinion}&purpose=supervision"));
        }
        "updateConsultation" => return patch(path, json!({"title": name("车位")})),
        "openConsultation" => ("open", json!({})),
        "extendConsultation" => {
            let later = known.body["closes_on"].as_str().unwrap().parse::<chrono::NaiveDate>().unwrap() + Duration::days(1);
            ("extend", json!({"closes_on": later.to_string(), "reason": "公示栏维修"}))
        }
        "addHearing" => ("add-hearing", hearing(app)),
        "callOffHearing" | "recordHearing" => {
            let added = maker.acts(&format!("{path}/add-hearing"), hearing(app)).await;
            let id = added.body["hearings"].as_array().unwrap().last().unwrap()["id"].clone();
            if operation == "callOffHearing" {
                ("call-off-hearing", json!({"hearing_id": id, "reason": "暴雨"}))
            } else {
                ("record-hearing", json!({"hearing_id": id, "attendees": 12, "summary": "多数赞成轮换。"}))
            }
        }
        "giveOpinion" => ("opinions", json!({"option_id": known.body["options"][0]["id"]})),
        "withdrawOpinion" => {
            let own = json!({"option_id": known.body["options"][0]["id"]});
            for place in [&community[..4], &community[..6], community] {
                app.caller(master(operation), place).acts(&format!("{path}/opinions"), own.clone()).await;
            }
            ("opinions/withdraw", json!({}))
        }
        "addOpinionGroup" => ("add-group", json!({"title": "其他意见"})),
        "updateOpinionGroup" => ("update-group", json!({"group_id": group, "title": "赞成按户轮换"})),
        "removeOpinionGroup" => ("remove-group", json!({"group_id": group})),
        "groupOpinions" => ("group-opinions", json!({"group_id": group, "rest": true})),
        "answerOpinionGroup" => ("answer-group", json!({"group_id": group, "answer": "采纳。"})),
        "publishConsultation" => ("publish", json!({})),
        "cancelConsultation" => ("cancel", json!({"reason": "另行安排"})),
        "discardConsultation" => ("discard", json!({"reason": "另行安排"})),
        "redactConsultation" => ("redact", json!({"background": "地面车位不足。", "reason": "删去数字"})),
        _ => panic!("{operation} has no sample"),
    };
    post(format!("{path}/{action}"), body)
}

/// One that begins now, so that it can be recorded at once.
fn hearing(app: &TestApp) -> Value {
    json!({"starts_at": app.clock.now().to_rfc3339(), "place": "居委会会议室"})
}
