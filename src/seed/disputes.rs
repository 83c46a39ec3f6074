//! Demo disputes in every state, as if they had come in over the past weeks.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use crate::access::actor::{Actor, Grant, Rights, Role};
use crate::access::code::JurisdictionCode;
use crate::access::policy::ActionTag;
use crate::access::policy::action::{Accept, Assign, Close, Create, Read, Reject, Resolve, Start, Withdraw};
use crate::access::policy::resource::Disputes;
use crate::access::scope::{Authorized, Scope};
use crate::changes::write::{Tx, write};
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::resources::disputes::case::Case;
use crate::resources::disputes::model::NewDispute;
use crate::resources::disputes::model_parties::{NewParty, PartyKind, PartyRole};
use crate::resources::disputes::{handling, rules, store};

const STORIES: [(&str, &str); 6] = [
    ("leakage.neighbor", "楼上卫生间渗水，楼下顶棚受损"),
    ("parking.occupation", "地面公共车位被长期占用"),
    ("fee.pricing", "对物业费调价程序有异议"),
    ("elevator", "电梯频繁停运，维修迟缓"),
    ("noise", "底商夜间噪声扰民"),
    ("common_income", "公共收益未按期公示"),
];

/// Files two disputes for each community; says how many were not there yet.
pub async fn seed(db: &Db, communities: &[JurisdictionCode], now: DateTime<Utc>) -> Result<usize, String> {
    let mut filed = 0;
    for (at, community) in communities.iter().enumerate() {
        for half in 0..2 {
            match dispute(db, at * 2 + half, *community, now).await {
                Ok(()) => filed += 1,
                Err(problem) if problem.kind.code == "duplicate" => {}
                Err(problem) => return Err(problem.private_cause().map_or_else(|| problem.to_string(), str::to_owned)),
            }
        }
    }
    Ok(filed)
}

fn story(n: usize, community: JurisdictionCode, reported: DateTime<Utc>) -> NewDispute {
    let (category, title) = STORIES[n % STORIES.len()];
    let party = |role, kind, name: &str, phone: Option<&str>| NewParty {
        role,
        kind,
        name: name.into(),
        representative: None,
        phone: phone.map(str::to_owned),
        address: None,
        organization_id: None,
    };
    NewDispute {
        id: Some(Builder::from_unix_timestamp_millis(1_767_225_600_000 + n as u64, &[7; 10]).into_uuid()),
        // Every other one lies in the community's first grid.
        jurisdiction: if n % 2 == 1 { format!("{community}001").parse().unwrap_or(community) } else { community },
        title: title.into(),
        description: Some(format!("示例数据第 {} 件。", n + 1)),
        category: category.to_owned(),
        confidential: false,
        estate_id: None,
        estate_name: Some(format!("示范小区{}期", n % 3 + 1)),
        reported_at: Some(reported),
        parties: vec![
            party(PartyRole::Applicant, PartyKind::Person, "业主甲", Some("13800000000")),
            party(PartyRole::Respondent, PartyKind::Organization, "示范物业服务企业", None),
        ],
    }
}

/// Files the n-th dispute and takes it as many steps on as its number says.
async fn dispute(db: &Db, n: usize, community: JurisdictionCode, now: DateTime<Utc>) -> Result<(), Problem> {
    let reported = now - TimeDelta::hours(20 * (n as i64 + 1));
    let new = story(n, community, reported);
    let id = new.id.unwrap_or_default();
    if store::find(db, &*officer::<Read>(community, now)?, id).await.is_ok() {
        return Err(Problem::new(&codes::DUPLICATE));
    }
    let scope = officer::<Create>(community, reported)?;
    write(db, &scope, &Retry::none(), async |tx| rules::file(tx, &scope, new).await).await?;
    let day = |days: i64| (reported + TimeDelta::days(days)).min(now);
    match n % 8 {
        0 => {}
        1 => step::<Reject>(db, id, community, now, "不属于物业管理纠纷", |_, _| {}).await?,
        2 => step::<Withdraw>(db, id, community, now, "双方自行和解", |_, _| {}).await?,
        last => {
            step::<Accept>(db, id, community, day(1), "已电话联系申请人", handling::accept).await?;
            if last > 3 {
                step::<Assign>(db, id, community, day(1), "请尽快办理", |_, case| {
                    case.fields.assignee = Some("社区物业管理办公室".into())
                })
                .await?;
            }
            if last > 4 {
                step::<Start>(db, id, community, day(2), "现场查看", |_, _| {}).await?;
            }
            if last > 5 {
                step::<Resolve>(db, id, community, day(5), "双方达成一致", |scope, case| {
                    case.resolve("已整改到位。".into(), scope.now)
                })
                .await?;
            }
            if last > 6 {
                step::<Close>(db, id, community, day(6), "申请人满意", |_, _| {}).await?;
            }
        }
    }
    Ok(())
}

/// Carries out one action.
async fn step<A: ActionTag>(
    db: &Db,
    id: Uuid,
    community: JurisdictionCode,
    now: DateTime<Utc>,
    note: &str,
    change: impl FnOnce(&Authorized<Disputes>, &mut Case),
) -> Result<(), Problem> {
    let scope = officer::<A>(community, now)?;
    let note = Some(note.to_owned());
    rules::act(&scope, db, &Target::any(id), &Retry::none(), note, async |_: &Tx, case| {
        change(&scope, case);
        Ok(Vec::new())
    })
    .await
    .map(drop)
}

/// The demo's community officer.
fn officer<A: ActionTag>(community: JurisdictionCode, now: DateTime<Utc>) -> Result<Scope<A, Disputes>, Problem> {
    let actor = Actor {
        caller: "command-line|demo".into(),
        client_id: None,
        organization: None,
        grants: vec![Grant { role: Role::CommunityOfficer, jurisdiction: community }],
        app_scopes: vec!["disputes:read".into(), "disputes:write".into()],
        expires_at: now + TimeDelta::hours(1),
        inherited: OnceLock::new(),
        rights: Rights::default(),
    };
    Scope::new(Arc::new(actor), Uuid::now_v7(), now)
}
