use reqwest::Method;
use serde_json::Value;
use sihe::access::actor::Role;
use sihe::db::pool::Db;
use sihe::resources::places::jurisdictions::import::{Imported, import};

use crate::support::data::*;
use crate::support::{Answer, TestApp};

const QINGDAO: &str = include_str!("../../../src/resources/places/jurisdictions/qingdao.csv");

fn codes(answer: &Answer) -> Vec<String> {
    answer.body["items"].as_array().unwrap().iter().map(|j| j["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn the_tree_can_be_walked() {
    let app = TestApp::start().await;
    let anyone = app.caller(Role::Trainer, OTHER_CITY);
    let street = anyone.get("/v1/jurisdictions/370202001").await;
    assert_eq!((&street.body["name"], &street.body["level"]), (&"一街道".into(), &"street".into()));
    let tag = street.header("etag").unwrap();
    assert!(tag.starts_with("\"1."), "{tag}");
    assert_eq!(anyone.get("/v1/jurisdictions/370202001000").await.body, street.body);
    assert_eq!(anyone.request(Method::GET, "/v1/jurisdictions/370202001").header("if-none-match", tag).send().await.status, 304);

    assert_eq!(codes(&anyone.get("/v1/jurisdictions/370202001/children").await), [COMMUNITY, OTHER_COMMUNITY]);
    let first = anyone.get("/v1/jurisdictions/370202001/children?limit=1").await;
    assert_eq!(codes(&first), [COMMUNITY]);
    let next = first.header("link").unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert_eq!(codes(&anyone.get(&next).await), [OTHER_COMMUNITY]);
    assert_eq!(codes(&anyone.get(&format!("/v1/jurisdictions/{GRID}/children")).await), [""; 0]);
    assert_eq!(
        codes(&anyone.get(&format!("/v1/jurisdictions/{GRID}/ancestors")).await),
        ["37", CITY, DISTRICT, STREET, COMMUNITY]
    );
    assert_eq!(codes(&anyone.get("/v1/jurisdictions/3702/ancestors").await), ["37"]);
    assert_eq!(codes(&anyone.get("/v1/jurisdictions/370000/children").await), [CITY, OTHER_CITY]);
    let province = anyone.get("/v1/jurisdictions/37").await;
    assert_eq!(
        (&province.body["name"], &province.body["level"], &province.body["parent_code"]),
        (&"山东省".into(), &"province".into(), &Value::Null)
    );
    for unknown in ["3703", "44", "370202009", "x", "37020", "370202001001999"] {
        for path in ["", "/children", "/ancestors"] {
            anyone.get(&format!("/v1/jurisdictions/{unknown}{path}")).await.is(404, "not_found");
        }
    }
}

#[actix_web::test]
async fn jurisdictions_are_listed_and_searched() {
    let app = TestApp::start().await;
    let anyone = app.officer_of(GRID);
    let list = async |query: &str| codes(&anyone.get(&format!("/v1/jurisdictions?{query}")).await);
    assert_eq!(list("level=city").await, [CITY, OTHER_CITY]);
    assert_eq!(list("level=district,street&in=370202").await, [DISTRICT, STREET, OTHER_STREET]);
    assert_eq!(list("in=370202000000&level=community").await.len(), 3);
    assert_eq!(list("q=%E4%BA%8C").await, ["370202001001002", "370202001002", "370202002"]);
    assert_eq!(list("q=%25").await, [""; 0]);
    assert_eq!(list("q=_").await, [""; 0]);
    let mut seen = Vec::new();
    let mut path = "/v1/jurisdictions?limit=5".to_owned();
    loop {
        let page = anyone.get(&path).await;
        seen.extend(codes(&page));
        let Some(link) = page.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    let mut sorted = seen.clone();
    sorted.sort();
    assert_eq!((seen.len(), seen), (17, sorted));
    let stolen = anyone.get("/v1/jurisdictions?limit=5").await.body["next_cursor"].as_str().unwrap().to_owned();
    anyone.get(&format!("/v1/jurisdictions?level=city&cursor={stolen}")).await.is(400, "cursor_mismatch");
}

#[actix_web::test]
async fn the_real_tree_is_imported_once() {
    let app = TestApp::start().await;
    let db = Db::new(&app.settings.database).unwrap();
    let now = app.clock.now();
    // The small city has a part of the real one under other names.
    assert_eq!(import(&db, QINGDAO.as_bytes(), now).await.unwrap().rows, 2272);
    assert_eq!(import(&db, QINGDAO.as_bytes(), now).await.unwrap(), Imported { rows: 2272, changed: 0 });
    let of = |level: &str| QINGDAO.lines().filter(|line| line.split(',').nth(1) == Some(level)).count();
    assert_eq!([of("city"), of("district"), of("street"), of("community")], [1, 10, 141, 2120]);
    let mut stored = std::collections::HashSet::new();
    let mut path = "/v1/jurisdictions?in=3702&level=city,district,street,community&limit=200".to_owned();
    loop {
        let page = app.officer_of(CITY).get(&path).await;
        stored.extend(codes(&page));
        let Some(link) = page.header("link") else { break };
        path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert!(QINGDAO.lines().skip(1).all(|line| stored.contains(line.split(',').next().unwrap())));
    let anyone = app.officer_of(OTHER_CITY);
    assert_eq!(anyone.get("/v1/jurisdictions/3702").await.body["name"], "青岛市");
    assert_eq!(anyone.get("/v1/jurisdictions/3799").await.body["name"], "乙市");

    let renamed = QINGDAO.replacen("市南区", "新市南区", 1);
    assert_eq!(import(&db, renamed.as_bytes(), now).await.unwrap().changed, 1);
    let district = anyone.get("/v1/jurisdictions/370202").await;
    assert_eq!((&district.body["name"], district.version()), (&Value::from("新市南区"), 3));
}

#[actix_web::test]
async fn a_city_without_districts_is_imported() {
    let app = TestApp::start().await;
    let db = Db::new(&app.settings.database).unwrap();
    let file = "code,level,name,parent_code\n4419,city,丙市,\n441900,district,市辖区,4419\n441900003,street,东城街道,441900\n\
        441900003001,community,岗贝社区,441900003\n441900004,street,南城街道,4419\n";
    assert_eq!(
        import(&db, file.as_bytes(), app.clock.now()).await.unwrap(),
        Imported { rows: 4, changed: 5 },
        "and its province"
    );
    let anyone = app.officer_of(CITY);
    assert_eq!(codes(&anyone.get("/v1/jurisdictions/4419/children").await), ["441900003", "441900004"]);
    assert_eq!(codes(&anyone.get("/v1/jurisdictions/441900003001/ancestors").await), ["44", "4419", "441900003"]);
    let officer = app.officer_of("4419");
    let first = officer.files(&dispute_in("441900003001")).await.id();
    app.clock.advance(chrono::Duration::minutes(1));
    let second = officer.files(&dispute_in("441900004")).await.id();
    for query in ["", "?status=submitted", "?status=submitted,accepted", "?sort=-reported_at"] {
        assert_eq!(officer.get(&format!("/v1/disputes{query}")).await.ids(), [second.clone(), first.clone()], "{query}");
    }
}

#[actix_web::test]
async fn a_broken_file_changes_nothing_and_every_mistake_is_named() {
    let app = TestApp::start().await;
    let db = Db::new(&app.settings.database).unwrap();
    let before = app.count("jurisdictions").await;
    let head = "code,level,name,parent_code\n3701,city,新市,\n";
    for (lines, told) in [
        ("370101001,street,街道,370101\n", "line 3: 370101001 has no parent 370101 in the file"),
        ("370101,district,区,3701\n370101,district,又一区,3701\n", "line 4: 370101 stands on line 3 already"),
        ("37010,district,区,3701\n", "line 3: \"37010\": a jurisdiction code has 2, 4, 6, 9, 12 or 15 digits"),
        ("370101,street,区,3701\n", "line 3: 370101 is a district, not a street"),
        ("370101,county,区,3701\n", "line 3: unknown level \"county\""),
        ("370101,district,,3701\n", "line 3: the name must have 1 to 100 characters and no control characters"),
        ("370101000000,district,区,3701\n", "line 3: \"370101000000\" must stand without padding: 370101"),
        ("370101,district,区,3702\n", "line 3: \"3702\" is not the parent of 370101"),
        ("370101,district,区\n", "line 3: CSV error"),
    ] {
        let error = import(&db, format!("{head}{lines}").as_bytes(), app.clock.now()).await.unwrap_err();
        assert!(error.starts_with(told), "{error:?} is not {told:?}");
    }
    let mut not_utf8 = format!("{head}370101,district,").into_bytes();
    not_utf8.extend([0xC7, 0xF8, b'\n']);
    assert_eq!(import(&db, &not_utf8, app.clock.now()).await.unwrap_err(), "line 3: not UTF-8");
    assert_eq!(
        import(&db, b"a,b\n", app.clock.now()).await.unwrap_err(),
        "line 1: the header must be code,level,name,parent_code"
    );
    let several =
        import(&db, format!("{head}x,city,甲,\n370109001,street,乙,370109\n").as_bytes(), app.clock.now()).await.unwrap_err();
    assert_eq!(several.lines().map(|l| &l[..7]).collect::<Vec<_>>(), ["line 3:", "line 4:"]);
    assert_eq!(app.count("jurisdictions").await, before);

    let spread = format!("{head}\n\n370109,district,\"甲\n乙\",3701\n370109,district,丙,3701\n");
    assert_eq!(
        import(&db, spread.as_bytes(), app.clock.now()).await.unwrap_err(),
        "line 5: the name must have 1 to 100 characters and no control characters"
    );

    let marked = format!("\u{feff}{head}");
    assert_eq!(import(&db, marked.as_bytes(), app.clock.now()).await.unwrap(), Imported { rows: 1, changed: 1 });
}
