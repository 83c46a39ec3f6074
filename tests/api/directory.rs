//! The directory: whoever must name a record can find it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sihe::access::actor::Role;

use crate::support::data::*;
use crate::support::mediation::mediator;
use crate::support::world::{contract, credit_code, name};
use crate::support::{Caller, TestApp};

/// An enterprise of another district that serves an estate of the community.
async fn served(city: &Caller<'_>) -> (String, String) {
    let enterprise = city.organization("property_enterprise", "370203001001").await;
    let estate = city.estate(COMMUNITY).await;
    city.makes("/v1/property-contracts", contract(&estate, &enterprise)).await;
    (enterprise, estate)
}

#[actix_web::test]
async fn what_stands_above_or_works_here_can_be_named_and_no_neighbor() {
    let app = TestApp::start().await;
    let (city, community) = (app.officer_of(CITY), app.officer_of(COMMUNITY));
    let (enterprise, estate) = served(&city).await;
    let above = city.mediation_committee(STREET, None).await;
    let office = city.organization("property_office", CITY).await;
    let own = city.organization("neighborhood_committee", COMMUNITY).await;
    let beside = city.organization("neighborhood_committee", OTHER_COMMUNITY).await;
    let party = city.organization("property_enterprise", OTHER_COMMUNITY).await;
    for id in [&enterprise, &above.0, &office] {
        community.get(&format!("/v1/organizations/{id}")).await.is(404, "not_found");
    }
    let found = async |caller: &Caller<'_>, query: &str| {
        caller.get(&format!("/v1/directory/organizations?limit=200{query}")).await.ids().into_iter().collect::<BTreeSet<_>>()
    };
    let known = BTreeSet::from([enterprise.clone(), above.0.clone(), office, own.clone()]);
    assert_eq!(found(&community, "").await, known);
    // What a community can name is the same for whoever asks for it.
    assert_eq!(found(&city, &format!("&in={COMMUNITY}")).await, known);
    assert!(found(&app.caller(Role::GridWorker, GRID), "").await.is_superset(&[above.0.clone(), own].into()));
    assert!(found(&app.officer_of(STREET), "").await.contains(&beside));
    let mut dispute = dispute_in(COMMUNITY);
    dispute["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业", "organization_id": party});
    city.files(&dispute).await;
    assert!(found(&community, "").await.contains(&party));
    let secret = city.organization("property_enterprise", OTHER_COMMUNITY).await;
    dispute["parties"][1]["organization_id"] = json!(secret);
    dispute["confidential"] = json!(true);
    city.files(&dispute).await;
    assert!(!found(&community, "").await.contains(&secret), "of a confidential case nothing is told");
    assert!(found(&app.officer_of(DISTRICT), "&kind=property_enterprise").await.is_superset(&[party, enterprise.clone()].into()));
    let street = app.officer_of(STREET);
    assert!(found(&street, &format!("&estate_id={estate}")).await == [enterprise.clone()].into());
    city.acts(&format!("/v1/organizations/{}/dissolve", beside), json!({})).await;
    assert!(!found(&street, "").await.contains(&beside), "what is there no more cannot be named");
}

#[actix_web::test]
async fn an_entry_tells_nothing_that_is_protected() {
    let app = TestApp::start().await;
    let (city, resident) = (app.officer_of(CITY), app.resident("wang", COMMUNITY));
    let code = credit_code();
    let enterprise = json!({"jurisdiction": COMMUNITY, "kind": "property_enterprise", "name": name("物业"), "credit_code": code,
        "contacts": [{"name": "联系人甲", "phone": "13800001234"}], "party_mode": "none", "party_reason": "暂无", "party_plan": "筹建"});
    let enterprise = city.makes("/v1/organizations", enterprise).await.body;
    let entry = resident.get(&format!("/v1/directory/organizations?credit_code={code}")).await.body["items"][0].clone();
    let told = ["id", "jurisdiction", "kind", "name", "credit_code"].map(|name| (name.to_owned(), enterprise[name].clone()));
    assert_eq!(entry, Value::Object(told.into_iter().collect()));
    let committee = city.organization("mediation_committee", COMMUNITY).await;
    let mut body = mediator(&committee);
    body["subject"] = json!(format!("{}|somebody", app.settings.issuer));
    let id = city.makes("/v1/mediators", body).await.id();
    let entry = resident.get(&format!("/v1/directory/mediators?organization_id={committee}")).await.body["items"][0].clone();
    assert_eq!(entry["id"], json!(id));
    for hidden in ["phone", "subject", "learner_id"] {
        assert!(entry.get(hidden).is_none(), "{entry}");
    }
    city.acts(&format!("/v1/mediators/{id}/leave"), json!({"left_on": "2026-03-01"})).await;
    assert!(resident.get("/v1/directory/mediators").await.ids().is_empty());
}

#[actix_web::test]
async fn a_resident_finds_the_estate_by_name_and_who_serves_it() {
    let app = TestApp::start().await;
    let (enterprise, estate) = served(&app.officer_of(CITY)).await;
    let resident = app.resident("wang", COMMUNITY);
    let title = app.officer_of(CITY).get(&format!("/v1/estates/{estate}")).await.body["name"].as_str().unwrap().to_owned();
    for part in [title.clone(), "区".to_owned()] {
        let found = resident.get(&format!("/v1/directory/estates?q={part}")).await;
        assert_eq!(found.ids(), std::slice::from_ref(&estate));
    }
    let serving = resident.get(&format!("/v1/directory/organizations?estate_id={estate}")).await.ids();
    assert_eq!(serving, std::slice::from_ref(&enterprise));
    let mut dispute = dispute_in(COMMUNITY);
    dispute["estate_id"] = json!(estate);
    dispute["parties"][1] = json!({"role": "respondent", "kind": "organization", "name": "物业"});
    resident.files(&dispute).await;
    let neighbor = app.resident("li", OTHER_COMMUNITY);
    assert!(neighbor.get(&format!("/v1/directory/estates?q={title}")).await.ids().is_empty());
    assert!(neighbor.get(&format!("/v1/directory/organizations?estate_id={estate}")).await.ids().is_empty());
}

#[actix_web::test]
async fn pages_tell_each_once_to_somebody_with_several_grants() {
    let app = TestApp::start().await;
    let city = app.officer_of(CITY);
    let mut all = BTreeSet::new();
    for place in [CITY, DISTRICT, STREET] {
        all.insert(city.organization("department", place).await);
    }
    for place in [COMMUNITY, OTHER_COMMUNITY, "370203001001"] {
        all.insert(city.organization("neighborhood_committee", place).await);
    }
    all.insert(served(&city).await.0);
    let holder = app.with_claims(&app.claims(&[
        (Role::CommunityOfficer, COMMUNITY),
        (Role::StreetOfficer, STREET),
        (Role::CommunityOfficer, "370203001001"),
        (Role::Mediator, DISTRICT),
    ]));
    let (mut told, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = holder.get(&format!("/v1/directory/organizations{query}")).await;
        told.extend(page.ids());
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!((told.len(), told.into_iter().collect::<BTreeSet<_>>()), (all.len(), all));
}

/// Which lists tell an id, by the name of the member that takes it.
fn lists_of(operation: &str, member: &str) -> &'static str {
    match (member, operation) {
        ("organization_id" | "parent_id" | "party_organization_id", _) => "listDirectoryOrganizations",
        ("estate_id" | "estate_ids", _) => "listDirectoryEstates",
        ("mediator_id", _) => "listDirectoryMediators",
        ("policy_id", _) | ("supersedes_id", "createPolicy") => "listPolicies",
        ("supersedes_id", "createResponsibility") => "listResponsibilities",
        ("into_id", "mergeDispute") | ("dispute_id" | "dispute_ids", _) => "listDisputes",
        ("into_id", "mergeGridUnit") => "listGridUnits",
        ("learner_id" | "learner_ids", _) | ("into_id", "createLearnerMerge") => "listLearners",
        ("mediation_id", _) => "listMediations",
        ("patrol_id", _) => "listGridRecords",
        ("council_id", _) | ("delegate_id", "endCouncilDelegate") | ("request_id", _) => "listCouncils",
        // What was recorded of a meeting is told when it is read alone.
        ("meeting_id", _) => "listCouncilMeetings",
        // What is in a consultation is told when it is read alone, and opinions are listed below it.
        ("consultation_id" | "hearing_id" | "group_id" | "option_id", _) => "listConsultations",
        ("grid_unit_ids", _) => "listGridUnits",
        ("opinion_ids", _) => "listOpinions",
        // What is posted and said against the roll is told when the vote is read alone.
        ("vote_id" | "run_off_vote_ids", _) => "listOwnerVotes",
        ("paper_id" | "in_place_of", _) => "listVotePapers",
        ("posting_id", _) | ("objection_id", "answerVoteObjection") => "listOwnerVotes",
        ("item_id" | "item_ids" | "delegate_id" | "event_id" | "objection_id", _) => "listCouncilMeetings",
        ("training_id", _) => "listTrainings",
        ("session_id", _) => "listTrainingSessions",
        ("chair_id" | "deputy_chair_ids" | "member_id", _) => "listOwnersCommittees",
        _ => panic!("{operation} takes {member}: which list tells it?"),
    }
}

/// The members of a schema that hold the id of a record.
fn ids_in(document: &Value, schema: &Value, name: &str, found: &mut BTreeSet<String>) {
    let target = schema["$ref"].as_str().map(|path| &document["components"]["schemas"][path.rsplit('/').next().unwrap()]);
    let schema = target.unwrap_or(schema);
    if schema["format"] == "uuid" && name != "id" {
        found.insert(name.to_owned());
    }
    for (member, of) in schema["properties"].as_object().into_iter().flatten() {
        ids_in(document, of, member, found);
    }
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten());
    for part in parts.chain(schema.get("items")) {
        ids_in(document, part, name, found);
    }
}

#[actix_web::test]
async fn every_id_that_a_body_takes_is_listed_for_every_role_that_may_send_it() {
    let app = TestApp::start().await;
    let checker = app.checker();
    let paths = checker.document["paths"].as_object().unwrap().values();
    let operations: BTreeMap<_, _> = paths
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|one| (one["operationId"].as_str().unwrap(), one))
        .collect();
    let mut asked = 0;
    for (id, operation) in &operations {
        let mut taken = BTreeSet::new();
        ids_in(&checker.document, &operation["requestBody"]["content"]["application/json"]["schema"], "", &mut taken);
        for member in taken {
            let list = lists_of(id, &member);
            let readers = operations[list]["x-jurisdiction"].as_object().unwrap();
            for role in operation["x-jurisdiction"].as_object().unwrap().keys() {
                assert!(readers.contains_key(role), "{role} may {id} with {member}, but not {list}");
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
}
