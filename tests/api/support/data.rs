//! A small city and its neighbor, and a dispute to begin with.

use serde_json::{Value, json};

pub const CITY: &str = "3702";
pub const DISTRICT: &str = "370202";
pub const OTHER_DISTRICT: &str = "370203";
pub const STREET: &str = "370202001";
pub const OTHER_STREET: &str = "370202002";
pub const COMMUNITY: &str = "370202001001";
pub const OTHER_COMMUNITY: &str = "370202001002";
pub const GRID: &str = "370202001001001";
pub const OTHER_GRID: &str = "370202001001002";
pub const OTHER_CITY: &str = "3799";

pub const DIVISIONS: &str = "\
code,level,name,parent_code
3702,city,甲市,
370202,district,南区,3702
370203,district,北区,3702
370202001,street,一街道,370202
370202002,street,二街道,370202
370203001,street,三街道,370203
370202001001,community,一社区,370202001
370202001002,community,二社区,370202001
370202002001,community,三社区,370202002
370203001001,community,四社区,370203001
370202001001001,grid,第一网格,370202001001
370202001001002,grid,第二网格,370202001001
3799,city,乙市,
379902,district,东区,3799
379902001,street,五街道,379902
379902001001,community,五社区,379902001
";

/// A good dispute in a jurisdiction.
pub fn dispute_in(code: &str) -> Value {
    json!({
        "jurisdiction": code,
        "title": "楼上漏水",
        "category": "leakage",
        "estate_name": "示范小区",
        "parties": [
            {"role": "applicant", "kind": "person", "name": "业主甲", "phone": "13800001234"},
            {"role": "respondent", "kind": "person", "name": "业主乙"},
        ],
    })
}

/// A body with which an action succeeds.
pub fn body_of(action: &str) -> Value {
    match action {
        "assign" => json!({"assignee": "社区物业管理办公室"}),
        "resolve" => json!({"resolution": "已修复"}),
        "visit-back" | "rate" => json!({"satisfaction": "satisfied"}),
        "request-approval" => json!({"kind": "extend", "reason": "等待检测"}),
        "suspend" => json!({"reason": "pending_inspection"}),
        "refer-out" => json!({"referral": {"kind": "court", "body": "区人民法院", "reference_number": "民初1号"}}),
        "reject" => json!({"code": "in_court", "reason": "法院已立案", "other_ways": ["court"]}),
        "remark" => json!({"note": "已知悉"}),
        "answer" => json!({"kind": "propose_solution", "text": "三日内修复"}),
        "add-party" => {
            json!({"party": {"role": "third_party", "kind": "person", "name": "租户丙", "phone": "13800005678"}, "reason": "补充"})
        }
        "correct-party" => json!({"position": 1, "phone": "13800009999", "reason": "号码有误"}),
        "remove-party" => json!({"position": 1, "reason": "登记有误"}),
        "close" => json!({"satisfaction": "satisfied"}),
        "accept" | "start" | "contact" | "resume" => json!({}),
        _ => json!({"reason": "理由"}),
    }
}

/// The actions that lead from `submitted` to where an action is possible.
pub fn steps_before(action: &str) -> &'static [&'static str] {
    match action {
        "assign" | "contact" | "request-approval" | "suspend" | "extend" => &["accept"],
        "start" => &["accept", "assign"],
        "resolve" => &["accept", "assign", "start"],
        "close" | "reopen" | "visit-back" | "rate" => &["accept", "assign", "start", "resolve"],
        "decline" => &["accept", "request-approval"],
        "request-review" => &["reject"],
        "resume" => &["accept", "suspend"],
        "return" => &["transfer"],
        "unmerge" => &["merge"],
        _ => &[],
    }
}
