//! Votes of owners, taken as far as a stage.

use chrono::Duration;
use serde_json::{Value, json};

use super::data::COMMUNITY;
use super::samples::{Sample, get, master, patch, post};
use super::world::name;
use super::{Answer, Caller, TestApp};

/// What the names of operations about votes of owners hold.
pub const PARTS: [&str; 18] = [
    "VoteEnding",
    "OwnerVote",
    "VoteRoll",
    "VotePosting",
    "VoteObjection",
    "objectToVote",
    "VoteHead",
    "VoteParticipation",
    "VoteLetters",
    "VoteBallots",
    "castBallot",
    "withdrawBallot",
    "VotePower",
    "VotePaper",
    "VoteTopics",
    "PublicVote",
    "PublicReceipts",
    "LetterBallot",
];

/// How far a vote has come.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Called {
    Draft,
    RollPublished,
    Confirmed,
    Announced,
    Voting,
    Counting,
    Counted,
}

/// A good draft of a vote on two matters.
pub fn owner_vote(app: &TestApp, estate: &str) -> Value {
    let at = |days| (app.clock.now() + Duration::days(days)).to_rfc3339();
    json!({"estate_id": estate, "title": "业主大会会议", "background": "电梯已使用二十年。", "convener": "re_election_group",
        "cause": "own_decision", "cause_on": "2026-03-01",
        "topics": [{"title": "使用维修资金更换电梯", "matter": "use_fund"}, {"title": "筹集维修资金", "matter": "raise_fund"}],
        "secrecy": "named", "starts_at": at(30), "ends_at": at(45)})
}

/// Where something hangs until a day that is far enough.
pub fn posting(app: &TestApp) -> Value {
    json!({"place": "小区公告栏", "until_on": (app.clock.now() + Duration::days(20)).date_naive().to_string()})
}

/// An owner who is known by a number.
pub fn owner(number: usize) -> Value {
    json!({"kind": "person", "name": format!("业主{number}"), "identity_number": format!("3702021990010{number:04}")})
}

impl TestApp {
    /// Lets the roll of a vote have hung long enough, without moving everybody's clock.
    pub async fn has_hung(&self, id: &str) {
        let hung = format!(
            "UPDATE owner_votes SET preparation = preparation || jsonb_build_object('roll_published_on', p.day, 'roll_changed_on', p.day), \
             postings = (SELECT jsonb_agg(posting || jsonb_build_object('from_on', p.day)) FROM jsonb_array_elements(postings) posting) \
             FROM (SELECT ((preparation->>'roll_published_on')::date - 20)::text AS day FROM owner_votes WHERE id = '{id}') p WHERE id = '{id}'"
        );
        self.connect().await.batch_execute(&hung).await.unwrap();
    }

    /// Lets the result of a vote have hung for long enough.
    pub async fn result_hung(&self, id: &str) {
        let hung = format!(
            "ALTER TABLE owner_votes DISABLE TRIGGER owner_votes_counted_is_fixed; UPDATE owner_votes SET counted_at = counted_at - interval '20 days', result = jsonb_set(result::jsonb, '{{objections_until}}', '\"2026-03-01\"')::json, postings = postings || \
             '[{{\"id\":\"019c0000-0000-7000-8000-000000000009\",\"kind\":\"result\",\"place\":\"小区公告栏\",\"from_on\":\"2026-02-20\",\
             \"until_on\":\"2026-03-20\",\"evidence\":null,\"struck\":null}}]' WHERE id = '{id}'; ALTER TABLE owner_votes ENABLE TRIGGER owner_votes_counted_is_fixed"
        );
        self.connect().await.batch_execute(&hung).await.unwrap();
    }

    /// Lets no letter of a vote be printed yet.
    pub async fn no_letters(&self, path: &str) {
        let vote = path.rsplit('/').next().unwrap();
        self.connect()
            .await
            .batch_execute(&format!(
                "UPDATE vote_heads SET letters = 0, begun = 0, begun_by = NULL, completed_by = NULL WHERE vote_id = '{vote}'"
            ))
            .await
            .unwrap();
    }

    /// Lets no head have given a power.
    pub async fn no_powers(&self, path: &str) {
        let vote = path.rsplit('/').next().unwrap();
        self.connect().await.batch_execute(&format!("DELETE FROM vote_powers WHERE vote_id = '{vote}'")).await.unwrap();
    }

    /// Lets the time of a vote be over.
    pub async fn polls_close(&self, id: &str) {
        let now = self.clock.now().to_rfc3339();
        // When it began stays what was announced.
        let over = format!(
            "ALTER TABLE owner_votes DROP CONSTRAINT IF EXISTS owner_votes_time_right; UPDATE owner_votes SET preparation = \
             preparation || jsonb_build_object('extended_from', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')), \
             ends_at = '{now}', next_step_at = '{now}' WHERE id = '{id}'"
        );
        self.connect().await.batch_execute(&over).await.unwrap();
        self.run_due_jobs().await;
    }

    /// Lets a vote begin.
    pub async fn votes(&self, id: &str) {
        let begun = format!("UPDATE owner_votes SET status = 'voting', next_step_at = ends_at WHERE id = '{id}'");
        self.connect().await.batch_execute(&begun).await.unwrap();
    }
}

impl Caller<'_> {
    /// Units of an estate, each of one owner; the numbers say who owns which, 0 stands for the developer.
    pub async fn units(&self, estate: &str, owners: &[usize]) {
        for (at, number) in owners.iter().enumerate() {
            let sold = *number > 0;
            let owners = if sold { json!([owner(*number)]) } else { json!([]) };
            let delivered = sold.then_some("2019-06-30");
            let unit = json!({"estate_id": estate, "building": "1", "number": format!("{:03}", at + 1), "area": 10_000,
                "area_basis": "registered", "sold": sold, "delivered_on": delivered, "owners": owners});
            self.makes("/v1/estate-units", unit).await;
        }
    }

    /// A vote of the owners of an estate with four heads; the answer to the last step.
    pub async fn calls_vote(&self, community: &str, until: Called) -> Answer {
        let estate = self.estate(community).await;
        self.units(&estate, &[1, 2, 3, 3, 0]).await;
        self.votes_on(owner_vote(self.app, &estate), community, until).await
    }

    /// Takes a vote that a body describes as far as a stage.
    pub async fn votes_on(&self, body: Value, community: &str, until: Called) -> Answer {
        let app = self.app;
        let mut known = self.makes("/v1/owner-votes", body).await;
        let path = format!("/v1/owner-votes/{}", known.id());
        if until >= Called::RollPublished {
            known = self.acts(&format!("{path}/publish-roll"), json!({"posting": posting(app)})).await;
        }
        if until >= Called::Confirmed {
            let version = known.version();
            known = app
                .officer_of(&community[..9])
                .acts(&format!("{path}/confirm"), json!({"version": version, "despite_missing_units": true}))
                .await;
        }
        if until >= Called::Announced {
            app.has_hung(&known.id()).await;
            known = self.acts(&format!("{path}/announce"), announcement(app)).await;
        }
        if until >= Called::Voting {
            app.votes(&known.id()).await;
            known = self.get(&path).await;
        }
        if until >= Called::Counting {
            self.letters(&path, &[1, 2]).await;
            app.polls_close(&known.id()).await;
            known = self.get(&path).await;
        }
        if until >= Called::Counted {
            known = self.acts(&format!("{path}/count"), json!({})).await;
        }
        known
    }

    /// Prints letters for heads together with a colleague.
    pub async fn prints(&self, path: &str, heads: &[i64]) -> Vec<Value> {
        let place = self.get(path).await.body["jurisdiction"].as_str().unwrap().to_owned();
        let order = |half: &str| json!({"heads": heads, "half": half});
        let issue = format!("{path}/issue-letters");
        let first = self.acts(&issue, order("first")).await;
        let second = self.app.colleague_of(&place).acts(&issue, order("second")).await;
        let halves = first.body["letters"].as_array().unwrap().iter().zip(second.body["letters"].as_array().unwrap());
        let whole = |(one, other): (&Value, &Value)| {
            let code = format!("{}-{}", one["half"].as_str().unwrap(), other["half"].as_str().unwrap());
            json!({"head": one["head"], "units": one["units"], "code": code})
        };
        halves.map(whole).collect()
    }

    /// Prints letters for heads, whose owners use them: of head 1 `owner 1`, and so on.
    pub async fn letters(&self, path: &str, heads: &[i64]) {
        for letter in &self.prints(path, heads).await {
            let owner = self.app.resident(&format!("owner {}", letter["head"]), COMMUNITY);
            owner.acts("/v1/owner-votes/link", typed(path, letter)).await;
        }
    }

    /// Casts the ballot of a head.
    pub async fn casts(&self, path: &str, head: i64, choices: Value) -> Answer {
        self.acts(&format!("{path}/ballots"), json!({"head": head, "choices": choices})).await
    }
}

/// What somebody types who has a letter.
pub fn typed(path: &str, letter: &Value) -> Value {
    let unit = &letter["units"][0];
    json!({"vote_id": path.rsplit('/').next().unwrap(), "building": unit["building"], "number": unit["number"], "code": letter["code"]})
}

/// A good announcement.
pub fn announcement(app: &TestApp) -> Value {
    json!({"posting": posting(app), "observer": "居委会副主任", "committee_told_on": today(app)})
}

/// The day in Qingdao.
pub fn today(app: &TestApp) -> String {
    (app.clock.now() + Duration::hours(8)).date_naive().to_string()
}

/// What an owner does: whoever carries it out has used the letter of the first head.
async fn of_owner(app: &TestApp, maker: &Caller<'_>, operation: &str, (path, community): (&str, &str)) -> (&'static str, Value) {
    let owner = app.caller(master(operation), &community[..4]);
    app.no_letters(path).await;
    let printed = maker.prints(path, &[1]).await;
    owner.acts("/v1/owner-votes/link", typed(path, &printed[0])).await;
    if operation == "castBallot" {
        return ("ballots", json!({"head": 1, "choices": [["yes"], ["no"]]}));
    }
    owner.casts(path, 1, json!([["yes"], ["no"]])).await;
    ("ballots/withdraw", json!({"head": 1}))
}

/// A good request of an operation about votes of owners.
pub async fn sample(app: &TestApp, maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let stage = match operation {
        "createOwnerVote" => {
            let estate = maker.estate(community).await;
            return post("/v1/owner-votes", owner_vote(app, &estate));
        }
        "updateOwnerVote" | "publishVoteRoll" | "discardOwnerVote" => Called::Draft,
        "announceOwnerVote" => Called::Confirmed,
        "extendOwnerVote"
        | "castBallot"
        | "withdrawBallot"
        | "giveVotePower"
        | "revokeVotePower"
        | "linkVoteHead"
        | "castLetterBallot"
        | "withdrawLetterBallot"
        | "issueVoteLetters"
        | "deliverVoteBallots"
        | "listOwnVoteHeads"
        | "listVoteHeads"
        | "getVoteParticipation"
        | "listVotePapers"
        | "takeVotePaper"
        | "enterVotePaper"
        | "rejectVotePaper" => Called::Voting,
        "countOwnerVote" => Called::Counting,
        "listPublicVotes" | "readPublicVote" | "showPublicVote" => Called::Announced,
        "concludeOwnerVote"
        | "invalidateVoteTopics"
        | "annulVoteTopics"
        | "strikeVoteEnding"
        | "exportOwnerVote"
        | "listPublicReceipts" => Called::Counted,
        _ => Called::RollPublished,
    };
    let make = async { vec![maker.calls_vote(community, stage).await.id()] };
    let id = app.cases.get(community, &format!("vote {stage:?}"), make).await.remove(0);
    let path = format!("/v1/owner-votes/{id}");
    let (action, body) = match operation {
        "listOwnerVotes" => return get(format!("/v1/owner-votes?in={community}&limit=1")),
        "getOwnerVote" => return get(path),
        "listVoteRoll" => return get(format!("{path}/roll?limit=1")),
        "listVoteRollChanges" => return get(format!("{path}/roll-changes?limit=1")),
        "updateOwnerVote" => return patch(path, json!({"background": name("电梯已使用二十年")})),
        "publishVoteRoll" => ("publish-roll", json!({"posting": posting(app)})),
        "objectToVote" => ("object", json!({"text": "面积有误。"})),
        "answerVoteObjection" => {
            let resident = app.resident("somebody with an objection", community);
            let known = resident.acts(&format!("{path}/object"), json!({"text": "面积有误。"})).await;
            let own = known.body["objections"].as_array().unwrap().last().unwrap()["id"].clone();
            ("answer-objection", json!({"objection_id": own, "answer": "已更正。"}))
        }
        "addVotePosting" | "strikeVotePosting" => {
            let today = today(app);
            let other = json!({"kind": "roll", "place": "北门", "from_on": today, "until_on": today});
            if operation == "addVotePosting" {
                ("add-posting", other)
            } else {
                let known = maker.acts(&format!("{path}/add-posting"), other).await;
                let last = known.body["postings"].as_array().unwrap().last().unwrap()["id"].clone();
                ("strike-posting", json!({"posting_id": last, "reason": "被撕毁"}))
            }
        }
        "confirmOwnerVote" => ("confirm", json!({"version": maker.get(&path).await.version(), "despite_missing_units": true})),
        "announceOwnerVote" => {
            app.has_hung(&id).await;
            ("announce", announcement(app))
        }
        "extendOwnerVote" => {
            let later = (app.clock.now() + Duration::days(50)).to_rfc3339();
            ("extend", json!({"ends_at": later, "reason": "系统故障"}))
        }
        "listOwnVoteHeads" => return get(format!("{path}/own-heads")),
        "listVoteHeads" => return get(format!("{path}/heads?limit=1")),
        "getVoteParticipation" => return get(format!("{path}/participation")),
        "listVotePapers" => return get(format!("{path}/papers")),
        "exportOwnerVote" => return get(format!("{path}/archive.zip?purpose=supervision")),
        "listPublicVotes" => return get(format!("/public/owner-votes?in={community}&limit=1")),
        "readPublicVote" => return get(format!("/public/owner-votes/{id}")),
        "showPublicVote" => return get(format!("/public/owner-votes/{id}/page.html")),
        "listPublicReceipts" => return get(format!("/public/owner-votes/{id}/receipts")),
        "issueVoteLetters" => {
            app.no_letters(&path).await;
            ("issue-letters", json!({"heads": [4], "half": "first"}))
        }
        "deliverVoteBallots" => {
            app.no_letters(&path).await;
            maker.prints(&path, &[1]).await;
            ("deliver-ballots", json!({"heads": [1], "on": today(app)}))
        }
        "linkVoteHead" => {
            app.no_letters(&path).await;
            let printed = maker.prints(&path, &[1]).await;
            return post("/v1/owner-votes/link", typed(&path, &printed[0]));
        }
        "giveVotePower" => {
            app.no_powers(&path).await;
            ("powers", json!({"head": 1, "proxy": 2, "paper": "委托书1号"}))
        }
        "revokeVotePower" => {
            app.no_powers(&path).await;
            maker.acts(&format!("{path}/powers"), json!({"head": 1, "proxy": 2, "paper": "委托书1号"})).await;
            ("powers/revoke", json!({"head": 1}))
        }
        "castBallot" | "withdrawBallot" => {
            let (action, body) = of_owner(app, maker, operation, (&path, community)).await;
            return post(format!("{path}/{action}"), body);
        }
        "castLetterBallot" | "withdrawLetterBallot" => {
            app.no_letters(&path).await;
            let printed = maker.prints(&path, &[3]).await;
            let mut letter = typed(&path, &printed[0]);
            letter.as_object_mut().unwrap().remove("vote_id");
            let public = format!("/public{}", &path[3..]);
            let ballot = json!({"letter": letter, "choices": [["yes"], ["no"]]});
            if operation == "castLetterBallot" {
                return post(format!("{public}/ballots"), ballot);
            }
            app.anonymous().acts(&format!("{public}/ballots"), ballot).await;
            return post(format!("{public}/ballots/withdraw"), json!({"letter": letter}));
        }
        "takeVotePaper" => ("papers", json!({"head": 4, "channel": "paper"})),
        "enterVotePaper" | "rejectVotePaper" => {
            let taken = maker.makes(&format!("{path}/papers"), json!({"head": 4, "channel": "paper"})).await.id();
            if operation == "enterVotePaper" {
                ("papers/enter", json!({"paper_id": taken, "choices": [["yes"], []]}))
            } else {
                ("papers/reject", json!({"paper_id": taken, "fault": "unsigned"}))
            }
        }
        "countOwnerVote" => ("count", json!({})),
        "concludeOwnerVote" => {
            app.result_hung(&id).await;
            ("conclude", json!({}))
        }
        "invalidateVoteTopics" => {
            ("invalidate", json!({"topics": [1], "paper": "街责改3号", "on": today(app), "reason": "未公示"}))
        }
        "annulVoteTopics" => (
            "annul",
            json!({"topics": [1], "paper": "民初1号", "on": today(app), "reason": "侵害业主权益",
            "filed_on": today(app)}),
        ),
        "strikeVoteEnding" => {
            let ending = json!({"topics": [2], "paper": "街责改4号", "on": today(app), "reason": "未公示"});
            let above = app.colleague_of(&community[..6]);
            let known = above.get(&path).await.body["endings"].clone();
            if known.as_array().unwrap().iter().all(|one| one["no"] != 2 || !one["struck"].is_null()) {
                above.acts(&format!("{path}/invalidate"), ending).await;
            }
            ("strike-ending", json!({"topic": 2, "kind": "invalidated", "reason": "误登记"}))
        }
        "cancelOwnerVote" => ("cancel", json!({"reason": "另行安排"})),
        "discardOwnerVote" => ("discard", json!({"reason": "另行安排"})),
        _ => panic!("{operation} has no sample"),
    };
    post(format!("{path}/{action}"), body)
}
