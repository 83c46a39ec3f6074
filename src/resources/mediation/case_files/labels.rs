//! How states and actions are called in Chinese.

use crate::resources::disputes::parties::PartyRole;
use crate::resources::disputes::states::Status;
use crate::resources::mediation::agreements::court::{ConfirmationStatus, EnforcementRoute};
use crate::resources::mediation::agreements::parts::ObligationStatus;
use crate::resources::mediation::agreements::states::AgreementStatus;
use crate::resources::mediation::mediation_sessions::model::SessionStatus;
use crate::resources::mediation::mediations::model::MediationType;
use crate::resources::mediation::mediations::states::MediationStatus;

pub fn role(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Applicant => "申请人",
        PartyRole::Respondent => "被申请人",
        PartyRole::ThirdParty => "第三人",
    }
}

pub fn dispute(status: Status) -> &'static str {
    match status {
        Status::Submitted => "已提交",
        Status::Accepted => "已受理",
        Status::Assigned => "已交办",
        Status::InHandling => "办理中",
        Status::InMediation => "调解中",
        Status::InCouncil => "议事中",
        Status::Resolved => "已办结",
        Status::Closed => "已归档",
        Status::Rejected => "不予受理",
        Status::Withdrawn => "已撤回",
        Status::Suspended => "已中止",
        Status::Transferred => "已转办",
        Status::ReferredOut => "已转出",
        Status::Merged => "已并案",
    }
}

pub fn mediation(status: MediationStatus) -> &'static str {
    match status {
        MediationStatus::Proposed => "已提出",
        MediationStatus::ConsentPending => "征求同意",
        MediationStatus::MediatorSelected => "已选定调解员",
        MediationStatus::InSession => "调解进行中",
        MediationStatus::Agreed => "达成协议",
        MediationStatus::Failed => "未达成协议",
        MediationStatus::Terminated => "已终止",
    }
}

pub fn mediation_type(kind: MediationType) -> &'static str {
    match kind {
        MediationType::People => "人民调解",
        MediationType::Administrative => "行政调解",
        MediationType::Commercial => "商事调解",
        MediationType::CourtInvited => "法院委派调解",
    }
}

pub fn session(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Scheduled => "待举行",
        SessionStatus::InProgress => "进行中",
        SessionStatus::Adjourned => "择期再议",
        SessionStatus::Completed => "已结束",
        SessionStatus::Cancelled => "已取消",
        SessionStatus::NoShow => "当事人未到场",
    }
}

pub fn agreement(status: AgreementStatus) -> &'static str {
    match status {
        AgreementStatus::Draft => "草案",
        AgreementStatus::Signing => "签署中",
        AgreementStatus::Effective => "已生效",
        AgreementStatus::Performing => "履行中",
        AgreementStatus::Performed => "已履行",
        AgreementStatus::Defaulted => "未履行",
        AgreementStatus::Rescinded => "已解除",
    }
}

pub fn obligation(status: ObligationStatus) -> &'static str {
    match status {
        ObligationStatus::Pending => "待履行",
        ObligationStatus::Performed => "已履行",
        ObligationStatus::Overdue => "已逾期",
        ObligationStatus::Defaulted => "未履行",
    }
}

pub fn enforcement(route: EnforcementRoute) -> &'static str {
    match route {
        EnforcementRoute::JudicialConfirmation => "司法确认",
        EnforcementRoute::NotarizedDeed => "公证债权文书",
        EnforcementRoute::Arbitration => "仲裁确认",
    }
}

pub fn confirmation(status: ConfirmationStatus) -> &'static str {
    match status {
        ConfirmationStatus::None => "不适用",
        ConfirmationStatus::Open => "可以申请",
        ConfirmationStatus::Applied => "已申请",
        ConfirmationStatus::Accepted => "法院已受理",
        ConfirmationStatus::RuledValid => "裁定有效",
        ConfirmationStatus::Dismissed => "裁定驳回申请",
        ConfirmationStatus::Lapsed => "逾期未申请",
    }
}

/// A step in the history of a dispute.
const ACTIONS: &[(&str, &str)] = &[
    ("create", "登记"),
    ("update", "更正"),
    ("accept", "受理"),
    ("reject", "不予受理"),
    ("request_review", "申请复核"),
    ("assign", "交办"),
    ("start", "开始办理"),
    ("contact", "联系申请人"),
    ("resolve", "办结"),
    ("visit_back", "回访"),
    ("rate", "申请人评价"),
    ("mediation_term", "调解期限"),
    ("close", "归档"),
    ("withdraw", "撤回"),
    ("reopen", "重新办理"),
    ("transfer", "转办"),
    ("return", "退回"),
    ("request_approval", "请示上级"),
    ("decline", "上级未批准"),
    ("suspend", "中止"),
    ("resume", "恢复办理"),
    ("extend", "延期"),
    ("escalate", "升级"),
    ("merge", "并案"),
    ("unmerge", "撤销并案"),
    ("add_parts", "列入集体纠纷"),
    ("detach", "移出集体纠纷"),
    ("refer_out", "转出"),
    ("invite", "邀请协办"),
    ("uninvite", "取消协办"),
    ("remark", "说明"),
    ("add_party", "补充当事人"),
    ("correct_party", "更正当事人"),
    ("remove_party", "撤除当事人"),
    ("show_code", "出示关联码"),
    ("link", "当事人关联账号"),
    ("unlink_party", "解除账号关联"),
    ("answer", "答复"),
    ("yellow_card", "黄牌"),
    ("red_card", "红牌"),
    ("recompute", "重新计算期限"),
    ("mediate", "进入调解"),
    ("end_mediation", "调解终结"),
    ("default", "协议未履行"),
    ("enter_council", "提交联席会议"),
    ("leave_council", "退出联席会议"),
    ("relocate", "区划调整"),
];

pub fn action(code: &str) -> &str {
    ACTIONS.iter().find(|(known, _)| *known == code).map_or(code, |(_, title)| title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::lifecycle::Lifecycle;
    use crate::resources::disputes::model::DisputeFields;

    #[test]
    fn every_action_on_a_dispute_has_a_name() {
        for (known, _, _) in DisputeFields::ACTIONS {
            assert!(!action(known.as_str()).is_ascii(), "{}", known.as_str());
        }
    }
}
