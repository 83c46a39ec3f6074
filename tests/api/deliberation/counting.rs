//! Votes of owners.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sihe::resources::deliberation::owner_votes::counting::model::{Silence, Topic};
use sihe::resources::deliberation::owner_votes::counting::{Choices, count};
use uuid::Uuid;

/// Numbers that come in the same order each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// Decisions of both classes and an election.
fn topics() -> Vec<Topic> {
    let topic = |no: i64, class: &str, kind: &str, options: Value, seats: usize| json!({"class": class, "kind": kind, "matter": "other", "no": no, "options": options, "seats": seats});
    serde_json::from_value(json!([
        topic(1, "ordinary", "decision", json!(["no", "yes"]), 0),
        topic(2, "special", "decision", json!(["no", "yes"]), 0),
        topic(3, "ordinary", "election", json!(["a", "b", "c", "d"]), 3),
    ]))
    .unwrap()
}

/// A random vote with what it came to.
fn vote(dice: &mut Dice) -> Value {
    let heads = 1 + dice.below(30);
    let alike = dice.below(2) == 0;
    let units: Vec<(i64, i64)> = (0..heads + dice.below(10))
        .map(|unit| {
            (
                i64::try_from(unit % heads + 1).unwrap(),
                i64::try_from(if alike { 100 } else { 1 + dice.below(1_000_000) }).unwrap(),
            )
        })
        .collect();
    let answers: [&[&str]; 6] = [&["yes"], &["yes"], &["no"], &["abstain"], &[], &["no", "yes"]];
    let lists: [&[&str]; 12] = [
        &["a", "b", "c"],
        &["a", "b", "d"],
        &["a", "c", "d"],
        &["b", "c", "d"],
        &["a", "b", "c"],
        &["b", "c", "d"],
        &["a", "c"],
        &["b"],
        &["abstain"],
        &[],
        &["b", "a"],
        &["a", "b", "c", "d"],
    ];
    let part = 60 + dice.below(41);
    let mut ballots: Vec<(i64, Choices)> = Vec::new();
    for head in 1..=i64::try_from(heads).unwrap() {
        if dice.below(100) < part {
            let marks: [&[&str]; 3] = [*dice.one_of(&answers), *dice.one_of(&answers), *dice.one_of(&lists)];
            ballots.push((head, marks.iter().map(|marks| marks.iter().map(|mark| (*mark).to_owned()).collect()).collect()));
        }
    }
    let delivered: Vec<i64> = (1..=i64::try_from(heads).unwrap()).filter(|_| dice.below(2) == 0).collect();
    let silence = (dice.below(2) == 0).then(|| Silence { clause: "第十二条".to_owned(), delivered, topics: vec![1] });
    let mut areas = BTreeMap::new();
    units.iter().for_each(|(head, area)| *areas.entry(*head).or_insert(0) += area);
    let said: Vec<_> = ballots.iter().map(|(head, choices)| (*head, choices)).collect();
    let topics = topics();
    let result = count(Uuid::nil(), (&topics, silence.as_ref()), &areas, &said).unwrap();
    json!({"units": units, "topics": topics, "ballots": ballots, "silence": silence, "result": result.topics})
}

#[test]
fn another_program_in_another_language_counts_the_same() {
    let mut dice = Dice(2026);
    let votes: Vec<Value> = (0..1000).map(|_| vote(&mut dice)).collect();
    let ends: BTreeSet<String> = votes
        .iter()
        .flat_map(|vote| vote["result"].as_array().unwrap().iter().map(|one| format!("{} {}", one["status"], one["reason"])))
        .collect();
    assert_eq!(ends.len(), 5, "every end is among them: {ends:?}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/count_again.py");
    let mut python = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = python.stdin.take().unwrap();
    votes.iter().for_each(|vote| writeln!(input, "{vote}").unwrap());
    drop(input);
    let told = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(told, "1000 votes, 0 differ\n");
}

#[test]
fn a_bundle_is_counted_again_without_settings_or_a_database() {
    let recount = |bundle: &str| {
        let told = Command::new(env!("CARGO_BIN_EXE_sihe")).env_clear().args(["recount", bundle]).output().unwrap();
        (told.status.code(), String::from_utf8(told.stderr).unwrap())
    };
    let empty = std::env::temp_dir().join(format!("sihe-{}", Uuid::now_v7()));
    std::fs::create_dir(&empty).unwrap();
    assert_eq!(recount(empty.to_str().unwrap()), (Some(1), "sihe: FORMAT manifest.json is missing\n".to_owned()));
    std::fs::remove_dir(&empty).unwrap();
    assert!(recount(empty.to_str().unwrap()).1.starts_with("sihe: FORMAT "));
}
