//! The floor: actix-web and tokio-postgres with nothing between. No rights, no contract, no limits; a few
//! pipelined connections for each worker. It answers the same JSON from the same tables.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::Semaphore;
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

use crate::data::connect;

const READERS: usize = 4;
const WRITERS: usize = 4;
const COLUMNS: &str = "id, number, jurisdiction, level, title, description, category, risk, confidential, estate_id, estate_name, \
    status, organization_id, assignee, resolution, parent_id, card, due_at, approver, reported_at, version, created_at, updated_at";
/// As many words as the service finds in the bench's disputes, and a document like theirs.
const WORDS: [&str; 16] = [
    "楼上",
    "上漏",
    "漏水",
    "厨房",
    "房顶",
    "顶棚",
    "棚受",
    "受损",
    "示范",
    "范小",
    "小区",
    "d0000000001",
    "@370202",
    "@370202001",
    "#leakage",
    "#leakage.neighbor",
];
const PROGRESS: &str = r#"{"route":{"matter":"leakage","first_level":"community","as_of":"2026-03-02","steps":[{"level":"community","place":"370202001001","responsibility_id":null,"duty":null,"legal_basis":null,"organization_kind":"neighborhood_committee","organization_id":null,"organization_name":null}],"alarm":true},"clocks":[{"kind":"accept","level":"community","started_at":"2026-03-02T01:00:00Z","starts_on":"2026-03-02","days":2,"extension_days":0,"legal_basis":"","pauses":[],"due_on":"2026-03-04","provisional":false,"card":"none","ended_at":null}]}"#;

#[derive(Serialize)]
struct Dispute {
    id: Uuid,
    number: String,
    jurisdiction: String,
    level: String,
    title: String,
    description: Option<String>,
    category: String,
    risk: String,
    confidential: bool,
    estate_id: Option<Uuid>,
    estate_name: Option<String>,
    status: String,
    organization_id: Option<Uuid>,
    assignee: Option<String>,
    resolution: Option<String>,
    parent_id: Option<Uuid>,
    card: String,
    due_at: Option<DateTime<Utc>>,
    approver: Option<String>,
    reported_at: DateTime<Utc>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parties: Option<Vec<Party>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guests: Option<[(); 0]>,
    next_actions: &'static [&'static str],
}

#[derive(Serialize)]
struct Page {
    items: Vec<Dispute>,
    next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Party {
    role: String,
    kind: String,
    name: String,
    representative: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    organization_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct NewDispute {
    jurisdiction: String,
    title: String,
    description: Option<String>,
    category: String,
    estate_name: Option<String>,
    parties: Vec<Party>,
}

/// A connection with its statements.
struct Prepared {
    client: Client,
    one: Statement,
    parties: Statement,
    guests: Statement,
    community: Statement,
    street: Statement,
    district: Statement,
    city: Statement,
    districts: Statement,
    count: Statement,
    insert: Statement,
    lock: Statement,
    accept: Statement,
    accept_event: Statement,
    accept_change: Statement,
    accept_audit: Statement,
    accept_key: Statement,
    insert_party: Statement,
    insert_event: Statement,
    insert_change: Statement,
    insert_audit: Statement,
    insert_key: Statement,
}

/// Readers share connections in turn, each writer has one for itself.
struct Pool {
    readers: Vec<Prepared>,
    next: Cell<usize>,
    idle: RefCell<Vec<Prepared>>,
    free: Semaphore,
}

impl Pool {
    async fn open(url: String) -> Result<Rc<Self>, ()> {
        let readers = join_all((0..READERS).map(|_| Prepared::open(&url))).await;
        let idle = join_all((0..WRITERS).map(|_| Prepared::open(&url))).await;
        Ok(Rc::new(Self { readers, next: Cell::new(0), idle: RefCell::new(idle), free: Semaphore::new(WRITERS) }))
    }

    fn reader(&self) -> &Prepared {
        let at = self.next.get();
        self.next.set(at.wrapping_add(1));
        &self.readers[at % READERS]
    }
}

impl Prepared {
    async fn open(url: &str) -> Self {
        let client = connect(url).await;
        let list = |level: &str| {
            format!("SELECT {COLUMNS} FROM disputes WHERE {level}_code = $1 ORDER BY updated_at DESC, id DESC LIMIT 51")
        };
        let insert = format!(
            "INSERT INTO disputes (id, jurisdiction, title, description, category, estate_name, status, reported_at, created_by, created_at, updated_at, \
             due_at, next_step_at, terms, progress, number) \
             VALUES ($1, $2, $3, $4, $5, $6, 'submitted', $7, 'floor', $7, $7, $7, $7, $8, $9::text::json, $10) RETURNING {COLUMNS}, progress::text"
        );
        let prepare = async |statement: &str| client.prepare(statement).await.unwrap();
        Self {
            one: prepare(&format!("SELECT {COLUMNS}, progress::text FROM disputes WHERE id = $1 AND city_code = '3702'")).await,
            parties: prepare("SELECT role, kind, name, representative, phone, address, organization_id FROM dispute_parties WHERE dispute_id = $1 ORDER BY position").await,
            guests: prepare("SELECT kind, guest, reason, invited_at FROM dispute_guests WHERE dispute_id = $1 ORDER BY guest LIMIT 100").await,
            community: prepare(&list("community")).await,
            street: prepare(&list("street")).await,
            district: prepare(&list("district")).await,
            city: prepare(&list("city")).await,
            districts: prepare(&format!(
                "SELECT {COLUMNS} FROM unnest($1::text[]) AS place (code), LATERAL (SELECT * FROM disputes WHERE district_code = place.code \
                 ORDER BY updated_at DESC, id DESC LIMIT 51) AS page ORDER BY updated_at DESC, id DESC LIMIT 51"
            ))
            .await,
            lock: prepare(&format!("SELECT {COLUMNS}, progress::text FROM disputes WHERE id = $1 AND city_code = '3702' FOR UPDATE")).await,
            accept: prepare(&format!(
                "UPDATE disputes SET status = 'accepted', progress = $2::text::json, terms = $3, due_at = $4, next_step_at = $4, updated_at = $4, \
                 version = version + 1 WHERE id = $1 RETURNING {COLUMNS}, progress::text"
            ))
            .await,
            accept_event: prepare("INSERT INTO dispute_events (dispute_id, version, at, action, from_status, to_status, role, caller) VALUES ($1, $2, $3, 'accept', 'submitted', 'accepted', 'city_officer', 'floor')").await,
            accept_change: prepare("INSERT INTO changes (kind, record_id, op, version, jurisdiction, changed_at, data) VALUES ('dispute', $1, 'upsert', $2, $3, $4, $5)").await,
            accept_audit: prepare("INSERT INTO audit_entries (id, at, caller, role, action, kind, record_id, jurisdiction, request_id, before, after) VALUES ($1, $2, 'floor', 'city_officer', 'disputes:accept', 'dispute', $3, $4, $1, $5::text::json, $5::text::json)").await,
            accept_key: prepare("INSERT INTO idempotency_keys (caller, key, fingerprint, status, body, version, kind, record_id, created_at) VALUES ('floor', $1, '', 200, $2, 2, 'dispute', $3, $4)").await,
            count: prepare("INSERT INTO number_series (jurisdiction, kind, pattern, year, latest) VALUES (left($1, 6), 'dispute_number_pattern', 'floor', 2026, 1) ON CONFLICT (jurisdiction, kind, pattern, year) DO UPDATE SET latest = number_series.latest + 1 RETURNING latest").await,
            insert: prepare(&insert).await,
            insert_party: prepare("INSERT INTO dispute_parties (dispute_id, position, role, kind, name, representative, phone) VALUES ($1, $2, $3, $4, $5, $6, $7)").await,
            insert_event: prepare("INSERT INTO dispute_events (dispute_id, version, at, action, to_status, role, caller) VALUES ($1, 1, $2, 'create', 'submitted', 'city_officer', 'floor')").await,
            insert_change: prepare("INSERT INTO changes (kind, record_id, op, version, jurisdiction, changed_at, data) VALUES ('dispute', $1, 'upsert', 1, $2, $3, $4)").await,
            insert_audit: prepare("INSERT INTO audit_entries (id, at, caller, role, action, kind, record_id, jurisdiction, request_id, after) VALUES ($1, $2, 'floor', 'city_officer', 'disputes:create', 'dispute', $3, $4, $1, $5::text::json)").await,
            insert_key: prepare("INSERT INTO idempotency_keys (caller, key, fingerprint, status, body, version, kind, record_id, created_at) VALUES ('floor', $1, '', 201, $2, 1, 'dispute', $1, $3)").await,
            client,
        }
    }
}

fn dispute(row: &Row, parties: Option<Vec<Party>>) -> Dispute {
    Dispute {
        id: row.get(0),
        number: row.get(1),
        jurisdiction: row.get(2),
        level: row.get(3),
        title: row.get(4),
        description: row.get(5),
        category: row.get(6),
        risk: row.get(7),
        confidential: row.get(8),
        estate_id: row.get(9),
        estate_name: row.get(10),
        status: row.get(11),
        organization_id: row.get(12),
        assignee: row.get(13),
        resolution: row.get(14),
        parent_id: row.get(15),
        card: row.get(16),
        due_at: row.get(17),
        approver: row.get(18),
        reported_at: row.get(19),
        version: row.get(20),
        created_at: row.get(21),
        updated_at: row.get(22),
        progress: (row.len() > 23).then(|| RawValue::from_string(row.get(23)).unwrap()),
        guests: parties.is_some().then_some([]),
        parties,
        next_actions: next_actions(row.get(11)),
    }
}

/// As many as an officer of the city is told.
fn next_actions(status: &str) -> &'static [&'static str] {
    match status {
        "submitted" => &[
            "update",
            "accept",
            "reject",
            "withdraw",
            "transfer",
            "escalate",
            "merge",
            "add_parts",
            "invite",
            "uninvite",
            "remark",
        ],
        "closed" => &["reopen", "uninvite", "remark"],
        "withdrawn" | "rejected" => &["uninvite", "remark"],
        _ => &[
            "update",
            "assign",
            "start",
            "contact",
            "resolve",
            "withdraw",
            "suspend",
            "extend",
            "refer_out",
            "merge",
            "add_parts",
            "invite",
            "uninvite",
            "remark",
        ],
    }
}

fn party(row: &Row) -> Party {
    Party {
        role: row.get(0),
        kind: row.get(1),
        name: row.get(2),
        representative: row.get(3),
        phone: row.get(4),
        address: row.get(5),
        organization_id: row.get(6),
    }
}

async fn get(pool: web::Data<Rc<Pool>>, id: web::Path<Uuid>) -> HttpResponse {
    let reader = pool.reader();
    let id = id.into_inner();
    let found = futures_util::join!(
        async { reader.client.query_one(&reader.one, &[&id]).await },
        async { reader.client.query(&reader.parties, &[&id]).await },
        async { reader.client.query(&reader.guests, &[&id]).await },
    );
    assert!(found.2.unwrap().is_empty(), "the bench invites nobody");
    let parties = found.1.unwrap().iter().map(party).collect();
    HttpResponse::Ok().json(dispute(&found.0.unwrap(), Some(parties)))
}

#[derive(Deserialize)]
struct Filter {
    community: Option<String>,
    street: Option<String>,
    district: Option<String>,
    districts: Option<String>,
}

async fn list(pool: web::Data<Rc<Pool>>, filter: web::Query<Filter>) -> HttpResponse {
    let reader = pool.reader();
    let one = [(&filter.community, &reader.community), (&filter.street, &reader.street), (&filter.district, &reader.district)];
    let one = one.into_iter().find_map(|(code, statement)| Some((code.as_deref()?, statement)));
    let rows = match (one, &filter.districts) {
        (Some((code, statement)), _) => reader.client.query(statement, &[&code]).await,
        (None, Some(codes)) => reader.client.query(&reader.districts, &[&codes.split(',').collect::<Vec<_>>()]).await,
        (None, None) => reader.client.query(&reader.city, &[&"3702"]).await,
    };
    let rows = rows.unwrap();
    let items = rows.iter().take(50).map(|row| dispute(row, None)).collect();
    HttpResponse::Ok().json(Page { items, next_cursor: rows.get(50).map(|row| row.get::<_, Uuid>(0).to_string()) })
}

/// Writes the rows that the service writes; with `bare` only the dispute and its parties.
async fn create(pool: web::Data<Rc<Pool>>, new: web::Json<NewDispute>, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let _permit = pool.free.acquire().await.unwrap();
    let writer = pool.idle.borrow_mut().pop().unwrap();
    let reply = insert(&writer, new.into_inner(), !query.is_empty()).await;
    pool.idle.borrow_mut().push(writer);
    HttpResponse::Created().json(reply.unwrap())
}

async fn insert(w: &Prepared, new: NewDispute, bare: bool) -> Result<Dispute, tokio_postgres::Error> {
    let (id, now) = (Uuid::now_v7(), Utc::now());
    let words = WORDS.as_slice();
    let counter: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&new.jurisdiction];
    let (begun, counted) = futures_util::join!(w.client.batch_execute("BEGIN"), w.client.query_one(&w.count, &counter));
    begun?;
    let number = format!("F{}-{:06}", &new.jurisdiction[..6], counted?.get::<_, i64>(0));
    let row: [&(dyn tokio_postgres::types::ToSql + Sync); 10] =
        [&id, &new.jurisdiction, &new.title, &new.description, &new.category, &new.estate_name, &now, &words, &PROGRESS, &number];
    let parties = new.parties.iter().zip(0_i16..).map(async |(party, position)| {
        let row: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
            [&id, &position, &party.role, &party.kind, &party.name, &party.representative, &party.phone];
        w.client.execute(&w.insert_party, &row).await
    });
    let (inserted, added) = futures_util::join!(w.client.query_one(&w.insert, &row), join_all(parties));
    added.into_iter().collect::<Result<Vec<_>, _>>()?;
    let made = dispute(&inserted?, None);
    if !bare {
        let (text, id_text) = (serde_json::to_string(&made).unwrap(), id.to_string());
        futures_util::try_join!(
            async { w.client.execute(&w.insert_event, &[&id, &now]).await },
            async { w.client.execute(&w.insert_change, &[&id_text, &new.jurisdiction, &now, &text]).await },
            async { w.client.execute(&w.insert_audit, &[&id, &now, &id_text, &new.jurisdiction, &text]).await },
            async { w.client.execute(&w.insert_key, &[&id_text, &text, &now]).await },
        )?;
    }
    w.client.batch_execute("COMMIT").await?;
    Ok(Dispute { parties: Some(new.parties), guests: Some([]), ..made })
}

/// Writes the rows that the service writes when it accepts a dispute.
async fn accept(pool: web::Data<Rc<Pool>>, id: web::Path<Uuid>) -> HttpResponse {
    let _permit = pool.free.acquire().await.unwrap();
    let writer = pool.idle.borrow_mut().pop().unwrap();
    let reply = change(&writer, id.into_inner()).await;
    pool.idle.borrow_mut().push(writer);
    HttpResponse::Ok().json(reply.unwrap())
}

async fn change(w: &Prepared, id: Uuid) -> Result<Dispute, tokio_postgres::Error> {
    let now = Utc::now();
    let (begun, locked) =
        futures_util::join!(w.client.batch_execute("BEGIN"), async { w.client.query_one(&w.lock, &[&id]).await });
    begun?;
    let before = dispute(&locked?, None);
    assert_eq!(before.status, "submitted");
    let words = WORDS.as_slice();
    let changed = w.client.query_one(&w.accept, &[&id, &PROGRESS, &words, &now]).await?;
    let after = dispute(&changed, None);
    let (text, id_text, key) = (serde_json::to_string(&after).unwrap(), id.to_string(), Uuid::new_v4().to_string());
    let (_, _, _, _, parties, guests) = futures_util::try_join!(
        async { w.client.execute(&w.accept_event, &[&id, &after.version, &now]).await },
        async { w.client.execute(&w.accept_change, &[&id_text, &after.version, &after.jurisdiction, &now, &text]).await },
        async { w.client.execute(&w.accept_audit, &[&Uuid::now_v7(), &now, &id_text, &after.jurisdiction, &PROGRESS]).await },
        async { w.client.execute(&w.accept_key, &[&key, &text, &id_text, &now]).await },
        async { w.client.query(&w.parties, &[&id]).await },
        async { w.client.query(&w.guests, &[&id]).await },
    )?;
    assert!(guests.is_empty(), "the bench invites nobody");
    w.client.batch_execute("COMMIT").await?;
    Ok(Dispute { parties: Some(parties.iter().map(party).collect()), guests: Some([]), ..after })
}

pub fn serve(address: &str) {
    let url = std::env::var("DATABASE_URL").unwrap();
    let address = address.to_owned();
    actix_web::rt::System::new().block_on(async move {
        let app = move || {
            let url = url.clone();
            App::new()
                .data_factory(move || Pool::open(url.clone()))
                .route("/disputes/{id}", web::get().to(get))
                .route("/disputes/{id}/accept", web::post().to(accept))
                .route("/disputes", web::get().to(list))
                .route("/disputes", web::post().to(create))
        };
        HttpServer::new(app).workers(2).bind(address).unwrap().run().await.unwrap();
    });
}
