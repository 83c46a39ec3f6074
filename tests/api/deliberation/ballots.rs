//! Ballots: who votes for a head, by which channel, and that nobody reads what they say.

use chrono::Duration;
use futures_util::join;
use serde_json::{Value, json};

use crate::support::data::*;
use crate::support::owner_vote::{Called, owner_vote, today, typed};
use crate::support::world::estate;
use crate::support::{Answer, Caller, TestApp};

fn path(known: &Answer) -> String {
    format!("/v1/owner-votes/{}", known.id())
}

fn ballot(head: i64, choices: Value) -> Value {
    json!({"head": head, "choices": choices})
}

/// The owner of a head, whose letter was used.
fn owner<'a>(app: &'a TestApp, head: i64) -> Caller<'a> {
    app.resident(&format!("owner {head}"), COMMUNITY)
}

#[actix_web::test]
async fn whoever_has_a_letter_votes_for_its_head() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = path(&officer.calls_vote(COMMUNITY, Called::Announced).await);
    let issue = format!("{path}/issue-letters");
    let (first, second) =
        (|heads: &[i64]| json!({"heads": heads, "half": "first"}), |heads: &[i64]| json!({"heads": heads, "half": "second"}));
    assert_eq!(officer.post(&issue, &first(&[1, 9])).await.errors(), ["#/heads/1 unknown_record"]);
    // Two persons print the halves of a code, and nobody has both.
    let colleague = app.colleague_of(COMMUNITY);
    assert_eq!(colleague.post(&issue, &second(&[3])).await.errors(), ["#/heads not_yet"]);
    let begun = officer.acts(&issue, first(&[3])).await;
    assert_eq!(officer.post(&issue, &second(&[3])).await.errors(), ["# second_person"]);
    let mut half = typed(&path, &begun.body["letters"][0]);
    half["code"] = begun.body["letters"][0]["half"].clone();
    assert_eq!(app.resident("wang", COMMUNITY).post("/v1/owner-votes/link", &half).await.errors(), ["#/code wrong_code"]);
    colleague.acts(&issue, second(&[3])).await;
    assert_eq!(colleague.post(&issue, &second(&[3])).await.errors(), ["#/heads already_done"]);
    let letters = officer.prints(&path, &[3, 1, 3]).await;
    assert_eq!(
        (letters.len(), &letters[1]["units"]),
        (2, &json!([{"building": "1", "entrance": "", "number": "003"}, {"building": "1", "entrance": "", "number": "004"}]))
    );
    // Who lives elsewhere votes where they own something.
    let wang = app.resident("wang", OTHER_COMMUNITY);
    wang.get(&path).await.is(404, "not_found");
    let typed_in = typed(&path, &letters[0]);
    let mut wrong = typed_in.clone();
    wrong["code"] = letters[1]["code"].clone();
    assert_eq!(wang.post("/v1/owner-votes/link", &wrong).await.errors(), ["#/code wrong_code"]);
    wrong = typed_in.clone();
    wrong["number"] = "999".into();
    assert_eq!(wang.post("/v1/owner-votes/link", &wrong).await.errors(), ["#/code wrong_code"]);
    let mut small = typed_in.clone();
    small["code"] = letters[0]["code"].as_str().unwrap().to_lowercase().replace('-', " ").into();
    let linked = wang.acts("/v1/owner-votes/link", small).await;
    assert_eq!(
        (&linked.body["head"], &linked.body["capacity"], &linked.body["area"]),
        (&json!(1), &json!("agent"), &json!(10_000))
    );
    assert_eq!(app.resident("li", COMMUNITY).post("/v1/owner-votes/link", &typed_in).await.errors(), ["#/code letter_used"]);
    let seen = wang.get(&path).await;
    assert_eq!(seen.body["next_actions"], json!(["give_power", "revoke_power"]), "what is announced is not voted on yet");
    assert_eq!(wang.get(&format!("{path}/own-heads")).await.body["items"][0]["head"], 1);
    wang.get(&format!("{path}/heads")).await.is(403, "forbidden");
    // Whoever has seen half of the code of a head on a screen does not vote for it; somebody with a role elsewhere is no office here.
    let mut claims =
        app.claims(&[(sihe::access::actor::Role::CommunityOfficer, COMMUNITY), (sihe::access::actor::Role::Resident, COMMUNITY)]);
    claims.sub = "clerk".into();
    let clerk = app.with_claims(&claims);
    let printed = clerk.prints(&path, &[4]).await;
    assert_eq!(clerk.post("/v1/owner-votes/link", &typed(&path, &printed[0])).await.errors(), ["# second_person"]);
    let mut claims = app.claims(&[
        (sihe::access::actor::Role::CommunityOfficer, "370202002001"),
        (sihe::access::actor::Role::Resident, COMMUNITY),
    ]);
    claims.sub = "wang".into();
    let elsewhere = app.with_claims(&claims);
    for (action, body) in [
        ("issue-letters", json!({"heads": [2], "half": "first"})),
        ("deliver-ballots", json!({"heads": [2], "on": "2026-03-02"})),
        ("cancel", json!({"reason": "x"})),
        ("add-posting", json!({"kind": "announcement", "place": "x", "from_on": "2026-03-02", "until_on": "2026-03-02"})),
    ] {
        elsewhere.post(&format!("{path}/{action}"), &body).await.is(404, "not_found");
    }
    assert_eq!(elsewhere.get("/v1/owner-votes?own=true").await.ids().len(), 1, "wherever they live");
    // Half a letter takes nothing from whoever has a whole one; another whole one revokes it, and whoever used it.
    officer.acts(&issue, first(&[1])).await;
    assert_eq!(wang.get(&format!("{path}/own-heads")).await.body["items"][0]["head"], 1);
    let again = officer.prints(&path, &[1]).await;
    assert_eq!(wang.post("/v1/owner-votes/link", &typed_in).await.errors(), ["#/code wrong_code"]);
    wang.get(&path).await.is(404, "not_found");
    wang.acts("/v1/owner-votes/link", typed(&path, &again[0])).await;
    for _ in 3..=10 {
        officer.prints(&path, &[1]).await;
    }
    assert_eq!(officer.post(&issue, &first(&[1])).await.errors(), ["#/heads letters_spent"]);
    let heads = officer.get(&format!("{path}/heads?has_agent=false")).await;
    assert_eq!(heads.body["items"].as_array().unwrap().len(), 4);
    // One person alone reaches nobody.
    let alone = officer.post(&format!("{path}/deliver-ballots"), &json!({"heads": [3, 2], "on": "2026-03-02"})).await;
    assert_eq!(alone.errors(), ["#/heads/1 no_letter"]);
    // Whoever has begun a letter prints its half again; somebody else begins another one only knowingly.
    let once = officer.acts(&issue, first(&[2])).await;
    assert_eq!(officer.acts(&issue, first(&[2])).await.body, once.body);
    assert_eq!(colleague.post(&issue, &first(&[2])).await.errors(), ["#/restart letter_begun"]);
    let restarted = json!({"heads": [2], "half": "first", "restart": true});
    assert_ne!(colleague.acts(&issue, restarted).await.body, once.body);
    let work = officer.get("/v1/work").await.body["items"].clone();
    assert!(work.as_array().unwrap().iter().any(|item| item["kind"] == "complete_letters"), "{work}");
    let own = colleague.get("/v1/work").await.body["items"].clone();
    assert!(own.as_array().unwrap().iter().all(|item| item["kind"] != "complete_letters"), "{own}");
    officer.acts(&issue, second(&[2])).await;
    officer.acts(&format!("{path}/deliver-ballots"), json!({"heads": [2, 3, 4], "on": "2026-03-02"})).await;
    officer.acts(&format!("{path}/deliver-ballots"), json!({"heads": [4], "on": null})).await;
    assert_eq!(officer.get(&format!("{path}/heads")).await.body["items"][3]["delivered_on"], Value::Null);
    let late = officer.post(&format!("{path}/deliver-ballots"), &json!({"heads": [2], "on": "2026-03-03"})).await;
    assert_eq!(late.errors(), ["#/on too_late"]);
    assert_eq!(officer.get(&format!("{path}/heads")).await.body["items"][1]["delivered_on"], "2026-03-02");
    assert_eq!(app.count("audit_entries WHERE kind = 'letters'").await, 29);
}

#[actix_web::test]
async fn a_ballot_is_cast_changed_and_taken_back_and_nobody_reads_it() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1, 2]).await;
    let (one, ballots) = (owner(&app, 1), format!("{path}/ballots"));
    let refused = async |body: Value| one.post(&ballots, &body).await.errors();
    assert_eq!(refused(ballot(2, json!([["yes"], ["no"]]))).await, ["#/head not_your_head"]);
    assert_eq!(refused(ballot(99, json!([["yes"], ["no"]]))).await, ["#/head not_your_head"]);
    assert_eq!(refused(ballot(1, json!([["yes"]]))).await, ["#/choices each_topic"]);
    assert_eq!(refused(ballot(1, json!([["yes", "no"], ["maybe"]]))).await, ["#/choices/0 max_items", "#/choices/1 no_option"]);
    app.officer_of(COMMUNITY).post(&ballots, &ballot(1, json!([["yes"], ["no"]]))).await.is(403, "forbidden");
    app.resident("stranger", OTHER_STREET).post(&ballots, &ballot(1, json!([["yes"], ["no"]]))).await.is(404, "not_found");
    let work = one.get("/v1/work").await;
    assert_eq!(work.body["items"][0]["kind"], "cast_ballot");
    let cast = one.post_once("cast-ballot-1", &ballots, &ballot(1, json!([["yes"], []]))).await;
    let receipt = cast.body["ballot"]["receipt"].as_str().unwrap().to_owned();
    assert_eq!((cast.status, receipt.len(), &cast.body["ballot"]["channel"]), (200, 64, &json!("online")));
    assert_eq!(cast.body["signature"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(one.get("/v1/work").await.body["items"], json!([]));
    // A retry after a bad connection is the same ballot.
    let again = one.post_once("cast-ballot-1", &ballots, &ballot(1, json!([["yes"], []]))).await;
    assert_eq!(again.body, cast.body);
    // The last one counts; the same words have another receipt.
    let second = one.casts(&path, 1, json!([["yes"], []])).await;
    assert_ne!(second.body["ballot"]["receipt"], json!(receipt));
    let own = one.get(&format!("{path}/own-heads")).await;
    let told: Vec<_> = own.body["items"][0]["ballots"].as_array().unwrap().iter().map(|one| &one["set_aside"]).collect();
    assert_eq!(told, [&Value::Null, &json!("replaced")]);
    assert_eq!(one.get(&path).await.body["next_actions"][0], "cast");
    let taken = one.acts(&format!("{ballots}/withdraw"), json!({"head": 1})).await;
    assert_eq!(taken.body["ballots"][0]["set_aside"], "withdrawn");
    assert_eq!(one.post(&format!("{ballots}/withdraw"), &json!({"head": 1})).await.errors(), ["# not_applicable"]);
    // Two at the same instant: one counts, both are answered.
    let both = join!(one.casts(&path, 1, json!([["no"], ["no"]])), one.casts(&path, 1, json!([["yes"], ["no"]])));
    assert_ne!(both.0.body["ballot"]["receipt"], both.1.body["ballot"]["receipt"]);
    assert_eq!(app.count("vote_ballots WHERE counts").await, 1);
    // Nobody is told more than how many have taken part, as of the last full hour.
    let part = officer.get(&format!("{path}/participation")).await;
    assert_eq!((&part.body["heads"], &part.body["total_heads"]), (&json!(0), &json!(4)));
    app.clock.advance(Duration::hours(1));
    let part = app.resident("li", COMMUNITY).get(&format!("{path}/participation")).await;
    assert_eq!((&part.body["heads"], &part.body["area"], &part.body["total_area"]), (&json!(1), &json!(10_000), &json!(50_000)));
    let missing = officer.get(&format!("{path}/heads?took_part=false")).await;
    assert_eq!(missing.body["items"].as_array().unwrap().len(), 3);
    // What is in the box does not change, not even in the database.
    let database = app.connect().await;
    for statement in [
        "UPDATE vote_ballots SET sealed = 'x'",
        "UPDATE vote_ballots SET receipt = '0'",
        "UPDATE vote_ballots SET counts = true, set_aside = NULL, ended_at = NULL WHERE set_aside = 'withdrawn'",
        "DELETE FROM vote_ballots",
        "TRUNCATE vote_ballots",
    ] {
        let refused = database.batch_execute(statement).await.expect_err(statement);
        assert!(refused.as_db_error().unwrap().message().contains("does not change"), "{statement}: {refused:?}");
    }
    // No head in this vote writes into its record.
    assert_eq!(officer.get(&path).await.version(), 4);
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    one.post(&ballots, &ballot(1, json!([["yes"], ["no"]]))).await.is(409, "state_conflict");
}

/// All that the database holds of a vote, with what is random in it replaced by how long it is.
async fn dump(app: &TestApp) -> Vec<String> {
    let database = app.connect().await;
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() \
        AND table_type = 'BASE TABLE' AND table_name <> '__diesel_schema_migrations' ORDER BY 1";
    let mut found = Vec::new();
    for table in database.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        for row in database
            .query(&format!("SELECT (to_jsonb(t) - '{{tx,adopted_at,database_oid}}'::text[])::text FROM {table} t"), &[])
            .await
            .unwrap()
        {
            let text: String = row.get(0);
            found.push(format!("{table}: {}", without_random(&text)));
        }
    }
    found.sort();
    found
}

/// A text in which every run of signs that may be an id, a hash or something sealed is told by its length alone.
fn without_random(text: &str) -> String {
    let mut told = String::new();
    let mut run = String::new();
    for sign in text.chars().chain([' ']) {
        if sign.is_ascii_alphanumeric() || "-+/=_".contains(sign) {
            run.push(sign);
            continue;
        }
        let is_random = run.len() >= 16 && run.chars().any(|sign| sign.is_ascii_digit());
        told.push_str(&if is_random { format!("<{}>", run.len()) } else { run.clone() });
        run.clear();
        told.push(sign);
    }
    told
}

#[actix_web::test]
async fn the_same_vote_with_all_choices_exchanged_leaves_the_same_traces() {
    let traces = async |choices: [&Value; 2], secrecy: &str, counts: bool| {
        let app = TestApp::start().await;
        let officer = app.officer_of(COMMUNITY);
        let mut named = estate(COMMUNITY);
        named["name"] = "示范小区".into();
        let estate = officer.makes("/v1/estates", named).await.id();
        officer.units(&estate, &[1, 2, 3, 3, 0]).await;
        let mut body = owner_vote(&app, &estate);
        body["secrecy"] = secrecy.into();
        let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
        officer.letters(&path, &[1, 2, 3]).await;
        for (head, choices) in [(1, choices[0]), (2, choices[1]), (1, choices[1]), (1, choices[0])] {
            let key = format!("ballot-{head}-{}", app.count("vote_ballots").await);
            let cast = owner(&app, head).post_once(&key, &format!("{path}/ballots"), &ballot(head, choices.clone())).await;
            assert_eq!(cast.status, 200, "{}", cast.body);
        }
        let paper = officer.makes(&format!("{path}/papers"), json!({"head": 3, "channel": "paper"})).await.id();
        let entry = |choices: &Value| json!({"paper_id": paper, "choices": choices});
        for clerk in [app.colleague_of(COMMUNITY), app.officer_of(DISTRICT)] {
            clerk.acts(&format!("{path}/papers/enter"), entry(choices[0])).await;
        }
        if counts {
            app.polls_close(path.rsplit('/').next().unwrap()).await;
            let counted = officer.acts(&format!("{path}/count"), json!({})).await;
            assert_eq!(counted.body["result"]["topics"][0]["part"]["heads"], 3);
        }
        dump(&app).await
    };
    let (yes, no) = (json!([["yes"], ["abstain"]]), json!([["no"], []]));
    for secrecy in ["named", "secret"] {
        let (one, other) = (traces([&yes, &no], secrecy, false).await, traces([&no, &yes], secrecy, false).await);
        let differs: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).take(3).collect();
        assert!(one.len() == other.len() && differs.is_empty(), "{secrecy}: {differs:#?}");
        assert!(one.iter().any(|row| row.starts_with("vote_ballots")), "the box is among them");
    }
    // Of a secret vote nothing is written at all but what it came to.
    let told = ["owner_votes:", "changes", "audit_entries", "idempotency_keys"];
    let held = |mut rows: Vec<String>| {
        rows.retain(|row| !told.iter().any(|table| row.starts_with(table)));
        rows
    };
    let (one, other) = (traces([&yes, &no], "secret", true).await, traces([&no, &yes], "secret", true).await);
    assert!(!one.iter().any(|row| row.starts_with("vote_opened")));
    let (one, other) = (held(one), held(other));
    let differs: Vec<_> = one.iter().zip(&other).filter(|(one, other)| one != other).take(3).collect();
    assert!(one.len() == other.len() && differs.is_empty(), "{differs:#?}");
}

#[actix_web::test]
async fn an_owner_votes_for_others_who_gave_a_power() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4, 5, 6]).await;
    let path = path(&officer.votes_on(owner_vote(&app, &estate), COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1, 2, 3, 4, 5]).await;
    let powers = format!("{path}/powers");
    let (one, two) = (owner(&app, 1), owner(&app, 2));
    let power = |head: i64| json!({"head": head, "proxy": 1});
    assert_eq!(two.post(&powers, &json!({"head": 2, "proxy": 2})).await.errors(), ["#/proxy unknown_record"]);
    assert_eq!(one.post(&powers, &power(2)).await.errors(), ["#/head not_your_head"]);
    assert_eq!(two.post(&powers, &json!({"head": 2, "proxy": 1, "paper": "x"})).await.errors(), ["#/head not_your_head"]);
    assert_eq!(officer.post(&powers, &power(6)).await.errors(), ["#/paper required"]);
    two.acts(&powers, power(2)).await;
    owner(&app, 3).acts(&powers, power(3)).await;
    // Whoever has no letter gives it in writing.
    let by_paper = json!({"head": 6, "proxy": 1, "paper": "委托书6号"});
    let recorded = officer.acts(&powers, by_paper.clone()).await;
    assert_eq!(recorded.body["proxy"], Value::Null, "it holds once another person has read the same");
    assert_eq!(officer.post(&powers, &by_paper).await.errors(), ["# second_person"]);
    let other = json!({"head": 6, "proxy": 3, "paper": "委托书6号"});
    assert_eq!(app.colleague_of(COMMUNITY).post(&powers, &other).await.errors(), ["#/paper recorded_otherwise"]);
    let listed = officer.get(&format!("{path}/heads")).await.body["items"][5].clone();
    assert_eq!((&listed["proxy"], &listed["power_pending"]), (&json!(1), &json!(true)));
    assert_eq!(
        one.post(&format!("{path}/ballots"), &ballot(6, json!([["yes"], ["yes"]]))).await.errors(),
        ["#/head not_your_head"]
    );
    assert_eq!(app.colleague_of(COMMUNITY).acts(&powers, by_paper).await.body["proxy"], 1);
    // What an owner gave no office gives to somebody else or takes back.
    let instead = json!({"head": 2, "proxy": 3, "paper": "委托书2号"});
    assert_eq!(officer.post(&powers, &instead).await.errors(), ["#/head power_given"]);
    assert_eq!(officer.post(&format!("{powers}/revoke"), &json!({"head": 2})).await.errors(), ["#/head not_your_head"]);
    assert_eq!(owner(&app, 4).post(&powers, &power(4)).await.errors(), ["#/proxy too_many_principals"]);
    let own = one.get(&format!("{path}/own-heads")).await;
    let told: Vec<_> = own.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["head"].as_i64().unwrap(), one["capacity"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(1, "agent"), (2, "proxy"), (3, "proxy"), (6, "proxy")]);
    let yes = json!([["yes"], ["yes"]]);
    let by_proxy = one.casts(&path, 2, yes.clone()).await;
    assert_eq!(by_proxy.body["ballot"]["channel"], "proxy");
    // The principal is told, and votes itself all the same; then the proxy does not any more.
    assert_eq!(two.get(&format!("{path}/own-heads")).await.body["items"][0]["ballots"][0]["channel"], "proxy");
    assert_eq!(two.casts(&path, 2, json!([["no"], ["no"]])).await.body["ballot"]["channel"], "online");
    assert_eq!(one.post(&format!("{path}/ballots"), &ballot(2, yes.clone())).await.errors(), ["#/head voted_itself"]);
    let seen = one.get(&format!("{path}/own-heads")).await;
    assert_eq!(seen.body["items"][1]["ballots"].as_array().unwrap().len(), 1, "a proxy is not told what the owner did");
    assert_eq!(one.post(&format!("{path}/ballots/withdraw"), &json!({"head": 2})).await.errors(), ["# not_applicable"]);
    two.acts(&format!("{path}/ballots/withdraw"), json!({"head": 2})).await;
    one.casts(&path, 2, yes.clone()).await;
    // A power that is taken back leaves what was said by it.
    two.acts(&format!("{powers}/revoke"), json!({"head": 2})).await;
    assert_eq!(two.post(&format!("{powers}/revoke"), &json!({"head": 2})).await.errors(), ["#/head not_applicable"]);
    assert_eq!(one.post(&format!("{path}/ballots"), &ballot(2, yes)).await.errors(), ["#/head not_your_head"]);
    assert_eq!(app.count("vote_ballots WHERE counts AND head = 2").await, 1);
    // It counts as one of those for whom they vote, until something else is said.
    assert_eq!(owner(&app, 4).post(&powers, &power(4)).await.errors(), ["#/proxy too_many_principals"]);
    two.casts(&path, 2, json!([["no"], ["no"]])).await;
    owner(&app, 4).acts(&powers, power(4)).await;
    assert_eq!(owner(&app, 5).post(&powers, &power(5)).await.errors(), ["#/proxy too_many_principals"]);
    // What two persons recorded two persons end, by a paper.
    let revocation = json!({"head": 6, "paper": "撤销委托书1号"});
    assert_eq!(officer.post(&format!("{powers}/revoke"), &json!({"head": 6})).await.errors(), ["#/paper required"]);
    officer.acts(&format!("{powers}/revoke"), json!({"head": 6, "paper": "撤销委托书7号"})).await;
    let colleague = app.colleague_of(COMMUNITY);
    // A slip of the first one keeps nobody's power.
    colleague.acts(&format!("{powers}/revoke"), revocation.clone()).await;
    assert_eq!(colleague.post(&format!("{powers}/revoke"), &revocation).await.errors(), ["# second_person"]);
    assert_eq!(owner(&app, 5).post(&powers, &power(5)).await.errors(), ["#/proxy too_many_principals"]);
    officer.acts(&format!("{powers}/revoke"), revocation).await;
    let (five, of_five, of_two) = (owner(&app, 5), power(5), power(2));
    let both = join!(five.post(&powers, &of_five), two.post(&powers, &of_two));
    let mut stati = [both.0.status, both.1.status];
    stati.sort_unstable();
    assert_eq!(stati, [200, 422], "one place is left for two");
}

#[actix_web::test]
async fn a_paper_is_read_by_two_persons_who_agree() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let (colleague, third) = (app.colleague_of(COMMUNITY), app.officer_of(DISTRICT));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    let (papers, enter) = (format!("{path}/papers"), format!("{path}/papers/enter"));
    owner(&app, 1).post(&papers, &json!({"head": 1, "channel": "paper"})).await.is(403, "forbidden");
    assert_eq!(officer.post(&papers, &json!({"head": 9, "channel": "paper"})).await.errors(), ["#/head unknown_record"]);
    assert_eq!(officer.post(&papers, &json!({"head": 2, "channel": "delegate"})).await.errors(), ["#/delegate required"]);
    let taken = officer.makes(&papers, json!({"head": 2, "channel": "delegate", "delegate": "二单元代表"})).await;
    let entry = |paper: &Answer, choices: Value| json!({"paper_id": paper.id(), "choices": choices});
    let yes = json!([["yes"], []]);
    assert_eq!(officer.post(&enter, &entry(&taken, json!([["agree"], []]))).await.errors(), ["#/choices/0 no_option"]);
    let once = officer.acts(&enter, entry(&taken, yes.clone())).await;
    assert_eq!((&once.body["status"], &once.body["receipt"]), (&json!("entered_once"), &Value::Null));
    assert_eq!(officer.post(&enter, &entry(&taken, yes.clone())).await.errors(), ["# second_person"]);
    let twice = colleague.acts(&enter, entry(&taken, yes.clone())).await;
    assert_eq!((&twice.body["status"], twice.body["receipt"].as_str().unwrap().len()), (&json!("entered"), 64));
    assert_eq!(third.post(&enter, &entry(&taken, yes.clone())).await.errors(), ["#/paper_id already_done"]);
    // Who reads it differently needs somebody else; the own word of before is replaced by when the paper was handed in.
    let other = officer.makes(&papers, json!({"head": 1, "channel": "paper"})).await;
    app.clock.advance(Duration::minutes(1));
    owner(&app, 1).casts(&path, 1, json!([["no"], ["no"]])).await;
    officer.acts(&enter, entry(&other, yes.clone())).await;
    assert_eq!(colleague.acts(&enter, entry(&other, json!([["yes", "no"], []]))).await.body["status"], "disputed");
    assert_eq!(
        colleague.acts(&enter, entry(&other, yes.clone())).await.body["status"],
        "disputed",
        "it was read twice by one alone"
    );
    assert_eq!(
        colleague.post(&enter, &entry(&other, yes.clone())).await.errors(),
        ["# second_person"],
        "nobody tries until it fits"
    );
    let listed = third.get(&format!("{papers}?status=disputed")).await;
    assert_eq!((&listed.body["items"][0]["entries"], &listed.body["items"][0]["is_entered"]), (&json!(2), &json!(false)));
    let settled = third.acts(&enter, entry(&other, yes.clone())).await;
    assert_eq!((&settled.body["status"], &settled.body["entries"]), (&json!("entered"), &json!(3)));
    let own = owner(&app, 1).get(&format!("{path}/own-heads")).await;
    let told: Vec<_> =
        own.body["items"][0]["ballots"].as_array().unwrap().iter().map(|one| (&one["channel"], &one["set_aside"])).collect();
    assert_eq!(told, [(&json!("paper"), &json!("replaced")), (&json!("online"), &Value::Null)], "it was handed in before");
    // What is not signed does not count, and displaces nothing.
    let unsigned = officer.makes(&papers, json!({"head": 1, "channel": "paper"})).await;
    let reject = json!({"paper_id": unsigned.id(), "fault": "unsigned"});
    officer.post(&format!("{papers}/reject"), &reject).await.is(403, "forbidden");
    assert_eq!(street.acts(&format!("{papers}/reject"), reject).await.body["status"], "invalid");
    // What comes after the end is kept unopened; what came before is entered for some days.
    let last = officer.makes(&papers, json!({"head": 3, "channel": "paper"})).await;
    let never = officer.makes(&papers, json!({"head": 4, "channel": "paper"})).await;
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    let late = officer.makes(&papers, json!({"head": 4, "channel": "paper"})).await;
    assert_eq!((&late.body["status"], &late.body["reason"]), (&json!("late"), &json!("late")));
    assert_eq!(officer.post(&enter, &entry(&late, yes.clone())).await.errors(), ["#/paper_id already_done"]);
    officer.acts(&enter, entry(&last, yes.clone())).await;
    let early = officer.post(&format!("{path}/count"), &json!({})).await;
    assert_eq!((early.errors(), &early.body["errors"][0]["params"]["papers"]), (vec!["# papers_open".to_owned()], &json!(2)));
    colleague.acts(&enter, entry(&last, yes)).await;
    app.clock.advance(Duration::days(4));
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    assert_eq!(counted.body["result"]["topics"][0]["part"]["heads"], 3);
    let listed = officer.get(&format!("{papers}?status=invalid")).await;
    let told: Vec<_> = listed.body["items"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(told, [&json!("unsigned"), &json!("not_entered")]);
    assert_eq!(listed.ids(), [unsigned.id(), never.id()]);
    app.officer_of(OTHER_COMMUNITY).get(&papers).await.is(404, "not_found");
    for name in ["officer", "colleague"] {
        assert!(!listed.body.to_string().contains(name), "nobody is told who took a paper in");
    }
}

#[actix_web::test]
async fn nobody_reads_whose_a_secret_paper_is_and_what_it_says() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let clerks = [app.colleague_of(COMMUNITY), app.officer_of(DISTRICT)];
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3]).await;
    let mut body = owner_vote(&app, &estate);
    body["secrecy"] = "secret".into();
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    let taken = officer.makes(&format!("{path}/papers"), json!({"head": 2, "channel": "paper"})).await;
    assert_eq!(taken.body["head"], 2);
    let (enter, entry) = (format!("{path}/papers/enter"), json!({"paper_id": taken.id(), "choices": [["yes"], ["no"]]}));
    assert_eq!(officer.post(&enter, &entry).await.errors(), ["# second_person"]);
    for clerk in &clerks {
        // By what is written on the sheet it is found, and not by whose it is.
        let found = clerk.get(&format!("{path}/papers?form={}", taken.body["form"])).await;
        assert_eq!((found.ids(), &found.body["items"][0]["head"]), (vec![taken.id()], &Value::Null));
        assert!(clerk.get(&format!("{path}/papers?head=2")).await.ids().is_empty());
        let entered = clerk.acts(&enter, entry.clone()).await;
        assert_eq!((&entered.body["head"], &entered.body["receipt"]), (&Value::Null, &Value::Null));
    }
    let own = officer.get(&format!("{path}/papers?head=2")).await.body["items"][0].clone();
    assert_eq!((&own["status"], own["receipt"].as_str().unwrap().len()), (&json!("entered"), 64));
    // Nobody sees by who has taken part whose it was, and no paper in its place tells it.
    app.clock.advance(Duration::hours(1));
    assert_eq!(clerks[0].get(&format!("{path}/participation")).await.body["heads"], 0);
    assert!(clerks[0].get(&format!("{path}/heads?took_part=true")).await.body["items"].as_array().unwrap().is_empty());
    app.officer_of(STREET).acts(&format!("{path}/papers/reject"), json!({"paper_id": taken.id(), "fault": "unsigned"})).await;
    let again = |head: i64| json!({"head": head, "channel": "paper", "in_place_of": taken.id()});
    assert_eq!(clerks[0].post(&format!("{path}/papers"), &again(2)).await.errors(), ["# second_person"], "they have read it");
    let other = app.officer_of(CITY);
    assert_eq!(other.post(&format!("{path}/papers"), &again(1)).await.errors(), ["#/head not_applicable"], "it was hers alone");
    let anew = other.makes(&format!("{path}/papers"), again(2)).await.id();
    let entry = json!({"paper_id": anew, "choices": [["yes"], ["no"]]});
    assert_eq!(officer.post(&enter, &entry).await.errors(), ["# second_person"], "they know whose it is");
    clerks[0].acts(&enter, entry.clone()).await;
    // Nobody who reads it tries out whose it is.
    let reader = app.colleague_of(DISTRICT);
    for head in [1, 2] {
        let tried = reader.post(&format!("{path}/papers"), &again(head)).await;
        assert_eq!(tried.errors(), ["#/in_place_of taken"], "{head}");
    }
    reader.acts(&enter, entry).await;
    for head in [1, 2] {
        assert_eq!(reader.post(&format!("{path}/papers"), &again(head)).await.errors(), ["# second_person"], "{head}");
    }
}

#[actix_web::test]
async fn what_a_secret_paper_takes_the_place_of_is_told_as_before() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let clerks = [app.colleague_of(COMMUNITY), app.officer_of(DISTRICT)];
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3]).await;
    let mut body = owner_vote(&app, &estate);
    body["secrecy"] = "secret".into();
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1, 2]).await;
    for head in [1, 2] {
        owner(&app, head).casts(&path, head, json!([["yes"], ["no"]])).await;
    }
    let told = async || {
        app.clock.advance(Duration::hours(1));
        let heads = clerks[0].get(&format!("{path}/heads?took_part=true")).await.body["items"].clone();
        let heads: Vec<_> = heads.as_array().unwrap().iter().map(|one| one["head"].as_i64().unwrap()).collect();
        (heads, clerks[0].get(&format!("{path}/participation")).await.body["heads"].as_i64().unwrap())
    };
    assert_eq!(told().await, (vec![1, 2], 2));
    let paper = officer.makes(&format!("{path}/papers"), json!({"head": 2, "channel": "paper"})).await.id();
    for clerk in &clerks {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": [["no"], ["no"]]})).await;
    }
    assert_eq!(told().await, (vec![1, 2], 2), "whoever entered it does not see whose it is");
    // What an owner takes back is told.
    owner(&app, 1).acts(&format!("{path}/ballots/withdraw"), json!({"head": 1})).await;
    assert_eq!(told().await, (vec![2], 1));
    app.officer_of(STREET).acts(&format!("{path}/cancel"), json!({"reason": "x"})).await;
    assert_eq!(told().await, (vec![2], 1), "nor once it is cancelled");
}

#[actix_web::test]
async fn a_proxy_takes_nothing_back_that_the_owner_signed() {
    let app = TestApp::start().await;
    let (officer, colleague) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1, 2]).await;
    owner(&app, 2).acts(&format!("{path}/powers"), json!({"head": 2, "proxy": 1})).await;
    let paper = officer.makes(&format!("{path}/papers"), json!({"head": 2, "channel": "paper"})).await.id();
    app.clock.advance(Duration::minutes(1));
    let yes = json!([["yes"], ["yes"]]);
    owner(&app, 1).casts(&path, 2, yes.clone()).await;
    owner(&app, 1).acts(&format!("{path}/ballots/withdraw"), json!({"head": 2})).await;
    for clerk in [&officer, &colleague] {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": yes})).await;
    }
    assert_eq!(app.count("vote_ballots WHERE counts AND head = 2 AND channel = 'paper'").await, 1);
    assert_eq!(app.count("vote_paper_entries WHERE mark <> ''").await, 0, "what was read on a paper is not kept");
}

#[actix_web::test]
async fn a_paper_that_was_taken_in_wrongly_gives_way_to_what_was_said_before() {
    let app = TestApp::start().await;
    let (officer, colleague, street) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY), app.officer_of(STREET));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    let (yes, no) = (json!([["yes"], ["yes"]]), json!([["no"], ["no"]]));
    let own = owner(&app, 1).casts(&path, 1, yes).await.body["ballot"]["receipt"].clone();
    app.clock.advance(Duration::minutes(1));
    let mistaken = officer.makes(&format!("{path}/papers"), json!({"head": 1, "channel": "paper"})).await;
    for clerk in [&officer, &colleague] {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": mistaken.id(), "choices": no})).await;
    }
    assert_eq!(app.count("vote_ballots WHERE counts AND channel = 'online'").await, 0);
    app.clock.advance(Duration::minutes(1));
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    let reject = json!({"paper_id": mistaken.id(), "fault": "mistaken", "note": "应为二号"});
    let bare = json!({"paper_id": mistaken.id(), "fault": "mistaken"});
    assert_eq!(street.post(&format!("{path}/papers/reject"), &bare).await.errors(), ["#/note required"]);
    street.acts(&format!("{path}/papers/reject"), reject.clone()).await;
    assert_eq!(street.post(&format!("{path}/papers/reject"), &reject).await.errors(), ["#/paper_id already_done"]);
    let seen = owner(&app, 1).get(&format!("{path}/own-heads")).await;
    let counts =
        seen.body["items"][0]["ballots"].as_array().unwrap().iter().find(|ballot| ballot["counts"] == true).unwrap().clone();
    assert_eq!(counts["receipt"], own, "what was said before counts again");
    // What was not taken in wrongly is not taken in anew.
    let database = app.connect().await;
    let revived = "UPDATE vote_ballots SET counts = true, set_aside = NULL, ended_at = NULL WHERE set_aside = 'voided'";
    assert!(database.batch_execute(revived).await.is_err());
    // Taken in for the right head it was handed in when it was, and once.
    let right = json!({"head": 2, "channel": "paper", "in_place_of": mistaken.id()});
    assert_eq!(street.post(&format!("{path}/papers"), &right).await.errors(), ["# second_person"]);
    let taken = officer.makes(&format!("{path}/papers"), right.clone()).await;
    assert_eq!((&taken.body["status"], &taken.body["received_at"]), (&json!("received"), &mistaken.body["received_at"]));
    assert_eq!(officer.post(&format!("{path}/papers"), &right).await.errors(), ["#/in_place_of taken"]);
    for clerk in [&officer, &colleague] {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": taken.id(), "choices": no})).await;
    }
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    let votes = counted.body["result"]["topics"][0]["votes"].as_array().unwrap().clone();
    let heads = |option: &str| votes.iter().find(|one| one["option"] == option).unwrap()["heads"].clone();
    assert_eq!((heads("yes"), heads("no")), (json!(1), json!(1)));
}

#[actix_web::test]
async fn what_a_head_took_back_does_not_come_back_with_its_paper() {
    let app = TestApp::start().await;
    let (officer, colleague, street) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY), app.officer_of(STREET));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    let yes = json!([["yes"], ["yes"]]);
    owner(&app, 1).casts(&path, 1, yes.clone()).await;
    let paper = officer.makes(&format!("{path}/papers"), json!({"head": 1, "channel": "paper"})).await.id();
    for clerk in [&officer, &colleague] {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": yes})).await;
    }
    owner(&app, 1).acts(&format!("{path}/ballots/withdraw"), json!({"head": 1})).await;
    let reject = json!({"paper_id": paper, "fault": "mistaken", "note": "误录"});
    assert_eq!(officer.post(&format!("{path}/papers/reject"), &reject).await.status, 403);
    street.acts(&format!("{path}/papers/reject"), reject).await;
    assert_eq!(app.count("vote_ballots WHERE counts").await, 0);
}

#[actix_web::test]
async fn nobody_throws_a_paper_out_for_good() {
    let app = TestApp::start().await;
    let (officer, colleague, street) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY), app.officer_of(STREET));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    let yes = json!([["yes"], ["yes"]]);
    let enters = async |paper: &str| {
        for clerk in [&officer, &colleague] {
            clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": yes})).await;
        }
    };
    let taken = officer.makes(&format!("{path}/papers"), json!({"head": 1, "channel": "paper"})).await;
    enters(&taken.id()).await;
    app.clock.advance(Duration::minutes(1));
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    street.acts(&format!("{path}/papers/reject"), json!({"paper_id": taken.id(), "fault": "unsigned"})).await;
    assert_eq!(app.count("vote_ballots WHERE counts").await, 0);
    // Whoever did so does not count, and another one takes it in again as of when it came.
    assert_eq!(street.post(&format!("{path}/count"), &json!({})).await.errors(), ["# second_person"]);
    let again = json!({"head": 1, "channel": "paper", "in_place_of": taken.id()});
    assert_eq!(street.post(&format!("{path}/papers"), &again).await.errors(), ["# second_person"]);
    // That it was not lacking what it is said to lack nobody says in the community once the time is over.
    assert_eq!(officer.post(&format!("{path}/papers"), &again).await.errors(), ["#/in_place_of level_above_decides"]);
    let again = app.officer_of(DISTRICT).makes(&format!("{path}/papers"), again).await;
    assert_eq!(again.body["received_at"], taken.body["received_at"]);
    enters(&again.id()).await;
    assert_eq!(app.count("vote_ballots WHERE counts").await, 1);
    officer.acts(&format!("{path}/count"), json!({})).await;
}

#[actix_web::test]
async fn an_old_paper_of_somebody_who_took_their_word_back_keeps_out_no_later_one() {
    let app = TestApp::start().await;
    let (officer, colleague) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    let (yes, no) = (json!([["yes"], ["yes"]]), json!([["no"], ["no"]]));
    let paper = async || officer.makes(&format!("{path}/papers"), json!({"head": 1, "channel": "paper"})).await.id();
    let old = paper().await;
    app.clock.advance(Duration::minutes(1));
    owner(&app, 1).casts(&path, 1, no.clone()).await;
    owner(&app, 1).acts(&format!("{path}/ballots/withdraw"), json!({"head": 1})).await;
    app.clock.advance(Duration::minutes(1));
    let new = paper().await;
    for (paper, said) in [(&old, &no), (&new, &yes)] {
        app.clock.advance(Duration::minutes(1));
        for clerk in [&officer, &colleague] {
            clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": said})).await;
        }
    }
    let own = owner(&app, 1).get(&format!("{path}/own-heads")).await;
    let told: Vec<_> = own.body["items"][0]["ballots"].as_array().unwrap().iter().map(|one| &one["set_aside"]).collect();
    assert_eq!(told, [&Value::Null, &json!("withdrawn"), &json!("withdrawn")]);
}

#[actix_web::test]
async fn whoever_has_a_letter_and_no_account_votes_with_its_code() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    let printed = officer.prints(&path, &[3]).await;
    let with_vote = typed(&path, &printed[0]);
    let mut letter = with_vote.clone();
    letter.as_object_mut().unwrap().remove("vote_id");
    let (public, nobody) = (format!("/public{}", &path[3..]), app.anonymous());
    let ballot = |choices: Value| json!({"letter": letter, "choices": choices});
    let taken_back = json!({"letter": letter});
    let mut wrong = taken_back.clone();
    wrong["letter"]["code"] = "0000-0000-0000-0000".into();
    assert_eq!(nobody.post(&format!("{public}/ballots/withdraw"), &wrong).await.errors(), ["#/letter/code wrong_code"]);
    let refused = nobody.post(&format!("{public}/ballots"), &ballot(json!([["maybe"], []]))).await;
    assert_eq!(refused.errors(), ["#/choices/0 no_option"]);
    let cast = nobody.post_once("letter-ballot-1", &format!("{public}/ballots"), &ballot(json!([["yes"], []]))).await;
    assert_eq!((cast.status, &cast.body["ballot"]["channel"]), (200, &json!("online")));
    let again = nobody.post_once("letter-ballot-1", &format!("{public}/ballots"), &ballot(json!([["yes"], []]))).await;
    assert_eq!(again.body, cast.body);
    nobody.acts(&format!("{public}/ballots/withdraw"), taken_back.clone()).await;
    nobody.acts(&format!("{public}/ballots"), ballot(json!([["no"], []]))).await;
    assert_eq!(app.count("audit_entries WHERE kind = 'ballots' AND caller LIKE 'letter|%'").await, 3);
    // A letter alone says nothing in place of a paper that somebody has signed.
    officer.makes(&format!("{path}/papers"), json!({"head": 3, "channel": "paper"})).await;
    for (action, body) in [("ballots/withdraw", taken_back.clone()), ("ballots", ballot(json!([[], []])))] {
        assert_eq!(nobody.post(&format!("{public}/{action}"), &body).await.errors(), ["#/letter paper_handed_in"], "{action}");
    }
    // With an account it is theirs alone; another letter ends this one.
    let wang = app.resident("wang", COMMUNITY);
    wang.acts("/v1/owner-votes/link", with_vote).await;
    assert_eq!(
        nobody.post(&format!("{public}/ballots"), &ballot(json!([["yes"], []]))).await.errors(),
        ["#/letter/code letter_used"]
    );
    assert_eq!(wang.get(&format!("{path}/own-heads")).await.body["items"][0]["ballots"].as_array().unwrap().len(), 2);
    officer.prints(&path, &[3]).await;
    assert_eq!(
        nobody.post(&format!("{public}/ballots"), &ballot(json!([["yes"], []]))).await.errors(),
        ["#/letter/code wrong_code"]
    );
    app.polls_close(path.rsplit('/').next().unwrap()).await;
    nobody.post(&format!("{public}/ballots/withdraw"), &taken_back).await.is(422, "validation_failed");
}

#[actix_web::test]
async fn whoever_had_a_letter_before_leaves_room_for_the_next() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let path = path(&officer.calls_vote(COMMUNITY, Called::Voting).await);
    let issue = async || {
        let printed = officer.prints(&path, &[3]).await;
        let delivered_on = officer.get(&format!("{path}/heads")).await.body["items"][2]["delivered_on"].clone();
        assert_eq!(delivered_on, Value::Null, "the new one was not delivered yet");
        officer.acts(&format!("{path}/deliver-ballots"), json!({"heads": [3], "on": today(&app)})).await;
        typed(&path, &printed[0])
    };
    let without_vote = |letter: &Value| {
        let mut letter = letter.clone();
        letter.as_object_mut().unwrap().remove("vote_id");
        letter
    };
    let (public, nobody) = (format!("/public{}/ballots", &path[3..]), app.anonymous());
    let stolen = without_vote(&issue().await);
    let ballot = json!({"letter": stolen, "choices": [["no"], ["no"]]});
    nobody.acts(&public, ballot.clone()).await;
    let more = "INSERT INTO vote_ballots (id, vote_id, head, revision, channel, sealed, receipt, cast_at, put_at, counts, set_aside, ended_at, letters)
        SELECT gen_random_uuid(), vote_id, head, revision + n, channel, sealed, repeat(md5(n::text), 2), cast_at, put_at, false, 'replaced', put_at, letters
        FROM vote_ballots, generate_series(1, 99) n";
    app.connect().await.batch_execute(more).await.unwrap();
    assert_eq!(nobody.post(&public, &ballot).await.errors(), ["#/head too_many_ballots"]);
    let (wang, letter) = (app.resident("wang", COMMUNITY), issue().await);
    wang.acts("/v1/owner-votes/link", letter).await;
    wang.casts(&path, 3, json!([["yes"], ["yes"]])).await;
    let own = wang.get(&format!("{path}/own-heads")).await.body["items"][0]["ballots"].clone();
    assert_eq!((own.as_array().unwrap().len(), &own[0]["counts"]), (100, &json!(true)), "the last hundred");
    // Whoever has no account is told of no ballot from before their letter.
    let taken_back = nobody.acts(&format!("{public}/withdraw"), json!({"letter": without_vote(&issue().await)})).await;
    assert_eq!(taken_back.body["ballots"], json!([]));
    assert_eq!(app.count("vote_ballots WHERE counts").await, 0);
}

#[actix_web::test]
async fn nobody_votes_for_many_one_after_the_other() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4, 5, 6]).await;
    let path = path(&officer.votes_on(owner_vote(&app, &estate), COMMUNITY, Called::Voting).await);
    // A friend of whoever prints letters uses them, and they are printed anew.
    let (friend, yes) = (app.resident("friend", COMMUNITY), json!([["yes"], ["yes"]]));
    for head in [1, 2, 3, 4] {
        friend.acts("/v1/owner-votes/link", typed(&path, &officer.prints(&path, &[head]).await[0])).await;
        friend.casts(&path, head, yes.clone()).await;
        officer.prints(&path, &[head]).await;
    }
    let fifth = officer.prints(&path, &[5]).await;
    let refused = friend.post("/v1/owner-votes/link", &typed(&path, &fifth[0])).await;
    assert_eq!(refused.errors(), ["#/code too_many_principals"], "four ballots of theirs count");
    // A clerk who owns something gives themselves no power.
    let mut claims =
        app.claims(&[(sihe::access::actor::Role::CommunityOfficer, COMMUNITY), (sihe::access::actor::Role::Resident, COMMUNITY)]);
    claims.sub = "clerk".into();
    let clerk = app.with_claims(&claims);
    let own = typed(&path, &officer.prints(&path, &[6]).await[0]);
    clerk.acts("/v1/owner-votes/link", own).await;
    let power = json!({"head": 5, "proxy": 6, "paper": "委托书5号"});
    assert_eq!(clerk.post(&format!("{path}/powers"), &power).await.errors(), ["#/proxy own_matter"]);
    // Nor does whoever has recorded one become the one who votes by it.
    let both = |name: &str| {
        let mut claims = app.claims(&[
            (sihe::access::actor::Role::CommunityOfficer, COMMUNITY),
            (sihe::access::actor::Role::Resident, COMMUNITY),
        ]);
        claims.sub = name.into();
        app.with_claims(&claims)
    };
    let recorders = [both("one"), both("other")];
    for recorder in &recorders {
        recorder.acts(&format!("{path}/powers"), json!({"head": 5, "proxy": 4, "paper": "委托书5号"})).await;
    }
    app.no_letters(&path).await;
    let letter = typed(&path, &officer.prints(&path, &[4]).await[0]);
    for recorder in &recorders {
        assert_eq!(recorder.post("/v1/owner-votes/link", &letter).await.errors(), ["# own_matter"]);
    }
    // What two have recorded two end, by a paper too.
    let revoke = format!("{path}/powers/revoke");
    assert_eq!(officer.post(&revoke, &json!({"head": 5})).await.errors(), ["#/paper required"]);
    let ended = |paper: &str| json!({"head": 5, "paper": paper});
    assert_eq!(officer.acts(&revoke, ended("撤回书1号")).await.body["proxy"], 4);
    assert_eq!(officer.post(&revoke, &ended("撤回书1号")).await.errors(), ["# second_person"]);
    let colleague = app.colleague_of(COMMUNITY);
    assert_eq!(colleague.acts(&revoke, ended("撤回书2号")).await.body["proxy"], 4, "of two slips neither holds");
    let work = officer.get("/v1/work").await.body["items"].clone();
    assert!(work.as_array().unwrap().iter().any(|item| item["kind"] == "confirm_powers"), "{work}");
    assert_eq!(officer.acts(&revoke, ended("撤回书2号")).await.body["proxy"], Value::Null);
    // With another letter goes what its bearer gave to others.
    officer.letters(&path, &[5]).await;
    owner(&app, 5).acts(&format!("{path}/powers"), json!({"head": 5, "proxy": 6})).await;
    officer.prints(&path, &[5]).await;
    assert_eq!(clerk.post(&format!("{path}/ballots"), &ballot(5, yes)).await.errors(), ["#/head not_your_head"]);
}

#[actix_web::test]
async fn one_person_votes_for_few_heads() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4, 5, 6]).await;
    let path = path(&officer.votes_on(owner_vote(&app, &estate), COMMUNITY, Called::Voting).await);
    let letters = officer.prints(&path, &[1, 2, 3, 4, 5, 6]).await;
    let wang = app.resident("wang", COMMUNITY);
    for letter in &letters[..4] {
        wang.acts("/v1/owner-votes/link", typed(&path, letter)).await;
    }
    let fifth = wang.post("/v1/owner-votes/link", &typed(&path, &letters[4])).await;
    assert_eq!(fifth.errors(), ["#/code too_many_principals"], "their own, and three others");
    app.resident("owner 6", COMMUNITY).acts("/v1/owner-votes/link", typed(&path, &letters[5])).await;
    let nobody = json!({"head": 6, "proxy": 5});
    let unheard = app.resident("owner 6", COMMUNITY).post(&format!("{path}/powers"), &nobody).await;
    assert_eq!(unheard.errors(), ["#/proxy nobody_votes"]);
    let power = json!({"head": 6, "proxy": 2});
    let refused = app.resident("owner 6", COMMUNITY).post(&format!("{path}/powers"), &power).await;
    assert_eq!(refused.errors(), ["#/proxy too_many_principals"]);
    // Two who give each other their power at once are both answered.
    app.resident("owner 5", COMMUNITY).acts("/v1/owner-votes/link", typed(&path, &letters[4])).await;
    let (one, two) = (json!({"head": 1, "proxy": 6}), json!({"head": 6, "proxy": 5}));
    let li = app.resident("owner 6", COMMUNITY);
    let powers = format!("{path}/powers");
    let both = join!(wang.post(&powers, &one), li.post(&powers, &two));
    assert_eq!((both.0.status, both.1.status), (200, 200));
    let heads = officer.get(&format!("{path}/heads")).await;
    assert_eq!((&heads.body["items"][0]["proxy"], &heads.body["items"][1]["proxy"]), (&json!(6), &Value::Null));
}

#[actix_web::test]
async fn where_the_first_one_counts_nothing_is_changed() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2]).await;
    let mut body = owner_vote(&app, &estate);
    body["replacement"] = "first".into();
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    let one = owner(&app, 1);
    one.casts(&path, 1, json!([["yes"], ["no"]])).await;
    let again = one.post(&format!("{path}/ballots"), &ballot(1, json!([["no"], ["no"]]))).await;
    assert_eq!(again.errors(), ["#/head already_done"]);
    assert_eq!(one.post(&format!("{path}/ballots/withdraw"), &json!({"head": 1})).await.errors(), ["# not_applicable"]);
    assert!(!one.get(&path).await.body["next_actions"].to_string().contains("withdraw_ballot"));
    assert_eq!(app.count("vote_ballots").await, 1, "what does not count is not put in");
}

#[actix_web::test]
async fn where_the_first_one_counts_a_later_letter_still_drops_what_came_with_an_earlier_one() {
    let app = TestApp::start().await;
    let (officer, colleague) = (app.officer_of(COMMUNITY), app.colleague_of(COMMUNITY));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2]).await;
    let mut body = owner_vote(&app, &estate);
    body["replacement"] = "first".into();
    let path = path(&officer.votes_on(body, COMMUNITY, Called::Voting).await);
    officer.letters(&path, &[1]).await;
    owner(&app, 1).casts(&path, 1, json!([["no"], ["no"]])).await;
    let paper = officer.makes(&format!("{path}/papers"), json!({"head": 1, "channel": "paper"})).await.id();
    for clerk in [&officer, &colleague] {
        clerk.acts(&format!("{path}/papers/enter"), json!({"paper_id": paper, "choices": [["yes"], ["yes"]]})).await;
    }
    assert_eq!(app.count("vote_ballots WHERE counts AND channel = 'online'").await, 1);
    // Whoever had the first letter was not the owner: what the owner has signed is what was said first.
    let letter = officer.prints(&path, &[1]).await.remove(0);
    let right = app.resident("the right one", COMMUNITY);
    right.acts("/v1/owner-votes/link", typed(&path, &letter)).await;
    let cast = right.casts(&path, 1, json!([["no"], ["yes"]])).await;
    assert_eq!(cast.body["ballot"]["counts"], false);
    assert_eq!(app.count("vote_ballots WHERE counts AND channel = 'paper'").await, 1);
    assert_eq!(app.count("vote_ballots WHERE counts").await, 1);
}
