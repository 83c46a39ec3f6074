//! Demo disputes in every state, as if they had come in over the past weeks.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use crate::access::actor::{Actor, Grant, Role};
use crate::access::code::JurisdictionCode;
use crate::access::policy::ActionTag;
use crate::access::policy::action::{Accept, Assign, Close, Create, Read, Reject, Resolve, Start, Withdraw};
use crate::access::policy::resource::Disputes;
use crate::access::scope::Scope;
use crate::changes::write::write;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::resources::disputes::model::{Category, NewDispute, NewParty, PartyKind, PartyRole, Step};
use crate::resources::disputes::{rules, store};

const STORIES: [(Category, &str); 6] = [
    (Category::Leakage, "楼上卫生间渗水，楼下顶棚受损"),
    (Category::Parking, "地面公共车位被长期占用"),
    (Category::Fee, "对物业费调价程序有异议"),
    (Category::Elevator, "电梯频繁停运，维修迟缓"),
    (Category::Noise, "底商夜间噪声扰民"),
    (Category::CommonIncome, "公共收益未按期公示"),
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
    };
    NewDispute {
        id: Some(Builder::from_unix_timestamp_millis(1_767_225_600_000 + n as u64, &[7; 10]).into_uuid()),
        // Every other one lies in the community's first grid.
        jurisdiction: if n % 2 == 1 { format!("{community}001").parse().unwrap_or(community) } else { community },
        title: title.into(),
        description: Some(format!("示例数据第 {} 件。", n + 1)),
        category,
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
    if store::find(db, &officer::<Read>(community, now)?, id).await.is_ok() {
        return Err(Problem::new(&codes::DUPLICATE));
    }
    let scope = officer::<Create>(community, reported)?;
    write(db, &scope, &Retry::none(), async |tx| rules::file(tx, &scope, &new).await).await?;
    let day = |days: i64| (reported + TimeDelta::days(days)).min(now);
    let assigned = || Step { assignee: Some("社区物业管理办公室".into()), ..Step::default() };
    let resolved = || Step { resolution: Some("双方达成一致，已整改到位。".into()), ..Step::default() };
    match n % 8 {
        0 => {}
        1 => step::<Reject>(db, id, community, now, Step::default(), Some("不属于物业管理纠纷")).await?,
        2 => step::<Withdraw>(db, id, community, now, Step::default(), Some("双方自行和解")).await?,
        last => {
            step::<Accept>(db, id, community, day(1), Step::default(), None).await?;
            if last > 3 {
                step::<Assign>(db, id, community, day(1), assigned(), None).await?;
            }
            if last > 4 {
                step::<Start>(db, id, community, day(2), Step::default(), None).await?;
            }
            if last > 5 {
                step::<Resolve>(db, id, community, day(5), resolved(), None).await?;
            }
            if last > 6 {
                step::<Close>(db, id, community, day(6), Step::default(), Some("申请人满意")).await?;
            }
        }
    }
    Ok(())
}

async fn step<A: ActionTag>(
    db: &Db,
    id: Uuid,
    community: JurisdictionCode,
    now: DateTime<Utc>,
    step: Step,
    note: Option<&str>,
) -> Result<(), Problem> {
    let scope = officer::<A>(community, now)?;
    rules::act(&scope, db, &Target::any(id), &Retry::none(), step, note.map(str::to_owned)).await.map(drop)
}

/// The demo's community officer.
fn officer<A: ActionTag>(community: JurisdictionCode, now: DateTime<Utc>) -> Result<Scope<A, Disputes>, Problem> {
    let actor = Actor {
        caller: "command-line|demo".into(),
        client_id: None,
        grants: vec![Grant { role: Role::CommunityOfficer, jurisdiction: community }],
        app_scopes: vec!["disputes:read".into(), "disputes:write".into()],
        expires_at: now + TimeDelta::hours(1),
        inherited: OnceLock::new(),
        rights: OnceLock::new(),
    };
    Scope::new(Arc::new(actor), Uuid::now_v7(), now)
}
