//! Demo disputes in every state, as if they had come in over the past weeks.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use crate::access::actor::{Actor, Grant, Rights, Role};
use crate::access::code::JurisdictionCode;
use crate::access::permissions::action::{Accept, Assign, Close, Create, Read, Reject, Resolve, Start, Withdraw};
use crate::access::permissions::resource::Disputes;
use crate::access::permissions::{Action, ActionTag};
use crate::access::revocation::TokenMark;
use crate::access::scope::Scope;
use crate::changes::execute::execute;
use crate::changes::write::write;
use crate::db::pool::Db;
use crate::http::bodies::{Reason, Remark};
use crate::http::codes;
use crate::http::etag::Target;
use crate::http::idempotency::Retry;
use crate::http::problem::Problem;
use crate::resources::disputes::command::Command;
use crate::resources::disputes::details::{DisputeChannel, ReferralKind, RejectionCode, Satisfaction};
use crate::resources::disputes::inputs::{Assignment, Closing, NewRejection, Resolution};
use crate::resources::disputes::model::{DisputeFields, NewDispute};
use crate::resources::disputes::parties::{NewParty, PartyKind, PartyRole};
use crate::resources::disputes::{filing, store};

/// Who files and handles the demo's disputes, and who asks applicants what they think of the result.
const FILER: &str = "command-line|demo";
const VISITOR: &str = "command-line|visitor";

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
                Err(problem) => return Err(problem.told_to_operator()),
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
        channel: DisputeChannel::Direct,
        estate_id: None,
        estate_name: Some(format!("示范小区{}期", n % 3 + 1)),
        reported_at: Some(reported),
        anonymous: false,
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
    if store::find(db, &*officer::<Read>(community, now, FILER)?, id).await.is_ok() {
        return Err(Problem::new(&codes::DUPLICATE));
    }
    let scope = officer::<Create>(community, reported, FILER)?;
    write(db, &scope, &Retry::none(), async |tx| filing::file(tx, &scope, new).await).await?;
    let day = |days: i64| (reported + TimeDelta::days(days)).min(now);
    match n % 8 {
        0 => {}
        1 => {
            let (code, reason) = (RejectionCode::NotInScope, "不属于物业管理纠纷".into());
            let rejection = NewRejection { code, reason, other_ways: vec![ReferralKind::Court] };
            step::<Reject>(db, id, community, now, Command::Reject(rejection)).await?;
        }
        2 => {
            let reason = "双方自行和解".into();
            step::<Withdraw>(db, id, community, now, Command::Withdraw(Reason { reason })).await?;
        }
        last => handle(db, id, community, last, day).await?,
    }
    Ok(())
}

/// Takes an accepted dispute on, up to the last step.
async fn handle(
    db: &Db,
    id: Uuid,
    community: JurisdictionCode,
    last: usize,
    day: impl Fn(i64) -> DateTime<Utc>,
) -> Result<(), Problem> {
    step::<Accept>(db, id, community, day(1), Command::Accept(noted("已电话联系申请人"))).await?;
    if last > 3 {
        let assignment = Assignment { assignee: "社区物业管理办公室".into(), note: Some("请尽快办理".into()) };
        step::<Assign>(db, id, community, day(1), Command::Assign(assignment)).await?;
    }
    if last > 4 {
        step::<Start>(db, id, community, day(2), Command::Start(noted("现场查看"))).await?;
    }
    if last > 5 {
        let resolution = Resolution { resolution: "双方达成一致，已整改到位。".into() };
        step::<Resolve>(db, id, community, day(5), Command::Resolve(resolution)).await?;
    }
    if last > 6 {
        let closing = Closing { note: Some("电话回访".into()), satisfaction: Some(Satisfaction::Satisfied) };
        step::<Close>(db, id, community, day(6), Command::Close(closing)).await?;
    }
    Ok(())
}

fn noted(note: &str) -> Remark {
    Remark { note: Some(note.to_owned()) }
}

/// Carries out one action.
async fn step<A: ActionTag>(
    db: &Db,
    id: Uuid,
    community: JurisdictionCode,
    now: DateTime<Utc>,
    command: Command,
) -> Result<(), Problem> {
    // Somebody else asks what the applicant thinks of the result.
    let scope = officer::<A>(community, now, if A::VALUE == Action::Close { VISITOR } else { FILER })?;
    execute::<DisputeFields>(db, &scope, &Target::any(id), &Retry::none(), command).await.map(drop)
}

/// A community officer of the demo.
fn officer<A: ActionTag>(community: JurisdictionCode, now: DateTime<Utc>, subject: &str) -> Result<Scope<A, Disputes>, Problem> {
    let actor = Actor {
        caller: subject.into(),
        client_id: None,
        organization: None,
        grants: vec![Grant { role: Role::CommunityOfficer, jurisdiction: community }],
        app_scopes: vec!["disputes:read".into(), "disputes:write".into()],
        expires_at: now + TimeDelta::hours(1),
        token: TokenMark::default(),
        inherited: OnceLock::new(),
        rights: Rights::default(),
    };
    Scope::new(Arc::new(actor), Uuid::now_v7(), now)
}
