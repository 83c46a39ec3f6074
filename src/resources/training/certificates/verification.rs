//! What everybody who knows the code of a certificate learns.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use maud::{Markup, html};
use qrcode::QrCode;
use qrcode::render::svg;

use super::model::{CertificateFields, CertificateStatus, Verification};
use super::store;
use crate::calendar::{Clock, civil_date};
use crate::db::pool::Db;
use crate::http::operation::{Operation, Public, operations};
use crate::http::page::page;
use crate::http::problem::Problem;

/// It can be revoked at any time.
const NOT_KEPT: (&str, &str) = ("Cache-Control", "no-store");

pub fn operations() -> Vec<Operation> {
    operations![verify_certificate, show_verification]
}

/// Verify a certificate by its code. No token is needed.
#[utoipa::path(get, path = "/certificates/{code}",
    params(("code" = String, Path, description = "The code of the certificate, in groups or in one.", max_length = 64)),
    responses((status = 200, description = "What it is worth today.", body = Verification)))]
async fn verify_certificate(_: Public, db: Db, clock: Data<Clock>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let told = verification(store::coded(&db, &typed_code(&request)).await?, civil_date(clock.now()));
    Ok(HttpResponse::Ok().insert_header(NOT_KEPT).json(told))
}

/// Verify a certificate by its code, as a page for whoever has scanned it. No token is needed.
#[utoipa::path(get, path = "/certificates/{code}/page.html",
    params(("code" = String, Path, description = "The code of the certificate, in groups or in one.", max_length = 64)),
    responses((status = 200, description = "What it is worth today.", content_type = "text/html", body = String)))]
async fn show_verification(_: Public, db: Db, clock: Data<Clock>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let told = verification(store::coded(&db, &typed_code(&request)).await?, civil_date(clock.now()));
    Ok(page(NOT_KEPT, "培训证书查验", &shown(&told)))
}

/// The code in the path as it was meant: people type it in groups, in capital letters, and copy blanks along.
fn typed_code(request: &HttpRequest) -> String {
    let typed = request.match_info().get("code").unwrap_or_default();
    typed.chars().filter(|c| *c != '-' && !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// What everybody who knows the code learns.
fn verification(certificate: CertificateFields, today: NaiveDate) -> Verification {
    Verification {
        initials: certificate.holder_name.chars().take(1).chain("**".chars()).collect(),
        status: certificate.status_on(today),
        title: certificate.title,
        hours: certificate.hours,
        issued_on: certificate.issued_on,
        expires_on: certificate.expires_on,
    }
}

/// The same as a page, for whoever has scanned the code.
fn shown(told: &Verification) -> Markup {
    let status = match told.status {
        CertificateStatus::Valid => "有效",
        CertificateStatus::Expired => "已过期",
        CertificateStatus::Renewed => "已换发新证",
        CertificateStatus::Revoked => "已撤销",
    };
    html! {
        p { "持证人：" (told.initials) }
        p { "课程：" (told.title) }
        p { "学时：" (told.hours) }
        p { "发证日期：" (told.issued_on) }
        @if let Some(last) = told.expires_on { p { "有效期至：" (last) } }
        p { "状态：" strong { (status) } }
    }
}

/// A link to the page, as a picture to scan.
pub fn picture(public_url: &str, certificate: &CertificateFields) -> Result<String, Problem> {
    let link = format!("{}/certificates/{}/page.html", public_url.trim_end_matches('/'), certificate.code);
    let code = QrCode::new(link).map_err(Problem::internal)?;
    Ok(code.render::<svg::Color>().min_dimensions(240, 240).build())
}
