//! Units of estates and their owners.

use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::estate_unit::unit;
use crate::support::{Answer, Caller, TestApp};

#[actix_web::test]
async fn a_unit_has_owners_whose_shares_make_one() {
    let app = TestApp::start().await;
    let (officer, neighbor) = (app.officer_of(COMMUNITY), app.officer_of(OTHER_COMMUNITY));
    let estate = officer.estate(COMMUNITY).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = unit(&estate);
        change(&mut body);
        body
    };
    let refused = async |change: &dyn Fn(&mut Value)| officer.post("/v1/estate-units", &with(change)).await.errors();
    let owner = |name: &str, share: &str| json!({"kind": "person", "name": name, "share": share});
    assert_eq!(refused(&|b| b["owners"] = json!([owner("甲", "1/2"), owner("乙", "1/3")])).await, ["#/owners shares_not_one"]);
    assert_eq!(refused(&|b| b["owners"] = json!([])).await, ["#/owners required"]);
    assert_eq!(refused(&|b| b["sold"] = false.into()).await, ["#/delivered_on not_applicable", "#/owners not_applicable"]);
    assert_eq!(refused(&|b| b["delivered_on"] = "2026-03-03".into()).await, ["#/delivered_on too_late"]);
    assert_eq!(refused(&|b| b["area"] = 0.into()).await, ["#/area minimum"]);
    assert_eq!(
        refused(&|b| b["estate_id"] = json!("019c0000-0000-7000-8000-000000000001")).await,
        ["#/estate_id unknown_record"]
    );
    assert_eq!(neighbor.post("/v1/estate-units", &unit(&estate)).await.errors(), ["#/estate_id unknown_record"]);
    app.resident("wang", COMMUNITY).post("/v1/estate-units", &unit(&estate)).await.is(403, "forbidden");
    let good = with(&|b| (b["building"], b["number"]) = ("３".into(), " 501 ".into()));
    let known = officer.makes("/v1/estate-units", good.clone()).await;
    let path = format!("/v1/estate-units/{}", known.id());
    assert_eq!((&known.body["building"], &known.body["number"]), (&json!("3"), &json!("501")), "in one form");
    // Equal-looking numbers are one unit.
    officer
        .post("/v1/estate-units", &with(&|b| (b["building"], b["number"]) = ("3".into(), "５０１".into())))
        .await
        .is(409, "duplicate");
    neighbor.get(&path).await.is(404, "not_found");
    let patched = officer.patch(&path, 1, &json!({"area": 9012, "area_basis": "surveyed"})).await;
    assert_eq!((&patched.body["area"], patched.version()), (&json!(9012), 2));
    officer.patch(&path, 1, &json!({"area": 9013})).await.is(412, "precondition_failed");
    let sale = json!({"sold": true, "owners": [owner("赵强", "1/1")], "reason": "二手房过户"});
    let sold = officer.acts(&format!("{path}/change-owners"), sale).await;
    assert_eq!((&sold.body["owners"][0]["name"], &sold.body["reason"]), (&json!("赵*"), &json!("二手房过户")));
    let back = officer.acts(&format!("{path}/change-owners"), json!({"sold": false, "owners": [], "reason": "退房"})).await;
    assert_eq!((&back.body["delivered_on"], &back.body["owners"]), (&Value::Null, &json!([])));
    let voided = officer.acts(&format!("{path}/void"), json!({"reason": "录入错误"})).await;
    assert_eq!((&voided.body["status"], &voided.body["next_actions"]), (&json!("voided"), &json!([])));
    officer.makes("/v1/estate-units", good).await;
}

#[actix_web::test]
async fn owners_are_told_in_full_only_for_a_purpose() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    let id = officer.makes("/v1/estate-units", unit(&estate)).await.id();
    let path = format!("/v1/estate-units/{id}");
    let seen = officer.get(&path).await;
    let owner = &seen.body["owners"][0];
    assert_eq!((&owner["name"], &owner["phone"], &owner["is_identified"]), (&json!("王**"), &json!("138****1234"), &json!(true)));
    let feed = async || officer.get("/v1/changes?cursor=begin&types=estate_unit").await.body;
    app.until(async || feed().await["changes"].as_array().unwrap().len() == 1).await;
    for told in [seen.body.to_string(), feed().await.to_string(), officer.get("/v1/estate-units").await.body.to_string()] {
        assert!(!told.contains("王小明") && !told.contains("13800001234") && !told.contains("37020219900101123X"), "{told}");
    }
    assert_eq!(
        app.count("audit_entries WHERE concat(before, after) LIKE '%小明%' OR concat(before, after) LIKE '%00001234%'").await,
        0
    );
    // The number itself is kept nowhere.
    assert_eq!(app.count("estate_units WHERE owners::text LIKE '%37020219900101123%'").await, 0);
    let disclosed = officer.get(&format!("{path}/disclosure?purpose=handling")).await;
    assert_eq!((&disclosed.body["owners"][0]["name"], &disclosed.body["owners"][0]["share"]), (&json!("王小明"), &json!("1/1")));
    assert_eq!(app.count("audit_entries WHERE kind = 'estate_unit_disclosure'").await, 1);
    app.caller(Role::Auditor, CITY).get(&format!("{path}/disclosure?purpose=handling")).await.is(403, "forbidden");
    app.caller(Role::GridWorker, GRID).get(&path).await.is(403, "forbidden");
}

async fn sends(caller: &Caller<'_>, query: &str, text: &str) -> Answer {
    let path = format!("/v1/estate-units/import?{query}");
    caller.request(Method::POST, &path).body("text/csv", text.as_bytes().to_vec()).send().await
}

#[actix_web::test]
async fn a_spreadsheet_has_a_line_for_each_owner() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    let header = "楼号,单元,房号,建筑面积（平方米）,面积依据,已售,交付日期,业主,联系电话,证件号,份额\n";
    let good = "1,1,101,89.56,登记,是,2019-06-30,王小明,13800001234,,1/2\n\
        1,1,101,89.56,登记,是,2019-06-30,李小红,,,1/2\n\
        1,1,102,\"1,120.1\",测绘,是,,赵强,,37020219900101123X,\n\
        2,,201,90,合同,否,,,,,\n";
    let counts = |answer: &Answer| {
        assert_eq!(answer.status, 200, "{}", answer.body);
        ["stored", "created", "updated", "unchanged", "failed"].map(|member| answer.body[member].clone())
    };
    let tried = sends(&officer, &format!("estate_id={estate}&dry_run=true"), &format!("{header}{good}")).await;
    assert_eq!(counts(&tried), [json!(false), json!(4), json!(0), json!(0), json!(0)]);
    assert_eq!(officer.get(&format!("/v1/estate-units?estate_id={estate}")).await.ids().len(), 0);
    let first = sends(&officer, &format!("estate_id={estate}"), &format!("{header}{good}")).await;
    assert_eq!(counts(&first), [json!(true), json!(4), json!(0), json!(0), json!(0)]);
    let units = officer.get(&format!("/v1/estate-units?estate_id={estate}&number=101")).await;
    assert_eq!((&units.body["items"][0]["area"], units.body["items"][0]["owners"].as_array().unwrap().len()), (&json!(8956), 2));
    let big = officer.get(&format!("/v1/estate-units?estate_id={estate}&number=102")).await;
    assert_eq!(big.body["items"][0]["area"], 112_010);
    assert_eq!(officer.get(&format!("/v1/estate-units?estate_id={estate}&sold=false")).await.ids().len(), 1);
    // The same again changes nothing; a sale changes one unit.
    let again = sends(&officer, &format!("estate_id={estate}"), &format!("{header}{good}")).await;
    assert_eq!(counts(&again), [json!(true), json!(0), json!(0), json!(4), json!(0)]);
    let sold = format!(
        "{header}2,,201,90,合同,是,2026-03-01,孙丽,,,\n1,1,102,1120.10,测绘,是,,赵强,,３７０２０２１９９００１０１１２３ｘ,\n"
    );
    let changed = sends(&officer, &format!("estate_id={estate}"), &sold).await;
    assert_eq!(counts(&changed), [json!(true), json!(0), json!(1), json!(1), json!(0)]);
    // What is wrong is told by line; of a unit with a wrong line nothing is stored.
    let wrong = "3,,301,80,登记,是,,甲,,,1/2\n3,,301,81,登记,是,,乙,,,1/2\n3,,302,80,登记,是,,丙,,,1/2\n\
        3,,303,80,登记,否,,丁,,,\n3,,304,80.001,登记,是,,戊,,,\n3,,305,80,登记,是,,己,,,\n";
    let kept_out = sends(&officer, &format!("estate_id={estate}"), &format!("{header}{wrong}")).await;
    assert_eq!(counts(&kept_out), [json!(false), json!(1), json!(0), json!(0), json!(5)]);
    let problems = kept_out.body["problems"].as_array().unwrap();
    let told: Vec<String> = problems
        .iter()
        .map(|one| {
            format!(
                "{} {} {}",
                one["line"],
                one["errors"][0]["pointer"].as_str().unwrap(),
                one["errors"][0]["code"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "6 #/square_meters pattern",
            "2 # another_line_is_wrong",
            "3 #/square_meters other_line_differs",
            "4 #/owner_name shares_not_one",
            "5 #/owner_name not_applicable"
        ]
    );
    let each = sends(&officer, &format!("estate_id={estate}&mode=per_item"), &format!("{header}{wrong}")).await;
    assert_eq!(counts(&each), [json!(true), json!(1), json!(0), json!(0), json!(5)]);
    assert_eq!(officer.get(&format!("/v1/estate-units?estate_id={estate}&building=3")).await.ids().len(), 1);
    let unknown = sends(&officer, "estate_id=019c0000-0000-7000-8000-000000000001", &format!("{header}{good}")).await;
    unknown.is(404, "not_found");
    sends(&app.officer_of(OTHER_COMMUNITY), &format!("estate_id={estate}"), &format!("{header}{good}"))
        .await
        .is(404, "not_found");
}

#[actix_web::test]
async fn two_who_register_the_same_unit_register_it_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let body = unit(&officer.estate(COMMUNITY).await);
    let colleague = app.colleague_of(COMMUNITY);
    let both = futures_util::join!(officer.post("/v1/estate-units", &body), colleague.post("/v1/estate-units", &body));
    let mut states = [both.0.status, both.1.status];
    states.sort_unstable();
    assert_eq!(states, [201, 409]);
}
