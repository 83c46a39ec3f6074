//! `/v1/vote-matters`: what owners decide together, and nobody else for them.

use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::permissions::Resource;
use crate::access::permissions::action::Read;
use crate::access::permissions::resource::VoteMatters;
use crate::access::scope::Scope;
use crate::changes::relocation::Relocation;
use crate::changes::slice::Slice;
use crate::db::text_enum::text_enum;
use crate::http::operation::{Operation, operations};

text_enum! {
    /// How many owners must approve of a matter, once two thirds of them have taken part, by heads and by area (Civil Code,
    /// article 278).
    pub enum ThresholdClass {
        /// More than half of those who take part.
        Ordinary = "ordinary",
        /// Three quarters of those who take part.
        Special = "special",
    }
}

/// A matter that owners decide together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct VoteMatter {
    #[schema(max_length = 50)]
    pub code: &'static str,
    #[schema(max_length = 100)]
    pub title: &'static str,
    pub class: ThresholdClass,
    /// Words by which an item of a meeting sounds like it.
    #[serde(skip)]
    pub words: &'static [&'static str],
    /// The item of article 278 of the Civil Code.
    pub civil_code_item: u8,
    /// The item of article 30 of Qingdao's regulation.
    pub qingdao_item: u8,
}

/// All matters that owners decide together.
#[derive(Serialize, ToSchema)]
pub struct VoteMatterList {
    #[schema(max_items = 50)]
    pub items: &'static [VoteMatter],
}

const fn matter(
    code: &'static str,
    title: &'static str,
    class: ThresholdClass,
    (civil_code_item, qingdao_item): (u8, u8),
    words: &'static [&'static str],
) -> VoteMatter {
    VoteMatter { code, title, class, words, civil_code_item, qingdao_item }
}

/// Article 278 of the Civil Code and article 30 of Qingdao's regulation, whose lists are cut otherwise.
const MATTERS: &[VoteMatter] = {
    use ThresholdClass::{Ordinary, Special};
    &[
        matter("procedure_rules", "制定和修改业主大会议事规则", Ordinary, (1, 1), &["议事规则"]),
        matter("covenant", "制定和修改管理规约", Ordinary, (2, 1), &["管理规约", "业主公约"]),
        matter(ELECTION, "选举、补选、更换业主委员会成员", Ordinary, (3, 2), &["业委会选举", "业主委员会选举", "补选", "换届"]),
        matter(PROLONGATION, "延长业主委员会任期", Ordinary, (9, 2), &["延长任期", "延长业主委员会任期"]),
        matter(HIRING, "选聘、续聘物业服务企业或者其他管理人", Ordinary, (4, 3), &["选聘", "续聘"]),
        matter(DISMISSAL, "解聘物业服务企业或者其他管理人", Ordinary, (4, 3), &["解聘", "更换物业"]),
        matter(
            "use_fund",
            "管理和使用建筑物及其附属设施的维修资金",
            Ordinary,
            (5, 4),
            &["使用维修资金", "维修资金的使用", "动用维修资金", "维修基金"],
        ),
        matter(RAISING, "筹集建筑物及其附属设施的维修资金", Special, (6, 5), &["筹集维修资金", "续筹"]),
        matter("rebuild", "改建、重建建筑物及其附属设施", Special, (7, 6), &["改建", "重建", "加装电梯"]),
        matter(
            "common_parts",
            "改变共有部分的用途或者利用共有部分从事经营活动",
            Special,
            (8, 7),
            &["共有部分", "共用部位", "公共区域经营", "广告位"],
        ),
        matter("committee_expenses", "业主委员会成员津贴和公共费用分摊", Ordinary, (9, 8), &["委员津贴", "成员津贴"]),
        matter(
            "service_plan",
            "物业服务事项、服务标准和收费方案",
            Ordinary,
            (9, 9),
            &["物业费", "物业服务费", "收费标准", "服务标准"],
        ),
        matter("common_income", "公共收益的管理和使用办法", Ordinary, (9, 10), &["公共收益", "公共收入"]),
        matter("committee_decision", "改变或者撤销业主委员会的决定", Ordinary, (9, 11), &["撤销业主委员会", "撤销业委会"]),
        matter("other", "有关共有和共同管理权利的其他重大事项", Ordinary, (9, 12), &[]),
    ]
};

/// The codes of matters of which other records speak.
pub const ELECTION: &str = "committee_election";
pub const PROLONGATION: &str = "committee_prolongation";
pub const HIRING: &str = "hire_enterprise";
pub const DISMISSAL: &str = "dismiss_enterprise";
pub const RAISING: &str = "raise_fund";

/// The matter of a code.
pub fn named(code: &str) -> Option<&'static VoteMatter> {
    MATTERS.iter().find(|matter| matter.code == code)
}

/// The codes of the matters like which a text sounds. Words only warn: who decides it follows from what it is.
pub fn sounding_like(text: &str) -> Vec<String> {
    let sounds = |matter: &&VoteMatter| matter.words.iter().any(|word| text.contains(word));
    MATTERS.iter().filter(sounds).map(|matter| matter.code.to_owned()).collect()
}

pub const SLICE: Slice = Slice {
    resource: Some(Resource::VoteMatters),
    record: None,
    noun: "matter",
    about: "What owners decide together, and nobody else for them.",
    tables: &[],
    operations,
    jobs: &[],
    relocation: Relocation::Stays("it has no records of its own"),
};

fn operations() -> Vec<Operation> {
    operations![list_vote_matters]
}

/// List the matters that owners decide together, with the share that must approve.
#[utoipa::path(get, path = "/v1/vote-matters", responses((status = 200, description = "All matters.", body = VoteMatterList)))]
async fn list_vote_matters(_: Scope<Read, VoteMatters>) -> Json<VoteMatterList> {
    Json(VoteMatterList { items: MATTERS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_which_matter_may_be_meant() {
        assert_eq!(sounding_like("关于使用维修资金更换电梯的议题"), ["use_fund"]);
        assert_eq!(sounding_like("续聘物业并调整物业费"), ["hire_enterprise", "service_plan"]);
        assert_eq!(sounding_like("车库照明"), [""; 0]);
    }

    #[test]
    fn the_class_follows_the_item_of_the_civil_code() {
        for matter in MATTERS {
            let special = (6..=8).contains(&matter.civil_code_item);
            assert_eq!(matter.class == ThresholdClass::Special, special, "{}", matter.code);
        }
        for item in 1..=12 {
            assert!(MATTERS.iter().any(|matter| matter.qingdao_item == item), "{item}");
        }
    }
}
