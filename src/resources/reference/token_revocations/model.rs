//! Which tokens are revoked, and why.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::resource::ProtectedResource;
use crate::changes::audit::JsonText;
use crate::changes::record::id_or_new;
use crate::changes::reply::Reply;
use crate::changes::write::{Record, Written};
use crate::db::schema::token_revocations;
use crate::http::codes;
use crate::http::openapi::page;
use crate::http::problem::{FieldError, Problem};

/// Tokens that are no longer believed.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = token_revocations, treat_none_as_default_value = false)]
pub struct TokenRevocation {
    pub id: Uuid,
    /// The city whose administrators revoked them.
    pub jurisdiction: JurisdictionCode,
    /// Who issued them: one of the issuers that the service believes.
    #[schema(max_length = 1000)]
    pub issuer: String,
    /// The id of a single token.
    #[schema(max_length = 255, required)]
    pub jti: Option<String>,
    /// Whose they are; null with a single token, and where all of the issuer are meant.
    #[schema(max_length = 255, required)]
    pub subject: Option<String>,
    /// What was issued later is believed; of a single token, when it was revoked.
    pub issued_before: DateTime<Utc>,
    #[schema(max_length = 1000)]
    pub reason: String,
    pub created_at: DateTime<Utc>,
    #[serde(skip)]
    pub created_by: String,
}

page!(TokenRevocationPage of TokenRevocation, "A page of revocations.");

/// Tokens to be revoked: one by its id, those of a subject, or all of an issuer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"jurisdiction": "3702", "issuer": "https://login.example", "subject": "user-1", "reason": "手机遗失"}))]
pub struct NewTokenRevocation {
    /// A UUID of version 7 made by the client.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The administrator's city.
    pub jurisdiction: JurisdictionCode,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub issuer: String,
    /// The `jti` of a single token; then without the two that follow.
    #[schema(min_length = 1, max_length = 255, pattern = "\\S")]
    pub jti: Option<String>,
    /// The `sub` of whose tokens are meant; all of the issuer when not given.
    #[schema(min_length = 1, max_length = 255, pattern = "\\S")]
    pub subject: Option<String>,
    /// What was issued later is still believed; now when not given.
    pub issued_before: Option<DateTime<Utc>>,
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

impl NewTokenRevocation {
    /// What is to be stored, unless something is wrong with it.
    pub fn record(self, who: &Authority, service: &ProtectedResource) -> Result<TokenRevocation, Problem> {
        let mut errors = Vec::new();
        let id = id_or_new(self.id, &mut errors);
        if !who.area.covers(&self.jurisdiction) {
            errors.push(FieldError::at("/jurisdiction", &codes::UNKNOWN_JURISDICTION));
        } else if self.jurisdiction.level() != Level::City {
            errors.push(FieldError::at("/jurisdiction", &codes::WRONG_LEVEL).with("levels", ["city"]));
        }
        if !service.authorization_servers.contains(&self.issuer) {
            errors.push(FieldError::at("/issuer", &codes::UNKNOWN_RECORD));
        }
        if self.subject.as_ref().is_some_and(|subject| subject.starts_with(&format!("{}|", self.issuer))) {
            errors.push(FieldError::at("/subject", &codes::WITHOUT_ISSUER));
        }
        for (place, given) in [("/subject", self.subject.is_some()), ("/issued_before", self.issued_before.is_some())] {
            if given && self.jti.is_some() {
                errors.push(FieldError::at(place, &codes::NOT_APPLICABLE));
            }
        }
        if self.issued_before.is_some_and(|at| at > who.now) {
            errors.push(FieldError::at("/issued_before", &codes::IN_FUTURE));
        }
        Problem::fail_if_any(errors)?;
        Ok(TokenRevocation {
            id,
            jurisdiction: self.jurisdiction,
            issuer: self.issuer,
            jti: self.jti,
            subject: self.subject,
            issued_before: self.issued_before.unwrap_or(who.now),
            reason: self.reason,
            created_at: who.now,
            created_by: who.actor.caller.clone(),
        })
    }
}

impl TokenRevocation {
    /// The audit tells of it, the feed does not: nobody else keeps a copy.
    pub fn written(&self) -> Result<Written, Problem> {
        let told = Record {
            kind: "token_revocation",
            id: self.id.to_string(),
            jurisdiction: self.jurisdiction,
            moved_from: None,
            version: 1,
            before: None,
            after: JsonText::of(self)?,
            audit_only: true,
        };
        let reply = Reply::created(format!("/v1/token-revocations/{}", self.id), 1, self)?;
        Ok(Written { records: vec![told], reply, undo: false })
    }
}

/// Which revocations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TokenRevocationFilter {
    /// Only those of this issuer.
    #[param(min_length = 1, max_length = 1000)]
    pub issuer: Option<String>,
    /// Only those of this subject.
    #[param(min_length = 1, max_length = 255)]
    pub subject: Option<String>,
}
