//! Mediations and agreements of a case as people read them, in Chinese.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::labels;
use super::model::CaseFile;
use crate::calendar::civil_date;
use crate::resources::mediation::agreements::court::{Confirmation, Enforcement};
use crate::resources::mediation::agreements::model::{AgreementFields, AgreementForm};
use crate::resources::mediation::mediation_sessions::model::MediationSessionFields;
use crate::resources::mediation::mediations::model::MediationFields;

/// Every mediation with its consents and sessions.
pub fn mediations(case: &CaseFile) -> Markup {
    html! {
        @if case.mediations.is_empty() { p { "无" } }
        @for mediation in &case.mediations {
            h3 {
                "调解 " (mediation.number) "（" (labels::mediation_type(mediation.mediation_type)) "，"
                (labels::mediation(mediation.status)) "）"
            }
            (consents(case, mediation))
            p { "权利义务告知：" (day(mediation.rights_notice_on)) "　开始：" (day(mediation.began_on)) "　期限：" (day(mediation.due_on)) }
            @for helper in &mediation.helpers.0 {
                p { "邀请协助：" (helper.name) @if let Some(reason) = &helper.reason { "（不再参加：" (reason) "）" } }
            }
            p { "结果：" (mediation.outcome.as_deref().unwrap_or("—")) }
            @for one in case.sessions.iter().filter(|one| one.mediation_id == mediation.id) { (session(case, one)) }
        }
    }
}

fn consents(case: &CaseFile, mediation: &MediationFields) -> Markup {
    let said = |consents| match consents {
        Some(true) => "同意",
        Some(false) => "不同意",
        None => "未表示",
    };
    html! {
        table {
            tr { th { "当事人" } th { "是否同意调解" } th { "日期" } }
            @for party in &mediation.parties.0 {
                tr { td { (case.party(party.position)) } td { (said(party.consents)) } td { (day(party.said_on)) } }
            }
        }
    }
}

fn session(case: &CaseFile, session: &MediationSessionFields) -> Markup {
    let came = session.attendance.0.iter().filter(|one| one.present || one.represented);
    let came: Vec<_> = came.map(|one| case.party(one.position)).collect();
    let cited: Vec<_> = session.cited_policies.0.iter().map(|policy| policy.0.as_str()).collect();
    html! {
        h4 { "调解会 " (civil_date(session.starts_at)) "　" (session.place) "（" (labels::session(session.status)) "）" }
        p { "到场：" (listed(&came)) "　依据：" (listed(&cited)) }
        p { (session.minutes.as_deref().or(session.reason.as_deref()).unwrap_or("—")) }
    }
}

/// Every agreement with its obligations, its signatures and what a court said.
pub fn agreements(case: &CaseFile) -> Markup {
    html! {
        @if case.agreements.is_empty() { p { "无" } }
        @for agreement in &case.agreements { (agreement_of(case, agreement)) }
    }
}

fn agreement_of(case: &CaseFile, agreement: &AgreementFields) -> Markup {
    let form = if agreement.form == AgreementForm::Oral { "口头" } else { "书面" };
    html! {
        h3 { "协议 " (agreement.number) "（" (form) "，" (labels::agreement(agreement.status)) "）" }
        p { "主要事实：" (agreement.facts) }
        p { "争议焦点：" (agreement.points_at_issue.as_deref().unwrap_or("—")) }
        p { "责任：" (agreement.responsibilities.as_deref().unwrap_or("—")) }
        table {
            tr { th { "序号" } th { "义务人" } th { "义务" } th { "金额（元）" } th { "方式" } th { "期限" } th { "履行" } }
            @for one in &agreement.obligations.0 {
                tr {
                    td { (one.number) }
                    td { (case.party(one.debtor)) }
                    td { (one.deed) }
                    td { (one.amount.map_or_else(|| "—".to_owned(), yuan)) }
                    td { (one.manner.as_deref().unwrap_or("—")) }
                    td { (one.due_on) }
                    td { (labels::obligation(one.status)) @if one.amount.is_some() { "，已付 " (yuan(one.paid())) } }
                }
            }
        }
        @for signed in &agreement.signatures.0 {
            p { (signed.position.map_or("调解员", |position| case.party(position))) " 签名：" (signed.signed_on) }
        }
        p { "盖章：" (day(agreement.sealed_on)) "　生效：" (day(agreement.effective_on)) }
        @if let Ok(confirmation) = agreement.confirmation.get() { (court(confirmation)) }
        @if let Ok(enforcement) = agreement.enforcement.get() { (enforced(enforcement)) }
        @if let Some(note) = &agreement.visit_note { p { "回访：" (note) } }
        @if let Some(reason) = &agreement.reason { p { "说明：" (reason) } }
    }
}

fn court(confirmation: &Confirmation) -> Markup {
    html! {
        p {
            "司法确认：" (labels::confirmation(confirmation.status))
            @if let Some(court) = &confirmation.court { "，" (court) "，申请 " (day(confirmation.applied_on)) }
            @if let Some(number) = &confirmation.decision_number { "，裁定 " (number) " " (day(confirmation.decided_on)) }
        }
    }
}

fn enforced(enforcement: &Enforcement) -> Markup {
    html! {
        @if let Some(route) = enforcement.route {
            p {
                "可强制执行：" (labels::enforcement(route)) " " (enforcement.document_number.as_deref().unwrap_or_default())
                @if let Some(court) = &enforcement.court { "，申请执行 " (court) " " (day(enforcement.applied_on)) }
            }
        }
    }
}

fn day(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "—".to_owned(), |day| day.to_string())
}

fn listed(texts: &[&str]) -> String {
    if texts.is_empty() { "—".to_owned() } else { texts.join("、") }
}

/// An amount of 0.01 yuan as people write it.
fn yuan(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
