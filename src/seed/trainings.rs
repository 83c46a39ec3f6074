//! A law of the library, a course about it, and learners with seats.

use chrono::Days;
use serde_json::json;

use super::organizations::{Api, CITY};
use crate::access::code::JurisdictionCode;

const ARTICLE: &str = "不动产权利人因用水、排水、通行、铺设管线等利用相邻不动产的，应当尽量避免对相邻的不动产权利人造成损害。";

impl Api {
    /// The course of the city, with a learner of each community.
    pub async fn training(&self, communities: &[JurisdictionCode]) -> Result<(), String> {
        let law = json!({"jurisdiction": CITY, "kind": "law", "title": "中华人民共和国民法典", "issuer": "全国人民代表大会",
            "articles": [{"number": "第二百九十六条", "text": ARTICLE}]});
        let law = self.make("/v1/policies", law).await?;
        self.post(&format!("/v1/policies/{law}/publish"), &json!({"valid_from": "2021-01-01"})).await?;
        let course = json!({"jurisdiction": CITY, "title": "相邻关系纠纷的调处", "topic": "law", "hours": 8, "certified": true,
            "certificate_months": 24, "citations": [{"policy_id": law, "article": "第二百九十六条"}]});
        let course = self.make("/v1/trainings", course).await?;
        self.post(&format!("/v1/trainings/{course}/publish"), &json!({})).await?;
        let day = self.today + Days::new(14);
        let session = json!({"training_id": course, "starts_at": format!("{day}T09:00:00+08:00"),
            "ends_at": format!("{day}T17:00:00+08:00"), "place": "市党群服务中心", "capacity": 20});
        let session = self.make("/v1/training-sessions", session).await?;
        self.post(&format!("/v1/training-sessions/{session}/open"), &json!({})).await?;
        for (at, community) in communities.iter().enumerate() {
            let learner =
                json!({"jurisdiction": community, "name": format!("网格员{}", at + 1), "roles": ["grid_worker", "party_member"]});
            let learner = self.make("/v1/learners", learner).await?;
            self.make("/v1/training-enrollments", json!({"session_id": session, "learner_id": learner})).await?;
        }
        Ok(())
    }
}
