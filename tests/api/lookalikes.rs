//! Texts that look alike are one text, at storing and at asking.

use reqwest::Method;
use serde_json::json;
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::world::{credit_code, name};
use crate::support::{Answer, Caller, TestApp};

/// How many records of a list a search finds.
async fn found(caller: &Caller<'_>, path: &str, text: &str) -> usize {
    let url = reqwest::Url::parse_with_params("http://localhost/", [("q", text)]).unwrap();
    let answer = caller.get(&format!("{path}?{}", url.query().unwrap())).await;
    assert_eq!(answer.status, 200, "{text}: {}", answer.body);
    answer.ids().len()
}

#[actix_web::test]
async fn names_that_look_alike_are_one_name() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let organization = |name: &str| json!({"jurisdiction": COMMUNITY, "kind": "mediation_committee", "name": name});
    let estate = |name: &str| json!({"jurisdiction": COMMUNITY, "name": name, "units": 1, "households": 1, "area": 1});
    let base = "阳光café花园";
    let alike = [
        format!("{base} "),
        format!("\u{3000}{base}"),
        "阳光\u{200b}café花园".to_owned(),
        format!("\u{feff}{base}"),
        base.replace('é', "e\u{301}"),
        base.replace('c', "ｃ"),
        base.replace('c', "C"),
        format!("{base}\n"),
    ];
    for (path, body) in [("/v1/organizations", &organization as &dyn Fn(&str) -> _), ("/v1/estates", &estate)] {
        let first = officer.makes(path, body(&format!(" {base}\u{feff}"))).await;
        assert_eq!(first.body["name"], base, "it is stored in one form");
        for other in &alike {
            let refused = officer.post(path, &body(other)).await;
            refused.is(409, "duplicate");
            assert_eq!(refused.errors(), ["#/name taken"], "{path} {other:?}");
        }
        for nothing in ["\u{200b}", "\u{3164}", "\u{2800}", "\u{ad}", "\u{feff}", " \n"] {
            assert!(officer.post(path, &body(nothing)).await.errors()[0].starts_with("#/name "), "{nothing:?}");
        }
    }
}

#[actix_web::test]
async fn a_search_finds_what_looks_the_same() {
    let app = TestApp::start().await;
    let (officer, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    let dispute = async |title: &str| {
        let mut body = dispute_in(COMMUNITY);
        (body["title"], body["estate_name"]) = (title.into(), "３号院".into());
        officer.files(&body).await.id()
    };
    for title in ["⾼空抛物", "３号楼Ａ座漏水", "电梯\u{200b}故障", "𠮷𰀡楼跳闸🙂"] {
        dispute(title).await;
    }
    for (text, right) in [
        ("高空抛物", 1),
        ("\u{9ad8}空", 1),
        ("3号楼a座漏水", 1),
        ("电梯故障", 1),
        ("电\u{fe0f}梯", 1),
        ("𠮷𰀡楼", 1),
        ("吉𰀡楼", 0),
        // A character that stands alone, beside words.
        ("漏 3", 1),
        ("座 漏水", 1),
        ("厅 漏水", 0),
    ] {
        assert_eq!(found(&officer, "/v1/disputes", text).await, right, "{text:?}");
    }
    let named = officer.get("/v1/disputes?estate_name=3%E5%8F%B7%E9%99%A2").await;
    assert_eq!(named.ids().len(), 4, "3号院");
    for alone in ["%E6%BC%8F", "%E6%BC%8F%20%E6%B0%B4", "%EF%BC%8C"] {
        let refused = officer.get(&format!("/v1/disputes?q={alone}")).await;
        assert_eq!((refused.status, refused.errors()), (400, vec!["q two_characters".to_owned()]));
    }

    let text = "业主⼤会由⼩区全体业主组成，ＰＰＰ项目⽤⽔⽤电⾃理";
    let policy = json!({"jurisdiction": DISTRICT, "kind": "policy", "title": name("办法"), "issuer": "区政府",
        "articles": [{"number": "第一条", "text": text}]});
    district.makes("/v1/policies", policy).await;
    for (text, right) in [("业主大会", 1), ("用水用电", 1), (text, 1), ("ppp项目", 1), ("会 项目", 1), ("楼 项目", 0)]
    {
        assert_eq!(found(&district, "/v1/policies", text).await, right, "{text:?}");
    }
    let enterprise = json!({"jurisdiction": DISTRICT, "kind": "property_enterprise", "name": "（青岛）ＡＢＣ物业50%_Haier",
        "credit_code": credit_code()});
    district.makes("/v1/organizations", enterprise).await;
    for (text, right) in [("ABC物业", 1), ("(青岛)ａｂｃ", 1), ("haier", 1), ("50%_", 1), ("％＿Ｈ", 1), ("5%r", 0)] {
        assert_eq!(found(&district, "/v1/organizations", text).await, right, "{text:?}");
    }
}

#[actix_web::test]
async fn who_signs_in_is_compared_byte_for_byte() {
    let app = TestApp::start().await;
    let mut claims = app.claims_for_now(Role::Resident, COMMUNITY);
    claims.sub = "e\u{301}mile ".into();
    let person = app.with_claims(&claims);
    assert_eq!(person.get("/v1/disputes").await.status, 200);
    let revocation = json!({"jurisdiction": CITY, "issuer": claims.iss, "subject": claims.sub, "reason": "遗失"});
    app.caller(Role::Admin, CITY).makes("/v1/token-revocations", revocation).await;
    person.get("/v1/disputes").await.is(401, "unauthenticated");
}

#[actix_web::test]
async fn bodies_and_queries_are_taken_as_their_standards_say() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let mut body = b"\xef\xbb\xbf".to_vec();
    body.extend(dispute_in(COMMUNITY).to_string().into_bytes());
    let filed = officer.request(Method::POST, "/v1/disputes").body("application/json", body).send().await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let estate = |units: &str| {
        let body = format!(
            r#"{{"jurisdiction": "{COMMUNITY}", "name": "{}", "units": {units}, "households": 1, "area": 1}}"#,
            name("小区")
        );
        officer.request(Method::POST, "/v1/estates").body("application/json", body.into_bytes()).send()
    };
    for (units, status) in [("12.0", 201), ("1.2e1", 201), ("12.5", 422), ("1e300", 422)] {
        let answer: Answer = estate(units).await;
        assert_eq!(answer.status, status, "{units}: {}", answer.body);
    }
    for at in ["2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00%2B08:00", "2026-01-01T00:00:00Z"] {
        assert_eq!(officer.get(&format!("/v1/disputes?reported_at.gte={at}")).await.ids().len(), 1, "{at}");
    }
    officer.get("/v1/disputes?reported_at.gte=2026-01-01%2000:00:00").await.is(400, "invalid_parameter");
}

#[actix_web::test]
async fn numbers_and_labels_are_found_however_they_are_typed() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let dispute = officer.files(&dispute_in(COMMUNITY)).await;
    let number = dispute.body["number"].as_str().unwrap().to_owned();
    let mut organization = json!({"jurisdiction": COMMUNITY, "kind": "property_enterprise", "name": name("物业")});
    let code = credit_code();
    organization["credit_code"] = code.clone().into();
    let enterprise = officer.makes("/v1/organizations", organization).await.id();
    let wide = |text: &str| text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect::<String>();
    let asked = async |path: &str, name: &str, text: String| {
        let url = reqwest::Url::parse_with_params("http://localhost/", [(name, text)]).unwrap();
        officer.get(&format!("{path}?{}", url.query().unwrap())).await.ids()
    };
    for text in [number.clone(), number.to_lowercase(), wide(&number)] {
        assert_eq!(asked("/v1/disputes", "number", text.clone()).await, [dispute.id()], "{text}");
    }
    for text in [code.clone(), code.to_lowercase(), wide(&code)] {
        assert_eq!(asked("/v1/organizations", "credit_code", text.clone()).await, std::slice::from_ref(&enterprise), "{text}");
        assert_eq!(
            asked("/v1/directory/organizations", "credit_code", text.clone()).await,
            std::slice::from_ref(&enterprise),
            "{text}"
        );
    }
    // One flat is one unit, however its number is written.
    let estate = officer.estate(COMMUNITY).await;
    let unit = |building: &str, number: &str| json!({"estate_id": estate, "building": building, "number": number, "area": 10_000, "area_basis": "registered", "sold": false, "owners": []});
    let first = officer.makes("/v1/estate-units", unit("A1号楼", "101a")).await;
    assert_eq!((&first.body["building"], &first.body["number"]), (&json!("A1号楼"), &json!("101A")));
    for (building, number) in [("a1号楼", "101A"), ("Ａ１号楼", "１０１ａ")] {
        let again = officer.post("/v1/estate-units", &unit(building, number)).await;
        assert_eq!(again.errors(), ["#/number taken"], "{building} {number}");
        assert_eq!(asked("/v1/estate-units", "building", building.to_owned()).await, [first.id()]);
    }
    // Half a character is none.
    for query in ["q=%E6%BC%8F%E6%B0%B4%E6%B5", "q=%E6%B5"] {
        let cut = officer.get(&format!("/v1/disputes?{query}")).await;
        assert_eq!(
            (cut.status, cut.body["errors"][0]["parameter"].clone(), cut.body["errors"][0]["code"].clone()),
            (400, json!("q"), json!("no_text")),
            "{}",
            cut.body
        );
    }
}

#[actix_web::test]
async fn a_committee_of_one_person_is_none() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let officer = app.officer_of(COMMUNITY);
    let committee = officer.organization("mediation_committee", COMMUNITY).await;
    let entry = |name: &str, phone: &str| {
        json!({"organization_id": committee, "name": name, "phone": phone, "gender": "female",
        "committee_member": true, "qualification": "人民调解员"})
    };
    let first = city.makes("/v1/mediators", entry("王调解", "13800001111")).await;
    for (name, phone) in [("王调解", "+86 138 0000 1111"), ("王 调解", "8613800001111"), ("王调解\u{200b}", "138-0000-1111")]
    {
        let again = city.post("/v1/mediators", &entry(name, phone)).await;
        if name == "王 调解" {
            assert_eq!(again.status, 201, "another name is another person");
            city.acts(&format!("/v1/mediators/{}/leave", again.id()), json!({"left_on": "2026-03-02"})).await;
        } else {
            assert_eq!(again.errors(), ["#/phone on_the_list"], "{name} {phone}");
        }
    }
    let second = city.makes("/v1/mediators", entry("李调解", "13800002222")).await;
    let renamed = json!({"name": "王调解", "phone": "13800001111"});
    let same = city.patch(&format!("/v1/mediators/{}", second.id()), second.version(), &renamed).await;
    assert_eq!(same.errors(), ["#/phone on_the_list"]);
    city.makes("/v1/mediators", entry("张调解", "13800003333")).await;
    // Two entries that turn out to be one person are two of three no more.
    let merged = format!(
        "UPDATE mediators SET learner_id = (SELECT learner_id FROM mediators WHERE id = '{}') WHERE id = '{}'",
        first.id(),
        second.id()
    );
    app.connect().await.batch_execute(&merged).await.unwrap();
    let dispute = officer.handled(COMMUNITY).await;
    let begun = officer.post("/v1/mediations", &json!({"dispute_id": dispute, "organization_id": committee})).await;
    assert_eq!(begun.errors(), ["#/organization_id committee_incomplete"]);
}
