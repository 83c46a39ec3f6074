//! `/v1/certificates`: what learners have to show, and its verification by everybody who knows the code.

use actix_web::HttpResponse;
use actix_web::web::Data;
use uuid::Uuid;

use self::command::Command;
use self::model::{Certificate, CertificateFields, CertificateFilter, CertificatePage, DisclosedCertificate, view};
use crate::access::authority::Authority;
use crate::access::permissions::action::{Disclose, Read};
use crate::access::permissions::resource::Certificates;
use crate::access::permissions::{Resource, action};
use crate::access::privacy::DisclosureParams;
use crate::access::scope::Scope;
use crate::changes::command::command as on_record;
use crate::changes::disclosure::disclose;
use crate::changes::execute::Aggregate;
use crate::changes::kinds::RecordType;
use crate::changes::record::LockInScope;
use crate::changes::relocation::{Move, Moved, Relocation, move_records};
use crate::changes::reply::Unversioned;
use crate::changes::slice::Slice;
use crate::changes::write::Tx;
use crate::db::listing::Listing;
use crate::db::pool::Db;
use crate::http::answer::{Found, Listed};
use crate::http::etag::Preconditions;
use crate::http::operation::{Operation, operations};
use crate::http::path::Id;
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

mod command;
mod follow;
mod issuing;
mod jobs;
pub mod model;
pub mod states;
pub mod store;
mod verification;

/// Where everybody reaches the service, for links that are scanned.
pub struct PublicUrl(pub String);

pub const SLICE: Slice = Slice {
    resource: Some(Resource::Certificates),
    record: Some(RecordType::Certificate),
    noun: CertificateFields::NOUN,
    about: "What learners have to show, and its verification by everybody who knows the code.",
    tables: &["certificates"],
    operations,
    jobs: jobs::JOBS,
    relocation: Relocation::Moves(|tx, who, way| Box::pin(relocate(tx, who, way))),
};

fn operations() -> Vec<Operation> {
    let mut all = operations![list_certificates, get_certificate, disclose_certificate, get_certificate_picture];
    all.extend(actions());
    all.extend(verification::operations());
    all
}

fn actions() -> Vec<Operation> {
    vec![
        on_record::<action::Revoke, CertificateFields, _>(
            "revokeCertificate",
            "Revoke a certificate, with a reason.",
            Command::Revoke,
        ),
        on_record::<action::Renew, CertificateFields, _>(
            "renewCertificate",
            "Renew a certificate that expires: its holder is enrolled in a session of the same course.",
            Command::Renew,
        ),
    ]
}

/// List the certificates of learners within the caller's jurisdiction, or the caller's own.
#[utoipa::path(get, path = "/v1/certificates", params(CertificateFilter, PageFilter),
    responses((status = 200, description = "A page of certificates.", body = CertificatePage)))]
async fn list_certificates(
    scope: Scope<Read, Certificates>,
    db: Db,
    list: Listing<CertificateFilter>,
) -> Result<Listed<CertificatePage>, Problem> {
    let rows = store::list(&db, &scope, list.filter, list.keyset).await?;
    Ok(list.pager.page(rows, |last| (last.updated_at, last.id), |fields| view(&scope, fields)))
}

/// Get a certificate.
#[utoipa::path(get, path = "/v1/certificates/{id}", responses((status = 200, description = "The certificate.", body = Certificate),
        (status = 304, description = "The client holds this version.")))]
async fn get_certificate(
    scope: Scope<Read, Certificates>,
    db: Db,
    id: Id<Uuid>,
    preconditions: Preconditions,
) -> Result<Found<Certificate>, Problem> {
    let fields = store::find(&db, &scope, id.0).await?;
    Ok(Found { version: fields.version, record: view(&scope, fields), preconditions })
}

/// Disclose a certificate with its holder's name in full, for whoever hands it out. The audit keeps who read it and what for.
#[utoipa::path(get, path = "/v1/certificates/{id}/disclosure",
    params(DisclosureParams),
    responses((status = 200, description = "What stands on it.", body = DisclosedCertificate)))]
async fn disclose_certificate(
    scope: Scope<Disclose, Certificates>,
    db: Db,
    id: Id<Uuid>,
    params: Params<DisclosureParams>,
) -> Result<Unversioned, Problem> {
    let read = async |tx: &Tx| {
        let fields = CertificateFields::lock_in_scope(tx, &scope, id.0).await?;
        let CertificateFields { number, holder_name, title, hours, issued_on, .. } = fields.clone();
        Ok((fields, DisclosedCertificate { number, holder_name, title, hours, issued_on }))
    };
    disclose(&db, &scope, ("certificate_disclosure", params.value.purpose), read).await
}

/// Get the QR code of a certificate: a link to the page that verifies it.
#[utoipa::path(get, path = "/v1/certificates/{id}/qr.svg", responses((status = 200, description = "The picture.", content_type = "image/svg+xml", body = String)))]
async fn get_certificate_picture(
    scope: Scope<Read, Certificates>,
    db: Db,
    url: Data<PublicUrl>,
    id: Id<Uuid>,
) -> Result<HttpResponse, Problem> {
    let picture = verification::picture(&url.0, &store::find(&db, &scope, id.0).await?)?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(picture))
}

/// What is open goes to the successor.
async fn relocate(tx: &Tx, who: &Authority, way: &Move<'_>) -> Result<Moved, Problem> {
    let found = store::to_move(tx, way).await?;
    move_records(tx, who, found, |known: &mut CertificateFields| known.jurisdiction = way.to).await
}
