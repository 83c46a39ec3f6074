//! What a learner has to show for a course.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::code::JurisdictionCode;
use crate::access::permissions::resource::Certificates;
use crate::access::privacy::hidden_name;
use crate::access::scope::Authorized;
use crate::changes::lifecycle::next_actions;
use crate::changes::record::impl_feed_record;
use crate::db::schema::certificates;
use crate::db::text_enum::text_enum;
use crate::http::openapi::page;

text_enum! {
    /// What was done with a certificate.
    pub enum CertificateStage {
        Issued = "issued",
        /// A newer one of the same course has taken its place.
        Renewed = "renewed",
        Revoked = "revoked",
    }
}

text_enum! {
    /// What a certificate is worth today.
    pub enum CertificateStatus {
        Valid = "valid",
        Expired = "expired",
        Renewed = "renewed",
        Revoked = "revoked",
    }
}

/// What a learner has to show for a course.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = certificates, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CertificateFields {
    pub id: Uuid,
    #[schema(max_length = 80)]
    pub number: String,
    /// Where the learner worked then.
    pub jurisdiction: JurisdictionCode,
    /// Whoever knows it can verify the certificate at `/certificates/{code}`.
    #[schema(max_length = 32)]
    pub code: String,
    pub learner_id: Uuid,
    /// Masked but for the first character.
    #[schema(max_length = 100)]
    #[serde(serialize_with = "hidden_name")]
    pub holder_name: String,
    pub enrollment_id: Uuid,
    pub training_id: Uuid,
    /// The title of the course.
    #[schema(max_length = 200)]
    pub title: String,
    pub hours: i32,
    pub issued_on: NaiveDate,
    /// Its last day; null when it holds for good.
    #[schema(required)]
    pub expires_on: Option<NaiveDate>,
    pub stage: CertificateStage,
    #[schema(required)]
    pub revoked_on: Option<NaiveDate>,
    /// Why it was revoked.
    #[schema(max_length = 1000, required)]
    pub reason: Option<String>,
    /// The enrollment by which it is being renewed.
    #[schema(required)]
    pub renewal_id: Option<Uuid>,
    /// Grows by one with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub subject: Option<String>,
    #[serde(skip)]
    pub created_by: String,
}

impl_feed_record!(CertificateFields as Certificate);

/// What a learner has to show for a course, as a caller sees it.
#[derive(Serialize, ToSchema)]
pub struct Certificate {
    #[serde(flatten)]
    pub fields: CertificateFields,
    /// As it stands today.
    pub status: CertificateStatus,
    /// The name in full, for its holder alone.
    #[schema(max_length = 100, required)]
    pub full_name: Option<String>,
    /// What the caller may do to it now.
    #[schema(max_items = 20, max_length = 50)]
    pub next_actions: Vec<&'static str>,
}

page!(CertificatePage of Certificate, "A page of certificates.");

/// Why a certificate is worth nothing any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "经查考核成绩有误"}))]
pub struct Revocation {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}

/// In which session a course is taken again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session_id": "019c0000-0000-7000-8000-000000000010"}))]
pub struct Renewal {
    /// A session of the same course that takes learners.
    pub session_id: Uuid,
}

/// What everybody who knows its code learns of a certificate.
#[derive(Serialize, ToSchema)]
pub struct Verification {
    /// The first character of the holder's name, and nothing of its length.
    #[schema(max_length = 10)]
    pub initials: String,
    /// The title of the course.
    #[schema(max_length = 200)]
    pub title: String,
    /// Hours that were earned.
    pub hours: i32,
    /// As it stands today.
    pub status: CertificateStatus,
    pub issued_on: NaiveDate,
    /// Its last day; null when it holds for good.
    #[schema(required)]
    pub expires_on: Option<NaiveDate>,
}

/// Which certificates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CertificateFilter {
    /// Only of learners of this jurisdiction and what lies below it.
    #[param(inline)]
    pub r#in: Option<JurisdictionCode>,
    /// What they are worth today, separated by commas.
    #[param(inline, style = Form, explode = false, max_items = 4)]
    pub status: Option<Vec<CertificateStatus>>,
    /// Only of this learner.
    pub learner_id: Option<Uuid>,
    /// Only of this course.
    pub training_id: Option<Uuid>,
    /// Only those whose last day is this one or an earlier one.
    #[serde(rename = "expires_on.lte")]
    pub expires_by: Option<NaiveDate>,
}

/// The certificate as the caller sees it.
pub fn view(scope: &Authorized<Certificates>, fields: CertificateFields) -> Certificate {
    let is_holder = fields.subject.as_deref() == Some(scope.actor.caller.as_str());
    Certificate {
        status: fields.status_on(scope.today()),
        full_name: is_holder.then(|| fields.holder_name.clone()),
        next_actions: next_actions(scope, &fields),
        fields,
    }
}

/// What stands on a certificate that is handed out.
#[derive(Serialize, ToSchema)]
pub struct DisclosedCertificate {
    #[schema(max_length = 80)]
    pub number: String,
    #[schema(max_length = 100)]
    pub holder_name: String,
    #[schema(max_length = 200)]
    pub title: String,
    pub hours: i32,
    pub issued_on: NaiveDate,
}
