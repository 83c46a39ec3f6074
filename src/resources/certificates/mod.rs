//! `/v1/certificates`: what learners have to show, and its verification by everybody who knows the code.

use actix_web::HttpResponse;
use actix_web::web::Data;
use uuid::Uuid;

use self::model::{Certificate, CertificateFields, CertificateFilter, CertificatePage, Renewal, Revocation};
use self::rules::view;
use crate::access::policy::action::{Read, Renew, Revoke};
use crate::access::policy::resource::Certificates;
use crate::access::scope::Scope;
use crate::changes::record::act;
use crate::changes::reply::Reply;
use crate::changes::write::Tx;
use crate::db::cursor::CursorKey;
use crate::db::page::{self, DEFAULT_LIMIT};
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::{Preconditions, Target};
use crate::http::json::Valid;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::Params;

pub mod model;
mod rules;
pub mod scheduler;
pub mod states;
pub mod store;
mod verification;

/// Where everybody reaches the service, for links that are scanned.
pub struct PublicUrl(pub String);

pub fn operations() -> Vec<Operation> {
    let certificates =
        operations![list_certificates, get_certificate, get_certificate_picture, revoke_certificate, renew_certificate,];
    certificates.into_iter().chain(verification::operations()).collect()
}

/// List the certificates of learners within the caller's jurisdiction, or the caller's own.
#[utoipa::path(get, path = "/v1/certificates", params(CertificateFilter),
    responses((status = 200, description = "A page of certificates.", body = CertificatePage)))]
async fn list_certificates(
    scope: Scope<Read, Certificates>,
    db: Data<Db>,
    key: Data<CursorKey>,
    params: Params<CertificateFilter>,
) -> Result<Listed<CertificatePage>, Problem> {
    let limit = params.value.limit.unwrap_or(DEFAULT_LIMIT);
    let after = key.resume(&params.fingerprint, params.value.cursor.as_deref())?;
    let mut rows = store::list(&db, &scope, params.value, after).await?;
    let next_cursor = page::cut(&mut rows, limit).map(|last| key.seal(&params.fingerprint, &(last.updated_at, last.id)));
    Ok(Listed(CertificatePage { items: rows.into_iter().map(|fields| view(&scope, fields)).collect(), next_cursor }))
}

/// Get a certificate.
#[utoipa::path(get, path = "/v1/certificates/{id}", params(("id" = Uuid, Path, description = "Id of the certificate.")),
    responses((status = 200, description = "The certificate.", body = Certificate),
        (status = 304, description = "The client holds this version.")))]
async fn get_certificate(
    scope: Scope<Read, Certificates>,
    db: Data<Db>,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Certificate>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Get the QR code of a certificate: a link to the page that verifies it.
#[utoipa::path(get, path = "/v1/certificates/{id}/qr.svg", params(("id" = Uuid, Path, description = "Id of the certificate.")),
    responses((status = 200, description = "The picture.", content_type = "image/svg+xml", body = String)))]
async fn get_certificate_picture(
    scope: Scope<Read, Certificates>,
    db: Data<Db>,
    url: Data<PublicUrl>,
    id: Id<Uuid>,
) -> Result<HttpResponse, Problem> {
    let picture = verification::picture(&url.0, &store::find(&db, &scope, id.0).await?)?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(picture))
}

/// Revoke a certificate, with a reason.
#[utoipa::path(post, path = "/v1/certificates/{id}/revoke", params(("id" = Uuid, Path, description = "Id of the certificate.")),
    request_body = Revocation, responses((status = 200, description = "The certificate after the action.", body = Certificate)))]
async fn revoke_certificate(
    scope: Scope<Revoke, Certificates>,
    db: Data<Db>,
    target: Target,
    body: Valid<Revocation>,
) -> Result<Reply, Problem> {
    let change = async |_: &Tx, after: &mut CertificateFields| {
        (after.revoked_on, after.reason) = (Some(scope.today()), Some(body.value.reason));
        Ok(Vec::new())
    };
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}

/// Renew a certificate that expires: its holder is enrolled in a session of the same course.
#[utoipa::path(post, path = "/v1/certificates/{id}/renew", params(("id" = Uuid, Path, description = "Id of the certificate.")),
    request_body = Renewal, responses((status = 200, description = "The certificate after the action.", body = Certificate)))]
async fn renew_certificate(
    scope: Scope<Renew, Certificates>,
    db: Data<Db>,
    target: Target,
    body: Valid<Renewal>,
) -> Result<Reply, Problem> {
    let change = async |tx: &Tx, after: &mut CertificateFields| rules::renew(tx, &scope, after, &body.value).await;
    act(&db, &scope, &target, &body.retry, change, async |_, after| Ok(view(&scope, after))).await
}
