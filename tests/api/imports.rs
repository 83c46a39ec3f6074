use encoding_rs::GBK;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::data::*;
use crate::support::world::{credit_code, name};
use crate::support::{Answer, Caller, TestApp};

async fn import(caller: &Caller<'_>, path: &str, file: &[u8]) -> Answer {
    caller.request(Method::POST, path).body("text/csv", file.to_vec()).send().await
}

/// Created, updated, unchanged and failed lines.
fn counts(report: &Answer) -> [i64; 4] {
    assert_eq!(report.status, 200, "{}", report.body);
    ["created", "updated", "unchanged", "failed"].map(|name| report.body[name].as_i64().unwrap())
}

fn problems(report: &Answer) -> Vec<String> {
    let line = |problem: &Value| {
        let errors = problem["errors"].as_array().unwrap();
        let errors: Vec<_> =
            errors.iter().map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
        format!("{}: {} {}", problem["line"], problem["code"].as_str().unwrap(), errors.join(", ")).trim_end().to_owned()
    };
    report.body["problems"].as_array().unwrap().iter().map(line).collect()
}

#[actix_web::test]
async fn a_spreadsheet_of_organizations_is_read_in_any_encoding() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    officer
        .makes(
            "/v1/organizations",
            json!({"jurisdiction": COMMUNITY, "kind": "community_party_organization", "name": "社区党委"}),
        )
        .await;
    let (code, enterprise) = (credit_code(), name("物业"));
    let text = format!(
        "行政区划代码,组织类型,名称,统一社会信用代码,联系人,联系电话,党组织设置,所属党组织,未建原因,组建计划,党员人数\r\n\
         {COMMUNITY}000,物业服务企业,{enterprise},{code},经理甲,13800001111,联合组建,社区党委,,,5\r\n\
         {COMMUNITY},业主委员会,\"第一、二\n期业委会\",,,,未组建,,党员不足,年内组建,\r\n\r\n\
         {COMMUNITY},neighborhood_committee,居委会,,,,,,,,\r\n"
    );
    let path = "/v1/organizations/import";
    let dry = import(&officer, &format!("{path}?dry_run=true"), text.as_bytes()).await;
    assert_eq!((counts(&dry), &dry.body["stored"]), ([3, 0, 0, 0], &json!(false)));
    assert_eq!(app.count("organizations").await, 1);
    let (gbk, _, lossy) = GBK.encode(&text);
    assert!(!lossy && std::str::from_utf8(&gbk).is_err());
    let first = import(&officer, path, &gbk).await;
    assert_eq!((counts(&first), &first.body["stored"], &first.body["error_file"]), ([3, 0, 0, 0], &json!(true), &Value::Null));
    assert_eq!((first.header("etag"), app.count("organizations").await), (None, 4));
    let found = officer.get(&format!("/v1/organizations?credit_code={code}")).await;
    let id = &found.ids()[0];
    let one = officer.get(&format!("/v1/organizations/{id}")).await;
    assert_eq!(
        (&one.body["name"], &one.body["party_mode"], &one.body["party_member_count"]),
        (&json!(enterprise), &json!("joint"), &json!(5))
    );
    assert_eq!(one.body["contacts"], json!([{"name": "经理甲", "post": null, "phone": "138****1111"}]));

    // As Unicode text with tabs, too.
    let tabbed = text.replace("第一、二\n期", "第一、二期").replace(',', "\t").replace('"', "");
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(tabbed.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(counts(&import(&officer, &format!("{path}?dry_run=true"), &wide).await), [1, 0, 2, 0]);
    // The same again, now as Excel's UTF-8: nothing happens. A new cell is taken over.
    let marked = format!("\u{feff}{text}");
    assert_eq!(counts(&import(&officer, path, marked.as_bytes()).await), [0, 0, 3, 0]);
    let told = app.count("changes WHERE kind = 'organization'").await;
    assert_eq!(counts(&import(&officer, path, marked.replace(",,,5", ",,,6").as_bytes()).await), [0, 1, 2, 0]);
    assert_eq!(app.count("changes WHERE kind = 'organization'").await, told + 1);
    assert_eq!(officer.get(&format!("/v1/organizations/{id}")).await.body["party_member_count"], 6);
    // A contact that is named again keeps its post; a new one is added; half of one is refused.
    let contacts = json!({"contacts": [{"name": "经理甲", "post": "经理", "phone": "13800001111"}]});
    officer.patch(&format!("/v1/organizations/{id}"), 2, &contacts).await;
    let line = |contact: &str| {
        format!(
            "行政区划代码,组织类型,名称,统一社会信用代码,联系人,联系电话,未建原因\n{COMMUNITY},物业服务企业,{enterprise},{code},{contact}\n"
        )
    };
    assert_eq!(counts(&import(&officer, path, line("经理甲,,").as_bytes()).await), [0, 0, 1, 0]);
    assert_eq!(counts(&import(&officer, path, line("客服乙,13800002222,").as_bytes()).await), [0, 1, 0, 0]);
    let half = import(&officer, path, line(",13800002222,党员不足").as_bytes()).await;
    assert_eq!(problems(&half), ["2: validation_failed #/contact_name required, #/party_mode required"]);
    let one = officer.get(&format!("/v1/organizations/{id}")).await;
    assert_eq!((&one.body["contacts"][0]["post"], one.body["contacts"].as_array().unwrap().len()), (&json!("经理"), 2));
}

#[actix_web::test]
async fn wrong_lines_are_told_and_given_back() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let path = "/v1/estates/import";
    let header = "社区代码,小区名称,套数,户数,建筑面积（平方米）,经度,纬度\n";
    let text = format!(
        "{header}{COMMUNITY},一号小区,10,9,1000.05,120.38,36.06\n{COMMUNITY},,10,9,1000,,\n{COMMUNITY},二号小区,十,9,1000.123,,\n\
         370203001001,三号小区,10,9,1000,,\n{COMMUNITY},=四号小区,10,9,1000,120,\n{COMMUNITY},一号小区,11,9,1000.05,,\n{COMMUNITY},五号,1,1,0,,,多一列\n"
    );
    let refused = import(&officer, path, text.as_bytes()).await;
    assert_eq!((counts(&refused), &refused.body["stored"]), ([1, 1, 0, 5], &json!(false)));
    assert_eq!(
        problems(&refused),
        [
            "3: validation_failed #/name required",
            "4: validation_failed #/square_meters pattern, #/units type",
            "5: validation_failed #/jurisdiction unknown_jurisdiction",
            "6: validation_failed #/latitude required",
            "8: validation_failed # too_many_cells",
        ]
    );
    assert_eq!(app.count("estates").await, 0, "nothing is stored when a line is wrong");
    let errors = refused.body["error_file"].as_str().unwrap();
    let lines: Vec<_> = errors.lines().collect();
    assert!(lines[0].starts_with("\u{feff}社区代码,") && lines[0].ends_with(",问题") && lines.len() == 6, "{errors}");
    assert!(lines[1].contains("name: 必填") && lines[4].contains("'=四号小区"), "{errors}");

    let stored = import(&officer, &format!("{path}?mode=per_item"), text.as_bytes()).await;
    assert_eq!((counts(&stored), &stored.body["stored"]), ([1, 1, 0, 5], &json!(true)));
    let found = officer.get("/v1/estates").await;
    let estate = &found.body["items"][0];
    assert_eq!(
        (&estate["area"], &estate["units"], &estate["version"], &estate["longitude"]),
        (&json!(100_005), &json!(11), &json!(2), &json!(120.38))
    );
    // What was given back is read again once it is mended.
    let line = lines[1].replace(&format!("{COMMUNITY},,"), &format!("{COMMUNITY},六号,"));
    let mended = format!("{}\n{line}\n", lines[0]);
    assert_eq!(counts(&import(&officer, path, mended.as_bytes()).await), [1, 0, 0, 0], "{mended}");
}

#[actix_web::test]
async fn a_spreadsheet_is_read_as_it_was_meant() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let header = "社区代码,小区名称,套数,户数,建筑面积（平方米）";
    let dry = async |text: String| counts(&import(&officer, "/v1/estates/import?dry_run=true", text.as_bytes()).await);
    for cells in ["\"1,200\",9,\"30,240.50\"", "1200.00,9,30240.50", "１２０,９,１００", "'1200,=\"9\",'100.5", "1200,9,100,,"]
    {
        assert_eq!(dry(format!("{header}\n{COMMUNITY},甲,{cells}\n")).await, [1, 0, 0, 0], "{cells}");
    }
    // Columns without a title and without cells say nothing.
    assert_eq!(dry(format!("{header},,\n{COMMUNITY},甲,1,1,1,,\n,,,,,,\n")).await, [1, 0, 0, 0]);
    for wrong in ["1200,9,\"3,0240.50\"", "1200,9,100,,重要", "\"1,20\",9,100"] {
        let [created, .., failed] = dry(format!("{header},,\n{COMMUNITY},甲,{wrong}\n")).await;
        assert_eq!((created, failed), (0, 1), "{wrong}");
    }
    let alike =
        format!("{header}\n{COMMUNITY},阳光花园,1,1,1\n{COMMUNITY},' 阳光花园,1,1,1\n{COMMUNITY},\"=\"\"阳光花园 \"\"\",1,1,1\n");
    let alike = import(&officer, "/v1/estates/import?dry_run=true", alike.as_bytes()).await;
    assert_eq!(counts(&alike), [1, 0, 2, 0]);
    let code = credit_code();
    for written in [format!("'{code}"), format!("=\"{code}\""), format!("{code}\t"), code.clone()] {
        let text = format!(
            "行政区划代码,组织类型,名称,统一社会信用代码\n{STREET},物业服务企业,企业甲,{}\n",
            written.replace('"', "\"\"")
        );
        let quoted = text.replace(&written.replace('"', "\"\""), &format!("\"{}\"", written.replace('"', "\"\"")));
        let report = import(&officer, "/v1/organizations/import?dry_run=true", quoted.as_bytes()).await;
        assert_eq!(counts(&report), [1, 0, 0, 0], "{written}");
    }
}

#[actix_web::test]
async fn what_is_no_such_file_is_refused_whole() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    for (file, status, code) in [
        (&b"\xff\xff1\x00"[..], 400, "malformed_csv"),
        ("社区代码,小区名称\n".as_bytes(), 422, "validation_failed"),
        ("社区代码,小区名称,小区名称,户数,套数,建筑面积（平方米）\n".as_bytes(), 422, "validation_failed"),
        (b"", 422, "validation_failed"),
    ] {
        import(&officer, "/v1/estates/import", file).await.is(status, code);
    }
    let header = "jurisdiction,name,units,households,square_meters\n";
    let long = format!("{header}{}", format!("{COMMUNITY},x,1,1,1\n").repeat(5001));
    let refused = import(&officer, "/v1/estates/import", long.as_bytes()).await;
    assert_eq!(refused.errors(), ["# too_many_lines"]);
    let json = officer.post("/v1/estates/import", &json!({})).await;
    json.is(415, "unsupported_media_type");
    let empty = import(&officer, "/v1/estates/import", header.as_bytes()).await;
    assert_eq!(counts(&empty), [0; 4]);
}

#[actix_web::test]
async fn what_spreadsheet_programs_do_to_numbers_is_undone_or_told() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let header = "社区代码;小区名称;套数;户数;建筑面积(平方米)\n";
    let file = format!("{header}{COMMUNITY};一号;\"1,200\";900.00;45120.5\n3.70202E+11;二号;12.5;9;1\n");
    let report = import(&officer, "/v1/estates/import?mode=per_item", file.as_bytes()).await;
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(problems(&report), ["3: validation_failed #/units type, #/jurisdiction as_text"]);
    let estate = &officer.get("/v1/estates").await.body["items"][0];
    assert_eq!((&estate["units"], &estate["households"], &estate["area"]), (&json!(1200), &json!(900), &json!(4_512_050)));
}

#[actix_web::test]
async fn a_retried_import_is_carried_out_once() {
    let app = TestApp::start().await;
    let officer = app.officer_of(STREET);
    let text = format!("jurisdiction,name,units,households,square_meters\n{COMMUNITY},一号,1,1,1\n");
    let send = async |query: &str| {
        let request = officer.request(Method::POST, &format!("/v1/estates/import{query}"));
        request.header("idempotency-key", "import-0001").body("text/csv", text.clone().into_bytes()).send().await
    };
    assert_eq!(counts(&send("").await), [1, 0, 0, 0]);
    let again = send("").await;
    assert_eq!((counts(&again), again.header("idempotency-replayed")), ([1, 0, 0, 0], Some("true")));
    send("?mode=per_item").await.is(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn a_street_approves_grid_units_by_importing_what_others_proposed() {
    let app = TestApp::start().await;
    let text = |name: &str, lead: &str| {
        format!(
            "社区代码,网格代码,网格名称,网格长,户数\n{OTHER_COMMUNITY},{OTHER_COMMUNITY}005,{name},{lead},300\n{OTHER_COMMUNITY},,无码网格,,10\n"
        )
    };
    let path = "/v1/grid-units/import";
    let community = import(&app.officer_of(OTHER_COMMUNITY), path, text("五网格", "甲").as_bytes()).await;
    assert_eq!(counts(&community), [2, 0, 0, 0]);
    let street = app.officer_of(STREET);
    let listed = street.get("/v1/grid-units?status=proposed").await;
    assert_eq!(listed.ids().len(), 2);
    for id in listed.ids() {
        street.acts(&format!("/v1/grid-units/{id}/reject"), json!({"reason": "重报"})).await;
    }
    let taken = import(&street, path, text("五网格", "甲").as_bytes()).await;
    assert_eq!(problems(&taken), ["2: duplicate #/code already_there"]);
    let fresh = text("五网格", "甲").replace("005,", "008,");
    assert_eq!(counts(&import(&app.colleague_of(STREET), path, fresh.as_bytes()).await), [2, 0, 0, 0]);
    assert_eq!(counts(&import(&app.colleague_of(STREET), path, fresh.as_bytes()).await), [0, 0, 2, 0], "nobody approves alone");
    assert_eq!(counts(&import(&street, path, fresh.as_bytes()).await), [0, 2, 0, 0]);
    assert_eq!(street.get("/v1/grid-units?status=active").await.ids().len(), 2);
    assert_eq!(street.get(&format!("/v1/jurisdictions/{OTHER_COMMUNITY}008")).await.status, 200);
    assert_eq!(counts(&import(&street, path, fresh.as_bytes()).await), [0, 0, 2, 0]);
    assert_eq!(counts(&import(&street, path, fresh.replace(",甲,", ",乙,").as_bytes()).await), [0, 1, 1, 0]);
}
