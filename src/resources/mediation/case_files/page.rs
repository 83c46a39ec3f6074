//! The case as people read it, in Chinese.

use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, html};

use super::labels;
use super::mediation_page::{agreements, mediations};
use super::model::CaseFile;
use crate::calendar::civil_date;
use crate::resources::disputes::model::ShownEvent;

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
                    tr { th { "类别" } td { (case.category) } }
                    tr { th { "小区" } td { (dispute.estate_name.as_deref().unwrap_or("—")) } }
                    tr { th { "所在地" } td { (case.place) } }
                    tr { th { "反映时间" } td { (civil_date(dispute.reported_at)) } }
                    tr { th { "经过" } td { (dispute.description.as_deref().unwrap_or("—")) } }
                    tr { th { "状态" } td { (labels::dispute(dispute.status)) } }
                    tr { th { "结果" } td { (dispute.resolution.as_deref().unwrap_or("—")) } }
                }
                h2 { "二、当事人" }
                (parties(case))
                h2 { "三、办理过程" }
                (events(case))
                h2 { "四、人民调解" }
                (mediations(case))
                h2 { "五、调解协议" }
                (agreements(case))
            }
        }
    };
    markup.into_string()
}

fn parties(case: &CaseFile) -> Markup {
    html! {
        table {
            tr { th { "身份" } th { "姓名或名称" } th { "代理人" } th { "电话" } th { "地址" } }
            @for party in &case.parties {
                tr {
                    td { (labels::role(party.role)) }
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
            @for ShownEvent { event, .. } in &case.events {
                tr {
                    td { (civil_date(event.at)) }
                    td { (labels::action(&event.action)) }
                    td { (labels::dispute(event.to_status)) }
                    td { (event.note.as_deref().unwrap_or("—")) }
                }
            }
        }
    }
}
