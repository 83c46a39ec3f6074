//! Mediations to begin with, made over HTTP and taken as far as a test needs.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use super::data::*;
use super::world::name;
use super::{Answer, Caller, TestApp};

/// What belongs to a mediation.
#[derive(Clone, Debug, Default)]
pub struct Mediated {
    pub committee: String,
    pub mediator: String,
    pub mediation: String,
    pub session: String,
    pub agreement: String,
}

impl Mediated {
    pub fn ids(self) -> Vec<String> {
        vec![self.committee, self.mediator, self.mediation, self.session, self.agreement]
    }

    pub fn of(ids: Vec<String>) -> Self {
        let [committee, mediator, mediation, session, agreement] = ids.try_into().expect("what ids gave");
        Self { committee, mediator, mediation, session, agreement }
    }
}

/// How far a mediation was taken.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Stage {
    Proposed,
    Consented,
    Selected,
    Scheduled,
    InSession,
    Drafted,
    Signed,
    Effective,
}

/// A good mediator of a committee.
pub fn mediator(committee: &str) -> Value {
    json!({"organization_id": committee, "name": name("调解员"), "phone": "13600001111", "gender": "female",
        "committee_member": true, "qualification": "人民调解员", "specialties": ["leakage"]})
}

/// A time today for a session, which no other has and which has come already.
pub fn slot(app: &TestApp) -> Value {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    let starts = app.clock.now() - Duration::seconds(20 * (1 + NEXT.fetch_add(1, Ordering::Relaxed) % 1600));
    json!({"starts_at": starts.to_rfc3339(), "ends_at": (starts + Duration::seconds(10)).to_rfc3339(), "place": "社区调解室"})
}

pub fn obligations(due_on: &str) -> Value {
    json!([{"debtor": 1, "deed": "赔偿顶棚修复费用", "amount": 300_000, "due_on": due_on, "manner": "银行转账"}])
}

/// An offer of a party, by its position, to pay.
pub fn offer(position: i64) -> Value {
    json!({"position": position, "terms": [{"debtor": 1, "deed": "赔偿顶棚修复费用", "amount": 200_000, "due_on": "2026-04-01"}]})
}

impl Caller<'_> {
    /// A committee of three with this year's training, the first of whom signs in as `subject`; gives back that one too.
    pub async fn mediation_committee(&self, code: &str, subject: Option<&str>) -> (String, String) {
        let code = if code.len() > 12 { &code[..12] } else { code };
        let committee = self.organization("mediation_committee", code).await;
        let mut first = String::new();
        for at in 0..3 {
            let mut body = mediator(&committee);
            if at == 0 {
                body["subject"] = json!(subject);
            }
            let id = self.makes("/v1/mediators", body).await.id();
            if at == 0 {
                self.app.trained(&id, 24).await;
                first = id;
            }
        }
        (committee, first)
    }

    /// A dispute that is being handled.
    pub async fn handled(&self, code: &str) -> String {
        let id = self.files(&dispute_in(code)).await.id();
        for action in ["accept", "assign", "start"] {
            self.does(&id, action, body_of(action)).await;
        }
        id
    }

    pub async fn consents(&self, mediation: &str, position: i64) -> Answer {
        let today = (self.app.clock.now() + Duration::hours(8)).date_naive();
        let body = json!({"position": position, "consents": true, "channel": "in_person", "said_on": today});
        self.acts(&format!("/v1/mediations/{mediation}/record-consent"), body).await
    }

    /// An agreement sealed by somebody who signed nothing.
    pub async fn seals(&self, agreement: &str) -> Answer {
        let place = self.get(&format!("/v1/agreements/{agreement}")).await.body["jurisdiction"].as_str().unwrap()[..4].to_owned();
        let mut claims = self.app.claims(&[(Role::CityOfficer, &place)]);
        claims.sub = "sealer".into();
        self.app.with_claims(&claims).acts(&format!("/v1/agreements/{agreement}/seal"), json!({"sealed_on": "2026-03-02"})).await
    }

    /// A mediation of a dispute by a committee, taken as far as the stage.
    pub async fn mediated(&self, dispute: &str, (committee, mediator): &(String, String), stage: Stage) -> Mediated {
        let mut case = Mediated { committee: committee.clone(), mediator: mediator.clone(), ..Mediated::default() };
        let body = json!({"dispute_id": dispute, "organization_id": committee});
        case.mediation = self.makes("/v1/mediations", body).await.id();
        let path = format!("/v1/mediations/{}", case.mediation);
        let today = (self.app.clock.now() + Duration::hours(8)).date_naive();
        if stage >= Stage::Consented {
            for position in 0..2 {
                self.consents(&case.mediation, position).await;
            }
        }
        if stage >= Stage::Selected {
            self.acts(&format!("{path}/select"), json!({"mediator_id": mediator, "conflicts": []})).await;
        }
        if stage >= Stage::Scheduled {
            let mut session = slot(self.app);
            session["mediation_id"] = json!(case.mediation);
            session["invitations"] = json!([{"position": 0, "channel": "phone"}, {"position": 1, "channel": "written"}]);
            case.session = self.makes("/v1/mediation-sessions", session).await.id();
            self.acts(&format!("{path}/give-notice"), json!({"given_on": today})).await;
        }
        if stage >= Stage::InSession {
            let attendance = json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": true}]});
            self.acts(&format!("/v1/mediation-sessions/{}/start", case.session), attendance).await;
        }
        if stage >= Stage::Drafted {
            let body = json!({"mediation_id": case.mediation, "form": "written", "facts": "防水层破损",
                "obligations": obligations("2026-04-01")});
            case.agreement = self.makes("/v1/agreements", body).await.id();
        }
        if stage >= Stage::Signed {
            for position in [json!(0), json!(1), Value::Null] {
                let signature = json!({"position": position, "signed_on": "2026-03-02"});
                self.acts(&format!("/v1/agreements/{}/sign", case.agreement), signature).await;
            }
        }
        if stage >= Stage::Effective {
            self.seals(&case.agreement).await;
        }
        case
    }
}

/// Somebody who mediates in the district under this name, and the subject by which the register knows them.
pub fn mediator_named<'a>(app: &'a TestApp, name: &str) -> (Caller<'a>, String) {
    let mut claims = app.claims(&[(Role::Mediator, DISTRICT)]);
    claims.sub = name.into();
    (app.with_claims(&claims), format!("{}|{name}", app.settings.issuer))
}
