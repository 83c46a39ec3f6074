//! Drafts are seen by those who edit them and those above, in every kind of record that has some.

use serde_json::{Value, json};
use sihe::access::actor::Role;
use sihe::access::code::Level;
use sihe::access::permissions::{AccessLevel, Action, Resource, access_level};

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::training::training;
use crate::support::world::{matter, policy, responsibility};

/// Every kind with drafts: its resource, where it is, and a draft of it.
fn kinds() -> [(Resource, &'static str, Value); 3] {
    [
        (Resource::Policies, "/v1/policies", policy(COMMUNITY)),
        (Resource::Responsibilities, "/v1/responsibilities", responsibility(COMMUNITY, &matter())),
        (Resource::Trainings, "/v1/trainings", training(COMMUNITY)),
    ]
}

/// Where a role can be held that reaches the community.
fn place_of(role: Role) -> &'static str {
    match role.level() {
        Some(Level::City) => CITY,
        Some(Level::District) => DISTRICT,
        Some(Level::Street) => STREET,
        Some(Level::Grid) => GRID,
        _ => COMMUNITY,
    }
}

#[test]
fn every_kind_with_drafts_is_known() {
    let contract: Value = serde_json::from_str(sihe::app::contract()).unwrap();
    let states = contract["components"]["schemas"].as_object().unwrap().iter();
    let with_drafts =
        states.filter(|(_, schema)| schema["enum"].as_array().is_some_and(|states| states.contains(&json!("draft"))));
    let names: Vec<_> = with_drafts.map(|(name, _)| name.as_str()).collect();
    // What the parties of a mediation are to sign they read before.
    assert_eq!(names, ["AgreementStatus", "PolicyStatus", "ResponsibilityStatus", "TrainingStatus"]);
    for resource in Resource::ALL {
        let seen = Role::ALL.iter().any(|role| access_level(*role, Action::ReadDrafts, *resource) != AccessLevel::Nothing);
        assert_eq!(seen, kinds().iter().any(|(known, ..)| known == resource), "{resource:?}");
    }
}

#[actix_web::test]
async fn a_draft_is_seen_by_those_who_edit_it_and_those_above() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for (resource, path, body) in kinds() {
        let draft = officer.makes(path, body).await.id();
        for role in Role::ALL {
            let caller = app.caller(*role, place_of(*role));
            let sees = access_level(*role, Action::ReadDrafts, resource) != AccessLevel::Nothing;
            let edits = access_level(*role, Action::Update, resource) != AccessLevel::Nothing;
            assert!(sees || !edits, "{role:?} edits what they do not see");
            assert_eq!(caller.get(&format!("{path}/{draft}")).await.status, if sees { 200 } else { 404 }, "{role:?} {path}");
            for query in ["", "?status=draft", &format!("?in={COMMUNITY}")] {
                let listed = caller.get(&format!("{path}{query}")).await;
                assert_eq!(listed.ids().contains(&draft), sees, "{role:?} {path}{query}");
            }
            let told = async || {
                let told = caller.get("/v1/changes?cursor=begin").await;
                let entries = if told.status == 200 { told.body["changes"].as_array().unwrap().clone() } else { Vec::new() };
                (told.status, entries.iter().any(|entry| entry["id"] == json!(draft)))
            };
            match told().await {
                // Transactions of other tests hold the feed back.
                (200, _) if sees => app.until(async || told().await.1).await,
                (_, is_told) => assert!(!is_told, "{role:?} {path}"),
            }
        }
        for neighbor in [OTHER_COMMUNITY, OTHER_STREET] {
            app.officer_of(neighbor).get(&format!("{path}/{draft}")).await.is(404, "not_found");
        }
    }
}
