//! Records to begin with, made over HTTP.

use serde_json::{Value, json};
use sihe::resources::parties::organizations::credit_code::check_character;
use uuid::Uuid;

use super::{Answer, Caller};

/// A name that nothing else has.
pub fn name(prefix: &str) -> String {
    format!("{prefix}{}", &Uuid::new_v4().simple().to_string()[..8])
}

/// A right credit code that nothing else has.
pub fn credit_code() -> String {
    let number = Uuid::new_v4().as_u128() % 10_u128.pow(9);
    let body = format!("91370200{number:09}");
    format!("{body}{}", check_character(&body).unwrap())
}

/// A good organization of a kind.
pub fn organization(kind: &str, code: &str) -> Value {
    let mut body = json!({"jurisdiction": code, "kind": kind, "name": name("组织")});
    if kind == "property_enterprise" {
        body["credit_code"] = credit_code().into();
    }
    body
}

/// A good estate of a community.
pub fn estate(community: &str) -> Value {
    json!({"jurisdiction": community, "name": name("小区"), "units": 480, "households": 452, "area": 4_512_000})
}

/// A good election of five.
pub fn election() -> Value {
    let member =
        |n: usize| json!({"name": format!("委员{n}"), "phone": format!("1390000000{n}"), "owned_unit": format!("{n}号楼101")});
    json!({
        "elected_on": "2026-03-01", "term_starts_on": "2026-03-01", "term_ends_on": "2031-02-28",
        "members": (1..=5).map(member).collect::<Vec<_>>(),
    })
}

impl Caller<'_> {
    /// Posts, and must get 201.
    #[track_caller]
    pub fn makes(&self, path: &str, body: Value) -> impl Future<Output = Answer> {
        let (caller, path) = (self.clone(), path.to_owned());
        let place = std::panic::Location::caller();
        async move {
            let answer = caller.post(&path, &body).await;
            assert_eq!(answer.status, 201, "{place}: {path}: {}", answer.body);
            answer
        }
    }

    /// Changes divisions and lets the service move what follows; gives the change as it is then.
    pub async fn divides(&self, body: Value) -> Answer {
        let answer = self.post("/v1/division-changes", &body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        self.app.run_due_jobs().await;
        self.get(answer.header("location").unwrap()).await
    }

    /// Carries out an action, and must get 200.
    #[track_caller]
    pub fn acts(&self, path: &str, body: Value) -> impl Future<Output = Answer> {
        let (caller, path) = (self.clone(), path.to_owned());
        let place = std::panic::Location::caller();
        async move {
            let answer = caller.post(&path, &body).await;
            assert_eq!(answer.status, 200, "{place}: {path}: {}", answer.body);
            answer
        }
    }

    pub async fn organization(&self, kind: &str, code: &str) -> String {
        self.makes("/v1/organizations", organization(kind, code)).await.id()
    }

    pub async fn estate(&self, community: &str) -> String {
        self.makes("/v1/estates", estate(community)).await.id()
    }

    /// A contract of an estate with an enterprise of the community.
    pub async fn contract(&self, estate: &str, community: &str) -> Answer {
        let enterprise = self.organization("property_enterprise", community).await;
        self.makes("/v1/property-contracts", contract(estate, &enterprise)).await
    }

    /// A committee of a new estate, taken as far as the stage.
    pub async fn committee(&self, community: &str, stage: &str) -> Answer {
        let estate = self.estate(community).await;
        let organization = self.organization("owners_committee", community).await;
        self.committee_of(&estate, &organization, stage).await
    }

    pub async fn committee_of(&self, estate: &str, organization: &str, stage: &str) -> Answer {
        let body = json!({"estate_id": estate, "organization_id": organization, "seats": 5});
        let mut committee = self.makes("/v1/owners-committees", body).await;
        let path = format!("/v1/owners-committees/{}", committee.id());
        let steps = [
            ("announce-candidates", json!({"done_on": "2026-02-10"})),
            ("elect", election()),
            ("file-with-street", json!({"filed_on": "2026-03-02", "number": "街备1号"})),
            ("file-with-district", json!({"filed_on": "2026-03-02", "number": "区备1号"})),
            ("take-office", json!({})),
            ("begin-handover", json!({"done_on": "2026-03-02"})),
        ];
        for (action, body) in steps {
            if committee.body["stage"] == stage {
                break;
            }
            if action == "file-with-street" {
                let meeting = json!({"held_on": "2026-03-02", "posts": {"chair_id": committee.body["members"][0]["id"]}});
                self.acts(&format!("{path}/hold-first-meeting"), meeting).await;
            }
            // Where the street alone receives the filing, the district records none.
            if action == "file-with-district" && committee.body["stage"] == "filed" {
                continue;
            }
            // Whoever registered it does not receive its filing.
            let place = if action == "file-with-district" { 6 } else { 9 };
            committee = match action {
                "file-with-street" | "file-with-district" => {
                    let place = committee.body["jurisdiction"].as_str().unwrap()[..place].to_owned();
                    self.app.colleague_of(&place).acts(&format!("{path}/{action}"), body).await
                }
                _ => self.acts(&format!("{path}/{action}"), body).await,
            };
        }
        assert_eq!(committee.body["stage"], stage);
        committee
    }

    /// A grid unit of the community that the street has approved.
    pub async fn grid_unit(&self, community: &str) -> Answer {
        let body = json!({"community": community, "name": name("网格"), "households": 100, "established_on": "2026-01-01", "lead_name": "网格长甲", "lead_phone": "13700001111"});
        let id = self.makes("/v1/grid-units", body).await.id();
        let colleague = self.app.colleague_of(&community[..9]);
        colleague.acts(&format!("/v1/grid-units/{id}/approve"), json!({"reason": "同意"})).await
    }

    /// An organization or an estate that joined a grid unit.
    pub async fn enrolls(&self, grid: &str, guest: &str, id: &str) -> Answer {
        let body = json!({"jurisdiction": grid, guest: id, "invited_on": "2026-02-01"});
        let enrollment = self.makes("/v1/grid-enrollments", body).await.id();
        self.acts(&format!("/v1/grid-enrollments/{enrollment}/join"), json!({"joined_on": "2026-02-02"})).await
    }

    /// A drafted entry of the responsibility list in a matter of its own.
    pub async fn responsibility(&self, code: &str) -> Answer {
        self.makes("/v1/responsibilities", responsibility(code, &matter())).await
    }
}

/// A matter that nothing else is about.
pub fn matter() -> String {
    format!("matter_{}", Uuid::new_v4().simple())
}

/// A good policy of a jurisdiction.
pub fn policy(code: &str) -> Value {
    json!({"jurisdiction": code, "kind": "policy", "title": name("物业管理办法"), "issuer": "区住房和城乡建设局",
        "articles": [{"number": "第一条", "text": "为规范物业管理活动，制定本办法。"}, {"number": "第二条", "text": "业主应当按时交纳物业费。"}]})
}

pub fn responsibility(code: &str, matter: &str) -> Value {
    let (level, kind) = match code.len() {
        4 => ("city", "property_office"),
        6 => ("district", "property_office"),
        9 => ("street", "street_office"),
        _ => ("community", "neighborhood_committee"),
    };
    json!({"jurisdiction": code, "matter": matter, "title": "渗漏纠纷调处", "level": level, "organization_kind": kind,
        "duty": "lead", "legal_basis": "《山东省物业管理条例》"})
}

pub fn contract(estate: &str, enterprise: &str) -> Value {
    json!({"estate_id": estate, "organization_id": enterprise, "basis": "owners", "starts_on": "2026-01-01", "ends_on": "2028-12-31"})
}
