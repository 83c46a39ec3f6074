//! A working request for every operation, on a record that no other request has changed. An operation without one fails the tests.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use super::consultation::{self, Asked};
use super::council::{Held, Seated, council};
use super::data::*;
use super::estate_unit;
use super::mediation::{Mediated, Stage, mediator, obligations, offer, slot};
use super::owner_vote;
use super::training::{learner, meeting, office, training};
use super::world::{contract, credit_code, election, estate, matter, name, organization, policy, responsibility};
use super::{Answer, Caller, TestApp};

/// A request that works for those who may.
#[derive(Clone, Debug)]
pub struct Sample {
    pub method: Method,
    pub path: String,
    pub body: Option<Body>,
    /// The jurisdiction in which its records were made.
    pub code: String,
}

/// Ids of what samples share, by the place in which it was made and what it is.
#[derive(Default)]
pub struct Fixtures(Mutex<HashMap<(String, String), Vec<String>>>);

impl Fixtures {
    /// What is there already, or is made now.
    pub async fn get(&self, place: &str, what: &str, make: impl Future<Output = Vec<String>>) -> Vec<String> {
        let key = (place.to_owned(), what.to_owned());
        let known = self.0.lock().unwrap().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let made = make.await;
        self.0.lock().unwrap().insert(key, made.clone());
        made
    }

    fn forget_all(&self) {
        self.0.lock().unwrap().clear();
    }

    fn forget(&self, code: &str) {
        self.0.lock().unwrap().retain(|(place, _), _| place != code && place != site(code));
    }
}

#[derive(Clone, Debug)]
pub enum Body {
    Json(Value),
    Csv(String),
}

impl Sample {
    /// Sends it as it is.
    pub async fn send(&self, caller: &Caller<'_>) -> Answer {
        let replaces = matches!(self.method, Method::PATCH | Method::PUT);
        self.send_for(caller, replaces.then_some("*")).await
    }

    /// Sends it for a version of the record.
    pub async fn send_for(&self, caller: &Caller<'_>, version: Option<&str>) -> Answer {
        let request = caller.request(self.method.clone(), &self.path);
        let request = version.into_iter().fold(request, |request, version| request.header("if-match", version));
        let answer = match &self.body {
            Some(Body::Json(body)) => request.json(body).send().await,
            Some(Body::Csv(text)) => request.body("text/csv", text.clone().into_bytes()).send().await,
            None => request.send().await,
        };
        self.was_sent(caller, &answer);
        answer
    }

    /// What it has changed is not shared any more.
    pub fn was_sent(&self, caller: &Caller<'_>, answer: &Answer) {
        if answer.status < 400 && self.method != Method::GET && !self.code.is_empty() {
            caller.app.cases.forget(&self.code);
        }
    }
}

pub fn get(path: String) -> Sample {
    Sample { method: Method::GET, path, body: None, code: String::new() }
}

pub fn post(path: impl Into<String>, body: Value) -> Sample {
    Sample { method: Method::POST, path: path.into(), body: Some(Body::Json(body)), code: String::new() }
}

pub fn patch(path: String, body: Value) -> Sample {
    Sample { method: Method::PATCH, path, body: Some(Body::Json(body)), code: String::new() }
}

pub fn csv(path: &str, text: String) -> Sample {
    Sample { method: Method::POST, path: path.into(), body: Some(Body::Csv(text)), code: String::new() }
}

/// A good revocation of a token that nobody has.
fn revocation(app: &TestApp, city: &str) -> Value {
    json!({"jurisdiction": city, "issuer": app.settings.issuer, "jti": name("jti"), "reason": "手机遗失"})
}

/// Who may carry the operation out in the whole city.
pub fn master(operation: &str) -> Role {
    match operation {
        "listCaucusNotes" | "createCaucusNote" => Role::Mediator,
        "objectToCouncilMeeting"
        | "objectToVote"
        | "castBallot"
        | "withdrawBallot"
        | "linkVoteHead"
        | "giveOpinion"
        | "withdrawOpinion"
        | "checkIn"
        | "checkOut"
        | "rateDispute"
        | "answerDispute"
        | "linkParty"
        | "requestDisputeReview" => Role::Resident,
        "createRule"
        | "createDivisionChange"
        | "createCalendar"
        | "updateCalendar"
        | "voidRule"
        | "voidCalendar"
        | "voidDisputeCategory"
        | "createDisputeCategory"
        | "createTokenRevocation"
        | "listTokenRevocations" => Role::Admin,
        _ => Role::CityOfficer,
    }
}

/// The community of the small city that stands for a code. Those of a jurisdiction lie outside its first child, so
/// that what stands for a parent is no record of the child.
fn site(code: &str) -> &str {
    match code {
        CITY => "370203001001",
        DISTRICT => "370202002001",
        STREET => OTHER_COMMUNITY,
        OTHER_CITY => "379902001001",
        OTHER_DISTRICT => "370203001001",
        OTHER_STREET => "370202002001",
        _ => &code[..12],
    }
}

/// Makes what the operation needs in or below a jurisdiction.
pub async fn sample(app: &TestApp, operation: &str, code: &str) -> Sample {
    Sample { code: code.to_owned(), ..prepare(app, operation, code).await }
}

async fn prepare(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    let community = site(code);
    match operation {
        "listJurisdictions" => get(format!("/v1/jurisdictions?in={code}")),
        "getJurisdiction" => get(format!("/v1/jurisdictions/{code}")),
        "listJurisdictionChildren" => get(format!("/v1/jurisdictions/{code}/children")),
        "listJurisdictionAncestors" => get(format!("/v1/jurisdictions/{code}/ancestors")),
        "listChanges" => get("/v1/changes?cursor=begin&limit=1".into()),
        "listIndicators" => get(format!("/v1/indicators?in={code}")),
        "listRules" => {
            app.caller(Role::Admin, &code[..4]).makes("/v1/rules", rule(&code[..4])).await;
            get("/v1/rules".into())
        }
        "getRule" | "voidRule" => {
            let id = app.caller(Role::Admin, &code[..4]).makes("/v1/rules", rule(code)).await.id();
            let path = format!("/v1/rules/{id}");
            if operation == "getRule" { get(path) } else { post(format!("{path}/void"), json!({"reason": "录入错误"})) }
        }
        "resolveRules" => get(format!("/v1/rules/resolve?jurisdiction={code}")),
        "createRule" => post("/v1/rules", rule(code)),
        "listDivisionChanges" => {
            division_change(app, code).await;
            get("/v1/division-changes".into())
        }
        "createDivisionChange" => post("/v1/division-changes", rename(code)),
        "getDivisionChange" => get(format!("/v1/division-changes/{}", division_change(app, code).await)),
        "listWork" => get("/v1/work".into()),
        "listDirectoryOrganizations" => {
            maker.organization("neighborhood_committee", community).await;
            get(format!("/v1/directory/organizations?in={community}&limit=1"))
        }
        "listDirectoryEstates" => {
            maker.estate(community).await;
            get(format!("/v1/directory/estates?in={community}&limit=1"))
        }
        "listDirectoryMediators" => {
            let committee = maker.organization("mediation_committee", community).await;
            maker.makes("/v1/mediators", mediator(&committee)).await;
            get(format!("/v1/directory/mediators?in={community}&limit=1"))
        }
        "exportCaseFile" => {
            let id = maker.files(&dispute_in(code)).await.id();
            get(format!("/v1/case-files/{id}/archive.zip?purpose=supervision"))
        }
        "listDisputeCategories" => {
            app.caller(Role::Admin, &code[..4]).makes("/v1/dispute-categories", category(&code[..4])).await;
            get("/v1/dispute-categories".into())
        }
        "createDisputeCategory" => post("/v1/dispute-categories", category(code)),
        "getDisputeCategory" | "voidDisputeCategory" => {
            let id = app.caller(Role::Admin, &code[..4]).makes("/v1/dispute-categories", category(code)).await.id();
            let path = format!("/v1/dispute-categories/{id}");
            if operation == "getDisputeCategory" {
                get(path)
            } else {
                post(format!("{path}/void"), json!({"reason": "录入错误"}))
            }
        }
        "resolveDisputeCategories" => get(format!("/v1/dispute-categories/resolve?jurisdiction={code}")),
        "listCalendars" => {
            app.caller(Role::Admin, &code[..4]).makes("/v1/calendars", calendar(&code[..4])).await;
            get("/v1/calendars".into())
        }
        "createTokenRevocation" => post("/v1/token-revocations", revocation(app, &code[..4])),
        "listTokenRevocations" => {
            app.caller(Role::Admin, &code[..4]).makes("/v1/token-revocations", revocation(app, &code[..4])).await;
            get("/v1/token-revocations".into())
        }
        "createCalendar" => post("/v1/calendars", calendar(&code[..4])),
        "resolveCalendar" => get(format!("/v1/calendars/resolve?jurisdiction={code}&year=2026")),
        "getCalendar" | "updateCalendar" | "voidCalendar" => {
            let id = app.caller(Role::Admin, &code[..4]).makes("/v1/calendars", calendar(&code[..4])).await.id();
            let path = format!("/v1/calendars/{id}");
            match operation {
                "getCalendar" => get(path),
                "voidCalendar" => post(format!("{path}/void"), json!({"reason": "录入错误"})),
                _ => patch(path, json!({"legal_basis": name("通知")})),
            }
        }
        _ => match () {
            () if operation == "listVoteMatters" => get("/v1/vote-matters".into()),
            () if operation.contains("PublicMinutes") && operation != "listPublicMinutes" => {
                let held = maker.meets(&council_of(app, &maker, community, true).await, Held::Published).await;
                let page = if operation == "showPublicMinutes" { "/page.html" } else { "" };
                get(format!("/public/council-meetings/{}{page}", held.id()))
            }
            () if operation.contains("PublicConsultation") => {
                let id = maker.consults(community, Asked::Published).await.id();
                match operation {
                    "listPublicConsultations" => get(format!("/public/consultations?in={community}&limit=1")),
                    "readPublicConsultation" => get(format!("/public/consultations/{id}")),
                    _ => get(format!("/public/consultations/{id}/page.html")),
                }
            }
            () if ["Consultation", "Opinion", "Hearing"].iter().any(|part| operation.contains(part)) => {
                consultation::sample(app, &maker, operation, community).await
            }
            () if owner_vote::PARTS.iter().any(|part| operation.contains(part)) => {
                owner_vote::sample(app, &maker, operation, community).await
            }
            () if operation.contains("EstateUnit") || operation.contains("UnitOwner") => {
                estate_unit::sample(&maker, operation, community).await
            }
            () if operation == "listPublicMinutes" => get(format!("/public/council-meetings?in={community}&limit=1")),
            () if operation.contains("Dut") => duties(app, &maker, operation, community).await,
            () if operation.contains("Council") && !operation.contains("Dispute") => {
                councils(app, &maker, operation, community).await
            }
            () if operation.contains("LearnerMerge") => merges(&maker, operation, code).await,
            () if operation.contains("Learner") => learners(&maker, operation, code).await,
            () if operation.contains("TrainingEnrollment") || ATTENDING.contains(&operation) => {
                attending(app, operation, code).await
            }
            () if operation.contains("Training") || operation == "getCheckInCode" => trainings(app, operation, code).await,
            () if operation.contains("Certificate") => certificates(app, operation, code).await,
            () if operation.contains("Dispute") || OF_DISPUTES.contains(&operation) => dispute(&maker, operation, code).await,
            () if operation == "listMediators"
                || operation.contains("Mediator") && !operation.contains("Mediation") && operation != "recommendMediators" =>
            {
                mediators(&maker, operation, community).await
            }
            () if operation.contains("Mediation") || operation == "recommendMediators" || operation.contains("CaucusNote") => {
                mediations(app, operation, code).await
            }
            () if operation.contains("Agreement") => agreements(app, operation, code).await,
            () if operation.contains("Organization") => organizations(&maker, operation, community).await,
            () if operation.contains("Estate") => estates(&maker, operation, community).await,
            () if operation.contains("PropertyContract") => contracts(&maker, operation, community).await,
            () if operation.contains("OwnersCommittee") => committees(&maker, operation, community).await,
            () if operation.contains("GridUnit") => grid_units(&maker, operation, community).await,
            () if operation.contains("GridRecord") => grid_records(&maker, operation, community).await,
            () if operation.contains("GridEnrollment") => enrollments(&maker, operation, community).await,
            () if operation.ends_with("Policies") || operation.ends_with("Policy") => policies(&maker, operation, code).await,
            () if operation.contains("Responsib") => responsibilities(&maker, operation, code).await,
            () => panic!("{operation} has no sample"),
        },
    }
}

/// A rule from a day on that no other has.
pub fn rule(code: &str) -> Value {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = chrono::NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    let day = first + chrono::Days::new(NEXT.fetch_add(1, Ordering::Relaxed).into());
    json!({"jurisdiction": code, "name": "committee_re_election_notice_days", "value": 120, "legal_basis": "通知", "valid_from": day})
}

/// A year that nothing else has set.
fn calendar(city: &str) -> Value {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let year = 2030 + NEXT.fetch_add(1, Ordering::Relaxed) % 170;
    let day = json!({"on": format!("{year}-01-01"), "kind": "off", "name": "元旦"});
    json!({"jurisdiction": city, "year": year, "legal_basis": "通知", "days": [day]})
}

fn category(code: &str) -> Value {
    let own = format!("own_{}", uuid::Uuid::new_v4().simple());
    json!({"jurisdiction": code, "code": own, "title": "本地类别", "legal_basis": "通知", "valid_from": "2026-03-02"})
}

async fn division_change(app: &TestApp, code: &str) -> String {
    let make = async { vec![app.caller(Role::Admin, &code[..4]).divides(rename(code)).await.id()] };
    app.lasting.get(code, "division change", make).await.remove(0)
}

fn rename(code: &str) -> Value {
    let code = if code.len() > 12 { &code[..12] } else { code };
    json!({"kind": "rename", "codes": [code], "name": name("新名"), "effective_on": "2026-03-01", "legal_basis": "批复"})
}

/// Operations on disputes that do not tell so by their names.
const OF_DISPUTES: [&str; 3] = ["listDuplicateCandidates", "showPartyCode", "linkParty"];

async fn dispute(maker: &Caller<'_>, operation: &str, code: &str) -> Sample {
    if operation == "createDispute" {
        return post("/v1/disputes", dispute_in(code));
    }
    // Only whoever filed it says what they think of the result.
    let resident = maker.app.caller(Role::Resident, &code[..4]);
    let filer = if matches!(operation, "rateDispute" | "answerDispute" | "requestDisputeReview") { &resident } else { maker };
    let id = filer.files(&dispute_in(code)).await.id();
    let path = format!("/v1/disputes/{id}");
    match operation {
        "listDisputes" => return get(format!("/v1/disputes?in={code}&limit=1")),
        "listDuplicateCandidates" => {
            let estate = "%E7%A4%BA%E8%8C%83%E5%B0%8F%E5%8C%BA";
            return get(format!("/v1/disputes/duplicates?jurisdiction={code}&category=leakage&estate_name={estate}"));
        }
        "getDispute" => return get(path),
        "takeDisputeFromCouncil" => {
            let community = site(code);
            let waiting = maker.files(&dispute_in(community)).await.id();
            maker.does(&waiting, "accept", json!({})).await;
            let seated = council_of(maker.app, maker, community, true).await;
            let meeting = format!("/v1/council-meetings/{}", maker.meets(&seated, Held::Planned).await.id());
            maker.acts(&format!("{meeting}/add-item"), json!({"title": "车位", "dispute_id": waiting})).await;
            maker.acts(&format!("{meeting}/notify"), json!({})).await;
            return post(format!("/v1/disputes/{waiting}/leave-council"), json!({"reason": "会议推迟"}));
        }
        "listDisputeEvents" => return get(format!("{path}/events")),
        "getDisputeRouting" => return get(format!("{path}/routing")),
        "listDisputeDeadlines" => return get(format!("{path}/deadlines")),
        "discloseDispute" => return get(format!("{path}/disclosure?purpose=handling")),
        "showPartyCode" => {
            maker.does(&id, "accept", json!({})).await;
            return get(format!("{path}/party-code?position=1"));
        }
        "linkParty" => {
            maker.does(&id, "accept", json!({})).await;
            return post("/v1/disputes/link", maker.party_code(&id, 1).await);
        }
        "unlinkDisputeParty" => {
            maker.does(&id, "accept", json!({})).await;
            let handed = maker.party_code(&id, 1).await;
            maker.app.resident("linked", &code[..4]).acts("/v1/disputes/link", handed).await;
            return post(format!("{path}/unlink-party"), json!({"position": 1, "reason": "关联有误"}));
        }
        "updateDispute" => return patch(path, json!({"title": name("标题")})),
        _ => {}
    }
    let action = dispute_action(operation);
    for step in steps_before(action) {
        let body = action_body(maker, step, code).await;
        let second = maker.app.officer_of(&code[..4]);
        let by = if step == &"suspend" { &second } else { maker };
        by.does(&id, step, body).await;
    }
    if action == "detach" {
        let mass = maker.files(&dispute_in(code)).await.id();
        maker.does(&mass, "add-parts", json!({"dispute_ids": [id]})).await;
    }
    if action == "uninvite" {
        maker.does(&id, "invite", json!({"jurisdiction": code[..4], "reason": "协助"})).await;
    }
    let body = action_body(maker, action, code).await;
    post(format!("{path}/{action}"), body)
}

async fn mediators(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let committee = maker.organization("mediation_committee", community).await;
    if operation == "createMediator" {
        return post("/v1/mediators", mediator(&committee));
    }
    let path = format!("/v1/mediators/{}", maker.makes("/v1/mediators", mediator(&committee)).await.id());
    match operation {
        "listMediators" => get(format!("/v1/mediators?in={community}&limit=1")),
        "getMediator" => get(path),
        "updateMediator" => patch(path, json!({"qualification": name("证书")})),
        "discloseMediator" => get(format!("{path}/disclosure?purpose=supervision")),
        "leaveMediator" => post(format!("{path}/leave"), json!({"left_on": "2026-03-01"})),
        _ => panic!("{operation} has no sample"),
    }
}

/// A mediation in a jurisdiction, taken as far as the stage; samples share it until one of them has changed it.
async fn mediated(app: &TestApp, code: &str, stage: Stage) -> Mediated {
    let make = async { mediated_anew(app, code, stage).await.ids() };
    Mediated::of(app.cases.get(code, &format!("{stage:?}"), make).await)
}

async fn mediated_anew(app: &TestApp, code: &str, stage: Stage) -> Mediated {
    let maker = app.colleague_of(&code[..4]);
    let subject = format!("{}|mediator {}", app.settings.issuer, &code[..4]);
    let committee = async { <[_; 2]>::from(maker.mediation_committee(code, Some(&subject)).await).to_vec() };
    let [committee, mediator] = app.lasting.get(code, "committee", committee).await.try_into().unwrap();
    let dispute = maker.handled(code).await;
    maker.mediated(&dispute, &(committee, mediator), stage).await
}

async fn mediations(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    let reason = json!({"reason": "理由"});
    let of_case = |case: &Mediated, action: &str, body: Value| post(format!("/v1/mediations/{}/{action}", case.mediation), body);
    let of_session =
        |case: &Mediated, action: &str, body: Value| post(format!("/v1/mediation-sessions/{}/{action}", case.session), body);
    let minutes = json!({"minutes": "双方陈述", "cited_policies": ["《民法典》第二百九十六条"]});
    let attendance =
        json!({"attendance": [{"position": 0, "present": true}, {"position": 1, "present": false, "represented": true}]});
    let consent = json!({"position": 0, "consents": true, "channel": "phone", "said_on": "2026-03-02"});
    match operation {
        "listMediations" => get(format!("/v1/mediations?in={code}&limit=1")),
        "createMediation" => {
            let case = mediated(app, code, Stage::Proposed).await;
            let other = maker.handled(code).await;
            post("/v1/mediations", json!({"dispute_id": other, "organization_id": case.committee}))
        }
        "getMediation" => get(format!("/v1/mediations/{}", mediated(app, code, Stage::Proposed).await.mediation)),
        "recommendMediators" => {
            get(format!("/v1/mediations/{}/recommendations", mediated(app, code, Stage::Proposed).await.mediation))
        }
        "recordMediationConsent" => of_case(&mediated(app, code, Stage::Proposed).await, "record-consent", consent),
        "withdrawMediationConsent" => {
            let body = json!({"position": 1, "reason": "选择起诉"});
            of_case(&mediated(app, code, Stage::Consented).await, "withdraw-consent", body)
        }
        "recordMediationRightsNotice" => {
            of_case(&mediated(app, code, Stage::Proposed).await, "give-notice", json!({"given_on": "2026-03-02"}))
        }
        "chooseMediationMediator" => {
            let case = mediated(app, code, Stage::Consented).await;
            of_case(&case, "choose", json!({"position": 0, "mediator_id": case.mediator}))
        }
        "offerMediationTerms" => of_case(&mediated(app, code, Stage::Consented).await, "offer", offer(1)),
        "answerMediationOffer" => {
            let case = mediated(app, code, Stage::Consented).await;
            maker.acts(&format!("/v1/mediations/{}/offer", case.mediation), offer(1)).await;
            app.cases.forget(code);
            of_case(&case, "answer-offer", json!({"number": 1, "position": 0, "accepts": true}))
        }
        "selectMediationMediator" => {
            let case = mediated(app, code, Stage::Consented).await;
            of_case(&case, "select", json!({"mediator_id": case.mediator, "conflicts": []}))
        }
        "excludeMediationMediator" => {
            of_case(&mediated(app, code, Stage::Selected).await, "exclude", json!({"kind": "refusal", "reason": "理由"}))
        }
        "inviteMediationHelper" => of_case(
            &mediated(app, code, Stage::Selected).await,
            "invite-helper",
            json!({"name": name("邻居"), "kind": "neighbor", "consenting": [0, 1]}),
        ),
        "dismissMediationHelper" => {
            let case = mediated_anew(app, code, Stage::Selected).await;
            let body = json!({"name": "邻居", "kind": "neighbor", "consenting": [0, 1]});
            maker.acts(&format!("/v1/mediations/{}/invite-helper", case.mediation), body).await;
            of_case(&case, "dismiss-helper", json!({"number": 1, "reason": "理由"}))
        }
        "extendMediation" => of_case(
            &mediated(app, code, Stage::Selected).await,
            "extend",
            json!({"until_on": "2026-05-01", "consenting": [0, 1]}),
        ),
        "failMediation" => {
            let body = json!({"reason": "分歧较大", "told_of_other_ways": true});
            of_case(&mediated(app, code, Stage::InSession).await, "fail", body)
        }
        "terminateMediation" => of_case(&mediated(app, code, Stage::Proposed).await, "terminate", reason),
        "listMediationSessions" => get(format!("/v1/mediation-sessions?in={code}&limit=1")),
        "getMediationSessionCalendar" => get("/v1/mediation-sessions/calendar.ics".into()),
        "createMediationSession" => {
            let mut body = slot(app);
            body["mediation_id"] = json!(mediated(app, code, Stage::Selected).await.mediation);
            post("/v1/mediation-sessions", body)
        }
        "getMediationSession" => get(format!("/v1/mediation-sessions/{}", mediated(app, code, Stage::Scheduled).await.session)),
        "updateMediationSession" => {
            let path = format!("/v1/mediation-sessions/{}", mediated(app, code, Stage::Scheduled).await.session);
            patch(path, json!({"place": name("调解室")}))
        }
        "startMediationSession" => of_session(&mediated(app, code, Stage::Scheduled).await, "start", attendance),
        "adjournMediationSession" => of_session(&mediated(app, code, Stage::InSession).await, "adjourn", minutes),
        "completeMediationSession" => of_session(&mediated(app, code, Stage::InSession).await, "complete", minutes),
        "cancelMediationSession" => of_session(&mediated(app, code, Stage::Scheduled).await, "cancel", reason),
        "recordMissedMediationSession" => of_session(&mediated(app, code, Stage::Scheduled).await, "miss", reason),
        "listCaucusNotes" => {
            get(format!("/v1/mediation-sessions/{}/caucus-notes", mediated(app, code, Stage::InSession).await.session))
        }
        "createCaucusNote" => of_session(&mediated(app, code, Stage::InSession).await, "caucus-notes", json!({"note": "可分期"})),
        _ => panic!("{operation} has no sample"),
    }
}

async fn agreements(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    if operation == "listAgreements" {
        return get(format!("/v1/agreements?in={code}&limit=1"));
    }
    if operation == "createAgreement" {
        let mediation = mediated(app, code, Stage::InSession).await.mediation;
        let body = json!({"mediation_id": mediation, "form": "oral", "facts": "事实", "obligations": obligations("2026-04-01")});
        return post("/v1/agreements", body);
    }
    let (stage, action, body) = match operation {
        "getAgreement" | "updateAgreement" => (Stage::Drafted, "", Value::Null),
        "signAgreement" => (Stage::Drafted, "sign", json!({"position": 0, "signed_on": "2026-03-02"})),
        "sealAgreement" => (Stage::Signed, "seal", json!({"sealed_on": "2026-03-02"})),
        "recordAgreementPerformance" => {
            (Stage::Effective, "perform", json!({"obligation": 1, "on": "2026-03-02", "amount": 100_000}))
        }
        "reportAgreementProgress" => {
            (Stage::Effective, "report-progress", json!({"position": 1, "obligation": 1, "done": true, "text": "已付"}))
        }
        "recordAgreementDefault" => (Stage::InSession, "default", json!({"obligation": 1, "reason": "逾期未付"})),
        "makeAgreementEnforceable" => (Stage::Effective, "make-enforceable", deed()),
        "applyForAgreementEnforcement" => {
            (Stage::InSession, "apply-enforcement", json!({"applied_on": "2026-03-02", "court": "区人民法院"}))
        }
        "rescindAgreement" => (Stage::Effective, "rescind", json!({"reason": "双方同意"})),
        "recordAgreementVisit" => (Stage::Effective, "visit-back", json!({"note": "已按约履行"})),
        "applyForAgreementConfirmation" => (Stage::Effective, "apply-confirmation", application()),
        "acceptAgreementConfirmation" | "extendAgreementConfirmation" | "decideAgreementConfirmation" => {
            return confirmations(app, operation, code).await;
        }
        _ => panic!("{operation} has no sample"),
    };
    // What goes further than the stage is not shared.
    let case = match operation {
        "recordAgreementDefault" | "makeAgreementEnforceable" | "applyForAgreementEnforcement" => {
            mediated_anew(app, code, stage).await
        }
        _ => mediated(app, code, stage).await,
    };
    let path = format!("/v1/agreements/{}", case.agreement);
    match operation {
        "getAgreement" => return get(path),
        "updateAgreement" => return patch(path, json!({"facts": name("事实")})),
        "recordAgreementDefault" | "applyForAgreementEnforcement" => {
            let made = json!({"mediation_id": case.mediation, "form": "oral", "facts": "事实", "obligations": obligations("2026-03-02")});
            let path = format!("/v1/agreements/{}", maker.makes("/v1/agreements", made).await.id());
            if operation == "applyForAgreementEnforcement" {
                maker.acts(&format!("{path}/make-enforceable"), deed()).await;
            }
            app.clock.advance(Duration::days(1));
            app.run_due_jobs().await;
            app.clock.advance(-Duration::days(1));
            app.cases.forget_all();
            return post(format!("{path}/{action}"), body);
        }
        _ => {}
    }
    post(format!("{path}/{action}"), body)
}

fn deed() -> Value {
    json!({"route": "notarized_deed", "enforceable_on": "2026-03-02", "body": "市公证处", "document_number": "证执字第1号"})
}

fn application() -> Value {
    json!({"applied_on": "2026-03-02", "court": "区人民法院", "applicants": [0, 1]})
}

/// What a court does after it was asked to confirm an agreement.
async fn confirmations(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    let accepted = json!({"accepted_on": "2026-03-02"});
    let goes_on = operation != "acceptAgreementConfirmation";
    let make = async {
        let path = format!("/v1/agreements/{}", mediated_anew(app, code, Stage::Effective).await.agreement);
        maker.acts(&format!("{path}/apply-confirmation"), application()).await;
        if goes_on {
            maker.acts(&format!("{path}/accept-confirmation"), accepted.clone()).await;
        }
        vec![path]
    };
    let path = app.cases.get(code, &format!("confirmation, accepted: {goes_on}"), make).await.remove(0);
    match operation {
        "acceptAgreementConfirmation" => post(format!("{path}/accept-confirmation"), accepted),
        "extendAgreementConfirmation" => {
            post(format!("{path}/extend-confirmation"), json!({"decide_due_on": "2026-05-01", "reason": "案情复杂"}))
        }
        _ => {
            let decision = json!({"decided_on": "2026-03-02", "ruling": "ruled_valid", "decision_number": "民特1号"});
            post(format!("{path}/decide-confirmation"), decision)
        }
    }
}

/// The last part of an action's path.
fn dispute_action(operation: &str) -> &str {
    match operation {
        "addDisputeParty" => "add-party",
        "addDisputeRemark" => "remark",
        "addDisputesToMassCase" => "add-parts",
        "correctDisputeParty" => "correct-party",
        "declineDisputeApproval" => "decline",
        "inviteDisputeGuest" => "invite",
        "recordDisputeContact" => "contact",
        "recordDisputeVisitBack" => "visit-back",
        "referDisputeOut" => "refer-out",
        "removeDisputeGuest" => "uninvite",
        "removeDisputeParty" => "remove-party",
        "requestDisputeApproval" => "request-approval",
        "requestDisputeReview" => "request-review",
        _ => operation.strip_suffix("Dispute").unwrap_or_else(|| panic!("{operation} has no sample")),
    }
}

/// A body with which an action on a dispute of a jurisdiction succeeds.
async fn action_body(maker: &Caller<'_>, action: &str, code: &str) -> Value {
    match action {
        "merge" => json!({"into_id": maker.files(&dispute_in(code)).await.id(), "reason": "同一事项"}),
        "add-parts" => json!({"dispute_ids": [maker.files(&dispute_in(code)).await.id()]}),
        "transfer" => match code.len() {
            4 => json!({"jurisdiction": format!("{code}02"), "level": "district", "reason": "属地办理"}),
            6 => json!({"level": "city", "reason": "涉及多个区"}),
            9 => json!({"level": "district", "reason": "涉及多个街道"}),
            _ => json!({"level": "street", "reason": "涉及多个社区"}),
        },
        "invite" | "uninvite" => json!({"jurisdiction": code[..4], "reason": "协助"}),
        _ => body_of(action),
    }
}

async fn organizations(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let body = organization("mediation_committee", community);
    match operation {
        "createOrganization" => return post("/v1/organizations", body),
        "importOrganizations" => {
            let line = format!("{community},物业服务企业,{},{}\n", name("企业"), credit_code());
            return csv("/v1/organizations/import", format!("行政区划代码,组织类型,名称,统一社会信用代码\n{line}"));
        }
        _ => {}
    }
    let id = maker.makes("/v1/organizations", body).await.id();
    let path = format!("/v1/organizations/{id}");
    match operation {
        "listOrganizations" => get(format!("/v1/organizations?in={community}&limit=1")),
        "getOrganization" => get(path),
        "discloseOrganization" => get(format!("{path}/disclosure?purpose=supervision")),
        "updateOrganization" => patch(path, json!({"address": name("地址")})),
        "dissolveOrganization" => post(format!("{path}/dissolve"), json!({})),
        "restoreOrganization" => {
            maker.acts(&format!("{path}/dissolve"), json!({})).await;
            post(format!("{path}/restore"), json!({}))
        }
        "listOrganizationStaff" => get(format!("{path}/staff")),
        "replaceOrganizationStaff" => {
            let body = json!({"items": [{"name": "经理", "phone": "13600000000"}]});
            Sample { method: Method::PUT, ..post(format!("{path}/staff"), body) }
        }
        _ => panic!("{operation} has no sample"),
    }
}

async fn estates(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    match operation {
        "createEstate" => return post("/v1/estates", estate(community)),
        "importEstates" => {
            let line = format!("{community},{},480,452,45120.5\n", name("小区"));
            return csv("/v1/estates/import", format!("社区代码,小区名称,套数,户数,建筑面积（平方米）\n{line}"));
        }
        _ => {}
    }
    let id = maker.estate(community).await;
    match operation {
        "listEstates" => get(format!("/v1/estates?in={community}&limit=1")),
        "getEstate" => get(format!("/v1/estates/{id}")),
        "updateEstate" => patch(format!("/v1/estates/{id}"), json!({"address": name("地址")})),
        _ => panic!("{operation} has no sample"),
    }
}

async fn contracts(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let estate = maker.estate(community).await;
    if operation == "createPropertyContract" {
        let enterprise = maker.organization("property_enterprise", community).await;
        return post("/v1/property-contracts", contract(&estate, &enterprise));
    }
    let id = maker.contract(&estate, community).await.id();
    match operation {
        "listPropertyContracts" => get(format!("/v1/property-contracts?in={community}&limit=1")),
        "getPropertyContract" => get(format!("/v1/property-contracts/{id}")),
        "terminatePropertyContract" => {
            post(format!("/v1/property-contracts/{id}/terminate"), json!({"terminated_on": "2026-06-30", "reason": "更换"}))
        }
        "updatePropertyContract" => patch(format!("/v1/property-contracts/{id}"), json!({"number": name("号")})),
        "filePropertyContract" => {
            post(format!("/v1/property-contracts/{id}/file"), json!({"filed_on": "2026-03-02", "number": "备1号"}))
        }
        "giveNoticeOfPropertyContract" => {
            let body = json!({"by": "owners", "given_on": "2026-03-02", "last_day": "2026-05-06", "reason": "解聘"});
            post(format!("/v1/property-contracts/{id}/give-notice"), body)
        }
        "continuePropertyContract" => {
            let mut over = contract(&maker.estate(community).await, &maker.organization("property_enterprise", community).await);
            (over["starts_on"], over["ends_on"]) = ("2023-01-01".into(), "2025-12-31".into());
            let id = maker.makes("/v1/property-contracts", over).await.id();
            post(format!("/v1/property-contracts/{id}/continue"), json!({}))
        }
        "restorePropertyContract" => {
            let ended = json!({"terminated_on": "2026-06-30", "reason": "更换"});
            maker.acts(&format!("/v1/property-contracts/{id}/terminate"), ended).await;
            post(format!("/v1/property-contracts/{id}/restore"), json!({"reason": "录入错误"}))
        }
        "voidPropertyContract" => post(format!("/v1/property-contracts/{id}/void"), json!({"reason": "录入错误"})),
        _ => panic!("{operation} has no sample"),
    }
}

async fn committees(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let done = json!({"done_on": "2026-03-02"});
    let filing = json!({"filed_on": "2026-03-02", "number": "备1号"});
    let (stage, action, body) = match operation {
        "createOwnersCommittee" => {
            let estate = maker.estate(community).await;
            let organization = maker.organization("owners_committee", community).await;
            let body = json!({"estate_id": estate, "organization_id": organization, "seats": 7});
            return post("/v1/owners-committees", body);
        }
        "listOwnersCommittees" => {
            maker.committee(community, "preparing").await;
            return get(format!("/v1/owners-committees?in={community}&limit=1"));
        }
        "getOwnersCommittee" => ("preparing", "", Value::Null),
        "discloseOwnersCommittee" => ("elected", "/disclosure?purpose=supervision", Value::Null),
        "listOwnersCommitteeDeadlines" => ("preparing", "/deadlines", Value::Null),
        "announceOwnersCommitteeCandidates" => ("preparing", "/announce-candidates", json!({"done_on": "2026-02-10"})),
        "electOwnersCommittee" => ("candidates_announced", "/elect", election()),
        "holdOwnersCommitteeFirstMeeting" => ("elected", "/hold-first-meeting", json!({"held_on": "2026-03-02"})),
        "appointOwnersCommitteePosts" => ("in_office", "/appoint", json!({})),
        "fileOwnersCommitteeWithStreet" => ("elected", "/file-with-street", filing),
        "fileOwnersCommitteeWithDistrict" => ("candidates_announced", "/file-with-district", filing),
        "installOwnersCommittee" => ("filed", "/take-office", json!({})),
        "addOwnersCommitteeMember" => {
            let member = json!({"name": "委员六", "phone": "13900000006", "owned_unit": "6号楼101"});
            ("in_office", "/add-member", json!({"member": member, "starts_on": "2026-03-02"}))
        }
        "removeOwnersCommitteeMember" => {
            ("in_office", "/remove-member", json!({"left_on": "2026-03-02", "ground": "no_longer_owner", "reason": "转让"}))
        }
        "prolongOwnersCommittee" => {
            let longer = json!({"decided_on": "2026-03-02", "term_ends_on": "2032-02-28", "decision": "业主大会决议"});
            ("in_office", "/prolong", longer)
        }
        "formOwnersCommitteeElectionGroup" => {
            ("in_office", "/form-group", json!({"formed_on": "2026-03-02", "owners": 4, "others": 3}))
        }
        "beginOwnersCommitteeHandover" => ("in_office", "/begin-handover", done),
        "handOverOwnersCommitteeItem" => ("handover", "/hand-over", json!({"item": "seal", "done_on": "2026-03-02"})),
        "endOwnersCommittee" => ("handover", "/end", done),
        "dissolveOwnersCommittee" => ("in_office", "/dissolve", json!({"done_on": "2026-03-02", "reason": "决定"})),
        _ => panic!("{operation} has no sample"),
    };
    let make = async { maker.committee(community, stage).await.id() };
    let id = match action {
        // These go further than the stage.
        "/add-member" | "/end" | "/form-group" | "/file-with-district" => make.await,
        _ => maker.app.cases.get(community, stage, async { vec![make.await] }).await.remove(0),
    };
    let path = format!("/v1/owners-committees/{id}");
    let committee = maker.get(&path).await;
    if body.is_null() {
        return get(format!("{path}{action}"));
    }
    let mut body = body;
    let member = committee.body["members"][0]["id"].clone();
    match action {
        "/hold-first-meeting" => body["posts"] = json!({"chair_id": member}),
        "/appoint" => body["chair_id"] = member,
        "/remove-member" => body["member_id"] = member,
        "/add-member" => {
            let removed = json!({"member_id": member, "left_on": "2026-03-02", "ground": "no_longer_owner", "reason": "转让"});
            maker.acts(&format!("{path}/remove-member"), removed).await;
        }
        // Where the district receives filings too.
        "/file-with-district" => {
            let rule = json!({"jurisdiction": community, "name": "committee_district_filing", "value": 1, "legal_basis": "通知", "valid_from": "2026-03-02"});
            maker.app.caller(Role::Admin, &community[..4]).post("/v1/rules", &rule).await;
            let mut elected = election();
            (elected["elected_on"], elected["term_starts_on"]) = ("2026-03-02".into(), "2026-03-02".into());
            maker.acts(&format!("{path}/elect"), elected).await;
        }
        // Too few are left to go on.
        "/form-group" => {
            for member in &committee.body["members"].as_array().unwrap()[..3] {
                let removed = json!({"member_id": member["id"], "left_on": "2026-03-02", "ground": "resigned", "reason": "辞职"});
                maker.acts(&format!("{path}/remove-member"), removed).await;
            }
        }
        "/end" => {
            for item in committee.body["handover"].as_array().unwrap() {
                let handed = json!({"item": item["item"], "done_on": "2026-03-02"});
                maker.acts(&format!("{path}/hand-over"), handed).await;
            }
        }
        _ => {}
    }
    post(format!("{path}{action}"), body)
}

async fn merges(maker: &Caller<'_>, operation: &str, code: &str) -> Sample {
    let code = if code.len() > 12 { &code[..12] } else { code };
    let into = maker.learner(code, None).await;
    let body = json!({"into_id": into, "learner_id": maker.learner(code, None).await, "reason": "重复登记"});
    if operation == "createLearnerMerge" {
        return post("/v1/learner-merges", body);
    }
    let id = maker.makes("/v1/learner-merges", body).await.id();
    match operation {
        "listLearnerMerges" => get(format!("/v1/learner-merges?in={code}&limit=1")),
        "getLearnerMerge" => get(format!("/v1/learner-merges/{id}")),
        _ => panic!("{operation} has no sample"),
    }
}

async fn grid_records(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let clue = json!({"jurisdiction": community, "kind": "clue", "title": name("线索")});
    if operation == "createGridRecord" {
        return post("/v1/grid-records", clue);
    }
    let path = format!("/v1/grid-records/{}", maker.makes("/v1/grid-records", clue).await.id());
    match operation {
        "listGridRecords" => get(format!("/v1/grid-records?in={community}&limit=1")),
        "getGridRecord" => get(path),
        "updateGridRecord" => patch(path, json!({"place": name("楼")})),
        "settleGridRecord" => post(format!("{path}/settle"), json!({"outcome": "已劝导"})),
        "dismissGridRecord" => post(format!("{path}/dismiss"), json!({"reason": "不属实"})),
        "reopenGridRecord" => {
            maker.acts(&format!("{path}/dismiss"), json!({"reason": "不属实"})).await;
            post(format!("{path}/reopen"), json!({"reason": "属实"}))
        }
        "fileGridRecord" => post(format!("{path}/file"), filed_clue()),
        _ => panic!("{operation} has no sample"),
    }
}

/// A council of a community: one whose meetings samples hold, or one that they change.
async fn council_of(app: &TestApp, maker: &Caller<'_>, community: &str, lasts: bool) -> Seated {
    let make = async { maker.council(community).await.into_ids() };
    let shared = if lasts { &app.lasting } else { &app.cases };
    Seated::of_ids(shared.get(community, "council", make).await)
}

/// Councils and their meetings.
async fn councils(app: &TestApp, maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    if operation == "createCouncil" {
        let mut organizations = Vec::new();
        for (_, kind) in super::council::FOUR {
            organizations.push(maker.organization(kind, community).await);
        }
        return post("/v1/councils", council(community, &maker.estate(community).await, &organizations));
    }
    let changes = ["updateCouncil", "changeCouncilSeat", "nameCouncilDelegate", "endCouncilDelegate", "dissolveCouncil"];
    let asks = ["requestCouncilMeeting", "orderCouncilMeeting", "answerCouncilRequest"];
    let lasts = !changes.contains(&operation) && !asks.contains(&operation);
    let seated = council_of(app, maker, community, lasts).await;
    let path = seated.path();
    match operation {
        "listCouncils" => get(format!("/v1/councils?in={community}&limit=1")),
        "getCouncil" => get(path),
        "updateCouncil" => patch(path, json!({"name": name("议事会")})),
        "changeCouncilSeat" => {
            let next = maker.organization("property_enterprise", community).await;
            post(format!("{path}/change-seat"), json!({"position": 3, "organization_id": next, "reason": "更换"}))
        }
        "nameCouncilDelegate" => {
            post(format!("{path}/name-delegate"), json!({"position": 2, "name": "业主甲", "starts_on": "2026-03-02"}))
        }
        "endCouncilDelegate" => {
            let body = json!({"delegate_id": seated.delegates[2], "ends_on": "2026-03-02", "reason": "调动"});
            post(format!("{path}/end-delegate"), body)
        }
        "requestCouncilMeeting" => post(format!("{path}/request-meeting"), json!({"position": 2, "topics": "停车"})),
        "orderCouncilMeeting" => post(format!("{path}/order-meeting"), json!({"topics": "停车"})),
        "answerCouncilRequest" => {
            let asked = maker.acts(&format!("{path}/request-meeting"), json!({"position": 2, "topics": "停车"})).await;
            let body = json!({"request_id": asked.body["requests"][0]["id"], "accepted": false, "answer": "已列入下月议题"});
            post(format!("{path}/answer-request"), body)
        }
        "dissolveCouncil" => post(format!("{path}/dissolve"), json!({"reason": "撤并"})),
        _ => council_meetings(app, maker, operation, &seated).await,
    }
}

async fn duties(app: &TestApp, maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let seated = council_of(app, maker, community, true).await;
    let make = async { maker.meets(&seated, Held::Signed).await.as_resolution() };
    let ids = app.lasting.get(community, "resolution", make).await;
    let good = json!({"meeting_id": ids[0], "item_id": ids[1], "position": 3, "task": "完成改造", "working_days": 30});
    if operation == "createDuty" {
        return post("/v1/duties", good);
    }
    let path = format!("/v1/duties/{}", maker.makes("/v1/duties", good).await.id());
    let report = json!({"text": "已完成", "evidence": ["验收单"], "complete": true});
    match operation {
        "listDuties" => get(format!("/v1/duties?in={community}&limit=1")),
        "getDuty" => get(path),
        "getDutyDeadline" => get(format!("{path}/deadline")),
        "reportDutyProgress" => post(format!("{path}/report-progress"), report),
        "reviewDuty" => {
            maker.acts(&format!("{path}/report-progress"), report).await;
            post(format!("{path}/review"), json!({"accepted": true, "note": "属实"}))
        }
        "extendDuty" => post(format!("{path}/extend"), json!({"working_days": 5, "reason": "材料延迟"})),
        "cancelDuty" => post(format!("{path}/cancel"), json!({"reason": "改由街道实施"})),
        _ => panic!("{operation} has no sample"),
    }
}

async fn council_meetings(app: &TestApp, maker: &Caller<'_>, operation: &str, seated: &Seated) -> Sample {
    let stage = match operation {
        "createCouncilMeeting" => return post("/v1/council-meetings", seated.meeting(app)),
        "createCouncilMeetingSeries" => {
            let mut series = seated.meeting(app);
            series["recurrence"] = "FREQ=MONTHLY;COUNT=2".into();
            return post("/v1/council-meetings/series", series);
        }
        "listCouncilMeetings" | "updateCouncilMeeting" | "addCouncilItem" | "removeCouncilItem" | "arrangeCouncilItems" => {
            Held::Planned
        }
        "notifyCouncilMeeting" | "decideCouncilRecusal" | "cancelCouncilMeeting" => Held::Planned,
        "answerCouncilInvitation" | "openCouncilMeeting" | "adjournCouncilMeeting" | "consentToCouncilItem" => Held::Notified,
        "concludeCouncilMeeting" | "recordCouncilAttendance" => Held::Open,
        "openCouncilVote" | "strikeCouncilAttendance" => Held::Attended,
        "giveCouncilVoice" | "closeCouncilVote" => Held::Voting,
        "correctCouncilMinutes" | "signCouncilMinutes" => Held::Concluded,
        "publishCouncilMeeting" | "strikeCouncilSignature" => Held::Signed,
        "objectToCouncilMeeting" | "answerCouncilObjection" | "getCouncilMeeting" => Held::Published,
        _ => Held::Voted,
    };
    // Those who read and those who are refused share it.
    let make = async { vec![maker.meets(seated, stage).await.id()] };
    let id = app.cases.get(&seated.community(maker).await, &format!("meeting {stage:?}"), make).await.remove(0);
    let path = format!("/v1/council-meetings/{id}");
    let held = maker.get(&path).await;
    let item = held.own_item();
    let delegate = &seated.delegates[2];
    let (action, body) = match operation {
        "listCouncilMeetings" => return get(format!("/v1/council-meetings?council_id={}&limit=1", seated.id)),
        "getCouncilMeeting" => return get(path),
        "getCouncilMeetingQuorum" => return get(format!("{path}/quorum")),
        "updateCouncilMeeting" => return patch(path, json!({"place": name("会议室")})),
        "addCouncilItem" => ("add-item", json!({"title": "停车"})),
        "removeCouncilItem" => ("remove-item", json!({"item_id": item})),
        "arrangeCouncilItems" => ("arrange-items", json!({"item_ids": [item]})),
        "notifyCouncilMeeting" => ("notify", json!({})),
        "answerCouncilInvitation" => ("answer-invitation", json!({"position": 2, "coming": true})),
        "consentToCouncilItem" => {
            let urgent = maker.acts(&format!("{path}/add-item"), json!({"title": "漏水"})).await;
            let last = urgent.body["record"]["agenda"].as_array().unwrap().last().unwrap()["id"].clone();
            ("consent-to-item", json!({"item_id": last, "position": 2, "agrees": true, "paper": "函〔2026〕7号"}))
        }
        "openCouncilMeeting" => ("open", json!({})),
        "recordCouncilAttendance" => ("record-attendance", json!({"position": 2, "delegate_id": delegate, "passage": "in"})),
        "strikeCouncilAttendance" => {
            ("strike-attendance", json!({"event_id": held.body["record"]["attendance"][0]["id"], "reason": "误录"}))
        }
        "strikeCouncilSignature" => ("strike-signature", json!({"position": 2, "reason": "误录"})),
        "decideCouncilRecusal" => {
            ("decide-recusal", json!({"item_id": item, "position": 3, "recused": true, "reason": "利害关系"}))
        }
        "openCouncilVote" => ("open-vote", json!({"item_id": item, "resolution": "三十日内完成改造"})),
        "giveCouncilVoice" => ("give-voice", json!({"position": 2, "delegate_id": delegate, "voice": "yes"})),
        "closeCouncilVote" => ("close-vote", json!({})),
        "adjournCouncilMeeting" => {
            let at = |hours: i64| (app.clock.now() + Duration::hours(hours)).to_rfc3339();
            ("adjourn", json!({"starts_at": at(24), "ends_at": at(26), "reason": "席位未到"}))
        }
        "concludeCouncilMeeting" => ("conclude", json!({})),
        "cancelCouncilMeeting" => ("cancel", json!({"reason": "改期"})),
        "correctCouncilMinutes" => ("correct-minutes", json!({"remarks": "充分讨论。"})),
        "signCouncilMinutes" => {
            let hash = held.body["record"]["minutes"]["hash"].clone();
            ("sign-minutes", json!({"position": 2, "hash": hash, "paper": "档案柜一"}))
        }
        "publishCouncilMeeting" => ("publish", json!({"public_text": "决定改造车库照明。"})),
        "objectToCouncilMeeting" => ("object", json!({"text": "请调整施工时间。"})),
        "answerCouncilObjection" => {
            let resident = app.resident(&name("objector"), &seated.community(maker).await);
            let said = resident.acts(&format!("{path}/object"), json!({"text": "请调整施工时间。"})).await;
            ("answer-objection", json!({"objection_id": said.body["objections"][0]["id"], "answer": "已调整。"}))
        }
        _ => panic!("{operation} has no sample"),
    };
    post(format!("{path}/{action}"), body)
}

fn filed_clue() -> Value {
    let applicant = json!({"role": "applicant", "kind": "person", "name": "王小明", "phone": "13800000000"});
    json!({"category": "noise", "parties": [applicant]})
}

async fn grid_units(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let proposal = json!({"community": community, "name": name("网格"), "households": 100});
    let ending = json!({"effective_on": "2026-03-02", "reason": "调整"});
    match operation {
        "createGridUnit" => return post("/v1/grid-units", proposal),
        "importGridUnits" => {
            return csv("/v1/grid-units/import", format!("社区代码,网格名称,户数\n{community},{},100\n", name("网格")));
        }
        "approveGridUnit" | "rejectGridUnit" => {
            let id = maker.makes("/v1/grid-units", proposal).await.id();
            let action = operation.strip_suffix("GridUnit").unwrap();
            return post(format!("/v1/grid-units/{id}/{action}"), json!({"reason": "理由"}));
        }
        _ => {}
    }
    let unit = maker.grid_unit(community).await;
    let path = format!("/v1/grid-units/{}", unit.id());
    match operation {
        "listGridUnits" => get(format!("/v1/grid-units?in={community}&limit=1")),
        "getGridUnit" => get(path),
        "discloseGridUnit" => get(format!("{path}/disclosure?purpose=supervision")),
        "listGridUnitPeriods" => get(format!("{path}/periods")),
        "adjustGridUnit" => {
            post(format!("{path}/adjust"), json!({"effective_on": "2026-03-02", "reason": "调整", "households": 120}))
        }
        "mergeGridUnit" => {
            let mut body = ending;
            body["into_id"] = maker.grid_unit(community).await.id().into();
            post(format!("{path}/merge"), body)
        }
        "retireGridUnit" => post(format!("{path}/retire"), ending),
        _ => panic!("{operation} has no sample"),
    }
}

async fn enrollments(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let grid = maker.grid_unit(community).await.body["jurisdiction"].clone();
    let guest = maker.organization("mediation_committee", community).await;
    let body = json!({"jurisdiction": grid, "organization_id": guest, "invited_on": "2026-02-01"});
    if operation == "createGridEnrollment" {
        return post("/v1/grid-enrollments", body);
    }
    let id = maker.makes("/v1/grid-enrollments", body).await.id();
    let path = format!("/v1/grid-enrollments/{id}");
    match operation {
        "listGridEnrollments" => get(format!("/v1/grid-enrollments?in={community}&limit=1")),
        "getGridEnrollment" => get(path),
        "joinGridEnrollment" => post(format!("{path}/join"), json!({"joined_on": "2026-03-01"})),
        "leaveGridEnrollment" => post(format!("{path}/leave"), json!({"left_on": "2026-03-01", "reason": "不参加"})),
        _ => panic!("{operation} has no sample"),
    }
}

async fn learners(maker: &Caller<'_>, operation: &str, code: &str) -> Sample {
    if operation == "createLearner" {
        return post("/v1/learners", learner(code));
    }
    let path = format!("/v1/learners/{}", maker.learner(code, None).await);
    match operation {
        "listLearners" => get(format!("/v1/learners?in={}&limit=1", office(code))),
        "getLearner" => get(path),
        "updateLearner" => patch(path, json!({"name": name("学员")})),
        "leaveLearner" => post(format!("{path}/leave"), json!({"left_on": "2026-03-02"})),
        "discloseLearner" => get(format!("{path}/disclosure?purpose=training")),
        _ => panic!("{operation} has no sample"),
    }
}

/// A published course of a jurisdiction, which samples share.
async fn course(app: &TestApp, code: &str, examined: bool) -> String {
    let make = async {
        let mut body = training(code);
        body["examined"] = json!(examined);
        vec![app.colleague_of(&code[..4]).publishes(body).await]
    };
    app.lasting.get(code, &format!("course, examined: {examined}"), make).await.remove(0)
}

async fn trainings(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    if !operation.contains("Session") && !operation.contains("Series") && operation != "getCheckInCode" {
        if operation == "createTraining" {
            return post("/v1/trainings", training(code));
        }
        let id = maker.makes("/v1/trainings", training(code)).await.id();
        let path = format!("/v1/trainings/{id}");
        return match operation {
            "listTrainings" => get(format!("/v1/trainings?in={}&limit=1", office(code))),
            "getTraining" => get(path),
            "updateTraining" => patch(path, json!({"title": name("课程")})),
            "publishTraining" => post(format!("{path}/publish"), json!({})),
            "retireTraining" => {
                maker.acts(&format!("{path}/publish"), json!({})).await;
                post(format!("{path}/retire"), json!({}))
            }
            _ => panic!("{operation} has no sample"),
        };
    }
    let course = course(app, code, false).await;
    let held = meeting(app, &course, -180);
    match operation {
        "createTrainingSession" => return post("/v1/training-sessions", held),
        "createTrainingSeries" => {
            let mut body = held;
            body["recurrence"] = json!("FREQ=DAILY;COUNT=2");
            return post("/v1/training-sessions/series", body);
        }
        _ => {}
    }
    let id = maker.makes("/v1/training-sessions", held).await.id();
    let path = format!("/v1/training-sessions/{id}");
    let steps: &[&str] = match operation {
        "getCheckInCode" | "startTrainingSession" => &["open"],
        "completeTrainingSession" => &["open", "start"],
        _ => &[],
    };
    for step in steps {
        maker.acts(&format!("{path}/{step}"), json!({})).await;
    }
    match operation {
        "listTrainingSessions" => get(format!("/v1/training-sessions?in={}&limit=1", office(code))),
        "getTrainingSession" => get(path),
        "updateTrainingSession" => patch(path, json!({"place": name("会议室")})),
        "openTrainingSession" => post(format!("{path}/open"), json!({})),
        "getCheckInCode" => get(format!("{path}/check-in-code")),
        "startTrainingSession" => post(format!("{path}/start"), json!({})),
        "completeTrainingSession" => post(format!("{path}/complete"), json!({})),
        "cancelTrainingSession" => post(format!("{path}/cancel"), json!({"reason": "场地维修"})),
        _ => panic!("{operation} has no sample"),
    }
}

/// What is done with enrollments and not called so.
const ATTENDING: [&str; 5] = ["getTrainingCalendar", "checkIn", "checkOut", "recordPresence", "recordExaminationResult"];

async fn attending(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    if matches!(operation, "checkIn" | "checkOut") {
        return checking(app, operation, &code[..4]).await;
    }
    let course = course(app, code, operation == "recordExaminationResult").await;
    let learner = maker.learner(code, None).await;
    match operation {
        "getTrainingCalendar" => return get("/v1/training-enrollments/calendar.ics".into()),
        "correctTrainingEnrollment" | "recordExaminationResult" => {
            let make = async { vec![maker.attends(&course, &learner, 120).await] };
            let path = format!("/v1/training-enrollments/{}", app.cases.get(code, &course, make).await[0]);
            return match operation {
                "recordExaminationResult" => post(format!("{path}/record-result"), json!({"passed": true, "score": 80})),
                _ => post(format!("{path}/correct"), json!({"outcome": "failed", "reason": "代签"})),
            };
        }
        _ => {}
    }
    let minutes = if operation == "recordPresence" { -180 } else { 60 };
    let session = maker.opens(meeting(app, &course, minutes)).await;
    match operation {
        "createTrainingEnrollment" => {
            return post("/v1/training-enrollments", json!({"session_id": session, "learner_id": learner}));
        }
        "createTrainingEnrollments" => {
            return post("/v1/training-enrollments/bulk", json!({"session_id": session, "learner_ids": [learner]}));
        }
        _ => {}
    }
    let path = format!("/v1/training-enrollments/{}", maker.seats(&session, &learner).await.id());
    match operation {
        "listTrainingEnrollments" => get(format!("/v1/training-enrollments?in={}&limit=1", office(code))),
        "getTrainingEnrollment" => get(path),
        "withdrawTrainingEnrollment" => post(format!("{path}/withdraw"), json!({})),
        "excuseTrainingEnrollment" => post(format!("{path}/excuse"), json!({"reason": "因公出差"})),
        "recordPresence" => {
            maker.acts(&format!("/v1/training-sessions/{session}/start"), json!({})).await;
            post(format!("{path}/record-presence"), json!({"minutes": 100}))
        }
        _ => panic!("{operation} has no sample"),
    }
}

/// Checking in or out is the learner's own: a resident of the city.
async fn checking(app: &TestApp, operation: &str, city: &str) -> Sample {
    let maker = app.colleague_of(city);
    let subject = app.subject(&format!("resident {city}"));
    let make = async { vec![maker.learner(city, Some(&subject)).await] };
    let learner = app.lasting.get(city, "learner", make).await.remove(0);
    // Nobody takes a course twice, or two sessions, at the same time: each is a moment of its own.
    let course = maker.publishes(training(city)).await;
    let known = app.count(&format!("training_enrollments WHERE learner_id = '{learner}'")).await;
    let starts = app.clock.now() + Duration::minutes(10) + Duration::seconds(2 * known);
    let mut session = meeting(app, &course, 10);
    session["starts_at"] = json!(starts.to_rfc3339());
    let ends = (starts + Duration::seconds(1)).to_rfc3339();
    (session["ends_at"], session["check_in_closes_at"]) = (json!(ends), json!(ends));
    let session = maker.opens(session).await;
    let path = format!("/v1/training-enrollments/{}", maker.seats(&session, &learner).await.id());
    let code = json!({"code": maker.code(&session).await});
    if operation == "checkOut" {
        app.caller(Role::Resident, city).acts(&format!("{path}/check-in"), code.clone()).await;
        return post(format!("{path}/check-out"), code);
    }
    post(format!("{path}/check-in"), code)
}

async fn certificates(app: &TestApp, operation: &str, code: &str) -> Sample {
    let maker = app.colleague_of(&code[..4]);
    let make = async {
        let learner = maker.learner(code, None).await;
        vec![maker.certificate(code, &learner).await.id()]
    };
    let path = format!("/v1/certificates/{}", app.cases.get(code, "certificate", make).await[0]);
    match operation {
        "listCertificates" => get(format!("/v1/certificates?in={}&limit=1", office(code))),
        "getCertificate" => get(path),
        "discloseCertificate" => get(format!("{path}/disclosure?purpose=training")),
        "getCertificatePicture" => get(format!("{path}/qr.svg")),
        "revokeCertificate" => post(format!("{path}/revoke"), json!({"reason": "考核有误"})),
        "renewCertificate" => {
            let certificate = maker.get(&path).await;
            let session = maker.opens(meeting(app, certificate.body["training_id"].as_str().unwrap(), 60)).await;
            post(format!("{path}/renew"), json!({"session_id": session}))
        }
        _ => panic!("{operation} has no sample"),
    }
}

async fn policies(maker: &Caller<'_>, operation: &str, code: &str) -> Sample {
    if operation == "createPolicy" {
        return post("/v1/policies", policy(code));
    }
    let id = maker.makes("/v1/policies", policy(code)).await.id();
    let path = format!("/v1/policies/{id}");
    let publication = json!({"valid_from": "2026-03-01"});
    match operation {
        "listPolicies" => get(format!("/v1/policies?in={code}&limit=1")),
        "getPolicy" => get(path),
        "updatePolicy" => patch(path, json!({"issuer": name("机关")})),
        "publishPolicy" => post(format!("{path}/publish"), publication),
        "repealPolicy" => {
            maker.acts(&format!("{path}/publish"), publication).await;
            post(format!("{path}/repeal"), json!({"valid_until": "2026-04-01", "reason": "废止"}))
        }
        _ => panic!("{operation} has no sample"),
    }
}

async fn responsibilities(maker: &Caller<'_>, operation: &str, code: &str) -> Sample {
    let code = if code.len() > 12 { &code[..12] } else { code };
    match operation {
        "createResponsibility" => return post("/v1/responsibilities", responsibility(code, &matter())),
        "resolveResponsibilities" => {
            return get(format!("/v1/responsibilities/resolve?matter=leakage&jurisdiction={code}"));
        }
        _ => {}
    }
    let id = maker.responsibility(code).await.id();
    let path = format!("/v1/responsibilities/{id}");
    match operation {
        "listResponsibilities" => get(format!("/v1/responsibilities?in={code}&limit=1")),
        "getResponsibility" => get(path),
        "updateResponsibility" => patch(path, json!({"title": name("标题")})),
        "publishResponsibility" => post(format!("{path}/publish"), json!({"valid_from": "2026-03-02"})),
        "supersedeResponsibility" => {
            maker.acts(&format!("{path}/publish"), json!({"valid_from": "2026-03-02"})).await;
            post(format!("{path}/supersede"), json!({"valid_until": "2026-03-02"}))
        }
        "voidResponsibility" => {
            maker.acts(&format!("{path}/publish"), json!({"valid_from": "2026-03-02"})).await;
            post(format!("{path}/void"), json!({"reason": "录入错误"}))
        }
        _ => panic!("{operation} has no sample"),
    }
}
