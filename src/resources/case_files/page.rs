//! The case as people read it, in Chinese.

use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, html};

use super::model::CaseFile;
use crate::calendar::civil_date;
use crate::resources::agreements::model::AgreementFields;
use crate::resources::disputes::model_parties::PartyRole;

const STYLE: &str = "body{font-family:sans-serif;max-width:50em;margin:2em auto}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid #999;padding:.3em;text-align:left;vertical-align:top}";

/// The whole case on one page.
pub fn page(case: &CaseFile, now: DateTime<Utc>) -> String {
    let dispute = &case.dispute;
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                title { "卷宗 " (dispute.number) }
                style { (STYLE) }
            }
            body {
                h1 { "矛盾纠纷卷宗" }
                p { "编号：" (dispute.number) "　导出日期：" (civil_date(now)) }
                h2 { "一、基本情况" }
                table {
                    tr { th { "事项" } td { (dispute.title) } }
                    tr { th { "类别" } td { (dispute.category) } }
                    tr { th { "小区" } td { (dispute.estate_name.as_deref().unwrap_or("—")) } }
                    tr { th { "行政区划" } td { (dispute.jurisdiction) } }
                    tr { th { "反映时间" } td { (civil_date(dispute.reported_at)) } }
                    tr { th { "经过" } td { (dispute.description.as_deref().unwrap_or("—")) } }
                    tr { th { "状态" } td { (dispute.status.as_str()) } }
                    tr { th { "结果" } td { (dispute.resolution.as_deref().unwrap_or("—")) } }
                }
                h2 { "二、当事人" }
                (parties(case))
                h2 { "三、办理过程" }
                (events(case))
                h2 { "四、人民调解" }
                (mediation(case))
                h2 { "五、调解协议" }
                @if case.agreements.is_empty() { p { "无" } }
                @for agreement in &case.agreements { (agreement_of(agreement)) }
            }
        }
    };
    markup.into_string()
}

fn parties(case: &CaseFile) -> Markup {
    let role = |role| match role {
        PartyRole::Applicant => "申请人",
        PartyRole::Respondent => "被申请人",
        PartyRole::ThirdParty => "第三人",
    };
    html! {
        table {
            tr { th { "身份" } th { "姓名或名称" } th { "代理人" } th { "电话" } th { "地址" } }
            @for party in &case.parties {
                tr {
                    td { (role(party.role)) }
                    td { (party.name) }
                    td { (party.representative.as_deref().unwrap_or("—")) }
                    td { (party.phone.as_deref().unwrap_or("—")) }
                    td { (party.address.as_deref().unwrap_or("—")) }
                }
            }
        }
    }
}

fn events(case: &CaseFile) -> Markup {
    html! {
        table {
            tr { th { "日期" } th { "事项" } th { "状态" } th { "说明" } }
            @for event in &case.events {
                tr {
                    td { (civil_date(event.at)) }
                    td { (event.action) }
                    td { (event.to_status.as_str()) }
                    td { (event.note.as_deref().unwrap_or("—")) }
                }
            }
        }
    }
}

fn mediation(case: &CaseFile) -> Markup {
    html! {
        @if case.mediations.is_empty() { p { "无" } }
        @for mediation in &case.mediations {
            h3 { "调解 " (mediation.number) }
            p { "状态：" (mediation.status.as_str()) "　结果：" (mediation.outcome.as_deref().unwrap_or("—")) }
            @for session in case.sessions.iter().filter(|session| session.mediation_id == mediation.id) {
                p { (civil_date(session.starts_at)) "　" (session.place) "　" (session.status.as_str()) }
                p { (session.minutes.as_deref().unwrap_or("")) }
            }
        }
    }
}

fn agreement_of(agreement: &AgreementFields) -> Markup {
    html! {
        h3 { "协议 " (agreement.number) "（" (agreement.status.as_str()) "）" }
        p { "主要事实：" (agreement.facts) }
        p { "争议焦点：" (agreement.points_at_issue.as_deref().unwrap_or("—")) }
        p { "责任：" (agreement.responsibilities.as_deref().unwrap_or("—")) }
        table {
            tr { th { "序号" } th { "义务" } th { "金额（元）" } th { "期限" } th { "履行" } }
            @for one in &agreement.obligations.0 {
                tr {
                    td { (one.number) }
                    td { (one.deed) }
                    td { (one.amount.map_or_else(|| "—".to_owned(), yuan)) }
                    td { (one.due_on) }
                    td { (one.status.as_str()) "　已付 " (yuan(one.paid())) }
                }
            }
        }
        p { "生效日期：" (agreement.effective_on.map_or_else(|| "—".to_owned(), |day| day.to_string())) }
    }
}

/// An amount of 0.01 yuan as people write it.
fn yuan(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
