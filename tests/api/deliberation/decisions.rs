//! What is done by decisions of owners: stories from the first word to the last.

use chrono::Duration;
use futures_util::join;
use serde_json::{Value, json};

use crate::support::council::Held;
use crate::support::data::*;
use crate::support::owner_vote::{Called, owner_vote};
use crate::support::world::credit_code;
use crate::support::{Answer, Caller, TestApp};

/// Takes a vote to its count: the heads that are named vote as they say.
async fn decides(app: &TestApp, officer: &Caller<'_>, body: Value, ballots: &[(i64, Value)]) -> (String, Answer) {
    let vote = officer.votes_on(body, COMMUNITY, Called::Voting).await;
    let path = format!("/v1/owner-votes/{}", vote.id());
    let heads: Vec<i64> = ballots.iter().map(|(head, _)| *head).collect();
    officer.letters(&path, &heads).await;
    for (head, choices) in ballots {
        app.resident(&format!("owner {head}"), COMMUNITY).casts(&path, *head, choices.clone()).await;
    }
    app.polls_close(&vote.id()).await;
    let counted = officer.acts(&format!("{path}/count"), json!({})).await;
    (path, counted)
}

/// What was done by the decisions of a vote.
async fn effects(caller: &Caller<'_>, path: &str) -> Vec<String> {
    let effects = caller.get(path).await.body["effects"].clone();
    effects.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_dispute_about_parking_goes_to_a_council_and_to_the_owners_and_is_done() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let dispute = officer.handled(COMMUNITY).await;
    let seated = officer.council(COMMUNITY).await;
    let meeting = format!("/v1/council-meetings/{}", officer.meets(&seated, Held::Planned).await.id());
    let acts = async |action: &str, body: Value| officer.acts(&format!("{meeting}/{action}"), body).await;
    let title = "绿地改建停车位";
    acts("add-item", json!({"title": title, "dispute_id": dispute, "matter": "common_parts"})).await;
    acts("notify", json!({})).await;
    let opened = acts("open", json!({})).await;
    for (position, delegate) in seated.delegates.iter().enumerate() {
        acts("record-attendance", json!({"position": position, "delegate_id": delegate, "passage": "in"})).await;
    }
    // The council may talk about it; the owners decide, and the refusal says about what.
    let agenda = opened.body["record"]["agenda"].as_array().unwrap();
    let item = agenda.iter().find(|item| item["matter"] == "common_parts").unwrap()["id"].clone();
    let refused = officer.post(&format!("{meeting}/open-vote"), &json!({"item_id": item, "resolution": "改建二十个车位"})).await;
    refused.is(409, "reserved_to_owners");
    let proposed = refused.body["owner_vote"].clone();
    acts("conclude", json!({})).await;
    let told = officer.get(&format!("/v1/disputes/{dispute}")).await;
    assert_eq!(told.body["status"], "in_handling");
    assert_eq!(told.body["progress"]["council_answers"][0]["outcome"], "reserved_to_owners");
    // Meanwhile it stands still, as long as a vote takes.
    let until = |days: i64| (app.clock.now() + Duration::hours(8)).date_naive() + Duration::days(days);
    let waits = |days: i64| json!({"reason": "pending_owner_vote", "until_on": until(days).to_string()});
    let suspend = format!("/v1/disputes/{dispute}/suspend");
    assert_eq!(app.officer_of(STREET).post(&suspend, &waits(91)).await.errors(), ["#/until_on too_late"]);
    app.officer_of(STREET).acts(&suspend, waits(90)).await;
    officer.does(&dispute, "resume", json!({})).await;
    // Five heads, four vote, three of them for it: just three quarters.
    officer.units(proposed["estate_id"].as_str().unwrap(), &[1, 2, 3, 4, 5]).await;
    let mut body = owner_vote(&app, proposed["estate_id"].as_str().unwrap());
    body["dispute_id"] = proposed["estate_id"].clone();
    assert_eq!(officer.post("/v1/owner-votes", &body).await.errors(), ["#/dispute_id unknown_record"]);
    body["dispute_id"] = dispute.clone().into();
    let estate = proposed["estate_id"].as_str().unwrap();
    officer.committee_of(estate, &seated.organizations[2], "elected").await;
    (body["convener"], body["organization_id"]) = ("owners_committee".into(), seated.organizations[2].clone().into());
    // What the refusal holds goes into the vote as it is.
    for name in ["title", "topics"] {
        body[name] = proposed[name].clone();
    }
    let ballots: Vec<_> =
        [(1, "yes"), (2, "yes"), (3, "yes"), (4, "abstain")].into_iter().map(|(head, mark)| (head, json!([[mark]]))).collect();
    let (path, counted) = decides(&app, &officer, body, &ballots).await;
    let topic = &counted.body["result"]["topics"][0];
    assert_eq!((&topic["status"], &topic["part"]["heads"]), (&json!("passed"), &json!(4)));
    let of_dispute = officer.get(&format!("/v1/owner-votes?dispute_id={dispute}")).await.ids();
    assert_eq!(of_dispute, [path.rsplit('/').next().unwrap()]);
    // What follows from it the enterprise of the estate does.
    let task = json!({"vote_id": path.rsplit('/').next().unwrap(), "topic": 1, "organization_id": seated.organizations[3],
        "task": "按业主大会决定划线", "working_days": 10});
    let duty = format!("/v1/duties/{}", officer.makes("/v1/duties", task).await.id());
    assert_eq!(effects(&officer, &path).await, ["duty_given"]);
    let enterprise = seated.member(&app, 3, COMMUNITY);
    enterprise.acts(&format!("{duty}/report-progress"), json!({"text": "已划线", "complete": true})).await;
    let chair = seated.member(&app, 2, COMMUNITY);
    let by_convener = chair.post(&format!("{duty}/review"), &json!({"accepted": true, "note": "x"})).await;
    assert_eq!(by_convener.errors(), ["# not_your_part"], "an office reviews what the owners decided");
    let reviewed = officer.acts(&format!("{duty}/review"), json!({"accepted": true, "note": "已查看"})).await;
    assert_eq!(reviewed.body["status"], "done");
    officer.does(&dispute, "resolve", json!({"resolution": "业主大会表决通过，车位已划线"})).await;
}

#[actix_web::test]
async fn a_preparatory_group_elects_a_committee_that_is_filed() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4]).await;
    let organization = officer.organization("owners_committee", COMMUNITY).await;
    let begun =
        officer.makes("/v1/owners-committees", json!({"estate_id": estate, "organization_id": organization, "seats": 3})).await;
    let committee = format!("/v1/owners-committees/{}", begun.id());
    officer.acts(&format!("{committee}/announce-candidates"), json!({"done_on": "2026-03-02"})).await;
    let names = ["王一", "李二", "张三", "赵四"];
    let mut body = owner_vote(&app, &estate);
    (body["secrecy"], body["convener"]) = ("secret".into(), "preparatory_group".into());
    body["topics"] = json!([{"title": "选举业主委员会", "matter": "committee_election", "candidates": names, "seats": 3}]);
    let all = |marks: &[&str]| json!([marks]);
    let ballots = [
        (1, all(&["王一", "李二", "张三"])),
        (2, all(&["王一", "李二", "张三"])),
        (3, all(&["王一", "李二", "张三"])),
        (4, all(&["赵四"])),
    ];
    let (path, counted) = decides(&app, &officer, body, &ballots).await;
    assert_eq!(counted.body["result"]["topics"][0]["elected"].as_array().unwrap().len(), 3);
    let vote = path.rsplit('/').next().unwrap();
    let elect = |names: &[&str]| {
        let member = |(at, name): (usize, &&str)| json!({"name": name, "phone": format!("1390000000{at}"), "owned_unit": format!("1号楼00{at}")});
        json!({"elected_on": "2026-03-02", "term_starts_on": "2026-03-02", "term_ends_on": "2031-03-01", "vote_id": vote,
            "members": names.iter().enumerate().map(member).collect::<Vec<_>>()})
    };
    let action = format!("{committee}/elect");
    // Nobody sits in it whom the owners have not elected.
    let wrong = officer.post(&action, &elect(&["王一", "李二", "赵四"])).await;
    assert_eq!(wrong.errors(), ["#/members not_the_elected"]);
    let mut other = elect(&["王一", "李二", "张三"]);
    other["vote_id"] = begun.body["id"].clone();
    assert_eq!(officer.post(&action, &other).await.errors(), ["#/vote_id unknown_record"]);
    other["vote_id"] = Value::Null;
    assert_eq!(officer.post(&action, &other).await.errors(), ["#/vote_id required"], "the owners have voted on it");
    officer.acts(&action, elect(&["张三", "王一", "李二"])).await;
    let known = officer.get(&path).await.body["effects"].clone();
    assert_eq!((&known[0]["kind"], &known[0]["record_id"]), (&json!("committee_elected"), &begun.body["id"]));
    let members = officer.get(&committee).await.body["members"].clone();
    let posts = json!({"held_on": "2026-03-02", "posts": {"chair_id": members[0]["id"], "deputy_chair_ids": []}});
    officer.acts(&format!("{committee}/hold-first-meeting"), posts).await;
    let filed =
        street.acts(&format!("{committee}/file-with-street"), json!({"filed_on": "2026-03-02", "number": "街道1号"})).await;
    assert_eq!(filed.body["stage"], "filed");
}

#[actix_web::test]
async fn seats_that_stay_open_are_filled_by_a_second_vote() {
    let app = TestApp::start().await;
    let (officer, district) = (app.officer_of(COMMUNITY), app.officer_of(DISTRICT));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4]).await;
    let organization = officer.organization("owners_committee", COMMUNITY).await;
    let begin = async || {
        let begun = json!({"estate_id": estate, "organization_id": organization, "seats": 3});
        let committee = format!("/v1/owners-committees/{}", officer.makes("/v1/owners-committees", begun).await.id());
        officer.acts(&format!("{committee}/announce-candidates"), json!({"done_on": "2026-03-02"})).await;
        committee
    };
    let committee = begin().await;
    let topic = |names: &[&str], seats: i64, by_election: bool| json!([{"title": "选举业主委员会", "matter": "committee_election", "candidates": names, "seats": seats, "by_election": by_election}]);
    let mut body = owner_vote(&app, &estate);
    body["topics"] = topic(&["王一", "李二", "张三", "赵四"], 3, false);
    let all = |marks: &[&str]| json!([marks]);
    // Of two neither has more than half.
    let lists: [&[&str]; 4] =
        [&["王一", "李二", "张三"], &["王一", "李二", "赵四"], &["王一", "李二", "张三"], &["王一", "李二", "赵四"]];
    let ballots: Vec<_> = (1..).zip(lists).map(|(head, names)| (head, all(names))).collect();
    let (first, counted) = decides(&app, &officer, body.clone(), &ballots).await;
    let told = &counted.body["result"]["topics"][0];
    assert_eq!((&told["reason"], &told["elected"]), (&json!("seats_open"), &json!(["李二", "王一"])), "{told}");
    body["topics"] = topic(&["张三", "赵四"], 1, true);
    let ballots: Vec<_> =
        [(1, "张三"), (2, "张三"), (3, "张三"), (4, "赵四")].into_iter().map(|(head, name)| (head, all(&[name]))).collect();
    let (second, _) = decides(&app, &officer, body, &ballots).await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let elect = |names: &[&str], run_off: Value| {
        let member = |(at, name): (usize, &&str)| json!({"name": name, "phone": format!("1390000000{at}"), "owned_unit": format!("1号楼00{at}")});
        json!({"elected_on": "2026-03-02", "term_starts_on": "2026-03-02", "term_ends_on": "2031-03-01", "vote_id": id(&first),
            "run_off_vote_ids": run_off, "members": names.iter().enumerate().map(member).collect::<Vec<_>>()})
    };
    let refused = async |body: Value| officer.post(&format!("{committee}/elect"), &body).await.errors();
    assert_eq!(refused(elect(&["王一", "李二", "张三"], json!([]))).await, ["#/members not_the_elected"]);
    assert_eq!(refused(elect(&["王一", "李二", "赵四"], json!([id(&second)]))).await, ["#/members not_the_elected"]);
    assert_eq!(refused(elect(&["王一", "李二", "张三"], json!([id(&committee)]))).await, ["#/run_off_vote_ids/0 unknown_record"]);
    officer.acts(&format!("{committee}/elect"), elect(&["王一", "李二", "张三"], json!([id(&second)]))).await;
    assert_eq!(
        (effects(&officer, &first).await, effects(&officer, &second).await),
        (vec!["committee_elected".to_owned()], vec!["committee_elected".to_owned()])
    );
    // A term that was recorded by mistake leaves the decision to be carried out.
    district.acts(&format!("{committee}/dissolve"), json!({"done_on": "2026-03-02", "reason": "录入错误"})).await;
    assert!(effects(&officer, &first).await.is_empty() && effects(&officer, &second).await.is_empty());
    let again = begin().await;
    officer.acts(&format!("{again}/elect"), elect(&["王一", "李二", "张三"], json!([id(&second)]))).await;
}

#[actix_web::test]
async fn an_enterprise_is_dismissed_and_hired_by_the_owners_until_a_court_annuls_it() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2]).await;
    let mut enterprise = json!({"jurisdiction": COMMUNITY, "kind": "property_enterprise", "name": "新物业"});
    enterprise["credit_code"] = credit_code().into();
    let (old, new) =
        (officer.organization("property_enterprise", COMMUNITY).await, officer.makes("/v1/organizations", enterprise).await.id());
    let contract = |organization: &str, from: &str, to: &str| json!({"estate_id": estate, "organization_id": organization, "basis": "owners", "starts_on": from, "ends_on": to});
    let serving = officer.makes("/v1/property-contracts", contract(&old, "2026-01-01", "2028-12-31")).await.id();
    let mut body = owner_vote(&app, &estate);
    body["topics"] =
        json!([{"title": "解聘原物业", "matter": "dismiss_enterprise"}, {"title": "选聘新物业", "matter": "hire_enterprise"}]);
    let ballots = [(1, json!([["yes"], ["yes"]])), (2, json!([["yes"], ["yes"]]))];
    let voting = officer.votes_on(body.clone(), COMMUNITY, Called::Voting).await;
    let notice = |vote: &str| json!({"by": "owners", "given_on": "2026-03-02", "last_day": "2026-05-31", "reason": "业主大会决定解聘", "vote_id": vote});
    let give = format!("/v1/property-contracts/{serving}/give-notice");
    assert_eq!(officer.post(&give, &notice(&voting.id())).await.errors(), ["#/vote_id not_yet"]);
    let (path, _) = decides(&app, &officer, body, &ballots).await;
    let vote = path.rsplit('/').next().unwrap().to_owned();
    officer.acts(&give, notice(&vote)).await;
    let mut next = contract(&new, "2026-06-01", "2029-05-31");
    next["vote_id"] = vote.clone().into();
    assert_eq!(officer.post("/v1/property-contracts", &next).await.errors(), ["#/signed_on required"]);
    next["signed_on"] = "2026-03-01".into();
    assert_eq!(officer.post("/v1/property-contracts", &next).await.errors(), ["#/signed_on not_before"]);
    next["signed_on"] = "2026-03-02".into();
    let made = officer.makes("/v1/property-contracts", next.clone()).await.id();
    // A decision is carried out once.
    let mut again = next.clone();
    (again["starts_on"], again["ends_on"]) = ("2029-06-01".into(), "2032-05-31".into());
    assert_eq!(officer.post("/v1/property-contracts", &again).await.errors(), ["#/vote_id taken"]);
    assert_eq!(effects(&officer, &path).await, ["contract_ended", "contract_made"]);
    // What was told by mistake did not happen, and is told anew.
    street.acts(&format!("/v1/property-contracts/{made}/void"), json!({"reason": "合同录入错误"})).await;
    officer.acts(&format!("/v1/property-contracts/{serving}/restore"), json!({"reason": "通知日期有误"})).await;
    assert!(effects(&officer, &path).await.is_empty());
    officer.acts(&give, notice(&vote)).await;
    officer.makes("/v1/property-contracts", next.clone()).await;
    assert_eq!(effects(&officer, &path).await, ["contract_ended", "contract_made"]);
    // What was annulled decides nothing any more; what was done by it is told, not undone.
    let ending = json!({"topics": [2], "paper": "民初17号", "on": "2026-03-02", "reason": "程序违法",
        "filed_on": "2026-03-02"});
    street.acts(&format!("{path}/annul"), ending).await;
    next["starts_on"] = "2029-06-01".into();
    next["ends_on"] = "2032-05-31".into();
    assert_eq!(officer.post("/v1/property-contracts", &next).await.errors(), ["#/vote_id not_decided"]);
    assert_eq!(officer.get(&path).await.body["effects"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn owners_raise_their_fund_and_somebody_has_to_see_to_it() {
    let app = TestApp::start().await;
    let (officer, street) = (app.officer_of(COMMUNITY), app.officer_of(STREET));
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4]).await;
    let enterprise = officer.organization("property_enterprise", COMMUNITY).await;
    // Three of four: just three quarters for raising the fund.
    let ballots: Vec<_> =
        [(1, "yes"), (2, "yes"), (3, "yes"), (4, "no")].map(|(head, mark)| (head, json!([["no"], [mark]]))).into();
    let voting = officer.votes_on(owner_vote(&app, &estate), COMMUNITY, Called::Voting).await;
    let good = |vote: &str| json!({"vote_id": vote, "topic": 2, "organization_id": enterprise, "task": "向全体业主续筹维修资金", "working_days": 20});
    assert_eq!(officer.post("/v1/duties", &good(&voting.id())).await.errors(), ["#/vote_id not_yet"]);
    let (path, _) = decides(&app, &officer, owner_vote(&app, &estate), &ballots).await;
    let vote = path.rsplit('/').next().unwrap();
    let good = good(vote);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let unknown = "019c0000-0000-7000-8000-000000000001";
    for (body, faults) in [
        (json!({"task": "x", "working_days": 1}), &["#/item_id required", "#/meeting_id required", "#/position required"][..]),
        (with("position", json!(3)), &["#/position not_applicable"]),
        (with("meeting_id", json!(unknown)), &["#/meeting_id not_applicable"]),
        (with("topic", json!(1)), &["#/topic not_decided"]),
        (with("topic", json!(3)), &["#/topic unknown_record"]),
        (with("organization_id", json!(unknown)), &["#/organization_id unknown_record"]),
        (json!({"vote_id": vote, "task": "x", "working_days": 1}), &["#/organization_id required", "#/topic required"]),
    ] {
        assert_eq!(officer.post("/v1/duties", &body).await.errors(), faults, "{body}");
    }
    assert_eq!(app.officer_of(OTHER_COMMUNITY).post("/v1/duties", &good).await.errors(), ["#/vote_id unknown_record"]);
    let mut claims = app.claims(&[(sihe::access::actor::Role::CommunityOfficer, COMMUNITY)]);
    (claims.sub, claims.organization) = ("of the enterprise".into(), Some(enterprise.parse().unwrap()));
    assert_eq!(app.with_claims(&claims).post("/v1/duties", &good).await.errors(), ["#/organization_id own_matter"]);
    // Once the vote is over the office is told that nobody has seen to it, until somebody has to.
    let kinds = async |caller: &Caller<'_>| {
        let work = caller.get("/v1/work").await.body["items"].clone();
        work.as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    app.result_hung(vote).await;
    street.acts(&format!("{path}/conclude"), json!({})).await;
    assert!(kinds(&officer).await.contains(&"carry_out_vote".to_owned()));
    let both = join!(officer.post("/v1/duties", &good), street.post("/v1/duties", &good));
    let mut stati = [both.0.status, both.1.status];
    stati.sort_unstable();
    assert_eq!(stati, [201, 422], "a decision leads to one duty");
    let given = if both.0.status == 201 { both.0 } else { both.1 };
    assert!(!kinds(&officer).await.contains(&"carry_out_vote".to_owned()));
    assert_eq!(
        (&given.body["vote_id"], &given.body["council_id"], &given.body["title"]),
        (&json!(vote), &Value::Null, &json!("筹集维修资金"))
    );
    assert_eq!(officer.post("/v1/duties", &good).await.errors(), ["#/vote_id taken"]);
    // Called off, it is given anew.
    officer.acts(&format!("/v1/duties/{}/cancel", given.id()), json!({"reason": "误派"})).await;
    assert!(effects(&officer, &path).await.is_empty());
    let given = officer.makes("/v1/duties", good).await;
    assert_eq!(effects(&officer, &path).await, ["duty_given"]);
    assert_eq!(officer.get(&format!("/v1/duties?vote_id={vote}&status=open")).await.ids(), [given.id()]);
    let mut claims = app.claims(&[(sihe::access::actor::Role::OrganizationMember, COMMUNITY)]);
    (claims.sub, claims.organization) = ("member".into(), Some(enterprise.parse().unwrap()));
    let (duty, member) = (format!("/v1/duties/{}", given.id()), app.with_claims(&claims));
    assert!(kinds(&member).await.contains(&"do_duty".to_owned()));
    member.acts(&format!("{duty}/report-progress"), json!({"text": "已归集", "evidence": ["专户回单"], "complete": true})).await;
    assert_eq!(member.get(&duty).await.body["next_actions"], json!([]));
    assert!(kinds(&officer).await.contains(&"review_duty".to_owned()));
    let done = officer.acts(&format!("{duty}/review"), json!({"accepted": true, "note": "已核对专户"})).await;
    assert_eq!((&done.body["status"], &done.body["in_time"]), (&json!("done"), &json!(true)));
}

#[actix_web::test]
async fn a_counted_vote_is_looked_through_every_night() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let vote = officer.calls_vote(COMMUNITY, Called::Counted).await;
    let database = app.connect().await;
    let failing = async || app.count("job_failures WHERE job = 'owner_votes.verify'").await;
    app.clock.advance(Duration::hours(25));
    app.run_due_jobs().await;
    assert_eq!((failing().await, app.count("vote_checks WHERE checked_at IS NOT NULL").await), (0, 1));
    // Whoever changes the roll past every lock is found the next night.
    let change = |to: &str| {
        format!(
            "ALTER TABLE vote_roll DISABLE TRIGGER USER; UPDATE vote_roll SET line = replace(line, '\"area\":10000', '\"area\":{to}') \
            WHERE vote_id = '{}' AND seq = 1; ALTER TABLE vote_roll ENABLE TRIGGER USER",
            vote.id()
        )
    };
    database.batch_execute(&change("10001")).await.unwrap();
    app.clock.advance(Duration::hours(25));
    app.run_due_jobs().await;
    assert_eq!(failing().await, 1);
    let mended = change("10000").replace("'\"area\":10000', '\"area\":10000'", "'\"area\":10001', '\"area\":10000'");
    database.batch_execute(&mended).await.unwrap();
    app.clock.advance(Duration::hours(25));
    app.run_due_jobs().await;
    assert_eq!(failing().await, 0);
}

#[actix_web::test]
async fn whoever_stands_back_is_followed_by_somebody_else_whom_the_owners_elect_later() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    let estate = officer.estate(COMMUNITY).await;
    officer.units(&estate, &[1, 2, 3, 4]).await;
    let organization = officer.organization("owners_committee", COMMUNITY).await;
    let begun = json!({"estate_id": estate, "organization_id": organization, "seats": 3});
    let committee = format!("/v1/owners-committees/{}", officer.makes("/v1/owners-committees", begun).await.id());
    officer.acts(&format!("{committee}/announce-candidates"), json!({"done_on": "2026-03-02"})).await;
    let mut body = owner_vote(&app, &estate);
    let mut votes = Vec::new();
    // One is elected, then one of others, then the last one.
    for (candidates, seats, elected) in
        [(&["王一", "李二", "张三", "赵四"][..], 3, "王一"), (&["钱五", "赵四"], 1, "钱五"), (&["孙六", "李二"], 1, "孙六")]
    {
        body["topics"] = json!([{"title": "选举业主委员会", "matter": "committee_election", "candidates": candidates, "seats": seats,
            "by_election": seats == 1}]);
        let ballots: Vec<_> = (1..=4).map(|head| (head, json!([[elected]]))).collect();
        let (path, _) = decides(&app, &officer, body.clone(), &ballots).await;
        votes.push(path.rsplit('/').next().unwrap().to_owned());
    }
    let elect = |later: &[&String]| {
        let names = ["王一", "钱五", "孙六"].into_iter().enumerate();
        let member = |(at, name): (usize, &str)| json!({"name": name, "phone": format!("1390000000{at}"), "owned_unit": format!("1号楼00{at}")});
        let members: Vec<_> = names.map(member).collect();
        json!({"elected_on": "2026-03-02", "term_starts_on": "2026-03-02", "term_ends_on": "2031-03-01", "vote_id": votes[0],
            "run_off_vote_ids": later, "members": members})
    };
    let action = format!("{committee}/elect");
    assert_eq!(officer.post(&action, &elect(&[&votes[1]])).await.errors(), ["#/members not_the_elected"]);
    assert_eq!(officer.post(&action, &elect(&[&votes[1], &votes[0]])).await.errors(), ["#/run_off_vote_ids not_applicable"]);
    officer.acts(&action, elect(&[&votes[1], &votes[2]])).await;
    for vote in &votes {
        assert_eq!(effects(&officer, &format!("/v1/owner-votes/{vote}")).await, ["committee_elected"]);
    }
}
