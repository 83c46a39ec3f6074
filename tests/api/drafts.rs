//! Drafts are seen by those who edit them and those above, in every kind of record that has some.

use serde_json::{Value, json};
use sihe::access::actor::Role;
use sihe::access::code::Level;
use sihe::access::permissions::{AccessLevel, Action, Resource, access_level};

use crate::support::consultation::consultation;
use crate::support::data::*;
use crate::support::owner_vote::owner_vote;
use crate::support::training::training;
use crate::support::world::{matter, policy, responsibility};
use crate::support::{Caller, TestApp};

/// Every kind with drafts: its resource, where it is, and what a draft's state is called.
const KINDS: [(Resource, &str, &str); 6] = [
    (Resource::Policies, "/v1/policies", "draft"),
    (Resource::Responsibilities, "/v1/responsibilities", "draft"),
    (Resource::Trainings, "/v1/trainings", "draft"),
    (Resource::Consultations, "/v1/consultations", "draft"),
    (Resource::OwnerVotes, "/v1/owner-votes", "draft"),
    // Whoever does not sit in a council reads what is published of its meetings.
    (Resource::CouncilMeetings, "/v1/council-meetings", "planned"),
];

/// A draft of a kind.
async fn draft_of(officer: &Caller<'_>, resource: Resource) -> Value {
    match resource {
        Resource::Policies => policy(COMMUNITY),
        Resource::Responsibilities => responsibility(COMMUNITY, &matter()),
        Resource::Trainings => training(COMMUNITY),
        Resource::Consultations => consultation(officer.app, COMMUNITY),
        Resource::OwnerVotes => owner_vote(officer.app, &officer.estate(COMMUNITY).await),
        _ => officer.council(COMMUNITY).await.meeting(officer.app),
    }
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
    assert_eq!(
        names,
        ["AgreementStatus", "ConsultationStatus", "OwnerVoteStatus", "PolicyStatus", "ResponsibilityStatus", "TrainingStatus"]
    );
    for resource in Resource::ALL {
        let seen = Role::ALL.iter().any(|role| access_level(*role, Action::ReadDrafts, *resource) != AccessLevel::Nothing);
        assert_eq!(seen, KINDS.iter().any(|(known, ..)| known == resource), "{resource:?}");
    }
}

#[actix_web::test]
async fn a_draft_is_seen_by_those_who_edit_it_and_those_above() {
    let app = TestApp::start().await;
    let officer = app.officer_of(COMMUNITY);
    for (resource, path, state) in KINDS {
        let draft = officer.makes(path, draft_of(&officer, resource).await).await.id();
        for role in Role::ALL {
            let caller = app.caller(*role, place_of(*role));
            let sees = access_level(*role, Action::ReadDrafts, resource) != AccessLevel::Nothing;
            // Whoever convenes it reaches their own.
            let edits = access_level(*role, Action::Update, resource) == AccessLevel::Subtree;
            assert!(sees || !edits, "{role:?} edits what they do not see");
            let reads = access_level(*role, Action::Read, resource) != AccessLevel::Nothing;
            let otherwise = if reads { 404 } else { 403 };
            assert_eq!(
                caller.get(&format!("{path}/{draft}")).await.status,
                if sees { 200 } else { otherwise },
                "{role:?} {path}"
            );
            for query in ["", &format!("?status={state}"), &format!("?in={COMMUNITY}")] {
                let listed = caller.get(&format!("{path}{query}")).await;
                assert_eq!(reads && listed.ids().contains(&draft), sees, "{role:?} {path}{query}");
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
