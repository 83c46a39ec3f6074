//! What many actions take.

use serde::Deserialize;
use utoipa::ToSchema;

/// For actions that need nothing said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct NoBody {}

/// An action with a remark.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "已电话联系申请人"}))]
pub struct Remark {
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// An action that needs a reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "不属于物业管理纠纷"}))]
pub struct Reason {
    #[schema(min_length = 1, max_length = 1000, pattern = "\\S")]
    pub reason: String,
}
