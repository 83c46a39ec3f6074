//! What a vote comes to: the count, what is published of it, and what becomes of it later.

use std::process::Command;

use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::data::*;
use crate::support::owner_vote::{Called, owner_vote, today};
use crate::support::{Answer, Caller, TestApp};

fn path(known: &Answer) -> String {
    format!("/v1/owner-votes/{}", known.id())
}

/// A vote in which some heads have said something, and whose time is over.
async fn voted(app: &TestApp, secrecy: &str, owners: &[usize], ballots: &[(i64, Value)]) -> String {
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, owners).await;
    let mut body = owner_vote(app, &estate);
    body["secrecy"] = secrecy.into();
    voted_on(app, body, ballots).await
}

async fn voted_on(app: &TestApp, body: Value, ballots: &[(i64, Value)]) -> String {
    let officer = app.officer_of(COMMUNITY);
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    let heads: Vec<i64> = ballots.iter().map(|(head, _)| *head).collect();
    officer.letters(&path, &heads).await;
    for (head, choices) in ballots {
        app.resident(&format!("owner {head}"), COMMUNITY).casts(&path, *head, choices.clone()).await;
    }
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    path
}

/// What `sihe recount` says of the files of a vote, and what they are.
async fn recounted(caller: &Caller<'_>, path: &str, held: &[&str]) -> (Option<i32>, String) {
    let archive = caller.get(&format!("{path}/archive.zip?purpose=supervision")).await;
    assert_eq!(archive.status, 200, "{}", archive.body);
    let file = std::env::temp_dir().join(format!("sihe-vote-{}.zip", Uuid::now_v7()));
    std::fs::write(&file, &archive.bytes).unwrap();
    let told = Command::new(env!("CARGO_BIN_EXE_sihe")).arg("recount").arg(&file).args(held).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    (told.status.code(), String::from_utf8(told.stdout).unwrap() + &String::from_utf8(told.stderr).unwrap())
}

#[actix_web::test]
async fn a_named_vote_is_counted_published_and_counted_again() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let [yes, no] = [json!([["yes"], ["yes"]]), json!([["no"], ["no"]])];
    // Five heads, of whom four take part: three of four are more than half, and just three quarters.
    let path = voted(&app, "named", &[1, 2, 3, 4, 5], &[(1, yes.clone()), (2, yes.clone()), (3, yes), (4, no)]).await;
    assert_eq!(officer.get(&path).await.body["status"], "counting");
    app.anonymous().get(&format!("/public{}/receipts", &path[3..])).await.is(404, "not_found");
    officer.get(&format!("{path}/archive.zip?purpose=supervision")).await.is(404, "not_found");
    app.resident("wang", COMMUNITY).post(&format!("{path}/count"), &json!({})).await.is(403, "forbidden");
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    let topics = counted.body["result"]["topics"].as_array().unwrap();
    let ends: Vec<_> =
        topics.iter().map(|topic| (topic["status"].as_str().unwrap(), topic["reason"].as_str().unwrap())).collect();
    assert_eq!(ends, [("passed", "approval"), ("passed", "approval")]);
    assert_eq!(topics[0]["part"], json!({"heads": 4, "area": 40_000}));
    let told: Vec<_> = topics[1]["votes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["option"].as_str().unwrap(), one["heads"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("abstain", 0), ("blank", 0), ("no", 1), ("spoiled", 0), ("yes", 3)]);
    officer.post(&format!("{path}/count"), &json!({})).await.is(409, "state_conflict");
    // Everybody reads it, finds their receipt, and counts again.
    let id = path.rsplit('/').next().unwrap();
    let notice = app.anonymous().get(&format!("/public/owner-votes/{id}")).await;
    assert_eq!(notice.body["result"], counted.body["result"]);
    assert_eq!(app.anonymous().get(&format!("/public/owner-votes?in={STREET}")).await.ids(), [id]);
    let page = app.anonymous().get(&format!("/public/owner-votes/{id}/page.html")).await;
    let text = String::from_utf8(page.bytes).unwrap();
    assert!(
        text.contains("通过。参与4人（400.00平方米）") && text.contains(counted.body["roll_hash"].as_str().unwrap()),
        "{text}"
    );
    let own = app.resident("owner 1", COMMUNITY).get(&format!("{path}/own-heads")).await;
    let receipt = own.body["items"][0]["ballots"][0]["receipt"].as_str().unwrap().to_owned();
    let receipts = app.anonymous().get(&format!("/public/owner-votes/{id}/receipts")).await;
    let listed: Vec<_> = receipts.body["items"].as_array().unwrap().iter().map(|one| one["receipt"].as_str().unwrap()).collect();
    assert!(listed.len() == 4 && listed.is_sorted() && listed.contains(&receipt.as_str()));
    let one = app.anonymous().get(&format!("/public/owner-votes/{id}/receipts?receipt={receipt}")).await;
    assert_eq!(one.body["items"].as_array().unwrap().len(), 1);
    let hashes = ["roll_hash", "manifest_hash"].map(|name| counted.body[name].as_str().unwrap().to_owned());
    let held = ["--roll-hash", &hashes[0], "--manifest-hash", &hashes[1], "--receipt", &receipt];
    let (status, told) = recounted(&officer, &path, &held).await;
    assert_eq!(status, Some(0), "{told}");
    assert_eq!(recounted(&officer, &path, &["--receipt", &"0".repeat(64)]).await.0, Some(1));
    app.officer_of(OTHER_COMMUNITY).get(&format!("{path}/archive.zip?purpose=supervision")).await.is(404, "not_found");
    app.resident("owner 1", COMMUNITY).get(&format!("{path}/archive.zip?purpose=supervision")).await.is(403, "forbidden");
    assert_eq!(app.count("audit_entries WHERE kind = 'owner_vote_export'").await, 2);
    // It ends once its result hung for long enough, by another person; what was said against it is answered first.
    let resident = app.resident("zhao", COMMUNITY);
    let objected = resident.acts(&format!("{path}/object"), json!({"text": "四号未收到表决票。"})).await;
    let conclude = format!("{path}/conclude");
    assert_eq!(street.post(&conclude, &json!({})).await.errors(), ["# objection_open"]);
    let objection = objected.body["objections"][0]["id"].clone();
    officer.acts(&format!("{path}/answer-objection"), json!({"objection_id": objection, "answer": "已送达，见签收单。"})).await;
    assert_eq!(street.post(&conclude, &json!({})).await.errors(), ["# before_its_time"]);
    let waits = async |caller: &Caller<'_>| {
        let work = caller.get("/v1/work").await.body["items"].clone();
        work.as_array().unwrap().iter().any(|one| one["kind"] == "follow_vote")
    };
    assert!(waits(&officer).await, "the result hangs nowhere");
    let early = json!({"kind": "result", "place": "小区公告栏", "from_on": "2026-03-01", "until_on": "2026-03-20"});
    assert_eq!(
        officer.post(&format!("{path}/add-posting"), &early).await.errors(),
        ["#/evidence required", "#/from_on not_before"]
    );
    let other = json!({"kind": "result", "place": "小区公告栏", "from_on": today(&app), "until_on": "2026-03-20"});
    officer.acts(&format!("{path}/add-posting"), other).await;
    assert!(!waits(&officer).await && !waits(&street).await, "nothing is to be done while it hangs");
    app.clock.advance(Duration::days(8));
    assert!(!waits(&officer).await && waits(&street).await, "whoever counted does not conclude");
    assert_eq!(resident.post(&format!("{path}/object"), &json!({"text": "x"})).await.errors(), ["# has_ended"]);
    assert_eq!(officer.post(&conclude, &json!({})).await.errors(), ["# second_person"]);
    assert_eq!(street.acts(&conclude, json!({})).await.body["status"], "concluded");
    // Decisions that do not stand are kept with the paper that says so.
    let ending = json!({"topics": [2], "paper": "民初17号", "on": today(&app), "reason": "侵害业主合法权益",
        "filed_on": today(&app)});
    officer.post(&format!("{path}/annul"), &ending).await.is(403, "forbidden");
    let wrong = json!({"topics": [3], "paper": "x", "on": "2026-03-01", "reason": "x", "filed_on": "2026-03-01"});
    assert_eq!(
        street.post(&format!("{path}/annul"), &wrong).await.errors(),
        ["#/filed_on not_before", "#/on not_before", "#/topics/0 unknown_record"]
    );
    let mut unasked = ending.clone();
    unasked["filed_on"] = Value::Null;
    assert_eq!(street.post(&format!("{path}/annul"), &unasked).await.errors(), ["#/filed_on required"]);
    assert_eq!(street.post(&format!("{path}/invalidate"), &ending).await.errors(), ["#/filed_on not_applicable"]);
    unasked.as_object_mut().unwrap().remove("filed_on");
    let annulled = street.acts(&format!("{path}/annul"), ending.clone()).await;
    assert_eq!((&annulled.body["endings"][0]["kind"], &annulled.body["endings"][0]["no"]), (&json!("annulled"), &json!(2)));
    assert_eq!(street.post(&format!("{path}/annul"), &ending).await.errors(), ["#/topics/0 already_done"]);
    // Recorded by mistake, it is struck by somebody else, and the decision stands again.
    let strike = json!({"topic": 2, "kind": "annulled", "reason": "误登记"});
    assert_eq!(street.post(&format!("{path}/strike-ending"), &strike).await.errors(), ["# second_person"]);
    let struck = app.colleague_of(STREET).acts(&format!("{path}/strike-ending"), strike.clone()).await;
    assert_eq!(struck.body["endings"][0]["struck"], "误登记");
    assert_eq!(app.officer_of(DISTRICT).post(&format!("{path}/strike-ending"), &strike).await.errors(), ["# not_applicable"]);
    street.acts(&format!("{path}/annul"), ending.clone()).await;
    street.acts(&format!("{path}/invalidate"), unasked).await;
    assert_eq!(recounted(&officer, &path, &held).await.0, Some(0), "what was counted stays what it was");
}

#[actix_web::test]
async fn a_secret_vote_leaves_totals_and_its_key_is_destroyed() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4]).await;
    let mut body = owner_vote(&app, &estate);
    body["secrecy"] = "secret".into();
    body["topics"] = json!([{"title": "选举业主委员会", "matter": "committee_election", "candidates": ["候选甲", "候选乙", "候选丙", "候选丁"], "seats": 3}]);
    let choice = |names: &[&str]| json!([names]);
    let ballots = [
        (1, choice(&["候选甲", "候选乙", "候选丙"])),
        (2, choice(&["候选乙", "候选甲", "候选丙"])),
        (3, choice(&["候选甲", "候选丁"])),
        (4, choice(&["候选乙", "候选丙", "候选甲"])),
    ];
    let path = voted_on(&app, body, &ballots).await;
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    let topic = &counted.body["result"]["topics"][0];
    assert_eq!((&topic["status"], &topic["elected"]), (&json!("passed"), &json!(["候选丙", "候选乙", "候选甲"])));
    assert_eq!(app.count("vote_opened").await, 0);
    let hash = counted.body["manifest_hash"].as_str().unwrap().to_owned();
    let result = counted.body["result"]["result_hash"].as_str().unwrap().to_owned();
    let held = ["--manifest-hash", &hash, "--result-hash", &result];
    let (status, told) = recounted(&officer, &path, &held).await;
    assert_eq!(status, Some(0), "{told}");
    app.result_hung(path.rsplit('/').next().unwrap()).await;
    // Whoever gives the votes of one to another, past every lock, is found by what hangs in the estate, and nothing ends on it.
    let database = app.connect().await;
    let swap = |one: &str, other: &str| {
        format!(
            "UPDATE owner_votes SET result = replace(replace(replace(result::text, '{one}', '某'), '{other}', '{one}'), '某', '{other}')::json"
        )
    };
    assert!(database.batch_execute(&swap("候选甲", "候选丁")).await.is_err(), "what was counted does not change");
    let unlocked = |change: &str| {
        format!(
            "ALTER TABLE owner_votes DISABLE TRIGGER owner_votes_counted_is_fixed; {change}; ALTER TABLE owner_votes ENABLE TRIGGER owner_votes_counted_is_fixed"
        )
    };
    database.batch_execute(&unlocked(&swap("候选甲", "候选丁"))).await.unwrap();
    assert_eq!(recounted(&officer, &path, &held).await.0, Some(1));
    assert_eq!(street.post(&format!("{path}/conclude"), &json!({})).await.errors(), ["# not_as_published"]);
    // Nor where what it is compared with is gone too.
    let unhashed = |hash: &str| {
        unlocked(&format!("UPDATE owner_votes SET result = jsonb_set(result::jsonb, '{{result_hash}}', '\"{hash}\"')::json"))
    };
    database.batch_execute(&unhashed("")).await.unwrap();
    assert_eq!(street.post(&format!("{path}/conclude"), &json!({})).await.errors(), ["# not_as_published"]);
    database.batch_execute(&unhashed(&result)).await.unwrap();
    database.batch_execute(&unlocked(&swap("候选丁", "候选甲"))).await.unwrap();
    // Without what was posted nothing shows that these totals were counted.
    let (status, told) = recounted(&officer, &path, &[]).await;
    assert!(status == Some(1) && told.contains("UNVERIFIED"), "{told}");
    street.acts(&format!("{path}/conclude"), json!({})).await;
    assert_eq!(app.count("owner_votes WHERE box_key->>'secret' <> ''").await, 0, "nobody opens the box again");
}

#[actix_web::test]
async fn silence_joins_the_majority_only_by_the_covenant() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4, 5]).await;
    let mut body = owner_vote(&app, &estate);
    body["silence"] = json!({"clause": "管理规约第十二条：送达后未表态的，计入多数意见。", "topics": [1]});
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1, 2, 3]).await;
    for head in [1, 2, 3] {
        app.resident(&format!("owner {head}"), COMMUNITY).casts(&path, head, json!([["yes"], ["yes"]])).await;
    }
    // Three of five have taken part, fewer than two thirds; the fourth was reached and says nothing, the fifth was not.
    officer.prints(&path, &[4]).await;
    officer.acts(&format!("{path}/deliver-ballots"), json!({"heads": [1, 4], "on": today(&app)})).await;
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    let topics = &counted.body["result"]["topics"];
    assert_eq!((&topics[0]["status"], &topics[0]["silent"]["heads"]), (&json!("passed"), &json!(1)));
    assert_eq!((&topics[1]["status"], &topics[1]["reason"]), (&json!("not_passed"), &json!("participation")));
    let hash = counted.body["manifest_hash"].as_str().unwrap().to_owned();
    let delivered = counted.body["result"]["delivered_hash"].as_str().unwrap().to_owned();
    let held = ["--manifest-hash", &hash, "--delivered-hash", &delivered];
    let (status, told) = recounted(&officer, &path, &held).await;
    assert_eq!(status, Some(0), "{told}");
    assert_eq!(recounted(&officer, &path, &["--delivered-hash", &"0".repeat(64)]).await.0, Some(1));
}

#[actix_web::test]
async fn a_ballot_that_was_changed_in_the_database_is_not_counted_in_silence() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let yes = json!([["yes"], ["yes"]]);
    let path = voted(&app, "named", &[1, 2], &[(1, yes.clone()), (2, yes)]).await;
    let database = app.connect().await;
    let swapped = "ALTER TABLE vote_ballots DISABLE TRIGGER vote_ballots_fixed; UPDATE vote_ballots b SET sealed = (SELECT sealed FROM \
        vote_ballots o WHERE o.head = 3 - b.head); ALTER TABLE vote_ballots ENABLE TRIGGER vote_ballots_fixed";
    database.batch_execute(swapped).await.unwrap();
    let refused = officer.post(&format!("{path}/count"), &json!({})).await;
    assert_eq!(
        (refused.errors(), &refused.body["errors"][0]["params"]["head"]),
        (vec!["# ballot_unreadable".to_owned()], &json!(1))
    );
    assert_eq!(officer.get(&path).await.body["status"], "counting", "nothing is half done");
    officer.post(&format!("{path}/cancel"), &json!({"reason": "x"})).await.is(409, "state_conflict");
    app.officer_of(STREET).post(&format!("{path}/cancel"), &json!({"reason": "x"})).await.is(409, "state_conflict");
    assert!(app.officer_of(DISTRICT).get(&path).await.body["next_actions"].to_string().contains("cancel"));
    database.batch_execute(swapped).await.unwrap();
    // What is kept beside the roll is not counted.
    database.batch_execute("UPDATE vote_heads SET area = area * 1000").await.unwrap();
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    assert_eq!(counted.body["result"]["total"]["area"], 20_000);
    assert_eq!(recounted(&officer, &path, &[]).await.0, Some(0));
}

#[actix_web::test]
async fn what_was_tampered_with_ends_once_the_street_has_cancelled_all_of_it() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2]).await;
    let yes = json!([["yes"], ["yes"]]);
    let path = voted_on(&app, owner_vote(&app, &estate), &[(1, yes.clone()), (2, yes)]).await;
    officer.acts(&format!("{path}/count"), json!({})).await;
    app.result_hung(path.rsplit('/').next().unwrap()).await;
    let forged = "UPDATE vote_opened SET line = replace(line, '\"yes\"', '\"no\"') WHERE head = 1";
    app.connect().await.batch_execute(forged).await.unwrap();
    let conclude = format!("{path}/conclude");
    assert_eq!(street.post(&conclude, &json!({})).await.errors(), ["# not_as_published"]);
    let cancelled =
        |topics: &[i64]| json!({"topics": topics, "paper": "青南街责改〔2026〕9号", "on": today(&app), "reason": "票箱被改动"});
    street.acts(&format!("{path}/invalidate"), cancelled(&[1])).await;
    assert_eq!(street.post(&conclude, &json!({})).await.errors(), ["# not_as_published"], "something stands");
    street.acts(&format!("{path}/invalidate"), cancelled(&[2])).await;
    assert_eq!(street.acts(&conclude, json!({})).await.body["status"], "concluded");
}
