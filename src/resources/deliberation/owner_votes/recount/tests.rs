//! A bundle of a hundred units counts again; what is damaged in it is found and named.

use std::path::PathBuf;

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::resources::deliberation::owner_votes::canonical::canonical;
use crate::resources::deliberation::owner_votes::roll::{DEVELOPER, HeadsBasis};

type Lines = Vec<(&'static str, Vec<Value>)>;

const VOTE: &str = "01980000-0000-7000-8000-000000000001";

/// A hundred units of a hundred square meters: forty of the developer, five of one buyer, and 55 single owners.
fn roll() -> Vec<Value> {
    let holder = |at: usize| match at {
        0..40 => DEVELOPER.to_owned(),
        40..45 => "buyer".to_owned(),
        _ => format!("owner {at}"),
    };
    let holders: Vec<String> = (0..100).map(holder).collect();
    let heads = heads(HeadsBasis::ByOwner, holders.iter().map(String::as_str));
    let unit = |at: usize| {
        json!({"area": 10_000, "basis": "registered", "building": "1", "delivered": at >= 40, "entrance": "1", "head": heads[at],
            "holder": holders[at], "number": (at + 1).to_string(), "seq": at + 1, "sold": at >= 30, "t": "unit", "v": 1, "vote": VOTE})
    };
    (0..100).map(unit).collect()
}

fn ballots() -> Vec<Value> {
    let said = |head: i64, yes: i64| if head <= yes { json!(["yes"]) } else { json!(["no"]) };
    let ballot = |head: i64| {
        let channel = ["online", "paper", "proxy", "delegate"][usize::try_from(head % 4).unwrap()];
        json!({"channel": channel, "choices": [said(head, 20), said(head, 28)], "head": head, "nonce": format!("{head:032x}"), "t": "ballot", "v": 1, "vote": VOTE})
    };
    (1..=38).map(ballot).collect()
}

fn topics() -> Value {
    let topic = |no: i64, class: &str, matter: &str| json!({"class": class, "kind": "decision", "matter": matter, "no": no, "options": ["no", "yes"], "seats": 0});
    json!([topic(1, "ordinary", "hire_enterprise"), topic(2, "special", "raise_fund")])
}

fn hash(line: &Value) -> String {
    hex(&leaf(&canonical(line).unwrap()))
}

fn summary(rows: &[Value]) -> Value {
    let lines: Vec<RollLine> = rows.iter().map(|row| serde_json::from_value(row.clone()).unwrap()).collect();
    let texts: Vec<_> = rows.iter().map(|row| canonical(row).unwrap()).collect();
    serde_json::to_value(RollSummary::of(VOTE.parse().unwrap(), &lines, texts.iter().map(String::as_str))).unwrap()
}

fn box_root(cast: &[Value]) -> String {
    let mut receipts: Vec<&str> = cast.iter().map(|one| one["receipt"].as_str().unwrap()).collect();
    receipts.sort_unstable();
    hex(&root(&receipts.into_iter().map(|receipt| parse(receipt).unwrap()).collect::<Vec<_>>()))
}

/// Makes receipts and root of the box again.
fn rebox(files: &mut Lines) {
    let cast: Vec<Value> = file(files, "ballots.jsonl")
        .iter()
        .map(|ballot| json!({"channel": ballot["channel"], "head": ballot["head"], "receipt": hash(ballot)}))
        .collect();
    file(files, "manifest.json")[0]["box_root"] = box_root(&cast).into();
    *file(files, "participation.jsonl") = cast;
}

/// Counts again.
fn retell(files: &mut Lines) {
    let rows: Vec<RollLine> = file(files, "roll.jsonl").iter().map(|row| serde_json::from_value(row.clone()).unwrap()).collect();
    let manifest: Manifest = serde_json::from_value(file(files, "manifest.json")[0].clone()).unwrap();
    let ballots: Vec<Ballot> =
        file(files, "ballots.jsonl").iter().map(|ballot| serde_json::from_value(ballot.clone()).unwrap()).collect();
    let said: Vec<_> = ballots.iter().map(|ballot| (ballot.head, &ballot.choices)).collect();
    let result = count(manifest.vote, (&manifest.topics, manifest.silence.as_ref()), &areas(&rows), &said).unwrap();
    *file(files, "result.json") = vec![serde_json::to_value(result).unwrap()];
}

fn file<'a>(files: &'a mut Lines, name: &str) -> &'a mut Vec<Value> {
    &mut files.iter_mut().find(|(known, _)| *known == name).unwrap().1
}

fn bundle() -> Lines {
    let rows = roll();
    let manifest = json!({"box_root": "", "heads_basis": "by_owner", "roll": summary(&rows), "secrecy": "named", "silence": null,
        "t": "manifest", "topics": topics(), "v": 1, "vote": VOTE});
    let aside = json!({"head": 4, "reason": "replaced", "receipt": hash(&json!("the first ballot of head 4"))});
    let mut files = vec![
        ("manifest.json", vec![manifest]),
        ("roll.jsonl", rows),
        ("ballots.jsonl", ballots()),
        ("participation.jsonl", Vec::new()),
        ("set_aside.jsonl", vec![aside]),
        ("result.json", Vec::new()),
    ];
    rebox(&mut files);
    retell(&mut files);
    files
}

/// A folder that is gone with its test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn of(files: &Lines) -> Self {
        let folder = std::env::temp_dir().join(format!("sihe-bundle-{}", Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        for (name, lines) in files {
            // A line that is given as text stands as it is.
            let line = |value: &Value| {
                value.get("raw").map_or_else(|| canonical(value).unwrap(), |raw| raw.as_str().unwrap().to_owned())
            };
            let text: String = lines.iter().map(|value| line(value) + "\n").collect();
            std::fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }
}

fn posted(files: &mut Lines) -> Held {
    let line = canonical(&file(files, "manifest.json")[0]["roll"]).unwrap();
    let box_root = file(files, "manifest.json")[0]["box_root"].as_str().unwrap().to_owned();
    let manifest: Manifest = serde_json::from_value(file(files, "manifest.json")[0].clone()).unwrap();
    Held {
        roll_hash: Some(sha256(&line)),
        manifest_hash: Some(manifest.hash().unwrap()),
        box_root: Some(box_root),
        ..Held::default()
    }
}

#[test]
fn a_whole_bundle_counts_again() {
    let mut files = bundle();
    let held = posted(&mut files);
    let told = recount(&Folder::of(&files).0, &held).unwrap();
    assert_eq!((told.units, told.heads, told.cast, told.ballots), (100, 57, 38, Some(38)));
    let announced = Held { manifest_hash: Some(told.manifest_hash), ..Held::default() };
    assert!(recount(&Folder::of(&files).0, &announced).is_ok());
    let result = file(&mut files, "result.json")[0].clone();
    let ends: Vec<_> = result["topics"].as_array().unwrap().iter().map(|topic| topic["status"].as_str().unwrap()).collect();
    assert_eq!(ends, ["passed", "not_passed"], "20 of 38 are more than half, 28 are not three quarters");
    let own = file(&mut files, "participation.jsonl")[6]["receipt"].as_str().unwrap().to_owned();
    let aside = file(&mut files, "set_aside.jsonl")[0]["receipt"].as_str().unwrap().to_owned();
    let folder = Folder::of(&files);
    let with = |receipt: &str| recount(&folder.0, &Held { receipt: Some(receipt.to_owned()), ..Held::default() });
    assert!(with(&own).is_ok());
    assert_eq!(with(&aside).unwrap_err(), ["RECEIPT set aside: replaced"]);
    assert_eq!(with(&"0".repeat(64)).unwrap_err(), ["RECEIPT is not in the box"]);
}

#[test]
fn totals_of_a_secret_vote_must_add_up() {
    let mut files = bundle();
    file(&mut files, "manifest.json")[0]["secrecy"] = "secret".into();
    files.retain(|(name, _)| *name != "ballots.jsonl");
    assert_eq!(recount(&Folder::of(&files).0, &Held::default()).unwrap().ballots, None);
    file(&mut files, "result.json")[0]["topics"][0]["votes"]["yes"]["heads"] = 21.into();
    assert_eq!(recount(&Folder::of(&files).0, &Held::default()).unwrap_err(), ["RESULT topic 1 does not add up"]);
    let votes = &mut file(&mut files, "result.json")[0]["topics"][0];
    votes["votes"]["no"]["heads"] = 17.into();
    votes["status"] = "not_passed".into();
    assert_eq!(recount(&Folder::of(&files).0, &Held::default()).unwrap_err(), ["RESULT topic 1 has the wrong outcome"]);
}

#[test]
fn totals_that_cannot_be_true_are_found() {
    let wrong = |votes: &[(&str, i64, i64)]| {
        let mut files = bundle();
        file(&mut files, "manifest.json")[0]["secrecy"] = "secret".into();
        files.retain(|(name, _)| *name != "ballots.jsonl");
        for (name, heads, area) in votes {
            file(&mut files, "result.json")[0]["topics"][0]["votes"][*name] = json!({"heads": heads, "area": area});
        }
        recount(&Folder::of(&files).0, &Held::default()).unwrap_err()
    };
    for votes in [&[("yes", 39, 630_000), ("no", -1, 180_000)][..], &[("ghost", 0, 0)], &[("yes", 38, 810_001), ("no", 0, -1)]] {
        assert_eq!(wrong(votes), ["RESULT topic 1 does not add up"], "{votes:?}");
    }
    let mut files = bundle();
    file(&mut files, "manifest.json")[0]["secrecy"] = "secret".into();
    files.retain(|(name, _)| *name != "ballots.jsonl");
    file(&mut files, "result.json")[0]["topics"][0]["silent"] = json!({"heads": 3, "area": 30_000});
    assert_eq!(recount(&Folder::of(&files).0, &Held::default()).unwrap_err(), ["RESULT topic 1 does not add up"]);
}

/// Damages a bundle; the fault that is due must be among those that are told.
fn finds(word: &str, damage: impl FnOnce(&mut Lines)) {
    let mut files = bundle();
    let held = posted(&mut files);
    damage(&mut files);
    let faults = recount(&Folder::of(&files).0, &held).expect_err(word);
    assert!(faults.iter().any(|fault| fault.starts_with(word)), "{word}: {faults:?}");
}

fn resum(files: &mut Lines) {
    let summed = summary(file(files, "roll.jsonl"));
    file(files, "manifest.json")[0]["roll"] = summed;
}

#[test]
fn a_damaged_roll_is_found() {
    finds("ROLL", |files| file(files, "roll.jsonl")[60]["area"] = 10_001.into());
    finds("ROLL", |files| drop(file(files, "roll.jsonl").pop()));
    finds("ROLL", |files| file(files, "roll.jsonl").swap(50, 51));
    finds("ROLL", |files| file(files, "roll.jsonl")[1]["number"] = "1".into());
    finds("ROLL", |files| file(files, "roll.jsonl")[9]["area"] = 0.into());
    finds("POSTED", |files| {
        file(files, "roll.jsonl")[60]["area"] = 9_999.into();
        resum(files);
        retell(files);
    });
    finds("HEADS", |files| {
        for (at, row) in file(files, "roll.jsonl").iter_mut().enumerate() {
            row["head"] = (at + 1).into();
        }
        resum(files);
    });
}

#[test]
fn the_developer_is_one_head_and_no_sum_runs_over() {
    finds("HEADS", |files| {
        for (at, row) in file(files, "roll.jsonl").iter_mut().enumerate() {
            (row["holder"], row["head"]) = (format!("company {at}").into(), (at + 1).into());
        }
        resum(files);
    });
    finds("ROLL", |files| {
        for row in file(files, "roll.jsonl") {
            row["area"] = ((1_i64 << 53) - 1).into();
        }
    });
    finds("FORMAT", |files| file(files, "roll.jsonl")[1]["number"] = "2 ".into());
}

#[test]
fn what_is_voted_on_is_bound_by_the_law_and_by_the_posting() {
    let topic = |member: &'static str, value: Value| {
        move |files: &mut Lines| file(files, "manifest.json")[0]["topics"][0][member] = value
    };
    finds("RESULT", |files| {
        file(files, "manifest.json")[0]["topics"][1]["class"] = "ordinary".into();
        retell(files);
    });
    finds("FORMAT", topic("options", json!(["yes"])));
    finds("FORMAT", topic("seats", 1.into()));
    finds("FORMAT", topic("no", 2.into()));
    finds("POSTED", topic("matter", "use_fund".into()));
    finds("POSTED", |files| file(files, "manifest.json")[0]["secrecy"] = "secret".into());
    finds("FORMAT", |files| file(files, "manifest.json")[0]["v"] = 2.into());
    finds("FORMAT", |files| {
        let again = file(files, "result.json")[0].clone();
        file(files, "result.json").push(again);
    });
    finds("SILENCE", |files| {
        file(files, "manifest.json")[0]["silence"] = json!({"clause": "第十二条", "delivered": [99], "topics": [1]});
    });
}

#[test]
fn a_flood_of_lines_is_refused_before_it_is_read() {
    let folder = Folder::of(&bundle());
    std::fs::write(folder.0.join("roll.jsonl"), "\n".repeat(600_000)).unwrap();
    assert_eq!(recount(&folder.0, &Held::default()).unwrap_err(), ["FORMAT roll.jsonl has too many lines"]);
    std::fs::write(folder.0.join("roll.jsonl"), "x\n".repeat(1000)).unwrap();
    assert_eq!(recount(&folder.0, &Held::default()).unwrap_err().len(), 100);
}

#[test]
fn a_damaged_box_is_found() {
    finds("BOX", |files| {
        file(files, "ballots.jsonl").pop();
        file(files, "participation.jsonl").pop();
    });
    finds("BOX", |files| {
        let other = file(files, "participation.jsonl")[5]["receipt"].clone();
        file(files, "participation.jsonl")[4]["receipt"] = other;
    });
    finds("BOX", |files| {
        let counted = file(files, "participation.jsonl")[0]["receipt"].clone();
        file(files, "set_aside.jsonl")[0]["receipt"] = counted;
    });
    finds("FORMAT", |files| file(files, "participation.jsonl")[0]["receipt"] = "x".into());
    finds("FORMAT", |files| {
        let upper = file(files, "participation.jsonl")[0]["receipt"].as_str().unwrap().to_uppercase();
        file(files, "participation.jsonl")[0]["receipt"] = upper.into();
    });
}

#[test]
fn damaged_ballots_are_found() {
    finds("BALLOT", |files| file(files, "ballots.jsonl")[3]["choices"] = json!([["no"], ["no"]]));
    finds("BALLOT", |files| drop(file(files, "ballots.jsonl").pop()));
    finds("BALLOT", |files| {
        let mut second = file(files, "ballots.jsonl")[0].clone();
        second["nonce"] = "1".repeat(32).into();
        file(files, "ballots.jsonl").push(second);
    });
    finds("BALLOT", |files| {
        let receipts = [0, 1].map(|at| file(files, "participation.jsonl")[at]["receipt"].clone());
        file(files, "participation.jsonl")[0]["receipt"] = receipts[1].clone();
        file(files, "participation.jsonl")[1]["receipt"] = receipts[0].clone();
    });
    finds("BALLOT", |files| file(files, "ballots.jsonl")[0]["vote"] = "01980000-0000-7000-8000-000000000002".into());
    finds("BALLOT", |files| files.retain(|(name, _)| *name != "ballots.jsonl"));
    finds("BALLOT", |files| file(files, "participation.jsonl")[0]["channel"] = "online".into());
    // Made again as a whole, only what was posted tells.
    finds("POSTED", |files| {
        file(files, "ballots.jsonl")[0]["choices"][0] = json!(["no"]);
        rebox(files);
        retell(files);
    });
    finds("POSTED", |files| {
        let mut added = file(files, "ballots.jsonl")[0].clone();
        (added["head"], added["nonce"]) = (57.into(), "0".repeat(32).into());
        file(files, "ballots.jsonl").push(added);
        rebox(files);
        retell(files);
    });
}

#[test]
fn a_wrong_count_is_found() {
    finds("RESULT", |files| file(files, "result.json")[0]["topics"][0]["votes"]["yes"]["heads"] = 21.into());
    finds("RESULT", |files| file(files, "manifest.json")[0]["topics"][1]["class"] = "ordinary".into());
    let silence = |clause: &str, topic: i64| json!({"clause": clause, "delivered": [57], "topics": [topic]});
    finds("SILENCE", |files| file(files, "manifest.json")[0]["silence"] = silence("", 1));
    finds("SILENCE", |files| file(files, "manifest.json")[0]["silence"] = silence("第十二条", 2));
}

#[test]
fn another_form_is_found() {
    let raw = |value: &Value, from: &str, to: &str| json!({"raw": canonical(value).unwrap().replacen(from, to, 1)});
    for (from, to) in [(",", ", "), ("10000", "10000.0"), ("\"t\":", "\"head\":1,\"t\":"), ("\"1\"", "\"\\u0031\"")] {
        finds("FORMAT", |files| file(files, "roll.jsonl")[0] = raw(&roll()[0], from, to));
    }
    finds("FORMAT", |files| file(files, "roll.jsonl")[0] = raw(&roll()[0], "\"number\":\"1\"", "\"number\":\"e\u{301}\""));
    finds("FORMAT", |files| drop(file(files, "roll.jsonl")[0].as_object_mut().unwrap().remove("area")));
    finds("FORMAT", |files| files.retain(|(name, _)| *name != "roll.jsonl"));
    finds("FORMAT", |files| file(files, "result.json").clear());
    assert!(
        recount(&std::env::temp_dir().join("there is no such bundle"), &Held::default()).unwrap_err()[0].starts_with("FORMAT")
    );
}
