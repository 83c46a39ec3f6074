//! What must hold of a policy and its versions.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::model::{Article, Citation, NewPolicy, PolicyFields, PolicyStatus};
use super::store;
use crate::access::permissions::resource::Policies;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::Tx;
use crate::db::json_value::JsonValue;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};

/// Drafts a policy, or a new version of one.
pub async fn draft(tx: &Tx, scope: &Authorized<Policies>, new: NewPolicy) -> Result<PolicyFields, Problem> {
    let mut errors = Vec::new();
    let id = id_or_new(new.id, &mut errors);
    if !scope.area.covers(&new.jurisdiction) {
        errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
    }
    errors.extend(article_faults(&new.articles));
    let old = match new.supersedes_id {
        Some(old) => store::named(tx, scope, old).await?.filter(|old| old.jurisdiction == new.jurisdiction),
        None => None,
    };
    match (&old, new.supersedes_id) {
        (None, Some(_)) => errors.push(FieldError::at("/supersedes_id", &codes::UNKNOWN_RECORD)),
        (Some(old), _) if old.status != PolicyStatus::Published => {
            errors.push(FieldError::at("/supersedes_id", &codes::NOT_ACTIVE));
        }
        _ => {}
    }
    Problem::fail_if_any(errors)?;
    let record = record(scope, id, old.map_or(id, |old| old.first_id), new);
    store::insert(tx, &record).await?;
    Ok(record)
}

/// A version as it begins.
fn record(scope: &Authorized<Policies>, id: Uuid, first_id: Uuid, new: NewPolicy) -> PolicyFields {
    PolicyFields {
        id,
        jurisdiction: new.jurisdiction,
        kind: new.kind,
        title: new.title,
        issuer: new.issuer,
        document_number: new.document_number,
        articles: JsonValue(new.articles),
        status: PolicyStatus::Draft,
        valid_from: None,
        valid_until: None,
        first_id,
        supersedes_id: new.supersedes_id,
        reason: None,
        version: 1,
        created_at: scope.now,
        updated_at: scope.now,
        created_by: scope.actor.caller.clone(),
    }
}

/// Articles are cited by their numbers, which do not repeat.
pub fn article_faults(articles: &[Article]) -> Vec<FieldError> {
    let mut known = BTreeSet::new();
    let repeated = articles.iter().enumerate().filter(|(_, article)| !known.insert(&article.number));
    repeated.map(|(at, _)| FieldError::at(format!("/articles/{at}/number"), &codes::DUPLICATE_ITEM)).collect()
}

/// What is wrong with citations: they name versions of policies that can be cited, and articles of these.
pub fn citation_faults(citable: &[PolicyFields], citations: &[Citation]) -> Vec<FieldError> {
    let fault = |(at, citation): (usize, &Citation)| {
        let Some(policy) = citable.iter().find(|policy| policy.id == citation.policy_id) else {
            return Some(FieldError::at(format!("/citations/{at}/policy_id"), &codes::UNKNOWN_RECORD));
        };
        if citations[..at].contains(citation) {
            return Some(FieldError::at(format!("/citations/{at}"), &codes::DUPLICATE_ITEM));
        }
        let number = citation.article.as_ref()?;
        let there = policy.articles.0.iter().any(|article| article.number == *number);
        (!there).then(|| FieldError::at(format!("/citations/{at}/article"), &codes::UNKNOWN_ARTICLE))
    };
    citations.iter().enumerate().filter_map(fault).collect()
}
