//! Demo organizations, estates, contracts, committees, grid units and responsibilities, made through the API itself.

use std::cell::Cell;
use std::rc::Rc;

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};
use uuid::Builder;

use super::name_of;
use crate::access::actor::{Grant, Role};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::keys::SigningKey;
use crate::access::token::Claims;
use crate::app::{self, Shared};
use crate::calendar::{Clock, civil_date};
use crate::config::Settings;
use crate::db::pool::Db;
use crate::http::limits::rates::RateTable;
use crate::resources::parties::organizations::credit_code::check_character;

pub const CITY: &str = "3702";
const ENTERPRISES: [&str; 6] = ["海诚", "安和", "嘉泰", "城悦", "瑞安", "汇邻"];
const ESTATES: [&str; 12] = ["海韵", "金桂", "银杏", "听涛", "馨苑", "锦绣", "和谐", "康居", "阳光", "翠湖", "福泰", "明珠"];
const FORMS: [&str; 4] = ["花园", "家园", "小区", "苑"];
const MATTERS: [(&str, &str); 6] = [
    ("leakage", "房屋渗漏纠纷"),
    ("parking", "车位与停车纠纷"),
    ("fee", "物业费纠纷"),
    ("elevator", "电梯运行与维修纠纷"),
    ("noise", "噪声扰民纠纷"),
    ("common_income", "公共收益纠纷"),
];

/// The API as two city officers call it. Ids follow from the order of the calls, so that a second run finds everything there.
pub struct Api {
    send: Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, (u16, String)>>,
    officer: String,
    /// For what takes a second person.
    colleague: String,
    pub today: NaiveDate,
    asked: Cell<u64>,
    made: Cell<usize>,
}

/// Makes what is not there yet; says how many records that are.
pub async fn seed(settings: &Settings, communities: &[JurisdictionCode], now: DateTime<Utc>) -> Result<usize, String> {
    let api = Api::open(settings, now).await?;
    let enterprises = api.city().await?;
    let mut above = Vec::new();
    for (at, community) in communities.iter().enumerate() {
        for level in [Level::District, Level::Street] {
            let Some(code) = community.at(level).filter(|code| !above.contains(code)) else { continue };
            above.push(code);
            api.offices(code).await?;
        }
        api.community(at, *community, &enterprises).await?;
    }
    api.training(communities).await?;
    Ok(api.made.get())
}

impl Api {
    async fn open(settings: &Settings, now: DateTime<Utc>) -> Result<Self, String> {
        let key = SigningKey::ephemeral()?;
        let settings = &Settings { rates: RateTable::unlimited(), ..settings.clone() };
        let shared = Shared::new(settings, &key, Clock::standing_at(now))?;
        let service = Rc::new(init_service(app::build(&shared, Db::new(&settings.database)?)).await);
        let grants = vec![Grant { role: Role::CityOfficer, jurisdiction: CITY.parse().map_err(|_| "no code")? }];
        let token_of = |name: &str| {
            let claims = Claims::new(&settings.issuer, &settings.audience, name.into(), now, TimeDelta::hours(1));
            let token = key.sign(&Claims { grants: grants.clone(), ..claims }).map_err(|error| error.to_string())?;
            Ok::<_, String>(format!("Bearer {token}"))
        };
        let (officer, colleague) = (token_of("demo")?, token_of("colleague")?);
        let send = move |request: TestRequest| -> LocalBoxFuture<'static, (u16, String)> {
            let (service, request) = (service.clone(), request.to_request());
            Box::pin(async move {
                let response = call_service(&*service, request).await;
                let status = response.status().as_u16();
                (status, String::from_utf8_lossy(&read_body(response).await).into_owned())
            })
        };
        Ok(Self { send: Box::new(send), officer, colleague, today: civil_date(now), asked: Cell::new(0), made: Cell::new(0) })
    }

    /// Posts; what is there or done already is left as it is.
    pub async fn post(&self, path: &str, body: &Value) -> Result<bool, String> {
        self.post_as(&self.officer, path, body).await
    }

    async fn post_as(&self, token: &str, path: &str, body: &Value) -> Result<bool, String> {
        match (self.send)(TestRequest::post().uri(path).insert_header(("authorization", token)).set_json(body)).await {
            (200 | 201, _) => Ok(true),
            // What was recorded already is refused as a value, not as a state.
            (409, _) => Ok(false),
            (422, told) if told.contains("already_done") => Ok(false),
            (status, told) => Err(format!("POST {path}: {status} {told}")),
        }
    }

    async fn get(&self, path: &str) -> Result<Value, String> {
        let request = TestRequest::get().uri(path).insert_header(("authorization", self.officer.as_str()));
        let (_, told) = (self.send)(request).await;
        serde_json::from_str(&told).map_err(|error| error.to_string())
    }

    /// Makes a record and gives back its id, which is the same in every run.
    pub async fn make(&self, path: &str, mut body: Value) -> Result<String, String> {
        let number = self.asked.replace(self.asked.get() + 1);
        let id = Builder::from_unix_timestamp_millis(1_767_312_000_000 + number, &[9; 10]).into_uuid().to_string();
        body["id"] = id.clone().into();
        if self.post(path, &body).await? {
            self.made.set(self.made.get() + 1);
        }
        Ok(id)
    }

    async fn organization(&self, kind: &str, code: JurisdictionCode, name: &str, more: Value) -> Result<String, String> {
        let mut body = json!({"jurisdiction": code, "kind": kind, "name": name});
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        self.make("/v1/organizations", body).await
    }

    /// The city's office, its enterprises and its responsibility list.
    async fn city(&self) -> Result<Vec<String>, String> {
        let city: JurisdictionCode = CITY.parse().map_err(|_| "no code")?;
        self.organization("property_office", city, "市物业管理办公室", json!({})).await?;
        let mut enterprises = Vec::new();
        for (at, name) in ENTERPRISES.iter().enumerate() {
            let body = format!("913702000000000{at:02}");
            let code = format!("{body}{}", check_character(&body).unwrap_or_default());
            let contact = json!([{"name": "项目负责人", "post": "客服主管", "phone": format!("1380000{at:04}")}]);
            let more = json!({"credit_code": code, "contacts": contact});
            enterprises.push(
                self.organization("property_enterprise", city, &format!("青岛{name}物业服务有限公司（示例）"), more).await?,
            );
        }
        for (matter, title) in MATTERS {
            for (duty, level, kind) in [
                ("lead", "community", "neighborhood_committee"),
                ("assist", "community", "property_enterprise"),
                ("supervise", "street", "street_office"),
                ("supervise", "district", "property_office"),
            ] {
                let body = json!({"jurisdiction": city, "matter": matter, "title": title, "level": level,
                    "organization_kind": kind, "duty": duty, "legal_basis": "《山东省物业管理条例》（示例）"});
                let id = self.make("/v1/responsibilities", body).await?;
                self.post(&format!("/v1/responsibilities/{id}/publish"), &json!({"valid_from": "2026-01-01"})).await?;
            }
        }
        Ok(enterprises)
    }

    /// The offices of a district or a street.
    async fn offices(&self, code: JurisdictionCode) -> Result<(), String> {
        let name = name_of(code.as_str());
        if code.level() == Level::District {
            self.organization("property_office", code, &format!("{name}物业管理办公室"), json!({})).await?;
        } else {
            let plain = name.trim_end_matches("办事处");
            self.organization("street_office", code, &format!("{plain}办事处"), json!({})).await?;
            self.organization("street_party_committee", code, &format!("{plain}党工委"), json!({})).await?;
            self.mediators(code, plain).await?;
        }
        Ok(())
    }

    /// The mediation committee of a street: three mediators, women among them, whose training is still to come.
    async fn mediators(&self, code: JurisdictionCode, street: &str) -> Result<(), String> {
        let title = format!("{street}人民调解委员会");
        let committee = self.organization("mediation_committee", code, &title, json!({})).await?;
        let people = [("甲", "female", "leakage"), ("乙", "male", "noise"), ("丙", "female", "fee")];
        for (at, (name, gender, knows)) in people.into_iter().enumerate() {
            let phone = format!("1390000{:03}{at}", code.as_str().get(6..).unwrap_or_default());
            let body = json!({"organization_id": committee, "name": format!("调解员{name}"), "phone": phone,
                "gender": gender, "committee_member": true, "qualification": "人民调解员（示例）", "specialties": [knows]});
            self.make("/v1/mediators", body).await?;
        }
        Ok(())
    }

    /// A community with its organizations, two grid units and two estates.
    async fn community(&self, at: usize, code: JurisdictionCode, enterprises: &[String]) -> Result<(), String> {
        let name = name_of(code.as_str());
        let plain = name.trim_end_matches("居委会").trim_end_matches("社区");
        let party = self.organization("community_party_organization", code, &format!("{plain}社区党委"), json!({})).await?;
        let covered = json!({"party_mode": "joint", "party_organization_id": party});
        let committee =
            self.organization("neighborhood_committee", code, &format!("{plain}社区居民委员会"), covered.clone()).await?;
        let mut grids = Vec::new();
        for number in 1..=2 {
            let grid = format!("{code}{number:03}");
            let body = json!({"community": code, "code": grid, "name": format!("第{number}网格"), "households": 300 + at * 7,
                "established_on": self.today - Days::new(60),
                "lead_name": "网格长", "worker_name": "网格员", "party_group": format!("第{number}党小组")});
            let id = self.make("/v1/grid-units", body).await?;
            self.post_as(&self.colleague, &format!("/v1/grid-units/{id}/approve"), &json!({"reason": "街道同意设立"})).await?;
            grids.push(grid);
        }
        self.enroll(&grids[0], "organization_id", &committee).await?;
        for half in 0..2 {
            let name = format!("{}{}", ESTATES[(at * 2 + half) % ESTATES.len()], FORMS[(at + half) % FORMS.len()]);
            let units = 240 + (at * 37 + half * 101) % 900;
            let estate = json!({"jurisdiction": code, "name": name, "units": units, "households": units - units / 12,
                "area": units * 9_450, "longitude": 120.30 + (at % 10) as f64 / 100.0, "latitude": 36.05 + (at / 10) as f64 / 50.0});
            let estate = self.make("/v1/estates", estate).await?;
            self.enroll(&grids[half], "estate_id", &estate).await?;
            if half == 0 || !at.is_multiple_of(3) {
                let enterprise = &enterprises[(at + half) % enterprises.len()];
                let body = json!({"estate_id": estate, "organization_id": enterprise, "basis": if half == 0 { "owners" } else { "preliminary" },
                    "starts_on": self.today - Days::new(400), "ends_on": self.today + Days::new(700)});
                self.make("/v1/property-contracts", body).await?;
            }
            if half == 0 {
                let more = if at.is_multiple_of(2) { covered.clone() } else { json!({}) };
                let body = self.organization("owners_committee", code, &format!("{name}业主委员会"), more).await?;
                self.committee(at, &estate, &body).await?;
            }
        }
        Ok(())
    }

    async fn enroll(&self, grid: &str, guest: &str, id: &str) -> Result<(), String> {
        let day = self.today - Days::new(30);
        let enrollment = self.make("/v1/grid-enrollments", json!({"jurisdiction": grid, guest: id, "invited_on": day})).await?;
        self.post(&format!("/v1/grid-enrollments/{enrollment}/join"), &json!({"joined_on": day})).await.map(drop)
    }

    /// A committee that is being prepared, was just elected, holds office, has to be elected anew, or has expired.
    async fn committee(&self, at: usize, estate: &str, organization: &str) -> Result<(), String> {
        let body = json!({"estate_id": estate, "organization_id": organization, "seats": 5});
        let path = format!("/v1/owners-committees/{}", self.make("/v1/owners-committees", body).await?);
        let ends = match at % 5 {
            0 => return Ok(()),
            1 | 2 => self.today + Months::new(48),
            3 => self.today + Days::new(60),
            _ => self.today - Days::new(20),
        };
        let elected = if at % 5 == 1 { self.today - Days::new(3) } else { ends - Months::new(59) };
        let member = |n: usize| json!({"name": format!("委员{n}"), "phone": format!("139{at:04}{n:04}"), "owned_unit": format!("{n}号楼1单元")});
        let members: Vec<_> = (1..=5).map(member).collect();
        let election = json!({"elected_on": elected, "term_starts_on": elected, "term_ends_on": ends, "members": members});
        let filing = |number: &str| json!({"filed_on": elected + Days::new(2), "number": format!("{number}{at:03}")});
        let steps = [
            ("announce-candidates", json!({"done_on": elected - Days::new(30)})),
            ("elect", election),
            ("file-with-street", filing("街备")),
            ("take-office", json!({})),
        ];
        let count = if at % 5 == 1 { 2 } else { steps.len() };
        for (action, body) in &steps[..count] {
            // Whoever registered it does not receive its filing.
            let by = if *action == "file-with-street" { &self.colleague } else { &self.officer };
            self.post_as(by, &format!("{path}/{action}"), body).await?;
            if *action == "elect" {
                let chair = self.get(&path).await?["members"][0]["id"].clone();
                let meeting = json!({"held_on": elected + Days::new(2), "posts": {"chair_id": chair}});
                self.post(&format!("{path}/hold-first-meeting"), &meeting).await?;
            }
        }
        Ok(())
    }
}
