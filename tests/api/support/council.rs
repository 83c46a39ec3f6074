//! Councils and their meetings.

use chrono::Duration;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use super::world::name;
use super::{Answer, Caller, TestApp};

/// The seats of a four in one, with the kinds of organizations that hold them.
pub const FOUR: [(&str, &str); 4] = [
    ("party_organization", "community_party_organization"),
    ("neighborhood_committee", "neighborhood_committee"),
    ("owners", "owners_committee"),
    ("property_enterprise", "property_enterprise"),
];

/// A council, who holds its seats and who speaks for them, by position.
pub struct Seated {
    pub id: String,
    pub estate: String,
    pub organizations: Vec<String>,
    pub delegates: Vec<String>,
}

impl Seated {
    /// As it is kept between samples.
    pub fn into_ids(self) -> Vec<String> {
        [vec![self.id, self.estate], self.organizations, self.delegates].concat()
    }

    pub fn of_ids(mut ids: Vec<String>) -> Self {
        let delegates = ids.split_off(6);
        let organizations = ids.split_off(2);
        let [id, estate] = ids.try_into().unwrap();
        Self { id, estate, organizations, delegates }
    }

    pub fn path(&self) -> String {
        format!("/v1/councils/{}", self.id)
    }

    /// Where it is.
    pub async fn community(&self, reader: &Caller<'_>) -> String {
        reader.get(&self.path()).await.body["jurisdiction"].as_str().unwrap().to_owned()
    }

    /// A good meeting of it in some minutes.
    pub fn meeting(&self, app: &TestApp) -> Value {
        let at = |minutes: i64| (app.clock.now() + Duration::minutes(minutes)).to_rfc3339();
        json!({
            "council_id": self.id, "title": "议事会", "place": "党群服务中心", "starts_at": at(10), "ends_at": at(130)
        })
    }

    /// A member of the organization that holds a seat.
    pub fn member<'a>(&self, app: &'a TestApp, position: usize, community: &str) -> Caller<'a> {
        let mut claims = app.claims(&[(Role::OrganizationMember, community)]);
        claims.sub = format!("member {position} of {}", self.id);
        claims.organization = Some(self.organizations[position].parse().unwrap());
        app.with_claims(&claims)
    }
}

/// A good council of an estate.
pub fn council(community: &str, estate: &str, organizations: &[String]) -> Value {
    let seats = FOUR.iter().zip(organizations);
    let seats: Vec<_> = seats.map(|((kind, _), id)| json!({"kind": kind, "organization_id": id})).collect();
    json!({
        "jurisdiction": community, "estate_id": estate, "kind": "four_in_one", "name": name("议事会"), "decision": "majority",
        "seats": seats,
    })
}

/// How far a meeting is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    Planned,
    Notified,
    Open,
    /// Everybody is there.
    Attended,
    Voting,
    Voted,
    Concluded,
    Signed,
    Published,
}

impl Answer {
    /// The ids of a meeting and of the item that was put on its agenda.
    pub fn as_resolution(&self) -> Vec<String> {
        vec![self.id(), self.own_item().as_str().unwrap().to_owned()]
    }

    /// The first item of a meeting that was not left over by an earlier one.
    pub fn own_item(&self) -> Value {
        let agenda = self.body["record"]["agenda"].as_array().unwrap();
        agenda.iter().find(|item| item["carried_from"].is_null()).unwrap()["id"].clone()
    }
}

impl Caller<'_> {
    /// A council of a new estate with a delegate for each seat, whose seats can be invited at once.
    pub async fn council(&self, community: &str) -> Seated {
        let rule = json!({"jurisdiction": &community[..6], "name": "council_notice_days", "value": 0, "legal_basis": "区议事规则",
            "valid_from": (self.app.clock.now() + Duration::hours(8)).date_naive().to_string()});
        let set = self.app.caller(Role::Admin, &community[..6]).post("/v1/rules", &rule).await;
        assert!(set.status == 201 || set.errors() == ["#/valid_from taken"], "{}", set.body);
        let estate = self.estate(community).await;
        let mut organizations = Vec::new();
        for (_, kind) in FOUR {
            organizations.push(self.organization(kind, community).await);
        }
        let id = self.makes("/v1/councils", council(community, &estate, &organizations)).await.id();
        let mut seated = Seated { id, estate, organizations, delegates: Vec::new() };
        for position in 0..4 {
            let body = json!({"position": position, "name": format!("代表{position}"), "starts_on": "2026-03-02"});
            let named = self.acts(&format!("{}/name-delegate", seated.path()), body).await;
            seated.delegates.push(named.body["delegates"][position]["id"].as_str().unwrap().to_owned());
        }
        seated
    }

    /// A meeting of a council with one item, taken as far as a stage; the answer to the last step.
    pub async fn meets(&self, seated: &Seated, until: Held) -> Answer {
        let mut known = self.makes("/v1/council-meetings", seated.meeting(self.app)).await;
        let path = format!("/v1/council-meetings/{}", known.id());
        let does = async |action: &str, body: Value| self.acts(&format!("{path}/{action}"), body).await;
        known = does("add-item", json!({"title": "车库照明"})).await;
        let item = known.own_item();
        if until >= Held::Notified {
            known = does("notify", json!({})).await;
        }
        if until >= Held::Open {
            known = does("open", json!({})).await;
        }
        if until >= Held::Attended {
            for (position, delegate) in seated.delegates.iter().enumerate() {
                let comes = json!({"position": position, "delegate_id": delegate, "passage": "in"});
                known = does("record-attendance", comes).await;
            }
        }
        if until >= Held::Voting {
            known = does("open-vote", json!({"item_id": item, "resolution": "三十日内完成改造"})).await;
        }
        if until >= Held::Voted {
            for (position, delegate) in seated.delegates.iter().enumerate().take(3) {
                does("give-voice", json!({"position": position, "delegate_id": delegate, "voice": "yes"})).await;
            }
            known = does("close-vote", json!({})).await;
        }
        if until >= Held::Concluded {
            known = does("conclude", json!({})).await;
        }
        if until >= Held::Signed {
            for position in 0..4 {
                let hash = known.body["record"]["minutes"]["hash"].clone();
                known = does("sign-minutes", json!({"position": position, "hash": hash, "paper": "档案柜一"})).await;
            }
        }
        if until >= Held::Published {
            let text = json!({"public_text": "决定三十日内完成车库照明改造。"});
            known = self.app.colleague_of(&seated.community(self).await).acts(&format!("{path}/publish"), text).await;
        }
        known
    }
}
